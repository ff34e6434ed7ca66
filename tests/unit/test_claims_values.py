"""Values as the contract wants them: ratios turned, losses signed, results with their facet."""

from __future__ import annotations

from decimal import Decimal

import pytest
from claim_documents import FixedJudge, claims_of, known_gap, number, scene_of, scenes_of

from newslens.claims.values import (
    DIRECTIONS,
    RESULTS,
    SENSES,
    direction_features,
    fallen,
    ratio_value,
    sense_features,
    settle_value,
)
from newslens.records import Quantity


def quantity(low: str | None, high: str | None, bound: str, unit: str) -> Quantity:
    return Quantity(0, 1, None if low is None else Decimal(low), None if high is None else Decimal(high), bound, unit)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stated", "sense", "low", "high", "bound"),
    [
        (("90", "90", "exact", "percent"), "cheaper", 0.1, 0.1, "exact"),
        (("90", None, "at_least", "percent"), "cheaper", None, 0.1, "at_most"),
        ((None, "40", "at_most", "percent"), "cheaper", 0.6, None, "at_least"),
        (("90", "95", "range", "percent"), "cheaper", 0.05, 0.1, "range"),
        (("25", "25", "approx", "percent"), "dearer", 1.25, 1.25, "approx"),
        (("25", None, "at_least", "percent"), "dearer", 1.25, None, "at_least"),
        (("8", "8", "exact", "percent"), "part", 0.08, 0.08, "exact"),
        ((None, "8", "at_most", "percent"), "part", None, 0.08, "at_most"),
        (("8", "8", "exact", "ratio"), "cheaper", 0.125, 0.125, "exact"),
        (("20", "40", "range", "ratio"), "cheaper", 0.025, 0.05, "range"),
        (("50", None, "at_least", "ratio"), "cheaper", None, 0.02, "at_most"),
        ((None, "50", "at_most", "ratio"), "cheaper", 0.02, None, "at_least"),
        (("4", "4", "exact", "ratio"), "dearer", 4, 4, "exact"),
        (("4", None, "at_least", "ratio"), "dearer", 4, None, "at_least"),
        (("0.05", "0.05", "exact", "ratio"), "part", 0.05, 0.05, "exact"),
        (("0.05", "0.05", "exact", "ratio"), "cheaper", 0.05, 0.05, "exact"),
        ((None, "0.05", "at_most", "ratio"), "cheaper", None, 0.05, "at_most"),
    ],
)
def test_a_ratio_is_the_subjects_cost_over_the_objects(stated, sense, low, high, bound) -> None:
    value = ratio_value(quantity(*stated), sense)
    assert (number(value.low), number(value.high), value.bound, value.unit) == (low, high, bound, "ratio")


@pytest.mark.parametrize(
    ("stated", "bounds"),
    [
        (("17", "17", "exact", "percent"), (-17, -17)),
        (("-17", "-17", "exact", "percent"), (-17, -17)),
        (("13", None, "at_least", "percent"), (-13, None)),
        ((None, "5", "at_most", "percent"), (None, -5)),
        (("15", "18", "range", "percent"), (-18, -15)),
        (("4", "4", "approx", "USD"), (-4, -4)),
    ],
)
def test_bounds_of_a_loss_are_bounds_of_its_size(stated, bounds) -> None:
    assert fallen(quantity(*stated)) == bounds


def test_a_list_that_signs_its_falls_has_rises_besides() -> None:
    text = "该指数近五年涨跌幅：2020年，109.31%；2021年，-36.61%；2022年，23.04%。"
    judge = FixedJudge(DIRECTIONS.index("fall"))
    found = [settle_value(scene, "share_price_change", "percent", judge) for scene in scenes_of(text, "zh")]
    assert [float(value.low or 0) for value in found if value] == [109.31, -36.61, 23.04]
    assert judge.asked == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Nvidia dropped 17% (-16.97%).", [-17, -16.97]),
        ("fr", "Lundi, Nvidia a chuté de 17 % (-16,97 % à la clôture).", [-17, -16.97]),
        ("en", "Shares fell: Nvidia 17%, AMD -6%, Dell 9%.", [-17, -6, -9]),
    ],
)
def test_where_only_falling_is_spoken_of_a_sign_beside_tells_nothing(language, text, expected) -> None:
    assert [float(c.value_low or 0) for c in claims_of(text, language, "share_price_change")] == expected


@pytest.mark.parametrize(
    ("text", "language", "quote", "direction", "low"),
    [
        ("Broadcom moved 12% in a day.", "en", "12%", "fall", -12),
        ("Broadcom moved 12% in a day.", "en", "12%", "rise", 12),
        ("Broadcom a bougé de 12 % en un jour.", "fr", "12 %", "fall", -12),
        ("博通股价变动12%。", "zh", "12%", "fall", -12),
    ],
)
def test_an_unsigned_move_takes_the_direction_decided(text, language, quote, direction, low) -> None:
    judge = FixedJudge(DIRECTIONS.index(direction))
    value = settle_value(scene_of(text, language, quote), "share_price_change", "percent", judge)
    assert (value.low, value.high, value.unit) == (low, low, "percent")
    assert judge.asked == ["direction"]


@pytest.mark.parametrize(("quote", "low"), [("-3.4%", Decimal("-3.4")), ("+3.4%", Decimal("3.4"))])
def test_a_written_sign_needs_no_decision(quote: str, low: Decimal) -> None:
    judge = FixedJudge(0 if low > 0 else 1)  # the other way round
    value = settle_value(scene_of(f"Broadcom: {quote}", "en", quote), "share_price_change", "percent", judge)
    assert (value.low, judge.asked) == (low, [])


@pytest.mark.parametrize(
    ("result", "facet", "low"), [("revenue", "revenue", 40), ("profit", "profit", 40), ("loss", "profit", -40)]
)
def test_a_loss_is_a_negative_profit(result: str, facet: str, low: int) -> None:
    scene = scene_of("The firm booked $40 here.", "en", "$40")
    value = settle_value(scene, "revenue", "USD", FixedJudge(RESULTS.index(result)))
    assert (value.facet, value.low, value.unit[:3]) == (facet, low, "USD")


def test_money_is_no_margin_and_a_percentage_is_one() -> None:
    margin = RESULTS.index("margin")
    money = settle_value(scene_of("The firm booked $40 here.", "en", "$40"), "revenue", "USD", FixedJudge(margin))
    share = settle_value(scene_of("The firm kept 40% of it.", "en", "40%"), "revenue", "percent", FixedJudge(0))
    assert (money.facet, share.facet) == ("profit", "margin")


def test_other_types_keep_the_quantity_as_it_is() -> None:
    scene = scene_of("They bought over 900 chips.", "en", "900 chips")
    judge = FixedJudge(0)
    value = settle_value(scene, "chip_count", "chip", judge)
    assert (value.low, value.high, value.bound, value.facet, judge.asked) == (900, None, "at_least", None, [])


def test_features_stand_in_the_order_of_their_choices() -> None:
    scene = scene_of("Qwen is 40% cheaper and its shares fell.", "en", "40%")
    assert [next(iter(f)).split("|")[0] for f in sense_features(scene)] == list(SENSES)
    falls, rises = direction_features(scene)
    assert falls["own"] == rises["other"] > 0
    assert falls["other"] == rises["own"] == 0


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        # (value_low, value_high, bound, subject, object)
        ("en", "Llama 3 is 80% cheaper than GPT-4o.", (0.2, 0.2, "exact", "Llama 3", "GPT-4o")),
        (
            "en",
            "DeepSeek-R1 is more than 90% cheaper to run than OpenAI's o1.",
            (None, 0.1, "at_most", "DeepSeek-R1", "o1"),
        ),
        ("en", "DeepSeek-R1 costs up to 50 times less than o1.", (0.02, None, "at_least", "DeepSeek-R1", "o1")),
        ("en", "DeepSeek-V3 is 20 to 40 times cheaper than GPT-4.", (0.025, 0.05, "range", "DeepSeek-V3", "GPT-4")),
        ("en", "DeepSeek-V3 is between 90% and 95% cheaper than GPT-4.", (0.05, 0.1, "range", "DeepSeek-V3", "GPT-4")),
        (
            "en",
            "DeepSeek-R1 was trained for a thirtieth of the cost of o1.",
            (0.033333, 0.033333, "exact", "DeepSeek-R1", "o1"),
        ),
        ("en", "Training o1 cost four times as much as DeepSeek-R1.", (4, 4, "exact", "o1", "DeepSeek-R1")),
        known_gap(
            "a multiple is taken for no claim unless a word of cost stands before it",
            "en",
            "GPT-4 is four times as expensive as DeepSeek-V3.",
            (4, 4, "exact", "GPT-4", "DeepSeek-V3"),
        ),
        ("en", "DeepSeek cut its API prices by 75%.", (0.25, 0.25, "exact", "DeepSeek", None)),
        ("fr", "DeepSeek-R1 coûte 30 fois moins cher que o1.", (0.033333, 0.033333, "exact", "DeepSeek-R1", "o1")),
        (
            "fr",
            "DeepSeek-V3 est jusqu'à 30 fois moins cher que GPT-4.",
            (0.033333, None, "at_least", "DeepSeek-V3", "GPT-4"),
        ),
        ("fr", "GPT-4 est dix fois plus cher que DeepSeek-V3.", (10, 10, "exact", "GPT-4", "DeepSeek-V3")),
        (
            "fr",
            "Le coût de DeepSeek-V3 représente un dixième de celui de GPT-4.",
            (0.1, 0.1, "exact", "DeepSeek-V3", "GPT-4"),
        ),
        ("fr", "DeepSeek a réduit ses prix de 60 %.", (0.4, 0.4, "exact", "DeepSeek", None)),
        ("zh", "DeepSeek-R1比o1便宜90%。", (0.1, 0.1, "exact", "DeepSeek-R1", "o1")),
        ("zh", "DeepSeek-R1的价格仅为o1的三十分之一。", (0.033333, 0.033333, "exact", "DeepSeek-R1", "o1")),
        ("zh", "DeepSeek-V3的成本比GPT-4低90%以上。", (None, 0.1, "at_most", "DeepSeek-V3", "GPT-4")),
        ("zh", "DeepSeek-V3与GPT-4的训练成本相差12倍。", (0.083333, 0.083333, "exact", "DeepSeek-V3", "GPT-4")),
        ("zh", "DeepSeek-V3的API价格打3折。", (0.3, 0.3, "exact", "DeepSeek-V3", None)),
        known_gap(
            "a multiple is taken for no claim unless a word of cost stands before it",
            "zh",
            "DeepSeek涨价5倍。",
            (5, 5, "exact", "DeepSeek", None),
        ),
    ],
)
def test_sentences_that_compare_costs(language, text, expected) -> None:
    [claim] = claims_of(text, language)
    assert claim.claim_type == "cost_ratio"
    assert claim.unit == "ratio"
    assert (number(claim.value_low), number(claim.value_high), claim.bound, claim.subject, claim.object) == expected


@pytest.mark.parametrize(
    ("language", "text", "claim_type", "expected"),
    [
        ("en", "Nvidia shares fell more than 13%.", "share_price_change", (-13, None, "at_least", "percent")),
        ("en", "Nvidia shares rose 9% on Tuesday.", "share_price_change", (9, 9, "exact", "percent")),
        (
            "en",
            "Nvidia lost nearly $600 billion in market value.",
            "market_value_change",
            (-6e11, -6e11, "approx", "USD"),
        ),
        known_gap(
            "could lose: the loss comes out positive",
            "en",
            "Alphabet could lose up to $5bn of its market value.",
            "market_value_change",
            (None, -5e9, "at_most", "USD"),
        ),
        ("fr", "L'action Nvidia a chuté de 17 %.", "share_price_change", (-17, -17, "exact", "percent")),
        (
            "fr",
            "Les actions de Broadcom ont reculé de 15 à 18 %.",
            "share_price_change",
            (-18, -15, "range", "percent"),
        ),
        (
            "fr",
            "Nvidia a perdu plus de 500 milliards de dollars de capitalisation boursière.",
            "market_value_change",
            (-5e11, None, "at_least", "USD"),
        ),
        ("zh", "英伟达股价跌超13%。", "share_price_change", (-13, None, "at_least", "percent")),
        ("zh", "英伟达市值蒸发5890亿美元。", "market_value_change", (-5.89e11, -5.89e11, "exact", "USD")),
    ],
)
def test_sentences_on_the_stock_market(language, text, claim_type, expected) -> None:
    [claim] = claims_of(text, language)
    assert claim.claim_type == claim_type
    assert (number(claim.value_low), number(claim.value_high), claim.bound, claim.unit) == expected
