"""Measure groups and report on made-up claims: python scripts/bench_reports.py [CLAIMS]."""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from newslens.groups import make_groups
from newslens.records import Article, Claim, stable_id
from newslens.report import write_report
from newslens.store import open_store

PER_ARTICLE = 9
SUBJECTS = ["DeepSeek", "DeepSeek-V3", "DeepSeek-R1", "OpenAI", "GPT-4", "o1", "Nvidia", "Meta", "Stargate", "China"]
TYPES = {
    "training_cost": ("USD", 1e6, 1e9),
    "chip_count": ("chip", 1e3, 1e6),
    "token_price": ("USD/Mtok", 0.1, 60),
    "investment": ("USD", 1e8, 5e11),
    "market_value_change": ("USD", -6e11, -1e9),
    "share_price_change": ("percent", -20, -1),
    "user_count": ("user", 1e5, 1e9),
}
BOUNDS = {"exact": 60, "approx": 20, "at_least": 10, "at_most": 6, "range": 4}


def main() -> None:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    random.seed(7)
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder, "bench.db"), create=True) as store:
        run_id = store.begin_run(package_version="bench", extractor_version="bench")
        for number in range(-(-wanted // PER_ARTICLE)):
            article, claims = made(number)
            store.put_article(article, claims, extractor_version="bench", run_id=run_id)
        store.finish_run(run_id, "finished", {})
        with told("groups, with signatures"):
            print(f"{make_groups(store)} groups of {wanted} claims")
        with told("groups, nothing changed"):
            make_groups(store)
        with told("report"):
            print(f"{write_report(store, Path(folder, 'report.html')):,} bytes")


@contextmanager
def told(what: str) -> Iterator[None]:
    started, processor = time.monotonic(), time.process_time()
    yield
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    took = f"{time.monotonic() - started:.1f} s, {time.process_time() - processor:.1f} s of processor time"
    print(f"{what}: {took}; {peak:.0f} MB at most so far")


def made(number: int) -> tuple[Article, list[Claim]]:
    """An article of 300 words, each twelfth a copy of the one before it, and its claims."""
    words = random.Random(number // 2 if number % 12 == 1 else number)
    text = " ".join(f"word{words.randrange(4000)}" for _ in range(300)) + f" {number}"
    day = date(2025, 1, 20) + timedelta(days=random.randrange(600))
    article = Article(source=f"press/{number:07}.txt", text=text, published_at=day, language="en")
    return article, [claim(article, place) for place in range(PER_ARTICLE)]


def claim(article: Article, place: int) -> Claim:
    claim_type = random.choice(list(TYPES))
    unit, low, high = TYPES[claim_type]
    value = float(f"{low * (high / low) ** random.random():.2g}")
    bound = random.choices(list(BOUNDS), list(BOUNDS.values()))[0]
    ends: dict[str, Callable[[], tuple[float | None, float | None]]] = {
        "at_least": lambda: (value, None),
        "at_most": lambda: (None, value),
        "range": lambda: (min(value, value * 1.4), max(value, value * 1.4)),
    }
    first, last = ends.get(bound, lambda: (value, value))()
    many = min(int(random.paretovariate(0.35)) - 1, 400)
    cells = {
        "claim_id": stable_id(article.article_id, place),
        "claim_type": claim_type,
        "subject": SUBJECTS[many] if many < len(SUBJECTS) else f"Company {many}",
        "value_low": first,
        "value_high": last,
        "value_low_usd": first if unit.startswith("USD") else None,
        "value_high_usd": last if unit.startswith("USD") else None,
        "quote": article.text[place * 20 : place * 20 + 10],
        "char_start": place * 20,
        "char_end": place * 20 + 10,
        "sentence": article.text[place * 20 : place * 20 + 160],
    }
    about = article.model_dump(include={"source", "published_at", "language"}) | {"article_id": article.article_id}
    fixed = {"bound": bound, "unit": unit, "confidence": 0.9, "extractor_version": "bench"}
    return Claim.model_validate(about | cells | fixed)


if __name__ == "__main__":
    main()
