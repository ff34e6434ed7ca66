"""Exact span-and-type F1 of a tagger on annotated sentences (the strict mode of seqeval)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from newslens.entities.tagging import LABELS, Entity, decode

from .corpora import Sentence

PUBLIC_LABELS = ("PER", "ORG", "LOC")
Tag = Callable[[Sequence[str]], Sequence[Sequence[Entity]]]


class Score(NamedTuple):
    """Right, wrongly found and missed names."""

    right: int
    wrong: int
    missed: int

    @property
    def f1(self) -> float:
        """F1 in per cent; 0 where there is nothing."""
        return 200 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


def score(sentences: Sequence[Sentence], tag: Tag, labels: Iterable[str]) -> dict[str, Score]:
    """Return the score of each label and of all, under `all`."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    wanted = set(labels)
    for sentence, entities in zip(sentences, tag([s.text for s in sentences]), strict=True):
        gold = {span for span in sentence.spans if span[2] in wanted}
        found = {(e.start, e.end, e.label) for e in entities if e.label in wanted}
        for counter, spans in ((right, gold & found), (wrong, found - gold), (missed, gold - found)):
            counter.update(span[2] for span in spans)
    scores = {label: Score(right[label], wrong[label], missed[label]) for label in labels}
    return {"all": Score(right.total(), wrong.total(), missed.total()), **scores}


def labels_of(source: str) -> tuple[str, ...]:
    """Return the labels a source is scored over: all four on our own sentences, without products elsewhere."""
    return LABELS if source.startswith("news_") else PUBLIC_LABELS


def torch_tagger(weights: Path, start: Path, *, batch: int = 32, threads: int = 1) -> Tag:
    """Return a tagger that runs a training checkpoint."""
    import torch
    from tokenizers import Tokenizer

    from newslens.entities.tagging import TAGS

    from .training import PADDING, new_model

    torch.set_num_threads(threads)
    tokenizer = Tokenizer.from_file(str(start / "tokenizer.json"))
    tokenizer.enable_truncation(256)
    model = new_model(start, seed=0)
    held = torch.load(weights)
    model.load_state_dict(held.get("model", held))
    model.eval()

    def tag(texts: Sequence[str]) -> list[list[Entity]]:
        found: list[list[Entity]] = [[] for _ in texts]
        encodings = tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda i: len(encodings[i].ids))
        for first in range(0, len(order), batch):
            part = order[first : first + batch]
            width = len(encodings[part[-1]].ids)
            ids = torch.tensor([encodings[i].ids + [PADDING] * (width - len(encodings[i].ids)) for i in part])
            with torch.no_grad():
                logits = model(input_ids=ids, attention_mask=(ids != PADDING).long()).logits
            for row, i in zip(torch.softmax(logits, -1).numpy(), part, strict=True):
                found[i] = decode(texts[i], encodings[i].offsets, row[: len(encodings[i].ids)], TAGS)
        return found

    return tag
