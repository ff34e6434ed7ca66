"""What the store stands on gives way: a clear error, nothing lost, and well again when the cause is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from newslens.batch import Extractor, Inputs, ingest
from newslens.errors import RunLocked, StoreError, StoreUnavailable
from newslens.store import articles, open_store, runs
from newslens.store.interface import Store

NOW = "test-1"


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    with open_store(where, create=True) as opened:
        yield opened


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def put(store: Store, article: Any) -> bool:
    return store.put_article(article, [], extractor_version=NOW, run_id=1)


def test_a_full_disk(small_disk: Path, make_article: Any) -> None:
    path = small_disk / "news.db"
    stored = 0
    with open_store(path, create=True) as store:
        with pytest.raises(StoreError, match=r"the disk is full|failed to read or write") as caught:
            for stored in range(200):
                put(store, make_article(f"{stored:03}.txt", text=f"{stored} " * 5_000))
        assert caught.value.hint
        assert 0 < stored < 199
        assert len(list(store.sources())) == stored
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    with open_store(path) as store:
        assert len(list(store.sources())) == stored
        put(store, make_article(f"{stored:03}.txt", text=f"{stored} " * 5_000))
        assert len(list(store.sources())) == stored + 1
        assert list(store.verify()) == []


LIMITED = """
import resource, signal, sys
from newslens.records import Article
from newslens.store import open_store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with open_store(sys.argv[1]) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    for n in range(100):
        store.put_article(Article(source=f"{n:03}", text=f"{n} " * 5000), [], extractor_version="1", run_id=1)
"""


def test_a_file_that_may_not_grow(tmp_path: Path) -> None:
    """As by a quota: the writer ends with a clear error, what it had stored is there."""
    path = tmp_path / "news.db"
    open_store(path, create=True).close()
    ended = subprocess.run([sys.executable, "-c", LIMITED, str(path)], capture_output=True, check=False, text=True)
    assert ended.returncode == 1
    last = ended.stderr.strip().splitlines()[-1]
    assert last.startswith("newslens.errors.StoreError"), ended.stderr
    with open_store(path) as store:
        assert list(store.verify()) == []
        assert 0 < len(list(store.sources())) < 100


def test_a_disk_that_is_read_only(small_disk: Path, make_article: Any) -> None:
    path = small_disk / "news.db"
    with open_store(path, create=True) as store:
        put(store, make_article())
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with open_store(path) as store:
        assert list(store.sources()) == ["news/a.txt"]
        with pytest.raises(StoreError, match="may not be written"):
            put(store, make_article(text="more"))
        with pytest.raises(StoreError, match="Read-only"), store.exclusive():
            pass
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    with open_store(path) as store:
        assert put(store, make_article(text="more"))


@pytest.mark.postgres
def test_a_database_that_is_read_only(postgres_url: str, postgres_server: Any, make_article: Any) -> None:
    open_store(postgres_url, create=True).close()
    with open_store(f"{postgres_url}?options=-cdefault_transaction_read_only%3Don") as store:
        assert list(store.sources()) == []
        with pytest.raises(StoreError, match="may not be written"):
            put(store, make_article())


@pytest.mark.postgres
def test_a_lost_connection(postgres_url: str, postgres_server: Any, make_article: Any) -> None:
    with open_store(postgres_url, create=True) as store:
        put(store, make_article("a.txt"))
        reading = store.sources()
        postgres_server.stop("immediate")
        with pytest.raises(StoreUnavailable, match=r"does not answer|connection was lost|stopping") as caught:
            put(store, make_article("b.txt", text="b"))
        assert caught.value.hint
        with pytest.raises(StoreUnavailable):
            list(reading)
        with pytest.raises(StoreUnavailable, match="does not answer"):
            open_store(postgres_url)
        postgres_server.start()
        assert put(store, make_article("b.txt", text="b"))  # the same object serves on
        assert list(store.sources()) == ["a.txt", "b.txt"]
        assert list(store.verify()) == []


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda url: url.rpartition("/")[0] + "/nowhere", "no such database"),
        (lambda url: url.replace("127.0.0.1", "127.0.0.9"), "does not answer"),
        (lambda url: url.replace("newslens@", "stranger@"), "refuses the user"),
    ],
)
def test_a_server_that_is_not_as_the_url_says(postgres_url: str, change: Callable[[str], str], words: str) -> None:
    with pytest.raises(StoreError, match=words) as caught:
        open_store(change(postgres_url), create=True)
    assert caught.value.hint


def test_a_clock_that_is_set_back(
    store: Store, tmp_path: Path, extractor: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("It has 10 chips.")
    (tmp_path / "empty.txt").write_text("")
    inputs = Inputs(paths=(tmp_path / "a.txt", tmp_path / "empty.txt"))
    ingest(inputs, store, extractor=extractor)
    for module in (articles, runs):
        monkeypatch.setattr(module, "utc_now", lambda: datetime(1999, 1, 1, tzinfo=UTC).replace(tzinfo=None))
    (tmp_path / "a.txt").write_text("It has 11 chips.")
    summary = ingest(inputs, store, extractor=extractor)
    assert (summary.changed, summary.failed) == (1, 1)
    assert [claim.quote for claim in store.query_claims()] == ["11 chips"]
    latest = store.latest_run()
    assert latest is not None
    assert (latest.run_id, latest.started_at.year) == (2, 1999)
    assert latest.seconds is not None and latest.seconds >= 0
    assert len(list(store.query_claim_rows_at(1))) == 1
    assert list(store.verify()) == []


def test_a_damaged_file_and_its_backup(tmp_path: Path, make_article: Any, make_claim: Any) -> None:
    path, copy = tmp_path / "news.db", tmp_path / "copy.db"
    with open_store(path, create=True) as store:
        for n in range(60):
            article = make_article(f"{n}.txt", text=f"{n} costs 5.576 million dollars. " * 100)
            store.put_article(article, [make_claim(article)], extractor_version=NOW, run_id=1)
        store.backup(copy)
    whole = path.read_bytes()
    path.write_bytes(whole[:20_480] + os.urandom(40_960) + whole[61_440:])
    found: list[str] = []
    try:
        with open_store(path) as store:
            found += [str(row[3]) for row in store.verify()]
    except StoreError as error:
        found.append(error.message)
        assert error.hint
    assert found
    for leftover in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        leftover.unlink(missing_ok=True)
    copy.replace(path)
    with open_store(path) as store:
        assert list(store.verify()) == []
        assert len(list(store.sources())) == 60


READER = """
import sys, time
from newslens.store import open_store
with open_store(sys.argv[1], timeout_s=0.5) as store:
    for _ in range(40):
        started = time.monotonic()
        seen = [c.quote for c in store.query_claims()]
        assert seen == ["5.576 million dollars"], seen
        assert time.monotonic() - started < 5
print("ok")
"""


def test_readers_do_not_wait_for_a_write_under_way(
    store: Store, where: str, make_article: Any, make_claim: Any
) -> None:
    """Another process reads while a transaction has the article half replaced: it sees the last finished state."""
    article = make_article()
    store.put_article(article, [make_claim(article)], extractor_version=NOW, run_id=1)
    engine: Any = vars(store)["_engine"]
    with engine.connect().execution_options(newslens_writes=True) as connection, connection.begin() as transaction:
        articles.put(connection, make_article(text="half"), [], "v2", 2)
        ended = subprocess.run([sys.executable, "-c", READER, where], capture_output=True, check=False, text=True)
        transaction.rollback()
    assert ended.stdout == "ok\n", ended.stderr


HOLDER = """
import sys, time
from newslens.store import open_store
with open_store(sys.argv[1]) as store, store.exclusive():
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_killed_holder_leaves_the_lock_at_once(store: Store, where: str) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, where], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(RunLocked, match=f"process {holder.pid} on"), store.exclusive():
        pass
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    until = time.monotonic() + 10
    while True:
        try:
            with store.exclusive():
                break
        except RunLocked:
            assert time.monotonic() < until
            time.sleep(0.05)
