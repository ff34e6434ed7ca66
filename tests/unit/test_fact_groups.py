"""When amounts agree, what joins claims to facts, which texts are copies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from fact_claims import claim

from newslens.entities.names import load_names
from newslens.groups import group_rows
from newslens.groups.amounts import Amount, amount_of
from newslens.groups.keys import load_rules
from newslens.groups.kinship import load_kinship
from newslens.groups.texts import find_families, sign_text
from newslens.rows import CLAIM_CHOICES, Row
from newslens.store.group_records import FactGroup


def amount(low: float | None, high: float | None = None, bound: str = "exact", unit: str = "USD") -> Amount:
    high = low if high is None and bound in ("exact", "approx") else high
    return amount_of(low, high, bound, unit=unit)


M = 1e6


@pytest.mark.parametrize(
    ("a", "b", "agree"),
    [
        (amount(5.6 * M), amount(5.576 * M), True),
        (amount(5.576 * M), amount(5.6 * M, bound="approx"), True),
        (amount(5.6 * M), amount(5 * M, 6 * M, "range"), True),
        (amount(5.6 * M), amount(None, 6 * M, "at_most"), True),
        (amount(5.576 * M), amount(6 * M), True),
        (amount(5.576 * M), amount(5 * M), False),
        (amount(5.576 * M), amount(5 * M, bound="approx"), True),
        (amount(5.6 * M), amount(294_000), False),
        (amount(5.6 * M), amount(1.6e9), False),
        (amount(5.6 * M), amount(None, 5 * M, "at_most"), False),
        (amount(78 * M), amount(100 * M, None, "at_least"), False),
        (amount(2000, unit="chip"), amount(2048, unit="chip"), True),
        (amount(2.19, unit="USD/Mtok"), amount(2.2, unit="USD/Mtok"), True),
        (amount(-17, unit="percent"), amount(-16.97, unit="percent"), True),
        (amount(-17, unit="percent"), amount(-13, None, "at_least", "percent"), True),
        (amount(1 / 27, unit="ratio"), amount(0.1, unit="ratio"), False),
    ],
)
def test_amounts_agree_within_what_they_say(a: Amount, b: Amount, agree: bool) -> None:
    assert a.agrees(b) is agree
    assert b.agrees(a) is agree


@pytest.mark.parametrize(
    ("a", "b", "power"),
    [
        (amount(0.5e9), amount(500e9), -3),
        (amount(572e9), amount(572e6), 3),
        (amount(5.6e10), amount(5.6 * M), 4),
        (amount(560 * M), amount(5.6 * M), 2),
        (amount(50 * M), amount(5 * M), 0),
        (amount(100e9), amount(500e9), 0),
        (amount(5.6 * M), amount(5.6 * M), 0),
    ],
)
def test_a_slip_is_the_same_figure_at_another_power_of_ten(a: Amount, b: Amount, power: int) -> None:
    assert a.slip(b) == power


def test_every_claim_type_has_a_rule() -> None:
    assert tuple(load_rules()) and set(load_rules()) == set(CLAIM_CHOICES["claim_type"])


def test_kinship_knows_what_the_names_base_knows() -> None:
    kinship, names = load_kinship(), load_names()
    for name in (
        "DeepSeek-V3",
        "DeepSeek-V4-Pro",
        "GPT-4",
        "GPT-5.5",
        "Claude Opus 4.5",
        "Stargate",
        "ChatGPT Plus",
        "Kimi K2",
    ):
        assert kinship.maker(name) == names.owner(name), name
    assert kinship.maker("DeepSeek") is None  # its owner is a fund, whose figures are not its own
    assert kinship.kind("Maginot") is None


def test_homes_are_of_names_that_the_base_knows() -> None:
    kinship = load_kinship()
    makers = list(kinship._homes)
    assert [m for m in makers if kinship.kind(m) not in ("organisation", "outlet")] == []
    assert {kinship.kind(country) for country in kinship._homes.values()} == {"country"}


# --- facts


def grouped(*rows: Row) -> list[FactGroup]:
    return group_rows(rows)[0]


def subjects(*rows: Row) -> Iterator[str | None]:
    return (group.subjects for group in grouped(*rows))


def test_a_maker_speaks_of_the_model_whose_figure_it_states() -> None:
    v3, r1 = (
        claim(1, 1.1, subject="DeepSeek-V3", claim_type="token_price"),
        claim(2, 2.19, subject="DeepSeek-R1", claim_type="token_price"),
    )
    maker = [claim(i, v, subject="DeepSeek", claim_type="token_price") for i, v in ((3, 1.1), (4, 2.2), (5, 9.0))]
    assert sorted(map(str, subjects(v3, r1, *maker))) == [
        "DeepSeek",
        "DeepSeek | DeepSeek-R1",
        "DeepSeek | DeepSeek-V3",
    ]


def test_a_makers_other_figures_compete_where_its_figure_went() -> None:
    (group,) = grouped(claim(1, 5.576e6), claim(2, 5.6e6, subject="DeepSeek"), claim(3, 1.6e9, subject="DeepSeek"))
    assert (group.claims, group.sources_agreeing, group.sources_differing, group.subject) == (3, 2, 1, "DeepSeek")


def test_a_country_stands_for_its_one_maker_in_the_article_only() -> None:
    china = claim(1, 5.6e6, subject="China", article="a")
    named = claim(2, 0.1, subject="DeepSeek", article="a", claim_type="cost_ratio", unit="ratio")
    v3 = claim(3, 5.576e6)
    assert "China | DeepSeek-V3" in subjects(china, named, v3)
    other = claim(4, 0.1, subject="Moonshot AI", article="a", claim_type="cost_ratio", unit="ratio")
    assert "China | DeepSeek-V3" not in subjects(china, named, other, v3)


def test_falls_of_different_weeks_are_different_facts_and_undated_ones_join() -> None:
    fall = {"claim_type": "share_price_change", "unit": "percent", "subject": "Nvidia"}
    january = claim(1, -17, published_at=date(2025, 1, 28), **fall)
    april = claim(2, -6.9, published_at=date(2025, 4, 16), **fall)
    undated = claim(3, -17.0, **fall)
    rise = claim(4, 8.9, published_at=date(2025, 1, 29), **fall)
    assert sorted((g.period or "", g.claims) for g in grouped(january, april, undated, rise)) == [
        ("2025-W05", 1), ("2025-W05", 2), ("2025-W16", 1),
    ]  # fmt: skip


def test_each_investment_of_a_company_is_a_fact_but_a_thousandfold_is_a_slip() -> None:
    spent = {"claim_type": "investment", "subject": "Meta"}
    facts = grouped(claim(1, 65e9, **spent), claim(2, 14.3e9, **spent), claim(3, 65e6, **spent))
    assert sorted((g.claims, g.is_conflict, g.slips) for g in facts) == [(1, 0, 0), (2, 1, 1)]


def test_a_doubt_is_no_support_and_no_conflict() -> None:
    (group,) = grouped(claim(1, 5.6e6), claim(2, 5.6e6, modality="disputed"))
    assert (group.sources_agreeing, group.doubts, group.is_conflict) == (1, 1, 0)


def test_yuan_and_dollars_are_compared_at_the_days_rate() -> None:
    price = {"claim_type": "token_price", "subject": "DeepSeek-R1", "facet": "output"}
    yuan = claim(
        1, 16, unit="CNY/Mtok", published_at=date(2025, 2, 9), value_low_usd=2.19, value_high_usd=2.19, **price
    )
    (group,) = grouped(yuan, claim(2, 2.19, unit="USD/Mtok", published_at=date(2025, 1, 29), **price))
    assert (group.claims, group.is_conflict) == (2, 0)


def test_an_id_is_of_the_fact_and_outlives_new_claims() -> None:
    (before,) = grouped(claim(1, 5.576e6))
    (after,) = grouped(claim(1, 5.576e6), claim(2, 5.6e6), claim(3, 7e9))
    assert before.group_id == after.group_id


# --- copies of texts

STORY = (
    "The start-up said on Monday that it had trained the model for a sum that others spend in a week. Shares fell in "
    "New York, and analysts asked how much of the rally had rested on one assumption about computing power. Officials "
    "in Hangzhou declined to comment on the matter, while rivals spoke of months of work that the figure left out."
)


def families_of(*texts: str) -> int:
    return len(set(find_families((str(i), sign_text(text)) for i, text in enumerate(texts)).values()))


def test_copies_are_one_family_whatever_a_paper_changes_at_the_edges() -> None:
    assert (
        families_of(STORY, f"BERLIN (Wire) — {STORY}", STORY.replace("\n", " ").upper(), STORY[: int(len(STORY) * 0.7)])
        == 1
    )


def test_two_stories_of_one_event_are_two_families() -> None:
    other = (
        "Markets tumbled after the Hangzhou start-up trained a model for 5.6 million dollars. Shares fell in New York."
    )
    assert families_of(STORY, other, "", "杭州公司称训练费用约为560万美元，引发美股下跌。", "这家公司在杭州。") == 5
