"""What a report shows, picked in one pass over the claims: the page stays small however many there are."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from newslens.groups.kinship import load_kinship
from newslens.records import CORE_TYPES
from newslens.store.group_records import GROUP_KINDS, GROUPED_CLAIM_KINDS, FactGroup

if TYPE_CHECKING:
    from newslens.store.interface import Store

Cells = Mapping[str, Any]

MOST_ROWS = 2000
MOST_CONFLICTS = 24
MOST_HEADLINES = 6
_MOST_OF_A_GROUP = 60
_CHARTED = {"training_cost": 6, "token_price": 18, "chip_count": 16, "share_price_change": 20}
"""How many facts of a type its chart may draw."""

_LONGEST_SIDE = 260
_LONGEST_WORD = 20
_STANCES = ("agrees", "slip", "differs", "doubts", "vague")


@dataclass(slots=True)
class Material:
    """Groups and claims that the page shows, and counts over all there are."""

    groups: int = 0
    conflicts: int = 0
    claims: int = 0
    articles: int = 0
    first_day: date | None = None
    last_day: date | None = None
    facts_by_type: Counter[str] = field(default_factory=Counter)
    stances: dict[str, Counter[str]] = field(default_factory=dict)
    headlines: list[FactGroup] = field(default_factory=list)
    contested: list[FactGroup] = field(default_factory=list)
    charted: dict[str, list[FactGroup]] = field(default_factory=dict)
    members: dict[str, list[Cells]] = field(default_factory=dict)
    rows: list[Cells] = field(default_factory=list)


def gather(store: Store) -> Material:
    """Return what the report of the store shows. Raises: StoreError: groups are not made yet."""
    found = Material()
    names = list(GROUP_KINDS)
    groups = [FactGroup(**dict(zip(names, row, strict=True))) for row in store.query_groups()]  # type: ignore[arg-type]
    _pick_groups(found, groups)
    charted = (group for of_type in found.charted.values() for group in of_type)
    wanted = {group.group_id for group in (*found.headlines, *found.contested, *charted)}
    several = {g.group_id for g in groups if g.sources > 1}
    contested = {g.group_id for g in groups if g.is_conflict}
    articles = set[str]()

    def counted() -> Iterator[tuple[Any, ...]]:
        names = list(GROUPED_CLAIM_KINDS)
        for place, row in enumerate(store.query_grouped_claims()):
            cells = dict(zip(names, row, strict=True))
            articles.add(str(cells["article_id"]))
            _count(found, cells, several)
            if cells["group_id"] in wanted:
                found.members.setdefault(str(cells["group_id"]), []).append(cells)
            yield (*_rank(cells, contested), -place, cells)

    best = heapq.nlargest(MOST_ROWS, counted(), key=lambda ranked: ranked[:-1])
    found.rows = [ranked[-1] for ranked in best]
    found.articles = len(articles)
    for group_id, members in found.members.items():
        found.members[group_id] = _foremost(members)
    return found


def split_sentence(store: Store, cells: Cells) -> tuple[str, str, str]:
    """Return what the sentence says before the quote, the quote, and what follows, long ends cut."""
    sentence, quote = str(cells["sentence"]), str(cells["quote"])
    place = sentence.find(quote)
    if sentence.find(quote, place + 1) >= 0:  # the quote stands in it twice: only the text tells which is meant
        article = store.get_article(str(cells["article_id"]))
        start = article.text.rfind(sentence, 0, int(cells["char_start"]) + len(sentence)) if article else -1
        place = int(cells["char_start"]) - start if start >= 0 else place
    if not 0 <= place <= len(sentence) - len(quote):
        return "", quote, ""
    before, after = sentence[:place], sentence[place + len(quote) :]
    if len(before) > _LONGEST_SIDE:
        before = f"… {_from_a_word(before[-_LONGEST_SIDE:])}"
    if len(after) > _LONGEST_SIDE:
        after = f"{_from_a_word(after[:_LONGEST_SIDE][::-1])[::-1]} …"
    return before, quote, after


def _from_a_word(text: str) -> str:
    """Return the text from where a word begins, if one does nearby: Chinese has no spaces to tell."""
    head, space, rest = text.partition(" ")
    return rest if space and len(head) <= _LONGEST_WORD else text


def _pick_groups(found: Material, groups: Sequence[FactGroup]) -> None:
    found.groups = len(groups)
    found.conflicts = sum(group.is_conflict for group in groups)
    found.facts_by_type.update(group.claim_type for group in groups)
    contested = [group for group in groups if group.is_conflict]
    found.contested = sorted(contested, key=_contested_order)[:MOST_CONFLICTS]
    found.headlines = _pick_headlines(groups)
    for claim_type, most in _CHARTED.items():
        of_type = [g for g in groups if g.claim_type == claim_type and g.subject and g.bound != "vague"]
        found.charted[claim_type] = sorted(of_type, key=lambda g: (-g.sources, -g.claims, g.group_id))[:most]


def _contested_order(group: FactGroup) -> tuple[Any, ...]:
    rank = CORE_TYPES.index(group.claim_type) if group.claim_type in CORE_TYPES else len(CORE_TYPES)
    return (-min(group.sources_differing, 3), -group.sources, rank, -group.claims, group.group_id)


def _pick_headlines(groups: Sequence[FactGroup]) -> list[FactGroup]:
    """Return the best sourced facts of names that are known: core types first, two of a type, one of its subject."""
    kinship = load_kinship()
    clear = [g for g in groups if 2 * g.sources_agreeing > g.sources and g.bound != "vague"]
    told = [g for g in clear if g.subject and kinship.kind(g.subject)]
    taken = Counter[tuple[str, ...]]()
    picked = []
    for group in sorted(told, key=_headline_order):
        of_type, of_subject = (group.claim_type,), (group.claim_type, str(group.subject))
        if taken[of_type] < 2 and not taken[of_subject]:
            taken.update((of_type, of_subject))
            picked.append(group)
    return picked[:MOST_HEADLINES]


def _headline_order(group: FactGroup) -> tuple[Any, ...]:
    is_core = group.claim_type in CORE_TYPES
    return (group.sources == 1, -group.sources_agreeing * (1 + is_core), not is_core, -group.claims, group.group_id)


def _count(found: Material, cells: Cells, several: set[str]) -> None:
    found.claims += 1
    day = cells["published_at"]
    if day is not None:
        found.first_day = min(found.first_day or day, day)
        found.last_day = max(found.last_day or day, day)
    if cells["stance"] and cells["group_id"] in several:
        found.stances.setdefault(str(cells["language"]), Counter())[str(cells["stance"])] += 1


def _rank(cells: Cells, contested: set[str]) -> tuple[Any, ...]:
    day = cells["published_at"]
    is_core = cells["claim_type"] in CORE_TYPES
    return (cells["group_id"] in contested and is_core, is_core, cells["group_id"] in contested, str(day or ""))


def _foremost(members: Sequence[Cells]) -> list[Cells]:
    """Return the claims of a group that are shown: the consensus first, plainly told; then those that differ.

    One of each source comes before a second, and the figures most often told before rarer ones.
    """
    seen = Counter[tuple[str, str]]()
    agreeing, others = list[tuple[Any, ...]](), list[tuple[Any, ...]]()
    for place, cells in enumerate(members):
        key = (str(cells["text_family"]), str(cells["stance"]))
        is_bound = cells["bound"] not in ("exact", "approx")
        order = (_STANCES.index(str(cells["stance"])), seen[key], is_bound, cells["figure_rank"], place, cells)
        (agreeing if cells["stance"] == "agrees" else others).append(order)
        seen[key] += 1
    others.sort(key=lambda one: one[:-1])
    kept = sorted(agreeing, key=lambda one: one[:-1])[: _MOST_OF_A_GROUP - min(len(others), _MOST_OF_A_GROUP // 2)]
    return [one[-1] for one in (*kept, *others[: _MOST_OF_A_GROUP - len(kept)])]
