"""What the report writes: amounts in three languages, sentences cut around their quote, JSON that cannot be markup."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from newslens.errors import SettingsError
from newslens.report.charts import Scale, claim_mark
from newslens.report.material import split_sentence
from newslens.report.page import _script_safe
from newslens.report.words import Wording, load_words
from newslens.rows import CLAIM_CHOICES


def keys(table: Any, path: str = "") -> set[str]:
    if not isinstance(table, dict):
        return {path}
    return {key for name, value in table.items() for key in keys(value, f"{path}.{name}")}


def test_every_language_has_every_word_and_a_name_for_every_type() -> None:
    words = load_words()
    assert {language: keys(words[language]) ^ keys(words["en"]) for language in words} == {
        "en": set(),
        "fr": set(),
        "zh": set(),
    }
    assert set(words["en"]["types"]) == set(CLAIM_CHOICES["claim_type"])


def test_an_unknown_language_is_told() -> None:
    with pytest.raises(SettingsError, match="no report in `de`"):
        Wording("de")


@pytest.mark.parametrize(
    ("language", "value", "written"),
    [
        ("en", (5.576e6, 5.576e6, "approx", "USD"), "≈ $5.576M"),
        ("en", (100e6, None, "at_least", "USD"), "≥ $100M"),
        ("en", (5e6, 6e6, "range", "USD"), "$5M – $6M"),
        ("en", (2.2, 2.2, "exact", "USD/Mtok"), "$2.20 per million tokens"),
        ("en", (20.0, 20.0, "exact", "USD/month"), "$20 a month"),
        ("en", (-17.0, -17.0, "exact", "percent"), "−17%"),
        ("en", (0.02, 0.02, "exact", "ratio"), "1/50"),
        ("en", (4.0, 4.0, "exact", "ratio"), "×4"),
        ("en", (2048.0, 2048.0, "exact", "chip"), "2,048 chips"),
        ("en", (671e9, 671e9, "exact", "parameter"), "671B parameters"),
        ("fr", (-572e6, -572e6, "approx", "EUR"), "≈ −572 M €"),
        ("fr", (589e9, 589e9, "exact", "USD"), "589 Md $US"),
        ("zh", (5.6e6, 5.6e6, "exact", "USD"), "US$560万"),
        ("zh", (380e9, None, "at_least", "CNY"), "≥ ¥3800亿"),
    ],
)
def test_amounts_are_written_as_readers_write_them(language: str, value: Any, written: str) -> None:
    assert Wording(language).value(*value).replace("\xa0", " ").replace("\u202f", " ") == written


def test_days_are_written_as_readers_write_them() -> None:
    days = [Wording(language).day(date(2025, 1, 28)) for language in ("en", "fr", "zh")]
    assert days == ["Jan 28, 2025", "28 janv. 2025", "2025年1月28日"]
    assert Wording("en").day(None) == "undated"


def test_data_in_the_page_is_json_that_no_text_can_leave() -> None:
    text = "</script><script>alert(1)</script><!-- & \u2028"
    written = _script_safe({"text": text})
    assert not set("<>&\u2028") & set(written)
    assert json.loads(written) == {"text": text}


def test_of_two_equal_quotes_in_a_sentence_the_right_one_is_marked() -> None:
    text = "Before. It had 10 chips, then 10 chips more. After."
    sentence = "It had 10 chips, then 10 chips more."
    store: Any = SimpleNamespace(get_article=lambda _: SimpleNamespace(text=text))
    cells = {"sentence": sentence, "quote": "10 chips", "article_id": "a", "char_start": text.rindex("10 chips")}
    assert split_sentence(store, cells) == ("It had 10 chips, then ", "10 chips", " more.")


def test_long_sentences_are_cut_at_words() -> None:
    cells = {
        "sentence": "word " * 200 + "10 chips" + " word" * 200,
        "quote": "10 chips",
        "article_id": "a",
        "char_start": 0,
    }
    before, quote, after = split_sentence(SimpleNamespace(), cells)  # type: ignore[arg-type]
    assert quote == "10 chips"
    assert before.startswith("… word ") and after.endswith(" word …")
    assert len(before) < 270 and len(after) < 270


def test_marks_lie_on_the_scale() -> None:
    scale = Scale([1e6, 1e8], is_log=True)
    assert scale.at(1e5) == 0 and scale.at(1e9) == 100
    assert scale.at(1e6) < scale.at(1e7) < scale.at(1e8)
    cells = {"value_low": None, "value_high": 1e7, "bound": "at_most", "stance": "agrees"}
    mark = claim_mark(cells, scale)
    assert (mark.start, mark.end, mark.is_open) == (0, mark.at, True)
