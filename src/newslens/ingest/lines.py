"""A big file as decoded lines: one bad or endless line costs that line, not the file or the memory."""

from __future__ import annotations

import io
from typing import Any, BinaryIO, TextIO, cast

from newslens.ingest.encodings import broken_text, detect_encoding
from newslens.ingest.input_file import Rejoined


class LineError(Exception):
    """A line that cannot be had: too long, or not in the file's encoding. The next one can still be read."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason, hint)
        self.reason = reason
        self.hint = hint

    def __str__(self) -> str:
        return self.reason


class TextLines:
    """Iterates over the lines of a stream, line ends kept; goes on after a `LineError`.

    The encoding is decided once, on the first `limit` bytes.

    Units:  `number` is that of the last line taken, from 1; `limit` bounds a line and, where `start_record` is
            called, a record of several lines: in bytes, in UTF-16 and UTF-32 in characters.
    Raises: DecodingError: on creation, when the encoding cannot be told.
    """

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        head = stream.read(limit + 1)
        whole_lines = head if len(head) <= limit else head[: head.rfind(b"\n") + 1] or head
        self.is_empty = not head.strip()
        self.number = 0
        self._limit = limit
        self._taken = 0
        self._encoding, mark_length = detect_encoding(whole_lines)
        rest = io.BufferedReader(cast(io.RawIOBase, Rejoined(head[mark_length:], stream)))
        self._lines: BinaryIO | TextIO = rest
        if self._encoding.startswith(("utf-16", "utf-32")):  # a line end is more than the byte 0x0A
            self._lines = io.TextIOWrapper(rest, encoding=self._encoding, newline="\n")

    def start_record(self) -> None:
        """Let the lines to come be counted against `limit` anew."""
        self._taken = 0

    def __iter__(self) -> TextLines:
        return self

    def __next__(self) -> str:
        try:
            line = self._lines.readline(self._limit + 1)
        except UnicodeDecodeError as error:  # in UTF-16 and UTF-32 no later line end can be told for sure
            self._lines = io.StringIO()
            self.number += 1
            problem = broken_text(self._encoding, error)
            raise LineError(f"{problem.reason}; nothing below it can be read", problem.hint) from error
        if not line:
            raise StopIteration
        self.number += 1
        self._taken += len(line)
        if self._taken > self._limit:
            self._skip_rest(line)
            raise LineError(
                f"more than {self._limit:,} bytes", "raise max_article_bytes, or close an open quotation mark"
            )
        if isinstance(line, str):
            return line
        try:
            return line.decode(self._encoding)
        except UnicodeDecodeError as error:
            problem = broken_text(self._encoding, error)
            raise LineError(problem.reason, problem.hint) from error

    def _skip_rest(self, line: Any) -> None:
        end = "\n" if isinstance(line, str) else b"\n"
        try:
            while line and not line.endswith(end):
                line = self._lines.readline(self._limit + 1)
        except UnicodeDecodeError:
            self._lines = io.StringIO()
