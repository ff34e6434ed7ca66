"""A text beside its folded copies of the same length, so that patterns stay simple and offsets stay true."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

_HAN = re.compile(r"[\u3400-\u9fff]")
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t"
_INVISIBLE = "\u00ad\u200b\u2060\ufeff"
_FOLDS = {
    **dict.fromkeys(_SPACES + _INVISIBLE, " "),
    **dict.fromkeys("’‘ʼ′´`", "'"),
    **dict.fromkeys("“”«»„「」『』＂", '"'),
    **dict.fromkeys("‐‑‒–−﹣－", "-"),
    **dict.fromkeys("～〜∼˜", "~"),
    "￥": "¥",
    "İ": "I",
    "⁄": "/",
    "∕": "/",
    "≃": "≈",
    "﹪": "%",
    "﹩": "$",
    "\r": " ",
}
_MAY_DIVIDE = re.compile(r"\t| {3}|\u3000{2}")
_COLUMN_GAP = re.compile(r"(?<=\S)(?: {3,}|\u3000{2,})(?=\S)")
# Full-width commas and full stops end clauses in Chinese; folding them to ASCII would make them number signs.
_KEPT = {0xFF0C, 0xFF1B, 0xFF01, 0xFF1F}


@cache
def fold_table() -> dict[int, str]:
    """Return the table that folds widths, spaces, quotes and dashes, one code point to one."""
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if code not in _KEPT}
    return table | {ord(sign): folded for sign, folded in _FOLDS.items()}


@cache
def simplified_table() -> dict[int, str]:
    """Return Traditional to Simplified Han, code point by code point (OpenCC's character table)."""
    from opencc import OpenCC

    han = [chr(code) for code in range(0x3400, 0xA000) if unicodedata.category(chr(code)) == "Lo"]
    simplified = OpenCC("t2s").convert("\n".join(han)).split("\n")
    return {ord(a): b for a, b in zip(han, simplified, strict=True) if a != b and len(b) == 1}


@dataclass(frozen=True, slots=True)
class TextView:
    """`text` as read; `norm` folded in width, spaces, quotes and Han script; `low` the same in lower case.

    Offsets: all three have the same length, so a span found in one holds in the others.
    """

    text: str
    norm: str
    low: str


def view_text(text: str) -> TextView:
    """Return `text` with its folded copies."""
    norm = (_with_bars(text) if _MAY_DIVIDE.search(text) else text).translate(fold_table())
    if _HAN.search(norm):
        norm = norm.translate(simplified_table())
    low = norm.lower()
    if len(low) != len(text):  # a letter whose lower case is longer: fold letter by letter instead
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in norm)
    return TextView(text, norm, low)


def _with_bars(text: str) -> str:
    """Return a text in which bars divide the cells of a table's rows, instead of tabs or of columns of spaces."""
    lines = text.split("\n")
    spaced = [len(_COLUMN_GAP.findall(line)) > 1 for line in lines]
    return "\n".join(
        line.replace("\t", "|")
        if line.strip().count("\t") > 1
        else _COLUMN_GAP.sub(lambda gap: "|".ljust(len(gap.group())), line)
        if is_spaced and (before or behind)  # a row is not alone
        else line
        for line, is_spaced, before, behind in zip(lines, spaced, [False, *spaced], [*spaced[1:], False], strict=False)
    )


def is_traditional(text: str) -> bool:
    """Tell whether `text` has Han that simplified script writes otherwise."""
    return _traditional().search(text) is not None


@cache
def _traditional() -> re.Pattern[str]:
    return re.compile(f"[{''.join(map(chr, simplified_table()))}]")
