"""Settings: what wins over what, what is refused and how, and the file that `newslens init` writes."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from newslens.config_errors import keys, line_of
from newslens.config_file import config_text, found_config, toml_value
from newslens.errors import SettingsError
from newslens.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLENS_DB", raising=False)
    monkeypatch.delenv("NEWSLENS_CONFIG", raising=False)
    return tmp_path


def written(text: str) -> Path:
    path = Path("newslens.toml")
    path.write_text(text, "utf-8")
    return path


def test_a_new_file_has_every_key_at_its_default() -> None:
    text = config_text(Settings)
    content = tomllib.loads(text)
    for *tables, last in keys(Settings):
        for table in tables:
            assert last in content[table], (table, last)
        assert tables or last in content
    assert load_settings(written(text)) == load_settings()
    assert not [key for key in keys(Settings) if line_of(text, key) is None]
    assert all(len(line) <= 120 for line in text.splitlines())


def test_every_key_says_what_it_means() -> None:
    lines = config_text(Settings).splitlines()
    set_at = [number for number, line in enumerate(lines) if " = " in line and not line.startswith("#")]
    assert all(lines[number - 1].startswith("# ") for number in set_at)


def test_defaults_below_file_below_variables_below_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    path = written('db = "file.db"\n[fetch]\ndelay_s = 2\ntries = 9\n[log]\nfile = "a.log"\n')
    assert (load_settings().db, load_settings(path).db) == ("data/newslens.db", "file.db")
    monkeypatch.setenv("NEWSLENS_DB", "variable.db")
    monkeypatch.setenv("NEWSLENS_FETCH__DELAY_S", "3")
    monkeypatch.setenv("NEWSLENS_SOURCES__PATHS", '["news", "drops"]')
    merged = load_settings(path, {"log": {"format": "json"}})
    assert (merged.db, merged.fetch.delay_s, merged.fetch.tries) == ("variable.db", 3, 9)
    assert merged.sources.paths == ("news", "drops")
    assert (merged.log.format, merged.log.file) == ("json", "a.log")
    assert load_settings(path, {"db": "flag.db"}).db == "flag.db"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('dbb = "x"', "`newslens.toml`, line 1: unknown key `dbb`", "did you mean `db`?"),
        ("\n[fetch]\ntimeout = 3", "`newslens.toml`, line 3: unknown key `fetch.timeout`", "`fetch.timeout_s`?"),
        ('[webhok]\nurl = ""', "`newslens.toml`, line 1: unknown key `webhok`", "did you mean `webhook`?"),
        ("prune = true", "`newslens.toml`, line 1: unknown key `prune`", "did you mean `sources.prune`?"),
        ("[fetch]\nzzz = 1", "`newslens.toml`, line 2: unknown key `fetch.zzz`", "known: fetch.user_agent, "),
        ('[fetch]\ndelay_s = "soon"', "line 2: `fetch.delay_s`: input should be a valid number", "newslens init"),
        ('format = "xml"', "line 1: `format`: input should be 'table', 'csv'", "newslens init"),
        ('[sources]\npaths = "news"', "line 2: `sources.paths`: input should be a valid list", "newslens init"),
        ('[sources]\nfeeds = [\n "ftp://x"]', "line 2: `sources.feeds`: `ftp://x` is no address", "newslens init"),
        ("db = = 1", "cannot read the settings in `newslens.toml`: no valid TOML: Invalid value", "quotes"),
    ],
)
def test_what_is_wrong_is_named_with_its_place_and_cure(text: str, message: str, hint: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(written(text))
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("NEWSLENS_DBB", "x", "unknown variable: NEWSLENS_DBB (did you mean NEWSLENS_DB?)"),
        (
            "NEWSLENS_FETCH__DELAY",
            "1",
            "unknown variable: NEWSLENS_FETCH__DELAY (did you mean NEWSLENS_FETCH__DELAY_S?)",
        ),
        ("NEWSLENS_FETCH__TRIES", "0", "variable NEWSLENS_FETCH__TRIES: `fetch.tries`: input should be greater"),
        ("NEWSLENS_SOURCES__PATHS", "news", "a NEWSLENS_* variable for `sources` holds no JSON"),
    ],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).startswith(message)


def test_variables_of_other_programs_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLENS_EVALUATION", "somewhere")
    assert load_settings() == load_settings()


def test_a_file_that_is_not_there_or_no_text() -> None:
    with pytest.raises(SettingsError, match=r"cannot read the settings in `none.toml`: no such file"):
        load_settings(Path("none.toml"))
    Path("bad.toml").write_bytes(b'db = "\xff"')
    with pytest.raises(SettingsError, match="no valid TOML"):
        load_settings(Path("bad.toml"))


def test_where_the_file_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert found_config() is None
    here = written("")
    assert found_config() == here
    monkeypatch.setenv("NEWSLENS_CONFIG", "other.toml")
    assert found_config() == Path("other.toml")
    assert found_config(Path("asked.toml")) == Path("asked.toml")


@pytest.mark.parametrize("value", ['a "b" \\ \n é 深', "", True, 3, 0.5, ["a", "b"], []])
def test_values_are_written_as_toml(value: object) -> None:
    assert tomllib.loads(f"key = {toml_value(value)}")["key"] == value
