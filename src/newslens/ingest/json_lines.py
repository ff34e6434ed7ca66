"""JSON lines: one object a line, read line by line whatever the file's size."""

from __future__ import annotations

import json
from collections.abc import Iterator

from newslens.ingest.encodings import DecodingError
from newslens.ingest.formats import Item, ReadSettings
from newslens.ingest.input_file import InputFile
from newslens.ingest.json_document import TOO_MUCH
from newslens.ingest.lines import LineError, TextLines
from newslens.ingest.rows import article_from_row


def read(file: InputFile, settings: ReadSettings) -> Iterator[Item]:
    """Yield the article of each line; a broken line costs that line only, a blank one is passed over.

    Raises: ArticleUnreadable: the file is empty or no text.
    """
    with file.open() as stream:
        try:
            lines = TextLines(stream, settings.max_article_bytes)
        except DecodingError as error:
            raise file.unreadable(error.reason, hint=error.hint) from error
        if lines.is_empty:
            raise file.unreadable("the file is empty", hint="remove it or fetch it again")
        while True:
            lines.start_record()
            try:
                line = next(lines)
            except StopIteration:
                return
            except LineError as error:
                yield file.unreadable(error.reason, hint=error.hint, place=f"line {lines.number}")
                continue
            if line.strip():
                yield _article(file, line, lines.number, settings)


def _article(file: InputFile, line: str, number: int, settings: ReadSettings) -> Item:
    place = f"line {number}"
    try:
        row = json.loads(line.rstrip("\r\n"))  # else an unfinished line is reported on the next
    except json.JSONDecodeError as error:
        place = f"{place}, column {error.colno}"
        return file.unreadable(f"broken JSON: {error.msg}", hint="each line must hold one whole object", place=place)
    except (ValueError, RecursionError):
        return file.unreadable(TOO_MUCH, place=place)
    if not isinstance(row, dict):
        return file.unreadable("no JSON object", hint='each line must be like {"text": "…"}', place=place)
    return article_from_row(
        file, row, number=number, place=place, columns=settings.columns, max_article_bytes=settings.max_article_bytes
    )
