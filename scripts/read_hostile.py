"""Hostile files through `ingest` in a process of its own: each is an article or a failure, and none takes too long."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from hostile_inputs import BIG, hostile
from newslens.entities.recognition import NO_NER, SHIPPED

MOST_MIB = 1500
"""Peak memory of the process that reads."""

TIME_LIMIT_S = 20.0
"""Processor time that an article may take here: less than by default, since many of these files would take it all."""

MOST_S = 60.0
"""Processor time of reading one file, where a page may take half a minute, or of extracting from one article."""


@dataclass
class Outcome:
    """What became of some hostile files."""

    files: int = 0
    with_model: int = 0
    read: int = 0
    failed: int = 0
    rows_failed: int = 0
    out_of_time: int = 0
    peak_mib: int = 0
    slowest_s: float = 0.0
    slowest: str = ""
    lost: list[str] = field(default_factory=list)
    bugs: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        """Add up."""
        for name in ("files", "with_model", "read", "failed", "rows_failed", "out_of_time"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.peak_mib = max(self.peak_mib, other.peak_mib)
        if other.slowest_s > self.slowest_s:
            self.slowest_s, self.slowest = other.slowest_s, other.slowest
        for name in ("lost", "bugs", "crashes"):
            getattr(self, name).extend(getattr(other, name))

    @property
    def is_sound(self) -> bool:
        """Nothing lost, no bug, no crash, memory and time bounded."""
        is_bounded = self.peak_mib <= MOST_MIB and self.slowest_s <= MOST_S
        return is_bounded and not (self.lost or self.bugs or self.crashes)


def read_some(
    numbers: range, *, seed: int = 0, big: int = BIG, with_model: bool = True, keep: Path | None = None
) -> Outcome:
    """Return what becomes of the hostile files of these numbers, read with the names model or without.

    The process that reads them is given the time that they would take if each took its limit. Files that show a bug
    are copied to `keep`.
    """
    limit_s = TIME_LIMIT_S * len(numbers)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kinds = _write(folder / "in", numbers, seed, big)
        line = [sys.executable, __file__, str(folder), SHIPPED if with_model else NO_NER]
        try:
            ended = subprocess.run(line, capture_output=True, check=False, text=True, timeout=limit_s)
        except subprocess.TimeoutExpired:
            return Outcome(files=len(kinds), crashes=[f"{numbers}: not done within {limit_s:.0f} s"])
        if ended.returncode:
            return Outcome(files=len(kinds), crashes=[f"{numbers}: {ended.returncode}: {ended.stderr[-1500:]}"])
        outcome = Outcome(**json.loads(ended.stdout.splitlines()[-1]))
        if keep is not None:
            for source in outcome.bugs:
                _keep(folder, source, keep)
        return outcome


def _keep(folder: Path, line: str, keep: Path) -> None:
    keep.mkdir(parents=True, exist_ok=True)
    number = line.partition(":")[0][:6]
    for path in (folder / "in").glob(f"{number}*"):
        (keep / f"{number}{path.suffix}").write_bytes(path.read_bytes())


def _write(folder: Path, numbers: range, seed: int, big: int) -> dict[str, str]:
    folder.mkdir()
    kinds = {}
    for number in numbers:
        made = hostile(number, seed=seed, big=big)
        path = Path(os.fsdecode(os.fsencode(folder) + b"/" + made.name))
        path.write_bytes(made.content)
        kinds[path.name] = made.kind
    return kinds


def _read(folder: Path, ner: str) -> Outcome:
    """Ingest the folder `in`, and look every file up: it must have given an article or a failure."""
    from newslens.batch import Inputs, RunOptions, Sources, Watcher, ingest, pipeline_extractor
    from newslens.ingest.formats import find_reader
    from newslens.ingest.input_file import printable_path
    from newslens.pipeline import Setup
    from newslens.store import open_store
    from newslens.store.interface import FAILURE_KINDS, Failure

    outcome = Outcome()

    def timed(work: Callable[[], Any], what: str) -> Any:
        began_s = time.process_time()
        try:
            return work()
        finally:
            took_s = time.process_time() - began_s
            if took_s > outcome.slowest_s:
                outcome.slowest_s, outcome.slowest = round(took_s, 2), what

    class Timed(Sources):
        def file(self, path: Path, items: Iterator[Any], on_unchanged: object) -> Iterator[Any]:
            yield from timed(lambda: list(items), f"reading {path.name}")

    class Failures(Watcher):
        def failure(self, failure: Failure) -> None:
            outcome.out_of_time += failure.error == "TimeLimitExceeded"
            if "this is a bug" in (failure.hint or ""):
                outcome.bugs.append(f"{Path(failure.source).name}: {failure.message[-200:]} {failure.hint}")

    os.chdir(folder)
    pipeline = pipeline_extractor(Setup(ner=ner))
    pipeline.warm_up()
    extractor = replace(pipeline, extract=lambda article: timed(lambda: pipeline.extract(article), article.source))
    with open_store("h.db", create=True) as store:
        inputs, options = Inputs(paths=("in",), sources=Timed()), RunOptions(time_limit_s=TIME_LIMIT_S)
        summary = ingest(inputs, store, options=options, extractor=extractor, watcher=Failures())
        known = set(store.sources())
        failures = [str(row[list(FAILURE_KINDS).index("source")]) for row in store.query_failures()]
    seen = {*known, *failures}
    with_rows = {one.rpartition("#")[0] for one in seen} | {*known, *failures}
    for path in sorted(Path("in").iterdir()):
        name = printable_path(path)
        outcome.files += 1
        is_read = find_reader(path) is not None and not path.name.startswith(".")
        if is_read and name not in with_rows and not _is_stored(path, known):
            outcome.lost.append(f"{name}: {path.stat().st_size} bytes")
    outcome.with_model = outcome.files if ner == SHIPPED else 0
    outcome.read, outcome.failed, outcome.rows_failed = summary.read, len(set(failures)), summary.failed
    outcome.peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return outcome


def _is_stored(path: Path, known: set[str]) -> bool:
    """Tell whether the articles of a file are stored under the addresses that its rows give them."""
    from newslens.ingest import read_articles

    sources = {article.source for article in read_articles([path], on_error=lambda _: None)}
    return bool(sources) and sources <= known


if __name__ == "__main__":
    print(json.dumps(asdict(_read(Path(sys.argv[1]), sys.argv[2]))))
