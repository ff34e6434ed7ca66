"""Which files need not be opened: those an earlier night read, that are as they were, and whose articles are stored.

A note is believed only where all of that holds. What changed in the last two seconds before it was read is not noted:
a file system may tell times no finer than that, and the next change would not show.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from newslens.errors import ArticleUnreadable
from newslens.ingest.formats import Item
from newslens.ingest.input_file import printable_path
from newslens.journal import Journal, holds_all

COARSEST_CLOCK_S = 2.0

Stat = list[int]


class FileNotes:
    """The notes on files in a journal; `stored` are the sources in the store, less those with a known failure."""

    def __init__(self, journal: Journal, stored: set[str]) -> None:
        self._notes = journal.files
        self._stored = stored
        self._given_by: dict[str, str] = {}
        self._failed: set[str] = set()

    def file(self, path: Path, items: Iterator[Item], on_unchanged: Callable[[int], None]) -> Iterator[Item]:
        """Yield what reading the file yields; nothing, and never open it, where that is stored already."""
        name = printable_path(path)
        stat = _stat(path)
        note = self._notes.get(name)
        noted, sources = note if isinstance(note, list) and len(note) == 2 else (None, None)
        if stat is not None and noted == stat and holds_all(sources, name, self._stored):
            on_unchanged(len(sources) if sources else 1)
            return
        self._notes.pop(name, None)
        yield from self._noted(name, stat, items)

    def failed(self, source: str) -> None:
        """Forget the file that gave the source, so that it is read again next time."""
        for name in (source, self._given_by.get(source, "")):
            self._failed.add(name)
            self._notes.pop(name, None)

    def _noted(self, name: str, stat: Stat | None, items: Iterator[Item]) -> Iterator[Item]:
        sources: list[str] = []
        for item in items:
            if isinstance(item, ArticleUnreadable):
                self._failed.add(name)
            else:
                sources.append(item.source)
                self._given_by[item.source] = name
            yield item  # taken up again when the article is stored, or has failed
        if stat is not None and sources and name not in self._failed and _is_settled(stat):
            self._notes[name] = [stat, None if sources == [name] else sources]


def _stat(path: Path) -> Stat | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def _is_settled(stat: Stat) -> bool:
    return max(stat[1], stat[2]) / 1e9 < time.time() - COARSEST_CLOCK_S
