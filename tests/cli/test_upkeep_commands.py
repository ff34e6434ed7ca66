"""The commands about runs, failures, corrections and the store itself."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from newslens.batch import Extractor
from newslens.cli.app import main
from newslens.store import open_store

Run = Callable[..., Any]
DUMP = Path(__file__).parents[1] / "fixtures" / "first_release.sql"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extractor: Extractor) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLENS_DB", raising=False)
    monkeypatch.setattr("newslens.batch.pipeline_extractor", lambda setup=None: extractor)
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text("They have 10 chips and 20 chips.")
    (tmp_path / "news" / "b.txt").write_text("He has 30 chips.")
    return tmp_path


@pytest.fixture
def run() -> Run:
    def run(*arguments: str, code: int = 0) -> Any:
        result = CliRunner().invoke(main, list(arguments))
        assert result.exit_code == code, (result.stdout, result.stderr, result.exception)
        return result

    return run


def test_runs(run: Run) -> None:
    run("ingest", "news")
    run("ingest", "news", "none.txt", code=6)
    (last, first) = json.loads(run("runs", "--json").stdout)
    assert (first["run_id"], first["state"], first["new"], first["claims"], first["failed"]) == (1, "finished", 2, 3, 0)
    assert (last["run_id"], last["unchanged"], last["failed"]) == (2, 2, 1)
    assert run("runs").stdout.splitlines()[0].split()[:3] == ["run_id", "state", "command"]
    shown = json.loads(run("runs", "show", "1").stdout)
    assert shown["counts"]["claims_by_type"] == {"chip_count": 3}
    assert shown["started_at"].endswith("Z")
    assert "`newslens runs` lists them" in run("runs", "show", "9", code=2).stderr
    assert "newslens runs show" in run("runs", "show", "x", code=2).stderr


def test_failures_are_retried(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, extractor: Extractor) -> None:
    (folder / "news" / "a.txt").write_text("A bug has 10 chips.")
    for _ in range(3):
        run("ingest", "news", code=6)
    assert "1 quarantined" in run("ingest", "news").stderr
    assert "quarantined_at" in run("failures").stdout
    run("retry-failed", code=3)
    monkeypatch.setattr(
        "newslens.batch.pipeline_extractor", lambda setup=None: replace(extractor, extract=lambda article: [])
    )
    assert json.loads(run("retry-failed", "--json").stdout)["new"] == 1
    assert json.loads(run("failures", "--json").stdout) == []


def test_reextract(run: Run, monkeypatch: pytest.MonkeyPatch, extractor: Extractor) -> None:
    run("ingest", "news")
    assert run("reextract", "--dry-run").stdout == "0\n"
    monkeypatch.setattr("newslens.batch.pipeline_extractor", lambda setup=None: replace(extractor, version="v2"))
    assert run("reextract", "--dry-run").stdout == "2\n"
    assert "2 changed" in run("reextract").stderr
    assert "0 articles" in run("reextract").stderr


def test_correct_shows_and_stays(run: Run) -> None:
    run("ingest", "news")
    rows = json.loads(run("claims", "--json").stdout)
    one, two = rows[0]["claim_id"], rows[1]["claim_id"]
    assert "Meta" in run("correct", one, "--set", "subject=Meta", "--by", "Ada", "--note", "it says so").stdout
    run("correct", two, "--reject", "--by", "Bo")
    now = json.loads(run("claims", "--json").stdout)
    assert [row["subject"] for row in now] == ["Meta", "DeepSeek-V3"]
    assert "corrected_by" not in now[0]
    run("ingest", "news", "--force")
    told = json.loads(run("claims", "--with-corrections", "--json").stdout)
    assert [(row["correction"], row["corrected_by"], row["note"]) for row in told] == [
        ("set", "Ada", "it says so"),
        ("rejected", "Bo", None),
        (None, None, None),
    ]
    assert "rejected" in run("claims", "--with-corrections").stdout
    assert {row["kind"] for row in json.loads(run("corrections", "--json").stdout)} == {"set", "rejected"}
    run("correct", two, "--undo")
    assert len(json.loads(run("claims", "--json").stdout)) == 3
    assert "is not corrected" in run("correct", two, "--undo", code=2).stderr
    assert "give one of" in run("correct", two, code=2).stderr
    assert "did you mean `subject`" in run("correct", two, "--set", "subjct=x", code=2).stderr


def test_verify_backup_and_vacuum(run: Run, folder: Path) -> None:
    run("ingest", "news")
    assert "no fault" in run("verify").stderr
    assert "bytes" in run("backup", "copy.db").stderr
    assert "say --force" in run("backup", "copy.db", code=2).stderr
    run("backup", "copy.db", "--force", "--quiet")
    assert "cannot write the backup" in run("backup", "nowhere/copy.db", code=5).stderr
    assert "is the store itself" in run("backup", "data/newslens.db", "--force", code=2).stderr
    assert "after" in run("vacuum").stderr
    before = run("claims", "--format", "csv").stdout
    assert run("claims", "--format", "csv", "--db", "copy.db").stdout == before
    with sqlite3.connect("copy.db") as raw:
        raw.execute("UPDATE claims SET quote = 'zz chips'")
    raw.close()
    faults = run("verify", "--db", "copy.db", code=5)
    assert "is not what stands at" in faults.stdout
    assert "newslens ingest --force" in faults.stdout


def test_migrate(run: Run, folder: Path) -> None:
    with sqlite3.connect("first.db") as raw:
        raw.executescript(DUMP.read_text("utf-8"))
    raw.close()
    assert "schema 2, upgraded from 1" in run("migrate", "--db", "first.db").stderr
    assert "nothing to do" in run("migrate", "--db", "first.db").stderr


def test_a_second_run_says_who_holds_the_store(run: Run) -> None:
    run("ingest", "news")
    with open_store("data/newslens.db") as store, store.exclusive():
        told = run("ingest", "news", code=7).stderr
    assert "another run holds `data/newslens.db`: process" in told
    assert "since 20" in told


@pytest.mark.parametrize("day", ["27.1.2025", "2025-13-01"])
def test_a_day_that_is_none(run: Run, day: str) -> None:
    assert f"`{day}` is no day: write YYYY-MM-DD" in run("claims", "--since", day, code=2).stderr


def test_piped_texts_stand_side_by_side(run: Run) -> None:
    for text in ("It has 40 chips.", "It has 50 chips.", "It has 40 chips."):
        CliRunner().invoke(main, ["ingest", "-"], input=text)
    sources = [row["source"] for row in json.loads(run("articles", "--json").stdout)]
    assert len(sources) == 2
    assert run("forget", sources[0]).stdout.strip() == sources[0]
