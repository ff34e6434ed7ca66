"""Which sentences a names model is given to read."""

from __future__ import annotations

import pytest
from claim_documents import lay_out

from newslens.claims.document import Document
from newslens.claims.ranker import LearnedJudge
from newslens.claims.reach import lines_to_read
from newslens.entities.tagging import Entity

FILLER = "Nobody from Ostrander Labs wished to answer. "


def read_of(text: str, language: str, *, judged: bool = True) -> list[str]:
    document = lay_out(text, language)
    lines = lines_to_read(document, LearnedJudge() if judged else None)
    return [document.view.text[line.start : line.end].strip() for line in lines or ()]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "Brindlewick Systems was founded by Ana Moreau. It rained on Monday in Ostrander. He left on 3 May 2024.",
        ),
        ("fr", "La société Brindlec a été fondée par Ana Moreau. Elle emploie Jean Kerbrat depuis le 3 mai 2024."),
        ("zh", "青桐智能由周启明创立。他在2024年5月3日离职。"),
    ],
)
def test_an_article_without_a_figure_of_a_unit_needs_no_model(language: str, text: str) -> None:
    assert read_of(text, language) == []


@pytest.mark.parametrize(
    ("language", "figure"),
    [
        ("en", "Brindlewick Systems spent $5.6 million on training its model."),
        ("fr", "Brindlec a dépensé 5,6 millions de dollars pour entraîner son modèle."),
        ("zh", "青桐智能训练该模型花费560万美元。"),
    ],
)
def test_a_figure_that_may_state_a_claim_is_read(language: str, figure: str) -> None:
    assert figure in read_of(figure, language)


def test_what_stands_around_and_the_opening_are_read_the_rest_is_not() -> None:
    far = "Ostrander Labs stayed away. "
    text = f"Opening by Ana Moreau. {far * 6}{FILLER * 2}Quarrel AI spent $5.6 million on training. {FILLER}{far * 3}"
    assert read_of(text, "en") == [
        "Opening by Ana Moreau.",
        *[far.strip()] * 2,
        *[FILLER.strip()] * 2,
        "Quarrel AI spent $5.6 million on training.",
        FILLER.strip(),
    ]


def test_a_figure_that_hardly_states_a_claim_is_left_out_unless_nobody_judges() -> None:
    text = "Ostrander Labs says that 12 % of its readers in Gdynia sleep with the window open."
    assert read_of(text, "en") == []
    assert read_of(text, "en", judged=False) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "DeepSeek spent $5.6 million to train DeepSeek-V3 on 2,048 H800.",
        "The company spent $5.6 million on training.",
    ],
)
def test_a_sentence_whose_capitals_are_all_known_holds_nothing_for_a_model(text: str) -> None:
    assert read_of(text, "en") == []


def test_a_sentence_with_an_unlisted_name_beside_known_ones_is_read() -> None:
    text = "DeepSeek spent $5.6 million, says Quarrel AI."
    assert read_of(text, "en") == [text]


def test_what_the_model_finds_replaces_what_was_known_before() -> None:
    text = "Shares of orrin fell 12%."
    document: Document = lay_out(text, "en")
    assert document.name_counts == {}
    document.recognise(_Knows("orrin"), document.lines)
    assert dict(document.name_counts) == {"orrin": 1}
    assert [m.name for m in document.lines[0].mentions] == ["orrin"]


class _Knows:
    """A names model that knows one firm."""

    version = "test"

    def __init__(self, name: str) -> None:
        self.name = name

    def tag(self, texts: list[str]) -> list[list[Entity]]:
        return [
            [Entity(at, at + len(self.name), "ORG", 0.99)] if (at := text.find(self.name)) >= 0 else []
            for text in texts
        ]
