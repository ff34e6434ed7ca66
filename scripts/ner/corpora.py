"""The annotated sentences the model learns from and is measured on, all mapped to PER, ORG, LOC and PROD.

Every reader gives plain text with character spans; how a source was tokenised is forgotten here.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

Split = Literal["train", "dev", "test"]

KINDS = {
    **dict.fromkeys(("PER", "Person", "person"), "PER"),
    **dict.fromkeys(("ORG", "Organization", "corporation", "group"), "ORG"),
    **dict.fromkeys(("LOC", "Location", "location"), "LOC"),
    **dict.fromkeys(("PROD", "Product", "product"), "PROD"),
}
"""The sources' labels that mean one of ours; all others (MISC, Event, Date, creative-work) are read as no name."""

OWN_SENTENCES = Path(__file__).parent.parent / "ner_sentences"
SHARE_OUT_OF_TRAINING = 3
"""One sentence in three is kept out of training where a source brings no split of its own: half dev, half test."""

_MARK = re.compile(r"\[\[([^\[\]|]+)\|(PER|ORG|LOC|PROD)\]\]")
_NO_SPACE_BEFORE = {*",.!?;:)]}%'”’»…", "n't", "'s", "'re", "'ve", "'ll", "'m", "'d"}
_NO_SPACE_AFTER = {*"([{“‘«$#@"}
_SENTENCE_END = re.compile(r"[.!?][\"»”]?\s+(?=[A-ZÉÈÀÂÇÎ«\"“])")


@dataclass(frozen=True)
class Sentence:
    """A sentence with its names.

    Offsets: `spans` are (start, end, label) in characters of `text`, end exclusive, in order and apart from each other.
    `products_marked` is false where the source does not annotate products, so that "no name" may be one.
    """

    text: str
    spans: tuple[tuple[int, int, str], ...]
    language: str
    source: str
    split: Split
    products_marked: bool


def split_by_hash(text: str) -> Split:
    """Return the split of a sentence of a source without splits, the same on every machine."""
    bucket = int(hashlib.sha256(text.encode()).hexdigest(), 16) % (2 * SHARE_OUT_OF_TRAINING)
    return "dev" if bucket == 0 else "test" if bucket == 1 else "train"


def read_own_sentences() -> Iterator[Sentence]:
    """Yield the project's own sentences: `[[DeepSeek|ORG]] released [[V3.2|PROD]]`, a line each."""
    for path in sorted(OWN_SENTENCES.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            text, spans, last = "", [], 0
            for mark in _MARK.finditer(line):
                text += line[last : mark.start()]
                spans.append((len(text), len(text) + len(mark[1]), mark[2]))
                text, last = text + mark[1], mark.end()
            text += line[last:]
            yield Sentence(text, tuple(spans), path.stem, f"news_{path.stem}", split_by_hash(text), True)


def read_all(folder: Path) -> list[Sentence]:
    """Return every sentence of the archives in `folder` and of the project's own files.

    Raises: FileNotFoundError: an archive is missing.
    """
    return [
        *_read_winer(folder / "winer_fr.tar.xz"),
        *_read_wikigold(folder / "wikigold.tar.xz"),
        *_read_tweets(folder / "btc.tar.xz", "btc"),
        *_read_tweets(folder / "wnut17.tar.xz", "wnut17"),
        *_read_uner(folder / "uner_english_ewt_dev_test.tar.xz", "en"),
        *_read_uner(folder / "uner_chinese_gsd.tar.xz", "zh"),
        *read_own_sentences(),
    ]


def _members(archive: Path) -> dict[str, str]:
    with tarfile.open(archive) as files:
        contents = {member.name: files.extractfile(member) for member in files.getmembers() if member.isfile()}
        return {name: content.read().decode("utf-8", "replace") for name, content in contents.items() if content}


def _read_winer(archive: Path) -> Iterator[Sentence]:
    files = _members(archive)
    for name in sorted(files):
        if not name.endswith(".ann"):
            continue
        text = files[f"{name[:-4]}.txt"]
        marks = [re.match(r"T\d+\t(\w+) (\d+) (\d+)\t", line) for line in files[name].splitlines()]
        entities = [(int(mark[2]), int(mark[3]), mark[1]) for mark in marks if mark]
        outer = [e for e in entities if not any(o[0] <= e[0] and e[1] <= o[1] and o != e for o in entities)]
        for line in re.finditer(r"[^\n]+", text):
            if "Identi.ca" in line[0] or "Digg" in line[0]:  # the footer of share buttons
                continue
            for start, end in _sentences(line[0], line.start(), outer):
                yield _winer_sentence(text, start, end, outer)


def _sentences(line: str, base: int, entities: list[tuple[int, int, str]]) -> Iterator[tuple[int, int]]:
    cuts = [base + cut.end() for cut in _SENTENCE_END.finditer(line)]
    cuts = [cut for cut in cuts if not any(start < cut < end for start, end, _ in entities)]
    bounds = [base, *cuts, base + len(line)]
    for start, end in itertools.pairwise(bounds):
        if end - start >= 15:
            yield start, end


def _winer_sentence(text: str, start: int, end: int, entities: list[tuple[int, int, str]]) -> Sentence:
    """Return the sentence without the spaces that the source's tokeniser left before full stops and in brackets."""
    raw = text[start:end]
    dropped = {gap.start() for gap in re.finditer(r" (?=[,.)])|(?<=[(\[]) |^\s+|\s+$", raw)}
    dropped |= set(range(len(raw) - len(raw.lstrip()))) | set(range(len(raw.rstrip()), len(raw)))
    new, position = [], 0
    for offset in range(len(raw)):
        new.append(position)
        position += offset not in dropped
    new.append(position)
    clean = "".join(sign for offset, sign in enumerate(raw) if offset not in dropped)
    spans = [
        (new[a - start], new[b - start], KINDS[label])
        for a, b, label in entities
        if start <= a and b <= end and label in KINDS
    ]
    return Sentence(clean, tuple(sorted(spans)), "fr", "winer_fr", split_by_hash(clean), True)


def _read_wikigold(archive: Path) -> Iterator[Sentence]:
    [content] = _members(archive).values()
    for rows in _blocks(content, " "):
        words = [row for row in rows if not row[0].startswith("-DOCSTART")]
        if words:
            text, offsets = _detokenised([word for word, _ in words])
            yield Sentence(text, _spans(words, offsets), "en", "wikigold", split_by_hash(text), False)


def _read_tweets(archive: Path, source: str) -> Iterator[Sentence]:
    official: dict[str, Split] = {"train": "train", "dev": "dev", "test": "test"}
    for name, content in sorted(_members(archive).items()):
        part = Path(name).stem.rpartition("_")[2]
        for rows in _blocks(content, "\t"):
            rows = [(word, tag.split(",")[0]) for word, tag in _joined_handles(rows)]
            text, offsets = _detokenised([word for word, _ in rows])
            split = official.get(part) or split_by_hash(text)
            yield Sentence(text, _spans(rows, offsets), "en", source, split, source == "wnut17")


def _joined_handles(rows: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield `@`, `name` as one untagged word: who a tweet is addressed to is no name in running text."""
    skip = False
    for position, (word, tag) in enumerate(rows):
        if skip:
            skip = False
            continue
        if word == "@" and position + 1 < len(rows):
            yield f"@{rows[position + 1][0]}", "O"
            skip = True
        else:
            yield word, "O" if word.startswith("@") and len(word) > 1 else tag


def _read_uner(archive: Path, language: str) -> Iterator[Sentence]:
    official: dict[str, Split] = {"train": "train", "dev": "dev", "test": "test"}
    for name, content in sorted(_members(archive).items()):
        split = official[Path(name).stem.rpartition("_")[2]]
        for block in content.split("\n\n"):
            lines = block.splitlines()
            rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
            if not rows:
                continue
            words = [(row[1], row[2]) for row in rows]
            if language == "zh":
                for simplified in (False, True):
                    yield _chinese_sentence(words, split, simplified)
                continue
            raw = next((line[8:].strip() for line in lines if line.startswith("# text =")), "")
            offsets = _aligned(raw, words)
            text, offsets = (raw, offsets) if offsets else _detokenised([word for word, _ in words])
            # English brings no training part: the development part gives it, all but the sixth that choices are made on
            chosen: Split = "test" if split == "test" else "dev" if split_by_hash(text) == "dev" else "train"
            yield Sentence(text, _spans(words, offsets), "en", "uner_en", chosen, False)


def _chinese_sentence(words: list[tuple[str, str]], split: Split, simplified: bool) -> Sentence:
    text, offsets = "", []
    for word, _ in words:
        written = _simplify().convert(word) if simplified else word
        if text and re.match(r"[A-Za-z0-9]", written) and re.search(r"[A-Za-z0-9]$", text):
            text += " "
        offsets.append((len(text), len(text) + len(written)))
        text += written
    source = "uner_zh_simplified" if simplified else "uner_zh_traditional"
    return Sentence(text, _spans(words, offsets), "zh", source, split, False)


@cache
def _simplify():  # type: ignore[no-untyped-def]  # opencc has no types
    from opencc import OpenCC

    return OpenCC("t2s")


def _blocks(content: str, sign: str) -> Iterator[list[tuple[str, str]]]:
    for block in re.split(r"\n\s*\n", content):
        rows = [line.rsplit(sign, 1) for line in block.splitlines() if sign in line]
        if rows:
            yield [(word.split("\t")[0], tag.strip()) for word, tag in rows]


def _detokenised(words: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """Return the words written as a person would, with where each one stands."""
    text, offsets, previous, quote_open = "", [], "", False
    for word in words:
        gap = " " if text else ""
        if word in _NO_SPACE_BEFORE or (word.startswith("'") and len(word) <= 3) or previous in _NO_SPACE_AFTER:
            gap = ""
        if word == '"':
            gap = "" if quote_open else gap
            quote_open = not quote_open
        elif previous == '"' and quote_open:
            gap = ""
        text += gap
        offsets.append((len(text), len(text) + len(word)))
        text, previous = text + word, word
    return text, offsets


def _aligned(text: str, words: list[tuple[str, str]]) -> list[tuple[int, int]] | None:
    position, offsets = 0, []
    for word, _ in words:
        start = text.find(word, position)
        if start < 0 or start - position > 3:
            return None
        offsets.append((start, start + len(word)))
        position = start + len(word)
    return offsets


def _spans(words: list[tuple[str, str]], offsets: list[tuple[int, int]]) -> tuple[tuple[int, int, str], ...]:
    """Return the spans of IOB or IO tags: a name goes on while the label stays and no `B-` begins another."""
    spans: list[tuple[int, int, str]] = []
    current = None
    for (_, tag), (start, end) in zip(words, offsets, strict=True):
        prefix, _, label = tag.partition("-")
        if prefix == "B" or label != current:
            current = label or None
            if label in KINDS:
                spans.append((start, end, KINDS[label]))
        elif label in KINDS:
            spans[-1] = (spans[-1][0], end, KINDS[label])
    return tuple(spans)
