"""`WorkerPool`: worker processes that extract articles. A text that ends its process costs itself alone.

To each process belongs a thread here, which passes it one article at a time over a pipe of its own. So it is known
what a process that died was at, and nothing that processes share (a lock, a queue) can be left broken by one of them.
"""

from __future__ import annotations

import pickle
import signal
import threading
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing import get_context, resource_tracker
from queue import SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Self

from newslens.errors import NewslensError, SettingsError, SetupError
from newslens.extraction import Extractor, Result, failure_of
from newslens.records import Article
from newslens.time_limit import CLOCK_TIMES
from newslens.workers.worker import Answer, run_worker

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess

_TRIES = 2
"""Of an article that its process did not survive: it may have been another one's memory."""
_STARTS = 3
"""Of a process that is killed before it is ready."""
_GRACE_S = 30.0
"""After the time limit should have gone off in a worker, until the worker is ended from outside."""
_END_S = 5.0


class WorkerPool:
    """So many processes, started with the first articles; `with` ends them, at once.

    Raises: SettingsError: the extractor cannot be sent to another process.
    """

    def __init__(self, extractor: Extractor, number: int, *, time_limit_s: float | None = None) -> None:
        _check_sendable(extractor)
        self.extractor = extractor
        self.time_limit_s = time_limit_s
        self.is_closed = False
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._lanes = [_Lane(self, self._jobs) for _ in range(number)]
        for lane in self._lanes:
            lane.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def submit(self, article: Article) -> Future[Result]:
        """Have the article extracted; the future raises what concerns every article alike, such as a SetupError."""
        job = _Job(article)
        self._jobs.put(job)
        return job.future

    def close(self) -> None:
        """End the processes, whatever they are at: they hold nothing that is not here or done again."""
        self.is_closed = True
        for _ in self._lanes:
            self._jobs.put(None)
        for lane in self._lanes:
            lane.kill()

    @property
    def pids(self) -> list[int]:
        """The processes that run now."""
        return [lane.worker.pid for lane in self._lanes if lane.worker is not None]


class _Job:
    def __init__(self, article: Article) -> None:
        self.article = article
        self.future: Future[Result] = Future()


class _Lane(threading.Thread):
    """The thread of one process, and of the next where that died. A daemon: it may be waiting when all is over."""

    def __init__(self, pool: WorkerPool, jobs: SimpleQueue[_Job | None]) -> None:
        super().__init__(daemon=True, name="newslens worker's thread")
        self.worker: _Worker | None = None
        self._pool = pool
        self._jobs = jobs

    def run(self) -> None:
        """Pass on articles until there is none."""
        resource_tracker.ensure_running()  # which lets Ctrl-C through to this thread again
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # for what is started here, until it can ignore it
        while (job := self._jobs.get()) is not None and not self._pool.is_closed:
            try:
                result = self._extracted(job.article)
            except BaseException as error:  # noqa: BLE001 - whatever it is, whoever waits for the article gets it
                job.future.set_exception(error)
            else:
                job.future.set_result(result)
        if self.worker is not None:
            self.worker.end(at_once=True)

    def kill(self) -> None:
        """End the process, and wait for that, unless it is only being started: it then ends as soon as it is there."""
        if self.worker is not None:
            self.worker.kill()
            self.join(_END_S)

    def _extracted(self, article: Article) -> Result:
        ended = ""
        for _ in range(_TRIES):
            worker = self._ready_worker()
            try:
                answer = worker.ask(article)
            except (EOFError, OSError):
                ended = self._buried()
                continue
            except _Silent:
                self._buried(at_once=True)
                return _never_done(self._pool, article)
            if isinstance(answer, NewslensError):
                raise answer
            assert answer is not None, "a worker says once that it is ready"
            return answer
        return _died(self._pool, article, ended)

    def _ready_worker(self) -> _Worker:
        """Return the process, a new one where there is none. Raises: SetupError: it cannot be had."""
        ended = ""
        for _ in range(_STARTS):
            if self.worker is not None:
                return self.worker
            if self._pool.is_closed:
                break
            try:
                worker = _Worker(self._pool.extractor, self._pool.time_limit_s)
            except (EOFError, OSError) as error:
                ended = f"cannot be made: {error}"
                continue
            self.worker = worker
            try:
                answer = worker.answer(None)
            except (EOFError, OSError):
                ended = self._buried()
                continue
            if isinstance(answer, NewslensError):
                raise answer
            return worker
        hint = 'a script that has workers starts them below `if __name__ == "__main__":`; `--workers 1` needs none'
        raise SetupError(f"there is no worker process: it {ended or 'is not wanted any more'}", hint=hint)

    def _buried(self, *, at_once: bool = False) -> str:
        """Let go of the process; return how it ended."""
        worker, self.worker = self.worker, None
        return "" if worker is None else worker.end(at_once=at_once)


class _Worker:
    """One process and the pipe to it."""

    def __init__(self, extractor: Extractor, time_limit_s: float | None) -> None:
        context = get_context("forkserver")
        context.set_forkserver_preload(["newslens.workers.preload"])
        self._pipe, theirs = context.Pipe()
        self._process: ForkServerProcess = context.Process(
            target=run_worker, args=(theirs, extractor, time_limit_s), name="newslens worker", daemon=True
        )
        self._wait_s = None if time_limit_s is None else time_limit_s * CLOCK_TIMES + _GRACE_S
        try:
            self._process.start()
        finally:
            theirs.close()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid or 0

    def ask(self, article: Article) -> Answer:
        """Return what it makes of the article.

        Raises: EOFError, OSError: the process ended. _Silent: it does not answer, though the time is up.
        """
        self._pipe.send(article)
        return self.answer(self._wait_s)

    def answer(self, wait_s: float | None) -> Answer:
        """Return what it sends next. Raises: as `ask`."""
        if not self._pipe.poll(wait_s):
            raise _Silent
        answer: Answer = self._pipe.recv()
        return answer

    def kill(self) -> None:
        """End the process."""
        self._process.kill()

    def end(self, *, at_once: bool) -> str:
        """See to it that the process has ended, by itself where it is about to; return in words how it did."""
        if not at_once:
            self._process.join(_END_S)
        self._process.kill()
        self._process.join(_END_S)
        self._pipe.close()
        return _in_words(self._process.exitcode)


class _Silent(Exception):
    """A process does not answer in time."""


def _in_words(code: int | None) -> str:
    if code is None or code >= 0:
        return f"ended with exit code {code}"
    with suppress(ValueError):
        return f"was ended by {signal.Signals(-code).name}"
    return f"was ended by signal {-code}"


def _died(pool: WorkerPool, article: Article, ended: str) -> Result:
    hint = "report it with the text; SIGKILL may mean that memory ran out: `newslens retry-failed` with fewer workers"
    what = f"the process that read it {ended}, {_TRIES} times"
    return failure_of(pool.extractor, article, "WorkerDied", what, hint)


def _never_done(pool: WorkerPool, article: Article) -> Result:
    what = f"its process did not answer, though {pool.time_limit_s:g} s of processor time were over long ago"
    return failure_of(pool.extractor, article, "TimeLimitExceeded", what, "report it with the text")


def _check_sendable(extractor: Extractor) -> None:
    try:
        pickle.dumps(extractor)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        hint = "make it of functions of a module, or work with one worker"
        raise SettingsError(f"the extractor cannot be sent to worker processes: {error}", hint=hint) from error
