"""Measure speed and memory on real articles, beside other tools and in one run; and of the commands: `make bench`.

    python scripts/bench.py [--articles PATH ...] [--sample N] [--write]

PATH is a file of articles, one a line with `text` and what else `newslens ingest` reads (.jsonl, .jsonl.xz, .jsonl.gz),
or a folder of articles; each text is read once. Without it the seeds are taken, over and over: enough to see whether a
change costs time, too few texts for figures worth quoting. Other tools (pip install 'newslens[bench]') read a sample of
each language, and are compared by the processor seconds that newslens takes for the same articles; one that is not
installed is skipped with a word. JSON on stdout; `--write` puts tables into docs/performance.md. Each part runs in a
process of its own, with one thread, so that memory and time are of this part alone.
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
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bench_page import page
from bench_parts import PARTS, WHOLE, WHOLE_WITHOUT_MODEL, Missing
from markdown import write_block

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
SEED_ROUNDS = 20
OPENERS: dict[str, Callable[[Path], Any]] = {".xz": lzma.open, ".gz": gzip.open}
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, nargs="+", metavar="PATH", default=[])
    parser.add_argument("--sample", type=int, default=40, metavar="N", help="articles of a language for other tools")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    parser.add_argument("--only", metavar="WORD", default="", help="only parts with this in their name; no commands")
    parser.add_argument("--part", nargs=2, metavar=("NAME", "FILE"), help=argparse.SUPPRESS)  # the child process
    parser.add_argument("--gather", nargs="+", type=Path, help=argparse.SUPPRESS)  # the child process
    arguments = parser.parse_args()
    if arguments.gather:
        print(json.dumps(write_articles(arguments.gather[1:], arguments.gather[0])))
        return
    if arguments.part:
        print(json.dumps(part_figures(arguments.part[0], Path(arguments.part[1]), arguments.sample)))
        return
    with tempfile.TemporaryDirectory() as folder:
        articles = Path(folder, "articles.jsonl")
        given = [str(path.absolute()) for path in arguments.articles]
        # in a process of its own, as the peak of one that starts another counts as the other's too
        about = json.loads(measured([sys.executable, __file__, "--gather", str(articles), *given])["stdout"])
        figures: dict[str, Any] = {"machine": machine(), "articles": about, "sample": arguments.sample}
        figures["parts"] = {
            name: run_part(name, articles, arguments.sample) for name in PARTS if arguments.only in name
        }
        figures["ratios"] = ratios(figures["parts"])
        if not arguments.only:
            figures["commands"] = command_figures(Path(folder), articles)
    print(json.dumps(figures, indent=2, ensure_ascii=False))
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


def write_articles(paths: Sequence[Path], file: Path) -> dict[str, Any]:
    """Write each article once, with its language, to `file`; return what was written, by language."""
    from newslens.ingest import read_articles
    from newslens.pipeline import identify
    from newslens.records import LANGUAGES

    seen: set[str] = set()
    counts: dict[str, dict[str, int]] = defaultdict(lambda: {"articles": 0, "characters": 0})
    with tempfile.TemporaryDirectory() as folder, file.open("w", encoding="utf-8") as out:
        for article in read_articles(list(_readable(paths, Path(folder)))):
            if article.text in seen:
                continue
            seen.add(article.text)
            article = identify(article)
            if article.language not in LANGUAGES:
                continue
            counts[article.language]["articles"] += 1
            counts[article.language]["characters"] += len(article.text)
            row = article.model_dump(mode="json", include={"source", "title", "published_at", "text", "language"})
            out.write(json.dumps(row) + "\n")
    said = ", ".join(path.name for path in paths) or f"the seeds, {SEED_ROUNDS} times: give --articles to quote figures"
    return {"of": said, "languages": dict(sorted(counts.items()))}


def _readable(paths: Sequence[Path], folder: Path) -> Iterator[Path]:
    """Yield the folders as they are, and files without their compression."""
    for number, path in enumerate(paths or [None]):
        if path is not None and path.is_dir():
            yield path
            continue
        copy = folder / f"{number}.jsonl"
        copy.write_bytes(b"".join(lines(path)))
        yield copy


def machine() -> str:
    """Say in words what this runs on."""
    return f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} processors"


def run_part(name: str, articles: Path, sample: int) -> dict[str, Any]:
    """Return the figures of a part, measured in a process of its own."""
    print(f"bench: {name}", file=sys.stderr)
    child = [sys.executable, __file__, "--sample", str(sample), "--part", name, str(articles)]
    told: dict[str, Any] = json.loads(measured(child)["stdout"].strip().splitlines()[-1])
    return told


def part_figures(name: str, file: Path, sample: int) -> dict[str, Any]:
    """Return what the part takes in this process, by language; `sampled` is of the articles other tools read too."""
    from newslens.records import Article

    part = PARTS[name]
    articles = defaultdict(list)
    for line in file.read_text("utf-8").splitlines():
        article = Article(**json.loads(line))
        articles[article.language].append(article)
    figures: dict[str, Any] = {"languages": {}}
    for language in part.languages:
        if not articles[language]:
            continue
        began = time.process_time()
        try:
            read = part.load(language)
        except Missing as error:
            figures["languages"][language] = {"skipped": str(error)}
            continue
        start_up_s = time.process_time() - began
        chosen = sampled(articles[language], sample)
        in_sample = {id(article) for article in chosen}
        spent, spent_on_sample, wall = 0.0, 0.0, time.perf_counter()
        read_here = chosen if part.is_peer else articles[language]
        for article in read_here:
            began = time.process_time()
            read(article)
            taken = time.process_time() - began
            spent += taken
            spent_on_sample += taken if id(article) in in_sample else 0.0
        characters = sum(len(article.text) for article in read_here)
        figures["languages"][language] = {
            "articles": len(read_here),
            "characters": characters,
            "start_up_cpu_s": round(start_up_s, 2),
            "cpu_s": round(spent, 3),
            "wall_s": round(time.perf_counter() - wall, 3),
            "articles_per_cpu_s": round(len(read_here) / spent, 2),
            "characters_per_cpu_s": round(characters / spent),
            "sampled_cpu_s": round(spent_on_sample, 4),
        }
    figures["peak_memory_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if part.counts:
        figures["sentences"] = part.counts["sentences"]
        figures["share_read_by_the_model"] = round(part.counts["read"] / part.counts["sentences"], 3)
    return figures


def sampled(articles: list[Any], number: int) -> list[Any]:
    """Return so many of the articles, evenly spread, or all."""
    step = max(1.0, len(articles) / number)
    return [articles[int(i * step)] for i in range(min(number, len(articles)))]


def ratios(parts: dict[str, Any]) -> dict[str, dict[str, dict[str, float]]]:
    """Return, for each other tool and language, how many times as fast newslens reads the same articles."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for ours in (WHOLE, WHOLE_WITHOUT_MODEL):
        own = parts.get(ours, {}).get("languages", {})
        for name, taken in parts.items():
            for language, its in taken["languages"].items() if PARTS[name].is_peer else ():
                if "sampled_cpu_s" in its and language in own:
                    ratio = its["sampled_cpu_s"] / own[language]["sampled_cpu_s"]
                    found.setdefault(name, {}).setdefault(language, {})[ours] = round(ratio, 2)
    return found


def command_figures(folder: Path, articles: Path) -> dict[str, dict[str, Any]]:
    """Return what the commands take, as a user runs them."""
    newslens, db = str(Path(sys.executable).with_name("newslens")), str(folder / "newslens.db")
    seeds_db = str(folder / "seeds.db")
    one = str(min((ROOT / "seeds").glob("*.txt")))
    commands = {
        "newslens --help": [newslens, "--help"],
        "newslens ingest seeds": [newslens, "ingest", str(ROOT / "seeds"), "--workers", "1", "--db", seeds_db],
        "newslens ingest of one article": [newslens, "ingest", one, "--db", str(folder / "one.db")],
        "newslens ingest --no-ner of one": [newslens, "ingest", one, "--no-ner", "--db", str(folder / "two.db")],
        "newslens claims, of the seeds": [newslens, "claims", "--db", seeds_db],
        "newslens ingest, of all articles, one worker": [
            newslens,
            "ingest",
            str(articles),
            "--workers",
            "1",
            "--db",
            db,
        ],
        "the same again, nothing changed": [newslens, "ingest", str(articles), "--workers", "1", "--db", db],
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
        process = subprocess.Popen(command, stdout=stdout, stderr=stderr, cwd=ROOT, env=os.environ | ONE_THREAD)
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


if __name__ == "__main__":
    main()
