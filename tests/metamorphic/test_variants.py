"""What does not change the meaning does not change the claims: spaces, widths, quotes, bold, spelling, script."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from newslens import extract

SENTENCES = (
    ("en", 'DeepSeek said its "V3" model cost 5.6 million dollars to train.'),
    ("en", "DeepSeek-V3 was trained on 2,048 Nvidia H800 chips."),
    ("en", "DeepSeek-R1 costs $2.19 per million output tokens."),
    ("en", "DeepSeek's app reached 30 million users, and Nvidia's shares fell 17%."),
    ("en", "DeepSeek-R1 is 30 times cheaper than o1."),
    ("fr", "L'entraînement de DeepSeek-V3 a coûté près de 5,6 millions de dollars."),
    ("fr", "DeepSeek a utilisé 2 048 puces, selon « Les Échos »."),
    ("fr", "L'action de Nvidia a chuté de 17 % à cause de DeepSeek."),
    ("fr", "DeepSeek-R1 coûte 2,19 dollars par million de jetons en sortie."),
    ("zh", "DeepSeek-V3的训练成本约为557.6万美元。"),
    ("zh", "据路透社报道，DeepSeek使用了2048块英伟达H800芯片。"),
    ("zh", "DeepSeek-R1的价格为每百万输出tokens 16元，比o1便宜90%。"),
    ("zh", "受DeepSeek影响，英伟达股价下跌17%，市值蒸发5890亿美元。"),
)
FULL_WIDTH = str.maketrans("0123456789%$", "０１２３４５６７８９％＄")
CURLY = str.maketrans({"'": "’"})

Variant = Callable[[str], str]
Row = tuple[str, str, str, str | None]


def in_curly_quotes(text: str) -> str:
    parts = text.translate(CURLY).split('"')
    return parts[0] + "".join(("“" if i % 2 == 0 else "”") + part for i, part in enumerate(parts[1:]))


def in_traditional_script(text: str) -> str:
    from opencc import OpenCC

    return str(OpenCC("s2t").convert(text))


ANYWHERE: dict[str, Variant] = {
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "thin spaces": lambda text: text.replace(" ", "\u202f"),
    "ideographic spaces": lambda text: text.replace(" ", "\u3000"),
    "full-width digits": lambda text: text.translate(FULL_WIDTH),
    "curly quotes": in_curly_quotes,
    "Deepseek": lambda text: text.replace("DeepSeek", "Deepseek"),
    "DEEPSEEK": lambda text: text.replace("DeepSeek", "DEEPSEEK"),
    "DePseek": lambda text: text.replace("DeepSeek", "DePseek"),
    "Windows lines": lambda text: f"{text}\r\n",
    "byte order mark": lambda text: f"\ufeff{text}",
    "leading blank lines": lambda text: f"\n\n{text}\n\n",
}


def rows(text: str, language: str) -> list[Row]:
    found = extract(text, language=language)
    for claim in found:
        assert text[claim.char_start : claim.char_end] == claim.quote
    return [(c.claim_type, f"{c.value_low} to {c.value_high}, {c.bound}", c.unit, c.subject) for c in found]


@cache
def plain_rows(text: str, language: str) -> tuple[Row, ...]:
    found = rows(text, language)
    assert found, "a base sentence states a claim"
    return tuple(found)


@pytest.mark.parametrize("variant", ANYWHERE)
@pytest.mark.parametrize(("language", "text"), SENTENCES)
def test_the_claims_stay_the_same(language: str, text: str, variant: str) -> None:
    assert tuple(rows(ANYWHERE[variant](text), language)) == plain_rows(text, language)


@pytest.mark.parametrize(("language", "text"), [s for s in SENTENCES if s[0] == "zh"])
def test_both_scripts_say_the_same(language: str, text: str) -> None:
    written = in_traditional_script(text)
    assert written != text
    assert tuple(rows(written, language)) == plain_rows(text, language)


@pytest.mark.parametrize(
    ("language", "text", "bold"),
    [
        ("en", "DeepSeek-V3 cost $5.6 million to train.", "DeepSeek-V3 cost **$5.6 million** to train."),
        ("en", "DeepSeek-V3 cost $5.6 million to train.", "**DeepSeek-V3** cost $5.6 million to train."),
        ("en", "DeepSeek used 2,048 chips.", "DeepSeek used **2,048 chips**."),
        (
            "fr",
            "DeepSeek-V3 a coûté 5,6 millions d'euros.",
            "DeepSeek-V3 a coûté **5,6 millions d'euros**.",
        ),
        ("fr", "DeepSeek a utilisé 2 048 puces.", "*DeepSeek* a utilisé __2 048 puces__."),
        ("zh", "DeepSeek-V3的训练成本为557.6万美元。", "**DeepSeek-V3**的训练成本为**557.6万美元**。"),
    ],
)
def test_markdown_emphasis_says_nothing(language: str, text: str, bold: str) -> None:
    assert tuple(rows(bold, language)) == plain_rows(text, language)
