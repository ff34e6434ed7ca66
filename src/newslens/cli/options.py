"""Options that several commands share, and the reading of their values."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newslens.cli.output import Format
from newslens.errors import SettingsError

if TYPE_CHECKING:
    from newslens.pipeline import Setup

DEFAULT_DB = "data/newslens.db"


def _claim_types(incomplete: str) -> list[str]:
    from newslens.rows import CLAIM_CHOICES

    return [name for name in CLAIM_CHOICES["claim_type"] if name.startswith(incomplete)]


def _languages(incomplete: str) -> list[str]:
    from newslens.records import LANGUAGES

    return [name for name in LANGUAGES if name.startswith(incomplete)]


def read_day(value: str | datetime) -> datetime:
    """Return the day that YYYY-MM-DD means. Raises: typer.BadParameter: it means none."""
    try:
        return value if isinstance(value, datetime) else datetime.strptime(value, "%Y-%m-%d")
    except ValueError as error:
        raise typer.BadParameter(f"`{value}` is no day: write YYYY-MM-DD, as 2025-01-27") from error


Db = Annotated[
    str, typer.Option("--db", envvar="NEWSLENS_DB", metavar="PATH-OR-URL", help="The store to read or write.")
]
AnyFormat = Annotated[
    Format | None,
    typer.Option("--format", "-f", help="How to write the rows; by default a table, or what FILE's suffix says."),
]
Json = Annotated[bool, typer.Option("--json", help="Short for --format json.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to FILE, not to stdout.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing on stderr but errors.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Name each file that is skipped.")]
NoProgress = Annotated[bool, typer.Option("--no-progress", help="Show no progress bar.")]
ClaimTypes = Annotated[
    list[str] | None,
    typer.Option(
        "--claim-type", "-t", metavar="TYPE", autocompletion=_claim_types, help="Only this claim type; repeatable."
    ),
]
Languages = Annotated[
    list[str] | None,
    typer.Option("--language", "-l", metavar="CODE", autocompletion=_languages, help="Only this language; repeatable."),
]
Since = Annotated[
    datetime | None,
    typer.Option(
        "--since", parser=read_day, metavar="YYYY-MM-DD", help="Only articles published on or after this day."
    ),
]
SinceRun = Annotated[
    str, typer.Option("--since", metavar="RUN|DATE", help="The number of a run, or a day as YYYY-MM-DD.")
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="FIELD=NAME",
        help="The column of JSON, CSV or Parquet that holds an article's text, title, source, published_at, outlet "
        "or id, where its name is another; repeatable.",
    ),
]
DEFAULT_TIME_LIMIT_S = 60.0
TimeLimit = Annotated[
    float,
    typer.Option("--time-limit", min=0.001, metavar="SECONDS", help="Processor time that one article may take."),
]
Workers = Annotated[
    int,
    typer.Option(
        "--workers",
        min=0,
        metavar="N",
        help="Processes that extract claims; 0: one for each processor core, where there is enough to do.",
    ),
]


class EngineName(StrEnum):
    """Where claims are extracted."""

    LOCAL = "local"
    DASK = "dask"


Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="URL", help="The Dask scheduler, tcp://…; by default a cluster made here."),
]
Parts = Annotated[
    str | None,
    typer.Option("--parts", metavar="FOLDER-OR-URL", help="Where workers leave what they made; all must see it."),
]
SummaryJson = Annotated[bool, typer.Option("--json", help="Write the summary to stdout as JSON.")]
MaxArticleBytes = Annotated[int, typer.Option("--max-article-bytes", min=1, help="The largest article to read.")]

Names = Annotated[
    Path | None,
    typer.Option("--names", envvar="NEWSLENS_NAMES", metavar="FILE", help="A names file that extends the name base."),
]
NoNer = Annotated[
    bool,
    typer.Option("--no-ner", help="Read without any names model: faster, but names no list holds are often missed."),
]
NerModel = Annotated[
    str | None,
    typer.Option(
        "--ner-model",
        envvar="NEWSLENS_NER_MODEL",
        metavar="FOLDER-OR-HUB-ID",
        help="Find names with this Hugging Face token-classification model instead of the shipped one.",
    ),
]
NerLabels = Annotated[
    list[str] | None,
    typer.Option(
        "--ner-label",
        metavar="LABEL=KIND",
        help="What a label of that model means: PER, ORG, LOC, PROD, or nothing; repeatable.",
    ),
]


def setup(names: Path | None, no_ner: bool, ner_model: str | None, ner_labels: Sequence[str] | None) -> Setup:
    """Return what to read with. Raises: SettingsError: a label that says nothing."""
    from newslens.entities.recognition import NO_NER, SHIPPED
    from newslens.pipeline import Setup

    return Setup.of(ner=NO_NER if no_ner else ner_model or SHIPPED, ner_labels=ner_labels or (), names=names)


def known_values(what: str, values: Sequence[str] | None, known: Sequence[str]) -> tuple[str, ...]:
    """Return the values. Raises: SettingsError: one is not known; the hint names the nearest."""
    for value in values or ():
        if value not in known:
            near = difflib.get_close_matches(value, known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else None
            raise SettingsError(f"unknown {what}: `{value}` (known: {', '.join(known)})", hint=hint)
    return tuple(values or ())


def column_mapping(pairs: Sequence[str] | None) -> Any:
    """Return the `ColumnMapping` that FIELD=NAME pairs ask for. Raises: SettingsError: a pair that says nothing."""
    from dataclasses import fields

    from newslens.ingest import ColumnMapping

    known = [field.name for field in fields(ColumnMapping)]
    named = dict[str, str]()
    for pair in pairs or ():
        field, separator, name = pair.partition("=")
        if not (separator and name):
            raise SettingsError(f"--column `{pair}` is not FIELD=NAME", hint="for example: --column text=body")
        known_values("field of an article", [field], known)
        named[field] = name
    return ColumnMapping(**named)
