"""Language of articles, headlines and passages: right, the same every time, and in linear time."""

from __future__ import annotations

import subprocess
import sys
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from language_samples import HEADLINES, SENTENCES

from newslens.languages.detect import Passage, detect_language, detect_script, split_passages

SIZE = 1_000_000
FR = " ".join(SENTENCES["fr"])
EN = " ".join(SENTENCES["en"])
ZH = "".join(SENTENCES["zh-Hans"])


def _all(samples: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(code, text) for code, texts in samples.items() for text in texts]


@pytest.mark.parametrize(("code", "text"), _all(SENTENCES))
def test_sentences(code: str, text: str) -> None:
    language, _, script = code.partition("-")
    detection = detect_language(text)
    assert (detection.language, detection.script) == (language, script or None)
    assert detection.confidence > 0.7


def test_headlines() -> None:
    """Measured: 29 of 34; the others have no function word, and most of those are `und`."""
    found = {text: detect_language(text).language for _, text in _all(HEADLINES)}
    right = [text for code, text in _all(HEADLINES) if found[text] == code.partition("-")[0]]
    assert len(right) >= 29
    for code in ("fr", "zh-Hans", "zh-Hant", "ja", "ko"):
        assert {found[text] for text in HEADLINES[code]} == {code.partition("-")[0]}


@pytest.mark.parametrize(
    "text", ["", "  \n", "123 456,78", "$5.6 %", "DeepSeek V3", "OK", "https://example.com/le/la/les", "😀"]
)
def test_what_has_no_words_is_undetermined(text: str) -> None:
    detection = detect_language(text)
    assert (detection.language, detection.confidence, detection.script) == ("und", 0.0, None)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("人工智能", "zh"),
        ("2048块H800", "zh"),
        ("DeepSeek の新モデル", "ja"),
        ("딥시크", "ko"),
        ("The price is low", "en"),
        ("5,6 millions de dollars", "fr"),
        ("DEEPSEEK FAIT TREMBLER LA BOURSE", "fr"),
        (FR.upper(), "fr"),
        ("Компания утверждает, что обучение модели обошлось ей всего в шесть миллионов долларов. " * 3, "ru"),
        (FR + " " + EN[:150], "fr"),
        (ZH + EN[:100], "zh"),
        (EN + " (深度求索)", "en"),
    ],
)
def test_short_loud_and_mixed_texts(text: str, language: str) -> None:
    assert detect_language(text).language == language


def test_addresses_do_not_count() -> None:
    assert detect_language("https://example.com/the-price-of-the-model-is-low " * 5 + "人工智能").language == "zh"


@pytest.mark.parametrize(
    ("text", "script"),
    [("训练成本", "Hans"), ("訓練成本", "Hant"), ("人工", None), ("", None), ("国国國", "Hans"), ("DeepSeek", None)],
)
def test_script(text: str, script: str | None) -> None:
    assert detect_script(text) == script


def test_the_answer_is_the_same_in_every_process() -> None:
    texts = [text for _, text in _all(HEADLINES)]
    code = f"from newslens.languages.detect import detect_language\nprint([detect_language(t) for t in {texts!r}])"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert outputs == {f"{[detect_language(text) for text in texts]}\n".encode()}


# --- passages --------------------------------------------------------------------------------------------------


def languages(text: str, document_language: str) -> list[tuple[str, str]]:
    return [(p.language, text[p.start : p.end]) for p in split_passages(text, document_language)]


def test_a_quotation_in_another_language_is_a_passage() -> None:
    first, quote, last = SENTENCES["fr"][0] + "\n\n", SENTENCES["en"][6] + "\n\n", SENTENCES["fr"][1]
    assert languages(first + quote + last, "fr") == [("fr", first), ("en", quote), ("fr", last)]


@pytest.mark.parametrize(
    ("document", "paragraph", "language"),
    [
        ("fr", SENTENCES["en"][0], "en"),
        ("fr", SENTENCES["zh-Hans"][1], "zh"),
        ("fr", SENTENCES["es"][1], "es"),
        ("fr", SENTENCES["de"][1], "de"),
        ("en", SENTENCES["fr"][1], "fr"),
        ("en", SENTENCES["zh-Hant"][2], "zh"),
        ("zh", SENTENCES["en"][3], "en"),
        ("zh", SENTENCES["fr"][3], "fr"),
        ("zh", SENTENCES["ja"][1], "ja"),
        # and what is none: short lines, names, figures, sentences full of foreign names
        ("zh", SENTENCES["zh-Hans"][6], "zh"),
        ("zh", "OpenAI GPT-4o mini", "zh"),
        ("zh", "DeepSeek-V3 | input $0.27 | output $1.10", "zh"),
        ("fr", "The Wall Street Journal", "fr"),
        ("fr", "DeepSeek (深度求索)", "fr"),
        ("fr", "| Modèle | Coût API (input, 1M tokens) | Coût API (output, 1M tokens) |", "fr"),
        ("fr", "« Open source » et « machine learning » : le « reasoning » expliqué", "fr"),
        ("en", "Les Échos", "en"),
        ("en", "Nvidia H100, H800, A100 and AMD MI300X", "en"),
        ("en", "", "en"),
    ],
)
def test_paragraphs(document: str, paragraph: str, language: str) -> None:
    lines = {"fr": SENTENCES["fr"][0], "en": SENTENCES["en"][0], "zh": SENTENCES["zh-Hans"][0]}
    text = f"{lines[document]}\n{paragraph}\n{lines[document]}"
    found = [p.language for p in split_passages(text, document)]
    assert found == ([document] if language == document else [document, language, document])


@pytest.mark.parametrize("code", ["fr", "en", "zh-Hans", "zh-Hant"])
def test_every_sentence_agrees_with_its_document(code: str) -> None:
    language = code.partition("-")[0]
    text = "\n".join(SENTENCES[code] + HEADLINES[code])
    assert split_passages(text, language) == [Passage(0, len(text), language)]


def test_no_text_has_no_passage() -> None:
    assert split_passages("", "fr") == []


@given(
    st.lists(
        st.sampled_from([*SENTENCES["fr"], *SENTENCES["en"], *SENTENCES["zh-Hans"], "", " ", "\r", "\n", "a", "😀"])
    ),
    st.sampled_from(["\n", "\r\n", "\r", " "]),
    st.sampled_from(["fr", "en", "zh", "es", "und"]),
)
def test_passages_cover_the_text_without_gaps(parts: list[str], line_end: str, language: str) -> None:
    text = line_end.join(parts)
    passages = split_passages(text, language)
    assert "".join(text[p.start : p.end] for p in passages) == text
    assert all(a.end == b.start and a.language != b.language for a, b in pairwise(passages))


@pytest.mark.parametrize(
    "unit",
    [
        FR + "\n",
        ZH + "\n",
        f"{FR[:99]}\n{EN[:99]}\n{ZH}\n",
        "a",
        "\n",
        "a_",
        "a'",
        "a@",
        "www.",
        "http://",
        "ab ",
        "é",
        "国",
        " ",
    ],
)
def test_a_million_characters_take_a_second(unit: str) -> None:
    text = unit * (SIZE // len(unit))
    detect_language(FR), detect_language(ZH)  # loads the profiles
    started = time.process_time()
    detect_language(text)
    split_passages(text, "fr")
    assert time.process_time() - started < 3  # measured below 1 s; the machine that runs this may be slow
