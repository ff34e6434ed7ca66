"""Any token-classification model of Hugging Face, from a folder or a hub, run by transformers and torch."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

from newslens.entities.tagging import TAGS, Entity, decode
from newslens.errors import SettingsError, SetupError

_NO_NAMES = (
    "O", "MISC", "DATE", "TIME", "HOUR", "MONEY", "PERCENT", "CARDINAL", "ORDINAL", "QUANTITY", "LANGUAGE", "EVENT",
    "LAW", "NORP", "WORK_OF_ART", "CREATIVE-WORK", "POSITION", "BOOK", "MOVIE", "GAME",
)  # fmt: skip
MEANINGS = {
    **dict.fromkeys(("PER", "PERS", "PERSON"), "PER"),
    **dict.fromkeys(("ORG", "ORGANIZATION", "ORGANISATION", "CORPORATION", "COMPANY", "GROUP", "GOVERNMENT"), "ORG"),
    **dict.fromkeys(("LOC", "LOCATION", "GPE", "FAC", "PLACE", "ADDRESS", "SCENE"), "LOC"),
    **dict.fromkeys(("PROD", "PRODUCT"), "PROD"),
    **dict.fromkeys(_NO_NAMES, ""),
}
"""What the labels of common models mean; an empty meaning is no name. A user's own mapping comes first."""

_BEGIN, _INSIDE = "BSU", "IELM"
_BARE_SHARE = 0.4
"""Of the mass of a label without B or I, what B gets: less than I, so that neighbours are read as one name."""
BATCH = 16
LONGEST = 512
_INSTALL = "pip install 'newslens[torch]'"


class HubModel:
    """A model named by folder or hub id, its labels read as PER, ORG, LOC and PROD.

    Raises: SetupError: torch is missing, the hub cannot be reached, the folder lacks a tokenizer or weights.
            SettingsError: a label has no meaning here; the hint says how to give it one.
    """

    def __init__(self, name: str, labels: Mapping[str, str] | None = None) -> None:
        self.name = name
        self._tokenizer, self._model = _load(name)
        id2label: dict[int, str] = self._model.config.id2label
        self._columns = _columns([id2label[i] for i in sorted(id2label)], name, labels or {})
        self._longest = min(LONGEST, getattr(self._model.config, "max_position_embeddings", LONGEST) - 2)
        self.version = f"ner-{_digest(name, self._model, labels or {})}"

    def tag(self, texts: Sequence[str]) -> list[list[Entity]]:
        """Return the names in each text; what stands behind the model's longest input is not read.

        Offsets: code points of each text, end exclusive.
        """
        import torch

        found: list[list[Entity]] = [[] for _ in texts]
        order = sorted((i for i, text in enumerate(texts) if text.strip()), key=lambda i: len(texts[i]))
        for first in range(0, len(order), BATCH):
            part = order[first : first + BATCH]
            encoded = self._tokenizer(
                [texts[i] for i in part],
                return_tensors="pt",
                padding=True,
                truncation=True,
                max_length=self._longest,
                return_offsets_mapping=True,
            )
            offsets = encoded.pop("offset_mapping").tolist()
            with torch.no_grad():
                scores = torch.softmax(self._model(**encoded).logits, -1).numpy() @ self._columns
            for row, i in enumerate(part):
                found[i] = decode(texts[i], [(a, b) for a, b in offsets[row]], scores[row], TAGS)
        return found


def _load(name: str) -> tuple[Any, Any]:
    try:
        import torch  # noqa: F401 - transformers runs without it up to the first model
        from safetensors import SafetensorError
        from transformers import AutoModelForTokenClassification, AutoTokenizer
        from transformers.utils import logging
    except ImportError as error:
        raise SetupError(f"the model `{name}` needs torch", hint=_INSTALL, model=name) from error
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    is_folder = Path(name).is_dir()
    if not is_folder and (Path(name).is_absolute() or name.startswith(".") or name.count("/") > 1):
        raise SetupError(f"no such folder: `{name}`", hint="--ner-model takes a model's folder or a hub id", model=name)
    try:
        model = AutoModelForTokenClassification.from_pretrained(name).eval()
    except (OSError, ValueError, RuntimeError, UnpicklingError, SafetensorError) as error:
        raise _unusable(name, "model", is_folder, error) from error
    try:
        tokenizer = AutoTokenizer.from_pretrained(name, use_fast=True)
    except (OSError, ValueError) as error:
        raise _unusable(name, "tokenizer", is_folder, error) from error
    if len(tokenizer) <= len(tokenizer.all_special_tokens):  # made up by the library where the folder has none
        raise _unusable(name, "tokenizer", is_folder, ValueError("it knows no words"))
    if not tokenizer.is_fast:
        cure = "give a folder with a tokenizer.json, which a fast tokenizer saves"
        raise SetupError(f"the tokenizer of `{name}` gives no characters' places", hint=cure, model=name)
    return tokenizer, model


def _unusable(name: str, part: str, is_folder: bool, error: Exception) -> SetupError:
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if is_folder:
        cure = "a model's folder holds config.json, model.safetensors and tokenizer.json"
        return SetupError(f"no {part} in the folder `{name}`: {reason}", hint=cure, model=name)
    cure = (
        "check the name; where no hub is reached, fetch the model elsewhere (newslens models pull ID --to FOLDER) and "
        "give its folder"
    )
    return SetupError(f"cannot get the {part} of `{name}` from the hub: {reason}", hint=cure, model=name)


def _columns(model_labels: Sequence[str], name: str, own: Mapping[str, str]) -> Any:
    """Return the matrix that sums the model's labels into our tags. Shape: the model's labels by `TAGS`."""
    import numpy as np

    meanings = MEANINGS | {label.upper(): meaning for label, meaning in own.items()}
    matrix = np.zeros((len(model_labels), len(TAGS)), dtype=np.float32)
    unknown: list[str] = []
    for row, written in enumerate(model_labels):
        prefix, dash, bare = written.partition("-")
        has_prefix = bool(dash) and len(prefix) == 1 and prefix in _BEGIN + _INSIDE
        label = (bare if has_prefix else written).upper()
        if label not in meanings:
            unknown.append(label)
            continue
        meaning = meanings[label].upper()
        if meaning in ("", "O"):
            matrix[row, 0] = 1
        elif f"B-{meaning}" not in TAGS:
            raise SettingsError(
                f"label `{label}` is mapped to `{meaning}`", hint="a label means PER, ORG, LOC, PROD, or nothing: ''"
            )
        else:
            begin = TAGS.index(f"B-{meaning}")
            shares = (_BARE_SHARE, 1 - _BARE_SHARE) if not has_prefix else (1, 0) if prefix in _BEGIN else (0, 1)
            matrix[row, begin : begin + 2] = shares
    if unknown:
        some = ", ".join(f"`{label}`" for label in dict.fromkeys(unknown))
        cure = f"say what they mean, PER, ORG, LOC, PROD or nothing: --ner-label {unknown[0]}=ORG"
        raise SettingsError(f"the model `{name}` has labels newslens does not know: {some}", hint=cure, model=name)
    return matrix


def _digest(name: str, model: Any, labels: Mapping[str, str]) -> str:
    """Return what tells this model from another: its commit on the hub, or the bytes of its folder."""
    digest = hashlib.sha256(repr((name, sorted(labels.items()))).encode())
    folder = Path(name)
    if folder.is_dir():
        for path in sorted(path for path in folder.iterdir() if path.is_file()):
            digest.update(path.name.encode())
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    else:
        digest.update(str(getattr(model.config, "_commit_hash", "")).encode())
    return digest.hexdigest()[:8]
