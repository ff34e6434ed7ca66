"""Our tokenizer, set on a blank spaCy pipeline: one for French, English and Chinese, linear in the text's length.

spaCy's own `xx` tokenizer takes a whole Chinese clause for one token (no name in it would ever be matched) and is
quadratic on hostile text; its French one costs seconds to import. Ours knows four things: a Han character is a token,
and so are a run of letters, a run of digits, and any other sign. A letter run also ends where a lower-case letter
meets a capital, so that glued names (`ZackKass`, `DeepSeekR1`) fall apart where their writer meant them to.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_COMBINING = "\u0300-\u036f"
_LETTER = rf"[^\W\d_{HAN}]"
_RUN = re.compile(rf"\d+|{_LETTER}[^\W\d_{HAN}{_COMBINING}]*(?:[{_COMBINING}]+[^\W\d_{HAN}]*)*|\s+|.", re.DOTALL)
_CAMEL = re.compile(r"(?<=[a-zà-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")
MAX_LENGTH = 100_000_000  # characters; spaCy's limit guards its parser, which we do not use


def split_tokens(text: str) -> list[str]:
    """Return the tokens of `text`, white space among them: joined, they are the text again."""
    tokens: list[str] = []
    for run in _RUN.findall(text):
        if len(run) > 1 and not run.islower() and not run.isupper() and run[0].isalpha():
            tokens.extend(_CAMEL.split(run))
        else:
            tokens.append(run)
    return tokens


class LinearTokenizer:
    """A spaCy tokenizer: text to `Doc`, with `Doc.text == text` for any text."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Return the `Doc` of `text`.

        Offsets: `token.idx` counts code points of `text`; a single space after a token belongs to it, any other white
        space is a token of its own.
        """
        from spacy.tokens import Doc

        words: list[str] = []
        spaces: list[bool] = []
        for token in split_tokens(text):
            if token[0] == " " and words and not spaces[-1]:
                spaces[-1] = True
                token = token[1:]
                if not token:
                    continue
            words.append(token)
            spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)

    def to_disk(self, path: Any, **kwargs: Any) -> None:
        """Write nothing: the tokenizer has no data. Called by `Language.to_disk`."""

    def from_disk(self, path: Any, **kwargs: Any) -> LinearTokenizer:
        """Return the tokenizer as it is. Called by `Language.from_disk`."""
        return self

    def to_bytes(self, **kwargs: Any) -> bytes:
        """Return no bytes: the tokenizer has no data."""
        return b""

    def from_bytes(self, data: bytes, **kwargs: Any) -> LinearTokenizer:
        """Return the tokenizer as it is."""
        return self


@cache
def load_nlp() -> Language:
    """Return the blank multilingual pipeline with our tokenizer; the same object on every call of a process."""
    import spacy

    nlp = spacy.blank("xx")
    nlp.tokenizer = LinearTokenizer(nlp.vocab)
    nlp.max_length = MAX_LENGTH
    return nlp
