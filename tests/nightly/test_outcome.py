"""Word of a night: webhook, metrics, log; and the command itself, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from newslens.batch import Extractor
from newslens.cli.app import main
from newslens.nightly.logs import LogWatcher, open_log
from newslens.nightly.metrics import LAST_SUCCESS, write_metrics
from newslens.nightly.night import run_night
from newslens.nightly.outcome import tell
from newslens.nightly.summary import summary_of
from newslens.nightly.webhook import post_summary
from newslens.settings import LogSettings, Settings, WebhookSettings
from newslens.store import open_store
from web.conftest import Site, reply

Make = Callable[..., Settings]
SUMMARY: dict[str, Any] = {"state": "done", "new": 2}


# --- webhook


def test_the_webhook_gets_the_summary(site: Site) -> None:
    received: list[bytes] = []

    def take(handler: BaseHTTPRequestHandler) -> None:
        received.append(vars(handler)["body"])
        reply(handler, b"thanks")

    site.pages["/hook"] = take
    assert post_summary(WebhookSettings(url=f"{site.url}/hook"), SUMMARY) is None
    assert [json.loads(body) for body in received] == [SUMMARY]
    assert site.headers[0]["Content-Type"] == "application/json"


@pytest.mark.parametrize(("status", "tries"), [(500, 3), (429, 3), (404, 1), (302, 1)])
def test_a_webhook_that_fails_is_tried_again_where_that_may_help(site: Site, status: int, tries: int) -> None:
    site.pages["/hook"] = status
    slept: list[float] = []
    problem = post_summary(WebhookSettings(url=f"{site.url}/hook", tries=3), SUMMARY, sleep=slept.append)
    assert problem is not None
    assert f"was not told: status {status}" in problem
    assert (site.count("/hook"), len(slept)) == (tries, tries - 1)


def test_a_webhook_never_fails_the_night(site: Site, settings: Make, folder: Path) -> None:
    site.pages["/slow"] = lambda handler: time.sleep(2)
    chosen = settings(webhook={"url": f"{site.url}/slow", "timeout_s": 0.2, "tries": 1})
    night = run_night(chosen)
    summary = tell(night, chosen)
    assert (summary["state"], summary["exit_code"]) == ("done", 0)
    assert "was not told: ReadTimeout" in summary["warnings"][0]


# --- metrics


def metrics(path: Path) -> dict[str, float]:
    families = text_string_to_metric_families(path.read_text("utf-8"))
    samples = [sample for family in families for sample in family.samples]
    return {sample.name + "".join(f"/{value}" for value in sample.labels.values()): sample.value for sample in samples}


def test_metrics_of_a_night(settings: Make, folder: Path) -> None:
    (folder / "news" / "empty.txt").write_text("")
    chosen = settings(metrics={"file": "newslens.prom"})
    tell(run_night(chosen), chosen)
    read = metrics(Path("newslens.prom"))
    assert (read["newslens_night_exit_code"], read["newslens_night_articles/new"]) == (6, 2)
    assert (read["newslens_night_articles/failed"], read["newslens_night_claims/chip_count"]) == (1, 3)
    assert LAST_SUCCESS not in read
    (folder / "news" / "empty.txt").unlink()
    tell(run_night(chosen), chosen)
    assert metrics(Path("newslens.prom"))[LAST_SUCCESS] == pytest.approx(time.time(), abs=60)
    assert not list(folder.glob(".*part"))


def test_the_last_success_is_kept_through_failures(settings: Make, folder: Path) -> None:
    path = Path("newslens.prom")
    good = summary_of(run_night(settings()), db="x")
    write_metrics(path, good, ended_at=1000.0)
    write_metrics(path, good | {"exit_code": 5}, ended_at=2000.0)
    assert metrics(path)[LAST_SUCCESS] == 1000.0
    assert metrics(path)["newslens_night_timestamp_seconds"] == 2000.0
    path.write_text("no metrics {")
    write_metrics(path, good | {"exit_code": 5}, ended_at=3000.0)
    assert LAST_SUCCESS not in metrics(path)


def test_metrics_that_cannot_be_written_are_a_problem(settings: Make, folder: Path) -> None:
    chosen = settings(metrics={"file": "none/deep/newslens.prom"})
    summary = tell(run_night(chosen), chosen)
    assert summary["exit_code"] == 6
    assert "cannot write `none/deep/newslens.prom`" in summary["problems"][0]


# --- log


def test_events_carry_the_ids_of_run_and_article(settings: Make, folder: Path) -> None:
    (folder / "news" / "empty.txt").write_text("")
    with open_log(LogSettings(format="json", file="night.log")) as log:
        run_night(settings(), watcher=LogWatcher(log))
    events = [json.loads(line) for line in Path("night.log").read_text("utf-8").splitlines()]
    assert [event["event"] for event in events] == ["run begun", "article", "article", "failure"]
    assert {event["run_id"] for event in events} == {1}
    with open_store("data/newslens.db") as store:
        ids = {str(row[0]) for row in store.query_articles()}
    assert {event["article_id"] for event in events[1:3]} == ids
    assert (events[1]["standing"], events[1]["claims"], events[1]["level"]) == ("new", 2, "info")
    assert (events[3]["source"], events[3]["step"], events[3]["level"]) == ("news/empty.txt", "read", "warning")
    with open_log(LogSettings(format="json", file="night.log")) as log:
        run_night(settings(), watcher=LogWatcher(log))
    assert len(Path("night.log").read_text("utf-8").splitlines()) == 6  # added to; unchanged articles are no events


@pytest.mark.parametrize("form", ["json", "text"])
def test_names_cannot_forge_lines_of_the_log(settings: Make, folder: Path, form: str) -> None:
    (folder / "news" / "x\n2026-01-01 [info] all is well\x1b[2K.txt").write_text("She has 40 chips.")
    with open_log(LogSettings(format=form, file="night.log")) as log:
        run_night(settings(), watcher=LogWatcher(log))
    lines = Path("night.log").read_text("utf-8").splitlines()
    assert len(lines) == 4
    assert not [line for line in lines if "\x1b" in line or line.startswith("2026-01-01")]


# --- the command


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Callable[..., Any]:
    def run(*arguments: str, code: int = 0) -> Any:
        result = CliRunner().invoke(main, ["nightly", *arguments])
        assert result.exit_code == code, (result.stdout, result.stderr, result.exception)
        return result

    return run


def configured(text: str = '[sources]\npaths = ["news"]\n', name: str = "newslens.toml") -> None:
    Path(name).write_text(text, "utf-8")


def test_the_command_says_what_it_did(run: Callable[..., Any]) -> None:
    configured()
    result = run()
    assert result.stdout.startswith("done: run 1, ")
    assert "run begun" in result.stderr
    assert run().stdout.startswith("nothing new: run 2, ")
    assert json.loads(run("--json").stdout)["state"] == "nothing new"


def test_the_command_takes_settings_and_options(run: Callable[..., Any], folder: Path) -> None:
    configured('[sources]\npaths = ["news"]\n[log]\nformat = "json"\nfile = "a.log"\n', "other.toml")
    run("--config", "other.toml", "--db", "other.db", "--log-file", "b.log")
    assert (folder / "other.db").exists()
    assert not (folder / "a.log").exists()
    assert json.loads((folder / "b.log").read_text().splitlines()[0])["event"] == "run begun"
    assert CliRunner().invoke(main, ["--config", "other.toml", "nightly", "--dry-run"]).exit_code == 0


def test_the_command_and_wrong_settings(run: Callable[..., Any]) -> None:
    assert "error: no sources are set" in run(code=2).stderr
    configured('[sources]\npath = ["news"]\n')
    result = run(code=2)
    assert result.stderr == (
        "error: `newslens.toml`, line 2: unknown key `sources.path`\nhint: did you mean `sources.paths`?\n"
    )
    configured()
    assert "cannot write the log `none/a.log`" in run("--log-file", "none/a.log", code=2).stderr


@pytest.mark.parametrize(
    ("sources", "file", "code", "state"),
    [
        ("news", "news/empty.txt", 6, "partly failed"),
        ("none", "other.txt", 3, "failed"),
        ("news", "data", 5, "failed"),  # a file where the store's folder should be
    ],
)
def test_exit_codes(run: Callable[..., Any], sources: str, file: str, code: int, state: str) -> None:
    configured(f'[sources]\npaths = ["{sources}"]\n')
    Path(file).write_text("")
    assert run(code=code).stdout.startswith(f"{state}: ")


def test_a_second_night_leaves(run: Callable[..., Any]) -> None:
    configured()
    with open_store("data/newslens.db", create=True) as store, store.exclusive():
        result = run(code=7)
    assert "another run holds `data/newslens.db`" in result.stderr


def test_ingest_of_addresses(site: Site, folder: Path, extractor: Extractor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newslens.batch.pipeline_extractor", lambda setup=None: extractor)

    def page(handler: BaseHTTPRequestHandler) -> None:
        if handler.headers.get("If-None-Match"):
            return reply(handler, status=304)
        return reply(handler, b"They have 10 chips.", Content_Type="text/plain", ETag='"1"')

    site.pages["/1"] = page
    line = ["ingest", f"{site.url}/1", "news/a.txt"]
    refused = CliRunner().invoke(main, line)
    assert refused.exit_code == 6
    assert "127.0.0.1 is no public address" in refused.stderr
    configured('[fetch]\nallow_private = ["127.0.0.1"]\ndelay_s = 0\n')
    assert CliRunner().invoke(main, [*line, "--dry-run"]).stderr.startswith("dry run: 2 articles: 1 new")
    assert CliRunner().invoke(main, line).stderr.startswith("2 articles: 1 new, 0 changed, 1 unchanged")
    assert CliRunner().invoke(main, line).stderr.startswith("2 articles: 0 new, 0 changed, 2 unchanged")
    assert "If-None-Match" in site.headers[-1]
    assert CliRunner().invoke(main, [*line, "--force"]).stderr.startswith("2 articles: 0 new, 2 changed")


def test_a_real_night_in_a_process_of_its_own(folder: Path) -> None:
    (folder / "news" / "c.txt").write_text("DeepSeek trained V3 on 2,048 Nvidia H800 chips for about $5.6 million.")
    configured('[sources]\npaths = ["news"]\n[exports]\nfiles = ["claims.csv"]\n')
    line = [sys.executable, "-c", "from newslens.cli.app import main; main()", "nightly", "--json"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLENS_")}
    ended = subprocess.run(line, cwd=folder, env=environment, capture_output=True, check=True, text=True)
    assert json.loads(ended.stdout)["new"] == 3
    assert "DeepSeek-V3" in (folder / "claims.csv").read_text("utf-8-sig")
