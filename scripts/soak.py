"""The long form of the tests of durability: `make soak`. Prints what was done; ends with 1 where a promise broke.

python scripts/soak.py [kills] [beside] [unchanged] [--short]
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from durability import Killed, beside, kill_until_done, undisturbed, write_articles
from local_postgres import LocalPostgres, find_binaries
from newslens import pipeline
from newslens.batch import Extractor, Inputs, ingest
from newslens.store import open_store
from warm_newslens import WarmNewslens

KILLS_A_ROUND = 20
"""Runs killed in one store before a new one is begun: so that each is killed early, midway and late."""


def kills(kind: str, number: int, articles: int) -> Iterator[str]:
    """Kill runs of ingest until `number` are killed; the table must be that of a run that nothing disturbed."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        newslens = stack.enter_context(WarmNewslens(folder))
        write_articles(folder / "news", articles)
        whole, seconds = undisturbed(newslens, str(folder / "calm.db"), folder / "news")
        server = stack.enter_context(LocalPostgres("-c fsync=on")) if kind == "postgresql" else None
        chance, seen, rounds = random.Random(2025), Killed(), 0
        while seen.kills < number:
            where = server.create_database(f"n{rounds}") if server else str(folder / f"{rounds}.db")
            again = kill_until_done(
                newslens,
                where,
                folder / "news",
                mean_s=seconds / KILLS_A_ROUND,
                kills=min(KILLS_A_ROUND, number - seen.kills),
                seen=seen,
                chance=chance,
                disturb=(lambda: server.restart("immediate")) if server else None,
            )
            assert again == whole, f"{kind}: the export of round {rounds} differs"
            rounds += 1
    restarts = f", the server restarted under {seen.restarts} runs" if server else ""
    yield (
        f"{kind}: {seen.kills} runs over {articles} articles killed in {rounds} stores{restarts}: `verify` clean after "
        f"each, {rounds} exports byte-identical to the undisturbed one ({len(whole):,} bytes)"
    )


def side_by_side(kind: str, seconds: float) -> Iterator[str]:
    """Four writers and eight readers."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        server = stack.enter_context(LocalPostgres()) if kind == "postgresql" else None
        where = server.create_database("news") if server else f"{folder}/news.db"
        done = beside(where, writers=4, readers=8, seconds=seconds)
    yield (
        f"{kind}: 4 writers and 8 readers for {seconds:.0f} s: {done['writings']:,} articles written, the table read "
        f"{done['readings']:,} times, none lost, none seen in half, no error"
    )


def unchanged(kind: str, articles: int) -> Iterator[str]:
    """A run over what is stored already."""
    version = pipeline.EXTRACTOR_VERSION
    quick = Extractor(lambda article: article.model_copy(update={"language": "en"}), lambda article: [], version)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(LocalPostgres()) if kind == "postgresql" else None
        where = server.create_database("news") if server else str(folder / "news.db")
        write_articles(folder / "news", articles)
        with open_store(where, create=True) as store:
            ingest(Inputs(paths=(str(folder / "news"),)), store, extractor=quick)
        command = [sys.executable, "-c", "from newslens.cli.app import main; main()", "ingest", str(folder / "news")]
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        ended = subprocess.run([*command, "--db", where], capture_output=True, check=True, text=True)
        wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert f"{articles} unchanged" in ended.stderr, ended.stderr
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    yield f"{kind}: a run with nothing new over {articles:,} articles: {wall:.1f} s, {used:.1f} processor seconds"


@contextmanager
def _told(line: str) -> Iterator[None]:
    print(f"… {line}", file=sys.stderr, flush=True)
    started = time.monotonic()
    yield
    print(f"  {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help="kills, beside, unchanged; all by default")
    parser.add_argument("--short", action="store_true", help="a tenth of each")
    asked = parser.parse_args()
    tenth = 10 if asked.short else 1
    kinds = ["sqlite", *(["postgresql"] if find_binaries() else [])]
    parts: dict[str, Callable[[str], Iterator[str]]] = {
        "kills": lambda kind: kills(kind, (200 if kind == "sqlite" else 50) // tenth, 300 // tenth),
        "beside": lambda kind: side_by_side(kind, 300 / tenth),
        "unchanged": lambda kind: unchanged(kind, 10_000 // tenth),
    }
    wrong = [name for name in asked.parts if name not in parts]
    if wrong:
        parser.error(f"unknown: {', '.join(wrong)} (known: {', '.join(parts)})")
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the start", flush=True)
    for name in asked.parts or parts:
        for kind in kinds:
            with _told(f"{name} on {kind}"):
                for line in parts[name](kind):
                    print(line, flush=True)


if __name__ == "__main__":
    main()
