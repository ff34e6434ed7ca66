"""Run by Alembic: applies the revisions on the connection that `newslens.store.upgrade` hands over."""

from __future__ import annotations

from alembic import context

from newslens.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
