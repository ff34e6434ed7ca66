"""Parquet tables: one article a row, read batch by batch."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from newslens.ingest.formats import Item, ReadSettings
from newslens.ingest.input_file import WHOLE_FILE_ARTICLES, InputFile
from newslens.ingest.rows import article_from_row, check_columns

BATCH_ROWS = 64


def read(file: InputFile, settings: ReadSettings) -> Iterator[Item]:
    """Yield the article of each row; of a table, only the columns of the mapping are read.

    Raises: ArticleUnreadable: the file is empty, no Parquet, or lacks a column it must have.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with file.open() as stream:
        try:
            table = pq.ParquetFile(_seekable(file, stream, settings))
            names = table.schema_arrow.names
            check_columns(file, names, settings.columns)
            wanted = [name for name in dict.fromkeys(settings.columns.names()) if name in names]
            yield from _articles(file, settings, table.iter_batches(batch_size=BATCH_ROWS, columns=wanted))
        except (pa.ArrowException, OSError) as error:
            reason = f"broken Parquet data: {str(error).splitlines()[0]}"
            raise file.unreadable(reason, hint="write it again, or check that it is a Parquet file") from error


def _seekable(file: InputFile, stream: BinaryIO, settings: ReadSettings) -> BinaryIO:
    if file.path.suffix.lower() != ".gz":
        return stream
    return io.BytesIO(file.read_bytes(WHOLE_FILE_ARTICLES * settings.max_article_bytes))


def _rows(batch: Any) -> Iterator[dict[str, Any] | UnicodeDecodeError]:
    """Yield the rows of a batch, and what is wrong with one that holds broken text."""
    try:
        yield from batch.to_pylist()
    except UnicodeDecodeError:
        for place in range(batch.num_rows):
            try:
                yield batch.slice(place, 1).to_pylist()[0]
            except UnicodeDecodeError as error:
                yield error


def _articles(file: InputFile, settings: ReadSettings, batches: Iterator[Any]) -> Iterator[Item]:
    number = 0
    for batch in batches:
        for row in _rows(batch):
            number += 1
            if isinstance(row, UnicodeDecodeError):
                yield file.unreadable("broken text: it is no UTF-8", hint="write the row again", place=f"row {number}")
                continue
            yield article_from_row(
                file,
                row,
                number=number,
                place=f"row {number}",
                columns=settings.columns,
                max_article_bytes=settings.max_article_bytes,
            )
