"""SQLite as a store: one file in WAL mode, which readers read while one writer writes."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, insert, inspect, select
from sqlalchemy.pool import QueuePool

from newslens.errors import RunLocked, SchemaMismatch, StoreError, StoreUnavailable
from newslens.store.interface import Run
from newslens.store.schema import SCHEMA_VERSION, meta, metadata
from newslens.store.sql import WRITES, SqlStore

_CAUSES: dict[str, tuple[type[StoreError], str, str]] = {
    "SQLITE_BUSY": (StoreUnavailable, "the store is locked by another writer", "try again when it is done"),
    "SQLITE_LOCKED": (StoreUnavailable, "the store is locked by another writer", "try again when it is done"),
    "SQLITE_NOTADB": (StoreError, "not a database", "name another file by --db, or move this one away"),
    "SQLITE_CORRUPT": (StoreError, "the database file is damaged", "restore it from a copy, or ingest into a new one"),
    "SQLITE_FULL": (StoreError, "the disk is full", "make room and run again: what was stored before is safe"),
    "SQLITE_READONLY": (StoreError, "the store may not be written", "check the rights on the file and its folder"),
    "SQLITE_CANTOPEN": (
        StoreError,
        "the file cannot be opened",
        "check that it is a file, and the rights on its folder",
    ),
    "SQLITE_IOERR": (StoreError, "the disk failed to read or write", "check the disk, then run again"),
    "SQLITE_PERM": (StoreError, "the file may not be opened", "check the rights on the file and its folder"),
}
"""By the beginning of SQLite's own name for the error: what we raise, say and advise. Any other is a bug of ours."""


def open_sqlite(place: str, *, create: bool, timeout_s: float) -> SqlStore:
    """Return the store in the file at `place`.

    Raises: as `newslens.store.open_store`.
    """
    path = Path(place)
    is_new = not path.exists()
    if is_new and not create:
        hint = "make one with `newslens ingest PATH`, or name another by --db"
        raise StoreError(f"no store at `{path}`", hint=hint, is_missing=True)
    if is_new:
        _make_folder(path.parent)
    engine = _engine(path, timeout_s, create=create)
    try:
        if create:
            _create_tables(engine, path)
        _check(engine, path)
    except BaseException:
        engine.dispose()
        raise
    return SqlStore(engine, str(path), lambda holder: _exclusive(path, holder))


def _make_folder(folder: Path) -> None:
    """Make the folder, but not those above it: a slip in a long path shall not leave a trail of new ones."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"cannot make the folder `{folder}`: {error.strerror}", hint="make it, or check --db"
        ) from error


def _engine(path: Path, timeout_s: float, *, create: bool) -> Engine:
    options = "mode=rwc" if create else _reading_options(path)
    uri = f"file:{quote(str(path))}?{options}"

    def connect() -> sqlite3.Connection:
        # No implicit transactions of the driver's: BEGIN is given below, so that one covers reads and writes alike.
        connection = sqlite3.connect(uri, uri=True, timeout=timeout_s, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what is forgotten shall not stay in free pages
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", lambda context: _reraise(context, path))
    return engine


def _reading_options(path: Path) -> str:
    """Return how to open an existing file. WAL needs to write beside it, even to read: on a read-only disk
    with no log left over, nothing can change the file, and SQLite may be told so."""
    if os.access(path.parent, os.W_OK) or Path(f"{path}-wal").exists():
        return "mode=rw"
    return "mode=ro&immutable=1"


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _reraise(context: ExceptionContext, path: Path) -> None:
    """Raise our own error in place of the driver's, where its cause lies outside newslens."""
    error = _translated(context.original_exception, path)
    if error is not None:
        raise error from context.original_exception


def _translated(cause: BaseException, path: Path) -> StoreError | None:
    name = getattr(cause, "sqlite_errorname", "")
    for prefix, (kind, what, cure) in _CAUSES.items():
        if name.startswith(prefix):
            return kind(f"{path}: {what}", hint=cure, path=str(path))
    return None


def _create_tables(engine: Engine, path: Path) -> None:
    """Write the schema into a file that holds no table yet; leave any other as it is."""
    with engine.connect() as connection:
        if inspect(connection).get_table_names():
            return
    try:
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA journal_mode = WAL")  # the file keeps it; not possible inside a transaction
        finally:
            raw.close()
    except sqlite3.Error as error:
        raise _translated(error, path) or error from error
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        if not inspect(connection).get_table_names():  # another process may have come first
            metadata.create_all(connection)
            connection.execute(insert(meta).values(key="schema_version", value=str(SCHEMA_VERSION)))


def _check(engine: Engine, path: Path) -> None:
    with engine.connect() as connection:
        if not inspect(connection).has_table(meta.name):
            raise StoreError(f"{path}: not a newslens store", hint="name another file by --db")
        found = connection.scalar(select(meta.c.value).where(meta.c.key == "schema_version"))
    if found != str(SCHEMA_VERSION):
        raise SchemaMismatch(
            f"{path}: schema version {found}, this newslens reads {SCHEMA_VERSION}",
            hint="use the newslens that wrote it, or ingest into a new file",
            found=found,
            wanted=SCHEMA_VERSION,
        )


@contextmanager
def _exclusive(path: Path, holder: Callable[[], Run | None]) -> Iterator[None]:
    """Hold the lock file beside the database; the system lets it go when the process ends, however it ends."""
    lock: Any = FileLock(f"{path}.lock", blocking=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise RunLocked(f"another run holds `{path}`{_who(holder())}", hint="run again when it has ended") from error
    except OSError as error:
        raise StoreError(f"{path}.lock: {error.strerror}", hint="check the rights on the folder") from error
    try:
        yield
    finally:
        lock.release()


def _who(run: Run | None) -> str:
    if run is None or run.state != "running":
        return ""
    return f": run {run.run_id}, process {run.pid} on {run.host}, since {run.started_at.isoformat()}Z"
