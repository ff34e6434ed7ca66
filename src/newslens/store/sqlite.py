"""SQLite as a store: one file in WAL mode, which readers read while one writer writes."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.pool import QueuePool

from newslens.errors import RunLocked, SchemaMismatch, SettingsError, StoreError, StoreUnavailable
from newslens.store import articles
from newslens.store.new_articles import put_new
from newslens.store.schema import SCHEMA_VERSION
from newslens.store.sql import WRITES, Item, SqlStore
from newslens.store.upgrade import create_tables, found_version, upgrade_tables

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


def open_sqlite(place: str, *, create: bool, upgrade: bool | None, timeout_s: float) -> SqlStore:
    """Return the store in the file at `place`; tables of an earlier newslens are upgraded unless `upgrade` is False.

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
        with engine.connect() as connection:
            found = found_version(connection, str(path))
        if found is None:
            _create_tables(engine, path, create=create)
        elif found < SCHEMA_VERSION:
            _upgrade(engine, path, found, upgrade=upgrade)
    except BaseException:
        engine.dispose()
        raise
    upgraded_from = found if found is not None and found < SCHEMA_VERSION else None
    return SqlStore(engine, str(path), _SqliteFile(engine, path), upgraded_from=upgraded_from)


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


def _create_tables(engine: Engine, path: Path, *, create: bool) -> None:
    """Write the schema into a file that holds no table yet."""
    if not create:
        raise StoreError(f"{path}: not a newslens store", hint="name another file by --db")
    try:
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA journal_mode = WAL")  # the file keeps it; not possible inside a transaction
        finally:
            raw.close()
    except sqlite3.Error as error:
        raise _translated(error, path) or error from error
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        if found_version(connection, str(path)) is None:  # another process may have come first
            create_tables(connection)


def _upgrade(engine: Engine, path: Path, found: int, *, upgrade: bool | None) -> None:
    """Bring the tables to this newslens's, while no run writes into them. Raises: RunLocked, SchemaMismatch."""
    if upgrade is False or not os.access(path.parent, os.W_OK) or not os.access(path, os.W_OK):
        raise SchemaMismatch(
            f"{path}: schema version {found}, this newslens reads {SCHEMA_VERSION}",
            hint="run `newslens migrate` where the file may be written",
            found=str(found),
            wanted=SCHEMA_VERSION,
        )
    with (
        _hold(path, lambda: ""),
        engine.connect().execution_options(**{WRITES: True}) as connection,
        connection.begin(),
    ):
        still = found_version(connection, str(path))  # another process may have come first
        if still is not None and still < SCHEMA_VERSION:
            upgrade_tables(connection, still)


class _SqliteFile:
    """What only SQLite does so: a lock file, copies and upkeep of one file."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._engine = engine
        self._path = path

    def put_many(
        self, connection: Connection, some: Sequence[Item], version: str, run_id: int
    ) -> tuple[int, Sequence[Item]]:
        """Store all of them: whoever writes here is alone."""
        rest = put_new(connection, some, version, run_id)
        put = sum(articles.put(connection, article, claims, version, run_id) for article, claims in rest)
        return len(some) - len(rest) + put, ()

    def hold(self, who: Callable[[], str]) -> Any:
        """Hold the lock file beside the database."""
        return _hold(self._path, who)

    def unsound(self, connection: Connection) -> Iterator[str]:
        """Yield what SQLite finds broken in the file."""
        for (message,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            if message != "ok":
                yield message

    def backup(self, path: Path) -> None:
        """Copy the database page by page, beside writers; they make it begin again, never make it wrong."""
        if path.exists() and self._path.exists() and path.samefile(self._path):
            raise SettingsError(f"`{path}` is the store itself", hint="name another file")
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        raw = self._engine.raw_connection()
        try:
            with closing(sqlite3.connect(part)) as copy:
                raw.driver_connection.backup(copy)  # type: ignore[union-attr]
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, that may be read where nothing is written
            _keep(part)
            part.replace(path)
        except sqlite3.Error as error:
            raise _not_copied(path, error) from error
        except OSError as error:
            raise _not_copied(path, error) from error
        finally:
            raw.close()
            part.unlink(missing_ok=True)

    def vacuum(self) -> tuple[int, int]:
        """Write the file anew without its free pages."""
        before = self._size_bytes()
        raw = self._engine.raw_connection()
        try:
            for statement in (
                "PRAGMA wal_checkpoint(TRUNCATE)",
                "VACUUM",
                "ANALYZE",
                "PRAGMA wal_checkpoint(TRUNCATE)",
            ):
                raw.cursor().execute(statement).fetchall()
        except sqlite3.Error as error:
            raise _translated(error, self._path) or error from error
        finally:
            raw.close()
        return before, self._size_bytes()

    def _size_bytes(self) -> int:
        files = (self._path, Path(f"{self._path}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())


def _keep(path: Path) -> None:
    """Have the file on the disk before it takes its name."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def _not_copied(path: Path, error: Exception) -> StoreError:
    known = _translated(error, path)
    reason = getattr(error, "strerror", None) or (known.message if known else str(error))
    return StoreError(f"cannot write the backup `{path}`: {reason}", hint="check the folder, its rights and the disk")


@contextmanager
def _hold(path: Path, who: Callable[[], str]) -> Iterator[None]:
    """Hold the lock file beside the database; the system lets it go when the process ends, however it ends."""
    lock: Any = FileLock(f"{path}.lock", blocking=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise locked(str(path), who()) from error
    except OSError as error:
        raise StoreError(f"{path}.lock: {error.strerror}", hint="check the rights on the folder") from error
    try:
        yield
    finally:
        lock.release()


def locked(where: str, who: str) -> RunLocked:
    """Return the error for a run that finds another at work."""
    return RunLocked(f"another run holds `{where}`{': ' if who else ''}{who}", hint="run again when it has ended")
