"""CSV and TSV with a header line, read record by record whatever the file's size."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator

from newslens.ingest.encodings import DecodingError
from newslens.ingest.formats import Item, ReadSettings, format_suffix
from newslens.ingest.input_file import InputFile
from newslens.ingest.lines import LineError, TextLines
from newslens.ingest.rows import article_from_row, check_columns

DELIMITERS = (",", ";", "\t", "|")  # Excel writes ";" where the comma is the decimal sign


def read(file: InputFile, settings: ReadSettings) -> Iterator[Item]:
    """Yield the article of each record; a broken one costs that record only.

    The delimiter is the one that makes the header hold the text column. Line ends inside a cell are kept.

    Raises: ArticleUnreadable: the file is empty or no text, or lacks a column it must have.
    """
    # The module's limit is 131,072 characters a cell, too few for a long article, and can only be set for the process.
    csv.field_size_limit(max(csv.field_size_limit(), settings.max_article_bytes))
    with file.open() as stream:
        try:
            lines = TextLines(stream, settings.max_article_bytes)
            first = next(lines, "")
        except (DecodingError, LineError) as error:
            raise file.unreadable(error.reason, hint=error.hint) from error
        if not first.strip():
            raise file.unreadable("the file is empty or has no header line", hint="name its columns in the first line")
        delimiter = "\t" if format_suffix(file.path) == ".tsv" else _delimiter(first, settings.columns.text)
        records = csv.reader(itertools.chain([first], lines), delimiter=delimiter, strict=True)
        try:
            header = next(records)
        except (csv.Error, LineError) as error:
            raise file.unreadable(f"broken header: {error}", place="line 1") from error
        check_columns(file, header, settings.columns)
        yield from _articles(file, settings, lines, records, header)


def _articles(
    file: InputFile, settings: ReadSettings, lines: TextLines, records: Iterator[list[str]], header: list[str]
) -> Iterator[Item]:
    while True:
        lines.start_record()
        number = lines.number + 1
        place = f"line {number}"
        try:
            record = next(records)
        except StopIteration:
            return
        except LineError as error:
            yield file.unreadable(error.reason, hint=error.hint, place=place)
            continue
        except csv.Error as error:
            yield file.unreadable(f"broken record: {error}", hint="check its quotation marks", place=place)
            continue
        if not record:
            continue
        if len(record) != len(header):
            reason = f"{len(record)} cells where the header has {len(header)}"
            yield file.unreadable(reason, hint="quote the cells that hold the delimiter or a line end", place=place)
            continue
        yield article_from_row(
            file,
            dict(zip(header, record, strict=True)),
            number=number,
            place=place,
            columns=settings.columns,
            max_article_bytes=settings.max_article_bytes,
        )


def _delimiter(header: str, text_column: str) -> str:
    for delimiter in DELIMITERS:
        try:
            cells = next(csv.reader([header], delimiter=delimiter))
        except csv.Error:  # told with its place when the header is read
            break
        if text_column in cells:
            return delimiter
    return max(DELIMITERS, key=header.count)
