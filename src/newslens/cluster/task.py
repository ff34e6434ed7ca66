"""What a worker of the cluster does: reads some files, extracts, writes parts. It knows no store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import current_process

from newslens.cluster.files import FileRef, LocatedFile
from newslens.cluster.parts import Made, PartFolder, part_name
from newslens.errors import ArticleUnreadable
from newslens.extraction import Extractor, Result, extract_article
from newslens.ingest import ColumnMapping
from newslens.ingest.articles import read_file
from newslens.ingest.formats import ReadSettings, find_reader
from newslens.inputs import unread
from newslens.records import Article
from newslens.store.interface import Failure
from newslens.workers.pool import WorkerPool

PART_ARTICLES = 200


@dataclass(frozen=True, slots=True)
class Job:
    """What is the same for all tasks of a run.

    `parts` is the address of a folder that every worker can write. `is_isolated`: each worker extracts in a process of
    its own, so that a text costs itself alone, and the time limit holds.
    """

    extractor: Extractor
    parts: str
    columns: ColumnMapping = field(default_factory=ColumnMapping)
    max_article_bytes: int = 5_000_000
    time_limit_s: float | None = None
    is_isolated: bool = True


def extract_files(job: Job, refs: Sequence[FileRef]) -> list[str]:
    """Read the files, see to it that their parts are there, and return the parts' names, in order."""
    folder = PartFolder(job.parts)
    settings = ReadSettings(columns=job.columns, max_article_bytes=job.max_article_bytes)
    items = _items(refs, settings)
    names = []
    while some := list(islice(items, PART_ARTICLES)):
        names.append(_part(job, folder, some))
    return names


def _items(refs: Sequence[FileRef], settings: ReadSettings) -> Iterator[Article | Failure]:
    for ref in refs:
        file = LocatedFile(ref)
        for item in read_file(file, settings, find_reader(file.path)):
            yield unread(item) if isinstance(item, ArticleUnreadable) else item


def _part(job: Job, folder: PartFolder, items: list[Article | Failure]) -> str:
    name = part_name(job.extractor.version, items)
    if folder.has(name):
        return name
    made: list[Made] = list(zip((_article(item) for item in items), _results(job, items), strict=True))
    if any(isinstance(result, Failure) and article is not None for article, result in made):
        name = part_name(job.extractor.version, items, suffix=".failed")  # to be tried again by the next run
    folder.write(name, made)
    return name


def _article(item: Article | Failure) -> Article | None:
    return item if isinstance(item, Article) else None


def _results(job: Job, items: list[Article | Failure]) -> Iterator[Result]:
    if not job.is_isolated:
        for item in items:
            yield item if isinstance(item, Failure) else extract_article(job.extractor, item)
        return
    pool = _pool(job)
    begun = [item if isinstance(item, Failure) else pool.submit(item) for item in items]
    for one in begun:
        yield one if isinstance(one, Failure) else one.result()


_pools: dict[tuple[str, float | None], WorkerPool] = {}
"""The pool of this process, by what it extracts with: its model is loaded once."""


def _pool(job: Job) -> WorkerPool:
    key = (job.extractor.version, job.time_limit_s)
    if key not in _pools:
        for old in list(_pools):
            _pools.pop(old).close()
        with suppress(AttributeError, KeyError):
            # Dask marks its workers as daemons, which may have no children; ours end with the process they belong to.
            current_process()._config["daemon"] = False  # type: ignore[attr-defined]
        _pools[key] = WorkerPool(job.extractor, 1, time_limit_s=job.time_limit_s)
    return _pools[key]
