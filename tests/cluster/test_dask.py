"""The Dask engine, on real clusters of processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from extractors import CHIPS
from newslens.batch import IngestSummary, Inputs, RunOptions, ingest
from newslens.cluster.coordinator import Cluster, ingest_on_cluster
from newslens.cluster.parts import PartFolder, part_name
from newslens.errors import SettingsError
from newslens.extraction import extract_article
from newslens.records import Article
from newslens.rows import Row
from newslens.store import open_store
from newslens.store.interface import FAILURE_KINDS, Failure, Store
from processes import wait_until

distributed = pytest.importorskip("distributed")
TESTS = str(Path(__file__).parents[1])


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two worker processes, that are started again when they die, and a scheduler."""
    import dask.config

    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setenv("PYTHONPATH", os.pathsep.join([TESTS, *filter(None, [os.environ.get("PYTHONPATH")])]))
        stack.enter_context(dask.config.set({"distributed.scheduler.allowed-failures": 1}))
        yield stack.enter_context(
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
            )
        )


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """Files of several kinds and sizes: texts alone, tables, texts that several have, what cannot be read, a bug."""
    folder = tmp_path / "news"
    folder.mkdir()
    for n in range(70):
        (folder / f"{n:02}.txt").write_text(f"It has {n} chips.")
    rows = [{"url": f"https://a.example/{n}", "text": f"{n} chips", "title": f"A {n}"} for n in range(250)]
    rows += [{"url": "https://0.example/1", "text": "1 chips", "title": "O", "published_at": "2025-01-27"}]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + "{broken\n")
    (folder / "bug.txt").write_text("BUG 4 chips")
    (folder / "empty.txt").write_text("")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    return folder


def table(store: Store) -> list[Row]:
    return list(store.query_claim_rows())


def failures(store: Store) -> list[tuple[Any, ...]]:
    names = [*FAILURE_KINDS]
    wanted = [names.index(name) for name in ("source", "place", "step", "error", "message")]
    return [tuple(row[place] for place in wanted) for row in store.query_failures()]


def on_cluster(store: Store, folder: Path, cluster: Any, **options: Any) -> IngestSummary:
    place = Cluster(str(folder.parent / "parts"), cluster.scheduler_address, **options)
    return ingest_on_cluster(Inputs(paths=(folder,)), store, place, extractor=CHIPS)


def test_the_table_is_that_of_one_process_and_a_rerun_changes_nothing(cluster: Any, news: Path, tmp_path: Path) -> None:
    with open_store(tmp_path / "here.db", create=True) as store:
        here = ingest(Inputs(paths=(news,)), store, extractor=CHIPS).as_dict()
        expected, failed = table(store), failures(store)
    with open_store(tmp_path / "there.db", create=True) as store:
        there = on_cluster(store, news, cluster).as_dict()
        assert (table(store), failures(store)) == (expected, failed)
        assert there | {"seconds": 0} == here | {"seconds": 0}
        written = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "parts").iterdir()}
        again = on_cluster(store, news, cluster)
        assert (again.new, again.changed, again.unchanged, again.failed) == (0, 0, there["read"] - 1, 3) or (
            again.unchanged + again.duplicate == there["read"]
        )
        assert (table(store), failures(store)) == (expected, failed)
        after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "parts").iterdir()}
        assert {name for name in written if after[name] != written[name]} == {
            name for name in written if ".failed" in name
        }
        assert not [name for name in after if name.endswith(".tmp")]
        assert list(store.verify()) == []


def test_a_worker_killed_in_the_middle_costs_nothing(cluster: Any, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    for n in range(30):
        rows = [{"url": f"https://{n}.example/{m}", "text": f"SLEEP 0.01 {n}{m:03} chips"} for m in range(30)]
        (folder / f"{n:02}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + " " * 3_000_000)
    killed = []

    def kill() -> None:
        wait_until(lambda: len(list((tmp_path / "parts").glob("*.parquet"))) > 2)
        with distributed.Client(cluster.scheduler_address) as client:
            killed.append(next(iter(client.run(os.getpid).values())))
        os.kill(killed[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with open_store(tmp_path / "there.db", create=True) as store:
        summary = on_cluster(store, folder, cluster)
        killer.join()
        assert killed
        assert (summary.new, summary.failed) == (900, 0)
        there = table(store)
    with open_store(tmp_path / "here.db", create=True) as store:
        ingest(Inputs(paths=(folder,)), store, extractor=CHIPS, options=RunOptions(workers=2))
        assert table(store) == there


def test_a_text_that_ends_its_process_costs_itself(cluster: Any, news: Path, tmp_path: Path) -> None:
    (news / "rows2.jsonl").write_text('{"url": "x:1", "text": "DIE 3 1 chips"}\n{"url": "x:2", "text": "9999 chips"}\n')
    with open_store(tmp_path / "there.db", create=True) as store:
        on_cluster(store, news, cluster)
        assert [(row[0], row[3]) for row in failures(store) if row[3] == "WorkerDied"] == [("x:1", "WorkerDied")]
        assert "x:2" in [claim.source for claim in store.query_claims()]


def test_a_file_that_ends_its_workers_is_found_by_halving(cluster: Any, news: Path, tmp_path: Path) -> None:
    (news / "35.txt").write_text("DIE 3 1 chips")
    with open_store(tmp_path / "there.db", create=True) as store:
        summary = on_cluster(store, news, cluster, is_isolated=False)
        dead = [row for row in failures(store) if row[3] == "WorkerDied"]
        assert [(row[0], row[2]) for row in dead] == [(str(news / "35.txt"), "read")]
        assert summary.new == 70 + 250 - 1


def test_what_a_part_holds_is_what_was_made(tmp_path: Path) -> None:
    article = Article(source="a.txt", text="5 chips 深度求索", title="T", outlet="O")
    bug = Article(source="b.txt", text="BUG")
    made = [(one, extract_article(CHIPS, one)) for one in (article, bug)]
    unread = Failure(source="c.txt", step="read", error="ArticleUnreadable", message="no", place="line 2")
    for address in (str(tmp_path / "parts"), f"file://{tmp_path}/other", "memory://parts"):
        folder = PartFolder(address)
        name = part_name("v", [article, bug, unread])
        assert not folder.has(name)
        folder.write(name, [*made, (None, unread)])
        assert folder.has(name)
        assert list(folder.read(name)) == [*made, (None, unread)]
    assert part_name("v", [article]) != part_name("w", [article])
    assert part_name("v", [article]) != part_name("v", [article.model_copy(update={"title": "U"})])


def test_what_a_cluster_cannot_do_is_refused(tmp_path: Path) -> None:
    with open_store(tmp_path / "there.db", create=True) as store:
        with pytest.raises(SettingsError, match="standard input"):
            ingest_on_cluster(Inputs(paths=("-",)), store, Cluster(str(tmp_path)), extractor=CHIPS)
        with pytest.raises(SettingsError, match="no folder for parts"):
            ingest_on_cluster(Inputs(paths=(tmp_path,)), store, Cluster(""), extractor=CHIPS)


# --- several addresses: network namespaces joined by a bridge


class Hosts:
    """Network namespaces `a`, `b`, `c`, each with an address of its own, joined by a bridge."""

    def __init__(self) -> None:
        self.mark = f"nl{os.getpid() % 10000}"
        self.running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Hosts:
        self._ip("link", "add", f"{self.mark}br", "type", "bridge")
        self._ip("addr", "add", "10.213.77.1/24", "dev", f"{self.mark}br")
        self._ip("link", "set", f"{self.mark}br", "up")
        for number, name in enumerate("abc", start=2):
            space, near, far = f"{self.mark}{name}", f"{self.mark}{name}0", f"{self.mark}{name}1"
            self._ip("netns", "add", space)
            self._ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", space)
            self._ip("link", "set", near, "master", f"{self.mark}br", "up")
            self._ip("-n", space, "addr", "add", f"10.213.77.{number}/24", "dev", far)
            self._ip("-n", space, "link", "set", far, "up")
            self._ip("-n", space, "link", "set", "lo", "up")
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.running:
            process.kill()
            process.wait()
        for name in "abc":
            subprocess.run(["ip", "netns", "del", f"{self.mark}{name}"], check=False, capture_output=True)
        subprocess.run(["ip", "link", "del", f"{self.mark}br"], check=False, capture_output=True)

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        """Start a program of Dask's in a namespace."""
        paths = os.pathsep.join([TESTS, *filter(None, [os.environ.get("PYTHONPATH")])])
        space = ["ip", "netns", "exec", f"{self.mark}{name}"] if name else []
        process = subprocess.Popen(
            [*space, sys.executable, "-m", "dask", *command],
            env=os.environ | {"PYTHONPATH": paths, "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "5s"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.running.append(process)
        return process

    def cut_off(self, name: str) -> None:
        """Take the namespace off the network, as a pulled cable does."""
        self._ip("link", "set", f"{self.mark}{name}0", "down")

    def _ip(self, *arguments: str) -> None:
        subprocess.run(["ip", *arguments], check=True, capture_output=True)


@pytest.fixture
def hosts() -> Iterator[Hosts]:
    if shutil.which("ip") is None or os.geteuid() != 0:
        pytest.skip("network namespaces need the program ip, and root")
    try:
        with Hosts() as made:
            yield made
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no network namespaces here: {error.stderr.decode().strip()}")


@pytest.mark.soak
def test_a_worker_killed_one_cut_off_and_the_scheduler_restarted(hosts: Hosts, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    for n in range(40):
        rows = [{"url": f"https://{n}.example/{m}", "text": f"SLEEP 0.02 {n}{m:03} chips"} for m in range(40)]
        (folder / f"{n:02}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + " " * 5_000_000)
    scheduler = ("scheduler", "--host", "10.213.77.1", "--port", "48786", "--no-dashboard")
    address = "tcp://10.213.77.1:48786"
    first = hosts.start("", *scheduler)
    alone = ("worker", address, "--nthreads", "1", "--no-dashboard", "--death-timeout", "120")
    workers = {name: hosts.start(name, *alone) for name in "abc"}
    with distributed.Client(address, timeout=60) as client:
        client.wait_for_workers(3, timeout=120)
        assert len({told["host"] for told in client.scheduler_info()["workers"].values()}) == 3

    def disturb() -> None:
        made = lambda: len(list((tmp_path / "parts").glob("*.parquet")))  # noqa: E731
        wait_until(lambda: made() > 3, 120)
        os.killpg(workers["a"].pid, signal.SIGKILL)
        wait_until(lambda: made() > 8, 120)
        hosts.cut_off("b")
        wait_until(lambda: made() > 14, 120)
        first.kill()
        first.wait()
        time.sleep(1)
        hosts.start("", *scheduler)
        for name in "ac":  # as whatever keeps services running would: workers go with their scheduler
            hosts.start(name, *alone)

        disturbed.append(time.monotonic())

    disturbed: list[float] = []
    disturber = threading.Thread(target=disturb)
    disturber.start()
    with open_store(tmp_path / "there.db", create=True) as store:
        place = Cluster(str(tmp_path / "parts"), address)
        summary = ingest_on_cluster(Inputs(paths=(folder,)), store, place, extractor=CHIPS)
        assert disturbed and summary.seconds > 0
        disturber.join()
        assert (summary.new, summary.failed) == (1600, 0)
        there = table(store)
    with open_store(tmp_path / "here.db", create=True) as store:
        ingest(Inputs(paths=(folder,)), store, extractor=CHIPS, options=RunOptions(workers=3))
        assert table(store) == there
