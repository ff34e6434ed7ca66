"""What every store keeps, whatever it is built on."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from newslens import errors
from newslens.errors import NewslensError, RunLocked, SchemaMismatch, SettingsError, StoreError, StoreUnavailable
from newslens.records import Article, Claim
from newslens.rows import CLAIM_KINDS
from newslens.store import open_store, read_claims
from newslens.store.interface import ARTICLE_KINDS, FAILURE_KINDS, ClaimFilter, Failure, Store

VERSION = "test-1"


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    with open_store(where, create=True) as opened:
        yield opened


@pytest.fixture
def run_id(store: Store) -> int:
    return store.begin_run(package_version="0", extractor_version=VERSION)


@pytest.fixture
def put(store: Store, run_id: int) -> Callable[..., bool]:
    def put(article: Article, *claims: Claim, version: str = VERSION) -> bool:
        return store.put_article(article, claims, extractor_version=version, run_id=run_id)

    return put


def sources_and_quotes(store: Store) -> list[tuple[str, str]]:
    return [(claim.source, claim.quote) for claim in store.query_claims()]


def articles_of(store: Store) -> list[dict[str, Any]]:
    return [dict(zip(ARTICLE_KINDS, row, strict=True)) for row in store.query_articles()]


def failures_of(store: Store) -> list[dict[str, Any]]:
    return [dict(zip(FAILURE_KINDS, row, strict=True)) for row in store.query_failures()]


# --- what goes in comes out


def test_article_and_claims_come_back_as_they_were(store: Store, put: Any, make_article: Any, make_claim: Any) -> None:
    article = make_article(title="Élan 深度求索", outlet="AFP", language_confidence=0.75, script="Hans")
    cost = make_claim(article, object="o1", attributed_to="WSJ", modality="reported", value_low=Decimal("0.1"))
    chips = make_claim(article, "2,048 H800", claim_type="chip_count", unit="chip", value_high=None, subject=None)
    put(article, chips, cost)
    assert store.get_article(article.article_id) == article
    assert list(store.query_claims()) == [cost, chips]
    assert store.get_claim(cost.claim_id) == cost


@pytest.mark.parametrize(
    "value", ["0.1", "5576000", "500000000000", "0.000001", "-589000000000", "0.0333333333333333", "1.1"]
)
def test_amounts_come_back_to_the_digit(store: Store, put: Any, make_article: Any, make_claim: Any, value: str) -> None:
    article = make_article()
    put(article, make_claim(article, value_low=Decimal(value), value_high=None))
    (claim,) = store.query_claims()
    assert claim.value_low == Decimal(value)
    assert claim.value_high is None


@pytest.mark.parametrize(
    "text", ["a\x00b 5 €", "\ufdd0\ufdd00\x00", "\ufeff5 €", " \r\n5 €\u2028\u00a0", "𝟓 € 👩‍🚀", "e\u0301 5 €"]
)
def test_text_comes_back_unaltered(store: Store, put: Any, make_article: Any, text: str) -> None:
    article = make_article(text=text)
    put(article)
    assert store.get_article(article.article_id) == article


def test_claims_come_by_source_then_place(store: Store, put: Any, make_article: Any, make_claim: Any) -> None:
    for source in ("z.txt", "B.txt", "é.txt", "a/2.txt", "a.txt"):
        article = make_article(source, text=f"{source}: 9 chips then 8 chips")
        late = make_claim(article, "8 chips", claim_type="chip_count")
        put(article, late, make_claim(article, "9 chips", claim_type="chip_count"))
    expected = [(s, q) for s in sorted(["z.txt", "B.txt", "é.txt", "a/2.txt", "a.txt"]) for q in ("9 chips", "8 chips")]
    assert sources_and_quotes(store) == expected


def test_filters(store: Store, put: Any, make_article: Any, make_claim: Any) -> None:
    old = make_article("old.txt", published_at=date(2024, 1, 1))
    undated = make_article("undated.txt", text="深度求索 used 9 chips", published_at=None)
    put(old, make_claim(old, confidence=0.4), make_claim(old, "2,048 H800", claim_type="chip_count", subject="100%_R1"))
    put(undated, make_claim(undated, "9 chips", claim_type="chip_count", language="zh", subject="深度求索"))

    def quotes(**only: Any) -> list[str]:
        return [claim.quote for claim in store.query_claims(ClaimFilter(**only))]

    assert quotes(claim_types=("chip_count",)) == ["2,048 H800", "9 chips"]
    assert quotes(claim_types=("chip_count", "training_cost"), languages=("en",)) == [
        "5.576 million dollars",
        "2,048 H800",
    ]
    assert quotes(since=date(2024, 1, 1)) == ["5.576 million dollars", "2,048 H800"]
    assert quotes(since=date(2024, 1, 2)) == []
    assert quotes(min_confidence=0.5) == ["2,048 H800", "9 chips"]
    assert quotes(subject="deepseek-v3") == quotes(subject="DeepSeek*") == ["5.576 million dollars"]
    assert quotes(subject="深度*") == ["9 chips"]
    assert quotes(subject="100%_R1") == ["2,048 H800"]
    assert quotes(subject="100%xR1") == quotes(subject="%") == []


def test_claim_ids_by_prefix(store: Store, put: Any, make_article: Any, make_claim: Any) -> None:
    article = make_article()
    put(article, make_claim(article, claim_id="ab1"), make_claim(article, "2,048 H800", claim_id="ab2"))
    assert store.claim_ids("ab", limit=5) == ["ab1", "ab2"]
    assert store.claim_ids("ab", limit=1) == ["ab1"]
    assert store.claim_ids("ab2", limit=5) == ["ab2"]
    assert store.claim_ids("%", limit=5) == []
    assert store.get_claim("ab") is None


def test_claims_as_a_frame(store: Store, where: str, put: Any, make_article: Any, make_claim: Any) -> None:
    article = make_article()
    put(article, make_claim(article, value_high=None))
    frame = read_claims(where)
    assert list(frame.columns) == list(CLAIM_KINDS)
    dtypes = frame.dtypes.astype(str)
    assert dtypes["claim_type"] == dtypes["bound"] == dtypes["modality"] == dtypes["language"] == "category"
    assert dtypes["value_low"] == "float64"
    assert dtypes["char_start"] == "Int64"
    assert dtypes["published_at"] == "datetime64[s]"
    assert dtypes["subject"] == "string"
    assert frame["value_high"].isna().all()
    assert frame["object"].isna().all()
    assert frame.loc[0, "published_at"].date() == article.published_at
    assert len(read_claims(where, ClaimFilter(claim_types=("revenue",)))) == 0
    assert (read_claims(where, ClaimFilter(claim_types=("revenue",))).dtypes == frame.dtypes).all()


# --- an article is replaced as a whole, one text is one article


def test_a_changed_file_replaces_what_it_said(store: Store, put: Any, make_article: Any, make_claim: Any) -> None:
    before = make_article()
    after = make_article(text="Now 3,000 H800 chips")
    put(before, make_claim(before))
    assert store.standing(after, VERSION) == "changed"
    put(after, make_claim(after, "3,000 H800"))
    assert sources_and_quotes(store) == [("news/a.txt", "3,000 H800")]
    assert [a["article_id"] for a in articles_of(store)] == [after.article_id]
    assert store.get_article(before.article_id) is None


def test_putting_twice_adds_nothing(store: Store, put: Any, make_article: Any, make_claim: Any) -> None:
    article = make_article()
    put(article, make_claim(article))
    before = articles_of(store)
    put(article, make_claim(article))
    assert len(sources_and_quotes(store)) == 1
    assert articles_of(store) == before


def test_standing(store: Store, put: Any, make_article: Any) -> None:
    article = make_article()
    assert store.standing(article, VERSION) == "new"
    put(article)
    assert store.standing(article, VERSION) == "unchanged"
    assert store.standing(article, "test-2") == "changed"
    assert store.standing(make_article(title="A headline"), VERSION) == "changed"
    assert store.standing(make_article(text="other"), VERSION) == "changed"
    assert store.standing(make_article("news/b.txt"), VERSION) == "duplicate"
    assert store.standing(make_article("news/b.txt"), "test-2") == "new"


@pytest.mark.parametrize("order", [("a.txt", "b.txt"), ("b.txt", "a.txt")])
def test_one_text_under_two_paths_is_one_article(
    store: Store, put: Any, run_id: int, make_article: Any, make_claim: Any, order: tuple[str, str]
) -> None:
    first, second = (make_article(source) for source in order)
    put(first, make_claim(first))
    assert store.add_source(second, run_id=run_id)
    assert sources_and_quotes(store) == [("a.txt", "5.576 million dollars")]
    assert [(a["source"], a["copies"], a["claims"]) for a in articles_of(store)] == [("a.txt", 2, 1)]
    assert list(store.sources()) == ["a.txt", "b.txt"]
    assert store.pending_articles() == []
    assert store.standing(first, VERSION) == store.standing(second, VERSION) == "unchanged"


def test_the_smallest_source_names_the_article(store: Store, put: Any, run_id: int, make_article: Any) -> None:
    put(make_article("b.txt", title="Theirs", outlet="B"))
    store.add_source(make_article("a.txt", title="Ours", outlet="A"), run_id=run_id)
    assert [(a["title"], a["outlet"]) for a in articles_of(store)] == [("Ours", "A")]
    (pending,) = store.pending_articles()  # its claims were read under another title
    assert (pending.source, pending.title) == ("a.txt", "Ours")
    put(pending)
    assert store.pending_articles() == []


def test_claims_outlive_one_of_two_sources(
    store: Store, put: Any, run_id: int, make_article: Any, make_claim: Any
) -> None:
    shared, copy, other = make_article("a.txt"), make_article("b.txt"), make_article("a.txt", text="Now 7 chips")
    put(shared, make_claim(shared))
    store.add_source(copy, run_id=run_id)
    put(other, make_claim(other, "7 chips"))
    assert sources_and_quotes(store) == [("a.txt", "7 chips"), ("b.txt", "5.576 million dollars")]


def test_a_source_taken_away_may_come_back(
    store: Store, put: Any, run_id: int, make_article: Any, make_claim: Any
) -> None:
    shared, copy = make_article("a.txt"), make_article("b.txt")
    put(shared, make_claim(shared))
    store.add_source(copy, run_id=run_id)
    assert not store.drop_source("c.txt")
    assert store.drop_source("a.txt")
    assert [source for source, _ in sources_and_quotes(store)] == ["b.txt"]
    assert store.drop_source("b.txt")
    assert (sources_and_quotes(store), list(store.sources())) == ([], [])
    put(shared, make_claim(shared))
    assert [source for source, _ in sources_and_quotes(store)] == ["a.txt"]


def test_an_article_is_stored_whole_or_not_at_all(store: Store, put: Any, make_article: Any, make_claim: Any) -> None:
    article, broken = make_article(), make_article(text="Now 3,000 H800 chips")
    put(article, make_claim(article))
    twice = make_claim(broken, "3,000 H800")
    with pytest.raises(Exception, match=r"(?i)unique"):
        put(broken, twice, twice)
    assert sources_and_quotes(store) == [("news/a.txt", "5.576 million dollars")]


# --- what is forgotten stays out


def test_forgotten_with_every_copy_and_kept_out(
    store: Store, where: str, put: Any, run_id: int, make_article: Any, make_claim: Any
) -> None:
    article, copy = make_article("a.txt"), make_article("b.txt")
    put(article, make_claim(article))
    store.add_source(copy, run_id=run_id)
    assert store.copies("a.txt") == store.copies("b.txt") == ("a.txt", "b.txt")
    assert store.copies("c.txt") == ()
    assert store.forget("b.txt") == ("a.txt", "b.txt")
    assert sources_and_quotes(store) == []
    assert articles_of(store) == []
    for again in (article, copy, make_article("elsewhere.txt"), make_article("a.txt", text="a new wording")):
        assert store.standing(again, VERSION) == "forgotten"
        assert not put(again)
    assert articles_of(store) == []
    assert store.forget("b.txt") == ()
    assert store.remember("a.txt") == ("a.txt", "b.txt")
    assert store.standing(article, VERSION) == "new"
    assert store.remember("a.txt") == ()


def test_nothing_of_a_forgotten_text_stays_in_the_files(tmp_path: Path, make_article: Any) -> None:
    path = tmp_path / "news.db"
    with open_store(path, create=True) as store:
        store.put_article(make_article(text="zanzibar " * 2000), [], extractor_version=VERSION, run_id=1)
        store.forget("news/a.txt")
    assert all(b"zanzibar" not in file.read_bytes() for file in tmp_path.iterdir())


# --- failures and runs


def test_failures_are_counted_and_settled_by_success(store: Store, put: Any, run_id: int, make_article: Any) -> None:
    failure = Failure(source="news/a.txt", step="read", error="ArticleUnreadable", message="empty", hint="fill it")
    store.record_failure(failure, run_id=run_id)
    store.record_failure(failure, run_id=run_id + 1)
    (noted,) = failures_of(store)
    assert (noted["tries"], noted["run_id"], noted["place"]) == (2, run_id + 1, None)
    assert noted["first_seen"] <= noted["last_seen"]
    put(make_article("news/a.txt"))
    assert failures_of(store) == []


def test_failures_of_earlier_runs_can_be_removed(store: Store) -> None:
    for run, place in ((1, "line 3"), (2, "line 4")):
        store.record_failure(Failure(source="x.jsonl", step="read", error="E", message="m", place=place), run_id=run)
    store.remove_failures(["x.jsonl"], before_run=2)
    assert [failure["place"] for failure in failures_of(store)] == ["line 4"]


def test_a_source_that_is_not_unicode_can_fail_too(store: Store, run_id: int) -> None:
    store.record_failure(Failure(source="caf\udce9.txt", step="read", error="E", message="caf\udce9"), run_id=run_id)
    assert failures_of(store)[0]["source"] == "caf\\udce9.txt"


def test_runs(store: Store) -> None:
    assert store.latest_run() is None
    first = store.begin_run(package_version="0.1", extractor_version=VERSION)
    second = store.begin_run(package_version="0.1", extractor_version=VERSION)
    assert second > first
    run = store.latest_run()
    assert run is not None
    assert (run.run_id, run.state, run.pid) == (second, "running", os.getpid())
    store.finish_run(second, "finished", {"new": 3, "by_language": {"fr": 3}})
    run = store.latest_run()
    assert run is not None
    assert (run.state, run.counts) == ("finished", {"new": 3, "by_language": {"fr": 3}})
    assert run.finished_at is not None


def test_one_run_at_a_time(store: Store, where: str) -> None:
    with (
        store.exclusive(),
        open_store(where) as other,
        pytest.raises(RunLocked, match=f"process {os.getpid()} on .*, since"),
        other.exclusive(),
    ):
        pass
    with open_store(where) as other, other.exclusive():
        pass


def test_a_killed_process_holds_no_lock(store: Store, where: str) -> None:
    code = (
        "import os, sys\nfrom newslens.store import open_store\n"
        "with open_store(sys.argv[1]).exclusive():\n    os.kill(os.getpid(), 9)"
    )
    ended = subprocess.run([sys.executable, "-c", code, where], check=False)
    assert ended.returncode == -9
    with store.exclusive():
        pass


# --- beside each other


def test_readers_see_whole_articles_while_one_writes(
    store: Store, where: str, put: Any, make_article: Any, make_claim: Any
) -> None:
    versions = [make_article(text=f"First {n} chips, then {n} cards") for n in range(40)]
    put(versions[0], *(make_claim(versions[0], q, claim_id=q) for q in ("0 chips", "0 cards")))
    seen: list[list[str]] = []
    done = threading.Event()

    def read() -> None:
        with open_store(where) as reader:
            while not done.is_set():
                seen.append([claim.quote for claim in reader.query_claims()])

    reading = threading.Thread(target=read)
    reading.start()
    for n, article in enumerate(versions[1:], start=1):
        put(article, *(make_claim(article, q, claim_id=q) for q in (f"{n} chips", f"{n} cards")))
    done.set()
    reading.join()
    assert seen
    assert all(len(quotes) == 2 and quotes[0].split()[0] == quotes[1].split()[0] for quotes in seen)


def test_a_reading_is_of_one_moment(store: Store, put: Any, make_article: Any, make_claim: Any) -> None:
    for n in range(3):
        article = make_article(f"{n}.txt", text=f"{n} chips")
        put(article, make_claim(article, f"{n} chips"))
    reading = store.query_claim_rows()
    next(reading)
    store.forget("2.txt")
    assert len(list(reading)) == 2
    assert len(list(store.query_claim_rows())) == 2


# --- what goes wrong is said clearly (SQLite)


@pytest.fixture
def sqlite_only(where: str) -> None:
    """For tests that reach into the file."""
    if "://" in where:
        pytest.skip("only SQLite has a file to reach into")


def error_of(action: Callable[[], Any], kind: type[NewslensError], words: str) -> NewslensError:
    with pytest.raises(kind, match=words) as caught:
        action()
    assert caught.value.hint
    return caught.value


def test_a_missing_store(tmp_path: Path) -> None:
    error_of(lambda: open_store(tmp_path / "none.db"), StoreError, "no store at")
    assert list(tmp_path.iterdir()) == []


def test_a_store_is_made_with_its_folder_but_no_more(tmp_path: Path) -> None:
    open_store(tmp_path / "data" / "news.db", create=True).close()
    error_of(lambda: open_store(tmp_path / "a" / "b" / "news.db", create=True), StoreError, "cannot make the folder")


@pytest.mark.parametrize("create", [False, True])
def test_a_file_that_is_no_database(tmp_path: Path, create: bool) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("These are notes, and no database. " * 100)
    error_of(lambda: open_store(path, create=create), StoreError, "not a database")
    assert path.read_text().startswith("These are notes")


@pytest.mark.parametrize("create", [False, True])
def test_a_database_of_someone_else(tmp_path: Path, create: bool) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    before = path.read_bytes()
    error_of(lambda: open_store(path, create=create), StoreError, "not a newslens store")
    assert path.read_bytes() == before


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    error_of(lambda: open_store(tmp_path), StoreError, "cannot be opened")


def test_another_schema_version(where: str, sqlite_only: None, store: Store) -> None:
    with sqlite3.connect(where) as raw:
        raw.execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    error = error_of(lambda: open_store(where), SchemaMismatch, "schema version 99")
    assert vars(error)["found"] == "99"


def test_a_writer_that_waits_too_long(where: str, sqlite_only: None, store: Store, make_article: Any) -> None:
    holder = sqlite3.connect(where, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with open_store(where, timeout_s=0.05) as waiting:
        error_of(
            lambda: waiting.put_article(make_article(), [], extractor_version=VERSION, run_id=1),
            StoreUnavailable,
            "locked",
        )
        assert list(waiting.query_articles()) == []  # readers do not wait
    holder.close()


def test_a_full_disk_loses_nothing(
    where: str, sqlite_only: None, store: Store, put: Any, make_article: Any, make_claim: Any
) -> None:
    kept = make_article()
    put(kept, make_claim(kept))
    engine: Any = vars(store)["_engine"]
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    error_of(lambda: put(make_article("big.txt", text="long " * 100_000)), StoreError, "disk is full")
    assert sources_and_quotes(store) == [("news/a.txt", "5.576 million dollars")]
    assert list(store.sources()) == ["news/a.txt"]


def test_a_damaged_file(where: str, sqlite_only: None, make_article: Any) -> None:
    with open_store(where, create=True) as store:
        for n in range(50):
            store.put_article(make_article(f"{n}.txt", text=f"{n} " * 3000), [], extractor_version=VERSION, run_id=1)
    path = Path(where)
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))

    def read() -> None:
        with open_store(path) as store:
            list(store.query_articles())

    error_of(read, StoreError, "damaged|not a newslens store")


def test_an_unknown_kind_of_store() -> None:
    error_of(lambda: open_store("mysql://host/news"), SettingsError, "known: postgresql, sqlite")


def test_a_sqlite_url(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/news.db", create=True).close()
    assert (tmp_path / "news.db").is_file()


def test_counts_are_json(store: Store) -> None:
    run = store.begin_run(package_version="0", extractor_version=VERSION)
    store.finish_run(run, "killed", {"语": 1})
    latest = store.latest_run()
    assert latest is not None
    assert json.loads(json.dumps(dict(latest.counts))) == {"语": 1}


def test_every_store_error_ends_with_code_5() -> None:
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, StoreError)]
    assert {kind.exit_code for kind in kinds} == {5}
