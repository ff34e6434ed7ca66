"""Column types that behave alike in every database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Dialect, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

ESCAPE = "\ufdd0"
"""A code point that Unicode keeps free for such use (noncharacter): begins each pair that stands for another sign."""

_PAIRS = {"\0": f"{ESCAPE}0", ESCAPE: f"{ESCAPE}1"}


class ExactText(TypeDecorator[str]):
    """Text that comes back as it went in, sorted by code point.

    PostgreSQL holds no NUL and sorts by the language of the server: there, a NUL is kept as a pair of signs, and the
    collation is `C`. SQLite does both by itself.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type that the database knows."""
        is_postgres = dialect.name == "postgresql"
        return dialect.type_descriptor(Text(collation="C") if is_postgres else Text())

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None] | None:
        """Return what a value goes through on its way in; None where that is nothing."""
        return pg_text if dialect.name == "postgresql" else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], str | None] | None:
        """Return what a value goes through on its way out; None where that is nothing."""
        return _text_of_pg if dialect.name == "postgresql" else None


def pg_text(text: str | None) -> str | None:
    """Return `text` as PostgreSQL can hold it."""
    if text is None or ("\0" not in text and ESCAPE not in text):
        return text
    return "".join(_PAIRS.get(sign, sign) for sign in text)


def _text_of_pg(held: str | None) -> str | None:
    if held is None or ESCAPE not in held:
        return held
    return held.replace(f"{ESCAPE}0", "\0").replace(f"{ESCAPE}1", ESCAPE)
