"""The verbs of a store that groups need, on any database that SQLAlchemy speaks to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import astuple
from typing import Any, TypeVar

from sqlalchemy import (
    Connection,
    Engine,
    Select,
    bindparam,
    column,
    delete,
    func,
    insert,
    inspect,
    select,
    table,
    update,
)
from sqlalchemy.sql.expression import TableClause

from newslens.errors import StoreError
from newslens.rows import Columns, Row
from newslens.store.group_records import (
    CONFLICT_KINDS,
    GROUP_KINDS,
    GROUPED_CLAIM_KINDS,
    MEMBER_KINDS,
    FactGroup,
    GroupMember,
)
from newslens.store.group_tables import TYPES, fact_groups, group_members, make_tables, note, text_signatures
from newslens.store.schema import articles, claims, corrections, meta

_STATE_KEY = "groups"
_AT_ONCE = 5000

Item = TypeVar("Item")


class GroupVerbs:
    """`GroupStore` for `SqlStore`, which lends its engine and its way of writing."""

    _engine: Engine
    _where: str

    def groups_state(self) -> str | None:
        """Return what was noted when groups were made."""
        with self._engine.connect() as connection:
            if not inspect(connection).has_table(fact_groups.name):
                return None
            return connection.scalar(select(meta.c.value).where(meta.c.key == _STATE_KEY))

    def claims_state(self) -> str:
        """Return the number of claims, sums over them, and when they were last written or corrected."""
        c = claims.c
        texts = [c.subject, c.object, c.facet, c.modality, c.unit, c.claim_type, c.correction]
        sums = [func.sum(c.value_low), func.sum(c.value_high), *(func.sum(func.length(text)) for text in texts)]
        with self._engine.connect() as connection:
            counts = connection.execute(select(func.count(), func.count(c.group_id), *sums)).one()
            dates = connection.execute(
                select(func.count(articles.c.published_at), func.max(articles.c.published_at), func.count())
            ).one()
            written = connection.execute(select(func.sum(articles.c.run_id))).one()
            corrected = connection.execute(select(func.count(), func.max(corrections.c.corrected_at))).one()
        return " ".join(map(str, (*counts, *dates, *written, *corrected)))

    def unsigned_texts(self, method: str) -> Iterator[tuple[str, str]]:
        """Yield texts without signature."""
        with self._writing() as connection:
            make_tables(connection)
        signed = select(text_signatures.c.article_id).where(text_signatures.c.method == method)
        texts = select(articles.c.article_id, articles.c.text).where(articles.c.article_id.not_in(signed))
        return ((str(row[0]), str(row[1])) for row in self._stream(texts))

    def add_signatures(self, method: str, signatures: Mapping[str, bytes]) -> None:
        """Keep signatures."""
        ids = list(signatures)
        with self._writing() as connection:
            for some in _batches(ids):
                connection.execute(delete(text_signatures).where(text_signatures.c.article_id.in_(some)))
                rows = [{"article_id": i, "method": method, "signature": signatures[i]} for i in some]
                connection.execute(insert(text_signatures), rows)

    def signatures(self, method: str) -> Iterator[tuple[str, bytes]]:
        """Yield signatures."""
        s = text_signatures.c
        found: Any = self._stream(select(s.article_id, s.signature).where(s.method == method).order_by(s.article_id))
        return ((str(article_id), bytes(signature)) for article_id, signature in found)

    def write_groups(self, groups: Sequence[FactGroup], members: Sequence[GroupMember]) -> None:
        """Write the groups that changed, and who belongs to them."""
        with self._writing() as connection:
            make_tables(connection)
            _replace(connection, fact_groups, GROUP_KINDS, groups)
            moved = _replace(connection, group_members, MEMBER_KINDS, members)
            homes = [{"this": m.claim_id, "group": m.group_id} for m in members if m.claim_id in moved]
            this = claims.c.claim_id == bindparam("this")
            for some in _batches(homes):
                connection.execute(update(claims).where(this).values(group_id=bindparam("group")), some)

    def note_groups_state(self, state: str) -> None:
        """Note the state."""
        with self._writing() as connection:
            note(connection, _STATE_KEY, state)

    def query_groups(self, *, only_conflicts: bool = False) -> Iterator[Row]:
        """Yield groups."""
        g = _view("v_groups", GROUP_KINDS)
        rows = select(g).order_by(
            g.c.is_conflict.desc(), g.c.sources_differing.desc(), g.c.sources.desc(), g.c.claims.desc(), g.c.group_id
        )
        return self._grouped(rows.where(g.c.is_conflict == 1) if only_conflicts else rows)

    def query_grouped_claims(self) -> Iterator[Row]:
        """Yield claims with their stance."""
        v = _view("v_claims_latest", GROUPED_CLAIM_KINDS)
        return self._grouped(select(v).order_by(v.c.source, v.c.char_start, v.c.char_end, v.c.claim_type))

    def query_conflicts(self) -> Iterator[Row]:
        """Yield who differs."""
        v = _view("v_conflicts", CONFLICT_KINDS)
        by = (v.c.claim_type, v.c.subject, v.c.group_id, v.c.stance, v.c.source, v.c.claim_id)
        return self._grouped(select(v).order_by(*by))

    def _grouped(self, statement: Select[Any]) -> Iterator[Row]:
        if self.groups_state() is None:
            hint = "run `newslens ingest PATH` once: it makes groups at its end, also where nothing is new"
            raise StoreError(f"{self._where}: no groups are made yet", hint=hint)
        return self._stream(statement)

    def _writing(self) -> AbstractContextManager[Connection]:
        raise NotImplementedError

    def _stream(self, statement: Select[Any]) -> Iterator[Row]:
        raise NotImplementedError


def _view(name: str, kinds: Columns) -> TableClause:
    return table(name, *(column(field, TYPES[kind]) for field, kind in kinds.items()))


def _replace(connection: Connection, into: Any, kinds: Columns, records: Sequence[Any]) -> set[str]:
    """Bring the table to these records; return the keys (first column) of those that were written."""
    names = list(kinds)
    key = into.c[names[0]]
    cells = {row[0]: row for row in map(astuple, records)}
    held = {row[0]: tuple(row) for row in connection.execute(select(*(into.c[name] for name in names)))}
    gone = [one for one in held if cells.get(one) != held[one]]
    for some in _batches(gone):
        connection.execute(delete(into).where(key == bindparam("gone")), [{"gone": one} for one in some])
    new = [one for one in cells if held.get(one) != cells[one]]
    for some in _batches(new):
        connection.execute(insert(into), [dict(zip(names, cells[one], strict=True)) for one in some])
    return set(new)


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
