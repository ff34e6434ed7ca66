"""Runs and failures, inside a transaction that the caller opened."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update

from newslens.store.articles import utc_now
from newslens.store.interface import Failure, Run, RunState
from newslens.store.schema import failures, runs


def begin(connection: Connection, *, package_version: str, extractor_version: str) -> int:
    """Write a new run. The caller holds the run lock, so a run that stands as running has no process any more."""
    now = utc_now()
    connection.execute(update(runs).where(runs.c.state == "running").values(state="killed", finished_at=now))
    written = connection.execute(
        insert(runs)
        .values(
            state="running",
            started_at=now,
            host=socket.gethostname(),
            pid=os.getpid(),
            package_version=package_version,
            extractor_version=extractor_version,
        )
        .returning(runs.c.run_id)
    )
    return int(written.scalar_one())


def finish(connection: Connection, run_id: int, state: RunState, counts: Mapping[str, Any]) -> None:
    """Note the run's end."""
    ended = {"state": state, "finished_at": utc_now(), "counts": json.dumps(counts, ensure_ascii=False)}
    connection.execute(update(runs).where(runs.c.run_id == run_id).values(**ended))


def latest(connection: Connection) -> Run | None:
    """Return the newest run."""
    row = connection.execute(select(runs).order_by(runs.c.run_id.desc()).limit(1)).first()
    if row is None:
        return None
    cells = row._asdict()
    return Run(**{**cells, "counts": json.loads(cells["counts"])})


def record(connection: Connection, failure: Failure, run_id: int) -> None:
    """Write the failure, or count one more try of it."""
    now = utc_now()
    source, place = storable(failure.source), storable(failure.place or "")
    this = and_(failures.c.source == source, failures.c.place == place, failures.c.step == failure.step)
    cells = {
        "error": failure.error,
        "message": storable(failure.message),
        "hint": None if failure.hint is None else storable(failure.hint),
        "last_seen": now,
        "run_id": run_id,
    }
    again = connection.execute(update(failures).where(this).values(**cells, tries=failures.c.tries + 1))
    if again.rowcount == 0:
        key = {"source": source, "place": place, "step": failure.step}
        connection.execute(insert(failures).values(**key, **cells, first_seen=now, tries=1))


def remove(connection: Connection, sources: Sequence[str], before_run: int) -> None:
    """Drop what earlier runs noted about these sources."""
    for source in sources:
        connection.execute(delete(failures).where(failures.c.source == source, failures.c.run_id < before_run))


def storable(text: str) -> str:
    """Return `text` with what UTF-8 cannot hold (a file name in another encoding) written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
