"""Files that no reader should be given, each from a number: broken, endless, nested, packed, misnamed."""

# ruff: noqa: E501 - lists of odd pieces are read better in few lines
from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUFFIXES = (".txt", ".md", ".html", ".json", ".jsonl", ".csv", ".tsv", ".parquet")
BIG = 50_000_000
"""Bytes of a single line, where one file in many is that big."""


@dataclass(frozen=True)
class Hostile:
    """One file: its name, as bytes since some are no text, and what is in it."""

    name: bytes
    content: bytes
    kind: str


def hostile(number: int, *, seed: int = 0, big: int = BIG) -> Hostile:
    """Return the file of that number, the same on every machine; `big` bounds the largest line."""
    chance = random.Random(f"{seed}/{number}")
    kind = _KINDS[number % len(_KINDS)]
    suffix, content = kind(chance, big)
    return Hostile(_name(chance, number) + suffix.encode(), content, kind.__name__.removeprefix("_"))


def _name(chance: random.Random, number: int) -> bytes:
    odd = (
        b"line\nbreak", b"..\\..\\up", b"-rf", b"*[x]?", b" space ", b"\xff\xfe", "深度求索".encode(), b"#1",
        b"\xe2\x80\xaertl", b"%00", b"~", b"'\"`$(x)", b"a" * 180, b"\x1b[2J", b"http:..x", b"...", b"\\x41",
    )  # fmt: skip
    return f"{number:06d}".encode() + (chance.choice(odd) if chance.random() < 0.3 else b"")


def _seed_text(chance: random.Random) -> str:
    return _TEXTS[chance.randrange(len(_TEXTS))]


def _texts() -> list[str]:
    own = [
        "DeepSeek trained V3 on 2,048 Nvidia H800 chips for about $5.6 million, against $100 million for GPT-4.",
        "OpenAI facture o1 60 $ par million de jetons en sortie, contre 2,19 $ pour DeepSeek-R1.",
        "英伟达市值一天蒸发近6000亿美元，相差12倍，每100万token60美元，约合4000多万港元。",
    ]
    return own + [path.read_text("utf-8") for path in sorted((ROOT / "seeds").glob("*.txt"))]


_TEXTS = _texts()


def _random_bytes(chance: random.Random, _: int) -> tuple[str, bytes]:
    return chance.choice(SUFFIXES), chance.randbytes(chance.randrange(5000))


def _cut_utf8(chance: random.Random, _: int) -> tuple[str, bytes]:
    data = _seed_text(chance).encode()
    start, end = sorted(chance.randrange(len(data)) for _ in range(2))
    return chance.choice((".txt", ".html", ".md")), data[start:end]


def _flipped_bytes(chance: random.Random, _: int) -> tuple[str, bytes]:
    data = bytearray(_seed_text(chance).encode(chance.choice(("utf-8", "utf-16", "utf-16-le", "gb18030", "utf-32"))))
    for _n in range(chance.randrange(1, 40)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return chance.choice(SUFFIXES), bytes(data)


def _one_long_line(chance: random.Random, big: int) -> tuple[str, bytes]:
    piece = chance.choice(("x", "1 ", "深", "$1,000 ", '"', "<p>", '{"text": "', "1,2", "\u200b"))
    size = big if chance.random() < 0.05 else chance.randrange(100_000, 400_000)
    return chance.choice(SUFFIXES), (piece * (size // len(piece.encode()) + 1)).encode()[:size]


def _nested_json(chance: random.Random, _: int) -> tuple[str, bytes]:
    depth = chance.choice((500, 5_000, 200_000))
    opening, closing = chance.choice((("[", "]"), ('{"text":', "}"), ('[{"a":', "}]"), ("[", "")))
    return chance.choice((".json", ".jsonl")), (opening * depth + "1" + closing * depth).encode()


def _odd_json(chance: random.Random, _: int) -> tuple[str, bytes]:
    rows: list[str] = [
        '{"text": "\\ud800 5 chips"}', '{"text": ' + "9" * 6000 + "}", '{"text": 1e999}', '{"text": null}',
        '{"text": ["a"]}', '{"text": "a\\u0000b"}', '{"text": "5 chips", "text": "6 chips"}', '{"text": NaN}', "null",
        '{"text": "5 chips", "published_at": "0000-99-99", "url": "\\u0000", "title": {"a": 1}, "id": -0.0}',
        '{"text": "5 chips", "url": "' + "u" * 100_000 + '"}', "\ufeff{}", '{"":""}', "{'text': 'x'}", '"text"', "[]",
        json.dumps({"text": _seed_text(chance), "title": "\u202e" * 50, "outlet": "\n", "published_at": "2025-02-30"}),
    ]  # fmt: skip
    lines = [chance.choice(rows) for _n in range(chance.randrange(1, 30))]
    if chance.random() < 0.5:
        return ".jsonl", "\n".join(lines).encode()
    return ".json", f"[{','.join(lines)}]".encode()


def _gzip_bomb(chance: random.Random, big: int) -> tuple[str, bytes]:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = chance.choice((b"\0", b"1 ", b'{"a":', b"x")) * 1_000_000
    parts = [packer.compress(piece) for _n in range(max(1, big // 1_000_000))]
    data = b"".join(parts) + packer.flush()
    data = gzip.compress(data) if chance.random() < 0.3 else data
    return chance.choice(SUFFIXES) + ".gz", data[: chance.randrange(len(data) // 2, len(data) + 1)]


def _zip_bomb(chance: random.Random, big: int) -> tuple[str, bytes]:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../etc/x.txt", b"\0" * (big // 10))
    return chance.choice((*SUFFIXES, ".gz", ".txt.gz", ".zip")), stream.getvalue()


def _many_tags(chance: random.Random, _: int) -> tuple[str, bytes]:
    tag = chance.choice(("div", "b", "p", "table><tr><td", "li", "svg", "a href='x'", "span style='x'", "font", "x:y"))
    count = chance.choice((300, 3_000, 100_000))
    shape = chance.choice((f"<{tag}>" * count, f"<{tag}>5 chips</{tag.split()[0]}>" * count, f"</{tag}>" * count))
    return ".html", f"<html><head><title>{'t' * count}</title></head><body>{shape}".encode()


def _odd_html(chance: random.Random, _: int) -> tuple[str, bytes]:
    body = "<p>" + _seed_text(chance).replace("\n", "</p>\n<p>") + "</p>"
    heads = (
        '<meta charset="x-no-such">', '<meta charset="utf-7">', "<?xml version='1.0' encoding='utf-16'?>", "<!--" * 5000,
        "<!DOCTYPE html [<!ENTITY a 'b'>]>", "<script>" * 1000, "<title>" + "&amp;" * 20_000 + "</title>", "<base href=x:>",
        "<meta property='article:published_time' content='9999-99-99'>", '<script type="application/ld+json">{"a":</script>',
        "<html lang='" + "z" * 10_000 + "'>", "<![CDATA[" * 500, "<style>" + "{" * 20_000, "<a " + "x='y' " * 20_000 + ">",
    )  # fmt: skip
    page = f"{chance.choice(heads)}<html><body><article>{body}</article>"
    return ".html", page.encode(chance.choice(("utf-8", "utf-16", "gb18030", "cp1252")), "xmlcharrefreplace")


def _hidden_signs(chance: random.Random, _: int) -> tuple[str, bytes]:
    signs = "\u200b\u200f\u202e\u2066\u00ad\ufeff\u0301\u20e3\ufe0f\u180e\x7f\x85\u2028\u3164\U000e0041"
    text = "".join(sign + (chance.choice(signs) if chance.random() < 0.3 else "") for sign in _seed_text(chance)[:4000])
    return chance.choice((".txt", ".md")), text.encode()


def _nuls(chance: random.Random, _: int) -> tuple[str, bytes]:
    data = bytearray(_seed_text(chance).encode())
    for _n in range(chance.randrange(1, 20)):
        data.insert(chance.randrange(len(data)), 0)
    return chance.choice(SUFFIXES), bytes(data)


def _odd_table(chance: random.Random, _: int) -> tuple[str, bytes]:
    cells = (
        "text",
        "5 chips",
        '"',
        '""',
        '"5 chips\n',
        ",",
        ";",
        "\t",
        "\r",
        "|",
        "x" * 3000,
        "深",
        "=cmd()",
        "\0",
        "",
    )
    return chance.choice((".csv", ".tsv")), ("text,title\n" + "".join(chance.choices(cells, k=300))).encode()


def _broken_parquet(chance: random.Random, _: int) -> tuple[str, bytes]:
    data = bytearray(_parquet())
    for _n in range(chance.randrange(1, 30)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return ".parquet", bytes(data[: chance.choice((len(data), chance.randrange(len(data))))])


def _parquet() -> bytes:
    if not _PARQUET:
        import pyarrow as pa
        import pyarrow.parquet as pq

        stream = io.BytesIO()
        pq.write_table(
            pa.table({"text": _TEXTS, "url": [f"https://a.example/{n}" for n in range(len(_TEXTS))]}), stream
        )
        _PARQUET.append(stream.getvalue())
    return _PARQUET[0]


_PARQUET: list[bytes] = []


def _figures(chance: random.Random, _: int) -> tuple[str, bytes]:
    pieces = (
        "1 ", "1,", "$1 ", "5.6 million ", "100 万", "1/2 ", "5 à 6 ", "10 % ", "亿", "零", "〇", "2,048 H800 ", "per ", "1e9 ",
        "cent ", "un demi-", "vingt-", "½", "①", "٣", "９", "−", "~", "$", "€€", "(", "倍", "分之", "折", "more than ", ".", "\n",
        "9" * 400 + " ", "0" * 400, "DeepSeek ", "|", "- ", "Nvidia H800", "'", "’", "\u202f", "\xa0", "third ", "trillion ",
    )  # fmt: skip
    few = chance.sample(pieces, k=chance.randrange(1, 6))
    return chance.choice((".txt", ".md")), "".join(chance.choices(few, k=chance.choice((50, 500, 4000)))).encode()


_KINDS: tuple[Callable[[random.Random, int], tuple[str, bytes]], ...] = (
    _random_bytes,
    _cut_utf8,
    _flipped_bytes,
    _one_long_line,
    _nested_json,
    _odd_json,
    _gzip_bomb,
    _zip_bomb,
    _many_tags,
    _odd_html,
    _hidden_signs,
    _nuls,
    _odd_table,
    _broken_parquet,
    _figures,
)
