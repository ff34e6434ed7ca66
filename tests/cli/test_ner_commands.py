"""`models`, `names`, and the options that choose what finds names: stdout, stderr and exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from newslens.entities.names import load_names
from newslens.pipeline import EXTRACTOR_VERSION

Run = Callable[..., Any]
TEXT = (
    "They say that Gridline Compute spent 5 million dollars to train Orphée-2. They say that Gridline Compute is rich."
)
IMPORTED = """
import atexit, sys
atexit.register(lambda: print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr))
from newslens.cli.app import main
main()
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with one article."""
    monkeypatch.chdir(tmp_path)
    for name in ("NEWSLENS_DB", "NEWSLENS_NAMES", "NEWSLENS_NER_MODEL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    return tmp_path


def rows_of(run: Run, *arguments: str, **options: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(*arguments, "--format", "jsonl", **options).stdout.splitlines()]


# --- models


def test_models_list(run: Run) -> None:
    first, *others = rows_of(run, "models", "list")
    assert (first["model"], first["licence"]) == ("shipped", "CC BY-SA 4.0")
    assert first["state"].startswith("ready, version ")
    assert "dslim/bert-base-NER" in {row["model"] for row in others}
    assert json.loads(run("models", "list", "--json").stdout) == [first, *others]
    table = run("models", "list").stdout
    assert "shipped" in table
    assert "not fetched" in table


def test_models_verify(run: Run) -> None:
    result = run("models", "verify")
    assert result.stdout.startswith("files: 2 as shipped, version ")
    assert result.stderr == ""


def test_models_verify_of_a_model_that_cannot_be_had(run: Run) -> None:
    result = run("models", "verify", "/no/such/folder", code=4)
    assert result.stdout == ""
    error, hint = result.stderr.splitlines()
    assert error.startswith("error: ")
    assert hint.startswith("hint: ")


def test_models_pull_without_a_hub(folder: Path) -> None:
    command = [sys.executable, "-c", "from newslens.cli.app import main; main()"]
    ended = subprocess.run(
        [*command, "models", "pull", "someone/some-model", "--to", "got"],
        env=os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "cache")},
        capture_output=True,
        check=False,
        text=True,
        encoding="utf-8",
    )
    assert (ended.returncode, ended.stdout) == (4, "")
    error, hint = ended.stderr.splitlines()
    assert error.startswith("error: cannot fetch `someone/some-model`: ")
    assert hint.startswith("hint: check the id and the network; ")


def test_models_pull_of_what_is_no_id(run: Run) -> None:
    assert run("models", "pull", "a/b/c", "--to", "got", code=4).stderr.startswith("error: cannot fetch `a/b/c`: ")
    assert "missing option '--to'" in run("models", "pull", "a/b", code=2).stderr


def test_models_without_a_command_prints_its_help(run: Run) -> None:
    asked = run("models", "--help").stdout
    assert all(word in asked for word in ("list", "verify", "pull"))
    assert "no such command 'nonsense'" in run("models", "nonsense", code=2).stderr


# --- names


def test_names(run: Run) -> None:
    rows = rows_of(run, "names", "a.txt", "--no-ner")
    assert [(row["text"], row["known"]) for row in rows] == [
        ("Gridline Compute", "no"),
        ("Orphée-2", "no"),
        ("Gridline Compute", "no"),
    ]
    assert all(TEXT[row["start"] : row["end"]] == row["text"] for row in rows)
    assert {row["source"] for row in rows} == {"a.txt"}
    assert {row["text"] for row in rows_of(run, "names", "a.txt")} >= {"Gridline Compute"}


def test_names_from_stdin(run: Run) -> None:
    rows = rows_of(run, "names", "-", "--no-ner", input="They say that Nvidia pays for all of it.")
    assert [(row["name"], row["kind"], row["known"]) for row in rows] == [("Nvidia", "organisation", "yes")]


def test_unknown_names(run: Run) -> None:
    rows = rows_of(run, "names", "--unknown", "a.txt", "--no-ner")
    assert [(row["name"], row["mentions"], row["articles"]) for row in rows] == [
        ("Gridline Compute", 2, 1),
        ("Orphée-2", 1, 1),
    ]
    assert "Gridline Compute" in rows[0]["example"]


def test_names_of_some_bad_inputs(run: Run, folder: Path) -> None:
    result = run("names", "a.txt", "none.txt", "--no-ner", "--format", "csv", code=6)
    assert "Gridline Compute" in result.stdout
    assert "none.txt" in result.stderr
    run("names", "none.txt", "--no-ner", code=3)


def test_adopt(run: Run, folder: Path) -> None:
    result = run("names", "--adopt", "Gridline Compute", "--kind", "organisation", "--names", "mine")
    assert result.stdout == ""
    assert result.stderr == f"`Gridline Compute` is in {Path('mine') / 'organisation.toml'}\n"
    assert load_names(folder / "mine").find("Gridline Compute")[0].known
    rows = rows_of(run, "names", "--unknown", "a.txt", "--no-ner", "--names", "mine")
    assert [row["name"] for row in rows] == ["Orphée-2"]


def test_adopt_under_another_name(run: Run) -> None:
    run("names", "--adopt", "Gridline Compute", "--kind", "organisation", "--names", "my.toml", "--as", "Gridline")
    rows = rows_of(run, "names", "a.txt", "--no-ner", env={"NEWSLENS_NAMES": "my.toml"})
    assert rows[0]["name"] == "Gridline"


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["names"], "no file given", "see `newslens names --help`"),
        (["names", "--adopt", "X", "--kind", "person", "--names", "m", "a.txt"], "--adopt beside files", "give one"),
        (["names", "--adopt", "X", "--kind", "person"], "--adopt needs --names FILE-OR-FOLDER", "kinds: organisation"),
        (["names", "--adopt", "X", "--names", "m"], "--adopt needs --kind KIND", "kinds: organisation"),
        (["names", "--adopt", "X", "--names", "m", "--kind", "firm"], "unknown kind of name: `firm`", "known: organ"),
        (["names", "a.txt", "--json", "--format", "csv"], "--json beside --format csv", "give one of them"),
        (["extract", "a.txt", "--ner-label", "FIRM"], "the label `FIRM` is not LABEL=KIND", "for example: "),
        (["extract", "a.txt", "--ner-label", "=ORG"], "the label `=ORG` is not LABEL=KIND", "for example: "),
    ],
)
def test_wrong_usage_is_code_2(run: Run, folder: Path, arguments: list[str], error: str, hint: str) -> None:
    result = run(*arguments, code=2)
    assert result.stdout == ""
    first, second = result.stderr.splitlines()
    assert first == f"error: {error}"
    assert second.startswith(f"hint: {hint}")
    assert [path.name for path in folder.iterdir()] == ["a.txt"]


# --- what articles are read with


@pytest.mark.parametrize("command", ["extract", "names"])
def test_without_a_model_wins_over_a_model_named_elsewhere(run: Run, command: str) -> None:
    without = run(command, "a.txt", "--no-ner").stdout
    assert run(command, "a.txt", "--no-ner", env={"NEWSLENS_NER_MODEL": "none such"}).stdout == without
    assert run(command, "a.txt", env={"NEWSLENS_NER_MODEL": "none"}).stdout == without


@pytest.mark.parametrize("command", ["extract", "names"])
def test_a_names_file_that_is_missing(run: Run, command: str) -> None:
    result = run(command, "a.txt", "--names", "none.toml", "--no-ner", code=4)
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "error: no names file at `none.toml`",
        "hint: give a TOML file, or a folder of them",
    ]


def test_ingest_with_a_names_file_that_is_missing_writes_nothing(run: Run, folder: Path) -> None:
    run("ingest", "a.txt", "--names", "none.toml", code=4)
    assert not (folder / "data").exists()


def test_a_broken_names_file_is_named(run: Run, folder: Path) -> None:
    (folder / "my.toml").write_text('kind = "firm"\n', "utf-8")
    error, hint = run("extract", "a.txt", "--names", "my.toml", code=4).stderr.splitlines()
    assert error.startswith("error: names file `my.toml` key `kind`: ")
    assert hint == "hint: docs/names.md lists the keys and their values"


@pytest.mark.parametrize("command", ["extract", "ingest", "names"])
def test_a_model_folder_that_is_missing(run: Run, command: str) -> None:
    result = run(command, "a.txt", "--ner-model", "/no/such/folder", code=4)
    assert result.stdout == ""
    error, hint = result.stderr.splitlines()
    if find_spec("torch"):
        assert error == "error: no such folder: `/no/such/folder`"
        assert hint == "hint: --ner-model takes a model's folder or a hub id"
    else:
        assert error == "error: the model `/no/such/folder` needs torch"
        assert hint == "hint: pip install 'newslens[torch]'"


def test_extract_without_the_model(run: Run) -> None:
    with_model, without = (rows_of(run, "extract", "a.txt", *more) for more in ([], ["--no-ner"]))
    assert [row["value_low"] for row in with_model] == [row["value_low"] for row in without] == [5_000_000]
    assert with_model[0]["extractor_version"] == EXTRACTOR_VERSION
    assert without[0]["extractor_version"] == f"{EXTRACTOR_VERSION}-no-ner"


def test_ingest_reads_again_when_the_model_or_the_names_change(run: Run) -> None:
    assert "1 new, 0 changed, 0 unchanged" in run("ingest", "a.txt", "--no-ner").stderr
    assert "0 new, 0 changed, 1 unchanged" in run("ingest", "a.txt", "--no-ner").stderr
    assert "0 new, 1 changed, 0 unchanged" in run("ingest", "a.txt").stderr
    run("names", "--adopt", "Gridline Compute", "--kind", "organisation", "--names", "my.toml")
    assert "0 new, 1 changed, 0 unchanged" in run("ingest", "a.txt", "--names", "my.toml").stderr
    assert "0 new, 0 changed, 1 unchanged" in run("ingest", "a.txt", "--names", "my.toml").stderr


def test_explain_reads_with_what_the_claim_was_read_with(run: Run) -> None:
    run("ingest", "a.txt", "--no-ner")
    [claim] = rows_of(run, "claims")
    assert f"claim {claim['claim_id']}" in run("explain", claim["claim_id"], "--no-ner").stdout


@pytest.mark.parametrize("arguments", [["--help"], ["models", "--help"], ["names", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    command = [sys.executable, "-c", IMPORTED, *arguments]
    ended = subprocess.run(command, capture_output=True, check=True, text=True, encoding="utf-8")
    imported = set(ended.stderr.splitlines()[-1].split())
    assert "newslens" in imported
    assert not imported & {"onnxruntime", "transformers", "tokenizers", "spacy", "torch", "numpy", "tomlkit"}
