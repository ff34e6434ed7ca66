"""langdetect's detector, in a fraction of its time for the same answers: words once, chances as one array.

Overrides steps of langdetect 1.0.9, which is pinned. What is multiplied and summed is so in the same order, so that
probabilities are the same to the last digit (`tests/unit/test_quick_detector.py`).
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from langdetect.detector import Detector
from langdetect.detector_factory import DetectorFactory
from langdetect.utils.ngram import NGram

Chances = np.ndarray[Any, np.dtype[np.float64]]
_SPACES = re.compile(" {2,}")


class QuickFactory(DetectorFactory):  # type: ignore[misc]
    """Makes detectors; what its profiles tell of each run of signs is a row of one matrix, not a list of its own."""

    word_lang_prob_map: dict[str, Any]

    def load_json_profile(self, json_profiles: list[str]) -> None:
        """Read the profiles, in this order."""
        self._columns: list[tuple[list[int], list[float]]] = []
        super().load_json_profile(json_profiles)
        self.rows: Chances = np.zeros((len(self.word_lang_prob_map), len(json_profiles)))
        for language, (rows, chances) in enumerate(self._columns):
            self.rows[rows, language] = chances
        self._columns = []

    def add_profile(self, profile: Any, index: int, langsize: int) -> None:
        """Take one language's profile."""
        self.langlist.append(profile.name)
        known, sums = self.word_lang_prob_map, profile.n_words
        rows = [known.setdefault(gram, len(known)) for gram in profile.freq]
        chances = [count / sums[len(gram) - 1] if 1 <= len(gram) <= 3 else 0.0 for gram, count in profile.freq.items()]
        self._columns.append((rows, chances))

    def _create_detector(self) -> QuickDetector:
        return QuickDetector(self)


class QuickDetector(Detector):  # type: ignore[misc]
    """A detector that such a factory makes; it is given one text."""

    def __init__(self, factory: QuickFactory) -> None:
        super().__init__(factory)
        self._rows = factory.rows

    def append(self, text: str) -> None:
        """Take the text, without addresses, runs of spaces made one."""
        text = NGram.normalize_vi(self.MAIL_RE.sub(" ", self.URL_RE.sub(" ", text)))
        self.text += _SPACES.sub(" ", text[: self.max_text_length])

    def _extract_ngrams(self) -> list[int]:
        *words, last = self.text.translate(_NORMALISED).split(" ")
        found: list[int] = []
        known: dict[str, list[int]] = {}
        for word in words:
            if word:
                if word not in known:
                    known[word] = self._grams(f" {word} ")
                found += known[word]
        return found + self._grams(f" {last}")

    def _grams(self, word: str) -> list[int]:
        """Return the rows of the runs of one to three signs that end at each sign of a word; none within capitals."""
        rows = self.word_lang_prob_map
        found = []
        for end in range(2, len(word) + 1):
            if word[end - 1].isupper() and word[end - 2].isupper():
                continue
            for start in range(end - 1, max(0, end - 3) - 1, -1):
                gram = word[start:end]
                if gram in rows and gram != " ":
                    found.append(rows[gram])
        return found

    def _init_probability(self) -> Chances:
        return np.array(super()._init_probability())

    def _update_lang_prob(self, prob: Chances, row: int, alpha: float) -> bool:
        prob *= self._rows[row] + alpha / self.BASE_FREQ
        return True

    def _normalize_prob(self, prob: Chances) -> float:
        prob /= sum(prob.tolist())  # from left to right, which `prob.sum()` is not
        return float(prob.max())

    def _sort_probability(self, prob: list[float]) -> list[Any]:
        guesses: list[Any] = super()._sort_probability([float(chance) for chance in prob])
        return guesses


class _Normalised(dict[int, str]):
    """What langdetect reads a character as, by code point: filled as characters are met."""

    def __missing__(self, code: int) -> str:
        sign: str = NGram.normalize(chr(code))
        self[code] = sign
        return sign


_NORMALISED = _Normalised()
