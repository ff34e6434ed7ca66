"""The commands that look at facts: groups, conflicts, diff, report, serve."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from newslens.cli.app import main
from newslens.serving import metadata
from newslens.store.group_records import CONFLICT_KINDS, GROUP_KINDS

Run = Callable[..., Any]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store of the seeds."""
    path = str(tmp_path_factory.mktemp("seeds") / "seeds.db")
    result = CliRunner().invoke(main, ["ingest", str(ROOT / "seeds"), "--db", path, "-q"])
    assert result.exit_code == 0, result.stderr
    return path


@pytest.fixture
def run(db: str) -> Run:
    def run(*arguments: str, code: int = 0) -> Any:
        result = CliRunner().invoke(main, [*arguments, "--db", db])
        assert result.exit_code == code, (result.stdout, result.stderr, result.exception)
        return result

    return run


def test_groups_as_table_json_and_csv(run: Run) -> None:
    table = run("groups").stdout.splitlines()
    assert table[0].split()[:3] == ["claim_type", "subject", "consensus"]
    assert any(re.search(r"training_cost +DeepSeek +5\.6 M USD +5 of 5", line) for line in table)
    as_json = json.loads(run("groups", "--json").stdout)
    as_csv = list(csv.DictReader(io.StringIO(run("groups", "--format", "csv").stdout)))
    assert len(as_json) == len(as_csv) == len(table) - 1
    assert list(as_json[0]) == list(as_csv[0]) == list(GROUP_KINDS)


def test_groups_can_be_narrowed(run: Run) -> None:
    costs = json.loads(run("groups", "--json", "--claim-type", "training_cost", "--subject", "deepseek*").stdout)
    assert [group["subject"] for group in costs] == ["DeepSeek"]
    assert costs[0]["subjects"] == "DeepSeek | DeepSeek-R1"
    assert {group["sources"] for group in json.loads(run("groups", "--json", "--min-sources", "3").stdout)} == {3, 5}
    assert "known: " in run("groups", "--claim-type", "costs", code=2).stderr


def test_conflicts_show_stargate_and_the_slip(run: Run) -> None:
    rows = json.loads(run("conflicts", "--json").stdout)
    assert list(rows[0]) == list(CONFLICT_KINDS)
    stargate = [row for row in rows if row["subject"] == "Stargate"]
    assert {(row["consensus"], row["value_low"]) for row in stargate} == {(1e11, 5e11), (1e11, 5e8)}
    slips = {
        row["subject"]: (row["value_low"], row["slip_power"], row["unit"]) for row in rows if row["stance"] == "slip"
    }
    assert slips == {"Stargate": (5e8, -3, "USD"), "Nvidia": (-572e6, -3, "EUR")}
    assert "slip, 10^-3" in run("conflicts").stdout
    assert run("conflicts", "--claim-type", "token_price", "--format", "csv").stdout.count("\n") == 1


def test_diff_tells_what_is_new(run: Run) -> None:
    result = run("diff", "--since", "2000-01-01")
    claims = len(json.loads(run("claims", "--json").stdout))
    conflicts = sum(group["is_conflict"] for group in json.loads(run("groups", "--json").stdout))
    told = f"since 2000-01-01: {claims} new, 0 changed, 0 vanished; {conflicts} newly in conflict\n"
    assert claims > 30 and conflicts > 2 and result.stderr == told
    rows = json.loads(run("diff", "--since", "2000-01-01", "--json", "-q").stdout)
    assert [row["change"] for row in rows] == ["conflict"] * conflicts + ["new"] * claims
    assert "neither a run nor a day" in run("diff", "--since", "yesterday", code=2).stderr


def test_report_is_one_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    assert re.fullmatch(r".*report\.html: \d+ kB\n", run("report", "-o", str(path), "--since", "2000-01-01").stderr)
    page = html.unescape(path.read_text("utf-8"))
    assert "default-src 'none'" in page and "unsafe" not in page.partition("<title>")[0]
    assert not re.findall(r"""(?:src|href)=["'](?!#|data:,)""", page)
    assert 'id="changes"' in page
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize(("language", "title"), [("fr", "Qui contredit qui"), ("zh", "谁与谁矛盾")])
def test_report_speaks_other_languages(run: Run, tmp_path: Path, language: str, title: str) -> None:
    run("report", "-o", str(tmp_path / "r.html"), "--lang", language, "-q")
    assert title in (tmp_path / "r.html").read_text("utf-8")


def test_report_says_what_is_wrong(run: Run, tmp_path: Path) -> None:
    assert "no report in `de` (known: en, fr, zh)" in run("report", "--lang", "de", code=2).stderr
    assert "cannot write" in run("report", "-o", str(tmp_path / "none" / "r.html"), code=2).stderr


def test_serve_shows_the_views_read_only(db: str) -> None:
    pytest.importorskip("datasette")
    command = [str(Path(sys.executable).with_name("newslens"))]
    port = 18473
    served = subprocess.Popen([*command, "serve", "--db", db, "--port", str(port)], stderr=subprocess.PIPE, text=True)
    try:
        found = json.loads(fetched(f"http://127.0.0.1:{port}/newslens/v_groups.json?_shape=array&subject=Stargate"))
        assert [row["sources"] for row in found] == [3]
        for name in metadata()["databases"]["newslens"]["queries"]:
            rows = json.loads(fetched(f"http://127.0.0.1:{port}/newslens/{name}.json?_shape=array&subject=DeepSeek"))
            assert rows, name
        write = f"http://127.0.0.1:{port}/newslens.json?sql=delete+from+claims"
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(write, timeout=10)
    finally:
        served.terminate()
        served.wait(timeout=20)


def fetched(url: str) -> str:
    """What the server answers, once it is up."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return str(answer.read().decode("utf-8"))
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"no answer from {url}")
