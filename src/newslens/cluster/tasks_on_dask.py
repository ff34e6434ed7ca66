"""Tasks on Dask's distributed scheduler: sent some at a time, what is lost sent again, what kills workers halved."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any

from newslens.cluster.files import FileRef
from newslens.cluster.task import Job, extract_files
from newslens.errors import SetupError

_AHEAD = 4
"""Tasks sent for each worker, so that none waits for the coordinator, and no queue grows with the corpus."""
_RECONNECTS = 5
_RECONNECT_S = 120.0
_NO_DASK = "pip install 'newslens[dask]'"

Refs = tuple[FileRef, ...]


@dataclass(frozen=True, slots=True)
class Killed:
    """A file whose reading ended every worker that tried it."""

    ref: FileRef


Outcome = list[str] | Killed
"""The names of a task's parts, or the file that no worker survives."""


@contextmanager
def open_client(scheduler: str | None, workers: int) -> Iterator[Callable[[], Any]]:
    """Give what connects to the scheduler, or to a cluster of worker processes on this machine.

    Raises: SetupError: Dask is not installed, or the scheduler does not answer.
    """
    try:
        import dask.config
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise SetupError("no Dask to spread work with", hint=_NO_DASK) from error

    if scheduler is not None:
        yield lambda: _connected(Client, scheduler)
        return
    quiet = {"distributed.worker.daemon": False, "distributed.scheduler.allowed-failures": 1}
    with (
        dask.config.set(quiet),
        LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as cluster,
    ):
        yield lambda: Client(cluster)


def results(
    connect: Callable[[], Any], job: Job, tasks: Iterable[Refs], on_lost: Callable[[], None] = lambda: None
) -> Iterator[Outcome]:
    """Yield the outcome of each task, in the order of the tasks; more than one where a task was halved.

    Raises: SetupError: the scheduler is gone for good; what concerns every article alike.
    """
    waiting, sent = iter(tasks), deque[Refs]()
    losses, suspects = 0, deque[FileRef]()
    while True:
        client = connect()
        try:
            for outcome in chain(_over(client, job, sent, waiting, suspects), _alone(client, job, suspects)):
                losses = 0
                yield outcome
            return
        except _lost() as error:
            losses += 1
            on_lost()
            if losses > _RECONNECTS:
                raise SetupError(f"the scheduler is lost: {error}", hint="check it; run again to go on") from error
        finally:
            with suppress(Exception):  # of a scheduler that is gone, there is nothing to let go of
                client.close(timeout=5)


def _over(
    client: Any, job: Job, sent: deque[Refs], waiting: Iterator[Refs], suspects: deque[FileRef]
) -> Iterator[Outcome]:
    """Yield outcomes over one connection. What is not done stays in `sent`, for the next one."""
    futures = deque(_submit(client, job, refs) for refs in sent)
    while True:
        while len(futures) < _AHEAD * max(len(client.nthreads()), 1) and (refs := next(waiting, None)) is not None:
            sent.append(refs)
            futures.append(_submit(client, job, refs))
        if not futures:
            return
        yield from _outcomes(client, job, sent[0], futures[0], suspects)
        futures.popleft()
        sent.popleft()


def _outcomes(client: Any, job: Job, refs: Refs, future: Any, suspects: deque[FileRef]) -> Iterator[Outcome]:
    """Yield what a task gave; one that ended its workers is halved, down to the file that does it."""
    from distributed import KilledWorker

    try:
        names: list[str] = future.result()
    except KilledWorker:
        if len(refs) == 1:
            suspects.append(refs[0])  # it, or what its workers had been given beside it
            return
        middle = len(refs) // 2
        for half in (refs[:middle], refs[middle:]):
            yield from _outcomes(client, job, half, _submit(client, job, half), suspects)
    else:
        yield names


def _alone(client: Any, job: Job, suspects: deque[FileRef]) -> Iterator[Outcome]:
    """Yield what becomes of each suspect while nothing else is under way."""
    from distributed import KilledWorker

    while suspects:
        outcome: Outcome
        try:
            outcome = _submit(client, job, (suspects[0],)).result()
        except KilledWorker:
            outcome = Killed(suspects[0])
        yield outcome
        suspects.popleft()


def _submit(client: Any, job: Job, refs: Sequence[FileRef]) -> Any:
    return client.submit(extract_files, job, tuple(refs), pure=False)


def _lost() -> tuple[type[BaseException], ...]:
    """Return the errors that mean that the scheduler forgot what it was asked, or went away."""
    import concurrent.futures

    from distributed import CancelledError
    from distributed.comm.core import CommClosedError

    return (CommClosedError, CancelledError, asyncio.CancelledError, concurrent.futures.CancelledError, TimeoutError)


def _connected(client: Any, scheduler: str) -> Any:
    until = time.monotonic() + _RECONNECT_S
    while True:
        try:
            return client(scheduler, timeout=10)
        except (OSError, TimeoutError, ValueError) as error:
            if time.monotonic() > until or isinstance(error, ValueError):
                hint = "is it started, and reachable from here? `dask scheduler` tells its address"
                raise SetupError(f"no scheduler answers at {scheduler}", hint=hint) from error
        time.sleep(1)
