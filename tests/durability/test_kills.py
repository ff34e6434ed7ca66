"""Runs that are killed, databases that go away under them, writers beside readers: real processes, on both stores."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from durability import Killed, beside, kill_until_done, undisturbed, write_articles
from warm_newslens import WarmNewslens

ARTICLES = 45
KILLS = 5


@pytest.fixture(scope="module")
def newslens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmNewslens]:
    with WarmNewslens(tmp_path_factory.mktemp("said")) as loaded:
        yield loaded


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles") / "news"
    write_articles(folder, ARTICLES)
    return folder


@pytest.fixture(scope="module")
def whole(newslens: WarmNewslens, news: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, float]:
    """The export of a run that nothing disturbed, and the seconds it took."""
    export, seconds = undisturbed(newslens, str(tmp_path_factory.mktemp("calm") / "news.db"), news)
    assert export.count(b"\n") > ARTICLES
    return export, seconds


def test_killed_at_random_moments(newslens: WarmNewslens, news: Path, whole: tuple[bytes, float], where: str) -> None:
    export, seconds = whole
    seen = Killed()
    again = kill_until_done(
        newslens, where, news, mean_s=seconds / KILLS, kills=KILLS, seen=seen, chance=random.Random(5)
    )
    assert again == export
    assert seen.kills >= 1


@pytest.mark.postgres
def test_a_server_that_restarts_under_a_run(
    newslens: WarmNewslens, news: Path, whole: tuple[bytes, float], postgres_server: Any, postgres_url: str
) -> None:
    export, seconds = whole
    seen = Killed()
    again = kill_until_done(
        newslens,
        postgres_url,
        news,
        mean_s=seconds / 3,
        kills=2,
        seen=seen,
        chance=random.Random(5),
        disturb=lambda: postgres_server.restart("immediate"),
    )
    assert again == export
    assert seen.restarts == 1


def test_writers_beside_readers(where: str) -> None:
    done = beside(where, writers=4, readers=8, seconds=5)
    assert done["writings"] >= 8
    assert done["readings"] >= 8
