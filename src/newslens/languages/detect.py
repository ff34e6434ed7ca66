"""Which language a text is in, and where passages of another language stand in it.

langdetect decides among alphabets' languages; Chinese, Japanese and Korean are told by their script before it,
because langdetect reads Traditional Chinese as Korean and "降价 token input" as Norwegian. The same text gets the
same answer in every run, process and machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

UNDETERMINED = "und"
SAMPLE_CHARACTERS = 3_000  # langdetect's answer does not change with more; its time does
LEAST_LETTERS = 10  # of words in small letters: "DeepSeek V3" is in no language
SURE = 0.7  # langdetect's own probability, below which function words have the say
PASSAGE_CHARACTERS = 400
PASSAGE_WORDS = 6
SURE_OF_PASSAGE = 0.95
ASKED_PASSAGES = 50  # of one text; bounds the time of a text that mixes languages in every line

# Chance of a language before its first letter is seen. Of the full set of 55, headlines look Afrikaans or Welsh.
PRIORS = {"en": 0.35, "fr": 0.35, "de": 0.05, "es": 0.05, "it": 0.05, "pt": 0.05, "nl": 0.02}
PRIOR_OF_OTHERS = 0.002
SHORT_LETTERS = 80

# Words that hold a sentence together in one language and are rare in its neighbours: not "de", "la", "que", "on".
_FUNCTION_WORDS = {
    "fr": "le les des du une et est au aux ce cette ces il elle ils elles nous vous ne pas qui dans pour sur avec "
    "selon sa ses leur leurs été était sont ont mais où dont comme cet être aussi très depuis même entre c'est",
    "en": "the of and to is it that for with was are by from this be have has had not but which its their they we "
    "would will than been about who what when after over into at or if more these can could should how why you",
}
FUNCTION_WORDS = {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w.-]{1,99}")  # bounded: a@a@a@… took minutes
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
_HANGUL = re.compile(r"[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]")
_SMALL_WORD = re.compile(r"(?<![^\W_])[a-zß-öø-ÿœ]+(?:['’][a-zß-öø-ÿœ]+)?(?![^\W_])")
_LETTER = re.compile(r"[^\W\d_]")
_PARAGRAPH = re.compile(r"[^\n\r]*\s*")  # with the blank lines after it


@dataclass(frozen=True, slots=True)
class Detection:
    """The language of a text (ISO 639-1, or `und`), how sure that is (0 to 1), and the script of Chinese."""

    language: str
    confidence: float
    script: Literal["Hans", "Hant"] | None


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a text in one language.

    Offsets: `start`, `end` in code points of the text, end exclusive.
    """

    start: int
    end: int
    language: str


def detect_language(text: str) -> Detection:
    """Return the language of a text; `und` where it has no words or too few to tell.

    Source: Han rule measured on short texts with Latin brand names (70 of 100 right without it, 95 with it).
    """
    sample = _ADDRESS.sub(" ", _sample(text))
    by_script = _language_by_script(sample)
    if by_script is not None:
        language, confidence = by_script
        return Detection(language, confidence, detect_script(sample) if language == "zh" else None)
    language, confidence = _language_by_letters(sample)
    return Detection(language, confidence, None)


def split_passages(text: str, document_language: str) -> list[Passage]:
    """Return the passages of a text, in order and without a gap, neighbours in one language joined.

    A paragraph is a line. It has the document's language unless its script or its function words say
    otherwise; brand names, titles and short lines never do.

    Offsets: code points of `text`.
    """
    passages: list[Passage] = []
    for start, end, language in _line_languages(text, document_language):
        if passages and passages[-1].language == language:
            passages[-1] = Passage(passages[-1].start, end, language)
        else:
            passages.append(Passage(start, end, language))
    return passages


def detect_script(text: str) -> Literal["Hans", "Hant"] | None:
    """Return whether Chinese is in simplified or traditional characters; None where every character is in both."""
    simplified_only, traditional_only = _script_characters()
    simplified = sum(char in simplified_only for char in text)
    traditional = sum(char in traditional_only for char in text)
    if simplified == traditional:
        return None
    return "Hans" if simplified > traditional else "Hant"


def _sample(text: str) -> str:
    """Return a text, or of a long one its head, middle and end."""
    if len(text) <= SAMPLE_CHARACTERS:
        return text
    part, middle = SAMPLE_CHARACTERS // 3, len(text) // 2
    return "\n".join((text[:part], text[middle - part // 2 : middle + part // 2], text[-part:]))


def _language_by_script(text: str) -> tuple[str, float] | None:
    """Return Chinese, Japanese or Korean and a confidence, where the characters say so."""
    han, kana, hangul = (len(pattern.findall(text)) for pattern in (_HAN, _KANA, _HANGUL))
    total = han + kana + hangul
    latin = sum(map(len, _SMALL_WORD.findall(text)))
    # A Chinese character says what three letters say; brand names (DeepSeek, GPU) are not in small letters.
    if total == 0 or 3 * total < latin:
        return None
    confidence = round(3 * total / (3 * total + latin), 4)
    if hangul > han + kana:
        return "ko", confidence
    return ("ja" if kana > 0.1 * (han + kana) else "zh"), confidence


def _language_by_letters(text: str) -> tuple[str, float]:
    letters = len(_LETTER.findall(text))
    if sum(map(len, _SMALL_WORD.findall(text))) < letters / 3:
        text = text.lower()  # DEEPSEEK FAIT TREMBLER LA BOURSE: langdetect passes over capitals
    words = _SMALL_WORD.findall(text)
    if letters < LEAST_LETTERS:
        return _language_by_function_words(words, least=2)
    if letters >= SHORT_LETTERS:
        guesses = _ask_langdetect(text, priors=PRIORS)
    else:
        # "Nvidia perd 600 milliards à Wall Street": names are half of a headline, and of no language.
        small = " ".join(words)
        guesses = _ask_langdetect(small if len(small) >= LEAST_LETTERS else text, priors=_short_text_priors(words))
        if words:
            guesses = [guess for guess in guesses if guess[0] in PRIORS]
    if guesses and guesses[0][1] >= SURE:
        return guesses[0]
    return _language_by_function_words(words, least=1)


def _short_text_priors(words: list[str]) -> dict[str, float]:
    """Return the chances with those of French and English raised by their function words."""
    hits = _count_function_words(words)
    return {language: chance * 4 ** min(8, hits.get(language, 0)) for language, chance in PRIORS.items()}


def _language_by_function_words(words: list[str], *, least: int) -> tuple[str, float]:
    """Return French or English where at least `least` function words of one, and none of the other, say so."""
    hits = _count_function_words(words)
    best = max(hits, key=lambda language: hits[language])
    return (best, SURE) if hits[best] >= least and hits[best] == sum(hits.values()) else (UNDETERMINED, 0.0)


def _count_function_words(words: list[str]) -> dict[str, int]:
    return {language: sum(word in known for word in words) for language, known in FUNCTION_WORDS.items()}


def _ask_langdetect(text: str, *, priors: dict[str, float], others: float = PRIOR_OF_OTHERS) -> list[tuple[str, float]]:
    """Return langdetect's languages with their probabilities, best first; none where it finds no letters.

    `priors` are the chances of languages before the text is seen, `others` that of each one not among them.
    """
    from langdetect.lang_detect_exception import LangDetectException

    factory = _langdetect_factory()
    detector = factory.create()
    detector.set_prior_map({language: priors.get(language, others) for language in factory.langlist})
    detector.append(text)
    try:
        guesses = detector.get_probabilities()
    except LangDetectException:
        return []
    return [(guess.lang.partition("-")[0], min(1.0, round(guess.prob, 4))) for guess in guesses]


@lru_cache(maxsize=1)
def _langdetect_factory() -> Any:
    """Return langdetect with a fixed seed and its profiles in a fixed order: both change its answers."""
    from langdetect.detector_factory import PROFILES_DIRECTORY

    from newslens.languages.quick_detector import QuickFactory

    factory = QuickFactory()
    factory.set_seed(0)
    profiles = sorted(Path(PROFILES_DIRECTORY).iterdir())
    factory.load_json_profile([profile.read_text(encoding="utf-8") for profile in profiles])
    return factory


@lru_cache(maxsize=1)
def _script_characters() -> tuple[frozenset[str], frozenset[str]]:
    """Return the characters that only simplified, and only traditional, text has: those OpenCC changes."""
    import opencc

    characters = [chr(code) for code in range(0x3400, 0xA000)]
    column = "\n".join(characters)  # one a line, so that no phrase rule applies
    to_simplified = opencc.OpenCC("t2s").convert(column).split("\n")
    to_traditional = opencc.OpenCC("s2t").convert(column).split("\n")
    simplified = frozenset(char for char, other in zip(characters, to_traditional, strict=True) if char != other)
    traditional = frozenset(char for char, other in zip(characters, to_simplified, strict=True) if char != other)
    return simplified - traditional, traditional - simplified


def _line_languages(text: str, document_language: str) -> Iterator[tuple[int, int, str]]:
    asks_left = ASKED_PASSAGES
    for match in _PARAGRAPH.finditer(text):
        if match.start() == match.end():
            continue
        language, asked = _paragraph_language(match[0], document_language, may_ask=asks_left > 0)
        asks_left -= asked
        yield match.start(), match.end(), language


def _paragraph_language(line: str, document_language: str, *, may_ask: bool) -> tuple[str, bool]:
    """Return the language of a paragraph, and whether langdetect was asked for it."""
    han, foreign_script = len(_HAN.findall(line)), _KANA.search(line) or _HANGUL.search(line)
    if han or foreign_script:
        by_script = _language_by_script(line)
        letters = len(_LETTER.findall(line))
        if by_script is not None:
            is_whole = han >= 12 or (letters >= 8 and 2 * han >= letters)
            return (by_script[0] if is_whole else document_language), False
    words = _SMALL_WORD.findall(line.replace("’", "'"))
    hits = _count_function_words(words)
    own = hits.get(document_language, 0)
    best = max(hits, key=lambda language: hits[language])
    if best != document_language and hits[best] >= 3 and hits[best] >= 3 * (sum(hits.values()) - hits[best]):
        return best, False
    if len(words) < PASSAGE_WORDS or (own > 0 and own > hits[best] / 2):
        return document_language, False
    return (_asked_language(line, hits, document_language), True) if may_ask else (document_language, False)


def _asked_language(line: str, hits: dict[str, int], document_language: str) -> str:
    """Return langdetect's answer where it is sure; French or English without one function word is a list of names."""
    guesses = _ask_langdetect(_ADDRESS.sub(" ", line[:PASSAGE_CHARACTERS]), priors=PRIORS)
    if not guesses or guesses[0][1] < SURE_OF_PASSAGE:
        return document_language
    language = guesses[0][0]
    return language if hits.get(language, 1) else document_language
