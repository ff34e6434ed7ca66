"""Measure speed and memory of the whole pipeline on real articles, and of the commands: `make bench`.

    python scripts/bench.py [--articles FILE.jsonl[.xz|.gz]] [--write]

FILE holds one article a line, with `text` and what else `newslens ingest` reads. Without it the seeds are taken, over
and over: enough to see whether a change costs time, too few texts for figures worth quoting. JSON on stdout; `--write`
puts a table into docs/performance.md. Each part runs in a process of its own, so that memory is that of this part.
"""

from __future__ import annotations

import argparse
import gzip
import json
import lzma
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from markdown import table, write_block

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
SEED_ROUNDS = 20
OPENERS: dict[str, Callable[[Path], Any]] = {".xz": lzma.open, ".gz": gzip.open}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, metavar="FILE")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    parser.add_argument("--pipeline", type=Path, metavar="FILE", help=argparse.SUPPRESS)  # the child process
    arguments = parser.parse_args()
    if arguments.pipeline:
        print(json.dumps(pipeline_figures(arguments.pipeline)))
        return
    with tempfile.TemporaryDirectory() as folder:
        articles = Path(folder, "articles.jsonl")
        articles.write_bytes(b"".join(lines(arguments.articles)))
        figures: dict[str, Any] = {"machine": machine(), "articles": described(arguments.articles)}
        figures["pipeline"] = json.loads(measured([sys.executable, __file__, "--pipeline", str(articles)])["stdout"])
        figures["commands"] = command_figures(Path(folder), articles)
    print(json.dumps(figures, indent=2))
    if arguments.write:
        write_block(PAGE, "figures", page(figures))


def lines(path: Path | None) -> Iterator[bytes]:
    """Yield the articles as JSON Lines; without a path, the seeds over and over, each time another text."""
    if path is not None:
        with OPENERS.get(path.suffix, Path.open)(path, "rb") as stream:
            yield from stream
        return
    for n in range(SEED_ROUNDS):
        for seed in sorted((ROOT / "seeds").glob("*.txt")):
            article = {"source": f"{seed.name}-{n}", "text": f"{seed.read_bytes().decode('utf-8-sig')}\n\n[{n}]\n"}
            yield json.dumps(article).encode() + b"\n"


def described(path: Path | None) -> str:
    """Say what is measured on, without the way to it."""
    return path.name if path else f"the seeds, {SEED_ROUNDS} times: give --articles for figures worth quoting"


def machine() -> str:
    """Say in words what this runs on."""
    return f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} processors"


def pipeline_figures(path: Path) -> dict[str, Any]:
    """Return what reading each article's claims takes, in this process: no store, nothing written."""
    began = time.perf_counter()
    from newslens.ingest import read_articles
    from newslens.pipeline import extract, warm_up

    warm_up()
    start_up_s = time.perf_counter() - began
    articles = list(read_articles([path]))
    taken_s, n_claims, cpu = list[float](), 0, time.process_time()
    for article in articles:
        start = time.perf_counter()
        n_claims += len(extract(article))
        taken_s.append(time.perf_counter() - start)
    cpu_s = time.process_time() - cpu
    n_characters = sum(len(article.text) for article in articles)
    return {
        "start_up_s": round(start_up_s, 2),
        "articles": len(articles),
        "characters": n_characters,
        "claims": n_claims,
        "wall_s": round(sum(taken_s), 2),
        "cpu_s": round(cpu_s, 2),
        "articles_per_s": round(len(articles) / sum(taken_s), 1),
        "characters_per_s": round(n_characters / sum(taken_s)),
        "median_article_ms": round(1000 * median(taken_s), 1),
        "slowest_article_ms": round(1000 * max(taken_s), 1),
        "peak_memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def command_figures(folder: Path, articles: Path) -> dict[str, dict[str, Any]]:
    """Return what the commands take, as a user runs them."""
    newslens, db = str(Path(sys.executable).with_name("newslens")), str(folder / "newslens.db")
    seeds_db = str(folder / "seeds.db")
    commands = {
        "newslens --help": [newslens, "--help"],
        "newslens ingest seeds": [newslens, "ingest", str(ROOT / "seeds"), "--db", seeds_db],
        "newslens claims, of the seeds": [newslens, "claims", "--db", seeds_db],
        "newslens ingest, of all articles": [newslens, "ingest", str(articles), "--db", db],
        "the same again, nothing changed": [newslens, "ingest", str(articles), "--db", db],
        "newslens claims --format csv": [newslens, "claims", "--db", db, "--format", "csv"],
    }
    return {
        name: {key: value for key, value in measured(command).items() if key != "stdout"}
        for name, command in commands.items()
    }


def measured(command: Sequence[str]) -> dict[str, Any]:
    """Run the command to its end and return its output, wall and processor seconds, and peak memory."""
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=stdout, stderr=stderr, cwd=ROOT)
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - start
        if status:
            stderr.seek(0)
            raise SystemExit(
                f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}: {stderr.read().decode()}"
            )
        stdout.seek(0)
        return {
            "stdout": stdout.read().decode(),
            "wall_s": round(wall_s, 2),
            "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
            "peak_memory_mib": round(usage.ru_maxrss / 1024),
        }


def page(figures: dict[str, Any]) -> str:
    """Return the figures as Markdown."""
    its = figures["pipeline"]
    pipeline = [
        ("articles, characters", f"{its['articles']:,}, {its['characters']:,}"),
        ("claims", f"{its['claims']:,}"),
        ("articles a second", its["articles_per_s"]),
        ("characters a second", f"{its['characters_per_s']:,}"),
        ("processor seconds in all", its["cpu_s"]),
        ("median article, slowest article", f"{its['median_article_ms']} ms, {its['slowest_article_ms']} ms"),
        ("start-up (once a process)", f"{its['start_up_s']} s"),
        ("peak memory", f"{its['peak_memory_mib']} MiB"),
    ]
    commands = [
        (f"`{name}`" if name.startswith("newslens") and "," not in name else name, *taken.values())
        for name, taken in figures["commands"].items()
    ]
    return "\n\n".join(
        [
            f"On {figures['articles']}; {figures['machine']}.",
            table(("text to claims, one process", ""), pipeline),
            table(("whole command", "seconds", "processor seconds", "peak MiB"), commands),
        ]
    )


if __name__ == "__main__":
    main()
