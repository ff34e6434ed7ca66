"""Read the articles of seeds/ into data/newslens.db, show their core claims, say where the rest is: `make demo`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from newslens.cli.output import put_lines
from newslens.export.table import human_number, table_lines
from newslens.records import CORE_TYPES
from newslens.rows import CLAIM_KINDS, Row
from newslens.store import open_store

DB = "data/newslens.db"
WIDTH = 80
COMMAND = Path(sys.executable).with_name("newslens")
BOUNDS = {"approx": "about ", "at_least": "at least ", "at_most": "at most ", "vague": "vaguely "}


def main() -> None:
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `make demo | head` ends quietly
    put_lines(["newslens ingest seeds"])
    sys.stdout.flush()
    subprocess.run([COMMAND, "ingest", "seeds", "--db", DB, "--quiet"], check=True)
    with open_store(DB) as store:
        stored = [dict(zip(CLAIM_KINDS, row, strict=True)) for row in store.query_claim_rows()]
    claims = [cells for cells in stored if str(cells["source"]).startswith("seeds/")]
    core = [shown(cells) for cells in claims if cells["claim_type"] in CORE_TYPES]
    columns = dict.fromkeys(("seed", "claim_type", "subject", "value", "quote"), "text")
    put_lines(["", *table_lines(columns, core, width=WIDTH), ""])  # type: ignore[arg-type]
    put_lines([f"{len(core)} of the {len(claims)} claims that are now in {DB}. All of them, with every column:", ""])
    put_lines([f"  {os.path.relpath(COMMAND)} claims --format csv"])


def shown(cells: Mapping[str, Any]) -> Row:
    numbers = [human_number(cells[name]) for name in ("value_low", "value_high") if cells[name] is not None]
    value = " to ".join(dict.fromkeys(numbers))
    seed = PurePath(cells["source"]).name.partition("_")[0]
    return (
        seed,
        cells["claim_type"],
        cells["subject"],
        f"{BOUNDS.get(cells['bound'], '')}{value} {cells['unit']}",
        cells["quote"],
    )


if __name__ == "__main__":
    main()
