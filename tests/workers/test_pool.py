"""Worker processes: real ones, that are killed, hang, and cannot start."""

from __future__ import annotations

import os
import pickle
import signal
import time
from dataclasses import replace

import pytest

from extractors import CHIPS, ENDING, MISSING
from newslens.errors import SettingsError, SetupError
from newslens.extraction import Result, extract_article
from newslens.records import Article
from newslens.store.interface import Failure
from newslens.workers import extractions, pool
from newslens.workers.extractions import Extractions, usable_cores
from newslens.workers.pool import WorkerPool
from processes import alive, wait_until


def article(number: int, text: str = "") -> Article:
    return Article(source=f"{number}.txt", text=f"{text} {number} chips")


def failure_of(result: Result) -> Failure:
    assert isinstance(result, Failure), result
    return result


def test_workers_make_what_this_process_makes() -> None:
    articles = [article(n) for n in range(30)]
    with WorkerPool(CHIPS, 2) as workers:
        results = [future.result(60) for future in [workers.submit(one) for one in articles]]
    assert results == [extract_article(CHIPS, one) for one in articles]
    assert not isinstance(results[0], Failure)


def test_processes_are_kept_and_ended() -> None:
    with WorkerPool(CHIPS, 2) as workers:
        for future in [workers.submit(article(n)) for n in range(8)]:
            future.result(60)
        pids = set(workers.pids)
        for future in [workers.submit(article(n)) for n in range(8, 16)]:
            future.result(60)
        assert set(workers.pids) >= pids
        pids = set(workers.pids)
    wait_until(lambda: not alive(pids), 10)


@pytest.mark.parametrize(
    ("text", "how"), [("DIE 3", "ended with exit code 3"), ("DIE 0", "exit code 0"), ("SEGFAULT", "ended by SIGSEGV")]
)
def test_a_text_that_ends_its_process_costs_itself(text: str, how: str) -> None:
    with WorkerPool(CHIPS, 2) as workers:
        good = [workers.submit(article(n)) for n in range(5)]
        bad = workers.submit(article(9, text))
        good += [workers.submit(article(n)) for n in range(5, 9)]
        failure = failure_of(bad.result(60))
        assert not [one for one in good if isinstance(one.result(60), Failure)]
    assert (failure.source, failure.step, failure.error) == ("9.txt", "extract", "WorkerDied")
    assert how in failure.message
    assert "2 times" in failure.message
    assert failure.article == article(9, text)
    assert failure.extractor_version == "chips-1"


def test_what_ends_its_process_once_is_done_again(tmp_path: object) -> None:
    with WorkerPool(CHIPS, 1) as workers:
        result = workers.submit(article(1, f"ONCE {tmp_path}/mark")).result(60)
    assert not isinstance(result, Failure)


def test_processes_killed_from_outside_lose_nothing() -> None:
    with WorkerPool(CHIPS, 2) as workers:
        futures = [workers.submit(article(n, "SLEEP 0.02")) for n in range(60)]
        for after in (5, 20, 35):
            futures[after].result(60)
            os.kill(workers.pids[0], signal.SIGKILL)
        results = [future.result(60) for future in futures]
    assert [result for result in results if isinstance(result, Failure)] == []


def test_the_time_limit_holds_in_a_worker() -> None:
    with WorkerPool(CHIPS, 1, time_limit_s=0.2) as workers:
        failure = failure_of(workers.submit(article(1, "SPIN")).result(60))
        pids = workers.pids
        assert not isinstance(workers.submit(article(2)).result(60), Failure)
        assert workers.pids == pids  # it was interrupted, not ended
    assert failure.error == "TimeLimitExceeded"


def test_a_worker_that_hears_no_alarm_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_GRACE_S", 0.1)
    with WorkerPool(CHIPS, 1, time_limit_s=0.05) as workers:
        failure = failure_of(workers.submit(article(1, "DEAF")).result(60))
        assert not isinstance(workers.submit(article(2)).result(60), Failure)
    assert failure.error == "TimeLimitExceeded"


def test_what_concerns_every_article_is_raised() -> None:
    with WorkerPool(MISSING, 2) as workers, pytest.raises(SetupError, match="the model is missing") as caught:
        workers.submit(article(1)).result(60)
    assert caught.value.hint == "install it"
    with WorkerPool(CHIPS, 1) as workers, pytest.raises(SetupError, match="the model is broken"):
        workers.submit(article(1, "BROKEN")).result(60)
    with WorkerPool(ENDING, 1) as workers, pytest.raises(SetupError, match="ended with exit code 9"):
        workers.submit(article(1)).result(60)


def test_an_extractor_that_cannot_be_sent_is_refused() -> None:
    with pytest.raises(SettingsError, match="cannot be sent"):
        WorkerPool(replace(CHIPS, identify=lambda article: article), 2)


def test_the_shipped_extractor_can_be_sent() -> None:
    from newslens.batch import pipeline_extractor

    extractor = pipeline_extractor()
    assert pickle.loads(pickle.dumps(extractor)).version == extractor.version


def test_closing_waits_for_nothing() -> None:
    workers = WorkerPool(CHIPS, 2)
    workers.submit(article(0)).result(60)
    for n in range(1, 5):
        workers.submit(article(n, "SLEEP 60"))
    time.sleep(0.2)
    pids, began = set(workers.pids), time.monotonic()
    workers.close()
    assert time.monotonic() - began < 5
    wait_until(lambda: not alive(pids), 5)


def test_little_work_stays_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(workers: int, per_s: int) -> bool:
        articles = [article(n) for n in range(4)]
        with Extractions(replace(CHIPS, characters_per_s=per_s), workers=workers, time_limit_s=None) as some:
            for group in some.ahead([articles[:2], articles[2:]], list):
                assert [some.of(one) for one in group] == [extract_article(CHIPS, one) for one in group]
            return some.are_elsewhere

    monkeypatch.setattr(extractions, "usable_cores", lambda: 2)
    assert not made(workers=0, per_s=1000)
    assert made(workers=0, per_s=5)
    assert not made(workers=1, per_s=0)
    assert made(workers=2, per_s=1000)
    monkeypatch.setattr(extractions, "usable_cores", lambda: 1)
    assert not made(workers=0, per_s=0)


@pytest.mark.parametrize(("said", "cores"), [("max 100000", 4), ("150000 100000", 2), ("50000 100000", 1), ("", 4)])
def test_the_cores_are_those_that_may_be_used(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch, said: str, cores: int
) -> None:
    quota = extractions.Path(str(tmp_path)) / "cpu.max"
    quota.write_text(said)
    monkeypatch.setattr(extractions, "_CPU_QUOTA", quota)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1, 2, 3})
    assert usable_cores() == cores
