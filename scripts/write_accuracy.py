"""Measure the pipeline on all gold and write the figures into docs/accuracy.md and README.md: `make accuracy`.

    python scripts/write_accuracy.py

Where the environment variable NEWSLENS_EVALUATION names a folder of further sets, each a folder with `gold.jsonl`
and the texts it names, they are measured too; where it is not set, what the page says of them is left as it is.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

from gold_sets import CASE_SETS, ROOT, WHOLE_ARTICLES, is_core, pair_up, pairs_of, read_folder, read_set
from markdown import table, write_block
from newslens.pipeline import Setup
from newslens.score import DETAILS, Pair, Rates, score

PAGE = ROOT / "docs" / "accuracy.md"
README = ROOT / "README.md"
NAMES = {
    "seeds": "seeds, French",
    "retold_en": "seeds retold, English",
    "retold_zh": "seeds retold, Chinese",
    "fr": "French",
    "en": "English",
    "zh": "Chinese",
}
N_BINS = 10


def main() -> None:
    whole = {NAMES[name]: pairs_of(name) for name in WHOLE_ARTICLES}
    cases = {name: pairs_of(name) for name in CASE_SETS}
    unseen = {NAMES[_language(name)]: pairs for name, pairs in cases.items() if name.endswith("held_out")}
    learned = {NAMES[_language(name)]: pairs for name, pairs in cases.items() if not name.endswith("held_out")}
    write_block(PAGE, "unseen", with_total(unseen))
    write_block(PAGE, "whole", level_table(whole))
    write_block(PAGE, "learned", with_total(learned))
    write_block(PAGE, "details", detail_table({**unseen, **whole}))
    write_block(PAGE, "types", type_table(list(chain(*unseen.values()))))
    write_block(PAGE, "confidence", confidence_table(chain(*unseen.values())))
    write_block(README, "accuracy", readme_table(unseen, whole))
    write_block(PAGE, "model", model_table(unseen))
    folder = os.environ.get("NEWSLENS_EVALUATION")
    if folder:
        further = evaluation_sets(Path(folder))
        write_block(PAGE, "further", f"{with_total(further)}\n\n{detail_table(further)}")
    else:
        print("NEWSLENS_EVALUATION is not set: the figures of further sets are left as they are")


def model_table(read_with: Mapping[str, Sequence[Pair]]) -> str:
    """Return what the names model adds: the unseen sets read with it and without."""
    header = ("language", "names model", "normalised", "with_subject", "attributed_to")
    rows = []
    for code in ("fr", "en", "zh"):
        without = pair_up(read_set(f"{code}/held_out"), Setup(ner="none"))
        for label, pairs in (("with", read_with[NAMES[code]]), ("without", without)):
            its = score(pairs)
            levels = (_rate(its.levels[level].f1) for level in ("normalised", "with_subject"))
            share = its.details["attributed_to"]
            rows.append((NAMES[code], label, *levels, f"{share.right}/{share.of}"))
    return table(header, rows)


def evaluation_sets(folder: Path) -> dict[str, list[Pair]]:
    """Return the pairs of each set in the folder, by the name of its own folder."""
    return {gold.parent.name: pair_up(read_folder(gold, gold.parent)) for gold in sorted(folder.glob("*/gold.jsonl"))}


def with_total(sets: Mapping[str, Sequence[Pair]]) -> str:
    """Return the table of levels, with a row for all sets together."""
    return level_table({**sets, "together": list(chain(*sets.values()))})


def level_table(sets: Mapping[str, Sequence[Pair]]) -> str:
    """Return claims of the gold and found, and F1 by level, over all types and over the core types."""
    header = (
        "",
        "gold",
        "claims",
        "found F1",
        "normalised P",
        "R",
        "F1",
        "with subject F1",
        "core: normalised F1",
        "with subject F1",
    )
    rows = []
    for name, pairs in sets.items():
        its, core = score(pairs), score([pair for pair in pairs if is_core(pair)])
        normalised = its.levels["normalised"]
        rates = [its.levels["found"].f1, normalised.p, normalised.r, normalised.f1, its.levels["with_subject"].f1]
        rates += [core.levels["normalised"].f1, core.levels["with_subject"].f1]
        rows.append((name, its.gold, its.claims, *map(_rate, rates)))
    return table(header, rows)


def detail_table(sets: Mapping[str, Sequence[Pair]]) -> str:
    """Return, of the normalised claims, how many have each detail right."""
    header = ("", *(f"`{name}`" for name in DETAILS), "not asserted, F1")
    rows = []
    for name, pairs in sets.items():
        its = score(pairs)
        shares = (f"{share.right}/{share.of}" for share in its.details.values())
        rows.append((name, *shares, _rate(its.not_asserted.f1)))
    return table(header, rows)


def type_table(pairs: Sequence[Pair]) -> str:
    """Return the figures of each claim type, the most frequent first."""
    by_type: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_type[next(mention.claim_type for mention in pair if mention)].append(pair)
    scores = {name: score(its) for name, its in by_type.items()}
    rows = [
        (f"`{name}`", its.gold, _rates(its.levels["normalised"]), _rate(its.levels["with_subject"].f1))
        for name, its in sorted(scores.items(), key=lambda item: -item[1].gold)
    ]
    return table(("", "gold", "normalised P R F1", "with subject F1"), rows)


def confidence_table(pairs: Iterable[Pair]) -> str:
    """Return, for each tenth of confidence, how many claims have it and how many of them are right."""
    bins: dict[int, list[tuple[float, bool, bool]]] = defaultdict(list)
    for pair in pairs:
        claim = pair[1]
        if claim is not None:
            confidence = float(str(claim.cells["confidence"]))
            levels = score([pair]).levels
            place = min(int(confidence * N_BINS), N_BINS - 1)
            bins[place].append((confidence, levels["normalised"].f1 == 1, levels["with_subject"].f1 == 1))
    rows = []
    for place, claims in sorted(bins.items()):
        means = (sum(column) / len(claims) for column in zip(*claims, strict=True))
        rows.append((f"{place / N_BINS:.1f} to {(place + 1) / N_BINS:.1f}", len(claims), *map(_rate, means)))
    return table(("confidence", "claims", "on average", "normalised right", "subject right too"), rows)


def readme_table(unseen: Mapping[str, Sequence[Pair]], whole: Mapping[str, Sequence[Pair]]) -> str:
    """Return the few figures that the README shows."""
    rows = []
    for kind, sets in (("passages held out", unseen), ("whole articles", whole)):
        for name, pairs in sets.items():
            its, core = score(pairs), score([pair for pair in pairs if is_core(pair)])
            levels = (part.levels[level].f1 for part in (its, core) for level in ("normalised", "with_subject"))
            rows.append((f"{kind}: {name}", its.gold, *map(_rate, levels)))
    header = (
        "F1",
        "claims in the gold",
        "all types: value right",
        "and subject right",
        "core types: value right",
        "and subject right",
    )
    return table(header, rows)


def _language(name: str) -> str:
    return name.partition("/")[0]


def _rates(rates: Rates) -> str:
    return f"{rates.p:.2f} {rates.r:.2f} {rates.f1:.2f}"


def _rate(value: float) -> str:
    return f"{value:.2f}"


if __name__ == "__main__":
    main()
