"""Fact groups: the claims of any article and language that speak of one fact, and what they agree on.

    rows of the store → statements → facts → groups with consensus, dissenters and slips → tables of the store

Nothing here knows how claims are read from texts: groups are made from stored rows.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from newslens.rows import Row
    from newslens.store.group_records import FactGroup, GroupMember
    from newslens.store.interface import Store

_CODE = "1"
_SIGNED_AT_ONCE = 500


def make_groups(store: Store) -> int | None:
    """Make the groups of the store's claims; return their number, None where nothing changed since the last time."""
    state = f"{groups_version()} {store.claims_state()}"
    if store.groups_state() == state:
        return None
    _sign_texts(store)
    from newslens.groups.texts import METHOD, find_families

    families = find_families(store.signatures(METHOD))
    groups, members = group_rows(store.query_claim_rows(), families)
    store.write_groups(groups, members)
    store.note_groups_state(f"{groups_version()} {store.claims_state()}")  # afterwards: a part of it is who has a group
    return len(groups)


def group_rows(
    rows: Iterable[Row], families: Mapping[str, str] | None = None
) -> tuple[list[FactGroup], list[GroupMember]]:
    """Return the groups of rows of the claims table, and the place of each claim in its group.

    `families` maps articles to the family of texts they are copies in; without it each article is a source.
    """
    from newslens.groups.facts import find_facts
    from newslens.groups.group import group_of
    from newslens.groups.statements import statements_of

    made = [group_of(fact) for fact in find_facts(statements_of(rows, families or {}))]
    return [group for group, _ in made], [member for _, members in made for member in members]


@cache
def groups_version() -> str:
    """Return what changes whenever the same rows may give other groups: raised with the code, by itself with data."""
    digest = hashlib.sha256()
    own = [files("newslens.groups") / name for name in ("facts.toml", "homes.toml")]
    names = sorted((files("newslens.entities") / "names").iterdir(), key=lambda path: path.name)
    for path in (*own, *names):
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return f"{_CODE}.{digest.hexdigest()[:8]}"


def _sign_texts(store: Store) -> None:
    from newslens.groups.texts import METHOD, sign_text

    signed = dict[str, bytes]()
    for article_id, text in store.unsigned_texts(METHOD):
        signed[article_id] = sign_text(text)
    ids = list(signed)
    for start in range(0, len(ids), _SIGNED_AT_ONCE):
        store.add_signatures(METHOD, {i: signed[i] for i in ids[start : start + _SIGNED_AT_ONCE]})
