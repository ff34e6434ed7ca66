"""A folder with two articles, and settings that name it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newslens.batch import Extractor
from newslens.settings import Settings, load_settings
from web.conftest import site as site


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extractor: Extractor) -> Path:
    """The working directory; the extractor claims each `N chips`."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("NEWSLENS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("newslens.nightly.night.pipeline_extractor", lambda setup=None: extractor)
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
