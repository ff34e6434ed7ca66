"""`newslens explain`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from newslens.cli import options
from newslens.cli.output import mark, put_lines
from newslens.store import open_store

if TYPE_CHECKING:
    from newslens.explain import Explained


def explain(
    claim_id: Annotated[str, typer.Argument(metavar="CLAIM_ID", help="The claim's id, or how it begins.")],
    db: options.Db = options.DEFAULT_DB,
    names: options.Names = None,
    no_ner: options.NoNer = False,
    ner_model: options.NerModel = None,
    ner_label: options.NerLabels = None,
) -> None:
    """Show a claim in its sentence, and why it was read so.

    For each decision: what was chosen, how sure that is (0 to 1), and the signs it rests on.
    """
    from newslens.explain import explain_claim

    setup = options.setup(names, no_ner, ner_model, ner_label)
    with open_store(db) as store:
        put_lines(_lines(explain_claim(store, claim_id, setup=setup)))


def _lines(explained: Explained) -> Iterator[str]:
    claim = explained.claim
    yield f"claim {claim.claim_id}, confidence {claim.confidence:.2f}"
    yield f"{claim.source}, characters {claim.char_start} to {claim.char_end}"
    yield ""
    yield " ".join(f"{explained.before}{mark(claim.quote)}{explained.after}".split())
    for reason in explained.reasons:
        yield ""
        yield f"{reason.decision}: {reason.choice} ({reason.score:.2f})"
        yield from (f"  - {because}" for because in reason.because)
