"""Names that no list holds, told by their capitals or their stock code; peoples' adjectives beside groups."""

from __future__ import annotations

import pytest

from newslens.entities.mentions import Mention
from newslens.entities.unlisted import find_groups, find_unlisted, pack_small_words
from newslens.languages.pack import load_pack
from newslens.languages.view import view_text
from newslens.records import LANGUAGES


def names(text: str, language: str, known: tuple[Mention, ...] = ()) -> list[str]:
    found = find_unlisted(view_text(text), known, load_pack(language))
    assert all(mention.name == text[mention.start : mention.end] for mention in found)
    assert not any(mention.known for mention in found)
    return [mention.name for mention in found]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Priya Nair runs Gridline Compute.", ["Priya Nair", "Gridline Compute"]),
        ("en", "The firm sold Orphée-2 to Nair's rivals.", ["Orphée-2", "Nair"]),
        ("en", "They called A&B Labs and McKenzie.", ["A&B Labs", "McKenzie"]),
        ("en", "Then Bank of Elbonia paid.", ["Bank of Elbonia"]),
        ("en", "GPU, API and USD stay out. Monday too.", []),
        ("en", "Nothing here has a name.", []),
        ("en", "It runs at @Home and on www.Example.com.", []),
        (
            "fr",
            "Selon Inès Kadri, la société Voltaire Calcul prépare Orphée-2.",
            ["Inès Kadri", "Voltaire Calcul", "Orphée-2"],
        ),
        ("fr", "Le groupe a payé. Les autres non.", []),
        ("zh", "香港宽频（1310）收报5.03元。", ["香港宽频"]),
        ("zh", "昨日，海蓝科技(SZ:300999)上涨。", ["海蓝科技"]),
        ("zh", "股价上涨。", []),
    ],
)
def test_capitals_and_stock_codes_tell_names(language: str, text: str, expected: list[str]) -> None:
    assert names(text, language) == expected


def test_a_single_word_that_opens_a_sentence_needs_another_witness() -> None:
    assert names("Orbital was quiet.", "en") == []
    assert names("Orbital was quiet. Then we saw Orbital again.", "en") == ["Orbital", "Orbital"]


def test_headlines_give_no_names() -> None:
    assert names("Gridline Compute Opens New Data Center In Ohio\n\nIt did.", "en") == []
    assert names("Gridline Compute opens a new data center in Ohio.", "en") == ["Gridline Compute", "Ohio"]


def test_known_names_are_left_alone() -> None:
    known = (Mention(0, 10, "Priya Nair", "person", True, 1.0),)
    assert names("Priya Nair runs Gridline Compute.", "en", known) == ["Gridline Compute"]


def test_a_name_ends_where_the_script_changes() -> None:
    assert [name for name in names("标准版免费，Pro版每月200美元。", "zh") if "美元" in name] == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en",
            "American models and Chinese companies compete.",
            {"United States": "American models", "China": "Chinese companies"},
        ),
        ("en", "American food and the Chinese language.", {}),
        (
            "fr",
            "les géants chinois et les entreprises américaines",
            {"China": "géants chinois", "United States": "entreprises américaines"},
        ),
        ("fr", "la cuisine chinoise", {}),
    ],
)
def test_a_people_beside_a_group_is_its_country(language: str, text: str, expected: dict[str, str]) -> None:
    found = find_groups(view_text(text), load_pack(language))
    assert {mention.name: text[mention.start : mention.end] for mention in found} == expected
    assert {mention.kind for mention in found} <= {"country"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_small_words_are_lower_case(language: str) -> None:
    assert all(word == word.lower() for word in pack_small_words(language))
