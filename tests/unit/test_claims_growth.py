"""What an article costs grows with its figures, not with their square: one sentence may hold thousands of them.

Counted in calls, which no other work on the machine changes.
"""

from __future__ import annotations

from collections.abc import Callable
from cProfile import Profile

import pytest

from newslens.pipeline import Setup, read_article
from newslens.records import Article

MOST = 2.5
"""Times as many calls for twice as many figures: 2 would be linear, 4 square."""

OPENINGS = {
    "en": "The company said that it was the cost of training in the year and that ",
    "fr": "La société a dit que les coûts de formation de cette année étaient de ",
    "zh": "该公司表示，今年该模型的训练成本和价格以及营业收入分别约为",
}
FIGURES = {"en": "${} million", "fr": "{} millions d'euros", "zh": "{}万美元"}
LINKS = {"en": " and the ", "fr": " et les ", "zh": "和"}
COMMAS = {"en": ", the ", "fr": ", les ", "zh": "，"}


def _figures(language: str, count: int) -> list[str]:
    return [FIGURES[language].format(2 + 37 * number % 997) for number in range(count)]


def in_a_sentence(language: str, count: int) -> str:
    return OPENINGS[language] + LINKS[language].join(_figures(language, count))


def in_a_list(language: str, count: int) -> str:
    return OPENINGS[language] + COMMAS[language].join(_figures(language, count))


def in_a_row(language: str, count: int) -> str:
    return f"| {OPENINGS[language]} | " + " | ".join(_figures(language, count)) + " |"


def in_lines(language: str, count: int) -> str:
    return OPENINGS[language] + "\n" + "\n".join(_figures(language, count))


def with_names(language: str, count: int) -> str:
    names = ("DeepSeek", "OpenAI", "Nvidia")
    named = [f"{names[i % 3]} {figure}" for i, figure in enumerate(_figures(language, count))]
    return OPENINGS[language] + COMMAS[language].join(named)


def with_cues(language: str, count: int) -> str:
    cues = {"en": "the training cost says ", "fr": "le coût de formation selon ", "zh": "据报道训练成本为"}[language]
    return OPENINGS[language] + COMMAS[language].join(cues + figure for figure in _figures(language, count))


def calls(text: str, language: str) -> int:
    article = Article(source="x", text=text, language=language)
    read_article(article, setup=Setup(ner="none"))  # what is read once, of packs and names, does not count
    profile = Profile()
    profile.enable()
    extraction = read_article(article, setup=Setup(ner="none"))
    profile.disable()
    assert len(extraction.claims) + extraction.unclaimed >= text.count("|") - 3  # the sentence was read
    return sum(entry.callcount + entry.reccallcount for entry in profile.getstats())


@pytest.mark.parametrize("language", ["en", "fr", "zh"])
@pytest.mark.parametrize(
    ("shape", "count"),
    [(in_a_sentence, 80), (in_a_list, 80), (in_a_row, 80), (in_lines, 80), (with_names, 50), (with_cues, 80)],
)
def test_twice_the_figures_cost_twice_the_work(shape: Callable[[str, int], str], count: int, language: str) -> None:
    few, many = calls(shape(language, count), language), calls(shape(language, 2 * count), language)
    assert many > 1.5 * few
    assert many < MOST * few
