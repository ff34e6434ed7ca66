"""From no tables, or those of an earlier newslens, to those of this one: always in one transaction of the caller's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, inspect, select, update

from newslens.errors import SchemaMismatch, StoreError
from newslens.store.group_tables import drop_views, make_tables
from newslens.store.schema import SCHEMA_VERSION, meta, metadata

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

OLDEST = 1
"""The revision of the first release, which noted none of Alembic's."""

_VERSION = meta.c.key == "schema_version"


def found_version(connection: Connection, where: str) -> int | None:
    """Return the version of the tables, None where there are no tables at all.

    Raises: StoreError: the tables are not ours. SchemaMismatch: a newer newslens made them.
    """
    names = inspect(connection).get_table_names()
    if not names:
        return None
    if meta.name not in names:
        raise StoreError(f"{where}: not a newslens store", hint="name another file by --db")
    found = connection.scalar(select(meta.c.value).where(_VERSION))
    if found is None or not found.isdecimal() or not OLDEST <= int(found) <= SCHEMA_VERSION:
        raise SchemaMismatch(
            f"{where}: schema version {found}, this newslens reads {SCHEMA_VERSION}",
            hint="use the newslens that wrote it, or a newer one",
            found=found,
            wanted=SCHEMA_VERSION,
        )
    return int(found)


def create_tables(connection: Connection) -> None:
    """Make the tables of this newslens where there are none."""
    from alembic.migration import MigrationContext

    metadata.create_all(connection)
    connection.execute(insert(meta).values(key="schema_version", value=str(SCHEMA_VERSION)))
    MigrationContext.configure(connection).stamp(_script(), str(SCHEMA_VERSION))


def upgrade_tables(connection: Connection, found: int) -> None:
    """Bring tables of the version `found` to this newslens's."""
    from alembic import command

    drop_views(connection)
    config = _config()
    config.attributes["connection"] = connection
    if found == OLDEST:
        command.stamp(config, str(OLDEST))
    command.upgrade(config, str(SCHEMA_VERSION))
    connection.execute(update(meta).where(_VERSION).values(value=str(SCHEMA_VERSION)))
    make_tables(connection)


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    return config


def _script() -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())
