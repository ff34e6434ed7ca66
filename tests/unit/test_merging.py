"""One list of names out of three: who wins where base, model and capitals see the same words differently."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newslens.entities.mentions import Mention, MentionKind
from newslens.entities.merging import KINDS, merge
from newslens.entities.tagging import Entity

Read = list[tuple[str, str, str]]


def place(text: str, part: str, nth: int = 0) -> tuple[int, int]:
    start = text.index(part)
    for _ in range(nth):
        start = text.index(part, start + 1)
    return start, start + len(part)


def listed(text: str, part: str, name: str, kind: MentionKind) -> Mention:
    """A name of the base."""
    return Mention(*place(text, part), name, kind, True, 1.0)


def told(text: str, part: str) -> Mention:
    """A name that only its capitals tell."""
    return Mention(*place(text, part), part, "unknown", False, 0.4)


def seen(text: str, part: str, label: str, score: float = 0.95, nth: int = 0) -> Entity:
    """A name of the model."""
    return Entity(*place(text, part, nth), label, score)


def read(text: str, *parts: Mention | Entity, figures: tuple[str, ...] = ()) -> Read:
    """The merged names as (words, name, kind)."""
    mentions = [part for part in parts if isinstance(part, Mention)]
    merged = merge(
        text,
        [mention for mention in mentions if mention.known],
        [mention for mention in mentions if not mention.known],
        [part for part in parts if isinstance(part, Entity)],
        [place(text, figure) for figure in figures],
    )
    return [(text[m.start : m.end], m.name, m.kind) for m in merged]


def words(text: str, *parts: Mention | Entity, **more: Any) -> list[str]:
    return [written for written, _, _ in read(text, *parts, **more)]


# --- the base and the model


def test_each_names_what_the_other_does_not() -> None:
    text = "Nvidia hired Priya Nair in Pune."
    assert read(
        text,
        listed(text, "Nvidia", "Nvidia", "organisation"),
        seen(text, "Priya Nair", "PER"),
        seen(text, "Pune", "LOC"),
    ) == [
        ("Nvidia", "Nvidia", "organisation"),
        ("Priya Nair", "Priya Nair", "person"),
        ("Pune", "Pune", "place"),
    ]


def test_the_base_wins_where_both_see_a_name() -> None:
    text = "DeepSeek-V3 costs little."
    base = listed(text, "DeepSeek-V3", "DeepSeek-V3", "model")
    for part, label in (("DeepSeek-V3", "ORG"), ("DeepSeek", "ORG"), ("V3", "PROD"), ("DeepSeek-V3 costs", "PROD")):
        assert read(text, base, seen(text, part, label)) == [("DeepSeek-V3", "DeepSeek-V3", "model")]


@pytest.mark.parametrize(
    ("text", "country", "longer"),
    [
        ("香港寬頻今日收市。", "香港", "香港寬頻"),
        ("中国银河证券表示看好。", "中国", "中国银河证券"),
        ("Bank of China Leasing paid.", "China", "Bank of China Leasing"),
    ],
)
def test_a_firm_around_a_country_is_the_firm(text: str, country: str, longer: str) -> None:
    base = listed(text, country, "somewhere", "country")
    assert read(text, base, seen(text, longer, "ORG", 0.8)) == [(longer, longer, "organisation")]
    assert words(text, base, seen(text, longer, "ORG", 0.79)) == [country]
    assert words(text, base, seen(text, longer, "LOC", 0.99)) == [country]


def test_a_division_around_a_firm_is_the_division() -> None:
    text = "Sales of Huawei Cloud rose."
    base = listed(text, "Huawei", "Huawei", "organisation")
    assert read(text, base, seen(text, "Huawei Cloud", "ORG")) == [("Huawei Cloud", "Huawei Cloud", "organisation")]


@pytest.mark.parametrize(
    ("text", "part", "canonical", "kind", "model", "label"),
    [
        ("微软重申目标。", "微软", "Microsoft", "organisation", "微软重申", "ORG"),
        ("Le Dow recule.", "Dow", "Dow Jones", "index", "Le Dow", "ORG"),
        ("Sales of Huawei Cloud rose.", "Huawei", "Huawei", "organisation", "Huawei Cloud", "PROD"),
        ("The Huawei cloud grew.", "Huawei", "Huawei", "organisation", "Huawei cloud", "ORG"),
        ("Then Boss Huawei paid.", "Huawei", "Huawei", "organisation", "Boss Huawei", "ORG"),
        ("President Sam Altman came.", "Sam Altman", "Sam Altman", "person", "President Sam Altman", "PER"),
        ("They run GPT-4 Cheaply.", "GPT-4", "GPT-4", "model", "GPT-4 Cheaply", "PROD"),
    ],
)
def test_a_model_that_sees_too_much_does_not_win(
    text: str, part: str, canonical: str, kind: MentionKind, model: str, label: str
) -> None:
    assert read(text, listed(text, part, canonical, kind), seen(text, model, label)) == [(part, canonical, kind)]


def test_a_name_around_two_listed_ones_does_not_win() -> None:
    text = "Microsoft China pays."
    base = [listed(text, "Microsoft", "Microsoft", "organisation"), listed(text, "China", "China", "country")]
    assert words(text, *base, seen(text, "Microsoft China", "ORG")) == ["Microsoft", "China"]


# --- figures


def test_a_figure_ends_a_name() -> None:
    text = "GPT-4 Turbo 0,01 dollar les mille"
    assert words(text, seen(text, "GPT-4 Turbo 0,01 dollar", "PROD"), figures=("0,01 dollar",)) == ["GPT-4 Turbo"]


def test_a_figure_is_no_name() -> None:
    text = "It was 5 million dollars"
    assert words(text, seen(text, "5 million dollars", "PROD"), figures=("5 million dollars",)) == []
    assert words(text, seen(text, "million", "PROD"), figures=("5 million dollars",)) == []


def test_a_figure_within_a_name_is_left_there() -> None:
    text = "They use Qianlan 70B Chat now"
    assert words(text, seen(text, "Qianlan 70B Chat", "PROD"), figures=("70B",)) == ["Qianlan 70B Chat"]


# --- ends


@pytest.mark.parametrize(
    ("text", "part", "expected"),
    [
        ('He said "Acme" twice', '"Acme"', "Acme"),
        ("Il cite « Voltaire Calcul » ici", "« Voltaire Calcul »", "Voltaire Calcul"),
        ("他说“海蓝科技”上涨", "“海蓝科技”", "海蓝科技"),
        ("他說「海藍科技」上漲", "「海藍科技」", "海藍科技"),
        ("《明报》报道", "《明报》", "明报"),
        ("It (Acme) pays", "(Acme)", "Acme"),
        ("It is Acme Labs.", "Acme Labs.", "Acme Labs"),
        ("It is Acme Labs, he said", "Acme Labs,", "Acme Labs"),
        ("It is Acme Inc. now", "Acme Inc.", "Acme Inc."),
        ("It is Acme Corp. now", "Acme Corp.", "Acme Corp."),
        ("Talk of Ken Griffey Jr. again", "Ken Griffey Jr.", "Ken Griffey Jr."),
        ("In the U.S. House", "U.S.", "U.S."),
        ("It was Acme's turn", "Acme's", "Acme"),
        ("It was Acme’s turn", "Acme’s", "Acme"),
        ("Qianlan-2 (236B) leads", "Qianlan-2 (236B", "Qianlan-2"),
        ("千蓝-2（236B）领先", "千蓝-2（236B", "千蓝-2"),
        ("- **Acme Labs**: pays", "**Acme Labs**:", "Acme Labs"),
        ("| Acme Labs | 5", "| Acme Labs |", "Acme Labs"),
        ("He left —Acme— behind", "—Acme—", "Acme"),
    ],
)
def test_a_name_is_trimmed(text: str, part: str, expected: str) -> None:
    [(written, name, _)] = read(text, seen(text, part, "ORG"))
    assert (written, name) == (expected, expected)


@pytest.mark.parametrize(("text", "part"), [("It is 2,048 now", "2,048"), ("It is “” now", "“”"), ("a X b", "X")])
def test_what_has_no_name_left_is_none(text: str, part: str) -> None:
    assert read(text, seen(text, part, "PROD")) == []


def test_one_han_character_may_be_a_name() -> None:
    text = "黄仁勋来台访问"
    assert read(text, seen(text, "台", "LOC")) == [("台", "台", "place")]


# --- scores and votes


@pytest.mark.parametrize(("score", "expected"), [(0.6, ["Acme"]), (0.59, [])])
def test_a_name_needs_a_score(score: float, expected: list[str]) -> None:
    text = "We saw Acme there"
    assert words(text, seen(text, "Acme", "ORG", score)) == expected


def test_a_doubtful_name_counts_where_it_is_sure_elsewhere() -> None:
    text = "An Acme here, an Acme there"
    entities = [seen(text, "Acme", "ORG", 0.9), seen(text, "Acme", "ORG", 0.55, nth=1)]
    assert words(text, *entities) == ["Acme", "Acme"]


def test_a_name_has_one_kind_by_vote() -> None:
    text = "Orca, then Orca, then Orca"
    votes = [("PROD", 0.7), ("ORG", 0.9), ("PROD", 0.7)]
    entities = [seen(text, "Orca", label, score, nth=n) for n, (label, score) in enumerate(votes)]
    assert read(text, *entities) == [("Orca", "Orca", "product")] * 3


def test_the_score_is_the_best_of_its_places() -> None:
    text = "An Acme here, an Acme there"
    merged = merge(text, [], [], [seen(text, "Acme", "ORG", 0.61), seen(text, "Acme", "ORG", 0.87, nth=1)])
    assert [(m.score, m.known) for m in merged] == [(0.87, False)] * 2


# --- a name in other sentences


def test_a_sure_name_is_a_name_everywhere() -> None:
    text = "Acme Labs pays. So says Acme Labs. (Acme Labs)"
    assert words(text, seen(text, "Acme Labs", "ORG", 0.8)) == ["Acme Labs"] * 3
    assert words(text, seen(text, "Acme Labs", "ORG", 0.79)) == ["Acme Labs"]


def test_a_name_is_not_found_within_a_longer_word() -> None:
    text = "Orca pays; Orcas swim, Orca-like, preOrca, Orca2 and Orca."
    found = merge(text, [], [], [seen(text, "Orca", "ORG")])
    assert [m.start for m in found] == [0, text.index("Orca-like"), text.rindex("Orca")]


def test_han_around_a_name_is_no_longer_word() -> None:
    text = "海蓝科技上涨，他说海蓝科技很好；用Orca做题，Orca很好"
    entities = [seen(text, "海蓝科技", "ORG"), seen(text, "Orca", "PROD")]
    assert words(text, *entities) == ["海蓝科技", "海蓝科技", "Orca", "Orca"]


@pytest.mark.parametrize("name", ["Al", "kiwi", "台"])
def test_a_short_or_small_name_is_not_sought_elsewhere(name: str) -> None:
    text = f"{name} , {name} ."
    assert words(text, seen(text, name, "PER", 0.99)) == [name]


def test_the_longer_name_is_marked_first() -> None:
    text = "Acme pays. Acme Labs paid."
    entities = [seen(text, "Acme", "ORG"), seen(text, "Acme Labs", "ORG")]
    assert words(text, *entities) == ["Acme", "Acme Labs"]


def test_a_name_found_elsewhere_yields_to_the_base() -> None:
    text = "Turbo came. GPT-4 Turbo costs."
    base = listed(text, "GPT-4 Turbo", "GPT-4 Turbo", "model")
    assert read(text, base, seen(text, "Turbo", "PROD")) == [
        ("Turbo", "Turbo", "product"),
        ("GPT-4 Turbo", "GPT-4 Turbo", "model"),
    ]


def test_a_surname_alone_takes_the_full_name() -> None:
    text = "Priya Nair spoke. Nair left. Nair Labs stays."
    entities = [seen(text, "Priya Nair", "PER"), seen(text, "Nair", "PER", nth=1)]
    assert read(text, *entities, seen(text, "Nair Labs", "ORG")) == [
        ("Priya Nair", "Priya Nair", "person"),
        ("Nair", "Priya Nair", "person"),
        ("Nair Labs", "Nair Labs", "organisation"),
    ]


# --- capitals


def test_capitals_tell_where_the_model_is_silent() -> None:
    text = "Gridline Compute pays Acme."
    assert read(text, told(text, "Gridline Compute"), seen(text, "Acme", "ORG")) == [
        ("Gridline Compute", "Gridline Compute", "unknown"),
        ("Acme", "Acme", "organisation"),
    ]


def test_the_model_gives_a_kind_to_what_capitals_tell() -> None:
    text = "Gridline Compute pays."
    assert read(text, told(text, "Gridline Compute"), seen(text, "Gridline Compute", "ORG")) == [
        ("Gridline Compute", "Gridline Compute", "organisation")
    ]


def test_a_name_grows_to_the_end_of_its_word() -> None:
    text = "They like Falcon-180B best."
    assert read(text, told(text, "Falcon-180B"), seen(text, "Falcon", "PROD")) == [
        ("Falcon-180B", "Falcon-180B", "product")
    ]


def test_a_name_does_not_grow_over_a_space() -> None:
    text = "They like Falcon Heavy best."
    assert words(text, told(text, "Falcon Heavy"), seen(text, "Falcon", "PROD")) == ["Falcon"]


def test_nothing_in_nothing_out() -> None:
    assert merge("", [], [], []) == []


# --- any input

TEXTS = st.sampled_from(
    [
        "Acme (Acme Labs) pays Huawei Cloud’s 5 million. Acme Labs. Falcon-180B!",
        "香港寬頻與香港，海蓝科技（海蓝）“海蓝科技”2048块H800。",
        "« Le Dow » d'Orca, Orca Inc. et Orca 3,5 %.",
    ]
)


@st.composite
def spans(draw: st.DrawFn, text: str, most: int = 5) -> list[tuple[int, int]]:
    """Spans in order that do not overlap."""
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=2 * most)))
    return list(zip(cuts[::2], cuts[1::2], strict=False))


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, list[Mention], list[Mention], list[Entity], list[tuple[int, int]]]:
    text = draw(TEXTS)
    kinds = st.sampled_from(["organisation", "country", "model", "person"])
    base = [Mention(a, b, "X", draw(kinds), True, 1.0) for a, b in draw(spans(text))]
    free = [s for s in draw(spans(text)) if not any(m.start < s[1] and s[0] < m.end for m in base)]
    capitals = [Mention(a, b, text[a:b], "unknown", False, 0.4) for a, b in free]
    scores = st.floats(0, 1, allow_nan=False)
    entities = [Entity(a, b, draw(st.sampled_from(sorted(KINDS))), draw(scores)) for a, b in draw(spans(text))]
    return text, base, capitals, entities, draw(spans(text, 2))


@given(cases())
@settings(deadline=None)
def test_any_three_lists_give_one_in_order_and_apart(
    case: tuple[str, list[Mention], list[Mention], list[Entity], list[tuple[int, int]]],
) -> None:
    text, *lists = case
    merged = merge(text, *lists)
    assert all(before.end <= after.start for before, after in pairwise(merged))
    assert all(0 <= m.start < m.end <= len(text) for m in merged)
    found = [m for m in merged if not m.known and m.kind != "unknown"]
    assert all(not text[m.start].isspace() and not text[m.end - 1].isspace() for m in found)
    assert merge(text, *lists) == merged
