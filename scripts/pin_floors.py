"""Raise the floors in tests/gold/floors.json to the F1 that is reached now: `make floors`.

    python scripts/pin_floors.py [--lower]

`make test` fails where a figure falls below its floor, or where the gold is not that of the fingerprint beside it.
No floor is lowered unless `--lower` says so: it is then for the author to say in the commit what was worth it.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from gold_sets import GOLD, GUARDED, figures, fingerprint, read_set

FLOORS = GOLD / "floors.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lower", action="store_true", help="let floors fall to what is reached now")
    arguments = parser.parse_args()
    before: dict[str, Any] = json.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {}
    after = {name: {"fingerprint": fingerprint(read_set(name)), "f1": figures(name)} for name in GUARDED}
    falls = []
    for place, old, new in changes(before, after):
        print(f"{place:34} {old:.4f} -> {new:.4f}")
        if new < old:
            falls.append(place)
    if falls and not arguments.lower:
        sys.exit(
            f"error: {len(falls)} floors would fall, nothing was written: {', '.join(falls)}\nhint: --lower lets them"
        )
    FLOORS.write_text(json.dumps(after, indent=2) + "\n", "utf-8")


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, float, float]]:
    """Return what differs: the place of a floor, its value before (0 if it is new) and after."""
    found = []
    for name, its in after.items():
        for scope, levels in its["f1"].items():
            for level, new in levels.items():
                old = before.get(name, {}).get("f1", {}).get(scope, {}).get(level, 0.0)
                if old != new:
                    found.append((f"{name} {scope} {level}", old, new))
    return found


if __name__ == "__main__":
    main()
