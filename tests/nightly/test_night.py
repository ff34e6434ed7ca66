"""A night: what is read, left alone, pruned and written, and how it says so."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newslens.batch import Extractor, Inputs, Watcher, ingest
from newslens.nightly import file_notes
from newslens.nightly.night import Night, run_night
from newslens.nightly.outcome import tell
from newslens.nightly.summary import as_json, as_markdown, as_text, summary_of, without_password
from newslens.records import Article
from newslens.settings import Settings
from newslens.store import open_store
from newslens.store.interface import FAILURE_KINDS

Make = Callable[..., Settings]


@pytest.fixture(autouse=True)
def settled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take files written just now for old ones."""
    monkeypatch.setattr(file_notes, "COARSEST_CLOCK_S", -10.0)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are opened to be read."""
    names: list[str] = []
    whole = Path.open

    def noting(path: Path, mode: str = "r", *more: Any, **options: Any) -> Any:
        if mode == "rb" and path.suffix in (".txt", ".jsonl"):
            names.append(path.as_posix())
        return whole(path, mode, *more, **options)

    monkeypatch.setattr(Path, "open", noting)
    return names


def quotes(settings: Settings) -> list[tuple[str, str]]:
    with open_store(settings.db) as store:
        return [(claim.source, claim.quote) for claim in store.query_claims()]


def failed_sources(settings: Settings) -> list[str]:
    with open_store(settings.db) as store:
        return [str(row[list(FAILURE_KINDS).index("source")]) for row in store.query_failures()]


def test_new_then_nothing_new_then_changed(settings: Make, opened: list[str]) -> None:
    first = run_night(settings())
    assert (first.state, first.exit_code, first.summary.new) == ("done", 0, 2)
    assert opened == ["news/a.txt", "news/b.txt"]
    again = run_night(settings())
    assert (again.state, again.exit_code, again.summary.unchanged) == ("nothing new", 0, 2)
    assert len(opened) == 2
    Path("news/a.txt").write_text("They have 11 chips.")
    third = run_night(settings())
    assert (third.state, third.summary.changed, third.summary.unchanged) == ("done", 1, 1)
    assert opened[2:] == ["news/a.txt"]
    assert quotes(settings()) == [("news/a.txt", "11 chips"), ("news/b.txt", "30 chips")]


def test_a_change_that_keeps_size_and_time_is_seen(settings: Make) -> None:
    run_night(settings())
    path = Path("news/b.txt")
    before = path.stat()
    path.write_text("He has 31 chips.")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert run_night(settings()).summary.changed == 1


def test_what_changed_just_now_is_read_again(
    settings: Make, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_notes, "COARSEST_CLOCK_S", 100.0)
    run_night(settings())
    assert run_night(settings()).summary.unchanged == 2
    assert len(opened) == 4


def test_notes_are_believed_only_of_just_this_store(settings: Make, opened: list[str], extractor: Extractor) -> None:
    run_night(settings())
    Path("data/newslens.db").rename("data/old.db")
    for path in Path("data").glob("newslens.db-*"):
        path.unlink()
    assert run_night(settings()).summary.new == 2
    assert len(opened) == 4
    with open_store("data/newslens.db") as store:
        ingest(Inputs(paths=("news/a.txt",)), store, extractor=extractor)
    assert run_night(settings()).summary.unchanged == 2
    assert len(opened) == 7
    assert run_night(settings()).summary.unchanged == 2
    assert len(opened) == 7


def test_what_was_forgotten_and_let_in_again_is_read(settings: Make) -> None:
    run_night(settings())
    with open_store("data/newslens.db") as store:
        store.forget("news/a.txt")
    assert (run_night(settings()).summary.forgotten, len(quotes(settings()))) == (1, 1)
    with open_store("data/newslens.db") as store:
        store.remember("news/a.txt")
    assert run_night(settings()).summary.new == 1
    assert len(quotes(settings())) == 3


def test_rows_of_tables(settings: Make, opened: list[str]) -> None:
    rows = [{"text": "1 chips", "url": "https://a.example/1"}, {"text": "2 chips"}]
    Path("news/rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    assert run_night(settings()).summary.new == 4
    assert run_night(settings()).summary.unchanged == 4
    assert opened.count("news/rows.jsonl") == 1
    with open_store("data/newslens.db") as store:
        store.drop_source("https://a.example/1")
    assert run_night(settings()).summary.new == 1
    assert opened.count("news/rows.jsonl") == 2


def test_what_fails_is_tried_every_night_until_it_is_mended(settings: Make) -> None:
    Path("news/a.txt").write_text("A bug has 10 chips.")
    Path("news/empty.txt").write_text("")
    Path("news/rows.jsonl").write_text('{"text": "1 chips"}\n{broken\n')
    first = run_night(settings())
    assert (first.state, first.exit_code, first.summary.failed) == ("partly failed", 6, 3)
    assert len(failed_sources(settings())) == 3
    again = run_night(settings())
    assert (again.summary.failed, len(failed_sources(settings()))) == (3, 3)
    Path("news/a.txt").write_text("Mended, 10 chips.")
    Path("news/empty.txt").unlink()
    Path("news/rows.jsonl").write_text('{"text": "1 chips"}\n')
    assert run_night(settings()).exit_code == 0
    assert failed_sources(settings()) == []


def test_a_changed_text_that_fails_is_not_taken_for_done(settings: Make) -> None:
    run_night(settings())
    Path("news/a.txt").write_text("A bug has 10 chips.")
    for _ in range(3):
        assert run_night(settings()).summary.failed == 1
        assert failed_sources(settings()) == ["news/a.txt"]


def test_nothing_could_be_read(settings: Make) -> None:
    night = run_night(settings(sources={"paths": ["none.txt"]}))
    assert (night.state, night.exit_code) == ("failed", 3)


def test_no_sources_is_a_mistake(settings: Make) -> None:
    night = run_night(settings(sources={}))
    assert (night.state, night.exit_code) == ("failed", 2)
    assert night.error is not None
    assert night.error.message == "no sources are set"


def test_a_night_beside_another_run_leaves(settings: Make) -> None:
    with open_store("data/newslens.db", create=True) as store, store.exclusive():
        chosen = settings(summary={"json_file": "s.json"}, metrics={"file": "m.prom"})
        night = run_night(chosen)
        tell(night, chosen)
    assert (night.state, night.exit_code) == ("locked", 7)
    assert not Path("s.json").exists()
    assert not Path("m.prom").exists()


def test_a_night_that_was_cut_off_is_gone_on_with(settings: Make, extractor: Extractor) -> None:
    def dying(article: Article) -> list[Any]:
        if article.source == "news/b.txt":
            raise KeyboardInterrupt
        return extractor.extract(article)

    with pytest.raises(KeyboardInterrupt):
        run_night(settings(), extractor=replace(extractor, extract=dying))
    assert quotes(settings()) == [("news/a.txt", "10 chips"), ("news/a.txt", "20 chips")]
    night = run_night(settings())
    assert (night.summary.new, night.summary.unchanged) == (1, 1)
    assert len(quotes(settings())) == 3


def test_dry_run_writes_nothing(settings: Make, folder: Path) -> None:
    chosen = settings(exports={"files": ["claims.csv"]})
    night = run_night(chosen, dry_run=True)
    assert (night.state, night.summary.new) == ("done", 2)
    assert [path.name for path in folder.iterdir()] == ["news"]
    run_night(chosen)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.suffix in (".csv", ".json")}
    Path("news/c.txt").write_text("She has 40 chips.")
    night = run_night(chosen, dry_run=True)
    assert (night.summary.new, night.summary.unchanged, night.written) == (1, 2, [])
    assert before == {path: path.stat().st_mtime_ns for path in before}
    assert summary_of(night, db="x")["dry_run"] is True


# --- pruning


def test_claims_of_vanished_files_stay_unless_pruning_is_asked_for(settings: Make) -> None:
    Path("news/rows.jsonl").write_text('{"text": "1 chips"}\n')
    run_night(settings())
    Path("news/a.txt").unlink()
    Path("news/rows.jsonl").unlink()
    assert run_night(settings()).pruned == ()
    assert len(quotes(settings())) == 4
    pruning = settings(sources={"paths": ["news"], "prune": True})
    assert run_night(pruning, dry_run=True).pruned == ("news/a.txt", "news/rows.jsonl#1")
    assert len(quotes(settings())) == 4
    night = run_night(pruning)
    assert (night.state, night.pruned) == ("done", ("news/a.txt", "news/rows.jsonl#1"))
    assert quotes(settings()) == [("news/b.txt", "30 chips")]
    Path("news/a.txt").write_text("They have 10 chips and 20 chips.")
    assert run_night(pruning).summary.new == 1


def test_an_article_that_another_file_holds_stays(settings: Make) -> None:
    Path("news/copy.txt").write_text("He has 30 chips.")
    pruning = settings(sources={"paths": ["news"], "prune": True})
    run_night(pruning)
    Path("news/b.txt").unlink()
    assert run_night(pruning).pruned == ("news/b.txt",)
    assert ("news/copy.txt", "30 chips") in quotes(settings())


@pytest.mark.parametrize("how", ["gone", "empty", "unreadable link"])
def test_a_disk_that_is_not_mounted_prunes_nothing(settings: Make, how: str) -> None:
    pruning = settings(sources={"paths": ["news"], "prune": True})
    run_night(pruning)
    if how == "unreadable link":
        Path("news/a.txt").unlink()
        Path("news/x.txt").symlink_to("nowhere.txt")
    else:
        Path("news").rename("elsewhere")
        if how == "empty":
            Path("news").mkdir()
    night = run_night(pruning)
    assert night.pruned == ()
    assert len(quotes(settings())) == 3
    assert "nothing of `news` was pruned" in night.warnings[0]


def test_other_sources_are_not_pruned(settings: Make) -> None:
    Path("other").mkdir()
    Path("other/c.txt").write_text("She has 40 chips.")
    run_night(settings(sources={"paths": ["news", "other"]}))
    Path("other/c.txt").unlink()
    assert run_night(settings(sources={"paths": ["news"], "prune": True})).pruned == ()
    assert run_night(settings(sources={"paths": ["news", "other/*.txt"], "prune": True})).pruned == ()


# --- exports and report


def test_exports(settings: Make) -> None:
    chosen = settings(exports={"files": ["all.csv", "all.jsonl"], "core": True})
    night = run_night(chosen)
    assert night.written == ["all.csv", "all.jsonl"]
    rows = csv.DictReader(Path("all.csv").read_text("utf-8-sig").splitlines())
    assert [row["quote"] for row in rows] == ["10 chips", "20 chips", "30 chips"]
    unsure = settings(exports={"files": ["sure.jsonl"], "min_confidence": 0.95})
    run_night(unsure)
    assert Path("sure.jsonl").read_text() == ""


def test_an_export_that_cannot_be_written_costs_only_itself(settings: Make) -> None:
    night = run_night(settings(exports={"files": ["none/all.csv", "all.jsonl"]}))
    assert (night.state, night.exit_code, night.written) == ("partly failed", 6, ["all.jsonl"])
    assert "no folder `none`" in night.problems[0]
    assert len(quotes(settings())) == 3


def test_an_export_of_an_unknown_format_is_refused_at_once(settings: Make) -> None:
    night = run_night(settings(exports={"files": ["all.pdf"]}))
    assert (night.exit_code, night.summary.run_id) == (2, None)


def test_the_report_tells_what_changed_since_the_night_before(settings: Make, folder: Path) -> None:
    chosen = settings(report={"file": "r.html", "language": "fr"})
    assert run_night(chosen).written == ["r.html"]
    first = Path("r.html").read_text("utf-8")
    assert '<html lang="fr">' in first
    assert 'id="changes"' not in first
    (folder / "news" / "c.txt").write_text("She has 50 chips.")
    run_night(chosen)
    assert 'id="changes"' in Path("r.html").read_text("utf-8")


# --- the summary


def summarised(night: Night) -> dict[str, Any]:
    return summary_of(night, db="postgresql+psycopg://me:secret@host:5432/news")


def test_the_summary_in_three_forms(settings: Make) -> None:
    Path("news/x_[1]|`.txt").write_text("")
    night = run_night(settings())
    summary = summarised(night)
    assert json.loads(as_json(summary)) == summary
    assert (summary["state"], summary["new"], summary["failed"], summary["claims"]) == ("partly failed", 2, 1, 3)
    assert (summary["run_id"], summary["claims_by_type"]) == (1, {"chip_count": 3})
    assert summary["failures"][0]["source"] == "news/x_[1]|`.txt"
    lines = as_text(summary).splitlines()
    assert lines[0].startswith("partly failed: run 1, ")
    assert lines[1:3] == ["  articles: 2 new, 0 changed, 0 unchanged, 1 failed", "  claims: 3: chip_count 3"]
    page = as_markdown(summary)
    assert page.startswith(f"# newslens {night.started_at:%Y-%m-%d}: partly failed, 2 new, 1 failed\n")
    assert "| chip_count | 3 |" in page
    assert "- cannot read \\`news/x\\_\\[1\\]\\|\\`.txt\\`: the file is empty" in page
    assert "secret" not in as_json(summary)


def test_a_summary_of_many_failures_is_bounded(settings: Make) -> None:
    for number in range(150):
        Path(f"news/{number}.txt").write_text("")
    summary = summarised(run_night(settings()))
    assert (summary["failed"], len(summary["failures"])) == (150, 100)
    assert "and 140 more" in as_text(summary)


def test_passwords_are_not_shown() -> None:
    assert without_password("postgresql://me:secret@host:1/x") == "postgresql://me:***@host:1/x"
    assert without_password("data/newslens.db") == "data/newslens.db"


def test_the_summary_as_files(settings: Make) -> None:
    chosen = settings(summary={"text_file": "s.txt", "json_file": "s.json", "markdown_file": "s.md"})
    tell(run_night(chosen), chosen)
    assert Path("s.txt").read_text().startswith("done: run 1, ")
    assert json.loads(Path("s.json").read_text())["new"] == 2
    assert Path("s.md").read_text().startswith("# newslens ")
    assert not list(Path().glob(".*part"))


def test_a_night_that_an_error_ended_says_so(settings: Make) -> None:
    Path("data").mkdir()
    Path("data/newslens.db").write_text("no database " * 100)
    chosen = settings(summary={"json_file": "s.json"})
    night = run_night(chosen)
    tell(night, chosen)
    said = json.loads(Path("s.json").read_text())
    assert (said["state"], said["exit_code"]) == ("failed", 5)
    assert "not a database" in said["error"]["message"]


def test_the_watcher_hears_of_everything(settings: Make) -> None:
    class Ears(Watcher):
        heard: list[str] = []  # noqa: RUF012 - one test, one list

        def begun(self, run_id: int) -> None:
            self.heard.append(f"run {run_id}")

        def article(self, article: Article, standing: str, claims: int) -> None:
            self.heard.append(f"{article.source} {standing} {claims}")

    run_night(settings(), watcher=Ears())
    assert Ears.heard == ["run 1", "news/a.txt new 2", "news/b.txt new 1"]
