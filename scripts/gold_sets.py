"""The gold this repository holds, and how the pipeline does on it: shared by the scripts that measure and the tests.

A set is a list of articles in one language. Whole articles: the seeds and what they state, retold in English and
Chinese. Cases: single passages by language, of which the weights were learned from `tune` and never from `held_out`.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from newslens import Article, extract, read_articles
from newslens.pipeline import DEFAULT_SETUP, Setup
from newslens.records import CORE_TYPES, LANGUAGES
from newslens.score import Mention, Pair, Score, match, read_gold, score

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "tests" / "gold"
CASES = ROOT / "tests" / "cases"
WHOLE_ARTICLES = {"seeds": ROOT / "seeds", "retold_en": GOLD / "retold_en", "retold_zh": GOLD / "retold_zh"}
CASE_SETS = tuple(f"{language}/{part}" for part in ("tune", "held_out") for language in LANGUAGES)
GUARDED = (*WHOLE_ARTICLES, *(name for name in CASE_SETS if name.endswith("held_out")))
"""The sets that have floors. What was learned from says less of the next text, and takes twice as long to read."""


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """A text with its gold. `language` is told to the pipeline for a single passage, else it has to find out."""

    name: str
    text: str
    gold: Sequence[dict[str, Any]]
    gold_language: str
    title: str | None = None
    language: str | None = None


def read_set(name: str) -> list[GoldArticle]:
    """Return the articles of a set of `WHOLE_ARTICLES` or `CASE_SETS`."""
    if name in WHOLE_ARTICLES:
        return read_folder(GOLD / name / "gold.jsonl", WHOLE_ARTICLES[name])
    language, _, part = name.partition("/")
    return [
        GoldArticle(f"{case['id']}.txt", case["text"], case["claims"], language, case.get("title"), language)
        for case in read_cases(language)
        if case["set"] == part
    ]


def read_cases(language: str) -> Iterator[dict[str, Any]]:
    """Yield the passages of a language, whatever set they are in."""
    for path in sorted((CASES / language).glob("*.jsonl")):
        yield from _json_lines(path)


def read_folder(gold_file: Path, texts: Path) -> list[GoldArticle]:
    """Return the articles of a gold file whose texts are in the folder `texts`, read as ingest reads them."""
    found = []
    for line in _json_lines(gold_file):
        [article] = read_articles([texts / line["file"]])
        found.append(GoldArticle(line["file"], article.text, line["claims"], line["language"], article.title))
    return found


def fingerprint(articles: Sequence[GoldArticle]) -> str:
    """Return a short hash of all that the figures of a set depend on beside the pipeline."""
    content = [[a.name, a.text, a.title, a.gold_language, list(a.gold)] for a in articles]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def pair_up(articles: Sequence[GoldArticle], setup: Setup = DEFAULT_SETUP) -> list[Pair]:
    """Return each gold claim with the pipeline's claim for it; what stands alone was missed or invented."""
    with tempfile.TemporaryDirectory() as folder:  # the scorer reads gold from files
        lines = [{"file": a.name, "language": a.gold_language, "claims": list(a.gold)} for a in articles]
        gold_file = Path(folder, "gold.jsonl")
        gold_file.write_text("\n".join(map(json.dumps, lines)), "utf-8")
        for article in articles:
            Path(folder, article.name).write_bytes(article.text.encode())
        gold = read_gold(gold_file)
    pairs: list[Pair] = []
    for article, (_, _, wanted) in zip(articles, gold, strict=True):
        claims = extract(
            Article(source=article.name, text=article.text),
            title=article.title,
            language=article.language,
            setup=setup,
        )
        pairs += match(wanted, [Mention(claim.model_dump(), claim.char_start, claim.char_end) for claim in claims])
    return pairs


@cache
def pairs_of(name: str) -> list[Pair]:
    """Return `pair_up` of a set of `read_set`, done once a process."""
    return pair_up(read_set(name))


def is_core(pair: Pair) -> bool:
    """Say whether a pair is about one of the three core types."""
    return any(mention is not None and mention.claim_type in CORE_TYPES for mention in pair)


def figures(name: str) -> dict[str, dict[str, float]]:
    """Return F1 over all and over the core types, normalised and with the subject, of a set of `SET_NAMES`."""
    pairs = pairs_of(name)
    scores = {"all": score(pairs), "core": score([pair for pair in pairs if is_core(pair)])}
    return {scope: _f1(its) for scope, its in scores.items()}


def _f1(its: Score) -> dict[str, float]:
    return {level: its.levels[level].f1 for level in ("normalised", "with_subject")}


def _json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _read(path).split("\n") if line.strip()]


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig")
