"""The long form of the tests on hostile input: `make soak`. Prints what was done; ends with 1 where a promise broke.

python scripts/soak_inputs.py [--files 5000] [--model-every 10] [--fuzz-minutes 10] [--articles 10000] [--seed 0]
    [--resume] [--write]

The hostile files may be read in several goes: what became of those that were read is kept in `data/soak`, and
`--resume` goes on behind them.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from fuzz_readers import fuzz
from hostile_inputs import BIG
from read_hostile import MOST_S, TIME_LIMIT_S, Outcome, read_some

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "operations.md"
WITH_MODEL, WITHOUT = 75, 225
"""Files that one process reads: every kind is among them five times, or fifteen."""
MARKS = ("<!-- soak:begin -->", "<!-- soak:end -->")


def next_numbers(first: int, count: int, model_every: int) -> tuple[range, bool]:
    """Return the numbers of the files to be read next, and whether the names model reads them."""
    turn = WITH_MODEL * model_every
    place = first % turn
    with_model = place < WITH_MODEL
    size = WITH_MODEL - place if with_model else min(WITHOUT, turn - place)
    return range(first, min(first + size, count)), with_model


def hostile_files(count: int, seed: int, keep: Path, *, model_every: int, resume: bool) -> Iterator[str]:
    """Ingest hostile files, some at a time: each must give an article or a failure.

    One in `model_every` is read with the names model, which takes by far the most time on texts of figures.
    """
    kept = keep / f"seen-{seed}.json"
    seen = Outcome(**json.loads(kept.read_text("utf-8"))) if resume and kept.exists() else Outcome()
    keep.mkdir(parents=True, exist_ok=True)
    while seen.files < count:
        numbers, with_model = next_numbers(seen.files, count, model_every)
        seen.add(read_some(numbers, seed=seed, big=BIG, with_model=with_model, keep=keep))
        kept.write_text(json.dumps(asdict(seen)), "utf-8")
        print(f"  {seen.files} of {count} hostile files", file=sys.stderr, flush=True)
    for problem in (*seen.lost, *seen.bugs, *seen.crashes):
        print(f"BROKEN: {problem}", flush=True)
    if seen.slowest_s > MOST_S:
        print(f"BROKEN: {seen.slowest} took {seen.slowest_s} s", flush=True)
    yield (
        f"{seen.files:,} hostile files, of them {seen.with_model:,} with the names model: {seen.read:,} articles, "
        f"{seen.failed:,} inputs with a failure "
        f"({seen.out_of_time:,} not done after {TIME_LIMIT_S:g} s), "
        f"{len(seen.lost)} lost, {len(seen.bugs)} bugs, {len(seen.crashes)} crashes; peak memory "
        f"{seen.peak_mib:,} MiB, slowest input {seen.slowest_s:.1f} s of a processor"
    )
    if not seen.is_sound:
        raise SystemExit("a promise broke")


def fuzzed(minutes: float, seed: int) -> Iterator[str]:
    """Fuzz the grammar, the pipeline and the readers."""
    found = fuzz(60 * minutes, number=1000 * seed, at_once=100)
    for finding in found.findings:
        print(f"BROKEN: {finding}", flush=True)
    counts = ", ".join(f"{name} {number:,}" for name, number in found.examples.items())
    yield f"{found.seconds / 60:.1f} minutes of Hypothesis ({counts} examples): {len(found.findings)} findings"
    if found.findings:
        raise SystemExit("a promise broke")


def patterns() -> Iterator[str]:
    """Measure every pattern that searches whole texts."""
    line = [sys.executable, str(ROOT / "scripts" / "pattern_growth.py")]
    ended = subprocess.run(line, check=False, capture_output=True, text=True)
    *slow, told = ended.stdout.splitlines() or [ended.stderr]
    print(*slow, sep="\n", end="\n" if slow else "", flush=True)
    yield told
    if ended.returncode:
        raise SystemExit("a promise broke")


def second_night(articles: int) -> Iterator[str]:
    """Run a night over many articles, and one with nothing new."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "news").mkdir()
        seeds = [path.read_text("utf-8")[:1500] for path in sorted((ROOT / "seeds").glob("*.txt"))]
        for number in range(articles):
            text = f"Numéro {number}.\n\n{seeds[number % len(seeds)]}"
            (folder / "news" / f"{number:06d}.txt").write_text(text, "utf-8")
        (folder / "newslens.toml").write_text('ner_model = "none"\n[sources]\npaths = ["news"]\n', "utf-8")
        time.sleep(3)  # what changed just now is not noted
        line = [sys.executable, "-c", "from newslens.cli.app import main; main()", "nightly", "--json"]
        subprocess.run(line, cwd=folder, check=True, capture_output=True)
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        ended = subprocess.run(line, cwd=folder, check=True, capture_output=True)
        seconds = time.monotonic() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert json.loads(ended.stdout)["unchanged"] == articles
        cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        yield f"a night with nothing new over {articles:,} articles: {seconds:.1f} s ({cpu_s:.1f} s of a processor)"
        if cpu_s > 5:  # the clock also measures what else the machine does
            raise SystemExit("a promise broke")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--model-every", type=int, default=10, help="one file in so many is read with the names model")
    parser.add_argument("--fuzz-minutes", type=float, default=10.0)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--patterns", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--resume", action="store_true", help="go on behind the hostile files that were read")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/operations.md")
    asked = parser.parse_args()
    parts = [
        patterns() if asked.patterns else iter(()),
        fuzzed(asked.fuzz_minutes, asked.seed) if asked.fuzz_minutes else iter(()),
        hostile_files(
            asked.files, asked.seed, ROOT / "data" / "soak", model_every=asked.model_every, resume=asked.resume
        )
        if asked.files
        else iter(()),
        second_night(asked.articles) if asked.articles else iter(()),
    ]
    lines = []
    for part in parts:
        for line in part:
            print(line, flush=True)
            lines.append(f"- {line}")
    if asked.write:
        head, _, rest = PAGE.read_text("utf-8").partition(MARKS[0])
        told = "Measured by `python scripts/soak_inputs.py --write`:\n\n" + "\n".join(lines)
        PAGE.write_text(f"{head}{MARKS[0]}\n{told}\n{MARKS[1]}{rest.partition(MARKS[1])[2]}", "utf-8")


if __name__ == "__main__":
    main()
