"""A trained model as one small ONNX file: weights in 8 and 4 bits, arithmetic in fp32.

Word embeddings keep the 4-bit grid they came on (blocks of 32 with an fp16 scale), other matrices are rounded to int8
with a scale a column, the rest is stored in fp16. When a session loads, the graph restores fp32 matrices once.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import onnx

from newslens.entities.tagging import TAGS

from .training import new_model

OPSET = 17
FINAL_OPSET = 21
BLOCK = 32
LARGE = 50_000
"""Matrices with more weights than this are rounded to int8."""


def pack(weights: Path, start: Path, out: Path, *, version: str) -> None:
    """Write `tagger.onnx`, `tokenizer.json` and `config.json` to `out`."""
    out.mkdir(parents=True, exist_ok=True)
    raw = out / "raw.onnx"
    _export(weights, start, raw)
    _quantise(raw, out / "tagger.onnx")
    raw.unlink()
    shutil.copy(start / "tokenizer.json", out / "tokenizer.json")
    digests = {
        name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in ("tagger.onnx", "tokenizer.json")
    }
    config = {"version": version, "tags": list(TAGS), "max_pieces": 256, "padding": 1, "sha256": digests}
    (out / "config.json").write_text(json.dumps(config, indent=1) + "\n", "utf-8")


def _export(weights: Path, start: Path, path: Path) -> None:
    import torch

    model = new_model(start, seed=0)
    held = torch.load(weights)
    model.load_state_dict(held.get("model", held))
    model.config._attn_implementation = "eager"
    model.eval()

    class Tagger(torch.nn.Module):
        """Ids and mask to probabilities of tags; positions and token types explicit, the mask as a bias."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            bias = (1.0 - attention_mask[:, None, None, :].to(torch.float32)) * -10000.0
            positions = torch.cumsum(torch.ones_like(input_ids), 1) - 1
            logits = self.model(
                input_ids=input_ids,
                attention_mask=bias,
                position_ids=positions,
                token_type_ids=torch.zeros_like(input_ids),
            ).logits
            return torch.softmax(logits, -1)

    ids = torch.randint(4, 1000, (2, 17))
    axes = {name: {0: "sentences", 1: "pieces"} for name in ("input_ids", "attention_mask", "probabilities")}
    torch.onnx.export(
        Tagger().eval(),
        (ids, torch.ones_like(ids)),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=["probabilities"],
        dynamic_axes=axes,
        opset_version=OPSET,
        do_constant_folding=True,
        dynamo=False,
    )


def _quantise(source: Path, target: Path) -> None:
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.version_converter.convert_version(onnx.load(source), FINAL_OPSET)
    graph = model.graph
    kept: list[Any] = []
    nodes: list[Any] = []
    embeddings = next(t.name for t in graph.initializer if t.name.endswith("word_embeddings.weight"))
    for tensor in graph.initializer:
        array = numpy_helper.to_array(tensor)
        name = tensor.name
        if name == embeddings:
            continue
        if array.dtype != np.float32 or array.size < 2:
            kept.append(tensor)
        elif array.ndim == 2 and array.size > LARGE:
            scale = (np.abs(array).max(axis=0) / 127).astype(np.float32)
            rounded = np.round(array / scale).astype(np.int8)
            kept += [numpy_helper.from_array(rounded, f"{name}.int8"), numpy_helper.from_array(scale, f"{name}.scale")]
            nodes.append(helper.make_node("DequantizeLinear", [f"{name}.int8", f"{name}.scale"], [name], axis=1))
        else:
            kept.append(numpy_helper.from_array(array.astype(np.float16), f"{name}.half"))
            nodes.append(helper.make_node("Cast", [f"{name}.half"], [name], to=onnx.TensorProto.FLOAT))
    table = numpy_helper.to_array(next(t for t in graph.initializer if t.name == embeddings))
    kept += _embedding_tensors(table)
    nodes.append(helper.make_node("Cast", ["words.scale.half"], ["words.scale"], to=onnx.TensorProto.FLOAT))
    for node in graph.node:
        if node.op_type == "Gather" and node.input[0] == embeddings:
            node = helper.make_node(
                "GatherBlockQuantized",
                ["words.int4", node.input[1], "words.scale"],
                list(node.output),
                domain="com.microsoft",
                gather_axis=0,
                quantize_axis=1,
                block_size=BLOCK,
            )
        nodes.append(node)
    del graph.initializer[:]
    graph.initializer.extend(kept)
    del graph.node[:]
    graph.node.extend(nodes)
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    onnx.save(model, target)


def _embedding_tensors(table: np.ndarray[Any, Any]) -> list[onnx.TensorProto]:
    """Return the table in blocks of 32: int4 values and fp16 scales, exactly where it lies on that grid."""
    import onnx
    from onnx import helper, numpy_helper

    blocks = table.reshape(-1, BLOCK)
    extreme = blocks[np.arange(len(blocks)), np.abs(blocks).argmax(axis=1)]
    scale = (extreme / -8).astype(np.float16)
    divisor = np.where(scale == 0, 1, scale).astype(np.float32)[:, None]
    values = np.clip(np.round(blocks / divisor), -8, 7).astype(np.int8)
    error = np.abs(values * scale.astype(np.float32)[:, None] - blocks).max()
    if error > 0.02:
        raise ValueError(f"the word embeddings left their grid: off by {error:.4f}")
    nibbles = (values.reshape(-1) & 0x0F).astype(np.uint8)
    packed = (nibbles[0::2] | (nibbles[1::2] << 4)).tobytes()
    stored = helper.make_tensor("words.int4", onnx.TensorProto.INT4, table.shape, packed, raw=True)
    scales = scale.reshape(table.shape[0], -1)
    return [stored, numpy_helper.from_array(scales, "words.scale.half")]
