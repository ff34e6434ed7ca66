"""newslens reads articles in French, English and Chinese and returns the figures they state as claims.

The names below load on first use: `import newslens` itself imports nothing heavy.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newslens.errors import NewslensError as NewslensError
    from newslens.ingest import read_articles as read_articles
    from newslens.pipeline import Setup as Setup
    from newslens.pipeline import extract as extract
    from newslens.pipeline import find_quantities as find_quantities
    from newslens.records import Article as Article
    from newslens.records import Claim as Claim
    from newslens.records import Quantity as Quantity
    from newslens.store import open_store as open_store
    from newslens.store import read_claims as read_claims
    from newslens.store import read_groups as read_groups

__version__ = version("newslens")

_HOMES = {
    "Article": "newslens.records",
    "Claim": "newslens.records",
    "NewslensError": "newslens.errors",
    "Quantity": "newslens.records",
    "Setup": "newslens.pipeline",
    "extract": "newslens.pipeline",
    "find_quantities": "newslens.pipeline",
    "open_store": "newslens.store",
    "read_articles": "newslens.ingest",
    "read_claims": "newslens.store",
    "read_groups": "newslens.store",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
