"""From scores for pieces of words to names: whole words, legal sequences, exact characters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newslens.entities.tagging import TAGS, Entity, Word, decode, find_words

SURE = 0.92


def row(tag: str, share: float = SURE) -> list[float]:
    """A piece's probabilities: `share` on the tag, the rest even on the others."""
    return [share if other == tag else (1 - share) / (len(TAGS) - 1) for other in TAGS]


def mixed(**shares: float) -> list[float]:
    """A piece's probabilities by tag, `B_PER=0.4`; what is left over is `O`."""
    named = {tag.replace("_", "-"): share for tag, share in shares.items()}
    named["O"] = named.get("O", 0.0) + 1 - sum(named.values())
    return [named.get(tag, 0.0) for tag in TAGS]


def pieces(text: str, *parts: str) -> list[tuple[int, int]]:
    """Where the parts stand in the text, one behind the other."""
    offsets, at = [], 0
    for part in parts:
        at = text.index(part, at)
        offsets.append((at, at + len(part)))
        at += len(part)
    return offsets


def names(text: str, offsets: list[tuple[int, int]], rows: list[list[float]]) -> list[tuple[str, str]]:
    found = decode(text, offsets, np.array(rows), TAGS)
    return [(text[entity.start : entity.end], entity.label) for entity in found]


def words(text: str, offsets: list[tuple[int, int]]) -> list[tuple[str, tuple[int, ...]]]:
    return [(text[word.start : word.end], word.pieces) for word in find_words(text, offsets)]


# --- words


@pytest.mark.parametrize(
    ("text", "parts", "expected"),
    [
        ("DeepSeek pays", ["Deep", "Seek", "pays"], [("DeepSeek", (0, 1)), ("pays", (2,))]),
        ("R1 H800", ["R", "1", "H", "800"], [("R1", (0, 1)), ("H800", (2, 3))]),
        ("深度求索", ["深度", "求", "索"], [("深度", (0,)), ("求", (1,)), ("索", (2,))]),
        ("用H800训练", ["用", "H", "800", "训练"], [("用", (0,)), ("H800", (1, 2)), ("训练", (3,))]),
        ("Société Générale", ["Soci", "été", "G", "énérale"], [("Société", (0, 1)), ("Générale", (2, 3))]),
        ("GPT-4", ["GPT", "-", "4"], [("GPT", (0,)), ("-", (1,)), ("4", (2,))]),
        ("l'État", ["l", "'", "É", "tat"], [("l", (0,)), ("'", (1,)), ("État", (2, 3))]),
        ("Tim Cook", ["Tim", " Cook"], [("Tim", (0,)), ("Cook", (1,))]),
        ("a\u3000b", ["a", "\u3000b"], [("a", (0,)), ("b", (1,))]),
        ("", [], []),
    ],
)
def test_words(text: str, parts: list[str], expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert words(text, pieces(text, *parts)) == expected


def test_pieces_without_characters_make_no_word() -> None:
    assert find_words("Tim", [(0, 0), (0, 3), (3, 3), (0, 0)]) == [Word(0, 3, (1,))]
    assert find_words("a  b", [(0, 1), (1, 3), (3, 4)]) == [Word(0, 1, (0,)), Word(3, 4, (2,))]


def test_one_character_in_two_pieces_is_one_word() -> None:
    assert words("😀 ok", [(0, 1), (0, 1), (2, 4)]) == [("😀", (0, 1)), ("ok", (2,))]
    assert words("㐂人", [(0, 1), (0, 1), (0, 1), (1, 2)]) == [("㐂", (0, 1, 2)), ("人", (3,))]


def test_pieces_that_touch_across_a_space_stay_apart() -> None:
    assert words("Tim Cook", [(0, 3), (3, 8)]) == [("Tim", (0,)), ("Cook", (1,))]


# --- names


def test_a_text_without_pieces_has_no_names() -> None:
    assert decode("", [], np.zeros((0, len(TAGS))), TAGS) == []
    assert decode("", [(0, 0), (0, 0)], np.array([row("O"), row("B-PER")]), TAGS) == []
    assert decode("   ", [(0, 3)], np.array([row("B-PER")]), TAGS) == []


def test_a_name_is_whole_words_though_one_piece_is_not_tagged() -> None:
    text = "the DeepSeek lab"
    rows = [row("O"), row("B-ORG"), mixed(I_ORG=0.45), row("O")]  # the second piece alone would be no name
    assert names(text, pieces(text, "the", "Deep", "Seek", "lab"), rows) == [("DeepSeek", "ORG")]


def test_a_word_whose_mean_says_no_is_none() -> None:
    text = "the outage"
    assert names(text, pieces(text, "the", "out", "age"), [row("O"), mixed(B_ORG=0.6), row("O")]) == []


def test_a_word_begins_once() -> None:
    text = "Deep Seekers"
    assert names(text, pieces(text, "Deep", "Seek", "ers"), [row("B-ORG"), row("I-ORG"), row("B-ORG")]) == [
        ("Deep Seekers", "ORG")
    ]


def test_names_of_one_label_side_by_side_are_told_apart_by_their_beginning() -> None:
    text = "马云任正非"
    offsets = pieces(text, "马", "云", "任", "正非")
    apart = [row("B-PER"), row("I-PER"), row("B-PER"), row("I-PER")]
    assert names(text, offsets, apart) == [("马云", "PER"), ("任正非", "PER")]
    together = [row("B-PER"), row("I-PER"), row("I-PER"), row("I-PER")]
    assert names(text, offsets, together) == [("马云任正非", "PER")]


@pytest.mark.parametrize("before", ["O", "B-LOC"])
def test_no_name_goes_on_that_has_not_begun(before: str) -> None:
    text = "Paris Cook runs"
    rows = [row(before), mixed(I_PER=0.6, B_PER=0.3, O=0.1), row("O")]
    found = decode(text, pieces(text, "Paris", "Cook", "runs"), np.array(rows), TAGS)
    # the likeliest tag is no legal one there; the next best is
    assert [(text[e.start : e.end], e.label) for e in found if e.label == "PER"] == [("Cook", "PER")]


def test_a_text_may_not_open_inside_a_name() -> None:
    text = "Cook runs"
    rows = [mixed(I_PER=0.9, B_PER=0.08, O=0.02), row("O")]
    assert names(text, pieces(text, "Cook", "runs"), rows) == [("Cook", "PER")]


def test_a_name_may_be_given_up_for_a_likelier_sequence() -> None:
    text = "in Cook"
    rows = [row("O", 0.99), mixed(I_PER=0.55, B_PER=0.0, O=0.45)]
    assert names(text, pieces(text, "in", "Cook"), rows) == []


def test_labels_change_without_a_word_between() -> None:
    text = "苹果库克"
    rows = [row("B-ORG"), row("I-ORG"), row("B-PER"), row("I-PER")]
    assert names(text, pieces(text, *text), rows) == [("苹果", "ORG"), ("库克", "PER")]


def test_a_score_is_the_mean_of_its_words() -> None:
    text = "Tim Cook"
    rows = [mixed(B_PER=0.7, I_PER=0.2), mixed(I_PER=0.6, B_PER=0.1)]
    [entity] = decode(text, pieces(text, "Tim", "Cook"), np.array(rows), TAGS)
    assert entity == Entity(0, 8, "PER", pytest.approx((0.9 + 0.7) / 2))


def test_a_words_score_is_the_mean_of_its_pieces() -> None:
    text = "Cook"
    rows = [mixed(B_PER=0.9), mixed(I_PER=0.5)]
    [entity] = decode(text, pieces(text, "Co", "ok"), np.array(rows), TAGS)
    assert entity.score == pytest.approx(0.7)


def test_the_next_name_starts_its_score_afresh() -> None:
    text = "Cook, Musk"
    rows = [mixed(B_PER=0.9), row("O"), mixed(B_PER=0.6)]
    scores = [e.score for e in decode(text, pieces(text, "Cook", ",", "Musk"), np.array(rows), TAGS)]
    assert scores == [pytest.approx(0.9), pytest.approx(0.6)]


def test_what_is_given_is_left_as_it_was() -> None:
    rows = np.array([row("B-PER"), row("B-PER")])
    held = rows.copy()
    decode("Cook", [(0, 2), (2, 4)], rows, TAGS)
    assert (rows == held).all()


@st.composite
def scored_texts(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]], np.ndarray]:
    """A text, pieces in order that may open with spaces or share a character, and probabilities."""
    text = draw(st.text(alphabet="abC1é深度 -.\n\u3000’😀", max_size=30))
    offsets, at = [(0, 0)], 0
    while at < len(text):
        end = draw(st.integers(at + 1, min(len(text), at + 4)))
        offsets += [(at, end)] * draw(st.sampled_from([1, 1, 1, 2] if end == at + 1 else [1]))
        at = end + draw(st.sampled_from([0, 0, 0, 1]))
    seed = draw(st.integers(0, 2**32 - 1))
    rows = np.random.default_rng(seed).dirichlet(np.full(len(TAGS), 0.3), size=len(offsets))
    return text, offsets, rows


@given(scored_texts())
@settings(deadline=None, max_examples=60)
def test_names_are_in_order_inside_the_text_and_apart(scored: tuple[str, list[tuple[int, int]], np.ndarray]) -> None:
    text, offsets, rows = scored
    last = 0
    for entity in decode(text, offsets, rows, TAGS):
        assert last <= entity.start < entity.end <= len(text)
        assert not text[entity.start].isspace()
        assert 0 <= entity.score <= 1 + 1e-9
        assert entity.label in {"PER", "ORG", "LOC", "PROD"}
        last = entity.end


@given(scored_texts())
@settings(deadline=None, max_examples=60)
def test_every_piece_with_characters_is_in_one_word(scored: tuple[str, list[tuple[int, int]], np.ndarray]) -> None:
    text, offsets, _ = scored
    found = find_words(text, offsets)
    held = [number for word in found for number in word.pieces]
    assert held == [number for number, (a, b) in enumerate(offsets) if text[a:b].strip()]
