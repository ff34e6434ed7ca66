"""Each command: what goes to stdout, what to stderr, and the exit code."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pandas as pd
import pytest
import typer

from newslens.batch import Extractor
from newslens.cli.app import COMMANDS, main
from newslens.cli.output import Format, say_problem
from newslens.export import FOLDERS, WRITERS
from newslens.records import CLAIM_COLUMNS, stable_id
from newslens.store import open_store

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extractor: Extractor) -> Path:
    """A working directory with two articles, and an extractor that claims each `N chips`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLENS_DB", raising=False)
    monkeypatch.setattr("newslens.batch.pipeline_extractor", lambda setup=None: extractor)
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text("They have 10 chips and 20 chips.")
    (tmp_path / "news" / "b.txt").write_text("He has 30 chips, 深度求索 says.")
    return tmp_path


@pytest.fixture
def ingested(run: Run) -> None:
    run("ingest", "news")


def rows_of(run: Run, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(*arguments, "--format", "jsonl").stdout.splitlines()]


# --- help, version, usage


def test_no_command_prints_the_help(run: Run) -> None:
    assert run().stdout == run("--help").stdout
    assert all(command.__name__.replace("_", "-") in run().stdout for command in COMMANDS)


def test_every_command_and_option_has_a_help() -> None:
    group: Any = typer.main.get_command(main)
    for command in [group, *group.commands.values()]:
        assert command.help
        assert all(parameter.help for parameter in command.params), command.name


def test_version(run: Run) -> None:
    assert run("--version").stdout.startswith("newslens ")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--nonsense"], "error: no such option: --nonsense"),
        (["nonsense"], "error: no such command 'nonsense'"),
        (["ingest"], "error: missing argument 'PATH'"),
        (["claims", "--min-confidence", "2"], "error: invalid value for '--min-confidence'"),
        (["claims", "--since", "yesterday"], "error: invalid value for '--since'"),
        (["claims", "--claim-type", "revenu"], "error: unknown claim type: `revenu`"),
        (["claims", "--language", "pt"], "error: unknown language: `pt` (known: fr, en, zh)"),
        (["claims", "--format", "xml"], "error: invalid value for '--format'"),
        (["claims", "--json", "--format", "csv"], "error: --json beside --format csv"),
        (["claims", "-o", "claims.txt"], "error: no format is known by the suffix of `claims.txt`"),
        (["ingest", "news", "--column", "text"], "error: --column `text` is not FIELD=NAME"),
        (["ingest", "news", "--column", "texte=body"], "error: unknown field of an article: `texte`"),
        (["extract", "news", "--language", "pt"], "error: unknown language: `pt`"),
        (["claims", "--db", "mysql://host/x"], "error: unknown kind of store: `mysql`"),
    ],
)
def test_wrong_usage_is_code_2_and_one_line(run: Run, arguments: list[str], error: str) -> None:
    result = run(*arguments, code=2)
    first, *more = result.stderr.splitlines()
    assert first.startswith(error)
    assert [line[:6] for line in more] == ([] if "known: fr" in first else ["hint: "])
    assert result.stdout == ""


def test_formats_are_those_that_can_be_written() -> None:
    assert [form.value for form in Format] == [*WRITERS, *FOLDERS]


# --- ingest


def test_ingest_says_what_it_did_on_one_line(run: Run) -> None:
    result = run("ingest", "news")
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("2 articles: 2 new, 0 changed, 0 unchanged, 0 failed; en 2; 3 claims: chip_count 3; ")
    assert run("ingest", "news").stderr.startswith("2 articles: 0 new, 0 changed, 2 unchanged, 0 failed; 0 claims; ")
    assert run("ingest", "news", "--force").stderr.startswith("2 articles: 0 new, 2 changed")
    assert run("ingest", "news", "--quiet").stderr == ""


def test_ingest_writes_to_data_below_the_working_directory(run: Run, folder: Path) -> None:
    run("ingest", "news")
    assert (folder / "data" / "newslens.db").is_file()


def test_the_store_may_be_named_by_option_or_environment(run: Run, folder: Path) -> None:
    run("ingest", "news", "--db", "one.db")
    run("ingest", "news/a.txt", env={"NEWSLENS_DB": "two.db"})
    assert len(rows_of(run, "claims", "--db", "one.db")) == 3
    assert (
        len(run("claims", "--format", "jsonl", env={"NEWSLENS_DB": f"sqlite:///{folder}/two.db"}).stdout.splitlines())
        == 2
    )


def test_ingest_summary_as_json(run: Run) -> None:
    summary = json.loads(run("ingest", "news", "--json").stdout)
    assert (summary["new"], summary["read"], summary["claims_by_type"]) == (2, 2, {"chip_count": 3})


def test_ingest_of_some_bad_inputs_is_code_6(run: Run, folder: Path) -> None:
    (folder / "news" / "empty.txt").write_text("")
    result = run("ingest", "news", "none.txt", code=6)
    assert "2 new, 0 changed, 0 unchanged, 2 failed" in result.stderr
    errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert [("empty.txt" in errors[0]), ("none.txt" in errors[1])] == [True, True]
    assert run("ingest", "news", code=6)


@pytest.mark.parametrize("paths", [["none.txt"], ["none.txt", "neither.txt"], ["news/*.pdf"]])
def test_nothing_to_read_is_code_3(run: Run, paths: list[str]) -> None:
    assert "error: cannot read" in run("ingest", *paths, code=3).stderr


def test_an_empty_folder_is_nothing_to_do(run: Run, folder: Path) -> None:
    (folder / "empty").mkdir()
    assert run("ingest", "empty").stderr.startswith("0 articles: 0 new")


def test_ingest_from_stdin_and_with_other_columns(run: Run, folder: Path) -> None:
    run("ingest", "-", input="It has 40 chips.")
    (folder / "rows.csv").write_text("body,link\nShe has 50 chips.,https://a.example/1\n")
    run("ingest", "rows.csv", "--column", "text=body", "--column", "source=link")
    assert [row["source"] for row in rows_of(run, "claims")] == [
        "https://a.example/1",
        f"stdin:{stable_id('It has 40 chips.')}",
    ]


def test_verbose_names_what_is_skipped(run: Run, folder: Path) -> None:
    (folder / "news" / "picture.png").write_bytes(b"\x89PNG")
    assert "1 skipped" in run("ingest", "news").stderr
    assert "skipped: news/picture.png" in run("ingest", "news", "--verbose").stderr


def test_dry_run_writes_nothing(run: Run, folder: Path) -> None:
    assert run("ingest", "news", "--dry-run").stderr.startswith("dry run: 2 articles: 2 new")
    assert not (folder / "data").exists()
    run("ingest", "news/a.txt")
    assert "1 new, 0 changed, 1 unchanged" in run("ingest", "news", "--dry-run").stderr
    assert len(rows_of(run, "articles")) == 1


def test_an_article_above_the_limit(run: Run) -> None:
    assert "error: cannot read `news/a.txt`" in run("ingest", "news/a.txt", "--max-article-bytes", "10", code=3).stderr


def test_a_second_run_is_code_7(run: Run, ingested: None) -> None:
    with open_store("data/newslens.db") as store, store.exclusive():
        result = run("ingest", "news", code=7)
    assert result.stderr.startswith("error: another run holds `data/newslens.db`")


def test_a_broken_set_up_is_code_4(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from newslens.errors import SetupError

    def broken(_setup: object) -> Extractor:
        raise SetupError("language pack fr.toml: broken", hint="reinstall newslens")

    monkeypatch.setattr("newslens.batch.pipeline_extractor", broken)
    assert run("ingest", "news", code=4).stderr.startswith("error: language pack fr.toml: broken\nhint: reinstall")


# --- extract


def test_extract_needs_no_store(run: Run, folder: Path) -> None:
    assert [row["quote"] for row in rows_of(run, "extract", "news")] == ["10 chips", "20 chips", "30 chips"]
    assert [path.name for path in folder.iterdir()] == ["news"]


def test_extract_from_stdin_with_what_the_user_knows(run: Run) -> None:
    arguments = ["extract", "-", "--format", "jsonl", "--title", "T", "--published-at", "2025-01-27"]
    text = "It has 40 chips."
    row = json.loads(run(*arguments, input=text).stdout)
    assert (row["source"], row["title"], row["published_at"]) == (f"stdin:{stable_id(text)}", "T", "2025-01-27")


def test_extract_says_when_it_cannot_read_the_language(run: Run) -> None:
    result = run("extract", "-", input="Das sind 40 chips.")
    assert result.stdout.splitlines() == ["claim_type  subject  value  quote  source"]
    assert result.stderr == "warning: 1 of 1 articles not in fr, en, zh, left out: de\n"
    assert len(rows_of(lambda *a: run(*a, input="Das sind 40 chips."), "extract", "-", "--language", "en")) == 1


def test_extract_fails_as_ingest_does(run: Run, folder: Path) -> None:
    run("extract", "none.txt", code=3)
    assert len(run("extract", "none.txt", "news", "--json", code=6).stdout) > 100
    (folder / "news" / "bug.txt").write_text("A bug.")
    assert "ZeroDivisionError" in run("extract", "news/bug.txt", code=3).stderr


# --- claims


def test_claims_as_a_table(run: Run, ingested: None) -> None:
    assert run("claims").stdout.splitlines() == [
        "claim_type  subject      value         quote     source",
        "chip_count  DeepSeek-V3  ~5.576 M USD  10 chips  news/a.txt",
        "chip_count  DeepSeek-V3  ~5.576 M USD  20 chips  news/a.txt",
        "chip_count  DeepSeek-V3  ~5.576 M USD  30 chips  news/b.txt",
    ]


@pytest.mark.parametrize("form", ["csv", "jsonl", "json"])
def test_claims_in_every_format(run: Run, ingested: None, form: str) -> None:
    text = run("claims", "--format", form).stdout
    rows = {
        "csv": lambda: list(csv.DictReader(io.StringIO(text))),
        "jsonl": lambda: [json.loads(line) for line in text.splitlines()],
        "json": lambda: json.loads(text),
    }[form]()
    assert [tuple(row) for row in rows] == [CLAIM_COLUMNS] * 3
    assert [row["quote"] for row in rows] == ["10 chips", "20 chips", "30 chips"]
    assert run("claims", "--format", form).stdout == text
    if form == "json":
        assert run("claims", "--json").stdout == text


@pytest.mark.parametrize("name", ["claims.csv", "claims.parquet", "claims.xlsx", "claims.jsonl"])
def test_claims_to_a_file_by_its_suffix(run: Run, ingested: None, folder: Path, name: str) -> None:
    result = run("claims", "-o", name)
    assert (result.stdout, result.stderr) == ("", "")
    path = folder / name
    frame = {
        ".csv": lambda: pd.read_csv(path, encoding="utf-8-sig"),
        ".parquet": lambda: pd.read_parquet(path),
        ".xlsx": lambda: pd.DataFrame(list(openpyxl.load_workbook(path).active.values)[1:], columns=CLAIM_COLUMNS),
        ".jsonl": lambda: pd.read_json(path, lines=True),
    }[path.suffix]()
    assert tuple(frame.columns) == CLAIM_COLUMNS
    assert list(frame["quote"]) == ["10 chips", "20 chips", "30 chips"]


def test_claims_to_a_missing_folder(run: Run, ingested: None) -> None:
    assert "error: no folder `out`" in run("claims", "-o", "out/claims.csv", code=2).stderr


def test_claims_filtered(run: Run, ingested: None) -> None:
    assert len(rows_of(run, "claims", "--core")) == 3
    assert len(rows_of(run, "claims", "-t", "training_cost", "-t", "revenue")) == 0
    assert len(rows_of(run, "claims", "--subject", "deepseek*", "--min-confidence", "0.9")) == 3
    assert len(rows_of(run, "claims", "--min-confidence", "0.95")) == 0
    assert len(rows_of(run, "claims", "--since", "2025-01-01")) == 0  # undated
    assert run("claims", "-t", "revenue", "--format", "csv").stdout == ",".join(CLAIM_COLUMNS) + "\n"


def test_claims_without_a_store_is_code_5(run: Run) -> None:
    result = run("claims", code=5)
    assert result.stderr.startswith("error: no store at `data/newslens.db`\nhint: ")


def test_claims_warn_of_a_run_that_was_cut_off(run: Run, ingested: None) -> None:
    with open_store("data/newslens.db") as store:
        store.begin_run(package_version="0", extractor_version="0")
    assert run("claims").stderr.startswith("warning: run 2, begun ")
    assert run("claims", "--quiet").stderr == ""


# --- the rest


def test_articles(run: Run, ingested: None) -> None:
    assert run("articles").stdout.splitlines() == [
        "source      published_at  language  outlet  title  claims",
        "news/a.txt                en                            2",
        "news/b.txt                en                            1",
    ]
    assert [row["characters"] for row in rows_of(run, "articles", "--language", "en")] == [32, 27]
    assert rows_of(run, "articles", "--language", "und") == []


def test_failures(run: Run, ingested: None, folder: Path) -> None:
    assert rows_of(run, "failures") == []
    (folder / "news" / "rows.jsonl").write_text('{"text": "1 chips"}\n{broken\n')
    run("ingest", "news", code=6)
    (row,) = rows_of(run, "failures")
    assert (row["source"], row["place"], row["tries"]) == ("news/rows.jsonl", "line 2, column 2", 1)
    assert "broken JSON" in run("failures").stdout


def test_forget_and_undo(run: Run, ingested: None) -> None:
    assert run("forget", "news/a.txt", "--dry-run").stdout == "news/a.txt\n"
    assert len(rows_of(run, "claims")) == 3
    assert run("forget", "news/a.txt").stdout == "news/a.txt\n"
    assert "1 kept out" in run("ingest", "news").stderr
    assert [row["source"] for row in rows_of(run, "claims")] == ["news/b.txt"]
    assert run("forget", "news/a.txt", "--undo").stdout == "news/a.txt\n"
    assert "1 new" in run("ingest", "news").stderr


def test_forget_what_is_not_there(run: Run, ingested: None) -> None:
    assert "hint: did you mean `news/a.txt`?" in run("forget", "news/aa.txt", code=2).stderr
    assert "error: not forgotten" in run("forget", "news/a.txt", "--undo", code=2).stderr


def test_explain(run: Run, ingested: None, monkeypatch: pytest.MonkeyPatch) -> None:
    claim_id = rows_of(run, "claims")[0]["claim_id"]

    def explain(article: Any, *, setup: Any) -> Any:
        with open_store("data/newslens.db") as store:
            claim = store.get_claim(claim_id)
        reason = SimpleNamespace(decision="type", choice="chip_count", score=0.875, because=["`chips` is the unit"])
        return [SimpleNamespace(claim=claim, reasons=[reason])]

    monkeypatch.setattr("newslens.pipeline.explain", explain, raising=False)
    lines = run("explain", claim_id[:8]).stdout.splitlines()
    assert lines[0] == f"claim {claim_id}, confidence 0.90"
    assert lines[3] == "They have >>10 chips<< and 20 chips."
    assert lines[5:] == ["type: chip_count (0.88)", "  - `chips` is the unit"]


def test_explain_an_unknown_claim(run: Run, ingested: None) -> None:
    assert run("explain", "zzz", code=2).stderr.startswith("error: no claim `zzz`\nhint: nearest: ")


@pytest.fixture
def gold(folder: Path) -> Path:
    claim = {
        "claim_type": "chip_count",
        "quote": "10 chips",
        "value_low": 5576000,
        "value_high": 5576000,
        "unit": "USD",
    }
    path = folder / "news" / "gold.jsonl"
    path.write_text(json.dumps({"file": "a.txt", "language": "en", "claims": [claim | {"subject": "DeepSeek-V3"}]}))
    return path


def test_score_of_the_store_and_of_a_file(run: Run, gold: Path, folder: Path) -> None:
    run("ingest", "news/a.txt", "news/b.txt")
    figures = json.loads(run("score", "--gold", str(gold), "--json", "--by-type", "--show").stdout)
    assert figures["all"]["found"] == {"p": 0.5, "r": 1.0, "f1": 0.6667}
    assert figures["type:chip_count"]["gold"] == 1
    assert figures["mistakes"] == ["a.txt: invented  chip_count [5576000.0, 5576000.0] USD · DeepSeek-V3 · '20 chips'"]
    run("claims", "-o", "claims.jsonl")
    again = json.loads(run("score", "--gold", str(gold), "--claims", "claims.jsonl", "--json").stdout)
    assert again["all"] == figures["all"]
    table = run("score", "--gold", str(gold), "--core").stdout.splitlines()
    assert " ".join(table[0].split()) == "gold claims found: P R F1 normalised: P R F1 with_subject: P R F1"
    assert table[1].split()[:6] == ["all", "1", "2", "0.500", "1.000", "0.667"]


@pytest.mark.parametrize("content", ["{broken", "[1]", '{"source": "a"}'])
def test_score_of_a_file_without_claims(run: Run, gold: Path, folder: Path, content: str) -> None:
    (folder / "claims.jsonl").write_text(content)
    assert "claims.jsonl, line 1" in run("score", "--gold", str(gold), "--claims", "claims.jsonl", code=2).stderr


def test_doctor(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for part in ("extractor", "language_packs", "names"):
        monkeypatch.setattr(f"newslens.checkup._{part}", lambda: "here")
    checks = {check["name"]: check for check in json.loads(run("doctor", "--json").stdout)}
    assert {"newslens", "python", "spacy", "sqlalchemy", "langdetect", "store"} <= checks.keys()
    assert checks["store"]["found"] == "none yet at data/newslens.db"
    run("ingest", "news")
    assert "data/newslens.db, schema 2, 2 articles" in run("doctor").stdout


def test_doctor_tells_what_is_wrong(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from newslens.errors import SetupError

    for part in ("extractor", "language_packs", "names"):
        monkeypatch.setattr(f"newslens.checkup._{part}", lambda: "here")
    (folder / "notes.db").write_text("no database " * 100)
    assert "WRONG  store" in run("doctor", "--db", "notes.db", code=5).stdout

    def broken() -> str:
        raise SetupError("names.toml: broken", hint="reinstall newslens")

    monkeypatch.setattr("newslens.checkup._names", broken)
    assert "names.toml: broken (reinstall newslens)" in run("doctor", "--db", "notes.db", code=4).stdout


def test_ctrl_c_is_code_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_setup: object) -> Extractor:
        raise KeyboardInterrupt

    monkeypatch.setattr("newslens.batch.pipeline_extractor", interrupted)
    result = run("ingest", "news", code=130)
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(("no_color", "is_coloured"), [("", True), ("1", False)])
def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch, no_color: str, is_coloured: bool) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr", terminal)
    say_problem("two\nlines", "do this")
    assert terminal.getvalue().endswith("do this\n")
    assert "two lines\n" in terminal.getvalue()
    assert ("\x1b" in terminal.getvalue()) is is_coloured
