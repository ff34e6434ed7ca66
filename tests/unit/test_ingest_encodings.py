"""Encodings: what is told apart, what is refused, and that nothing in a text is changed."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newslens.ingest.encodings import DecodingError, decode_text

FRENCH = [
    "Été",
    "garçon",
    "Procès",
    "Développé à Hangzhou",
    "Coût estimé : 5,6 millions d’euros",
    "Prix : 20 € par mois",
    "« Impressionnant », dit-il à Reuters.",
    "Où va l’intelligence artificielle ?",
    "La société a levé 2 000 000 € auprès de fonds européens – un montant jamais vu.",
]
ENGLISH = ["OpenAI’s revenue rose — again.", "The “cheap” model cost $5.6 million", "Price: £20 a month"]
SIMPLIFIED = [
    "成本",
    "降价",
    "人工智能",
    "深度求索",
    "价格：每百万token 2元",
    "DeepSeek发布新模型",
    "他说：“我们没有那么多钱。”",
    "英伟达股价大跌，市值蒸发近六千亿美元。",
    "分析人士认为，这一数字并不包括前期研究的费用，也没有算上人员工资。",
]
TRADITIONAL = [
    "成本",
    "降價",
    "人工智慧",
    "深度求索",
    "價格：每百萬token 2元",
    "DeepSeek發布新模型",
    "他說：「我們沒有那麼多錢。」",
    "輝達股價大跌，市值蒸發近六千億美元。",
    "分析人士認為，這個數字並不包括前期研究的費用，也沒有算上人員薪資。",
]
LEGACY = [
    *((text, "cp1252") for text in FRENCH + ENGLISH),
    *((text, "gb18030") for text in SIMPLIFIED),
    *((text, "big5") for text in TRADITIONAL),
]


@pytest.mark.parametrize(("text", "encoding"), LEGACY)
def test_legacy_encodings_are_told_apart_on_a_few_words(text: str, encoding: str) -> None:
    assert decode_text(text.encode(encoding)) == text


@pytest.mark.parametrize("text", FRENCH + SIMPLIFIED[2:] + TRADITIONAL[2:])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(text: str, encoding: str) -> None:
    line = text + ", 2025\n"  # a text of many characters has a digit or a line end, whose first byte is NUL
    assert decode_text(line.encode(encoding)) == line


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_decides_and_is_removed(mark: bytes, encoding: str) -> None:
    assert decode_text(mark + "é 成\r\n".encode(encoding)) == "é 成\r\n"


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\0\ufeff"), min_size=1))
def test_utf8_text_is_not_changed(text: str) -> None:
    data = text.encode()
    if not data.startswith((b"%PDF-", b"GIF8", b"PK", b"Rar!", b"PAR1", b"{\\rtf")):
        assert decode_text(data) == text


def test_line_ends_composed_and_decomposed_letters_stay() -> None:
    text = "  é e\u0301 \r\n\r \u2028\u00a0fin\n\n"
    assert decode_text(text.encode()) == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"PK\x03\x04....", "a ZIP archive"),
        (b"texte\0texte", "binary data"),
        (bytes(range(256)), "binary data"),
        ("Le modèle a coûté très cher, dit-on à Paris".encode() + b"\xff", "not valid UTF-8: byte 0xff at offset 48"),
        ("株価は午前中ずっと下落し、取引終了の前に".encode("shift_jis"), "its encoding cannot be told"),
        (codecs.BOM_UTF16_LE + b"a\0b", "not valid UTF-16-LE"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(DecodingError) as caught:
        decode_text(data)
    assert reason in caught.value.reason
    assert caught.value.hint


def test_a_declared_charset_is_believed_where_the_bytes_allow_it() -> None:
    russian = "Модель обошлась в шесть миллионов долларов"
    assert decode_text(russian.encode("cp1251"), declared="windows-1251") == russian
    assert decode_text("é".encode(), declared="gbk") == "é"  # valid UTF-8 is UTF-8, whatever a page says
    assert decode_text("Été à Paris".encode("cp1252"), declared="no-such-charset") == "Été à Paris"
    assert decode_text("Été à Paris".encode("cp1252"), declared="base64") == "Été à Paris"
