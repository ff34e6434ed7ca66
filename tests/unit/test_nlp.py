"""The tokenizer: nothing lost, nothing quadratic, names cut where names meet."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newslens.languages.nlp import load_nlp, split_tokens

TEXTS = [
    "",
    " ",
    "   deux espaces  au milieu ",
    "\n\nligne\r\n\tsuite\n",
    "16\u00a0000\u202f$ et 5,6\u00a0M",
    "zero\u200bwidth, soft\u00adhyphen, \ufeffmark",
    "e\u0301te\u0301 décomposé",
    "emoji 👩‍💻👍🏽 fin",
    "DeepSeek用2048块H800训练V3。",
    "輝達股價\u3000下跌",
    "\u0301 combining first",
    "かな カナ 한글",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_doc_is_its_text(text: str) -> None:
    doc = load_nlp().make_doc(text)
    assert doc.text == text
    assert all(text[token.idx : token.idx + len(token)] == token.text for token in doc)


@given(st.text(max_size=200))
def test_any_text_comes_back(text: str) -> None:
    assert "".join(split_tokens(text)) == text
    assert load_nlp().make_doc(text).text == text


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("英伟达H800", ["英", "伟", "达", "H", "800"]),
        ("DeepSeekR1的", ["Deep", "Seek", "R", "1", "的"]),
        ("ZackKass", ["Zack", "Kass"]),
        ("OPENAI Openai OpenAI", ["OPENAI", " ", "Openai", " ", "Open", "AI"]),
        ("Société d'État", ["Société", " ", "d", "'", "État"]),
        ("$5.6M", ["$", "5", ".", "6", "M"]),
        ("e\u0301te\u0301", ["e\u0301te\u0301"]),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert split_tokens(text) == tokens


def test_a_single_space_belongs_to_the_token_before_it() -> None:
    doc = load_nlp().make_doc("le  R1")
    assert [(token.text, token.whitespace_) for token in doc] == [("le", " "), (" ", ""), ("R", ""), ("1", "")]


def test_one_pipeline_a_process() -> None:
    assert load_nlp() is load_nlp()


@pytest.mark.parametrize("unit", ["(", "a1", "😀", "aB", "e\u0301", "\u0301", " \n", "。"])
def test_hostile_text_is_linear(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    nlp = load_nlp()
    start = time.process_time()
    doc = nlp.make_doc(text)
    assert time.process_time() - start < 2
    assert doc.text == text


def test_the_pipeline_can_be_saved_and_copied() -> None:
    nlp = load_nlp()
    assert nlp.tokenizer.from_bytes(nlp.tokenizer.to_bytes()) is nlp.tokenizer
