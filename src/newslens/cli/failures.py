"""`newslens failures`."""

from __future__ import annotations

from newslens.cli import options
from newslens.cli.output import chosen_format, put_rows
from newslens.store import open_store

_SHOWN = ("last_seen", "tries", "quarantined_at", "step", "message", "hint")


def failures(
    db: options.Db = options.DEFAULT_DB,
    form: options.AnyFormat = None,
    as_json: options.Json = False,
    output: options.Output = None,
) -> None:
    """Print the inputs that could not be read or extracted, and what to do about each.

    A row goes when its input is read without fault, or is gone. An article that fails three times is quarantined: it
    is left alone until it or newslens changes, or `newslens retry-failed` is called.
    """
    from newslens.store.interface import FAILURE_KINDS

    chosen = chosen_format(form, as_json, output)
    with open_store(db) as store:
        put_rows(FAILURE_KINDS, store.query_failures(), chosen, output, view=_SHOWN)
