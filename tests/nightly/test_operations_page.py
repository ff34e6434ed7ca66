"""docs/operations.md: every promise names tests that exist, and what it says of settings and exit codes is so."""

from __future__ import annotations

import re
from pathlib import Path

from newslens.config_errors import keys
from newslens.settings import Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")


def test_every_promise_names_tests_that_exist() -> None:
    table = PAGE.partition("## What is promised")[2].partition("\n## ")[0]
    promises = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith("| promise")]
    assert len(promises) >= 20
    for promise in promises:
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", promise)
        assert named, promise
        for file, test in named:
            assert re.search(rf"^def {test}\(", (ROOT / file).read_text("utf-8"), re.M), f"{file}::{test}"


def test_settings_that_it_names_exist() -> None:
    known = {".".join(key) for key in keys(Settings)}
    sections = {key[0] for key in keys(Settings)}
    named = set(re.findall(r"`([a-z]+\.[a-z_]+)`", PAGE)) - {"newslens.toml"}
    assert not [name for name in named if name.partition(".")[0] in sections and name not in known]
    variables = set(re.findall(r"`NEWSLENS_(\w+?)(?:=|`)", PAGE)) - {"CONFIG"}
    assert not [name for name in variables if name.lower().replace("__", ".") not in known]
