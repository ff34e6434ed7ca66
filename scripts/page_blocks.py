"""The commands and Python in a page of documentation, run, and the page with their output as it is now.

A block marked `console` holds commands, each after `$ `, and below each what it prints. A block marked `text` right
below one marked `python` holds what that prints. All run in a folder of their own that holds the seeds, one after
the other. `make demo` stands for what it does once everything is installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_BLOCK = re.compile(r"```(console|python)\n(.*?)```(?:\n\n```text\n(.*?)```)?", re.S)
_COMMAND = re.compile(r"^\$ (.*)\n", re.M)
_SECONDS = re.compile(r"\d+\.\d s\b")
_MADE = {"make demo": ".venv/bin/python scripts/demo.py"}


def rendered(page: str) -> str:
    """Return the page with the outputs of its blocks as they are now.

    Raises: subprocess.CalledProcessError: a command failed.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for needed in ("seeds", "scripts"):
            shutil.copytree(ROOT / needed, folder / needed)
        folder.joinpath(".venv").symlink_to(sys.prefix)
        return _BLOCK.sub(lambda block: _block(block, folder), page)


def same_but_for_seconds(page: str) -> str:
    """Return the page with every `4.2 s` alike, to compare."""
    return _SECONDS.sub("0.0 s", page)


def _block(block: re.Match[str], folder: Path) -> str:
    kind, content, _ = block.groups()
    if kind == "console":
        return f"```console\n{''.join(_with_output(command, folder) for command in _COMMAND.findall(content))}```"
    output = _run([sys.executable, "-"], folder, content)
    return f"```python\n{content}```" + (f"\n\n```text\n{output}```" if output else "")


def _with_output(command: str, folder: Path) -> str:
    return f"$ {command}\n{_run(['bash', '-o', 'pipefail', '-c', _MADE.get(command, command)], folder)}"


def _run(command: list[str], folder: Path, stdin: str = "") -> str:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONIOENCODING": "utf-8",
    }
    environment.pop("NEWSLENS_DB", None)
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        input=stdin.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    output = done.stdout.decode().replace("\r\n", "\n")  # CSV ends its lines so; a page does not
    if done.returncode:
        error = subprocess.CalledProcessError(done.returncode, command, output)
        error.add_note(output)
        raise error
    return output
