"""`newslens conflicts`."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    "stance": "text",
    "value": "text",
    "attributed_to": "text",
    "quote": "text",
    "source": "text",
}


def conflicts(
    db: options.Db = options.DEFAULT_DB,
    form: options.AnyFormat = None,
    as_json: options.Json = False,
    output: options.Output = None,
    claim_type: options.ClaimTypes = None,
) -> None:
    """Print who contradicts whom: each claim that differs from the consensus of its fact.

    stance: differs, slip (off by a power of ten, so probably a slip of magnitude), doubts (the text doubts the figure).
    """
    from newslens.rows import CLAIM_CHOICES
    from newslens.store.group_records import CONFLICT_KINDS

    chosen = chosen_format(form, as_json, output)
    types = options.known_values("claim type", claim_type, CLAIM_CHOICES["claim_type"])
    place = list(CONFLICT_KINDS).index("claim_type")
    with open_store(db) as store:
        rows = (row for row in store.query_conflicts() if not types or row[place] in types)
        if chosen == "table":
            put_rows(_VIEW, _viewed(rows), chosen, output)
        else:
            put_rows(CONFLICT_KINDS, rows, chosen, output)


def _viewed(rows: Iterator[Row]) -> Iterator[Row]:
    from newslens.export.table import bounded_value
    from newslens.store.group_records import CONFLICT_KINDS

    for row in rows:
        cells = dict(zip(CONFLICT_KINDS, row, strict=True))
        consensus = bounded_value(
            cells["consensus_low"], cells["consensus_high"], "exact", str(cells["consensus_unit"])
        )
        value = bounded_value(cells["value_low"], cells["value_high"], str(cells["bound"]), str(cells["unit"]))
        stance = str(cells["stance"])
        if cells["slip_power"]:
            stance = f"slip, 10^{cells['slip_power']}"
        shown = {**cells, "consensus": consensus, "value": value, "stance": stance}
        yield tuple(shown[name] for name in _VIEW)
