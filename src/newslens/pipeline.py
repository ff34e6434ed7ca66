"""The steps from an article to its claims, in order: language, quantities and names, claims, conversion."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from newslens.errors import SettingsError
from newslens.records import LANGUAGES, Article, Claim, Extraction, Quantity, plain_number, stable_id

if TYPE_CHECKING:
    from newslens.claims.document import Document
    from newslens.claims.ranker import Decision
    from newslens.claims.reading import Found
    from newslens.entities.mentions import Mention


_READING = ("claims", "entities", "languages", "quantities")
"""The parts whose data decides what is read; that of groups and reports does not."""

LONGEST_SENTENCE, AROUND = 4_000, 1_000
"""Characters that each claim of a sentence repeats: thousands of figures in one would fill the disk with it."""

_UNREAD = ("tokenizer.json", "figures.json")
"""The model's config vouches for the first; the second is told to readers alone."""


def _data_digest() -> str:
    """Return a digest of the words, names and weights that decide what is read."""
    digest = hashlib.sha256()
    parts = (Path(__file__).parent / part for part in _READING)
    for path in sorted(path for part in parts for path in part.rglob("*")):
        if path.suffix in (".toml", ".json") and path.name not in _UNREAD:
            digest.update(path.name.encode() + path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


EXTRACTOR_VERSION = f"1.{_data_digest()[:8]}"
"""Changes whenever the same article may give other claims: raised by hand with the code, by itself with the data."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What to read with, beyond the packs: the model that finds names, and the user's own names.

    `ner` is `shipped`, `none`, or the folder or hub id of a Hugging Face token-classification model; `ner_labels` says
    what that model's own labels mean (its label, one of PER, ORG, LOC, PROD, or nothing). `names` is the path of a
    names file, or of a folder of them, that extends the base.
    """

    ner: str = "shipped"
    ner_labels: tuple[tuple[str, str], ...] = ()
    names: str | None = None

    @classmethod
    def of(cls, *, ner: str = "shipped", ner_labels: Sequence[str] = (), names: str | Path | None = None) -> Setup:
        """Return the setup that settings and options write out: labels as `LABEL=KIND`.

        Raises: SettingsError: a label that says nothing.
        """
        pairs = [label.partition("=") for label in ner_labels]
        for (label, equals, _), written in zip(pairs, ner_labels, strict=True):
            if not (label and equals):
                raise SettingsError(f"the label `{written}` is not LABEL=KIND", hint="for example: FIRM=ORG")
        return cls(ner, tuple((label, kind) for label, _, kind in pairs), str(names) if names else None)

    @property
    def version(self) -> str:
        """The version that claims read so are filed under.

        Raises: SetupError: the model or the names file cannot be read.
        """
        from newslens.entities.recognition import SHIPPED, load_recognizer

        version = EXTRACTOR_VERSION  # its digest covers the shipped model's config, and with it the model
        if self.ner != SHIPPED:
            recognizer = load_recognizer(self.ner, self.ner_labels)
            version += f"-{recognizer.version if recognizer else 'no-ner'}"
        if self.names is not None:
            from newslens.entities.names import names_files

            content = b"".join(path.read_bytes() for path in names_files(Path(self.names)))
            version += f"-names-{hashlib.sha256(content).hexdigest()[:8]}"
        return version


DEFAULT_SETUP = Setup()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one decision about a claim fell as it did: the choice, its probability, and what spoke for it."""

    decision: str
    choice: str
    score: float
    because: list[str]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A claim with the reasons of its decisions."""

    claim: Claim
    reasons: list[Reason]


def warm_up(setup: Setup = DEFAULT_SETUP) -> None:
    """Load packs, names, weights and model, so that the first article is as fast as the rest."""
    for language in LANGUAGES:
        extract("$1", language=language, setup=setup)


def identify(article: Article) -> Article:
    """Return `article` with language, confidence and script; a language that is already set is kept."""
    from newslens.languages.detect import detect_language, detect_script

    if article.language is not None:
        return article.model_copy(update={"script": detect_script(article.text)})
    detection = detect_language(article.text)
    return article.model_copy(
        update={
            "language": detection.language,
            "language_confidence": detection.confidence,
            "script": detection.script,
        }
    )


def extract(
    text_or_article: str | Article,
    *,
    language: str | None = None,
    title: str | None = None,
    published_at: date | None = None,
    setup: Setup = DEFAULT_SETUP,
) -> list[Claim]:
    """Return the claims of a text or article, in the order of the text; `[]` where it states none.

    An article in a language newslens does not read has no claims. `language` skips detection of the document's
    language; paragraphs in another language are still read in theirs.

    Offsets: `char_start`, `char_end` in code points of the text, end exclusive.
    Raises:  SettingsError: `language` is not one of fr, en, zh. SetupError: what `setup` names cannot be loaded.
    """
    article = _as_article(text_or_article, language, title, published_at)
    return [explanation.claim for explanation in _read(article, setup)]


def read_article(article: Article, *, setup: Setup = DEFAULT_SETUP) -> Extraction:
    """Return the claims of an article, and how many quantities are none.

    Raises: as `extract`.
    """
    article = _as_article(article, None, None, None)
    if article.language not in LANGUAGES:
        return Extraction([])
    document = _document(article, setup)
    claims = [explanation.claim for explanation in _read_document(article, document, setup)]
    claimed = {(claim.char_start, claim.char_end) for claim in claims}
    quantities = {(q.start, q.end) for line in document.lines for q in line.quantities if q.unit is not None}
    return Extraction(claims, unclaimed=len(quantities - claimed))


def model_versions() -> dict[str, str]:
    """Return the versions of what else decides how an article is read: its own weights are in `EXTRACTOR_VERSION`."""
    return {name: version(name) for name in ("langdetect", "spacy")}


def explain(article: Article, *, setup: Setup = DEFAULT_SETUP) -> list[Explanation]:
    """Return the claims of an article, each with the reasons of its decisions."""
    return list(_read(_as_article(article, None, None, None), setup))


def find_quantities(text: str, *, language: str) -> list[Quantity]:
    """Return every quantity the text states, claimed or not; a bare number has the unit None.

    Offsets: code points, end exclusive.
    Raises:  SettingsError: `language` is not one of fr, en, zh.
    """
    from newslens.languages.pack import load_pack
    from newslens.languages.view import view_text
    from newslens.quantities import find_quantities as find

    pack = load_pack(language)
    return [
        replace(q, value_low=_rounded(q.value_low), value_high=_rounded(q.value_high))
        for q in find(view_text(text), pack)
    ]


def find_names(article: Article, *, setup: Setup = DEFAULT_SETUP) -> list[Mention]:
    """Return every name in the article, in order: the base's, the model's, and those that only capitals tell.

    Offsets: code points of the text, end exclusive.
    Raises:  SetupError: what `setup` names cannot be loaded.
    """
    article = identify(article)
    if article.language not in LANGUAGES:
        return []
    return _document(article, setup, whole=True).mentions


def _as_article(
    text_or_article: str | Article, language: str | None, title: str | None, published_at: date | None
) -> Article:
    if language is not None and language not in LANGUAGES:
        raise SettingsError(f"unknown language: `{language}`", hint=f"known: {', '.join(LANGUAGES)}", language=language)
    article = Article(source="-", text=text_or_article) if isinstance(text_or_article, str) else text_or_article
    given = {"language": language, "title": title, "published_at": published_at}
    return identify(article.model_copy(update={k: v for k, v in given.items() if v is not None}))


def _document(article: Article, setup: Setup, *, whole: bool = False) -> Document:
    """Return an article laid out; a names model reads the `whole` of it, else only where names may decide a claim."""
    from newslens.claims.document import Document
    from newslens.claims.ranker import LearnedJudge
    from newslens.claims.reach import lines_to_read
    from newslens.entities.names import load_names
    from newslens.entities.recognition import load_recognizer
    from newslens.languages.detect import split_passages

    passages = split_passages(article.text, article.language or "und")
    names = load_names(Path(setup.names) if setup.names else None)
    recognizer = load_recognizer(setup.ner, setup.ner_labels)
    document = Document(article.text, passages, names, article.title)
    lines = None if recognizer is None else document.lines if whole else lines_to_read(document, LearnedJudge())
    if recognizer is not None and lines is not None:
        document.recognise(recognizer, lines)
    return document


def _read(article: Article, setup: Setup) -> Iterator[Explanation]:
    if article.language in LANGUAGES:
        yield from _read_document(article, _document(article, setup), setup)


def _read_document(article: Article, document: Document, setup: Setup) -> Iterator[Explanation]:
    from newslens.claims.ranker import LearnedJudge
    from newslens.claims.reading import Reader

    taken: set[tuple[int, int, str]] = set()
    version, article_id = setup.version, article.article_id
    for found in Reader(document, LearnedJudge()).read():
        key = (found.quantity.start, found.quantity.end, found.claim_type)
        if key not in taken:  # one claim for one span and type
            taken.add(key)
            claim = _claim(article, article_id, found, version)
            yield Explanation(claim, _reasons(found, claim.quote))


def _claim(article: Article, article_id: str, found: Found, version: str) -> Claim:
    from newslens.conversion import to_usd

    start, end = found.quantity.start, found.quantity.end
    value, unit = found.value, found.value.unit
    low, high = _rounded(value.low), _rounded(value.high)
    currency = unit.partition("/")[0]
    is_money = len(currency) == 3 and currency.isupper()
    return Claim(
        claim_id=stable_id(article_id, start, end, found.claim_type),
        article_id=article_id,
        source=article.source,
        title=article.title,
        outlet=article.outlet,
        published_at=article.published_at,
        language=found.line.pack.code,
        claim_type=found.claim_type,
        subject=found.subject,
        object=found.object,
        facet=value.facet,
        value_low=low,
        value_high=high,
        bound=value.bound,
        unit=unit,
        value_low_usd=_rounded(to_usd(low, currency, article.published_at)) if is_money and low is not None else None,
        value_high_usd=_rounded(to_usd(high, currency, article.published_at))
        if is_money and high is not None
        else None,
        attributed_to=found.attributed_to,
        modality=found.modality,
        quote=article.text[start:end],
        char_start=start,
        char_end=end,
        sentence=_sentence(article.text, found),
        confidence=round(found.confidence, 3),
        extractor_version=version,
    )


def _sentence(text: str, found: Found) -> str:
    """Return the sentence of a claim; of one too long to be one, what stands around the figure."""
    start, end = found.line.start, found.line.end
    if end - start > LONGEST_SENTENCE:
        start, end = max(start, found.quantity.start - AROUND), min(end, found.quantity.end + AROUND)
    return text[start:end]


def _rounded(value: Decimal | None) -> Decimal | None:
    """Return `value` as the decimal every export writes, so that it is the same before and after storage."""
    written = plain_number(value)
    return None if written is None else Decimal(written)


def _reasons(found: Found, quote: str) -> list[Reason]:
    chosen = {
        "type": found.claim_type,
        "value": f"{plain_number(found.value.low)} to {plain_number(found.value.high)} {found.value.unit}",
        "period": found.value.unit.partition("/")[2] or None,
        "subject": found.subject,
        "object": found.object,
        "source": found.attributed_to,
        "modality": found.modality,
    }
    reasons = [_reason(name, chosen[name], decision) for name, decision in found.decisions.items()]
    if "value" not in found.decisions:
        read = [f"bound {found.value.bound}", f"unit {found.value.unit}", f"as written: {quote}"]
        reasons.insert(1, Reason("value", chosen["value"] or "none", 1.0, read))
    return reasons


def _reason(name: str, choice: str | None, decision: Decision) -> Reason:
    return Reason(name, choice or "none", round(decision.probability, 3), list(decision.because))
