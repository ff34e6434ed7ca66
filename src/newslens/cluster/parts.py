"""Parts: what workers made of some articles, as a Parquet file that is there whole or not at all.

A part's name says which articles, as they were read, and which extractor version: what is made again has the same name,
so it need not be made again, and nothing is there twice.
"""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from newslens.extraction import Result
from newslens.records import Article, Claim, Extraction, stable_id
from newslens.store.interface import Failure

Made = tuple[Article | None, Result]
"""An article as it was read, and what became of it; none where it could not be read."""

_COLUMNS = ("source", "article", "identified", "claims", "unclaimed", "failure")


class PartFolder:
    """A folder of parts, on a disk or in object storage, that coordinator and workers see."""

    def __init__(self, address: str) -> None:
        from fsspec.core import url_to_fs

        self.address = address
        self._system, self._root = url_to_fs(address)

    def has(self, name: str) -> bool:
        """Say whether the part is there."""
        return bool(self._system.exists(self._path(name)))

    def write(self, name: str, made: Sequence[Made]) -> None:
        """Write the part; whoever else writes it now writes the same."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        rows = [_row(article, result) for article, result in made]
        table = pa.table({column: [row[column] for row in rows] for column in _COLUMNS}, schema=_schema(pa))
        out = io.BytesIO()
        pq.write_table(table, out, compression="zstd")
        self._system.makedirs(self._root, exist_ok=True)
        path = self._path(name)
        if "file" not in self._protocols():  # object storage shows what was put there when it is whole
            self._system.pipe_file(path, out.getvalue())
            return
        part = Path(f"{path}.{uuid.uuid4().hex}.tmp")
        part.write_bytes(out.getvalue())
        part.replace(path)

    def read(self, name: str) -> Iterator[Made]:
        """Yield what the part holds, in order."""
        import pyarrow.parquet as pq

        with self._system.open(self._path(name), "rb") as stream:
            for batch in pq.ParquetFile(stream).iter_batches(batch_size=50):
                yield from map(_made, batch.to_pylist())

    def _protocols(self) -> tuple[str, ...]:
        protocol = self._system.protocol
        return (protocol,) if isinstance(protocol, str) else tuple(protocol)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"


def part_name(version: str, items: Sequence[Article | Failure], *, suffix: str = "") -> str:
    """Return the name of the part that holds these."""
    return f"part-{stable_id(version, *map(_input_id, items))}{suffix}.parquet"


def _input_id(item: Article | Failure) -> str:
    if isinstance(item, Failure):
        return stable_id("unread", item.source, item.place, item.message)
    return stable_id(item.source, item.article_id, item.title, item.outlet, item.published_at)


def _schema(pa: Any) -> Any:
    kinds = {name: pa.int64() if name == "unclaimed" else pa.string() for name in _COLUMNS}
    return pa.schema([(name, kinds[name]) for name in _COLUMNS])


def _row(article: Article | None, result: Result) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(_COLUMNS)
    row["article"] = article and article.model_dump_json()
    if isinstance(result, Failure):
        told = {name: value for name, value in asdict(result).items() if name != "article"}
        return row | {"source": result.source, "failure": json.dumps(told, ensure_ascii=False)}
    identified, made = result
    fields = identified.model_dump_json(include={"language", "language_confidence", "script"})
    claims = "[" + ",".join(claim.model_dump_json() for claim in made.claims) + "]"
    return row | {"source": identified.source, "identified": fields, "claims": claims, "unclaimed": made.unclaimed}


def _made(row: dict[str, Any]) -> Made:
    article = Article.model_validate_json(row["article"]) if row["article"] else None
    if row["failure"]:
        return article, Failure(**json.loads(row["failure"]), article=article)
    assert article is not None, "what was extracted was read"
    claims = [Claim.model_validate_json(json.dumps(claim)) for claim in json.loads(row["claims"])]
    identified = article.model_copy(update=json.loads(row["identified"]))
    return article, (identified, Extraction(claims, row["unclaimed"]))
