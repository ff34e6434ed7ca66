"""Nights whose claims are extracted on a Dask cluster of processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from extractors import CHIPS
from newslens.nightly.night import Night, run_night
from newslens.rows import Row
from newslens.settings import load_settings
from newslens.store import open_store

distributed = pytest.importorskip("distributed")
TESTS = str(Path(__file__).parents[1])


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The scheduler of a cluster of two worker processes."""
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setenv("PYTHONPATH", os.pathsep.join([TESTS, *filter(None, [os.environ.get("PYTHONPATH")])]))
        cluster = stack.enter_context(
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
            )
        )
        yield cluster.scheduler_address


@pytest.fixture(autouse=True)
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Twenty texts, a table with a broken line, and a text that shows a bug, in the working directory."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "news"
    folder.mkdir()
    for n in range(20):
        (folder / f"{n:02}.txt").write_text(f"It has {n} chips.")
    (folder / "rows.jsonl").write_text('{"url": "https://a.example/1", "text": "77 chips"}\n{broken\n')
    (folder / "bug.txt").write_text("BUG 4 chips")
    return folder


def night(db: str, **settings: Any) -> Night:
    sources = {"paths": ["news"], "prune": True}
    exports = {"files": [f"{db}.csv"]}
    return run_night(
        load_settings(None, {"db": db, "sources": sources, "exports": exports} | settings), extractor=CHIPS
    )


def table(db: str) -> list[Row]:
    with open_store(db) as store:
        return list(store.query_claim_rows())


def test_a_night_on_a_cluster_is_the_night_of_this_machine(address: str, news: Path) -> None:
    here = night("here.db")
    there = night("there.db", engine="dask", scheduler=address, parts="parts")
    assert (there.state, there.exit_code) == ("partly failed", 6)
    assert there.summary.as_dict() | {"seconds": 0} == here.summary.as_dict() | {"seconds": 0}
    assert table("there.db") == table("here.db")
    assert Path("there.db.csv").read_bytes() == Path("here.db.csv").read_bytes()
    assert sorted(failure.source for failure in there.failures) == sorted(failure.source for failure in here.failures)
    assert list(Path("parts").glob("part-*.parquet"))

    (news / "03.txt").write_text("It has 333 chips.")
    (news / "04.txt").unlink()
    again = night("there.db", engine="dask", scheduler=address, parts="parts")
    assert (again.summary.changed, again.summary.new, again.pruned) == (1, 0, ("news/04.txt",))
    night("here.db")
    assert table("there.db") == table("here.db")


def test_engines_may_change_from_night_to_night(address: str, news: Path) -> None:
    night("one.db")
    (news / "03.txt").write_text("It has 333 chips.")
    assert night("one.db", engine="dask", scheduler=address, parts="parts").summary.changed == 1
    (news / "05.txt").write_text("It has 555 chips.")
    assert night("one.db").summary.changed == 1
    assert "555 chips" in [cell for row in table("one.db") for cell in row]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"scheduler": "tcp://127.0.0.1:1"}, "no folder for parts"),
        ({"sources": {"feeds": ["https://a.example/feed"]}}, "pages are not fetched by workers"),
        ({"db": "postgresql+psycopg://u:p@127.0.0.1:1/x"}, None),
    ],
)
def test_what_a_cluster_cannot_do_ends_the_night(settings: dict[str, Any], message: str | None) -> None:
    ended = night(settings.pop("db", "one.db"), engine="dask", **settings)
    assert ended.error is not None
    assert message is None or message in str(ended.error)


def newslens(*arguments: str) -> subprocess.CompletedProcess[str]:
    start = "from newslens.cli.app import main; main()"
    return subprocess.run([sys.executable, "-c", start, *arguments], capture_output=True, text=True, check=False)


def test_the_command_and_its_settings_file() -> None:
    text = "DeepSeek-R1 cost $5.6 million to train, the company said."
    Path("news").joinpath("00.txt").write_text(text)
    for path in Path("news").iterdir():
        if path.name != "00.txt":
            path.unlink()
    Path("newslens.toml").write_text(
        'engine = "dask"\nworkers = 1\nner_model = "none"\n[sources]\npaths = ["news"]\n', "utf-8"
    )
    ended = newslens("nightly", "--json")
    assert ended.returncode == 0, ended.stderr
    summary = json.loads(ended.stdout)
    assert (summary["state"], summary["new"]) == ("done", 1)
    assert list(Path("data/newslens.db.parts").glob("part-*.parquet"))
    local = newslens("nightly", "--engine", "local", "--json")
    assert (local.returncode, json.loads(local.stdout)["state"]) == (0, "nothing new")
    wrong = newslens("nightly", "--engine", "local", "--scheduler", "tcp://127.0.0.1:1")
    assert (wrong.returncode, "--engine dask" in wrong.stderr) == (2, True)
