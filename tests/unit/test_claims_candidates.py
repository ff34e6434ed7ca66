"""Who or what a figure is about: lists read side by side, owners, plans, and what follows "for"."""

from __future__ import annotations

import pytest
from claim_documents import FixedJudge, claims_of, known_gap, lay_out, number, scene_of, scenes_of

from newslens.claims.candidates import gather, plans
from newslens.claims.name_lists import alignment
from newslens.claims.scene import Scene
from newslens.claims.subjects import Subjects
from newslens.records import ClaimType

EVERY_KIND = ("organisation", "model", "product", "index", "country", "project", "chip", "person", "outlet", "unknown")


def subjects(text: str, language: str) -> list[tuple[float | None, str | None]]:
    return [(number(c.value_low), c.subject) for c in claims_of(text, language)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Shares of Nvidia, Broadcom and TSMC fell 17%, 19% and 12% respectively."),
        ("en", "Nvidia, Broadcom and TSMC lost 17%, 19% and 12% on the stock market."),
        ("fr", "Nvidia, Broadcom et TSMC ont perdu respectivement 17 %, 19 % et 12 % en Bourse."),
        ("zh", "英伟达、博通、台积电股价分别下跌17%、19%和12%。"),
    ],
)
def test_lists_of_names_and_figures_are_read_side_by_side(language: str, text: str) -> None:
    assert subjects(text, language) == [(-17, "Nvidia"), (-19, "Broadcom"), (-12, "TSMC")]
    scenes = scenes_of(text, language)
    fits = [[alignment(scene, m) for m in scene.line.mentions if m.kind == "organisation"] for scene in scenes]
    assert fits == [[i == j for j in range(3)] for i in range(3)]


@pytest.mark.parametrize(
    "text",
    ["Nvidia and Broadcom fell 17%.", "Nvidia fell 17% and 19%.", "Nvidia and Broadcom and TSMC fell 17% and 19%."],
)
def test_lists_of_unlike_length_say_nothing(text: str) -> None:
    scene = scenes_of(text, "en")[0]
    assert {alignment(scene, mention) for mention in scene.line.mentions} == {None}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en",
            "DeepSeek spent $5.6 million on training, compared with $100 million for GPT-4.",
            [(5.6e6, "DeepSeek"), (1e8, "GPT-4")],
        ),
        (
            "fr",
            "L'entraînement a coûté 5,6 millions de dollars à DeepSeek, contre 100 millions de dollars pour GPT-4.",
            [(5.6e6, "DeepSeek"), (1e8, "GPT-4")],
        ),
        (
            "zh",
            "DeepSeek-V3的训练成本为560万美元，而GPT-4为1亿美元。",
            [(5.6e6, "DeepSeek-V3"), (1e8, "GPT-4")],
        ),
    ],
)
def test_what_is_compared_has_its_own_subject(language, text, expected) -> None:
    assert subjects(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en",
            "OpenAI sells ChatGPT in tiers. Plus costs $20 a month and Pro costs $200 a month.",
            [(20, "ChatGPT Plus"), (200, "ChatGPT Pro")],
        ),
        (
            "fr",
            "OpenAI propose deux offres : ChatGPT Plus à 20 dollars par mois et ChatGPT Pro à 200 dollars par mois.",
            [(20, "ChatGPT Plus"), (200, "ChatGPT Pro")],
        ),
        ("zh", "ChatGPT Plus每月收费20美元。", [(20, "ChatGPT Plus")]),
        known_gap(
            "a name that no list holds runs on into Han signs and takes the figure in",
            "zh",
            "ChatGPT Plus每月收费20美元，Pro版每月200美元。",
            [(20, "ChatGPT Plus"), (200, "ChatGPT Pro")],
        ),
    ],
)
def test_a_tier_stands_for_the_plan(language, text, expected) -> None:
    assert subjects(text, language) == expected


def test_plans_are_offered_only_where_their_product_or_maker_is_spoken_of() -> None:
    told = scene_of("OpenAI has tiers. Plus costs $20 a month.", "en", "$20")
    assert "ChatGPT Plus" in [candidate.name for candidate in plans(told)]
    untold = scene_of("The bakery has tiers. Plus costs $20 a month.", "en", "$20")
    assert plans(untold) == []


def test_the_company_is_the_one_named_before() -> None:
    assert subjects("Mistral AI raised 600 million euros. The company is valued at 6 billion dollars.", "en") == [
        (6e8, "Mistral AI"),
        (6e9, "Mistral AI"),
    ]


def test_candidates_stand_in_reading_order_with_nobody_first() -> None:
    text = "Nvidia grew.\n\nOpenAI paid Microsoft $5 million.\n\nMeta did not."
    document = lay_out(text, "en", "Anthropic and its rivals")
    line = next(line for line in document.lines if line.quantities)
    found = gather(Scene(document, line, line.quantities[0]), EVERY_KIND)
    assert [(c.name, c.origin) for c in found] == [
        (None, "none"),
        ("OpenAI", "line"),
        ("Microsoft", "line"),
        ("Nvidia", "back1"),
        ("Meta", "next"),
        ("Anthropic", "title"),
    ]


def test_the_article_has_a_focus_however_near_others_stand() -> None:
    text = "News.\n\nAnthropic grew. Anthropic hired.\n\nRain.\n\nSnow.\n\nWind.\n\nOpenAI paid $5 million."
    document = lay_out(text, "en")
    found = gather(Scene(document, document.lines[-1], document.lines[-1].quantities[0]), EVERY_KIND)
    assert ("Anthropic", "focus") in [(c.name, c.origin) for c in found]


@pytest.mark.parametrize(
    ("claim_type", "expected"), [("investment", "Alphabet"), ("revenue", "Alphabet"), ("model_size", "Google")]
)
def test_shares_and_accounts_are_of_the_listed_firm(claim_type: ClaimType, expected: str) -> None:
    scene = scene_of("Google plans to spend $75 billion this year.", "en", "$75")
    subject, _ = Subjects(scene.document, FixedJudge(1)).choose_subject(scene, claim_type, None)
    assert subject == expected


def test_whom_a_known_figure_is_told_of_is_asked_wherever_the_article_names_it() -> None:
    lines = "DeepSeek-V3 is out.\n\n" + "It rained in Paris.\n\n" * 5 + "Five days, 2.788 million GPU hours."
    scene = scene_of(lines, "en", "2.788")
    judge = FixedJudge(99)  # takes the last candidate
    assert Subjects(scene.document, judge).choose_subject(scene, "compute_time", None)[0] == "DeepSeek-V3"


def test_the_maker_of_what_a_line_names_is_a_candidate() -> None:
    found = gather(scene_of("ChatGPT brought in $5 million.", "en", "$5"), EVERY_KIND)
    assert ("OpenAI", "owner") in [(c.name, c.origin) for c in found]


def test_only_wanted_kinds_and_no_name_inside_the_figure_are_candidates() -> None:
    scene = scene_of("DeepSeek bought 2,048 H800 chips from Nvidia.", "en", "2,048")
    assert [c.name for c in gather(scene, ("chip",))] == [None]
    assert [c.name for c in gather(scene, ("organisation",))] == [None, "DeepSeek", "Nvidia"]


def test_a_row_takes_its_label_and_not_the_rows_above() -> None:
    text = "| Model | Cost |\n|---|---|\n| GPT-4 | $78 million |\n| o1 | $90 million |"
    found = [c for c in gather(scene_of(text, "en", "$90"), EVERY_KIND) if c.name == "GPT-4" or c.origin == "label"]
    assert [(c.name, c.origin) for c in found] == [("o1", "label")]


def test_a_section_is_about_the_name_in_its_heading() -> None:
    text = "## OpenAI\nTraining GPT-4 cost $100 million.\n\n## DeepSeek\nTraining the model cost $6 million."
    assert subjects(text, "en") == [(1e8, "GPT-4"), (6e6, "DeepSeek")]
