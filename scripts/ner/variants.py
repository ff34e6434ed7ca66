"""More sentences out of those at hand: names swapped, scripts converted, headlines in capitals."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from .corpora import Sentence

DICTIONARY_TAGS = {"nr": "PER", "ns": "LOC", "nt": "ORG"}
SWAP_SHARE = 0.6
CAPITALS_SHARE = 0.12
SMALL_SHARE = 0.08


def variants(sentences: Sequence[Sentence], *, seed: int) -> list[Sentence]:
    """Return further training sentences: sources are marked `swapped_`, `other_script_`, `capitals_` and `small_`."""
    rng = random.Random(seed)
    training = [sentence for sentence in sentences if sentence.split == "train"]
    names = _names_seen(training)
    return [
        *_swapped([s for s in training if s.language == "zh" and s.spans], names, rng),
        *_other_script([s for s in training if s.source == "news_zh"]),
        *_recased([s for s in training if s.language != "zh" and s.spans], rng),
    ]


def _names_seen(training: Sequence[Sentence]) -> dict[str, list[str]]:
    """Return names to swap in: those of jieba's dictionary and the Chinese and Latin ones of our own sentences."""
    names: dict[str, list[str]] = {"PER": [], "LOC": [], "ORG": [], "PROD": []}
    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("jieba is not installed: pip install 'newslens[train]'")
    for line in (Path(spec.origin).parent / "dict.txt").read_text("utf-8").splitlines():
        word, _, tag = line.split(" ")
        if tag in DICTIONARY_TAGS and len(word) > 1:
            names[DICTIONARY_TAGS[tag]].append(word)
    for sentence in training:
        if sentence.source.startswith("news_"):
            for start, end, label in sentence.spans:
                names[label].extend([sentence.text[start:end]] * (8 if label in ("ORG", "PROD") else 4))
    return names


def _swapped(sentences: Sequence[Sentence], names: dict[str, list[str]], rng: random.Random) -> Iterator[Sentence]:
    """Yield each Chinese sentence with some of its names replaced by others of their kind, the same one alike."""
    to_traditional, to_simplified = _converter("s2t"), _converter("t2s")
    for sentence in sentences:
        traditional = to_simplified(sentence.text) != sentence.text
        replaced: dict[tuple[str, str], str] = {}
        text, spans, last = "", [], 0
        for start, end, label in sentence.spans:
            text += sentence.text[last:start]
            written = sentence.text[start:end]
            if (written, label) not in replaced:
                other = rng.choice(names[label]) if rng.random() < SWAP_SHARE else written
                replaced[written, label] = to_traditional(other) if traditional else other
            new = replaced[written, label]
            spans.append((len(text), len(text) + len(new), label))
            text, last = text + new, end
        text += sentence.text[last:]
        if text != sentence.text:
            yield replace(sentence, text=text, spans=tuple(spans), source=f"swapped_{sentence.source}")


def _other_script(sentences: Sequence[Sentence]) -> Iterator[Sentence]:
    """Yield Chinese sentences in the other script, where that keeps the length."""
    to_traditional, to_simplified = _converter("s2t"), _converter("t2s")
    for sentence in sentences:
        simplified = to_simplified(sentence.text)
        other = simplified if simplified != sentence.text else to_traditional(sentence.text)
        if other != sentence.text and len(other) == len(sentence.text):
            yield replace(sentence, text=other, source="other_script_zh")


def _recased(sentences: Sequence[Sentence], rng: random.Random) -> Iterator[Sentence]:
    for sentence in sentences:
        draw = rng.random()
        if draw < CAPITALS_SHARE and len(sentence.text) < 120 and len(sentence.text.upper()) == len(sentence.text):
            yield replace(sentence, text=sentence.text.upper(), source=f"capitals_{sentence.language}")
        elif draw > 1 - SMALL_SHARE and len(sentence.text.lower()) == len(sentence.text):
            yield replace(sentence, text=sentence.text.lower(), source=f"small_{sentence.language}")


@cache
def _converter(name: str) -> Callable[[str], str]:
    from opencc import OpenCC

    convert: Callable[[str], str] = OpenCC(name).convert
    return convert
