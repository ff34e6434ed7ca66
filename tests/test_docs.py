"""What README and docs say is so: commands and their output, links, names of files, columns."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from newslens.cli.app import COMMANDS
from newslens.languages.pack import Pack
from newslens.records import CLAIM_COLUMNS, Bound, ClaimType, Modality
from page_blocks import rendered, same_but_for_seconds

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")), ROOT / "data" / "README.md"]
README = (ROOT / "README.md").read_text("utf-8")
CLAIMS = (ROOT / "docs" / "claims.md").read_text("utf-8")


def test_commands_in_the_readme_print_what_it_says() -> None:
    assert same_but_for_seconds(rendered(README)) == same_but_for_seconds(README), (
        "`make docs` writes the outputs again"
    )


def test_the_notebook_shows_what_its_code_gives() -> None:
    page = (ROOT / "docs" / "notebook.md").read_text("utf-8")
    assert rendered(page) == page, "`make docs` writes the outputs again"


def test_the_readme_names_every_command() -> None:
    names = [*(command.__name__.replace("_", "-") for command in COMMANDS), "runs"]
    assert not [name for name in names if f"newslens {name}" not in README]


def test_the_makefile_has_what_pages_name() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    targets = set(re.findall(r"^  make (\w+)", shown, re.M))
    named = {name for page in PAGES for name in re.findall(r"[`$] ?make (\w+)", page.read_text("utf-8"))}
    assert {"demo", "test", "check"} <= targets
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        linked = page.parent / name if name else page
        assert linked.exists(), target
        if anchor:
            assert anchor in anchors(linked), target


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_pages_name_are_there(page: Path) -> None:
    named = re.findall(r"`((?:src|tests|scripts|docs|seeds|\.ci)/[\w./-]*)`", page.read_text("utf-8"))
    assert not [name for name in named if "/xx" not in name and not (ROOT / name).exists()]


def test_pages_that_the_code_names_are_there() -> None:
    files = [path for folder in ("src", "scripts", "tests") for path in (ROOT / folder).rglob("*.py")]
    named = {(name, path.name) for path in files for name in re.findall(r"docs/\w+\.md", path.read_text("utf-8"))}
    assert not [pair for pair in sorted(named) if not (ROOT / pair[0]).exists()]


def test_the_index_lists_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    assert not [p.name for p in (ROOT / "docs").glob("*.md") if p.name != "README.md" and f"({p.name})" not in index]


def test_claims_page_has_every_type_bound_and_modality() -> None:
    types = re.findall(r"^\| `(\w+)` \|", CLAIMS.partition("## Claim types")[2].partition("\n## ")[0], re.M)
    assert types == list(get_args(ClaimType))
    bounds = re.findall(r"^\| `(\w+)` \|", CLAIMS.partition("## Value and bound")[2].partition("\n## ")[0], re.M)
    assert bounds == list(get_args(Bound))
    assert not [modality for modality in get_args(Modality) if f"`{modality}`" not in CLAIMS]


def test_claims_page_has_the_columns_in_their_order() -> None:
    table = CLAIMS.partition("## Columns")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| (`.*?`) \|", table, re.M)
    assert re.findall(r"`(\w+)`", " ".join(cells)) == list(CLAIM_COLUMNS)
    assert f"{len(CLAIM_COLUMNS)} columns" in README


def test_languages_page_has_every_key_of_a_pack() -> None:
    page = (ROOT / "docs" / "languages.md").read_text("utf-8")
    assert not [key for key in Pack.model_fields if f"`{key}`" not in page and f"`[{key}]`" not in page]


def test_every_dependency_is_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert not [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.!+-]+", pin)]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    assert {normal(name) for name in wanted} <= {normal(pin) for pin in pins}


def normal(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement, maxsplit=1)[0]).lower()
