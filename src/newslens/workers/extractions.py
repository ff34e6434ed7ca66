"""`Extractions`: those of one run, in this process or in workers, ahead of whoever stores what comes of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from math import ceil
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from newslens.extraction import Extractor, Result, extract_article
from newslens.records import Article

if TYPE_CHECKING:
    from newslens.workers.pool import WorkerPool

Group = TypeVar("Group")

WORTH_S = 3.0
"""So much time of one core makes up for the start of workers."""
_CPU_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def usable_cores() -> int:
    """Return how many processor cores this process may use: a container's share may be less than the machine has."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError):
        quota, period = _CPU_QUOTA.read_text().split()
        cores = min(cores, ceil(int(quota) / int(period)))
    return max(cores, 1)


class Extractions:
    """What was made of articles, each in its turn, while those after it are under way.

    `workers` says how many processes: 1 is this one alone; 0 as many as cores, as soon as there is enough to do. `with`
    ends them.
    """

    def __init__(self, extractor: Extractor, *, workers: int, time_limit_s: float | None) -> None:
        self._extractor = extractor
        self._time_limit_s = time_limit_s
        self._is_automatic = workers == 0
        self._number = workers or usable_cores()
        self._pool: WorkerPool | None = None
        self._begun: dict[int, tuple[Article, Future[Result]]] = {}
        self._seen_characters = 0
        self._is_warm = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.close()

    @property
    def may_be_elsewhere(self) -> bool:
        """Say whether there may be workers, now or later."""
        return self._number > 1

    @property
    def are_elsewhere(self) -> bool:
        """Say whether there are workers."""
        return self._pool is not None

    def ahead(self, groups: Iterable[Group], needed: Callable[[Group], Sequence[Article]]) -> Iterator[Group]:
        """Yield each group, with workers when its articles that are `needed` and those of the next are under way.

        So there is work for the processes while one group is stored and another read; and never more than two waiting.
        """
        before: list[Group] = []
        for group in groups:
            self._begin(needed(group))
            before.append(group)
            if len(before) > 1 or not self.are_elsewhere:
                yield before.pop(0)
        yield from before

    def of(self, article: Article) -> Result:
        """Return what was made of the article.

        Raises: as `newslens.extraction.extract_article`.
        """
        _, future = self._begun.pop(id(article), (None, None))
        if future is None and self._pool is not None:
            future = self._pool.submit(article)
        return self._made_here(article) if future is None else future.result()

    def drop(self, articles: Iterable[Article]) -> None:
        """Forget what was begun of the articles: nobody will ask for it."""
        for article in articles:
            self._begun.pop(id(article), None)

    def _begin(self, articles: Sequence[Article]) -> None:
        self._seen_characters += sum(len(article.text) for article in articles)
        if self._pool is None and articles and self._is_worth_it():
            from newslens.workers.pool import WorkerPool

            self._pool = WorkerPool(self._extractor, self._number, time_limit_s=self._time_limit_s)
        if self._pool is None:
            return
        known = {article.article_id for article, _ in self._begun.values()}
        for article in articles:
            if article.article_id not in known:  # else its text is stored by the time it is asked for
                known.add(article.article_id)
                self._begun[id(article)] = (article, self._pool.submit(article))

    def _is_worth_it(self) -> bool:
        enough = self._seen_characters >= WORTH_S * self._extractor.characters_per_s or not self._is_automatic
        return self.may_be_elsewhere and enough

    def _made_here(self, article: Article) -> Result:
        if not self._is_warm:
            self._extractor.warm_up()
            self._is_warm = True
        return extract_article(self._extractor, article, time_limit_s=self._time_limit_s)
