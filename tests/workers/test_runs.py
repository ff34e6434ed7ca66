"""Runs with worker processes: the same table whatever their number, and nothing left behind however they end."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from durability import write_articles
from extractors import CHIPS
from newslens.batch import IngestSummary, Inputs, RunOptions, ingest
from newslens.export import write_rows
from newslens.extraction import pipeline_extractor
from newslens.pipeline import Setup
from newslens.redo import reextract, retry_failed
from newslens.rows import CLAIM_KINDS
from newslens.store import open_store
from newslens.store.interface import FAILURE_KINDS, Store
from processes import alive, below, wait_until, workers_below


def table(store: Store) -> bytes:
    out = io.BytesIO()
    write_rows("csv", CLAIM_KINDS, store.query_claim_rows(), out)
    return out.getvalue()


def failures(store: Store) -> list[tuple[Any, ...]]:
    names = list(FAILURE_KINDS)
    return [tuple(row[names.index(name)] for name in ("source", "step", "error")) for row in store.query_failures()]


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def tangled(number: int) -> list[dict[str, Any]]:
    """Articles that know of one another: texts that several have, under other titles and days; bugs; dead workers."""
    rows: list[dict[str, Any]] = []
    for n in range(number):
        text = f"{n} chips and {n + 1} chips"
        rows.append({"url": f"https://a.example/{n}", "text": text, "title": f"A {n}"})
        if n % 3 == 0:
            rows.append(
                {"url": f"https://0.example/{n}", "text": text, "title": f"O {n}", "published_at": "2025-01-27"}
            )
        if n % 7 == 0:
            rows.append({"url": f"https://b.example/{n}", "text": f"BUG {n} chips"})
    rows.append({"url": "https://d.example/1", "text": "DIE 3 1 chips"})
    return rows


@pytest.mark.parametrize("where_", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_the_table_is_the_same_for_any_number_and_order(
    where_: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rows = tangled(40)
    calm = [row for row in rows if "DIE" not in row["text"]]  # which would end this process too
    with open_store(tmp_path / "one.db", create=True) as store:
        ingest(Inputs(paths=(written(tmp_path / "calm.jsonl", calm),)), store, extractor=CHIPS)
        expected, failed = table(store), failures(store)
    server = request.getfixturevalue("postgres_server") if where_ == "postgresql" else None
    for workers in (2, 3):
        random.Random(workers).shuffle(rows)
        where = server.create_database(f"w{workers}") if server else str(tmp_path / f"{workers}.db")
        with open_store(where, create=True) as store:
            path = written(tmp_path / f"{workers}.jsonl", rows)
            summary = ingest(Inputs(paths=(path,)), store, extractor=CHIPS, options=RunOptions(workers=workers))
            assert table(store) == expected
            assert failures(store) == [*failed, ("https://d.example/1", "extract", "WorkerDied")]
            assert summary.failed == len(failed) + 1
            assert list(store.verify()) == []
        if server:
            server.drop_database(f"w{workers}")


def test_one_run_reads_as_one_after_the_other_would(tmp_path: Path) -> None:
    """Sources that say one thing and then another, texts that move from one source to the next, in one run."""
    chance = random.Random(7)
    rows = [
        {"url": f"https://x.example/{chance.randrange(6)}", "text": f"{chance.randrange(9)} chips"} for _ in range(90)
    ]
    told = {}
    for workers in (1, 2):
        with open_store(tmp_path / f"{workers}.db", create=True) as store:
            path = written(tmp_path / "x.jsonl", rows)
            summary = ingest(Inputs(paths=(path,)), store, extractor=CHIPS, options=RunOptions(workers=workers))
            counts = summary.as_dict() | {"seconds": 0}
            told[workers] = (table(store), counts, [tuple(row) for row in store.query_articles()])
            told[workers][2].sort()
    times = [list(map(_without_times, articles)) for _, _, articles in told.values()]
    assert told[1][:2] == told[2][:2]
    assert times[0] == times[1]


def _without_times(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(cell for cell in row if not hasattr(cell, "tzinfo"))


def test_the_pipeline_reads_the_same_in_workers(tmp_path: Path) -> None:
    write_articles(tmp_path / "news", 45)
    tables = []
    for workers in (1, 2):
        with open_store(tmp_path / f"{workers}.db", create=True) as store:
            options = RunOptions(workers=workers)
            extractor = pipeline_extractor(Setup(ner="none"))
            ingest(Inputs(paths=(tmp_path / "news",)), store, extractor=extractor, options=options)
            tables.append(table(store))
    assert tables[0].count(b"\n") > 60
    assert tables[0] == tables[1]


def test_stored_and_failed_articles_are_done_again_in_workers(tmp_path: Path) -> None:
    rows = [{"url": f"https://a.example/{n}", "text": f"{n} chips" + " BUG" * (n < 5)} for n in range(70)]
    later = replace(CHIPS, version="chips-2")
    two = RunOptions(workers=2)
    with open_store(tmp_path / "news.db", create=True) as store:
        path = written(tmp_path / "a.jsonl", rows)
        ingest(Inputs(paths=(path,)), store, extractor=CHIPS, options=two)
        assert reextract(store, options=two, extractor=later).changed == 65
        assert {claim.extractor_version for claim in store.query_claims()} == {"chips-1"}  # which CHIPS writes
        assert store.stale_articles("chips-2") == []
        again: IngestSummary = retry_failed(store, options=two, extractor=later)
        assert (again.failed, again.new) == (5, 0)


# --- the command, and signals


ARTICLES = 250


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    main = "from newslens.cli.app import main; main()"
    command = [sys.executable, "-c", main, "ingest", "news", "--db", "news.db", "--no-ner", *arguments]
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True, start_new_session=True)


def stored(folder: Path) -> int:
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{folder}/news.db?mode=ro", uri=True)) as opened:
        return int(opened.execute("SELECT count(*) FROM articles").fetchone()[0])
    return 0


def begun(folder: Path, workers: int) -> subprocess.Popen[str]:
    """Start a run over many articles, and wait until it has stored some."""
    if not (folder / "news").exists():
        write_articles(folder / "news", ARTICLES)
    before = stored(folder)
    run = started(folder, "--workers", str(workers))
    wait_until(lambda: stored(folder) > before or run.poll() is not None)
    assert run.poll() is None, run.stderr and run.stderr.read()
    return run


def exported(folder: Path, *arguments: str) -> bytes:
    run = started(folder, "--quiet", *arguments)
    assert (run.communicate(timeout=200)[1], run.returncode) == ("", 0)
    with open_store(folder / "news.db") as store:
        assert list(store.verify()) == []
        return table(store)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("calm")
    write_articles(folder / "news", ARTICLES)
    return exported(folder)


def test_a_worker_killed_in_the_middle_costs_nothing(tmp_path: Path, undisturbed: bytes) -> None:
    run = begun(tmp_path, workers=2)
    workers = workers_below(run.pid)
    assert len(workers) == 2
    os.kill(max(workers), signal.SIGKILL)
    _, err = run.communicate(timeout=120)
    assert (run.returncode, f"{ARTICLES} new" in err, "0 failed" in err) == (0, True, True), err
    assert exported(tmp_path) == undisturbed


def test_a_killed_run_leaves_no_process_and_is_gone_on_with(tmp_path: Path, undisturbed: bytes) -> None:
    run = begun(tmp_path, workers=2)
    others = below(run.pid)
    assert len(others) >= 3
    run.kill()
    wait_until(lambda: not alive(others), 10)
    assert 0 < stored(tmp_path) < ARTICLES
    assert exported(tmp_path) == undisturbed


@pytest.mark.parametrize("whom", [os.kill, os.killpg])
def test_ctrl_c_ends_it_at_once(tmp_path: Path, whom: Callable[[int, int], None]) -> None:
    run = begun(tmp_path, workers=2)
    others, began = below(run.pid), time.monotonic()
    whom(run.pid, signal.SIGINT)
    _, err = run.communicate(timeout=20)
    assert time.monotonic() - began < 10
    assert "Traceback" not in err
    assert run.returncode == 130  # as without workers
    wait_until(lambda: not alive(others), 10)
    assert 0 < stored(tmp_path) < ARTICLES


def test_ctrl_c_while_workers_load(tmp_path: Path) -> None:
    write_articles(tmp_path / "news", 30)
    run = started(tmp_path, "--workers", "2")
    wait_until(lambda: below(run.pid) or run.poll() is not None)
    time.sleep(0.5)
    others, began = below(run.pid), time.monotonic()
    os.killpg(run.pid, signal.SIGINT)
    _, err = run.communicate(timeout=30)
    assert time.monotonic() - began < 10
    assert "Traceback" not in err
    wait_until(lambda: not alive(others), 20)
