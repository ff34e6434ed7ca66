"""Phrases in text: spaCy's `PhraseMatcher` over lower-cased tokens of our tokenizer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from newslens.languages.nlp import split_tokens

if TYPE_CHECKING:
    from spacy.tokens import Doc

_OTHER = (
    "\x00"  # stands for every token that no phrase holds, so that the vocabulary stays small over a million articles
)


class PhraseIndex:
    """Phrases, each under a key of its own, ready to be found in text whatever their letter case."""

    def __init__(self) -> None:
        from spacy.matcher import PhraseMatcher
        from spacy.vocab import Vocab

        self._vocab = Vocab()
        self._matcher = PhraseMatcher(self._vocab, attr="ORTH")
        self._tokens: set[str] = set()

    def add(self, phrase: str) -> None:
        """Add `phrase`, cut as its capitals say ("Deep|Seek") and uncut ("deepseek"), under itself in lower case."""
        for form in {phrase, phrase.lower()}:
            words = [token.lower() for token in split_tokens(form) if token != " "]
            self._tokens.update(words)
            self._matcher.add(phrase.lower(), [self._doc(words)])

    def find(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Yield key, start and end of each phrase in `text`, those that overlap too.

        Offsets: code points, end exclusive.
        """
        words: list[str] = []
        spans: list[tuple[int, int]] = []
        place = 0
        for token in split_tokens(text):
            if token != " ":
                lowered = token.lower()
                words.append(lowered if lowered in self._tokens else _OTHER)
                spans.append((place, place + len(token)))
            place += len(token)
        for key, first, last in self._matcher(self._doc(words)):
            yield self._vocab.strings[key], spans[first][0], spans[last - 1][1]

    def _doc(self, words: Iterable[str]) -> Doc:
        from spacy.tokens import Doc

        return Doc(self._vocab, words=list(words))
