"""Runs say more of themselves; replaced claims, corrections and articles that failed are kept."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from newslens.store.columns import ExactText

revision = "2"
down_revision = "1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add tables and columns; nothing is taken away or rewritten."""
    for name, kind in _NEW_OF_RUNS.items():
        op.add_column("runs", sa.Column(name, kind))
    op.add_column("claims", sa.Column("from_run", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("claims", sa.Column("correction", ExactText()))
    op.execute(
        "UPDATE claims SET from_run = (SELECT run_id FROM articles WHERE articles.article_id = claims.article_id)"
    )
    for name, kind in _NEW_OF_FAILURES.items():
        op.add_column("failures", sa.Column(name, kind))
    op.create_table(
        "claim_history",
        sa.Column("history_id", sa.Integer(), nullable=False),
        *(sa.Column(name, kind) for name, kind in _OF_CLAIMS.items()),
        sa.Column("correction", ExactText()),
        sa.Column("from_run", sa.Integer(), nullable=False),
        sa.Column("until_run", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("history_id"),
    )
    op.create_index("claim_history_by_article", "claim_history", ["article_id"])
    op.create_index("ix_claim_history_until_run", "claim_history", ["until_run"])
    op.create_table(
        "corrections",
        sa.Column("claim_id", ExactText(), nullable=False),
        sa.Column("article_id", ExactText(), nullable=False),
        sa.Column("kind", ExactText(), nullable=False),
        sa.Column("changes", ExactText(), nullable=False),
        sa.Column("extracted", ExactText(), nullable=False),
        sa.Column("note", ExactText()),
        sa.Column("corrected_by", ExactText(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("claim_id"),
    )
    op.create_index("ix_corrections_article_id", "corrections", ["article_id"])


_NEW_OF_RUNS: dict[str, Any] = {
    "command": ExactText(),
    "config_hash": ExactText(),
    "models": ExactText(),
    "seconds": sa.Double(),
    "error": ExactText(),
    "finished_by": sa.Integer(),
}
_NEW_OF_FAILURES: dict[str, Any] = {
    "article_id": ExactText(),
    "extractor_version": ExactText(),
    "article": ExactText(),
    "quarantined_at": sa.DateTime(),
}
_OF_CLAIMS: dict[str, Any] = {
    "claim_id": ExactText(),
    "article_id": ExactText(),
    "source": ExactText(),
    "title": ExactText(),
    "outlet": ExactText(),
    "published_at": sa.Date(),
    "language": ExactText(),
    "claim_type": ExactText(),
    "subject": ExactText(),
    "object": ExactText(),
    "facet": ExactText(),
    "value_low": sa.Double(),
    "value_high": sa.Double(),
    "bound": ExactText(),
    "unit": ExactText(),
    "value_low_usd": sa.Double(),
    "value_high_usd": sa.Double(),
    "attributed_to": ExactText(),
    "modality": ExactText(),
    "quote": ExactText(),
    "char_start": sa.Integer(),
    "char_end": sa.Integer(),
    "sentence": ExactText(),
    "confidence": sa.Double(),
    "group_id": ExactText(),
    "extractor_version": ExactText(),
}
