"""What is distributed: all that newslens needs at run time, and nothing that is not ours to give."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hatchling.build import build_sdist, build_wheel

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "newslens"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)  # the build backend builds what is in the working directory
        yield tmp_path_factory.mktemp("dist")


@pytest.fixture(scope="module")
def wheel(folder: Path) -> set[str]:
    with zipfile.ZipFile(folder / build_wheel(str(folder))) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def sdist(folder: Path) -> set[str]:
    with tarfile.open(folder / build_sdist(str(folder))) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def test_the_wheel_holds_every_file_of_the_package(wheel: set[str]) -> None:
    files = [p for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts and p.name[0] != "."]
    assert {p.relative_to(PACKAGE.parent).as_posix() for p in files} <= wheel
    assert "newslens/py.typed" in wheel
    assert "newslens/claims/weights/type.json" in wheel
    assert "newslens/languages/fr.toml" in wheel


def test_the_wheel_holds_nothing_else(wheel: set[str]) -> None:
    assert {name.partition("/")[0].partition("-")[0] for name in wheel} == {"newslens"}


def test_the_seeds_are_not_distributed(sdist: set[str]) -> None:
    assert {"README.md", "LICENSE", "NOTICE", "pyproject.toml", "src/newslens/py.typed"} <= sdist
    assert not [name for name in sdist if name.startswith(("seeds", "data/newslens", ".ci", ".venv"))]
