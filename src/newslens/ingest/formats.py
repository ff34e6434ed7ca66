"""The formats newslens reads: file-name suffix -> reader, loaded on first use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TypeAlias, cast

from newslens.errors import ArticleUnreadable
from newslens.ingest.input_file import InputFile
from newslens.ingest.rows import ColumnMapping
from newslens.records import Article

GZIP = ".gz"


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """What a reader needs to know besides the file.

    Units: `max_article_bytes` in bytes after decompression.
    """

    columns: ColumnMapping
    max_article_bytes: int


Item: TypeAlias = Article | ArticleUnreadable
"""What a reader yields: an article, or why one row of the file is none. It raises what costs the whole file."""
Reader: TypeAlias = Callable[[InputFile, ReadSettings], Iterator[Item]]

READERS: dict[str, str] = {
    ".txt": "newslens.ingest.plain_text:read",
    ".md": "newslens.ingest.plain_text:read",
    ".markdown": "newslens.ingest.plain_text:read",
    ".html": "newslens.ingest.web_page:read",
    ".htm": "newslens.ingest.web_page:read",
    ".json": "newslens.ingest.json_document:read",
    ".jsonl": "newslens.ingest.json_lines:read",
    ".ndjson": "newslens.ingest.json_lines:read",
    ".csv": "newslens.ingest.delimited:read",
    ".tsv": "newslens.ingest.delimited:read",
    ".parquet": "newslens.ingest.parquet:read",
    ".warc": "newslens.ingest.warc:read",
}


def format_suffix(path: Path) -> str:
    """Return the suffix that names the format: `.txt` for both `a.TXT` and `a.txt.gz`."""
    name = path.name.lower().removesuffix(GZIP)
    return Path(name).suffix


def find_reader(path: Path) -> str | None:
    """Return the `module:function` that reads files named like `path`, or None."""
    return READERS.get(format_suffix(path))


def load_reader(target: str) -> Reader:
    """Return the reader behind a `module:function`."""
    module, _, function = target.partition(":")
    return cast(Reader, getattr(import_module(module), function))
