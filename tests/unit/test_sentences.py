"""Sentences and clauses: where they end, and where a full stop or line break ends none."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newslens.languages.sentences import split_sentences
from newslens.languages.view import view_text


def split(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(view_text(text))]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four…", ["One.", "Two!", "Three?", "Four…"]),
        ("It cost $5.6 million. Cheap.", ["It cost $5.6 million.", "Cheap."]),
        ("Mr. Liang of Corp. Ltd. said yes. Done.", ["Mr. Liang of Corp. Ltd. said yes.", "Done."]),
        ("M. Liang et Mme. Dupont, env. 5 millions. Fin.", ["M. Liang et Mme. Dupont, env. 5 millions.", "Fin."]),
        ("J. K. Rowling wrote. He read.", ["J. K. Rowling wrote.", "He read."]),
        ("他说“好。”然后走了。完", ["他说“好。”", "然后走了。", "完"]),
        ("成本600万美元！真的？是。", ["成本600万美元！", "真的？", "是。"]),
        ("- one\n- two", ["- one", "- two"]),
        ("Title\n\nBody text.", ["Title", "Body text."]),
        ("| a | b |\n| 1 | 2 |", ["| a | b |", "| 1 | 2 |"]),
        ("| Min. term | a |\n| One. Two. | 2 |", ["| Min. term | a |", "| One. Two. | 2 |"]),
        ("Name\tMin. term\tPrice\nA\t1. x\t2", ["Name\tMin. term\tPrice", "A\t1. x\t2"]),
        ("", []),
        (" \n \n", []),
    ],
)
def test_split(text: str, sentences: list[str]) -> None:
    assert split(text) == sentences


def test_a_wrapped_line_goes_on() -> None:
    text = (
        "The training of the model is said to have cost the laboratory about\nsix million dollars. The rest is silence."
    )
    assert len(split(text)) == 2


def test_a_short_line_does_not() -> None:
    assert split("A short line\nand another.") == ["A short line", "and another."]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("V3 cost $5 million while GPT-4 cost $100 million", 2),
        ("V3 a coûté 5 M$ tandis qu'il en faut 100", 2),
        ("V3成本500万，GPT-4则要1亿", 2),
        ("one clause only", 1),
    ],
)
def test_clauses(text: str, clauses: int) -> None:
    [sentence] = split_sentences(view_text(text))
    assert len(sentence.clauses) + 1 == clauses
    assert sentence.clause_of(sentence.start) == 0
    assert sentence.clause_of(sentence.end) == clauses - 1


@given(st.text())
def test_sentences_are_ordered_and_not_empty(text: str) -> None:
    end = 0
    for sentence in split_sentences(view_text(text)):
        assert end <= sentence.start < sentence.end <= len(text)
        assert not text[sentence.start].isspace()
        end = sentence.end


@pytest.mark.parametrize("piece", [".", "\n", '."', "a. ", "(", "x\n", " "])
def test_hostile_text_takes_linear_time(piece: str) -> None:
    def seconds(count: int) -> float:
        view = view_text(piece * count + "x")
        start = time.process_time()
        split_sentences(view)
        return time.process_time() - start

    seconds(10)
    short = min(seconds(10_000) for _ in range(3))
    assert min(seconds(40_000) for _ in range(3)) < 12 * max(short, 0.02)
