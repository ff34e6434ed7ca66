"""PostgreSQL as a store: one database that readers and writers on many hosts share.

Schema, run lock and search path are the connection's: name another schema by `?options=-csearch_path%3Dnews`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, func, make_url, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from newslens.errors import NewslensError, SchemaMismatch, SettingsError, SetupError, StoreError, StoreUnavailable
from newslens.store.bulk import put_new
from newslens.store.schema import SCHEMA_VERSION, metadata
from newslens.store.sql import Item, SqlStore
from newslens.store.sqlite import locked
from newslens.store.upgrade import create_tables, found_version, upgrade_tables

if TYPE_CHECKING:
    from tenacity import RetryCallState

_CONNECT_TIMEOUT_S = 10
_NOTICED_S = 2.0
"""A server notices sooner than this that a process on a host that lives has died, and frees its lock."""
_KEEPALIVES = {"keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 3}
"""Seconds and tries after which the server's host is known to be gone; asked of the server too, about this host: the
lock of a host that died is free half a minute later."""

_SERVER_KEEPALIVES = "-c tcp_keepalives_idle=20 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"

_CAUSES: dict[str, tuple[type[StoreError], str, str]] = {
    "08": (StoreUnavailable, "the connection was lost", "run again: what was stored before is safe"),
    "28": (StoreError, "the server refuses the user or password", "check the URL, or PGPASSWORD and ~/.pgpass"),
    "3D": (StoreError, "the server has no such database", "make it with `createdb`, or check the URL"),
    "25006": (StoreError, "the store may not be written", "check that the server is no standby, and the user's rights"),
    "42501": (StoreError, "the user has no right to do this", "grant it, or name another user in the URL"),
    "53100": (StoreError, "the server's disk is full", "make room and run again: what was stored before is safe"),
    "53": (StoreUnavailable, "the server has no room for more", "try again later"),
    "40": (StoreUnavailable, "other writers were in the way", "try again"),
    "55P03": (StoreUnavailable, "the store is locked by another writer", "try again when it is done"),
    "57P": (StoreUnavailable, "the server is stopping or starting", "run again: what was stored before is safe"),
    "58": (StoreError, "the server's disk failed to read or write", "check the server's log"),
    "XX": (StoreError, "the database is damaged", "restore it from a backup; the server's log says more"),
}
"""By the beginning of the SQLSTATE: what we raise, say and advise. Any other is a bug of ours."""

_LOST = (StoreUnavailable, "the server does not answer", "check that it runs, and the URL; then run again")


def open_postgres(place: str, *, create: bool, upgrade: bool | None, timeout_s: float) -> SqlStore:
    """Return the store in the database at the URL; it upgrades an earlier newslens's tables where `upgrade` is True.

    Raises: as `newslens.store.open_store`. SetupError: the driver is not installed.
    """
    url = _url(place)
    where = url.render_as_string(hide_password=True)
    engine = _engine(url, where, timeout_s)
    backend = _Server(engine, url, where)
    try:
        found = _prepare(engine, backend, where, create=create, upgrade=upgrade)
    except BaseException:
        engine.dispose()
        raise
    return SqlStore(engine, where, backend, upgraded_from=found if found != SCHEMA_VERSION else None)


def _url(place: str) -> URL:
    try:
        url = make_url(place)
    except (ArgumentError, ValueError) as error:
        raise SettingsError(
            "not the URL of a database", hint="for example postgresql+psycopg://user@host/news"
        ) from error
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _engine(url: URL, where: str, timeout_s: float) -> Engine:
    given = url.query.get("options", "")
    options = f"{given} -c lock_timeout={int(timeout_s * 1000)} -c timezone=UTC {_SERVER_KEEPALIVES}".strip()
    arguments = {
        "connect_timeout": _CONNECT_TIMEOUT_S,
        "application_name": "newslens",
        **_KEEPALIVES,
        "options": options,
    }
    try:
        engine = create_engine(url.difference_update_query(["options"]), connect_args=arguments, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise SetupError("PostgreSQL needs psycopg", hint="install it: pip install 'newslens[postgres]'") from error
    except (NoSuchModuleError, ArgumentError) as error:
        hint = "write postgresql+psycopg://user@host/database"
        raise SettingsError(f"`{url.drivername}` is no kind of connection that newslens has", hint=hint) from error
    event.listen(engine, "handle_error", lambda context: _reraise(context, where))
    return engine


def _prepare(engine: Engine, backend: _Server, where: str, *, create: bool, upgrade: bool | None) -> int:
    """Make or upgrade the tables as asked; return the version that was found, or made."""
    with engine.connect() as connection:
        found = found_version(connection, where)
    if found is None and not create:
        hint = "make one with `newslens ingest PATH`, or name another by --db"
        raise StoreError(f"no store at `{where}`", hint=hint, is_missing=True)
    if found is not None and found < SCHEMA_VERSION and not upgrade:
        raise SchemaMismatch(
            f"{where}: schema version {found}, this newslens reads {SCHEMA_VERSION}",
            hint="run `newslens migrate` once no earlier newslens uses it any more",
            found=str(found),
            wanted=SCHEMA_VERSION,
        )
    if found is None:
        with engine.begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(_lock_key("make"))))
            if found_version(connection, where) is None:  # another process may have come first
                create_tables(connection)
        return SCHEMA_VERSION
    if found < SCHEMA_VERSION:
        with backend.hold(lambda: ""), engine.begin() as connection:
            upgrade_tables(connection, found_version(connection, where) or found)
    return found


class _Server:
    """What only PostgreSQL does so: an advisory lock for runs, pg_dump, upkeep of tables."""

    def __init__(self, engine: Engine, url: URL, where: str) -> None:
        self._engine = engine
        self._url = url
        self._where = where

    def put_many(
        self, connection: Connection, some: Sequence[Item], version: str, run_id: int
    ) -> tuple[int, Sequence[Item]]:
        """Store what is new by COPY."""
        rest = put_new(connection, some, version, run_id)
        return len(some) - len(rest), rest

    @contextmanager
    def hold(self, who: Callable[[], str]) -> Iterator[None]:
        """Hold the run lock on a connection of its own: the server lets it go when the connection ends."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            key = _lock_key("run")
            if not _comes_true(lambda: connection.scalar(select(func.pg_try_advisory_lock(key)))):
                raise locked(self._where, who())
            try:
                yield
            finally:
                self._release(connection, key)

    def _release(self, connection: Connection, key: Any) -> None:
        try:
            connection.execute(select(func.pg_advisory_unlock(key)))
        except StoreUnavailable:
            connection.invalidate()  # the connection is gone, and the lock with it

    def unsound(self, connection: Connection) -> Iterator[str]:
        """Yield nothing: the server checks its own files (`pg_amcheck`)."""
        return iter(())

    def backup(self, path: Path) -> None:
        """Have pg_dump write the tables of newslens, as of one moment, in its custom format."""
        program = shutil.which("pg_dump")
        if program is None:
            raise SetupError("a backup of PostgreSQL needs pg_dump", hint="install the PostgreSQL client programs")
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        tables = [f"--table={name}" for name in (*metadata.tables, "alembic_version")]
        url = self._url.set(drivername="postgresql", password=None)
        command = [program, "--format=custom", "--no-owner", f"--file={part}", *tables, url.render_as_string()]
        secret = {"PGPASSWORD": str(self._url.password)} if self._url.password else {}
        try:
            ended = subprocess.run(command, env=os.environ | secret, capture_output=True, check=False, text=True)
            if ended.returncode:
                reason = " ".join(ended.stderr.split())
                raise StoreError(f"cannot write the backup `{path}`: {reason}", hint="check the server and the folder")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def vacuum(self) -> tuple[int, int]:
        """Have the server free what no row fills, and count anew what it plans by."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            before = _size_bytes(connection, list(metadata.tables))
            for name in metadata.tables:
                connection.execute(text(f"VACUUM (FULL, ANALYZE) {name}"))
            return before, _size_bytes(connection, list(metadata.tables))


def _size_bytes(connection: Connection, tables: Sequence[str]) -> int:
    return sum(int(connection.scalar(select(func.pg_total_relation_size(name))) or 0) for name in tables)


def _comes_true(ask: Callable[[], object]) -> bool:
    """Ask until the answer is yes, for a moment: a server may not have noticed yet that the holder is dead."""
    from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

    def give_up(state: RetryCallState) -> bool:
        return False

    patient = Retrying(
        stop=stop_after_delay(_NOTICED_S),
        wait=wait_fixed(0.05),
        retry=retry_if_result(lambda answer: not answer),
        retry_error_callback=give_up,
    )
    return bool(patient(ask))


def _lock_key(purpose: str) -> Any:
    """Return the key of a lock of this schema: databases have each their own locks, schemas have not."""
    return func.hashtextextended(func.concat(f"newslens {purpose} ", func.current_schema()), 0)


def _reraise(context: ExceptionContext, where: str) -> None:
    """Raise our own error in place of the driver's, where its cause lies outside newslens."""
    error = _translated(context.original_exception, where)
    if error is not None:
        raise error from context.original_exception


def _translated(cause: BaseException, where: str) -> NewslensError | None:
    if isinstance(cause, DBAPIError) and cause.orig is not None:
        cause = cause.orig
    state = getattr(cause, "sqlstate", None)
    if state is None:
        is_lost = type(cause).__name__ in ("OperationalError", "ConnectionTimeout")
        found = _refused(str(cause)) if is_lost else None
    else:
        found = next((told for begin, told in _CAUSES.items() if state.startswith(begin)), None)
    if found is None:
        return None
    kind, what, cure = found
    return kind(f"{where}: {what}", hint=cure, url=where)


def _refused(said: str) -> tuple[type[StoreError], str, str]:
    """Return why no connection came about: the driver gives a reason in words alone."""
    if "does not exist" in said and "database" in said:
        return _CAUSES["3D"]
    if "password" in said or "authentication" in said or "role" in said:
        return _CAUSES["28"]
    return _LOST
