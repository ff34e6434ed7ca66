"""Write constraints.txt: the exact version of everything that the package and its development tools need.

python scripts/write_constraints.py
"""

from __future__ import annotations

import subprocess
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# The versions that newslens is tested with, the tools of its development included. Written by `make pin`.\n"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        pip = [str(Path(folder, "bin", "python")), "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "-qq", "--editable", ".[dev]"], cwd=ROOT, check=True)
        freeze = [*pip, "freeze", "--exclude-editable"]
        pins = subprocess.run(freeze, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    odd = [pin for pin in pins if "==" not in pin]  # a local path or an address is no version
    if odd:
        raise SystemExit(f"not pinned to a version: {', '.join(odd)}")
    ROOT.joinpath("constraints.txt").write_text(HEADER + "\n".join(sorted(pins, key=str.casefold)) + "\n", "utf-8")
    print(f"constraints.txt: {len(pins)} packages")


if __name__ == "__main__":
    main()
