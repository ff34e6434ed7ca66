"""A bound on the time that a library takes over one input."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN_AFTER_S = 1.0  # an alarm that some callback swallowed goes off again


class TimeIsUp(BaseException):
    """Not an `Exception`: no `except Exception` of the library shall take it for an error of its own."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeIsUp` in the block after so long; elsewhere than in a process's main thread there is no alarm."""
    if threading.current_thread() is not threading.main_thread() or signal.getitimer(signal.ITIMER_REAL)[0]:
        yield  # an alarm that is set already bounds this block too
        return
    is_running = True

    def on_alarm(number: int, frame: FrameType | None) -> None:
        if is_running:
            raise TimeIsUp

    before = signal.signal(signal.SIGALRM, on_alarm)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_AFTER_S)
    try:
        yield
    finally:
        is_running = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
