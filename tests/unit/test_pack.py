"""Language packs: all valid, all with the same cues and in folded spelling; a broken one names file and key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newslens.errors import SettingsError, SetupError
from newslens.languages import pack as packs
from newslens.languages import signs
from newslens.languages.pack import alternatives, load_pack, words_pattern
from newslens.languages.signs import load_signs
from newslens.languages.view import view_text
from newslens.quantities.currencies import iso_codes
from newslens.records import LANGUAGES

FOLDER = Path(packs.__file__).parent


def words_of(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every word of a pack with the path of the key that holds it."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from words_of(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from words_of(inner, path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_packs_are_valid(language: str) -> None:
    assert load_pack(language).code == language


def test_every_file_is_a_language() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == {*LANGUAGES, "signs"}


def test_every_cue_exists_in_all_packs() -> None:
    cues = {language: set(load_pack(language).cues) for language in LANGUAGES}
    assert len(set(map(frozenset, cues.values()))) == 1, cues


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_spelled_as_the_folded_text_is(language: str) -> None:
    """A curly apostrophe or a Traditional sign in a pack would never match."""
    read = load_pack(language).model_dump(include={"units", "bounds", "currencies", "cents", "ordinals", "not_units"})
    assert [(path, word) for path, word in words_of(read) if view_text(word).norm != word] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_currencies_are_iso_codes(language: str) -> None:
    pack = load_pack(language)
    rivals = {code for codes in pack.ambiguous_currencies.values() for code in codes}
    codes = {*pack.currencies, *pack.cents, *pack.currency_letters.values(), *rivals}
    assert codes - iso_codes() <= {*load_signs().codes.never, "XBT"}
    assert rivals <= set(pack.currency_adjectives)
    assert set(load_signs().currencies.values()) - iso_codes() <= {*load_signs().codes.never, "XBT"}


def test_unknown_language() -> None:
    with pytest.raises(SettingsError, match="`pt`"):
        load_pack("pt")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text.replace('numerals = "words"', 'numerals = "roman"'), "numerals"),
        (lambda text: re.sub(r"(?m)^percent = .*$", "", text, count=1), "units.percent"),
        (lambda text: text.replace("[numbers]", "surprise = 1\n\n[numbers]", 1), "surprise"),
        (lambda text: text.replace("code =", "code", 1), "line 1"),
    ],
)
def test_a_broken_pack_names_file_and_key(
    change: Any, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "en.toml").write_text(change((FOLDER / "en.toml").read_text("utf-8")), "utf-8")
    monkeypatch.setattr(packs.resources, "files", lambda _package: tmp_path)
    with pytest.raises(SetupError) as caught:
        load_pack.__wrapped__("en")
    assert "en.toml" in str(caught.value)
    assert told in str(caught.value)


def test_broken_signs_name_their_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "signs.toml").write_text("[currencies]\n", "utf-8")
    monkeypatch.setattr(signs.resources, "files", lambda _package: tmp_path)
    with pytest.raises(SetupError, match=r"(?s)signs\.toml.*codes") as caught:
        load_signs.__wrapped__()
    assert caught.value.exit_code == 4


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        (["million", "millions"], "5 millions", ["millions"]),
        (["a", "an"], "an art a", ["an", "a"]),
        (["invest*"], "invests, reinvested", ["invests"]),
        (["*vest"], "invest vest", ["vest", "vest"]),
        (["万", "万亿"], "1万亿和2万", ["万亿", "万"]),
        (["près de"], "près  de, presde", ["près  de"]),
        (["c++", "%"], "c++ 5%", ["c++", "%"]),
        ([], "anything", []),
    ],
)
def test_alternatives(words: list[str], text: str, found: list[str]) -> None:
    assert words_pattern(words).findall(text) == found
    assert re.compile(alternatives(words)).groups == 0
