"""Learn the weights of every decision from the gold cases and write them to src/newslens/claims/weights/.

    python scripts/train_decisions.py [--check 5] [--only type]

Gold: the `tune` passages of tests/cases and the articles of tests/gold; passages marked `held_out` are never read.
Each decision is a conditional logit: the softmax over its options of a weighted sum of named features, fitted with
an L2 penalty by L-BFGS. The result depends on nothing but the data: a second run writes the same files.
`--check K` reports accuracy in K-fold cross-validation over passages and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import math
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from newslens.claims.document import Document
from newslens.claims.periods import PERIODS
from newslens.claims.ranker import Decision, Features, Ranker
from newslens.claims.reach import lines_to_read
from newslens.claims.reading import Reader
from newslens.claims.scene import Scene
from newslens.claims.sources import MODALITIES
from newslens.claims.values import DIRECTIONS, SENSES, ratio_value
from newslens.claims.wording import is_word
from newslens.entities.names import load_names
from newslens.entities.shipped_model import ShippedModel
from newslens.entities.tagging import Entity
from newslens.ingest import read_articles
from newslens.languages.detect import Passage, split_passages

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "src/newslens/claims/weights"
RARE, RARE_WORD = 3, 10  # a feature seen in fewer samples, or a word as such, learns nothing general
SMALL = 0.01
# The L2 penalties that served best in cross-validation over the passages.
PENALTY = {
    "type": 0.6,
    "subject": 1.0,
    "object": 1.0,
    "source": 0.4,
    "modality": 2.0,
    "sense": 1.0,
    "direction": 0.25,
    "result": 0.25,
    "period": 2.0,
}
# A source that is named wrongly costs no more than one left out, and few figures have one: in doubt it is named.
LEANING = {"source": {"none": -0.4}}
ANCHORED = 8  # times an article of tests/gold counts: whole articles are few, and the seeds must be read right
WHOLE = 2  # times a whole page of tests/cases counts: it is built as the texts that newslens will meet
FOLDS = 5  # of the passages, for that history
LOOKING_BACK = ("subject", "source", "modality")  # columns whose features tell of earlier choices


def same_name(gold: str | None, name: str | None) -> bool:
    """Tell whether `name` is one of the gold's alternatives ("A|B"; an empty one allows none)."""
    wanted = {_fold(part) for part in (gold or "").split("|")}
    return _fold(name or "") in wanted


def _fold(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name).casefold() if c.isalnum())


def same_number(gold: float | None, value: object) -> bool:
    return gold is value if gold is None or value is None else math.isclose(gold, float(str(value)), rel_tol=5e-3)


@dataclass(frozen=True)
class Sample:
    """One decision taken with the gold in hand: the features of each option and which options are right."""

    passage: str
    options: tuple[Features, ...]
    right: tuple[int, ...]


class Teacher:
    """Decides by the gold and keeps what it decided as samples.

    With `rankers`, columns whose features look back at earlier decisions go on with what the rankers would have
    chosen, so that the weights learn from the history they will meet; the samples are still right by the gold.
    """

    def __init__(
        self,
        passage: str,
        gold: Sequence[dict[str, Any]],
        samples: dict[str, list[Sample]],
        rankers: dict[str, Ranker] | None = None,
    ) -> None:
        self.passage, self.gold, self.samples = passage, gold, samples
        self.rankers = rankers or {}

    def choose(self, name: str, scene: Scene, options: Sequence[Any], features: Sequence[Features]) -> Decision:
        claim = self._gold_at(scene, options if name == "type" else None)
        right = self._right(name, scene, options, claim)
        soft = claim is not None and (claim.get("optional") or claim.get("bound") == "vague")
        unsure = claim is None and any(
            c["start"] < scene.quantity.end and scene.quantity.start < c["end"] for c in self.gold
        )
        if soft and name == "type" and None in options:
            right = sorted({*right, list(options).index(None)})  # some readers take it for a claim, others for none
        if right and len(right) < len(options) and not unsure:
            self.samples[name].append(Sample(self.passage, tuple(features), tuple(right)))
        if name in self.rankers:
            return self.rankers[name].decide(features)
        if soft and name == "type" and len(right) > 1:
            right = [i for i in right if options[i] is not None]
        return Decision(
            right[0] if right else 0 if name != "type" else list(options).index(None) if None in options else 0, 1.0, ()
        )

    def _gold_at(self, scene: Scene, types: Sequence[Any] | None) -> dict[str, Any] | None:
        quantity = scene.quantity
        best, share = None, 0.2
        for claim in self.gold:
            shared = min(claim["end"], quantity.end) - max(claim["start"], quantity.start)
            union = max(claim["end"], quantity.end) - min(claim["start"], quantity.start)
            if shared >= share * union and (types is None or claim["claim_type"] in types):
                best, share = claim, shared / union
        return best

    def _right(self, name: str, scene: Scene, options: Sequence[Any], claim: dict[str, Any] | None) -> list[int]:
        if name == "type":
            wanted = claim["claim_type"] if claim else None
            return [i for i, option in enumerate(options) if option == wanted]
        if claim is None:
            return []
        low, high = claim.get("value_low"), claim.get("value_high")
        if name == "sense":
            values = [ratio_value(scene.quantity, sense) for sense in SENSES]
            return [i for i, v in enumerate(values) if v and same_number(low, v.low) and same_number(high, v.high)]
        if name == "direction":
            falls = (low if low is not None else high) < 0
            return [DIRECTIONS.index("fall" if falls else "rise")]
        if name == "result":
            kind = claim.get("facet")
            loss = kind == "profit" and (low if low is not None else high) < 0
            return [i for i, option in enumerate(options) if option == ("loss" if loss else kind)]
        if name == "period":
            return [i for i, option in enumerate(PERIODS) if (option or "") == claim["unit"].partition("/")[2]]
        if name == "modality":
            return [MODALITIES.index(claim.get("modality") or "asserted")]
        names = [option.name for option in options] if name == "source" else list(options)
        column = {"subject": "subject", "object": "object", "source": "attributed_to"}[name]
        return [i for i, option in enumerate(names) if same_name(claim.get(column), option)]


def passages() -> Iterator[tuple[str, str, str | None, list[Passage], list[dict[str, Any]]]]:
    """Yield (id, text, title, language passages, gold) of all that weights may be learned from."""
    for path in sorted((ROOT / "tests/cases").glob("*/*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            case = json.loads(line)
            if case["set"] == "tune":
                text = case["text"]
                yield (
                    case["id"],
                    text,
                    case.get("title"),
                    [Passage(0, len(text), path.parent.name)],
                    _placed(text, case["claims"]),
                )
    for path in sorted((ROOT / "tests/gold").glob("*/gold.jsonl")):
        folder = ROOT / "seeds" if path.parent.name == "seeds" else path.parent
        for line in path.read_text("utf-8").splitlines():
            article = json.loads(line)
            [read] = read_articles([folder / article["file"]])
            spans = split_passages(read.text, article["language"])
            yield article["file"], read.text, read.title, spans, _placed(read.text, article["claims"])


def _placed(text: str, claims: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    placed = []
    for claim in claims:
        start = -1
        for _ in range(int(claim.get("nth") or 1)):
            start = text.index(claim["quote"], start + 1)
        placed.append({**claim, "start": start, "end": start + len(claim["quote"])})
    return placed


def gather_samples(rankers: Sequence[dict[str, Ranker]] = ()) -> dict[str, list[Sample]]:
    """Read all passages with the gold in hand and return the decisions taken, by name.

    With `rankers`, one set a fold, the history is what the rankers of a passage's fold would have chosen.
    """
    samples: dict[str, list[Sample]] = defaultdict(list)
    names = load_names()
    for passage, text, title, spans, gold in passages():
        document = Document(text, spans, names, title)
        lines = lines_to_read(document, None)
        if lines is not None:
            document.recognise(RememberedModel(), lines)
        history = rankers[fold_of(passage, len(rankers))] if rankers else None
        for _ in Reader(document, Teacher(passage, gold, samples, history)).read():
            pass
    return samples


def fold_of(passage: str, folds: int) -> int:
    return zlib.crc32(passage.encode()) % folds


def rankers_of_folds(samples: dict[str, list[Sample]]) -> list[dict[str, Ranker]]:
    """Return the rankers of each fold, learned from the other folds: they err on it as they would on a new text."""
    return [
        {
            name: Ranker(name, learn(name, [s for s in samples[name] if fold_of(s.passage, FOLDS) != fold]))
            for name in LOOKING_BACK
        }
        for fold in range(FOLDS)
    ]


class RememberedModel:
    """The shipped names model; it reads each text once, however often the passages are gone through."""

    version = "shipped"
    found: ClassVar[dict[tuple[str, ...], list[list[Entity]]]] = {}

    def tag(self, texts: Sequence[str]) -> list[list[Entity]]:
        key = tuple(texts)
        if key not in self.found:
            self.found[key] = _shipped_model().tag(texts)
        return self.found[key]


@cache
def _shipped_model() -> ShippedModel:
    return ShippedModel()


def fit(samples: Sequence[Sample], penalty: float) -> dict[str, float]:
    """Return the weights that make the right options likeliest, with an L2 penalty."""
    seen = Counter(f for s in samples for f in {f for option in s.options for f, v in option.items() if v})
    index = {f: i for i, f in enumerate(sorted(f for f, n in seen.items() if n >= (RARE_WORD if is_word(f) else RARE)))}
    rows, columns, values, starts, right = [], [], [], [], []
    row = 0
    for sample in (s for s in samples for _ in range(_times(s.passage))):
        starts.append(row)
        for i, option in enumerate(sample.options):
            right.append(i in sample.right)
            for f, v in option.items():
                if v and f in index:
                    rows.append(row)
                    columns.append(index[f])
                    values.append(v)
            row += 1
    matrix = csr_matrix((values, (rows, columns)), shape=(row, len(index)))
    begin, correct = np.array(starts), np.array(right)
    sizes = np.diff([*starts, row])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = matrix @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, begin), sizes)
        exp = np.exp(scores)
        total, good = np.add.reduceat(exp, begin), np.add.reduceat(np.where(correct, exp, 0.0), begin)
        good = np.maximum(good, 1e-300)
        p_all = exp / np.repeat(total, sizes)
        p_good = np.where(correct, exp, 0.0) / np.repeat(good, sizes)
        gradient = matrix.T @ (p_all - p_good) + 2 * penalty * weights
        return float((np.log(total) - np.log(good)).sum() + penalty * (weights @ weights)), gradient

    result = minimize(loss, np.zeros(len(index)), jac=True, method="L-BFGS-B", options={"maxiter": 400})
    return {f: round(float(result.x[i]), 3) for f, i in index.items() if abs(result.x[i]) >= SMALL}


def _times(passage: str) -> int:
    if passage.endswith(".txt"):
        return ANCHORED
    return WHOLE if "-pages-" in passage else 1


def learn(name: str, samples: Sequence[Sample], penalty: float | None = None) -> dict[str, float]:
    """Return the weights of a decision, leaning as LEANING says."""
    weights = fit(samples, penalty or PENALTY[name])
    for feature, amount in LEANING.get(name, {}).items():
        weights[feature] = round(weights.get(feature, 0.0) + amount, 3)
    return weights


def accuracy(samples: Sequence[Sample], weights: dict[str, float]) -> float:
    def score(option: Features) -> float:
        return sum(weights.get(f, 0.0) * v for f, v in option.items())

    hits = sum(max(range(len(s.options)), key=lambda i: score(s.options[i])) in s.right for s in samples)
    return hits / len(samples)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--penalty", type=float, help="one L2 penalty for all decisions, instead of those in PENALTY")
    parser.add_argument("--check", type=int, default=0, metavar="K")
    parser.add_argument("--only", action="append")
    args = parser.parse_args()
    first = gather_samples()
    for name, samples in sorted(gather_samples(rankers_of_folds(first)).items()):
        if args.only and name not in args.only:
            continue
        penalty = args.penalty
        if args.check:
            scores = []
            for k in range(args.check):
                weights = learn(name, [s for s in samples if fold_of(s.passage, args.check) != k], penalty)
                scores.append(accuracy([s for s in samples if fold_of(s.passage, args.check) == k], weights))
            print(f"{name:10} {len(samples):5} decisions, right when left out {np.mean(scores):.3f}")
            continue
        weights = learn(name, samples, penalty)
        print(
            f"{name:10} {len(samples):5} decisions, {len(weights):5} weights,"
            f" right on what was learned {accuracy(samples, weights):.3f}"
        )
        (WEIGHTS / f"{name}.json").write_text(
            json.dumps(weights, ensure_ascii=False, indent=0, sort_keys=True) + "\n", "utf-8"
        )


if __name__ == "__main__":
    main()
