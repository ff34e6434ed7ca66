"""Train the shipped NER model, measure it, and pack it into src/newslens/entities/model/.

    pip install -e '.[train]'
    python scripts/train_ner.py train --corpora FOLDER [--work build/ner] [--layers 6] [--pieces 4000000] [--threads 2]
                                      [--begin-with MODEL.pt --rate 2e-4]      # to go on with more sentences
    python scripts/train_ner.py evaluate --corpora FOLDER [--split dev] [--only winer_fr]
    python scripts/train_ner.py pack --version 1
    python scripts/train_ner.py report --corpora FOLDER      # test splits, once: writes figures.json beside the model

`--corpora` holds the archives that the model card names, as they are: winer_fr.tar.xz, wikigold.tar.xz,
wnut17.tar.xz, btc.tar.xz, uner_english_ewt_dev_test.tar.xz, uner_chinese_gsd.tar.xz. Our own sentences are in
scripts/ner_sentences/. A run that is stopped goes on from its last checkpoint in `--work`; the seed, the corpora and
the number of threads fix the result. Two cores need about 90 minutes for 4,000,000 pieces.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path

from ner.corpora import Sentence, read_all
from ner.figures import Tag, labels_of, score, torch_tagger
from ner.training import Recipe
from newslens.entities.tagging import LABELS

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "src/newslens/entities/model"
SEED = 1
CARD_START, CARD_END = "<!-- figures: written by scripts/train_ner.py report -->", "<!-- end of figures -->"


def main() -> None:
    """Run the step asked for."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["train", "evaluate", "pack", "report"])
    parser.add_argument("--corpora", type=Path)
    parser.add_argument("--work", type=Path, default=ROOT / "build/ner")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--vocabulary", type=int, default=40_000)
    parser.add_argument("--pieces", type=int, default=4_000_000, help="pieces of words to see in training")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--rate", type=float, default=Recipe.learning_rate, help="the highest learning rate")
    parser.add_argument("--begin-with", type=Path, metavar="MODEL.pt", help="weights of an earlier run to begin with")
    parser.add_argument("--no-variants", action="store_true", help="without swapped names, other scripts and cases")
    parser.add_argument("--split", choices=["dev", "test"], default="dev")
    parser.add_argument("--only", help="one source")
    parser.add_argument("--version", default="1")
    given = parser.parse_args()
    if given.step != "pack" and given.corpora is None:
        parser.error("--corpora FOLDER is needed: the archives that the model card names")
    start = given.work / f"start-{given.layers}"
    if given.step == "train":
        train(given, start)
    elif given.step == "pack":
        from ner.packing import pack

        pack(given.work / "model.pt", start, MODEL, version=given.version)
        print(f"{sum(path.stat().st_size for path in MODEL.iterdir()) / 1e6:.1f} MB in {MODEL}")
    elif given.step == "evaluate":
        sentences = [s for s in read_all(given.corpora) if s.split == given.split]
        show(sentences, torch_tagger(given.work / "model.pt", start, threads=given.threads), given.only)
    else:
        report(read_all(given.corpora))


def train(given: argparse.Namespace, start: Path) -> None:
    """Make the start model where it is missing, then train, or go on training."""
    from ner.encoder import LANGUAGES, write_start
    from ner.training import encode
    from ner.training import train as run
    from ner.variants import variants

    sentences = read_all(given.corpora)
    training = [s for s in sentences if s.split == "train"]
    if not (start / "encoder.pt").exists():
        texts = {language: [s.text for s in training if s.language == language] for language in LANGUAGES}
        write_start(start, texts, layers=given.layers, pieces=given.vocabulary)
    if not given.no_variants:
        training += variants(sentences, seed=given.seed)
    head_factor = 2.0 if given.begin_with else Recipe.head_factor  # a head that has learned needs no haste
    recipe = Recipe(tokens=given.pieces, seed=given.seed, learning_rate=given.rate, head_factor=head_factor)
    examples = encode(training, start, recipe.longest)
    run(examples, start, given.work, recipe, threads=given.threads, begin_with=given.begin_with)


def show(sentences: Sequence[Sentence], tag: Tag, only: str | None = None) -> dict[str, dict[str, float]]:
    """Print and return F1 by source and label."""
    figures: dict[str, dict[str, float]] = {}
    for source in sorted({s.source for s in sentences}):
        if only in (None, source):
            part = [s for s in sentences if s.source == source]
            scores = score(part, tag, labels_of(source))
            figures[source] = {label: round(value.f1, 1) for label, value in scores.items()}
            print(f"{source:22} {len(part):5} sentences  {figures[source]}", flush=True)
    return figures


def report(sentences: Sequence[Sentence]) -> None:
    """Measure the packed model on the test splits, on names never seen, and its speed; write figures.json."""
    from newslens.entities.shipped_model import ShippedModel

    began = time.perf_counter()
    model = ShippedModel()
    model.tag(["one"])
    load_s = time.perf_counter() - began
    tests = [s for s in sentences if s.split == "test"]
    figures = show(tests, model.tag)
    figures |= {f"{name} unseen names": value for name, value in unseen(sentences, model.tag).items()}
    texts = [s.text for s in tests][:2000]
    pieces = sum(len(e.ids) for e in model._tokenizer.encode_batch(texts))
    began = time.process_time()
    model.tag(texts)
    speed = pieces / (time.process_time() - began)
    out = {"version": model.version, "f1": figures, "load_s": round(load_s, 2), "pieces_per_s": round(speed)}
    (MODEL / "figures.json").write_text(json.dumps(out, indent=1, ensure_ascii=False) + "\n", "utf-8")
    write_card(figures, load_s, speed)
    print(f"loaded in {load_s:.2f} s, {speed:.0f} pieces/s on one core")


def write_card(figures: dict[str, dict[str, float]], load_s: float, speed: float) -> None:
    """Write the figures into the model card."""
    card = MODEL / "README.md"
    before, rest = card.read_text("utf-8").split(CARD_START)
    _, after = rest.split(CARD_END)
    rows = ["| test set | all | PER | ORG | LOC | PROD |", "|---|---|---|---|---|---|"]
    for source, scores in figures.items():
        cells = [str(scores.get(label, "")) for label in ("all", *LABELS)]
        rows.append(f"| {source} | {' | '.join(cells)} |")
    speed_line = f"Loads in {load_s:.1f} s; reads {speed:,.0f} pieces a second on one core, in batches."
    table = "\n".join([CARD_START, "", *rows, "", speed_line, "", CARD_END])
    card.write_text(before + table + after, "utf-8")


def unseen(sentences: Sequence[Sentence], tag: Tag) -> dict[str, dict[str, float]]:
    """Return F1 over names of our test sentences that no training sentence holds, nor the base.

    A name found counts as wrong where it is no name of the sentence and unseen itself.
    """
    from newslens.entities.names import load_names

    seen = {s.text[a:b].lower() for s in sentences if s.split == "train" for a, b, _ in s.spans}
    names = load_names()
    figures = {}
    for language in ("fr", "en", "zh"):
        part = [s for s in sentences if s.source == f"news_{language}" and s.split == "test"]
        right = wrong = missed = 0
        for sentence, entities in zip(part, tag([s.text for s in part]), strict=True):
            gold = set(sentence.spans)
            for span in gold | {(e.start, e.end, e.label) for e in entities}:
                written = sentence.text[span[0] : span[1]]
                if written.lower() in seen or names.resolve(written) is not None:
                    continue
                found = any((e.start, e.end, e.label) == span for e in entities)
                right += found and span in gold
                wrong += found and span not in gold
                missed += not found
        figures[f"news_{language}"] = {
            "all": round(200 * right / max(1, 2 * right + wrong + missed), 1),
            "names": right + missed,
        }
        print(f"news_{language}: unseen names {figures[f'news_{language}']}")
    return figures


if __name__ == "__main__":
    main()
