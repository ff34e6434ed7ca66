"""The names in articles for an editor: all of them, those the base lacks, and adopting one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from newslens.entities.catalogue import read_names_file
from newslens.entities.names import load_names
from newslens.errors import SettingsError, SetupError
from newslens.naming import KINDS, NAME_KINDS, UNKNOWN_KINDS, adopt_name, name_rows, unknown_rows
from newslens.pipeline import Setup, extract
from newslens.records import Article

QUIET = Setup(ner="none")
"""Base and capitals alone: what these rows say does not hang on a model."""
TEXT = "They say that Gridline Compute pays Nvidia. They say that Gridline Compute hired Priya Nair."


def article(text: str = TEXT, source: str = "a.txt") -> Article:
    return Article(source=source, text=text, language="en")


# --- rows


def test_a_row_a_mention() -> None:
    rows = [dict(zip(NAME_KINDS, row, strict=True)) for row in name_rows([article()], QUIET)]
    assert [(row["text"], row["name"], row["kind"], row["known"]) for row in rows] == [
        ("Gridline Compute", "Gridline Compute", "unknown", "no"),
        ("Nvidia", "Nvidia", "organisation", "yes"),
        ("Gridline Compute", "Gridline Compute", "unknown", "no"),
        ("Priya Nair", "Priya Nair", "unknown", "no"),
    ]
    assert all(TEXT[row["start"] : row["end"]] == row["text"] for row in rows)
    assert {row["source"] for row in rows} == {"a.txt"}


def test_the_model_gives_kinds() -> None:
    text = "Maria Lopez, the chief executive, spoke to reporters in Boston on Monday."
    rows = [dict(zip(NAME_KINDS, row, strict=True)) for row in name_rows([article(text)], Setup())]
    assert {row["name"]: row["kind"] for row in rows}["Maria Lopez"] == "person"


def test_articles_without_names_give_no_rows() -> None:
    assert list(name_rows([article("It rained.")], QUIET)) == []
    assert list(name_rows([], QUIET)) == []
    german = Article(source="d.txt", text="Angela Merkel wohnt in Berlin.", language="de")
    assert list(name_rows([german], QUIET)) == []


def test_unknown_names_are_counted_the_most_frequent_first() -> None:
    other = article("We hear that Priya Nair left. We hear that Gridline Compute paid.", "b.txt")
    rows = [dict(zip(UNKNOWN_KINDS, row, strict=True)) for row in unknown_rows([article(), other], QUIET)]
    assert [(row["name"], row["mentions"], row["articles"]) for row in rows] == [
        ("Gridline Compute", 3, 2),
        ("Priya Nair", 2, 2),
    ]
    assert rows[0]["example"] == "They say that Gridline Compute pays Nvidia. They say that Gridline Com"
    assert {row["kind"] for row in rows} == {"unknown"}


def test_of_equal_count_by_name() -> None:
    rows = unknown_rows([article("We hear that Zeta Works met Acme Works and Mira Works.")], QUIET)
    assert [row[0] for row in rows] == ["Acme Works", "Mira Works", "Zeta Works"]


def test_an_example_is_on_one_line() -> None:
    [row] = unknown_rows([article("We hear\nthat   they pay Gridline Compute\n\nas before.")], QUIET)
    assert row[-1] == "We hear that they pay Gridline Compute as before."


# --- adopting


def test_a_new_file(tmp_path: Path) -> None:
    path = adopt_name("Gridline Compute", "organisation", tmp_path / "my.toml")
    assert path == tmp_path / "my.toml"
    assert tomllib.loads(path.read_text("utf-8")) == {"kind": "organisation", "names": {"Gridline Compute": []}}
    assert load_names(path).find("Gridline Compute pays.")[0].name == "Gridline Compute"


def test_a_folder_has_a_file_a_kind(tmp_path: Path) -> None:
    folder = tmp_path / "names"
    assert adopt_name("Gridline Compute", "organisation", folder) == folder / "organisation.toml"
    assert adopt_name("Priya Nair", "person", folder) == folder / "person.toml"
    adopt_name("Acme Labs", "organisation", folder)
    found = load_names(folder).find("Priya Nair left Gridline Compute for Acme Labs.")
    assert [(m.name, m.kind, m.known) for m in found] == [
        ("Priya Nair", "person", True),
        ("Gridline Compute", "organisation", True),
        ("Acme Labs", "organisation", True),
    ]


HELD = """# Ours, by Mira.
kind = "organisation"

[names]
# a supplier
"Acme Labs" = ["Acme"]  # checked
"Zeta Works" = { owner = "Acme Labs", aliases = ["Zeta"] }
"Mira Works" = { owner = "Acme Labs" }
"""


def test_what_is_in_the_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(HELD, "utf-8")
    adopt_name("Gridline Compute", "organisation", path)
    assert path.read_text("utf-8") == f'{HELD}"Gridline Compute" = []\n'


@pytest.mark.parametrize(
    ("chief", "aliases"),
    [("Acme Labs", ("Acme", "GC")), ("Zeta Works", ("Zeta", "GC")), ("Mira Works", ("GC",)), ("Gridline", ("GC",))],
)
def test_the_words_of_the_text_become_an_alias(tmp_path: Path, chief: str, aliases: tuple[str, ...]) -> None:
    path = tmp_path / "my.toml"
    path.write_text(HELD, "utf-8")
    for _ in range(2):  # adopted again, nothing is written twice
        adopt_name("GC", "organisation", path, canonical=chief)
    held = read_names_file(path)
    assert held.names[chief].aliases == aliases
    assert "# Ours, by Mira." in path.read_text("utf-8")
    assert "# checked" in path.read_text("utf-8")


def test_a_file_without_names_gains_a_table(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text('kind = "person"\ndecoys = ["Priya Nair Road"]\n', "utf-8")
    adopt_name("Priya Nair", "person", path)
    assert read_names_file(path).decoys == ("Priya Nair Road",)
    assert list(read_names_file(path).names) == ["Priya Nair"]


@pytest.mark.parametrize("name", ['A "B" C', "Æther’s", "海蓝科技", "a.b", "back\\slash"])
def test_any_name_can_be_written(tmp_path: Path, name: str) -> None:
    path = adopt_name(name, "organisation", tmp_path / "my.toml")
    assert list(read_names_file(path).names) == [name]


def test_an_unknown_kind(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        adopt_name("Gridline Compute", "firm", tmp_path)
    assert caught.value.message == "unknown kind of name: `firm`"
    assert caught.value.hint == f"known: {', '.join(KINDS)}"
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(HELD, "utf-8")
    with pytest.raises(SettingsError) as caught:
        adopt_name("Priya Nair", "person", path)
    assert caught.value.message == f"`{path}` holds names of the kind organisation, not person"
    assert caught.value.hint == "give --names a folder: it keeps one file a kind"
    assert path.read_text("utf-8") == HELD


@pytest.mark.parametrize("content", ["kind = ", 'kind = "firm"\n', 'kind = "person"\nwhat = 1\n'])
def test_a_broken_file_is_left_as_it_is(tmp_path: Path, content: str) -> None:
    path = tmp_path / "my.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(SetupError, match=r"names file `.*my\.toml`"):
        adopt_name("Priya Nair", "person", path)
    assert path.read_text("utf-8") == content


@pytest.mark.parametrize("name", ["", "   "])
def test_an_empty_name_is_not_adopted(tmp_path: Path, name: str) -> None:
    with pytest.raises((SettingsError, SetupError)):
        adopt_name(name, "organisation", tmp_path / "my.toml")
    assert not (tmp_path / "my.toml").exists()


def test_an_adopted_name_is_the_subject_of_its_claims(tmp_path: Path) -> None:
    adopt_name("Qianlan-2", "model", tmp_path, canonical="Qianlan 2")
    setup = Setup(ner="none", names=str(tmp_path))
    [claim] = extract("Training Qianlan-2 cost 5 million dollars.", language="en", setup=setup)
    assert claim.subject == "Qianlan 2"
    assert "-no-ner-names-" in claim.extractor_version
