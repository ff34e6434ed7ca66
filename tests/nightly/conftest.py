"""A folder with two articles and a settings file, and the command in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from newslens.batch import Extractor
from newslens.settings import Settings, load_settings
from web.conftest import site as site

Nightly = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extractor: Extractor) -> Path:
    """The working directory; the extractor claims each `N chips`."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("NEWSLENS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("newslens.nightly.night.pipeline_extractor", lambda: extractor)
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text("They have 10 chips and 20 chips.")
    (tmp_path / "news" / "b.txt").write_text("He has 30 chips.")
    return tmp_path


@pytest.fixture
def settings() -> Callable[..., Settings]:
    """Settings with the folder `news` for a source; sections are given by name."""

    def make(**sections: Any) -> Settings:
        return load_settings(None, {"sources": {"paths": ["news"]}} | sections)

    return make


@pytest.fixture
def command(folder: Path) -> Nightly:
    """Run `newslens nightly` as a timer does, with the real extractor."""

    def run(*arguments: str, code: Sequence[int] = (0,)) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-c", "from newslens.cli.app import main; main()", "nightly", *arguments]
        ended = subprocess.run(line, cwd=folder, capture_output=True, check=False, text=True, encoding="utf-8")
        assert ended.returncode in code, (ended.stdout, ended.stderr)
        return ended

    return run
