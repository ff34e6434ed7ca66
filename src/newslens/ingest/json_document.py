"""JSON files: one object, or a list of objects, each an article."""

from __future__ import annotations

import json
from collections.abc import Iterator

from newslens.ingest.formats import Item, ReadSettings
from newslens.ingest.input_file import WHOLE_FILE_ARTICLES, InputFile
from newslens.ingest.rows import article_from_row

TOO_MUCH = "JSON with a number of thousands of digits, or nested thousands deep"


def read(file: InputFile, settings: ReadSettings) -> Iterator[Item]:
    """Yield the articles of a JSON file, which is held in memory whole.

    Raises: ArticleUnreadable: the file is no JSON, too large, or neither an object nor a list.
    """
    text = file.read_text(WHOLE_FILE_ARTICLES * settings.max_article_bytes)
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        hint = "is it JSON lines? Name it .jsonl" if error.msg == "Extra data" else "check it with a JSON validator"
        raise file.unreadable(f"broken JSON: {error.msg}", hint=hint, place=place) from error
    except (ValueError, RecursionError) as error:
        raise file.unreadable(TOO_MUCH) from error
    rows = content if isinstance(content, list) else [content]
    for number, row in enumerate(rows, start=1):
        place = f"item {number}"
        if not isinstance(row, dict):
            yield file.unreadable("no JSON object", hint='give {"text": "…"}, or a list of such objects', place=place)
            continue
        yield article_from_row(
            file,
            row,
            number=number,
            place=place,
            columns=settings.columns,
            max_article_bytes=settings.max_article_bytes,
        )
