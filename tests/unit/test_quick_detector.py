"""The detector that newslens asks gives langdetect's own answers, to the last digit."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException

from newslens.languages.detect import PRIOR_OF_OTHERS, PRIORS
from newslens.languages.quick_detector import QuickFactory

ROOT = Path(__file__).resolve().parents[2]
ODD = [
    "",
    " ",
    "  two  spaces,  and more   ",
    "A",
    "NVIDIA PERD 600 MILLIARDS",
    "DeepSeek-R1 und ÖSTERREICH, straße; Москва́ и другие",
    "xin chào các bạn, tie\u0302\u0301ng Vie\u0323\u0302t",
    "人工智能 DeepSeek 的成本为 560 万美元，日本語のテキストと 한국어",
    "voir https://example.com/a?b=c et ecrire@example.com pour plus de détails",
    "a\u3000b\u2009c\u00a0d — «e» … f\nneue Zeile\ttab",
    "ا ب ت فارسی یک متن است \u06cc",
    "x" * 12_000,
]


@cache
def factory(kind: type[DetectorFactory]) -> DetectorFactory:
    """Return langdetect's own factory, or ours, with one seed and order of profiles."""
    made = kind()
    made.set_seed(0)
    made.load_json_profile([path.read_text("utf-8") for path in sorted(Path(PROFILES_DIRECTORY).iterdir())])
    return made


def answers(kind: type[DetectorFactory], text: str) -> object:
    """Return what a detector says, or which error it raises."""
    detector = factory(kind).create()
    detector.set_prior_map({lang: PRIORS.get(lang, PRIOR_OF_OTHERS) for lang in factory(kind).langlist})
    detector.append(text)
    try:
        return [(guess.lang, guess.prob) for guess in detector.get_probabilities()]
    except LangDetectException as error:
        return str(error)


def same(text: str) -> None:
    assert answers(QuickFactory, text) == answers(DetectorFactory, text)


@pytest.mark.parametrize("text", ODD)
def test_odd_texts(text: str) -> None:
    same(text)


def test_articles() -> None:
    for seed in sorted((ROOT / "seeds").glob("*.txt")):
        same(seed.read_text("utf-8-sig")[:3000])


def test_sentences_of_each_language() -> None:
    texts = [
        json.loads(line)["text"]
        for path in sorted((ROOT / "tests" / "cases").glob("*/*.jsonl"))
        for line in path.read_text("utf-8").splitlines()[::40]
    ]
    assert len(texts) > 20
    for text in texts:
        same(text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    same(text)
