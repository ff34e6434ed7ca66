"""The store in Datasette: read-only, with the views first, facets, and queries that editors ask often."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from newslens.errors import SettingsError, SetupError
from newslens.store import open_store

_HIDDEN = ("meta", "alembic_version", "text_signatures", "group_members", "fact_groups", "forgotten", "article_sources")

_QUERIES = {
    "training_costs": (
        "What training cost, and how many independent sources agree",
        "SELECT subject, value, value_low, value_high, bound, unit, sources_agreeing, sources, languages, last_date "
        "FROM v_groups WHERE claim_type = 'training_cost' ORDER BY sources DESC, subject",
    ),
    "token_prices": (
        "Token prices by model and direction",
        "SELECT subject, facet, value, unit, sources, first_date, last_date FROM v_groups "
        "WHERE claim_type = 'token_price' ORDER BY subject, facet",
    ),
    "slips": (
        "Probable slips of magnitude",
        "SELECT claim_type, subject, consensus, consensus_unit, value_low, unit, slip_power, quote, source "
        "FROM v_conflicts WHERE stance = 'slip' ORDER BY claim_type, subject",
    ),
    "who_differs": (
        "Outlets by how often they differ from the consensus",
        "SELECT COALESCE(outlet, source) AS outlet, COUNT(*) AS claims, "
        "SUM(stance IN ('differs', 'slip')) AS differing FROM v_claims_latest "
        "GROUP BY 1 ORDER BY differing DESC, claims DESC",
    ),
    "claims_about": (
        "All claims about a subject",
        "SELECT published_at, outlet, claim_type, value_low, value_high, bound, unit, stance, sentence, source "
        "FROM v_claims_latest WHERE subject LIKE :subject ORDER BY claim_type, published_at",
    ),
}


def metadata() -> dict[str, Any]:
    """Return what Datasette is told: titles, facets, and the queries."""
    facets = {
        "v_claims_latest": ["claim_type", "language", "stance", "modality", "subject", "outlet"],
        "v_groups": ["claim_type", "is_conflict", "languages"],
        "v_conflicts": ["claim_type", "stance", "language"],
    }
    sorting = {"v_groups": "sources", "v_claims_latest": "published_at", "v_conflicts": "sources_differing"}
    tables: dict[str, Any] = {
        name: {"facets": columns, "sort_desc": sorting[name], "size": 50} for name, columns in facets.items()
    }
    tables |= {name: {"hidden": True} for name in _HIDDEN}
    queries = {name: {"title": title, "sql": sql} for name, (title, sql) in _QUERIES.items()}
    return {
        "title": "newslens",
        "description": "What articles say, claim by claim; v_groups holds the facts, v_conflicts who contradicts whom.",
        "databases": {"newslens": {"tables": tables, "queries": queries}},
    }


def serve_store(db: str, *, host: str, port: int) -> None:
    """Serve the store until the process is ended.

    Raises: SetupError: Datasette is not installed. SettingsError: the store is no SQLite file. StoreError: it cannot
            be opened, or groups are not made.
    """
    if find_spec("datasette") is None:
        raise SetupError("Datasette is not installed", hint="pip install 'newslens[serve]'")
    with open_store(db) as store:
        path = Path(store.where)
        if not path.is_file():
            hint = "Datasette reads SQLite; for PostgreSQL point any SQL tool at the views"
            raise SettingsError(f"`{db}` is no SQLite file", hint=hint)
        next(store.query_groups(), None)
    import uvicorn
    from datasette.app import Datasette
    from datasette.database import Database

    shown = Datasette([], metadata=metadata(), settings={"allow_download": False, "sql_time_limit_ms": 5000})
    shown.add_database(Database(shown, path=str(path), is_mutable=True), name="newslens")
    uvicorn.run(shown.app(), host=host, port=port, log_level="warning")
