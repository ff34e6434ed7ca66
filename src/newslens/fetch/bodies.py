"""The body of an answer, unpacked as it comes: never more of it in memory than allowed, sent or unpacked."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from newslens.fetch.failures import failed

GZIP_OR_ZLIB = 47  # zlib's window size for "tell by the header"
RAW_DEFLATE = -15
GZIP_MAGIC = b"\x1f\x8b"
_PACKED = ("gzip", "x-gzip", "deflate")


def read_body(url: str, chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """Return the chunks as one, unpacked as `encoding` (the header Content-Encoding) says.

    Raises: FetchFailed: more than `limit` bytes, as sent or unpacked; or broken, or packed in an unknown way.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return _plain(url, chunks, limit)
    if encoding not in _PACKED:
        raise failed(url, f"the answer is packed as `{encoding[:40]}`, which was not asked for")
    return unpacked(url, _counted(url, chunks, limit), limit)


def unpacked(url: str, chunks: Iterable[bytes], limit: int) -> bytes:
    """Return gzip or deflate data unpacked. Raises: FetchFailed: broken, or more than `limit` bytes."""
    unpacker = zlib.decompressobj(GZIP_OR_ZLIB)
    body = bytearray()
    is_first = True
    for chunk in chunks:
        data = chunk
        while data:
            try:
                body += unpacker.decompress(data, limit + 1 - len(body))
            except zlib.error as error:
                if not is_first or data.startswith(GZIP_MAGIC):
                    raise failed(url, f"the answer's packed data is broken: {error}") from error
                unpacker = zlib.decompressobj(RAW_DEFLATE)  # some servers leave the zlib header out
                is_first = False
                continue
            is_first = False
            if len(body) > limit:
                raise too_large(url, limit)
            data = unpacker.unconsumed_tail
            if unpacker.eof:
                data = unpacker.unused_data if unpacker.unused_data.startswith(GZIP_MAGIC) else b""
                unpacker = zlib.decompressobj(GZIP_OR_ZLIB) if data else unpacker
    if not unpacker.eof:
        raise failed(url, "the answer's packed data ends too early")
    return bytes(body)


def too_large(url: str, limit: int) -> Exception:
    """Return the error for an answer above the limit."""
    return failed(url, f"the answer has more than {limit:,} bytes", hint="raise fetch.max_bytes to read it")


def _plain(url: str, chunks: Iterable[bytes], limit: int) -> bytes:
    return b"".join(_counted(url, chunks, limit))


def _counted(url: str, chunks: Iterable[bytes], limit: int) -> Iterable[bytes]:
    taken = 0
    for chunk in chunks:
        taken += len(chunk)
        if taken > limit:
            raise too_large(url, limit)
        yield chunk
