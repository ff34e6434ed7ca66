"""The model that ships with newslens: an ONNX file run by onnxruntime, one thread, no torch, no network."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from newslens.entities.tagging import Entity, decode
from newslens.errors import SetupError

FOLDER = Path(__file__).parent / "model"
BATCH_PIECES = 1024
"""Padded pieces a batch holds at most: more is no faster, and costs memory."""
BATCH_ROWS = 64
RUN_COST = 8
"""What a further batch costs, in pieces: so much padding is worth saving. More rows at a time are hardly faster."""
OVERLAP = 32
"""Pieces that two windows of a long text share; each is read in the window that gives it more context."""
_REINSTALL = "install newslens again: pip install --force-reinstall --no-deps newslens"


class ModelConfig(BaseModel):
    """`config.json` of the model's folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    tags: tuple[str, ...]
    max_pieces: int
    padding: int
    sha256: dict[str, str]


class ShippedModel:
    """The shipped model, its files read on first use.

    Raises: SetupError: a file of `folder` is missing or broken.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self.config = _read_config(folder)
        self.version = self.config.version

    def tag(self, texts: Sequence[str]) -> list[list[Entity]]:
        """Return the names in each text, in order.

        Offsets: code points of each text, end exclusive.
        """
        found: list[list[Entity]] = [[] for _ in texts]
        encodings = self._tokenizer.encode_batch(list(texts))
        windows = [(i, window) for i, e in enumerate(encodings) for window in (e, *e.overflowing)]
        scores = self._scores([window.ids for _, window in windows])
        parts: dict[int, list[tuple[Any, Any]]] = {}
        for (i, window), score in zip(windows, scores, strict=True):
            parts.setdefault(i, []).append((window.offsets, score))
        for i, pieces in parts.items():
            offsets, probabilities = _joined(pieces)
            found[i] = decode(texts[i], offsets, probabilities, self.config.tags)
        return found

    def verify(self) -> list[str]:
        """Return what is wrong with the files, one line each; nothing if the model is whole."""
        faults = []
        for name, wanted in self.config.sha256.items():
            path = self.folder / name
            if not path.is_file():
                faults.append(f"{name} is missing")
            elif hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
                faults.append(f"{name} is not the file that was shipped")
        return faults

    def _scores(self, ids: list[list[int]]) -> list[Any]:
        import numpy as np

        scores: list[Any] = [None] * len(ids)
        for batch in _batches([len(row) for row in ids]):
            width = len(ids[batch[-1]])
            block = np.full((len(batch), width), self.config.padding, dtype=np.int64)
            for row, i in enumerate(batch):
                block[row, : len(ids[i])] = ids[i]
            mask = (block != self.config.padding).astype(np.int64)
            [output] = self._session.run(None, {"input_ids": block, "attention_mask": mask})
            for row, i in enumerate(batch):
                scores[i] = output[row, : len(ids[i])]
        return scores

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        except Exception as error:
            raise _broken(self.folder / "tokenizer.json", error) from error
        tokenizer.enable_truncation(self.config.max_pieces, stride=OVERLAP)
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # workers share the cores, not threads
        options.log_severity_level = 3
        options.add_session_config_entry("session.disable_quant_qdq", "1")  # restore fp32 weights once, at load
        path = self.folder / "tagger.onnx"
        try:
            return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise _broken(path, error) from error


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield positions of rows, shortest first, in the batches that cost least: padding is computed like text.

    At most `BATCH_PIECES` padded pieces and `BATCH_ROWS` rows at a time.
    """
    order = sorted(range(len(lengths)), key=lambda i: lengths[i])
    cheapest, begins = [0], [0]  # of the first n rows: what they cost at best, and where the last batch begins
    for end in range(1, len(order) + 1):
        width = lengths[order[end - 1]]
        least = max(0, end - BATCH_ROWS, end - max(1, BATCH_PIECES // max(width, 1)))
        cost, begin = min((cheapest[at] + RUN_COST + (end - at) * width, at) for at in range(least, end))
        cheapest.append(cost)
        begins.append(begin)
    batches = []
    end = len(order)
    while end:
        batches.append(order[begins[end] : end])
        end = begins[end]
    yield from reversed(batches)


def _joined(parts: list[tuple[Any, Any]]) -> tuple[list[tuple[int, int]], Any]:
    """Return the windows of one text as one, each piece of an overlap taken from the window it is deeper in."""
    import numpy as np

    if len(parts) == 1:
        return parts[0]
    offsets: list[tuple[int, int]] = []
    rows = []
    for number, (window, scores) in enumerate(parts):
        # a special piece opens and closes every window
        first = 1 + (OVERLAP // 2 if number else 0)
        last = len(window) - 1 - (OVERLAP - OVERLAP // 2 if number + 1 < len(parts) else 0)
        offsets += window[first:last]
        rows.append(scores[first:last])
    return offsets, np.concatenate(rows)


def _read_config(folder: Path) -> ModelConfig:
    path = folder / "config.json"
    try:
        return ModelConfig.model_validate(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise _broken(path, error) from error


def _broken(path: Path, error: Exception) -> SetupError:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return SetupError(f"the names model is broken: `{path.name}`: {reason}", hint=_REINSTALL, path=str(path))
