"""Fine-tuning of the encoder on the annotated sentences, in steps that can be stopped and taken up again."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from newslens.entities.tagging import TAGS

from .corpora import Sentence

if TYPE_CHECKING:
    import torch
    from transformers import BertForTokenClassification

IGNORED = -100
NO_NAME_OR_PRODUCT = -1
"""The target of a piece outside every name where the source marks no products: O, or one of the two product tags."""
PADDING = 1
POOL = 900


@dataclass(frozen=True)
class Recipe:
    """How a training run goes. `tokens` counts pieces seen; the weights written are a mean from `average_from` on."""

    tokens: int
    learning_rate: float = 3e-4
    head_factor: float = 5.0
    batch_tokens: int = 1024
    longest: int = 192
    warmup: float = 0.05
    seed: int = 1
    average_from: float = 0.7


SOURCE_WEIGHTS = {
    "btc": 0.35,
    **{f"news_{language}": 4.0 for language in ("fr", "en", "zh")},
    **{f"swapped_uner_zh_{script}": 0.5 for script in ("traditional", "simplified")},
    **{f"{case}_{language}": 0.4 for case in ("capitals", "small") for language in ("fr", "en")},
}
"""How often a sentence of a source is drawn; 1 where a source is not named."""


class Example(NamedTuple):
    """A sentence in pieces: ids, one target a piece, and the weight it is drawn with."""

    ids: list[int]
    targets: list[int]
    language: str
    weight: float


def encode(sentences: Sequence[Sentence], folder: Path, longest: int) -> list[Example]:
    """Return the sentences as pieces with their targets; what stands behind `longest` pieces is cut off."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(longest)
    examples = []
    for sentence, encoding in zip(sentences, tokenizer.encode_batch([s.text for s in sentences]), strict=True):
        outside = 0 if sentence.products_marked else NO_NAME_OR_PRODUCT
        targets = []
        for start, end in encoding.offsets:
            while start < end and sentence.text[start].isspace():
                start += 1
            if start == end:
                targets.append(IGNORED)
                continue
            span = next((span for span in sentence.spans if start < span[1] and end > span[0]), None)
            if span is None:
                targets.append(outside)
            else:
                targets.append(TAGS.index(("B-" if start <= span[0] else "I-") + span[2]))
        weight = SOURCE_WEIGHTS.get(sentence.source, 1.0)
        examples.append(Example(encoding.ids, targets, sentence.language, weight))
    return examples


def new_model(folder: Path, *, seed: int) -> BertForTokenClassification:
    """Return the encoder of `folder` with a fresh head."""
    import torch
    from transformers import BertConfig, BertForTokenClassification

    torch.manual_seed(seed)
    config = BertConfig.from_pretrained(folder, num_labels=len(TAGS))
    config.id2label = dict(enumerate(TAGS))
    config.label2id = {tag: number for number, tag in enumerate(TAGS)}
    model = BertForTokenClassification(config)
    loaded = model.bert.load_state_dict(torch.load(folder / "encoder.pt"), strict=False)
    missing = [key for key in loaded.missing_keys if "position_ids" not in key]
    if missing or loaded.unexpected_keys:
        raise ValueError(f"{folder / 'encoder.pt'} is not of this model: {missing or loaded.unexpected_keys}")
    return model


def batches(examples: Sequence[Example], recipe: Recipe, rng: random.Random) -> Iterator[list[Example]]:
    """Yield batches of about equal length without end: equal share a language, sources by weight."""
    languages = sorted({example.language for example in examples})
    decks = {language: _deck([e for e in examples if e.language == language], rng) for language in languages}
    while True:
        pool = [next(decks[language]) for language in languages for _ in range(POOL // len(languages))]
        pool.sort(key=lambda example: len(example.ids))
        ready, batch = [], []
        for example in pool:
            if batch and (len(batch) + 1) * len(example.ids) > recipe.batch_tokens:
                ready.append(batch)
                batch = []
            batch.append(example)
        ready.append(batch)
        rng.shuffle(ready)
        yield from ready


def _deck(examples: list[Example], rng: random.Random) -> Iterator[Example]:
    """Yield examples in rounds: each round holds every example `weight` times, the fraction by chance."""
    while True:
        round_ = [e for e in examples for _ in range(math.floor(e.weight + rng.random()))]
        rng.shuffle(round_)
        yield from round_


def train(
    examples: Sequence[Example],
    start: Path,
    out: Path,
    recipe: Recipe,
    *,
    threads: int,
    begin_with: Path | None = None,
) -> None:
    """Fine-tune and write `out/model.pt`; a run that was stopped goes on from its last checkpoint.

    A run begins with the encoder of `start` and a fresh head, or with the weights `begin_with` of an earlier run.
    Word embeddings stay as they are, so that they remain on the grid they are stored on. The weights written are the
    mean over the last part of the run (`average_from`), which is steadier than the last step.
    """
    import torch

    torch.set_num_threads(threads)
    out.mkdir(parents=True, exist_ok=True)
    (out / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1), "utf-8")
    model = new_model(start, seed=recipe.seed)
    if begin_with is not None:
        model.load_state_dict(torch.load(begin_with))
    model.bert.embeddings.word_embeddings.weight.requires_grad = False
    head = [value for name, value in model.named_parameters() if name.startswith("classifier")]
    body = [v for name, v in model.named_parameters() if not name.startswith("classifier") and v.requires_grad]
    rates = [recipe.learning_rate, recipe.learning_rate * recipe.head_factor]
    optimizer = torch.optim.AdamW([{"params": body}, {"params": head}], weight_decay=0.01, betas=(0.9, 0.98))
    state = _State(out / "checkpoint.pt")
    state.load(model, optimizer, recipe.average_from * recipe.tokens)
    rng = random.Random(f"{recipe.seed}-{state.tokens}")
    torch.manual_seed(recipe.seed + state.tokens)
    model.train()
    began, seen, loss_sum, steps = time.monotonic(), 0, 0.0, 0
    for batch in batches(examples, recipe, rng):
        progress = state.tokens / recipe.tokens
        if progress >= 1:
            break
        scale = min(1.0, progress / recipe.warmup) if progress < recipe.warmup else max(1 - progress, 0.02)
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * max(scale, 0.02)
        loss = _loss(model, batch)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(body + head, 1.0)
        optimizer.step()
        count = sum(len(example.ids) for example in batch)
        state.tokens, seen, loss_sum, steps = state.tokens + count, seen + count, loss_sum + loss.item(), steps + 1
        if progress >= recipe.average_from and steps % 10 == 0:
            state.average(model)
        if steps % 100 == 0:
            speed = seen / (time.monotonic() - began)
            print(f"{state.tokens:>9} pieces  loss {loss_sum / 100:.4f}  {speed:.0f} pieces/s", flush=True)
            loss_sum = 0.0
        if steps % 250 == 0:
            state.save(model, optimizer)
    state.save(model, optimizer)
    torch.save(state.mean or model.state_dict(), out / "model.pt")


def _loss(model: BertForTokenClassification, batch: list[Example]) -> torch.Tensor:
    import torch
    from torch.nn import functional

    width = max(len(example.ids) for example in batch)
    ids = torch.tensor([example.ids + [PADDING] * (width - len(example.ids)) for example in batch])
    targets = torch.tensor([example.targets + [IGNORED] * (width - len(example.targets)) for example in batch])
    logs = functional.log_softmax(model(input_ids=ids, attention_mask=(ids != PADDING).long()).logits, -1)
    product = [TAGS.index("B-PROD"), TAGS.index("I-PROD")]
    either = -torch.logsumexp(logs[..., [0, *product]], -1)
    single = functional.nll_loss(logs.flatten(0, 1), targets.clamp(min=0).flatten(), reduction="none").view_as(targets)
    losses = torch.where(targets == NO_NAME_OR_PRODUCT, either, single)
    counted = targets != IGNORED
    return (losses * counted).sum() / counted.sum()


class _State:
    """What a run needs to go on: weights, optimiser, pieces seen, and the running mean of the weights."""

    def __init__(self, path: Path) -> None:
        self.path, self.tokens, self.averaged = path, 0, 0
        self.mean: dict[str, torch.Tensor] = {}

    def load(self, model: BertForTokenClassification, optimizer: torch.optim.Optimizer, average_from: float) -> None:
        import torch

        if self.path.exists():
            held = torch.load(self.path)
            model.load_state_dict(held["model"])
            optimizer.load_state_dict(held["optimizer"])
            self.tokens = held["tokens"]
            if self.tokens >= average_from:  # a mean begun in a shorter run is begun again
                self.averaged, self.mean = held["averaged"], held["mean"]

    def save(self, model: BertForTokenClassification, optimizer: torch.optim.Optimizer) -> None:
        import torch

        held = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "tokens": self.tokens}
        part = self.path.with_suffix(".part")
        torch.save({**held, "averaged": self.averaged, "mean": self.mean}, part)
        part.replace(self.path)  # a run killed while it writes keeps the checkpoint before

    def average(self, model: BertForTokenClassification) -> None:
        import torch

        self.averaged += 1
        for name, value in model.state_dict().items():
            if not torch.is_floating_point(value):
                self.mean[name] = value.clone()
            elif name in self.mean:
                self.mean[name] += (value - self.mean[name]) / self.averaged
            else:
                self.mean[name] = value.detach().clone()
