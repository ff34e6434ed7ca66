"""`read_articles`: every article of some files, folders, patterns or standard input, one at a time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from traceback import extract_tb
from typing import BinaryIO

from newslens.errors import ArticleUnreadable
from newslens.ingest.formats import READERS, Item, ReadSettings, find_reader, load_reader
from newslens.ingest.input_file import InputFile, os_reason
from newslens.ingest.paths import find_files
from newslens.ingest.rows import ColumnMapping
from newslens.records import Article

STDIN = "-"
DEFAULT_COLUMNS = ColumnMapping()


def read_articles(
    paths: Iterable[str | Path],
    *,
    columns: ColumnMapping = DEFAULT_COLUMNS,
    max_article_bytes: int = 5_000_000,
    on_error: Callable[[ArticleUnreadable], None] | None = None,
    on_skip: Callable[[Path], None] | None = None,
    stdin: BinaryIO | None = None,
    around: Callable[[Path, Iterator[Item]], Iterator[Item]] | None = None,
) -> Iterator[Article]:
    """Yield the articles of `paths`, one at a time: files, folders, glob patterns, or `-` for standard input.

    Arguments are taken in the order given, the files of a folder or pattern sorted by path; a file reached
    twice is read once. `on_error` gets each input or row that cannot be read, and reading goes on; without
    it, the first one is raised. `on_skip` gets each file of a folder or pattern that is no article format.
    `around` gets each file with what reading it yields, and gives what is to be yielded in its place: a file
    whose items are never asked for is never opened.
    Standard input holds JSON lines when it starts with `{`, else one plain text.

    Units:  `max_article_bytes` bounds one article, after decompression.
    Raises: ArticleUnreadable: the first input or row that cannot be read, where `on_error` is None.
    Source: claims contract, "The exported table", on `source` and on what a text's offsets count.
    """
    settings = ReadSettings(columns=columns, max_article_bytes=max_article_bytes)
    for item in _read_all(paths, settings, on_skip, stdin, around):
        if isinstance(item, Article):
            yield item
        elif on_error is None:
            raise item
        else:
            on_error(item)


def _read_all(
    paths: Iterable[str | Path],
    settings: ReadSettings,
    on_skip: Callable[[Path], None] | None,
    stdin: BinaryIO | None,
    around: Callable[[Path, Iterator[Item]], Iterator[Item]] | None,
) -> Iterator[Item]:
    seen: set[str] = set()
    for path in [paths] if isinstance(paths, str | Path) else paths:
        if str(path) == STDIN:
            if STDIN not in seen:
                seen.add(STDIN)
                yield from _read_stdin(stdin or sys.stdin.buffer, settings)
            continue
        for found in find_files(path, is_article=find_reader, seen=seen, on_skip=on_skip):
            if isinstance(found, ArticleUnreadable):
                yield found
            else:
                items = read_file(InputFile(found), settings, find_reader(found))
                yield from items if around is None else around(found, items)


def _read_stdin(stream: BinaryIO, settings: ReadSettings) -> Iterator[Item]:
    file = InputFile(Path(STDIN), stream=stream)
    return read_file(file, settings, READERS[".jsonl" if file.peek().startswith(b"{") else ".txt"])


def read_file(file: InputFile, settings: ReadSettings, target: str | None) -> Iterator[Item]:
    """Yield what the reader `target` makes of the file, and why it or a row of it cannot be read; None: no reader."""
    try:
        if target is None:
            raise _unknown_format(file)
        yield from load_reader(target)(file, settings)
    except ArticleUnreadable as error:
        yield error
    except OSError as error:
        yield file.unreadable(os_reason(error))
    except Exception as error:  # noqa: BLE001 - whatever the bug, it costs this file and not the run
        yield _bug(file, error)


def _bug(file: InputFile, error: Exception) -> ArticleUnreadable:
    frame = extract_tb(error.__traceback__)[-1]
    where = f"{Path(frame.filename).name}, line {frame.lineno}"
    hint = f"this is a bug in newslens, at {where}: report it with the file"
    return file.unreadable(f"{type(error).__name__}: {str(error)[:200]}", hint=hint)


def _unknown_format(file: InputFile) -> ArticleUnreadable:
    suffix = "".join(file.path.suffixes[-2:]) if file.path.suffix == ".gz" else file.path.suffix
    reason = f"unknown format `{suffix}`" if suffix else "its name has no suffix"
    return file.unreadable(reason, hint=f"known: {', '.join(READERS)}, each also with .gz")
