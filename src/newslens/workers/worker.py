"""A worker process: articles in, what was made of them out, one at a time."""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing import parent_process
from multiprocessing.connection import Connection

from newslens.errors import NewslensError
from newslens.extraction import Extractor, Result, extract_article
from newslens.records import Article

Answer = Result | NewslensError | None
"""What a worker sends: None once it is ready; the error where it cannot work at all."""


def run_worker(pipe: Connection[Answer, Article], extractor: Extractor, time_limit_s: float | None) -> None:
    """Load what the extractor needs, then answer each article, until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # the workers share the cores, each has one
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        extractor.warm_up()
        pipe.send(None)
        while True:
            pipe.send(_answer(extractor, pipe.recv(), time_limit_s))
    except NewslensError as error:
        pipe.send(error)
    except (EOFError, BrokenPipeError):
        return


def _answer(extractor: Extractor, article: Article, time_limit_s: float | None) -> Result | NewslensError:
    try:
        return extract_article(extractor, article, time_limit_s=time_limit_s)
    except NewslensError as error:
        return error


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, however that ended, and whatever this one is at."""
    parent = parent_process()
    assert parent is not None, "a worker has a parent"
    parent.join()
    os._exit(1)
