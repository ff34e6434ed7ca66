"""Hostile files through `ingest` in a process of its own: each is an article or a failure, and none takes too long."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from hostile_inputs import BIG, hostile

MOST_MIB = 1500
"""Peak memory of the process that reads."""


@dataclass
class Outcome:
    """What became of some hostile files."""

    files: int = 0
    read: int = 0
    failed: int = 0
    rows_failed: int = 0
    peak_mib: int = 0
    slowest_s: float = 0.0
    slowest: str = ""
    lost: list[str] = field(default_factory=list)
    bugs: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        """Add up."""
        for name in ("files", "read", "failed", "rows_failed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.peak_mib = max(self.peak_mib, other.peak_mib)
        if other.slowest_s > self.slowest_s:
            self.slowest_s, self.slowest = other.slowest_s, other.slowest
        for name in ("lost", "bugs", "crashes"):
            getattr(self, name).extend(getattr(other, name))

    @property
    def is_sound(self) -> bool:
        """Nothing lost, no bug, no crash, memory bounded."""
        return not (self.lost or self.bugs or self.crashes) and self.peak_mib <= MOST_MIB


def read_some(
    numbers: range, *, seed: int = 0, big: int = BIG, limit_s: float = 600.0, keep: Path | None = None
) -> Outcome:
    """Return what becomes of the hostile files of these numbers; `limit_s` bounds the process that reads them.

    Files that show a bug are copied to `keep`.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kinds = _write(folder / "in", numbers, seed, big)
        line = [sys.executable, __file__, str(folder)]
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


def _read(folder: Path) -> Outcome:
    """Ingest the folder `in`, and look every file up: it must have given an article or a failure."""
    from newslens.batch import IngestSummary, Inputs, Watcher, ingest
    from newslens.ingest.formats import find_reader
    from newslens.ingest.input_file import printable_path
    from newslens.pipeline import warm_up
    from newslens.store import open_store
    from newslens.store.interface import FAILURE_KINDS, Failure

    outcome = Outcome()

    class Clock(Watcher):
        last = time.monotonic()

        def _tick(self, what: str) -> None:
            now = time.monotonic()
            if now - self.last > outcome.slowest_s:
                outcome.slowest_s, outcome.slowest = round(now - self.last, 2), what
            self.last = now

        def progress(self, summary: IngestSummary) -> None:
            self._tick(self.what)

        what = "the first"

        def article(self, article: object, standing: object, claims: int) -> None:
            self.what = str(getattr(article, "source", ""))[-60:]

        def failure(self, failure: Failure) -> None:
            self.what = failure.source[-60:]
            if "this is a bug" in (failure.hint or ""):
                outcome.bugs.append(f"{Path(failure.source).name}: {failure.message[-200:]} {failure.hint}")

    os.chdir(folder)
    warm_up()
    Clock.last = time.monotonic()
    with open_store("h.db", create=True) as store:
        summary = ingest(Inputs(paths=("in",)), store, watcher=Clock())
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
    outcome.read, outcome.failed, outcome.rows_failed = summary.read, len(set(failures)), summary.failed
    outcome.peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return outcome


def _is_stored(path: Path, known: set[str]) -> bool:
    """Tell whether the articles of a file are stored under the addresses that its rows give them."""
    from newslens.ingest import read_articles

    sources = {article.source for article in read_articles([path], on_error=lambda _: None)}
    return bool(sources) and sources <= known


if __name__ == "__main__":
    print(json.dumps(asdict(_read(Path(sys.argv[1])))))
