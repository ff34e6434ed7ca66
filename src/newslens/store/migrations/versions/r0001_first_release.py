"""The tables of the first release.

A database that the first release made has them, and no note of any revision: it is taken to be here.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from newslens.store.columns import ExactText

revision = "1"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "meta",
        sa.Column("key", ExactText(), nullable=False),
        sa.Column("value", ExactText(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "runs",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("state", ExactText(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime()),
        sa.Column("host", ExactText(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("package_version", ExactText(), nullable=False),
        sa.Column("extractor_version", ExactText(), nullable=False),
        sa.Column("counts", ExactText(), nullable=False),
        sa.PrimaryKeyConstraint("run_id"),
    )
    op.create_table(
        "articles",
        sa.Column("article_id", ExactText(), nullable=False),
        sa.Column("source", ExactText(), nullable=False),
        sa.Column("title", ExactText()),
        sa.Column("outlet", ExactText()),
        sa.Column("published_at", sa.Date()),
        sa.Column("language", ExactText()),
        sa.Column("language_confidence", sa.Double()),
        sa.Column("script", ExactText()),
        sa.Column("text", ExactText(), nullable=False),
        sa.Column("text_sha256", ExactText(), nullable=False),
        sa.Column("extractor_version", ExactText()),
        sa.Column("first_seen", sa.DateTime(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("article_id"),
    )
    op.create_table(
        "article_sources",
        sa.Column("source", ExactText(), nullable=False),
        sa.Column("article_id", ExactText(), nullable=False),
        sa.Column("title", ExactText()),
        sa.Column("outlet", ExactText()),
        sa.Column("published_at", sa.Date()),
        sa.PrimaryKeyConstraint("source"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.article_id"], ondelete="CASCADE"),
    )
    op.create_table(
        "claims",
        sa.Column("claim_id", ExactText(), nullable=False),
        sa.Column("article_id", ExactText(), nullable=False),
        sa.Column("language", ExactText(), nullable=False),
        sa.Column("claim_type", ExactText(), nullable=False),
        sa.Column("subject", ExactText()),
        sa.Column("object", ExactText()),
        sa.Column("facet", ExactText()),
        sa.Column("value_low", sa.Double()),
        sa.Column("value_high", sa.Double()),
        sa.Column("bound", ExactText(), nullable=False),
        sa.Column("unit", ExactText(), nullable=False),
        sa.Column("value_low_usd", sa.Double()),
        sa.Column("value_high_usd", sa.Double()),
        sa.Column("attributed_to", ExactText()),
        sa.Column("modality", ExactText(), nullable=False),
        sa.Column("quote", ExactText(), nullable=False),
        sa.Column("char_start", sa.Integer(), nullable=False),
        sa.Column("char_end", sa.Integer(), nullable=False),
        sa.Column("sentence", ExactText(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("group_id", ExactText()),
        sa.Column("extractor_version", ExactText(), nullable=False),
        sa.PrimaryKeyConstraint("claim_id"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.article_id"], ondelete="CASCADE"),
    )
    op.create_table(
        "failures",
        sa.Column("failure_id", sa.Integer(), nullable=False),
        sa.Column("source", ExactText(), nullable=False),
        sa.Column("place", ExactText(), nullable=False),
        sa.Column("step", ExactText(), nullable=False),
        sa.Column("error", ExactText(), nullable=False),
        sa.Column("message", ExactText(), nullable=False),
        sa.Column("hint", ExactText()),
        sa.Column("first_seen", sa.DateTime(), nullable=False),
        sa.Column("last_seen", sa.DateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("failure_id"),
        sa.UniqueConstraint("source", "place", "step"),
    )
    op.create_table(
        "forgotten",
        sa.Column("source", ExactText(), nullable=False),
        sa.Column("text_sha256", ExactText(), nullable=False),
        sa.Column("forgotten_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_index("ix_articles_source", "articles", ["source"])
    op.create_index("ix_forgotten_text_sha256", "forgotten", ["text_sha256"])
    op.create_index("ix_article_sources_article_id", "article_sources", ["article_id"])
    op.create_index("claims_by_place", "claims", ["article_id", "char_start"])
    op.create_index("claims_by_type", "claims", ["claim_type"])
