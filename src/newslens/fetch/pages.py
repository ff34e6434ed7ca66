"""What was fetched, read by the readers of files: a page, a text, a table of articles."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from newslens.errors import ArticleUnreadable
from newslens.fetch.bodies import GZIP_MAGIC, unpacked
from newslens.fetch.failures import failed, one_line
from newslens.fetch.fetcher import Answer
from newslens.ingest.formats import READERS, Item, ReadSettings, load_reader
from newslens.ingest.input_file import InputFile

_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/json": ".json",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/vnd.apache.parquet": ".parquet",
}
"""The reader's suffix by content type; for any other type the address decides, else it is taken for a page."""

_SAYS_NOTHING = ("", "application/octet-stream", "binary/octet-stream", "text/plain", "application/gzip")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", re.I)


class FetchedFile(InputFile):
    """An answer as an input: named by its address, its text in the encoding that the header states, if any."""

    def __init__(self, url: str, suffix: str, body: bytes, charset: str | None) -> None:
        super().__init__(Path(f"page{suffix}"), stream=io.BytesIO(body))
        self.source = url
        self._charset = charset

    def unreadable(self, reason: str, *, hint: str | None = None, place: str | None = None) -> ArticleUnreadable:
        """Return the error that names the address."""
        where = f"`{one_line(self.source)}`" + (f", {place}" if place else "")
        return ArticleUnreadable(f"cannot read {where}: {reason}", hint=hint, path=one_line(self.source), place=place)

    def source_of(self, text: str) -> str:
        """Return the source of the one text of this answer: its address."""
        return self.source

    def source_of_row(self, text: str, *, row_id: str | None, number: int) -> str:
        """Return the source of a row that names none: the address, with the row's own id or number."""
        return f"{self.source}#{row_id or number}"

    def decode(self, data: bytes, *, declared: str | None = None) -> str:
        """Return `data` as text; what the header says wins over what the page says."""
        return super().decode(data, declared=self._charset or declared)


def read_page(url: str, answer: Answer, settings: ReadSettings, max_bytes: int) -> Iterator[Item]:
    """Yield what the answer for `url` holds.

    Raises: ArticleUnreadable: it is of a kind that newslens does not read, or broken.
    """
    declared = answer.content_type.partition(";")[0].strip().lower()
    suffix = _suffix(url, answer.url, declared)
    if suffix is None:
        raise failed(url, f"it is {declared}, which newslens does not read", hint="save its text as .txt")
    body = answer.body
    if body.startswith(GZIP_MAGIC):
        body = unpacked(url, [body], max_bytes)
    charset = _CHARSET.search(answer.content_type)
    file = FetchedFile(one_line(url), suffix, body, charset[1] if charset else None)
    yield from load_reader(READERS[suffix])(file, settings)


def _suffix(asked: str, url: str, declared: str) -> str | None:
    if declared in _SAYS_NOTHING:
        for address in (url, asked):
            name = unquote(urlsplit(address).path).lower().removesuffix(".gz")
            if PurePosixPath(name).suffix in READERS:
                return PurePosixPath(name).suffix
    if declared in _SUFFIXES:
        return _SUFFIXES[declared]
    return ".html" if declared in _SAYS_NOTHING or declared.endswith("xml") else None
