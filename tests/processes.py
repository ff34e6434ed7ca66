"""Processes of this machine, as /proc shows them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def below(pid: int) -> set[int]:
    """Return the processes that the process started, and those that they did."""
    parents = {number: parent for number, parent, _ in _all()}
    found: set[int] = set()
    ahead = [pid]
    while ahead:
        one = ahead.pop()
        more = [number for number, parent in parents.items() if parent == one]
        found.update(more)
        ahead += more
    return found


def workers_below(pid: int) -> set[int]:
    """Return the worker processes of a run: what its fork server has started."""
    near = {number for number, parent, _ in _all() if parent == pid}
    return {number for number, parent, _ in _all() if parent in near}


def alive(pids: set[int]) -> set[int]:
    """Return which of them run still."""
    return {number for number, _, state in _all() if number in pids and state != "Z"}


def wait_until(happened: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for something. Raises: AssertionError: it does not happen."""
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.02)


def _all() -> list[tuple[int, int, str]]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
        except OSError:  # it has ended meanwhile
            continue
        found.append((int(path.parent.name), int(parent), state))
    return found
