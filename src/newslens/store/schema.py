"""The tables. The columns of `claims` are those of the record `Claim`, less what its article holds."""

from __future__ import annotations

from types import NoneType
from typing import Any, get_args

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
)

from newslens.records import Claim
from newslens.rows import CLAIM_KINDS, Kind
from newslens.store.columns import ExactText as Text

SCHEMA_VERSION = 2
"""The number of the newest revision in `migrations/`; raised with every change of a table."""

HELD_BY_ARTICLE = ("source", "title", "outlet", "published_at")
"""Columns of a claim that are its article's: kept once, joined on the way out."""

_TYPES: dict[Kind, Any] = {
    "text": Text,
    "choice": Text,
    "number": Double,
    "integer": Integer,
    "date": Date,
    "time": DateTime,
}

metadata = MetaData()

meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

runs = Table(
    "runs",
    metadata,
    Column("run_id", Integer, primary_key=True),
    Column("state", Text, nullable=False),
    Column("started_at", DateTime, nullable=False),
    Column("finished_at", DateTime),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("package_version", Text, nullable=False),
    Column("extractor_version", Text, nullable=False),
    Column("counts", Text, nullable=False, default="{}"),  # JSON
    Column("command", Text),
    Column("config_hash", Text),
    Column("models", Text),  # JSON
    Column("seconds", Double),
    Column("error", Text),
    Column("finished_by", Integer),
)

articles = Table(
    "articles",
    metadata,
    Column("article_id", Text, primary_key=True),
    Column("source", Text, nullable=False, index=True),
    Column("title", Text),
    Column("outlet", Text),
    Column("published_at", Date),
    Column("language", Text),
    Column("language_confidence", Double),
    Column("script", Text),
    Column("text", Text, nullable=False),
    Column("text_sha256", Text, nullable=False),
    Column("extractor_version", Text),  # null: the claims are to be made again
    Column("first_seen", DateTime, nullable=False),
    Column("run_id", Integer, nullable=False),
)

article_sources = Table(
    "article_sources",
    metadata,
    Column("source", Text, primary_key=True),
    Column("article_id", Text, ForeignKey("articles.article_id", ondelete="CASCADE"), nullable=False, index=True),
    Column("title", Text),
    Column("outlet", Text),
    Column("published_at", Date),
)

claims = Table(
    "claims",
    metadata,
    *(
        Column(
            name,
            _TYPES[kind],
            *([ForeignKey("articles.article_id", ondelete="CASCADE")] if name == "article_id" else []),
            primary_key=name == "claim_id",
            nullable=NoneType in get_args(Claim.model_fields[name].annotation),
        )
        for name, kind in CLAIM_KINDS.items()
        if name not in HELD_BY_ARTICLE
    ),
    Column("from_run", Integer, nullable=False, server_default="0"),
    Column("correction", Text),  # null, `set` or `rejected`; what was set stands in the cells above
    Index("claims_by_place", "article_id", "char_start"),
    Index("claims_by_type", "claim_type"),
)

claim_history = Table(
    "claim_history",
    metadata,
    Column("history_id", Integer, primary_key=True),
    *(Column(name, _TYPES[kind]) for name, kind in CLAIM_KINDS.items()),
    Column("correction", Text),
    Column("from_run", Integer, nullable=False),
    Column("until_run", Integer, nullable=False, index=True),
    Index("claim_history_by_article", "article_id"),
)
"""Claims that a later run replaced or dropped, as they stood from `from_run` until `until_run` put others there."""

corrections = Table(
    "corrections",
    metadata,
    Column("claim_id", Text, primary_key=True),
    Column("article_id", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),  # `set` or `rejected`
    Column("changes", Text, nullable=False),  # JSON: the cells as the editor wants them
    Column("extracted", Text, nullable=False),  # JSON: the same cells as extracted last
    Column("note", Text),
    Column("corrected_by", Text, nullable=False),
    Column("corrected_at", DateTime, nullable=False),
)

failures = Table(
    "failures",
    metadata,
    Column("failure_id", Integer, primary_key=True),
    Column("source", Text, nullable=False),
    Column("place", Text, nullable=False),  # empty for the source as a whole: NULLs would all differ
    Column("step", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("hint", Text),
    Column("first_seen", DateTime, nullable=False),
    Column("last_seen", DateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("run_id", Integer, nullable=False),
    Column("article_id", Text),
    Column("extractor_version", Text),
    Column("article", Text),  # JSON: what was read, where that could not be extracted
    Column("quarantined_at", DateTime),
    UniqueConstraint("source", "place", "step"),
)

forgotten = Table(
    "forgotten",
    metadata,
    Column("source", Text, primary_key=True),
    Column("text_sha256", Text, nullable=False, index=True),
    Column("forgotten_at", DateTime, nullable=False),
)
