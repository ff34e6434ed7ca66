"""Texts that are copies of one another: a wire story printed by ten papers is one source.

A text's signature (MinHash over runs of words) is kept in the store, so that copies are found without reading again.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datasketch import MinHash

METHOD = "minhash-1"
"""Names how signatures are made; raised with every change, after which they are made again."""

SAME_TEXT = 0.5
"""The share of word runs that two texts have in common from which they count as one: what papers cut from a wire
story or write over it leaves more, and two stories of one event share less than a tenth."""

_PERMUTATIONS = 128
_SCHEME = "affine32"
_WIDTH = 4  # bytes of a value
_BANDS = 32  # of four values each: finds 87 of 100 pairs at a share of 0.5, all but two of 1,000 at 0.65
_RUN = 4
_WORD = re.compile(r"[^\W\d_一-鿿]+|\d+|[一-鿿]")


def sign_text(text: str) -> bytes:
    """Return the text's signature: the same for the same words, however they are spaced and set."""
    words = _WORD.findall(text.casefold())
    runs = {" ".join(words[i : i + _RUN]) for i in range(max(len(words) - _RUN + 1, 1))}
    minhash = _minhash()
    minhash.update_batch([run.encode() for run in sorted(runs)])
    return bytes(minhash.hashvalues.astype("<u4").tobytes())


def find_families(signatures: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """Return the family of each article: the smallest id among the texts that are copies of one another.

    Texts are compared where a band of their signatures is the same, as in every search by MinHash.
    """
    signed = dict(sorted(signatures))
    family = {article_id: article_id for article_id in signed}
    bands = defaultdict[tuple[int, bytes], list[str]](list)
    for article_id, signature in signed.items():
        for other in _candidates(signature, bands):
            if _head(family, other) != _head(family, article_id) and _share(signed[other], signature) >= SAME_TEXT:
                first, second = sorted((_head(family, other), _head(family, article_id)))
                family[second] = first
        for band in _bands(signature):
            bands[band].append(article_id)
    return {article_id: _head(family, article_id) for article_id in family}


def _candidates(signature: bytes, bands: Mapping[tuple[int, bytes], list[str]]) -> list[str]:
    return sorted({other for band in _bands(signature) for other in bands.get(band, ())})


def _bands(signature: bytes) -> Iterator[tuple[int, bytes]]:
    size = len(signature) // _BANDS
    return ((i, signature[i * size : (i + 1) * size]) for i in range(_BANDS))


def _share(a: bytes, b: bytes) -> float:
    """Return the share of word runs that the texts have in common, as their signatures tell it."""
    same = sum(a[i : i + _WIDTH] == b[i : i + _WIDTH] for i in range(0, len(a), _WIDTH))
    return same * _WIDTH / len(a)


def _head(family: Mapping[str, str], article_id: str) -> str:
    while family[article_id] != article_id:
        article_id = family[article_id]
    return article_id


def _minhash() -> MinHash:
    from datasketch import MinHash

    return MinHash(num_perm=_PERMUTATIONS, hashfunc=zlib.crc32, scheme=_SCHEME)
