"""The files of a job, wherever they are: on a disk that all workers see, or in object storage (fsspec addresses)."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from newslens.errors import ArticleUnreadable, SettingsError
from newslens.ingest.formats import find_reader
from newslens.ingest.input_file import InputFile, printable_path
from newslens.ingest.paths import find_files

_TASK_FILES = 64
_TASK_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file: the name that its articles go by, where every worker finds it, and how large it is."""

    name: str
    location: str
    size_bytes: int = 0


class LocatedFile(InputFile):
    """A file that is read from its location, and called by its name."""

    def __init__(self, ref: FileRef) -> None:
        super().__init__(Path(ref.name))
        self.source = ref.name
        self._location = ref.location

    def unreadable(self, reason: str, *, hint: str | None = None, place: str | None = None) -> ArticleUnreadable:
        """Return the error that says why this file, or one place in it, cannot be read."""
        where = f"`{self.source}`, {place}" if place else f"`{self.source}`"
        return ArticleUnreadable(f"cannot read {where}: {reason}", hint=hint, path=self.source, place=place)

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open the file's bytes, decompressed. Raises: as that of `InputFile`."""
        import fsspec

        packed = "gzip" if self.source.lower().endswith(".gz") else None
        try:
            with fsspec.open(self._location, "rb", compression=packed) as stream:
                yield cast(BinaryIO, stream)
        except (EOFError, zlib.error) as error:
            raise self.unreadable(f"broken gzip data: {error}", hint="check with `gzip -t`") from error


def find_refs(
    paths: Iterable[str | Path], *, on_error: Callable[[ArticleUnreadable], None], on_skip: Callable[[Path], None]
) -> Iterator[FileRef]:
    """Yield the files that the arguments mean, as `newslens.ingest.read_articles` finds them; addresses too.

    Raises: SettingsError: standard input, which workers cannot read.
    """
    seen: set[str] = set()
    for path in paths:
        if str(path) == "-":
            raise SettingsError("workers of a cluster cannot read standard input", hint="name files")
        if "://" in str(path):
            yield from _stored_elsewhere(str(path), on_error, on_skip)
            continue
        for found in find_files(path, is_article=find_reader, seen=seen, on_skip=on_skip):
            if isinstance(found, ArticleUnreadable):
                on_error(found)
            else:
                yield FileRef(printable_path(found), str(found.absolute()), found.stat().st_size)


def batches(refs: Iterable[FileRef]) -> Iterator[tuple[FileRef, ...]]:
    """Yield the files in tasks: large ones each alone, small ones some at a time."""
    some: list[FileRef] = []
    for ref in refs:
        if some and (len(some) >= _TASK_FILES or sum(one.size_bytes for one in some) + ref.size_bytes > _TASK_BYTES):
            yield tuple(some)
            some = []
        some.append(ref)
    if some:
        yield tuple(some)


def _stored_elsewhere(
    address: str, on_error: Callable[[ArticleUnreadable], None], on_skip: Callable[[Path], None]
) -> Iterator[FileRef]:
    from fsspec.core import url_to_fs

    try:
        system, path = url_to_fs(address)
        found = _listed(system, path)
    except (ImportError, ValueError, OSError) as error:
        on_error(ArticleUnreadable(f"cannot read `{address}`: {error}", hint="check the address", path=address))
        return
    if not found:
        on_error(ArticleUnreadable(f"cannot read `{address}`: nothing is there", hint="check it", path=address))
    for name, size_bytes in found:
        if name != path and find_reader(Path(name)) is None:
            on_skip(Path(name))
            continue
        whole = str(system.unstrip_protocol(name))
        yield FileRef(whole, whole, size_bytes)


def _listed(system: Any, path: str) -> list[tuple[str, int]]:
    if any(sign in path for sign in "*?["):
        found = system.glob(path, detail=True)
    elif system.isdir(path):
        found = system.find(path, detail=True)
    else:
        found = {path: system.info(path)} if system.exists(path) else {}
    shown = {name: told for name, told in found.items() if not PurePosixPath(name).name.startswith(".")}
    return sorted((name, int(told.get("size") or 0)) for name, told in shown.items() if told.get("type") != "directory")
