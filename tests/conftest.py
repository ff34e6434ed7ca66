"""Records and stores that tests of several folders share."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from local_postgres import LocalPostgres, find_binaries
from newslens.batch import Extractor
from newslens.records import Article, Claim, stable_id
from newslens.store import STORES, open_store
from newslens.store.interface import Store

TEXT = "Training DeepSeek-V3 cost about 5.576 million dollars. Analysts doubt that only 2,048 H800 chips were used."
VERSION = "test-1"

MakeArticle = Callable[..., Article]
MakeClaim = Callable[..., Claim]


@pytest.fixture
def make_article() -> MakeArticle:
    def make(source: str = "news/a.txt", text: str = TEXT, **fields: Any) -> Article:
        return Article(
            **({"source": source, "text": text, "published_at": date(2025, 1, 27), "language": "en"} | fields)
        )

    return make


@pytest.fixture
def make_claim() -> MakeClaim:
    """A claim on the first `quote` of the article: the training cost, unless fields say otherwise."""

    def make(article: Article, quote: str = "5.576 million dollars", **fields: Any) -> Claim:
        start = article.text.index(quote)
        defaults: dict[str, Any] = {
            "claim_id": stable_id(
                article.article_id, start, start + len(quote), fields.get("claim_type", "training_cost")
            ),
            "article_id": article.article_id,
            **article.model_dump(include={"source", "title", "outlet", "published_at"}),
            "language": "en",
            "claim_type": "training_cost",
            "subject": "DeepSeek-V3",
            "value_low": 5_576_000,
            "value_high": 5_576_000,
            "bound": "approx",
            "unit": "USD",
            "value_low_usd": 5_576_000,
            "value_high_usd": 5_576_000,
            "quote": quote,
            "char_start": start,
            "char_end": start + len(quote),
            "sentence": article.text.partition(". ")[0],
            "confidence": 0.9,
            "extractor_version": VERSION,
        }
        return Claim.model_validate(defaults | fields)

    return make


@pytest.fixture
def extractor(make_claim: MakeClaim) -> Extractor:
    """Claims each `N chips`; German where `Das` is the first word; breaks on the word `bug`."""

    def identify(article: Article) -> Article:
        detected = "de" if article.text.startswith("Das") else "en"
        return article.model_copy(update={"language": article.language or detected})

    def extract(article: Article) -> list[Claim]:
        if "bug" in article.text:
            raise ZeroDivisionError("division by zero")
        quotes = [match[0] for match in re.finditer(r"\d+ chips", article.text)]
        return [make_claim(article, quote, claim_type="chip_count") for quote in quotes]

    return Extractor(identify, extract, "test-1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "news.db", create=True) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[LocalPostgres]:
    """A server for the session. Where none is installed, its tests are skipped, and fail where CI must have it."""
    if find_binaries() is None:
        if os.environ.get("NEWSLENS_TEST_POSTGRES") == "required":
            pytest.fail("no PostgreSQL server is installed, and NEWSLENS_TEST_POSTGRES says it must be")
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    with LocalPostgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: LocalPostgres) -> Iterator[str]:
    """The URL of an empty database."""
    name = f"test_{uuid.uuid4().hex}"
    yield postgres_server.create_database(name)
    postgres_server.drop_database(name)


@pytest.fixture(
    params=[pytest.param(kind, marks=[pytest.mark.postgres] * (kind != "sqlite")) for kind in sorted(STORES)]
)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store of each kind can be made."""
    return str(tmp_path / "news.db") if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
