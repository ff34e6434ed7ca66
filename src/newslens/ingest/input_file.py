"""One input: its name in messages and claims, and its bytes, never more of them than asked for."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from newslens.errors import ArticleUnreadable
from newslens.ingest.encodings import DecodingError, decode_text
from newslens.records import stable_id

WHOLE_FILE_ARTICLES = 20  # a JSON or gzipped Parquet file is held in memory whole: at most so many full-size articles

PEEKED_BYTES = 64


def printable_path(path: Path) -> str:
    """Return `path` with forward slashes, as text that can be stored: bytes that are no UTF-8 become `\\xe9`."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def unreadable(path: Path, reason: str, *, hint: str | None = None, place: str | None = None) -> ArticleUnreadable:
    """Return the error for `path`: one line that names the file, the place in it, and the cure."""
    name = printable_path(path)
    shown = "standard input" if name == "-" else "`" + name.replace("\n", "\\n").replace("\r", "\\r") + "`"
    where = f"{shown}, {place}" if place else shown
    return ArticleUnreadable(f"cannot read {where}: {reason}", hint=hint, path=name, place=place)


class Rejoined(io.RawIOBase):
    """A stream with the bytes already taken from its head put back; closing it leaves the stream open."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = io.BytesIO(head)
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._head.read(len(buffer)) or self._rest.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def os_reason(error: OSError) -> str:
    """Return the operating system's reason in a few words."""
    return "no permission" if isinstance(error, PermissionError) else (error.strerror or str(error)).lower()


class InputFile:
    """A file, gzipped or not, or a stream such as standard input."""

    def __init__(self, path: Path, *, stream: BinaryIO | None = None) -> None:
        self.path = path
        self.source = printable_path(path)
        self._stream = stream

    def unreadable(self, reason: str, *, hint: str | None = None, place: str | None = None) -> ArticleUnreadable:
        """Return the error that says why this file, or one place in it, cannot be read."""
        return unreadable(self.path, reason, hint=hint, place=place)

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open the file's bytes, decompressed.

        Raises: ArticleUnreadable: the compressed data is broken, also while reading inside the block.
        """
        if self._stream is not None:
            yield self._stream
        elif self.path.suffix.lower() != ".gz":
            with self.path.open("rb") as stream:
                yield stream
        else:
            try:
                with gzip.open(self.path, "rb") as stream:
                    yield cast(BinaryIO, stream)
            except (gzip.BadGzipFile, EOFError, zlib.error) as error:
                raise self.unreadable(f"broken gzip data: {error}", hint="check with `gzip -t`") from error

    def source_of(self, text: str) -> str:
        """Return the source of the one text of this file. A stream has no name: there, the text makes it, so that what
        is piped in next does not replace it."""
        return self.source if self._stream is None else f"stdin:{stable_id(text)}"

    def source_of_row(self, text: str, *, row_id: str | None, number: int) -> str:
        """Return the source of a row that names none: `FILE#id`, else `FILE#number`, or of a stream by its text."""
        if row_id is None and self._stream is not None:
            return self.source_of(text)
        return f"{self.source}#{row_id or number}"

    def peek(self) -> bytes:
        """Return the first bytes of a stream, without a mark or white space, and leave them in the stream."""
        assert self._stream is not None, "only a stream is peeked at"
        head = self._stream.read(PEEKED_BYTES)
        self._stream = cast(BinaryIO, io.BufferedReader(Rejoined(head, self._stream)))
        return head.lstrip(b"\xef\xbb\xbf \t\r\n")

    def read_bytes(self, limit: int) -> bytes:
        """Return all bytes.

        Raises: ArticleUnreadable: there are none, or more than `limit`, whose excess is never read.
        """
        with self.open() as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise self.unreadable(f"more than {limit:,} bytes", hint="raise max_article_bytes or split the file")
        if not data.strip():
            raise self.unreadable("the file is empty", hint="remove it or fetch it again")
        return data

    def read_text(self, limit: int, *, declared: str | None = None) -> str:
        """Return the decoded text, a byte-order mark removed and nothing else changed.

        Raises: ArticleUnreadable: as `read_bytes`, or the bytes are no text, or only white space.
        """
        return self.decode(self.read_bytes(limit), declared=declared)

    def decode(self, data: bytes, *, declared: str | None = None) -> str:
        """Return `data` as text, in the encoding it shows or is `declared` to have.

        Raises: ArticleUnreadable: the bytes are no text, or only white space.
        """
        try:
            text = decode_text(data, declared=declared)
        except DecodingError as error:
            raise self.unreadable(error.reason, hint=error.hint) from error
        if "\0" in text:  # UTF-16 and UTF-32 can hold one, a database cannot
            raise self.unreadable(f"a NUL character at {text.index(chr(0))}, as binary data has")
        if not text.strip():
            raise self.unreadable("the file holds only white space", hint="remove it or fetch it again")
        return text
