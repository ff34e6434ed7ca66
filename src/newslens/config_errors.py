"""What is wrong with a setting: in which file and line, or in which variable, and which key was meant."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz, process

from newslens.config_file import CONFIG_VARIABLE
from newslens.errors import SettingsError

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

PREFIX = "NEWSLENS_"
_NEAR = 50  # of 100: `delay` is meant by `dealy`, `timeout_s` by `timeout`
_SLIP = 85  # a variable that resembles none of ours so much may be another program's
_HEADER = re.compile(r"\s*\[\s*([\w.\"' -]+?)\s*\]")


def check_file(path: Path) -> None:
    """Check that the file can be read and is TOML. Raises: SettingsError: it names file, line and cure."""
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        hint = "make one with `newslens init`, or name another by --config"
        raise SettingsError(f"cannot read the settings in `{path}`: {reason}", hint=hint) from error
    try:
        tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        hint = 'texts stand in quotes, truth values are true and false, lists are ["a", "b"]'
        raise SettingsError(f"cannot read the settings in `{path}`: no valid TOML: {error}", hint=hint) from error


def check_variables(environment: Mapping[str, str], settings: type[BaseModel]) -> None:
    """Check that no variable is a slip of one of ours. Raises: SettingsError: one is."""
    known = [
        CONFIG_VARIABLE,
        *(_variable(key) for key in keys(settings)),
        *(_variable((n,)) for n in _sections(settings)),
    ]
    for name in sorted(environment):
        if not name.startswith(PREFIX) or name in known:
            continue
        section = name.removeprefix(PREFIX).partition("__")[0].lower()
        near = process.extractOne(name, known, scorer=fuzz.ratio, score_cutoff=_SLIP)
        if near or section in _sections(settings):
            nearest = near or process.extractOne(name, known, scorer=fuzz.ratio)
            raise SettingsError(f"unknown variable: {name}", hint=f"did you mean {nearest[0]}?")


def explained(
    error: ValidationError,
    path: Path | None,
    environment: Mapping[str, str],
    flags: Mapping[str, Any],
    settings: type[BaseModel],
) -> SettingsError:
    """Return the first problem as one of ours: its place, the value, and the cure."""
    problem = min(error.errors(), key=lambda problem: problem["type"] != "extra_forbidden")
    key = tuple(str(part) for part in problem["loc"] if not isinstance(part, int))
    where = _place(key, path, environment, flags)
    name = ".".join(key)
    if problem["type"] == "extra_forbidden":
        return SettingsError(f"{where}: unknown key `{name}`", hint=_meant(key, settings), key=name)
    what = problem["msg"].removeprefix("Value error, ").replace("tuple", "list")
    shown = "" if isinstance(problem["input"], dict) else f" (it is {problem['input']!r})"
    message = f"{where}: `{name}`: {what[:1].lower()}{what[1:]}{shown}"
    return SettingsError(message, hint="`newslens init` writes a file with every key and what it takes", key=name)


def broken_variable(error: Exception) -> SettingsError:
    """Return the error for a variable that should hold a list, and does not."""
    named = re.search(r'"(\w+)"', str(error))
    what = f" for `{named[1]}`" if named else ""
    return SettingsError(
        f"a {PREFIX}* variable{what} holds no JSON",
        hint="lists are written as JSON: NEWSLENS_SOURCES__PATHS='[\"news\"]'",
    )


def keys(settings: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    """Yield every key as the file names it: `("db",)`, `("fetch", "delay_s")`."""
    for name, field in settings.model_fields.items():
        section = type(field.default)
        if hasattr(section, "model_fields"):
            yield from ((name, key) for key in section.model_fields)
        else:
            yield (name,)


def _sections(settings: type[BaseModel]) -> set[str]:
    return {key[0] for key in keys(settings) if len(key) > 1}


def _variable(key: Sequence[str]) -> str:
    return PREFIX + "__".join(key).upper()


def _place(key: tuple[str, ...], path: Path | None, environment: Mapping[str, str], flags: Mapping[str, Any]) -> str:
    if key and key[0] in flags:
        return "options"
    for depth in range(len(key), 0, -1):
        if _variable(key[:depth]) in environment:
            return f"variable {_variable(key[:depth])}"
    line = line_of(path.read_text("utf-8-sig"), key) if path else None
    return f"`{path}`, line {line}" if line else f"`{path}`"


def line_of(text: str, key: Sequence[str]) -> int | None:
    """Return the line, from 1, on which TOML sets the key or begins its table; None where that cannot be told."""
    *tables, last = key
    table: list[str] = []
    pattern = re.compile(rf"\s*[\"']?{re.escape(last)}[\"']?\s*=")
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header:
            table = [part.strip(" \"'") for part in header[1].split(".")]
            if table == list(key):
                return number
        elif table == tables and pattern.match(line):
            return number
    return None


def _meant(key: tuple[str, ...], settings: type[BaseModel]) -> str:
    """Return a hint that names the nearest key: of the same table first, else of all."""
    everything = list(keys(settings))
    beside = {known[-1]: ".".join(known) for known in everything if known[:-1] == key[:-1]}
    if len(key) == 1:
        beside |= {name: name for name in sorted(_sections(settings))}
    for names in (beside, {known[-1]: ".".join(known) for known in everything}):
        found = process.extractOne(key[-1], list(names), scorer=fuzz.ratio, score_cutoff=_NEAR)
        if found:
            return f"did you mean `{names[found[0]]}`?"
    return f"known: {', '.join(beside.values()) or ', '.join(sorted(_sections(settings)))}"
