"""One article to its claims, whatever it does to the extractor: in a bounded time, checked, its failure a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING

from newslens.errors import NewslensError
from newslens.records import LANGUAGES, Article, Claim, Extraction
from newslens.store.interface import Failure
from newslens.time_limit import TimeIsUp, time_limit

if TYPE_CHECKING:
    from newslens.pipeline import Setup

TIME_LIMIT_S = 60.0
"""Processor time that one article may take."""


Result = tuple[Article, Extraction] | Failure
"""What becomes of an article: itself with its language, and its claims; or why it has none."""


_WITHOUT_MODEL = 130_000
_WITH_MODEL = 8_000  # scripts/bench_workers.py measures both


def _nothing() -> None:
    """Load nothing."""


@dataclass(frozen=True, slots=True)
class Extractor:
    """What turns an article into claims, and the version that its results are filed under.

    `identify` gives the article its language, unless it has one. `models` are versions of parts that have their own.
    `warm_up` loads what is loaded once, so that it does not count as time of the first article. `characters_per_s` is
    roughly what one core reads: it decides when there is enough to do for several.
    """

    identify: Callable[[Article], Article]
    extract: Callable[[Article], list[Claim] | Extraction]
    version: str
    models: Mapping[str, str] = field(default_factory=dict)
    warm_up: Callable[[], object] = _nothing
    characters_per_s: int = _WITHOUT_MODEL


def pipeline_extractor(setup: Setup | None = None) -> Extractor:
    """Return newslens's own extractor, reading with the names and the model of `setup`.

    Raises: SetupError, SettingsError: what `setup` names cannot be used.
    """
    from newslens import pipeline

    setup = setup or pipeline.DEFAULT_SETUP
    return Extractor(
        pipeline.identify,
        partial(pipeline.read_article, setup=setup),
        setup.version,
        models=pipeline.model_versions(),
        warm_up=partial(pipeline.warm_up, setup),
        characters_per_s=_WITHOUT_MODEL if setup.ner == "none" else _WITH_MODEL,
    )


def extract_article(extractor: Extractor, article: Article, *, time_limit_s: float | None = None) -> Result:
    """Return the article with its language, and its claims; a failure where the extractor breaks on it.

    An article in a language without a pack has no claims. One that breaks the extractor shows a bug, which shall
    not cost the other articles of a run; nor shall one that takes longer than the limit.
    Raises: NewslensError: what concerns every article alike, such as a broken language pack.
    """
    try:
        with time_limit(time_limit_s):
            identified = extractor.identify(article)
            made = extractor.extract(identified) if identified.language in LANGUAGES else []
            extraction = made if isinstance(made, Extraction) else Extraction(made)
            _check(identified, extraction.claims)
    except NewslensError:
        raise
    except TimeIsUp:
        return failure_of(
            extractor,
            article,
            "TimeLimitExceeded",
            f"not done after {time_limit_s:g} s of processor time",
            "try `newslens retry-failed --time-limit` with more, or report it with the text",
        )
    except Exception as error:  # noqa: BLE001 - whatever the bug, it is noted with the place it shows
        hint = f"this is a bug in newslens, at {_place(error)}: report it with the text"
        return failure_of(extractor, article, type(error).__name__, f"{type(error).__name__}: {error}", hint)
    return identified, extraction


def failure_of(extractor: Extractor, article: Article, kind: str, what: str, hint: str) -> Failure:
    """Return the failure of an article that could not be extracted; `what` says why."""
    return Failure(
        source=article.source,
        step="extract",
        error=kind,
        message=f"cannot extract from `{article.source}`: {what}",
        hint=hint,
        article=article,
        extractor_version=extractor.version,
    )


def _place(error: Exception) -> str:
    """Return where the error shows: the innermost line of newslens, whatever library it called."""
    frames = extract_tb(error.__traceback__)
    here = Path(__file__).parent
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(here) and frame.filename != __file__]
    frame = (ours or frames)[-1]
    return f"{Path(frame.filename).name}, line {frame.lineno}"


def _check(article: Article, claims: list[Claim]) -> None:
    """Check what every claim promises, before it is stored. Raises: ValueError: a promise is broken."""
    for claim in claims:
        if article.text[claim.char_start : claim.char_end] != claim.quote:
            raise ValueError(f"the quote {claim.quote!r} is not what stands at character {claim.char_start}")
    if len({claim.claim_id for claim in claims}) < len(claims):
        raise ValueError("two claims have one id")
