"""`newslens groups`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from newslens.cli import options
from newslens.cli.output import chosen_format, put_rows
from newslens.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newslens.rows import Columns, Row

_VIEW: Columns = {
    "claim_type": "text",
    "subject": "text",
    "consensus": "text",
    "sources": "text",
    "claims": "integer",
    "languages": "text",
    "until": "date",
    "conflict": "text",
}


def groups(
    db: options.Db = options.DEFAULT_DB,
    form: options.AnyFormat = None,
    as_json: options.Json = False,
    output: options.Output = None,
    claim_type: options.ClaimTypes = None,
    subject: Annotated[
        str | None, typer.Option("--subject", "-s", metavar="NAME", help="Only this subject; * stands for anything.")
    ] = None,
    min_sources: Annotated[
        int, typer.Option("--min-sources", min=1, metavar="N", help="Only facts that so many independent texts state.")
    ] = 1,
) -> None:
    """Print the facts that claims speak of, each with its consensus, conflicts first.

    sources: of how many independent texts so many state the consensus; copies of one text count once.
    """
    from newslens.rows import CLAIM_CHOICES
    from newslens.store.group_records import GROUP_KINDS

    chosen = chosen_format(form, as_json, output)
    types = options.known_values("claim type", claim_type, CLAIM_CHOICES["claim_type"])
    names = list(GROUP_KINDS)
    with open_store(db) as store:
        rows = (
            row
            for row in store.query_groups()
            if _wanted(dict(zip(names, row, strict=True)), types, subject, min_sources)
        )
        if chosen == "table":
            put_rows(_VIEW, _viewed(rows), chosen, output)
        else:
            put_rows(GROUP_KINDS, rows, chosen, output)


def _wanted(cells: dict[str, object], types: tuple[str, ...], subject: str | None, min_sources: int) -> bool:
    from fnmatch import fnmatchcase

    if types and cells["claim_type"] not in types:
        return False
    if int(str(cells["sources"])) < min_sources:
        return False
    if subject is None:
        return True
    named = str(cells["subjects"] or "").casefold().split(" | ")
    return any(fnmatchcase(name, subject.casefold()) for name in named)


def _viewed(rows: Iterator[Row]) -> Iterator[Row]:
    from newslens.export.table import bounded_value
    from newslens.store.group_records import GROUP_KINDS, FactGroup

    for row in rows:
        group = FactGroup(**dict(zip(GROUP_KINDS, row, strict=True)))  # type: ignore[arg-type]
        value = bounded_value(group.value_low, group.value_high, group.bound, group.unit)
        about = " ".join(filter(None, (group.subject, group.facet, group.object and f"/ {group.object}", group.period)))
        conflict = f"{group.sources_differing} differ" if group.sources_differing > 1 else "1 differs"
        if group.slips:
            conflict += ", probable slip"
        yield (
            group.claim_type,
            about,
            value,
            f"{group.sources_agreeing} of {group.sources}",
            group.claims,
            group.languages,
            group.last_date,
            conflict if group.is_conflict else None,
        )
