from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from newslens import pipeline
from newslens.batch import Extractor, IngestSummary, Inputs, RunOptions, Watcher, ingest, is_covered, preview
from newslens.errors import RunLocked, SetupError
from newslens.extraction import extract_article
from newslens.records import Article, Claim, Extraction, plain_number
from newslens.redo import reextract, retry_failed
from newslens.store import open_store
from newslens.store.interface import FAILURE_KINDS, Failure, Store

Ingest = Callable[..., IngestSummary]


@pytest.fixture
def news(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text("They have 10 chips and 20 chips.")
    (folder / "b.txt").write_text("He has 30 chips.")
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def run(store: Store, extractor: Extractor) -> Ingest:
    def run(*paths: str, **options: Any) -> IngestSummary:
        return ingest(Inputs(paths=paths or ("news",)), store, **({"extractor": extractor} | options))

    return run


def quotes(store: Store) -> list[tuple[str, str]]:
    return [(claim.source, claim.quote) for claim in store.query_claims()]


def failures(store: Store) -> list[dict[str, Any]]:
    return [dict(zip(FAILURE_KINDS, row, strict=True)) for row in store.query_failures()]


def test_new_then_unchanged_then_changed(news: Path, store: Store, run: Ingest) -> None:
    first = run()
    assert (first.new, first.by_language, first.claims_by_type) == (2, {"en": 2}, {"chip_count": 3})
    again = run()
    assert (again.new, again.unchanged, again.by_language) == (0, 2, {})
    (news / "a.txt").write_text("They have 11 chips.")
    third = run()
    assert (third.changed, third.unchanged) == (1, 1)
    assert quotes(store) == [("news/a.txt", "11 chips"), ("news/b.txt", "30 chips")]


def test_force_and_a_new_extractor_do_it_again(news: Path, run: Ingest, extractor: Extractor) -> None:
    run()
    assert run(force=True).changed == 2
    assert run(extractor=replace(extractor, version="test-2")).changed == 2
    assert run(extractor=replace(extractor, version="test-2")).unchanged == 2


def test_one_text_under_two_names(news: Path, store: Store, run: Ingest) -> None:
    (news / "0.txt").write_text("He has 30 chips.")
    summary = run()
    assert (summary.new, summary.duplicate) == (2, 1)
    assert quotes(store)[0] == ("news/0.txt", "30 chips")
    (news / "0.txt").write_text("She has 40 chips.")
    assert run().changed == 1
    assert ("news/b.txt", "30 chips") in quotes(store)


@pytest.mark.parametrize("order", [("x.jsonl", "y.jsonl"), ("y.jsonl", "x.jsonl")])
def test_the_order_of_reading_decides_nothing(
    tmp_path: Path, store: Store, extractor: Extractor, order: tuple[str, str]
) -> None:
    """One text under two titles: whichever was read first, its claims are those made under the smallest source's."""

    def titled(article: Article) -> list[Claim]:
        return [c.model_copy(update={"subject": article.title}) for c in extractor.extract(article)]

    for name in ("x", "y"):
        row = {"text": "It has 9 chips.", "title": f"Title {name}", "url": f"https://{name}.example/1"}
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(row))
    for name in order:
        ingest(Inputs(paths=(tmp_path / name,)), store, extractor=replace(extractor, extract=titled))
    (claim,) = store.query_claims()
    assert (claim.source, claim.title, claim.subject) == ("https://x.example/1", "Title x", "Title x")


def test_other_languages_are_stored_and_never_extracted(news: Path, store: Store, run: Ingest) -> None:
    (news / "c.txt").write_text("Das sind 50 chips.")
    summary = run()
    assert (summary.new, summary.other_language, summary.by_language) == (3, 1, {"en": 2, "de": 1})
    assert "50 chips" not in [quote for _, quote in quotes(store)]
    assert len(list(store.query_articles(languages=("de",)))) == 1


def test_a_bug_costs_one_article(news: Path, store: Store, run: Ingest) -> None:
    (news / "a.txt").write_text("A bug has 10 chips.")
    summary = run()
    assert (summary.new, summary.failed, summary.read) == (1, 1, 1)
    (failure,) = failures(store)
    assert (failure["source"], failure["step"], failure["error"]) == ("news/a.txt", "extract", "ZeroDivisionError")
    assert "conftest.py, line" in failure["hint"]
    (news / "a.txt").write_text("No more, but 10 chips.")
    assert run().failed == 0
    assert failures(store) == []


def test_a_file_that_breaks_keeps_what_it_said(news: Path, store: Store, run: Ingest) -> None:
    run()
    (news / "a.txt").write_text("A bug.")
    run()
    assert ("news/a.txt", "10 chips") in quotes(store)


@pytest.mark.parametrize("broken", ["misplaced", "twice"])
def test_a_claim_that_breaks_its_promise_is_a_failure(
    news: Path, store: Store, run: Ingest, extractor: Extractor, broken: str
) -> None:
    def extract(article: Article) -> list[Claim]:
        claims = extractor.extract(article)
        if broken == "twice":
            return claims + claims
        return [c.model_copy(update={"char_start": c.char_start + 1, "char_end": c.char_end + 1}) for c in claims]

    assert run(extractor=replace(extractor, extract=extract)).failed == 2
    assert quotes(store) == []


def test_unreadable_inputs_are_noted_and_the_rest_goes_on(news: Path, store: Store, run: Ingest) -> None:
    (news / "empty.txt").write_text("")
    (news / "rows.jsonl").write_text('{"text": "1 chips"}\n{broken\n{"text": "2 chips"}\n')
    (news / "picture.png").write_bytes(b"\x89PNG")
    summary = run("news", "none.txt")
    assert (summary.new, summary.failed, summary.skipped) == (4, 3, 1)
    noted = [(failure["source"], failure["place"]) for failure in failures(store)]
    assert noted == [("news/empty.txt", None), ("news/rows.jsonl", "line 2, column 2"), ("none.txt", None)]
    assert run("news", "none.txt").failed == 3
    assert {failure["tries"] for failure in failures(store)} == {2}


def test_failures_go_when_their_cause_is_gone(news: Path, store: Store, run: Ingest) -> None:
    (news / "rows.jsonl").write_text('{"text": "1 chips"}\n{broken\n')
    (news / "empty.txt").write_text("")
    run("news", "none.txt")
    (news / "rows.jsonl").write_text('{"text": "1 chips"}\n')
    (news / "empty.txt").unlink()
    run("news")
    assert [failure["source"] for failure in failures(store)] == ["none.txt"]  # not among what was read this time


def test_forgotten_articles_stay_out(news: Path, store: Store, run: Ingest) -> None:
    run()
    store.forget("news/a.txt")
    summary = run(force=True)
    assert (summary.forgotten, summary.changed) == (1, 1)
    assert quotes(store) == [("news/b.txt", "30 chips")]


def test_preview_writes_nothing(news: Path, store: Store, run: Ingest, extractor: Extractor) -> None:
    assert preview(Inputs(paths=("news",)), None, extractor=extractor).new == 2
    run("news/a.txt")
    (news / "empty.txt").write_text("")
    summary = preview(Inputs(paths=("news",)), store, extractor=extractor)
    assert (summary.new, summary.unchanged, summary.failed) == (1, 1, 1)
    assert len(list(store.query_articles())) == 1
    assert failures(store) == []


def test_a_run_is_noted_with_its_counts(news: Path, store: Store, run: Ingest) -> None:
    summary = run()
    latest = store.latest_run()
    assert latest is not None
    assert (latest.run_id, latest.state, latest.extractor_version) == (summary.run_id, "finished", "test-1")
    assert latest.counts == summary.as_dict()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SetupError("a pack is broken")])
def test_a_run_cut_off_keeps_what_it_wrote(
    news: Path, store: Store, run: Ingest, extractor: Extractor, error: BaseException
) -> None:
    def extract(article: Article) -> list[Claim]:
        if article.source == "news/b.txt":
            raise error
        return extractor.extract(article)

    with pytest.raises(type(error)):
        run(extractor=replace(extractor, extract=extract))
    latest = store.latest_run()
    assert latest is not None
    assert (latest.state, latest.counts["new"]) == ("killed", 1)
    assert [quote for _, quote in quotes(store)] == ["10 chips", "20 chips"]
    summary = run()
    assert (summary.new, summary.unchanged) == (1, 1)


def test_a_second_run_is_refused(news: Path, store: Store, run: Ingest) -> None:
    with open_store(store.where) as other, other.exclusive(), pytest.raises(RunLocked, match="process"):
        run()


def test_the_watcher_hears_of_everything(news: Path, run: Ingest) -> None:
    class Ears(Watcher):
        def __init__(self) -> None:
            self.heard: list[str] = []

        def progress(self, summary: IngestSummary) -> None:
            self.heard.append(f"read {summary.read}")

        def failure(self, failure: Failure) -> None:
            self.heard.append(f"failed {failure.source}")

        def skip(self, path: Path) -> None:
            self.heard.append(f"skipped {path.name}")

    (news / "a.png").write_bytes(b"")
    (news / "aa.txt").write_text("")
    ears = Ears()
    run(watcher=ears)
    assert ears.heard == ["skipped a.png", "read 1", "failed news/aa.txt", "read 1", "read 2"]


@pytest.mark.parametrize(
    ("source", "path", "covered"),
    [
        ("news/a.txt", "news/a.txt", True),
        ("news/a.txt", "news", True),
        ("news/a.txt", "news/", True),
        ("news/a.txt", "./news", True),
        ("news/deep/a.txt", "news", True),
        ("news/a.txt", "news/*.txt", True),
        ("news/a.txt", ".", True),
        ("/news/a.txt", "/", True),
        ("newsletter/a.txt", "news", False),
        ("news/a.txt", "news/b.txt", False),
        ("/news/a.txt", ".", False),
        ("https://a.example/1", ".", False),
    ],
)
def test_is_covered(source: str, path: str, covered: bool) -> None:
    assert is_covered(source, [path]) is covered


def test_the_innermost_line_of_newslens_is_told(news: Path, store: Store, run: Ingest, extractor: Extractor) -> None:
    """Not the line of the library that newslens called."""

    def extract(article: Article) -> Any:
        return plain_number(article)  # type: ignore[arg-type]

    assert run(extractor=replace(extractor, extract=extract)).failed == 2
    assert all("records.py, line" in failure["hint"] for failure in failures(store))


def test_what_fits_no_type_is_counted(news: Path, run: Ingest, extractor: Extractor) -> None:
    counted = replace(extractor, extract=lambda article: Extraction(list(extractor.extract(article)), unclaimed=2))
    assert run(extractor=counted).unclaimed == 4


def test_the_pipeline_counts_what_fits_no_type() -> None:
    text = "DeepSeek trained V3 for $5.6 million. It rained 12 mm, and inflation was 3% in 2024."
    made = pipeline.read_article(Article(source="a", text=text, language="en"))
    assert [claim.quote for claim in made.claims] == ["$5.6 million"]
    assert made.unclaimed == 1
    assert pipeline.read_article(Article(source="a", text=text, language="de")) == Extraction([])


HANGS = re.compile(r"(a+)+b")


@pytest.mark.parametrize("swallows", [False, True])
def test_a_text_that_hangs_costs_its_time_and_a_row(
    news: Path, store: Store, run: Ingest, extractor: Extractor, swallows: bool
) -> None:
    def extract(article: Article) -> Any:
        if article.source == "news/a.txt":
            try:
                HANGS.search("a" * 60)
            except Exception:
                if not swallows:
                    raise
        return extractor.extract(article)

    started = time.monotonic()
    summary = run(extractor=replace(extractor, extract=extract), options=RunOptions(time_limit_s=0.2))
    assert time.monotonic() - started < 10
    assert (summary.failed, summary.new) == (1, 1)
    (failure,) = failures(store)
    assert (failure["error"], failure["step"]) == ("TimeLimitExceeded", "extract")
    assert "not done after 0.2 s of processor time" in failure["message"]
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_waiting_is_not_working(extractor: Extractor) -> None:
    """A busy machine must not cost articles; one that waits for ever ends all the same."""

    def sleepy(seconds: float) -> Extractor:
        return replace(extractor, extract=lambda article: time.sleep(seconds) or extractor.extract(article))

    article = Article(source="a", text="It has 5 chips.")
    assert not isinstance(extract_article(sleepy(0.3), article, time_limit_s=0.1), Failure)
    started = time.monotonic()
    assert isinstance(extract_article(sleepy(600), article, time_limit_s=0.1), Failure)
    assert time.monotonic() - started < 60


def test_what_is_loaded_once_is_loaded_when_there_is_something_to_do(
    news: Path, run: Ingest, extractor: Extractor
) -> None:
    loaded: list[int] = []
    counted = replace(extractor, warm_up=lambda: loaded.append(1))
    assert run(extractor=counted).new == 2
    assert run(extractor=counted).unchanged == 2
    assert loaded == [1]


def test_elsewhere_than_in_the_main_thread_there_is_no_limit(extractor: Extractor) -> None:
    article = Article(source="a", text="It has 5 chips.")
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(extract_article, extractor, article, time_limit_s=0.001).result()
    assert not isinstance(made, Failure)


def test_poison_is_left_alone_and_blocks_nothing(news: Path, store: Store, run: Ingest) -> None:
    (news / "a.txt").write_text("A bug has 10 chips.")
    assert [run().failed for _ in range(3)] == [1, 1, 1]
    summary = run()
    assert (summary.failed, summary.quarantined, summary.unchanged, summary.read) == (0, 1, 1, 2)
    assert failures(store)[0]["quarantined_at"] is not None
    assert run(force=True).failed == 1
    (news / "a.txt").write_text("It has 10 chips.")
    assert run().new == 1
    assert failures(store) == []


def test_retry_failed_takes_articles_as_they_were_and_files_as_they_are(
    news: Path, store: Store, run: Ingest, extractor: Extractor
) -> None:
    (news / "a.txt").write_text("A bug has 10 chips.")
    (news / "empty.txt").write_text("")
    (news / "never.txt").write_text("")
    for _ in range(4):
        run()
    (news / "a.txt").unlink()
    (news / "empty.txt").write_text("It has 60 chips.")

    def mended(article: Article) -> Any:
        return extractor.extract(article.model_copy(update={"text": article.text.replace("bug", "   ")}))

    def fixed(article: Article) -> Any:
        claims = mended(article)
        return [c.model_copy(update={"article_id": article.article_id}) for c in claims]

    summary = retry_failed(store, extractor=replace(extractor, extract=fixed))
    assert (summary.new, summary.failed) == (2, 1)
    assert quotes(store) == [("news/a.txt", "10 chips"), ("news/b.txt", "30 chips"), ("news/empty.txt", "60 chips")]
    assert [failure["source"] for failure in failures(store)] == ["news/never.txt"]
    assert store.latest_run().command == "retry-failed"  # type: ignore[union-attr]


def test_reextract_does_what_the_version_has_not_done(
    news: Path, store: Store, run: Ingest, extractor: Extractor
) -> None:
    run()
    newer = replace(extractor, version="test-2")
    assert reextract(store, extractor=extractor).changed == 0
    (news / "a.txt").unlink()  # what is stored needs no file
    run("news/b.txt", extractor=newer)

    def other(article: Article) -> Any:
        return [
            c.model_copy(update={"subject": "X", "extractor_version": "test-2"}) for c in extractor.extract(article)
        ]

    first = store.latest_run()
    summary = reextract(store, extractor=replace(newer, extract=other))
    assert (summary.changed, summary.claims_by_type) == (1, {"chip_count": 2})
    assert {c.subject for c in store.query_claims()} == {"X", "DeepSeek-V3"}
    assert first is not None
    assert {row[8] for row in store.query_claim_rows_at(first.run_id)} == {"DeepSeek-V3"}
    assert reextract(store, extractor=newer).changed == 0


def test_a_run_finishes_what_a_killed_one_of_the_same_inputs_began(
    news: Path, store: Store, run: Ingest, extractor: Extractor
) -> None:
    def interrupted(article: Article) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(extractor=replace(extractor, extract=interrupted))
    run("news/b.txt")
    assert [r.finished_by for r in store.query_runs()] == [None, None]
    summary = run()
    assert [(r.state, r.finished_by) for r in store.query_runs()] == [
        ("finished", None),
        ("finished", None),
        ("killed", summary.run_id),
    ]
    assert store.get_run(1).error == "KeyboardInterrupt"  # type: ignore[union-attr]


def test_a_file_that_is_as_it_was_before_it_failed(news: Path, store: Store, run: Ingest) -> None:
    run()
    before = (news / "a.txt").read_text()
    (news / "a.txt").write_text("A bug has 10 chips.")
    for _ in range(4):
        run()
    assert len(store.failed_articles()) == 1
    (news / "a.txt").write_text(before)
    assert run().unchanged == 2
    assert failures(store) == []


def test_extracting_what_is_stored_keeps_what_failed_since(
    news: Path, store: Store, run: Ingest, extractor: Extractor
) -> None:
    run()
    (news / "a.txt").write_text("A bug has 10 chips.")
    (news / "b.txt").write_text("")
    for _ in range(3):
        run()
    assert reextract(store, extractor=replace(extractor, version="test-2")).changed == 2
    assert [article.text for article in store.failed_articles()] == ["A bug has 10 chips."]
    assert [failure["source"] for failure in failures(store)] == ["news/a.txt", "news/b.txt"]
