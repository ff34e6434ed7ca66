"""Extractors that worker processes can load: what each does is in the text."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

from newslens.errors import SetupError
from newslens.extraction import Extractor
from newslens.records import Article, Claim, stable_id


def identify(article: Article) -> Article:
    return article.model_copy(update={"language": "en"})


def extract(article: Article) -> list[Claim]:
    """Claim each `N chips`; `DIE n` ends the process, `SEGFAULT`, `SPIN`, `BUG`, `SLEEP n` and `ONCE file` do so."""
    text = article.text
    if found := re.search(r"DIE (\d+)", text):
        os._exit(int(found[1]))
    if "SEGFAULT" in text:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "BUG" in text:
        raise ZeroDivisionError("division by zero")
    if "BROKEN" in text:
        raise SetupError("the model is broken")
    if "DEAF" in text:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        time.sleep(600)
    while "SPIN" in text:
        pass
    if found := re.search(r"ONCE (\S+)", text):
        mark = Path(found[1])
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    if found := re.search(r"SLEEP ([\d.]+)", text):
        time.sleep(float(found[1]))
    return [_claim(article, match) for match in re.finditer(r"(\d+) chips", text)]


def _claim(article: Article, match: re.Match[str]) -> Claim:
    return Claim(
        claim_id=stable_id(article.article_id, match.start()),
        article_id=article.article_id,
        **article.model_dump(include={"source", "title", "outlet", "published_at"}),
        language="en",
        claim_type="chip_count",
        subject=article.title,
        value_low=int(match[1]),
        value_high=int(match[1]),
        bound="exact",
        unit="chip",
        quote=match[0],
        char_start=match.start(),
        char_end=match.end(),
        sentence=article.text,
        confidence=0.5,
        extractor_version="chips-1",
    )


def no_warm_up() -> None:
    raise SetupError("the model is missing", hint="install it")


def end_process() -> None:
    os._exit(9)


CHIPS = Extractor(identify, extract, "chips-1")
MISSING = Extractor(identify, extract, "chips-1", warm_up=no_warm_up)
ENDING = Extractor(identify, extract, "chips-1", warm_up=end_process)
