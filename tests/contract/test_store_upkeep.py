"""What every store keeps of the past, of failures and of editors; and how it is checked and copied."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql

from newslens import corrections
from newslens.errors import RunLocked, SettingsError, SetupError
from newslens.records import Article, Claim
from newslens.rows import CLAIM_CHOICES, CLAIM_KINDS
from newslens.store import open_store
from newslens.store.interface import (
    CORRECTED_KINDS,
    CORRECTION_KINDS,
    FAILURE_KINDS,
    FAULT_KINDS,
    ClaimFilter,
    Failure,
    Store,
)

NOW = "test-1"


@pytest.fixture
def store(where: str) -> Any:
    with open_store(where, create=True) as opened:
        yield opened


@pytest.fixture
def put(store: Store) -> Callable[..., int]:
    """Store an article in a run of its own; return the run."""

    def put(article: Article, *claims: Claim, version: str = NOW) -> int:
        run = store.begin_run(package_version="0", extractor_version=version)
        store.put_article(article, claims, extractor_version=version, run_id=run)
        return run

    return put


def rows(columns: Any, found: Any) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in found]


def at(store: Store, run: int) -> list[tuple[Any, ...]]:
    return [(row["source"], row["quote"], row["subject"]) for row in rows(CLAIM_KINDS, store.query_claim_rows_at(run))]


def execute(store: Store, statement: str) -> None:
    """Change what the store holds behind its back, no foreign key checked."""
    if "://" not in store.where:
        with sqlite3.connect(store.where) as raw:
            raw.execute(statement)
        raw.close()
        return
    with vars(store)["_engine"].begin() as connection:
        connection.execute(sql("SET LOCAL session_replication_role = replica"))
        connection.execute(sql(statement))


# --- the past


def test_two_extractor_versions_can_be_compared(store: Store, put: Any, make_article: Any, make_claim: Any) -> None:
    article = make_article()
    chips = make_claim(article, "2,048 H800", claim_type="chip_count", unit="chip")
    first = put(article, make_claim(article), chips)
    second = put(article, make_claim(article, subject="DeepSeek", extractor_version="v2"), version="v2")
    assert at(store, first) == [
        ("news/a.txt", "5.576 million dollars", "DeepSeek-V3"),
        ("news/a.txt", "2,048 H800", "DeepSeek-V3"),
    ]
    assert at(store, second) == [("news/a.txt", "5.576 million dollars", "DeepSeek")]
    assert at(store, first - 1) == []


def test_what_is_read_again_as_before_leaves_no_trace(
    store: Store, put: Any, make_article: Any, make_claim: Any
) -> None:
    article = make_article()
    first = put(article, make_claim(article))
    put(article, make_claim(article, extractor_version="v2"), version="v2")
    with vars(store)["_engine"].connect() as connection:
        assert connection.scalar(sql("SELECT count(*) FROM claim_history")) == 0
        assert connection.scalar(sql("SELECT from_run FROM claims")) == first
    assert [c.extractor_version for c in store.query_claims()] == ["v2"]


def test_the_past_of_a_file_that_changed(store: Store, put: Any, make_article: Any, make_claim: Any) -> None:
    before, after = make_article(), make_article(text="Now 7 chips")
    first = put(before, make_claim(before))
    second = put(after, make_claim(after, "7 chips"))
    assert [row[1] for row in at(store, first)] == ["5.576 million dollars"]
    assert [row[1] for row in at(store, second)] == ["7 chips"]
    store.forget("news/a.txt")
    assert at(store, second) == []


def test_what_is_forgotten_has_no_past(store: Store, put: Any, make_article: Any, make_claim: Any) -> None:
    article = make_article()
    run = put(article, make_claim(article))
    put(article, version="v2")
    assert len(at(store, run)) == 1
    store.forget(article.source)
    assert at(store, run) == []


# --- runs


def test_what_a_run_says_of_itself(store: Store) -> None:
    told: dict[str, Any] = {"command": "ingest", "config_hash": "abc", "models": {"spacy": "3"}}
    killed = store.begin_run(package_version="0.1", extractor_version=NOW, **told)
    other = store.begin_run(package_version="0.1", extractor_version=NOW, **told | {"config_hash": "xyz"})
    store.finish_run(other, "finished", {"seconds": 1.5})
    last = store.begin_run(package_version="0.1", extractor_version=NOW, **told)
    store.finish_run(last, "finished", {"new": 1, "seconds": 2.5})
    runs = {run.run_id: run for run in store.query_runs()}
    assert list(runs) == [last, other, killed]
    assert (runs[killed].state, runs[killed].finished_by) == ("killed", last)
    assert (runs[last].seconds, runs[last].models, runs[last].command) == (2.5, {"spacy": "3"}, "ingest")
    assert store.get_run(last) == runs[last]
    assert store.get_run(99) is None
    store.finish_run(last, "killed", {}, error="StoreError: disk full")
    assert store.get_run(last).error == "StoreError: disk full"  # type: ignore[union-attr]


def test_the_run_lock_is_taken_again_by_its_holder(store: Store, where: str) -> None:
    with store.exclusive(), store.exclusive():
        pass
    with store.exclusive(), open_store(where) as other:
        with pytest.raises(RunLocked, match="since"), other.exclusive():
            pass
        with pytest.raises(RunLocked):
            other.vacuum()


# --- failures


@pytest.fixture
def poison(make_article: Any) -> Failure:
    article = make_article(text="a bug\x00")
    return Failure(
        source=article.source, step="extract", error="E", message="m", article=article, extractor_version=NOW
    )


def test_a_poison_article_is_quarantined(store: Store, poison: Failure, make_article: Any) -> None:
    article = poison.article
    assert article is not None
    for tries in (1, 2, 3):
        assert store.standing(article, NOW) == "new"
        store.record_failure(poison, run_id=tries)
    assert store.standing(article, NOW) == "quarantined"
    assert store.standing(article, "v2") == "new"
    assert store.standing(make_article(text="mended"), NOW) == "new"
    (row,) = rows(FAILURE_KINDS, store.query_failures())
    assert row["tries"] == 3
    assert row["quarantined_at"] is not None
    assert store.failed_articles() == [article]
    store.remove_failures([article.source], before_run=9)
    assert len(store.failed_articles()) == 1


def test_another_text_or_version_begins_to_count_anew(store: Store, poison: Failure, make_article: Any) -> None:
    for _ in range(3):
        store.record_failure(poison, run_id=1)
    store.record_failure(replace(poison, extractor_version="v2"), run_id=2)
    (row,) = rows(FAILURE_KINDS, store.query_failures())
    assert (row["tries"], row["quarantined_at"]) == (1, None)


def test_a_quarantined_article_can_be_forgotten(store: Store, poison: Failure) -> None:
    article = poison.article
    assert article is not None
    store.record_failure(poison, run_id=1, quarantine_after=1)
    assert store.forget(article.source) == (article.source,)
    assert store.failed_articles() == []
    assert store.standing(article, NOW) == "forgotten"


# --- corrections


def test_a_correction_survives_extraction(store: Store, put: Any, make_article: Any, make_claim: Any) -> None:
    article = make_article()
    put(article, make_claim(article))
    (claim,) = store.query_claims()
    told = corrections.correct(store, claim.claim_id[:8], ["subject=V3", "value_low=6e6", "value_high=6000000"],
                               corrected_by="Ada", note="see the report")  # fmt: skip
    assert (told.subject, told.value_low, told.value_low_usd) == ("V3", 6_000_000, 6_000_000)
    assert [c.subject for c in store.query_claims(ClaimFilter(subject="V3"))] == ["V3"]
    put(article, make_claim(article, subject="DeepSeek", confidence=0.1, extractor_version="v2"), version="v2")
    (now,) = store.query_claims()
    assert (now.subject, now.value_low, now.confidence, now.extractor_version) == ("V3", 6_000_000, 0.1, "v2")
    (row,) = rows(CORRECTED_KINDS, store.query_corrected_rows())
    assert (row["correction"], row["corrected_by"], row["note"]) == ("set", "Ada", "see the report")
    (noted,) = rows(CORRECTION_KINDS, store.query_corrections())
    assert json.loads(noted["extracted"])["subject"] == "DeepSeek"
    assert (noted["source"], noted["quote"]) == ("news/a.txt", "5.576 million dollars")
    corrections.correct(store, claim.claim_id, ["modality=disputed"], corrected_by="Bo")
    corrections.undo(store, claim.claim_id)
    (back,) = store.query_claims()
    assert (back.subject, back.value_low, back.modality) == ("DeepSeek", 5_576_000, "asserted")
    assert list(store.query_corrections()) == []
    assert list(store.verify()) == []


def test_a_rejected_claim_is_hidden(store: Store, put: Any, make_article: Any, make_claim: Any) -> None:
    article = make_article()
    run = put(article, make_claim(article))
    (claim,) = store.query_claims()
    corrections.reject(store, claim.claim_id, corrected_by="Ada")
    assert list(store.query_claims()) == list(store.query_claim_rows_at(run)) == []
    assert [row["correction"] for row in rows(CORRECTED_KINDS, store.query_corrected_rows())] == ["rejected"]
    put(article, make_claim(article, extractor_version="v2"), version="v2")
    assert list(store.query_claims()) == []
    corrections.undo(store, claim.claim_id)
    assert len(list(store.query_claims())) == 1


def test_a_correction_that_lost_its_claim_is_listed(store: Store, put: Any, make_article: Any, make_claim: Any) -> None:
    article = make_article()
    put(article, make_claim(article))
    (claim,) = store.query_claims()
    corrections.reject(store, claim.claim_id, corrected_by="Ada")
    put(article, version="v2")
    assert [row["source"] for row in rows(CORRECTION_KINDS, store.query_corrections())] == [None]
    put(article, make_claim(article), version="v3")
    assert list(store.query_claims()) == []


@pytest.mark.parametrize(
    ("pair", "told"),
    [
        ("subject", "not FIELD=VALUE"),
        ("subjekt=x", "did you mean `subject`"),
        ("quote=x", "no field to set"),
        ("claim_type=revenu", "did you mean `revenue`"),
        ("claim_type=chip_count", "no unit of chip_count"),
        ("unit=USDD", "no unit of training_cost"),
        ("unit=QQQ", "no unit of training_cost"),
        ("value_low=much", "is no number"),
        ("value_low=nan", "is no number"),
        ("value_low=9e9", "above value_high"),
        ("bound=about", "unknown bound"),
        ("unit=", "no unit"),
    ],
)
def test_what_cannot_be_set(tmp_path: Path, make_article: Any, make_claim: Any, pair: str, told: str) -> None:
    with open_store(tmp_path / "news.db", create=True) as store:
        article = make_article()
        claim = make_claim(article)
        store.put_article(article, [claim], extractor_version=NOW, run_id=1)
        with pytest.raises(SettingsError) as caught:
            corrections.correct(store, claim.claim_id, [pair], corrected_by="Ada")
        assert told in str(caught.value)
        assert list(store.query_claims()) == [claim]


def test_every_claim_type_has_units() -> None:
    assert tuple(corrections.UNITS) == CLAIM_CHOICES["claim_type"]


# --- upkeep


@pytest.mark.parametrize(
    ("damage", "fault", "words"),
    [
        ("UPDATE claims SET quote = 'x', char_end = char_start + 1", "quote", "not what stands at"),
        ("UPDATE claims SET char_start = char_start + 1, char_end = char_end + 1", "quote", "not what stands at"),
        ("UPDATE claims SET bound = 'nearly'", "claim", "bound"),
        ("UPDATE claims SET value_low = 9e9", "claim", "above value_high"),
        ("UPDATE articles SET text = text || 'x'", "text", "SHA-256"),
        ("UPDATE articles SET source = 'z'", "link", "smallest source"),
        ("DELETE FROM article_sources", "link", "no source"),
        ("DELETE FROM articles", "link", "a claim of an article that is not there"),
        ("UPDATE article_sources SET article_id = 'x'", "link", "a source of an article that is not there"),
    ],
)
def test_verify_finds(
    store: Store, put: Any, make_article: Any, make_claim: Any, damage: str, fault: str, words: str
) -> None:
    article = make_article(text="Élan 𝟓: " + make_article().text)
    put(article, make_claim(article))
    assert list(store.verify()) == []
    execute(store, damage)
    found = rows(FAULT_KINDS, store.verify())
    assert (fault, True) in [(row["fault"], words in row["message"]) for row in found]
    assert all(row["hint"] for row in found)


def test_a_backup_is_of_one_moment_and_whole(
    store: Store, where: str, put: Any, tmp_path: Path, make_article: Any, make_claim: Any
) -> None:
    article = make_article()
    put(article, make_claim(article))
    file = tmp_path / "copy.db"
    store.backup(file)
    put(make_article(text="later"))
    assert [path.name for path in tmp_path.iterdir() if ".part" in path.name] == []
    if "://" not in where:
        with open_store(file) as copy:
            assert [c.quote for c in copy.query_claims()] == ["5.576 million dollars"]
            assert list(copy.verify()) == []
    else:
        assert file.read_bytes()[:5] == b"PGDMP"


@pytest.mark.postgres
def test_a_backup_of_postgresql_is_restored(
    postgres_server: Any, tmp_path: Path, make_article: Any, make_claim: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (postgres_server.create_database(f"b_{uuid.uuid4().hex}") for _ in range(2))
    with open_store(one, create=True) as store:
        article = make_article()
        store.put_article(article, [make_claim(article)], extractor_version=NOW, run_id=1)
        store.backup(tmp_path / "news.dump")
        claims = list(store.query_claims())
        with monkeypatch.context() as patch:
            patch.setenv("PATH", "/nowhere")
            with pytest.raises(SetupError, match="pg_dump"):
                store.backup(tmp_path / "again.dump")
    plain = two.replace("+psycopg", "")
    subprocess.run(["pg_restore", "--no-owner", "-d", plain, str(tmp_path / "news.dump")], check=True)
    with open_store(two) as restored:
        assert list(restored.query_claims()) == claims
        assert list(restored.verify()) == []
        assert restored.begin_run(package_version="0", extractor_version=NOW) == 1
    for url in (one, two):
        postgres_server.drop_database(url.rpartition("/")[2])


def test_vacuum_gives_room_back(store: Store, put: Any, make_article: Any) -> None:
    for n in range(30):
        put(make_article(f"{n}.txt", text=f"{n} " * 20_000))
    for n in range(30):
        store.forget(f"{n}.txt")
    before, after = store.vacuum()
    assert after < before
    assert list(store.verify()) == []


def test_many_are_told_to_be_unchanged_at_once(store: Store, put: Any, make_article: Any) -> None:
    same, renamed, other, out = (make_article(f"{n}.txt", text=f"{n} chips") for n in range(4))
    for article in (same, renamed, other, out):
        put(article)
    store.forget(out.source)
    asked = [
        same,
        renamed.model_copy(update={"title": "T"}),
        other.model_copy(update={"text": "9 chips"}),
        out,
        out.model_copy(update={"source": "new.txt"}),
        make_article("new2.txt", text="0 chips"),
    ]
    assert store.unchanged(asked, NOW) == [True, False, False, False, False, False]
    assert store.unchanged([same], "v2") == [False]
    assert [store.standing(article, NOW) == "unchanged" for article in asked] == store.unchanged(asked, NOW)


def test_many_articles_at_once(store: Store, put: Any, make_article: Any, make_claim: Any) -> None:
    """What is new, changed, forgotten, corrected, or there twice: each as if it had come alone."""
    old, out, once = (make_article(f"{name}.txt", text=f"{name}\x00: 5 chips") for name in ("old", "out", "once"))
    for article in (old, out, once):
        put(article, make_claim(article, "5 chips", claim_type="chip_count", unit="chip"))
    store.forget("out.txt")
    (claim,) = (c for c in store.query_claims() if c.source == "once.txt")
    corrections.reject(store, claim.claim_id, corrected_by="Ada")
    put(make_article("once.txt", text="gone"))
    failed = make_article("new0.txt", text="bad")
    store.record_failure(
        Failure(source=failed.source, step="extract", error="E", message="m", article=failed), run_id=1
    )
    new = [make_article(f"new{n}.txt", text=f"new {n}\ufdd0: 5 chips", title="T\x00") for n in range(40)]
    twin = make_article("twin.txt", text=new[3].text)
    changed = make_article("old.txt", text="now 5 chips")
    again = make_article("once2.txt", text=once.text)
    some = [
        (article, [make_claim(article, "5 chips", claim_type="chip_count", unit="chip")])
        for article in (*new, twin, changed, out, again)
    ]
    run = store.begin_run(package_version="0", extractor_version=NOW)
    assert store.put_articles(some, extractor_version=NOW, run_id=run) == 43
    held = sorted([*(article.source for article in new), "twin.txt", "old.txt", "once.txt", "once2.txt"])
    assert list(store.sources()) == held
    found = {c.source for c in store.query_claims()}
    assert found == {*(article.source for article in new), "old.txt"}  # the twin is a copy, one claim is rejected
    assert store.get_article(new[0].article_id) == new[0]
    assert list(store.query_failures()) == []
    assert list(store.verify()) == []
    assert store.unchanged(new[:3], NOW) == [True, True, True]
    assert store.put_articles(some, extractor_version=NOW, run_id=run) == 43
    assert store.put_articles([], extractor_version=NOW, run_id=run) == 0


@pytest.mark.postgres
def test_bulk_and_single_writers_do_not_lock_each_other_out(postgres_url: str, make_article: Any) -> None:
    open_store(postgres_url, create=True).close()

    def single(writer: int) -> None:
        with open_store(postgres_url) as store:
            for n in range(25):
                store.put_article(
                    make_article(f"{n % 5}.txt", text=f"{writer} {n}"), [], extractor_version=NOW, run_id=1
                )

    def bulk(writer: int) -> None:
        with open_store(postgres_url) as store:
            for n in range(5):
                some = [(make_article(f"{k}.txt", text=f"{writer} {n} {k}"), []) for k in range(10)]
                store.put_articles(some, extractor_version=NOW, run_id=1)

    with ThreadPoolExecutor(4) as pool:
        for done in [*(pool.submit(single, n) for n in (1, 2)), *(pool.submit(bulk, n) for n in (3, 4))]:
            done.result(timeout=60)
    with open_store(postgres_url) as store:
        assert list(store.sources()) == [f"{n}.txt" for n in range(10)]
        assert list(store.verify()) == []
