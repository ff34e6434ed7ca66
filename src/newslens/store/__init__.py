"""Where articles, claims, failures and runs are kept: `open_store(path or URL)` gives the verbs of `Store`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from newslens.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas

    from newslens.store.interface import ClaimFilter, Store

STORES = {
    "postgresql": "newslens.store.postgres:open_postgres",
    "sqlite": "newslens.store.sqlite:open_sqlite",
}
"""Where each kind of store is opened, by the scheme of its URL."""

DEFAULT_TIMEOUT_S = 30.0


def open_store(
    where: str | Path, *, create: bool = False, upgrade: bool | None = None, timeout_s: float = DEFAULT_TIMEOUT_S
) -> Store:
    """Return the store at a path (SQLite) or URL, made anew if it is missing and `create` says so.

    Tables of an earlier newslens are upgraded where `upgrade` says so. By itself, a SQLite file is, and a PostgreSQL
    database, which others may share, is not. `timeout_s` is how long a verb waits for another writer.
    Raises: SettingsError: no kind of store has the URL's scheme.
            StoreError: the store is missing, is none of ours, or cannot be opened.
            SchemaMismatch: a newer newslens wrote it, or an earlier one and it is not to be upgraded.
            RunLocked: it is to be upgraded, and a run is writing into it.
    """
    scheme, separator, rest = str(where).partition("://")
    kind, place = (scheme.partition("+")[0], str(where)) if separator else ("sqlite", str(where))
    if kind not in STORES:
        raise SettingsError(
            f"unknown kind of store: `{kind}` (known: {', '.join(STORES)})",
            hint="give the path of a database file, or a URL such as sqlite:///data/newslens.db",
        )
    if kind == "sqlite" and separator:
        place = rest.removeprefix("/")
    module, _, name = STORES[kind].partition(":")
    opener = cast("Callable[..., Store]", getattr(import_module(module), name))
    return opener(place, create=create, upgrade=upgrade, timeout_s=timeout_s)


def read_claims(where: str | Path, only: ClaimFilter | None = None) -> pandas.DataFrame:
    """Return the claims of the store at `where` as a DataFrame with the contract's columns.

    Texts are `string`, closed sets `category`, amounts `float64`, offsets `Int64`, dates `datetime64[s]`; what is
    empty is missing. Rows come by source and span, as in every export.
    Raises: StoreError: as `open_store`.
    """
    from newslens.store.frames import claims_frame

    with open_store(where) as store:
        return claims_frame(store, only)


def read_groups(where: str | Path) -> pandas.DataFrame:
    """Return the fact groups of the store at `where` as a DataFrame, conflicts first.

    Columns as those of `newslens groups --format csv`: claim type and bound are `category`, `is_conflict` is
    `boolean`, amounts `float64`, counts `Int64`, dates `datetime64[s]`, texts `string`.
    Raises: StoreError: as `open_store`, and where groups are not made yet.
    """
    from newslens.store.frames import groups_frame

    with open_store(where) as store:
        return groups_frame(store)
