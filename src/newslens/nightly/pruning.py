"""`prune = true`: the claims of files that vanished from a source folder go.

A folder that is not there, cannot be read, or has become empty is taken for a disk that is not mounted: nothing of it
is pruned, and that is told.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from newslens.batch import is_covered
from newslens.errors import ArticleUnreadable
from newslens.fetch.web import is_web_address
from newslens.ingest.formats import find_reader
from newslens.ingest.input_file import printable_path
from newslens.ingest.paths import find_files
from newslens.store.interface import Store


@dataclass(frozen=True, slots=True)
class Pruning:
    """The sources to take away, and why others stay."""

    vanished: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def find_vanished(store: Store, paths: Iterable[str]) -> Pruning:
    """Return the stored sources that lay in one of `paths` and whose files are there no more. Changes nothing.

    A row of a table counts with its file, unless it has an address of its own.
    """
    doubts: list[str] = []
    present: set[str] = set()
    sound: list[str] = []
    for path in paths:
        found = list(find_files(path, is_article=find_reader, seen=set()))
        problems = [item.message for item in found if isinstance(item, ArticleUnreadable)]
        files = {printable_path(item) for item in found if not isinstance(item, ArticleUnreadable)}
        present |= files
        if problems or not files:
            doubts.append(f"nothing of `{path}` was pruned: {problems[0] if problems else 'no article is left in it'}")
        else:
            sound.append(path)
    lay_there = (one for one in store.sources() if is_covered(one, sound) or is_covered(_file(one), sound))
    return Pruning(tuple(_without_file(lay_there, present)), tuple(doubts))


def _file(source: str) -> str:
    """Return the file of a row's source, `FILE#id`."""
    return source.rpartition("#")[0]


def _without_file(sources: Iterable[str], present: set[str]) -> Iterator[str]:
    for source in sources:
        file = _file(source)
        if is_web_address(source) or source in present or file in present:
            continue
        if not (os.path.lexists(source) or (file and os.path.lexists(file))):
            yield source


def prune(store: Store, paths: Iterable[str]) -> Pruning:
    """Take away what `find_vanished` finds. Raises: RunLocked: another run has begun meanwhile."""
    with store.exclusive():
        found = find_vanished(store, paths)
        for source in found.vanished:
            store.drop_source(source)
    return found
