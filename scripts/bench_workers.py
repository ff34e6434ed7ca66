"""Measure what worker processes give and cost; JSON on stdout.

    python scripts/bench_workers.py [--articles FILE.jsonl] [--month-pages N]

Articles a second of 1 and 2 workers in one run, by turns, and their ratio; peak memory of a worker with and without the
names model; peak memory of a run over 2,000 and 20,000 made short texts, which tells whether it stays flat. How many
cores a month of a news crawl needs follows from the rate: `--month-pages` says how many pages it has.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from bench import lines, machine
from durability import write_articles
from newslens.batch import Inputs, RunOptions, Watcher, ingest
from newslens.extraction import Extractor, pipeline_extractor
from newslens.ingest import read_articles
from newslens.pipeline import Setup
from newslens.records import Article
from newslens.store import open_store
from newslens.workers.pool import WorkerPool

MONTH_S = 30 * 24 * 3600.0
MONTH_PAGES = 25_000_000  # an example: say what your crawl holds
PAGES_PER_S = 44.0  # of real news, that trafilatura made text of on one core


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, metavar="FILE")
    parser.add_argument("--number", type=int, default=200, help="articles of the file to take")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument(
        "--made", type=int, nargs="*", default=[2_000, 20_000], help="made texts of the runs for memory"
    )
    parser.add_argument("--month-pages", type=int, default=MONTH_PAGES)
    parser.add_argument("--run", type=Path, help=argparse.SUPPRESS)  # the child process
    asked = parser.parse_args()
    if asked.run:
        print(json.dumps(run_memory(asked.run)))
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "articles.jsonl")
        file.write_bytes(b"".join(lines(asked.articles)))
        articles = list(read_articles([file]))[: asked.number]
    figures: dict[str, Any] = {"machine": machine(), "articles": len(articles)}
    for name, setup in (("with names model", Setup()), ("--no-ner", Setup(ner="none"))):
        figures[name] = rates(pipeline_extractor(setup), articles, asked.rounds)
    figures["memory of runs over made texts, --no-ner, 2 workers"] = {
        f"{number:,}": flat_memory(number) for number in asked.made
    }
    figures["cores for a month"] = {
        name: cores(asked.month_pages, figures[name]["cpu_s_per_article"]) for name in ("with names model", "--no-ner")
    }
    print(json.dumps(figures, indent=2))


def rates(extractor: Extractor, articles: list[Article], rounds: int) -> dict[str, Any]:
    """Return articles a second of 1 and 2 workers, by turns; a round's ratio is taken within it."""
    per_s: dict[int, list[float]] = {1: [], 2: []}
    peaks, cpu_s = list[int](), list[float]()
    for _ in range(rounds):
        for number in per_s:
            with WorkerPool(extractor, number) as pool:
                for future in [pool.submit(article) for article in articles[: 4 * number]]:
                    future.result()  # each has loaded what it needs
                before, began = sum(map(cpu_of, pool.pids)), time.perf_counter()
                for future in [pool.submit(article) for article in articles]:
                    future.result()
                per_s[number].append(len(articles) / (time.perf_counter() - began))
                cpu_s.append((sum(map(cpu_of, pool.pids)) - before) / len(articles))
                peaks += map(peak_mib, pool.pids)
    return {
        "articles_per_s": {number: round(median(rate), 1) for number, rate in per_s.items()},
        "ratio": [round(two / one, 2) for one, two in zip(per_s[1], per_s[2], strict=True)],
        "cpu_s_per_article": round(median(cpu_s), 4),
        "peak_mib_per_worker": max(peaks),
    }


def cores(pages: int, cpu_s_per_article: float) -> float:
    """Return how many cores read so many pages in as long as they take to appear, HTML to text included."""
    return round(pages * (1 / PAGES_PER_S + cpu_s_per_article) / MONTH_S, 1)


def peak_mib(pid: int) -> int:
    """Return the most memory that the process has held."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) // 1024


def cpu_of(pid: int) -> float:
    """Return the processor seconds of the process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def flat_memory(number: int) -> dict[str, Any]:
    """Return the peak memory of a run over so many made short texts, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        write_articles(Path(folder, "news"), number)
        ended = subprocess.run([sys.executable, __file__, "--run", folder], check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


class Peaks(Watcher):
    """Keeps the most memory that a worker held."""

    def __init__(self) -> None:
        self.mib = 0
        self.count = 0

    def progress(self, summary: Any) -> None:
        """Look at the workers now and then."""
        self.count += 1
        if self.count % 50 == 0:
            self.mib = max([self.mib, *map(peak_mib, _workers())])


def _workers() -> list[int]:
    """Return the processes that the fork server of this process has started."""
    from multiprocessing.forkserver import _forkserver

    server = getattr(_forkserver, "_forkserver_pid", None)
    children = Path(f"/proc/{server}/task/{server}/children")
    return [int(pid) for pid in children.read_text().split()] if server and children.exists() else []


def run_memory(folder: Path) -> dict[str, Any]:
    """Ingest the folder with two workers; return what it took."""
    peaks = Peaks()
    with open_store(folder / "news.db", create=True) as store:
        extractor = pipeline_extractor(Setup(ner="none"))
        summary = ingest(
            Inputs(paths=(folder / "news",)), store, extractor=extractor, watcher=peaks, options=RunOptions(workers=2)
        )
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    per_s = round(summary.read / summary.seconds, 1)
    return {"coordinator_mib": own, "worker_mib": peaks.mib, "articles_per_s": per_s}


if __name__ == "__main__":
    main()
