"""What makes claims speak of one fact: its key, and when one key is a looser word for another."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict

from newslens.groups.kinship import Kinship
from newslens.groups.statements import Statement
from newslens.records import stable_id


class FactRule(BaseModel):
    """How the claims of one type are put side by side: an entry of facts.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    one: Literal["always", "project", "never"]
    period: Literal["week", "quarter"] | None = None
    retold: bool = False
    home: bool = False


@dataclass(frozen=True, slots=True)
class FactKey:
    """Subject, claim type, facet, object, unit family, period and sign of a fact.

    `figure` is set where each figure is a fact of its own; `stands_for` names the maker a country may stand for.
    """

    claim_type: str
    unit_family: str
    sign: int
    subject: str | None
    object: str | None
    facet: str | None
    period: str | None
    figure: str | None = None
    stands_for: str | None = None

    @property
    def group_id(self) -> str:
        """The id of the fact: of its key alone, so that neither order nor history decide it."""
        parts = (self.claim_type, self.unit_family, self.sign, self.subject, self.object, self.facet, self.period)
        return stable_id("fact", *("" if part is None else part for part in parts), self.figure or "")

    @property
    def order(self) -> tuple[str, ...]:
        """A sorting key."""
        cells = (self.claim_type, self.subject, self.object, self.facet, self.period, self.figure, self.unit_family)
        return tuple(cell or "" for cell in cells)


@cache
def load_rules() -> dict[str, FactRule]:
    """Return the rule of each claim type."""
    table = tomllib.loads((files("newslens.groups") / "facts.toml").read_text("utf-8"))
    return {name: FactRule.model_validate(entry) for name, entry in table.items()}


def key_of(statement: Statement, stands_for: str | None = None) -> FactKey:
    """Return the key of the statement as it stands."""
    rule = load_rules()[statement.claim_type]
    return FactKey(
        claim_type=statement.claim_type,
        unit_family=statement.unit_family,
        sign=statement.amount.sign,
        subject=statement.subject,
        object=statement.object,
        facet=statement.facet,
        period=_period(statement.published_at, rule.period),
        stands_for=stands_for,
    )


def is_one_fact(key: FactKey, kinship: Kinship) -> bool:
    """Say whether all figures under the key compete over one fact."""
    rule = load_rules()[key.claim_type]
    if rule.one == "project":
        return key.subject is not None and kinship.kind(key.subject) == "project"
    return rule.one == "always" and key.subject is not None


def makers_named(statements: list[Statement], kinship: Kinship) -> dict[str, str]:
    """Return, for each country, the one maker of models at home there that the article's claims name."""
    named = dict[str, set[str]]()
    for name in {name for s in statements for name in (s.subject, s.object) if name}:
        maker = name if kinship.country(name) else kinship.maker(name)
        country = kinship.country(maker)
        if country and maker:
            named.setdefault(country, set()).add(maker)
    return {country: next(iter(makers)) for country, makers in named.items() if len(makers) == 1}


def is_looser(loose: FactKey, firm: FactKey, kinship: Kinship) -> bool:
    """Say whether `loose` may speak of the same fact in a more general way, in every part as general or more.

    The maker stands for its model, a country for the maker it stands for, no object or its vendor for a chip, no
    facet for input or output, an undated article for a dated one.
    """
    return (
        loose != firm
        and (loose.claim_type, loose.unit_family, loose.sign) == (firm.claim_type, firm.unit_family, firm.sign)
        and _looser_subject(loose, firm, kinship)
        and (loose.object in (firm.object, None) or loose.object == kinship.maker(firm.object))
        and loose.facet in (firm.facet, None)
        and loose.period in (firm.period, None)
    )


def is_retold(later: FactKey, earlier: FactKey) -> bool:
    """Say whether `later` may tell the figure of an earlier period again."""
    if not (later.period and earlier.period and later.period > earlier.period):
        return False
    parts = ("subject", "object", "facet", "stands_for", "figure", "claim_type", "unit_family", "sign")
    return all(getattr(later, name) == getattr(earlier, name) for name in parts)


def _looser_subject(loose: FactKey, firm: FactKey, kinship: Kinship) -> bool:
    if loose.subject == firm.subject and loose.stands_for == firm.stands_for:
        return True
    if loose.stands_for is not None:
        return loose.stands_for in (firm.subject, kinship.maker(firm.subject))
    return loose.subject is not None and loose.subject == kinship.maker(firm.subject)


def _period(day: date | None, length: str | None) -> str | None:
    if day is None or length is None:
        return None
    if length == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    return f"{day.year}-Q{(day.month + 2) // 3}"
