"""What the process that worker processes are forked from loads once, and they share: all but the names model.

The model's session and its tokenizer keep threads, which do not survive a fork: each worker opens its own.
"""

from __future__ import annotations

import signal

# It is started with Ctrl-C held back. Until it listens to its parent, it shall end by it, and say nothing.
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

from contextlib import suppress  # noqa: E402

from newslens.errors import NewslensError  # noqa: E402
from newslens.pipeline import Setup, warm_up  # noqa: E402

with suppress(NewslensError):  # each worker meets it again, and can tell it
    warm_up(Setup(ner="none"))
