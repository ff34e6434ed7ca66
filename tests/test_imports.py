"""Imports point one way, and `import newslens` is light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import newslens

ROOT = Path(__file__).parents[1]
LIGHT = """
import sys
before = set(sys.modules)
import newslens
print(*sorted({name.partition(".")[0] for name in set(sys.modules) - before}))
"""


def test_import_rules_hold() -> None:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True, encoding="utf-8")
    assert ended.returncode == 0, ended.stdout


def test_importing_newslens_imports_nothing_else_of_weight() -> None:
    ended = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, check=True, text=True)
    imported = set(ended.stdout.split())
    assert not {name for name in imported if name not in sys.stdlib_module_names} - {"newslens"}


@pytest.mark.parametrize("name", newslens.__all__)
def test_every_public_name_loads(name: str) -> None:
    assert getattr(newslens, name).__doc__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'extrakt'"):
        newslens.extrakt  # noqa: B018
