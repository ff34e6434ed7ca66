"""Runs and failures, inside a transaction that the caller opened."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, insert, select, update

from newslens.store.articles import utc_now
from newslens.store.interface import Failure, Run, RunState
from newslens.store.row_locks import lock_source
from newslens.store.schema import failures, runs


def begin(connection: Connection, **told: Any) -> int:
    """Write a new run. The caller holds the run lock, so a run that stands as running has no process any more."""
    now = utc_now()
    connection.execute(update(runs).where(runs.c.state == "running").values(state="killed", finished_at=now))
    cells = {name: told.get(name) for name in ("package_version", "extractor_version", "command", "config_hash")}
    written = connection.execute(
        insert(runs)
        .values(
            state="running",
            started_at=now,
            host=socket.gethostname(),
            pid=os.getpid(),
            models=json.dumps(dict(told.get("models") or {})),
            **cells,
        )
        .returning(runs.c.run_id)
    )
    return int(written.scalar_one())


def finish(
    connection: Connection, run_id: int, state: RunState, counts: Mapping[str, Any], error: str | None = None
) -> None:
    """Note the run's end, and that it finished what killed ones of its configuration began."""
    ended: dict[str, Any] = {"state": state, "finished_at": utc_now(), "counts": json.dumps(counts, ensure_ascii=False)}
    ended |= {"seconds": counts.get("seconds"), "error": None if error is None else storable(error)}
    connection.execute(update(runs).where(runs.c.run_id == run_id).values(**ended))
    if state == "finished":
        same = select(runs.c.config_hash).where(runs.c.run_id == run_id).scalar_subquery()
        left = and_(runs.c.state == "killed", runs.c.finished_by.is_(None), runs.c.config_hash == same)
        connection.execute(update(runs).where(left).values(finished_by=run_id))


def this_process() -> str:
    """Return who this is, as others are told who wait for it: process, host, since when."""
    return f"process {os.getpid()} on {socket.gethostname()}, since {utc_now().isoformat()}Z"


def run_of(row: Row[Any]) -> Run:
    """Return the run that a row of the table holds."""
    cells = row._asdict()
    return Run(**{**cells, "counts": json.loads(cells["counts"]), "models": json.loads(cells["models"] or "{}")})


def newest_first() -> Select[Any]:
    """Select the runs."""
    return select(runs).order_by(runs.c.run_id.desc())


def record(connection: Connection, failure: Failure, run_id: int, quarantine_after: int) -> None:
    """Write the failure, or count one more try of it; another text or extractor version begins to count anew."""
    source, place, now = storable(failure.source), storable(failure.place or ""), utc_now()
    lock_source(connection, source)
    this = and_(failures.c.source == source, failures.c.place == place, failures.c.step == failure.step)
    cells = _failure_cells(failure)
    known = connection.execute(select(failures).where(this)).first()
    is_same = known is not None and all(getattr(known, name) == cells[name] for name in _WHAT_FAILED)
    tries = known.tries + 1 if known is not None and is_same else 1
    is_poison = failure.article is not None and tries >= quarantine_after
    cells |= {"last_seen": now, "run_id": run_id, "tries": tries, "quarantined_at": now if is_poison else None}
    if known is None:
        key = {"source": source, "place": place, "step": failure.step}
        connection.execute(insert(failures).values(**key, **cells, first_seen=now))
    else:
        connection.execute(update(failures).where(this).values(**cells))


_WHAT_FAILED = ("article_id", "extractor_version")


def _failure_cells(failure: Failure) -> dict[str, Any]:
    article = failure.article
    return {
        "error": failure.error,
        "message": storable(failure.message),
        "hint": None if failure.hint is None else storable(failure.hint),
        "article_id": None if article is None else article.article_id,
        "article": None if article is None else article.model_dump_json(),
        "extractor_version": failure.extractor_version,
    }


def remove(connection: Connection, sources: Sequence[str], before_run: int) -> None:
    """Drop what earlier runs noted about these sources, less what is quarantined."""
    old = and_(failures.c.run_id < before_run, failures.c.quarantined_at.is_(None))
    for source in sources:
        connection.execute(delete(failures).where(failures.c.source == source, old))


def drop_article(connection: Connection, source: str) -> None:
    """Drop the failures of the source that hold what was read."""
    connection.execute(delete(failures).where(failures.c.source == source, failures.c.article.is_not(None)))


def storable(text: str) -> str:
    """Return `text` with what UTF-8 cannot hold (a file name in another encoding) written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
