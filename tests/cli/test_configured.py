"""Commands with a settings file: what it says, and what wins over it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from newslens.batch import Extractor
from newslens.cli.configured import option_defaults
from newslens.pipeline import Setup

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extractor: Extractor) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLENS_DB", raising=False)
    monkeypatch.delenv("NEWSLENS_CONFIG", raising=False)
    monkeypatch.setattr("newslens.batch.pipeline_extractor", lambda setup=None: extractor)
    (tmp_path / "rows.jsonl").write_text('{"body": "They have 10 chips.", "url": "https://a.example/1"}\n')
    (tmp_path / "newslens.toml").write_text('db = "here.db"\nformat = "jsonl"\n[columns]\ntext = "body"\n')
    return tmp_path


def test_the_file_sets_store_columns_and_format(run: Run, folder: Path) -> None:
    run("ingest", "rows.jsonl")
    assert (folder / "here.db").is_file()
    (row,) = run("claims").stdout.splitlines()
    assert json.loads(row)["quote"] == "10 chips"


def test_options_and_variables_win_over_it(run: Run, folder: Path) -> None:
    run("ingest", "rows.jsonl", "--db", "flag.db")
    run("ingest", "rows.jsonl", env={"NEWSLENS_DB": "variable.db"})
    assert {path.name for path in folder.glob("*.db")} == {"flag.db", "variable.db"}
    assert run("claims", "--db", "flag.db", "--format", "table").stdout.startswith("claim_type")
    assert run("claims", "--db", "flag.db", "--json").stdout.startswith("[")
    run("claims", "--db", "flag.db", "-o", "claims.csv")
    assert (folder / "claims.csv").read_bytes().startswith(b"\xef\xbb\xbfclaim_id,")


def test_the_file_says_what_to_read_with(run: Run, folder: Path, extractor: Extractor) -> None:
    setups = []

    def remember(setup: Any = None) -> Extractor:
        setups.append(setup)
        return extractor

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("newslens.batch.pipeline_extractor", remember)
        (folder / "newslens.toml").write_text(
            'names = "ours.toml"\nner_model = "a/model"\nner_labels = ["FIRM=ORG"]\n[columns]\ntext = "body"\n'
        )
        run("ingest", "rows.jsonl")
        run("ingest", "rows.jsonl", "--no-ner", "--names", "mine.toml")
        run("reextract", env={"NEWSLENS_NER_MODEL": "none"})
    labels = (("FIRM", "ORG"),)
    assert setups == [
        Setup("a/model", labels, "ours.toml"),
        Setup("none", labels, "mine.toml"),
        Setup("none", labels, "ours.toml"),
    ]


def test_another_file_may_be_named(run: Run, folder: Path) -> None:
    (folder / "other.toml").write_text('db = "other.db"\n[columns]\ntext = "body"\n')
    run("--config", "other.toml", "ingest", "rows.jsonl")
    assert (folder / "other.db").is_file()
    assert run("claims", env={"NEWSLENS_CONFIG": "other.toml"}).stdout.startswith("claim_type")
    assert "cannot read the settings in `none.toml`" in run("--config", "none.toml", "claims", code=2).stderr


def test_a_wrong_file_is_refused_and_can_be_written_anew(run: Run, folder: Path) -> None:
    (folder / "newslens.toml").write_text('bd = "x"\n')
    result = run("claims", code=2)
    assert result.stderr == "error: `newslens.toml`, line 1: unknown key `bd`\nhint: did you mean `db`?\n"
    assert run("claims", "--help")
    assert "is there already\nhint: edit it, or write over it with --force" in run("init", code=2).stderr
    run("init", "--force")
    assert "no store at `data/newslens.db`" in run("claims", code=5).stderr


def test_init_to_a_folder_that_is_not_there(run: Run) -> None:
    assert "error: cannot write `none/x.toml`" in run("init", "none/x.toml", code=2).stderr
    run("init", "x.toml")


def test_groups_of_commands_take_it_too() -> None:
    def command(*names: str, **commands: Any) -> Any:
        return SimpleNamespace(params=[SimpleNamespace(name=name) for name in names], commands=commands)

    group = command(runs=command("db", show=command("db", "run_id")), doctor=command("db"), score=command("gold"))
    defaults = option_defaults("runs", Path("newslens.toml"), group)
    assert defaults == {"runs": {"db": "here.db", "show": {"db": "here.db"}}, "doctor": {"db": "here.db"}, "score": {}}
