"""A bound on the time that one input may take, whatever a library does over it."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN_AFTER_S = 1.0  # an alarm that some callback swallowed goes off again
_SOONEST_S = 0.01
CLOCK_TIMES = 10
"""So many times the limit by the clock end an input too: a text may wait for ever and take no processor time."""


class TimeIsUp(BaseException):
    """Not an `Exception`: no `except Exception` of a library shall take it for an error of its own."""


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Raise `TimeIsUp` in the block after so much processor time, or ten times as long by the clock; None: never.

    A busy or sleeping machine is not the input's fault, so its waits do not count. Elsewhere than in a process's main
    thread there is no alarm, and no limit; within another such block, that one's holds.
    """
    is_elsewhere = threading.current_thread() is not threading.main_thread() or signal.getitimer(signal.ITIMER_REAL)[0]
    if seconds is None or is_elsewhere:
        yield
        return
    is_running, limit_s, began_s, clock_s = True, seconds, time.thread_time(), time.monotonic()

    def on_alarm(number: int, frame: FrameType | None) -> None:
        left_s = limit_s - (time.thread_time() - began_s)
        if not is_running:
            return
        if left_s <= 0 or time.monotonic() - clock_s >= limit_s * CLOCK_TIMES:
            raise TimeIsUp
        signal.setitimer(signal.ITIMER_REAL, max(left_s, _SOONEST_S), _AGAIN_AFTER_S)

    before = signal.signal(signal.SIGALRM, on_alarm)
    signal.setitimer(signal.ITIMER_REAL, limit_s, _AGAIN_AFTER_S)
    try:
        yield
    finally:
        is_running = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
