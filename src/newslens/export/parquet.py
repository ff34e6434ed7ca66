"""Parquet, written a batch at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from newslens.rows import Columns, Kind, Row

_ROWS_AT_ONCE = 50_000

_TYPES: dict[Kind, Any] = {
    "text": pa.string(),
    "choice": pa.string(),
    "number": pa.float64(),
    "integer": pa.int64(),
    "date": pa.date32(),
    "time": pa.timestamp("s", tz="UTC"),
}


def write(columns: Columns, rows: Iterable[Row], stream: BinaryIO) -> None:
    """Write the rows as one Parquet file, its schema fixed by the columns even where there are no rows."""
    batches = record_batches(columns, rows)
    with pq.ParquetWriter(stream, batches.schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)


def record_batches(columns: Columns, rows: Iterable[Row]) -> pa.RecordBatchReader:
    """Return the rows as Arrow batches, made as they are asked for."""
    schema = pa.schema([(name, _TYPES[kind]) for name, kind in columns.items()])

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in _batches(rows):
            cells = [list(column) for column in zip(*batch, strict=True)]
            arrays = [pa.array(column, field.type) for column, field in zip(cells, schema, strict=True)]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, _ROWS_AT_ONCE)):
        yield batch
