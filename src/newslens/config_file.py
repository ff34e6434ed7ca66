"""`newslens.toml`: where it is looked for, and how a new one is written. Loads nothing heavy."""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel

CONFIG_NAME = "newslens.toml"
CONFIG_VARIABLE = "NEWSLENS_CONFIG"

_WIDTH = 100


def found_config(asked: Path | None = None) -> Path | None:
    """Return the file to read: the one asked for, else the one NEWSLENS_CONFIG names, else ./newslens.toml if any."""
    if asked is not None:
        return asked
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named)
    here = Path(CONFIG_NAME)
    return here if here.is_file() else None


def config_text(settings: type[BaseModel]) -> str:
    """Return a file that sets every key to its default, with what each means above it."""
    return "\n".join(_lines(settings)) + "\n"


def _lines(settings: type[BaseModel]) -> Iterator[str]:
    yield from _comment(
        f"Settings of newslens. It is read from --config FILE, from the file that {CONFIG_VARIABLE} names, or from "
        f"./{CONFIG_NAME}. A variable such as NEWSLENS_DB or NEWSLENS_FETCH__DELAY_S wins over it, an option over "
        "both. Relative paths are taken from the working directory."
    )
    fields = settings.model_fields
    sections = {name: field.default for name, field in fields.items() if hasattr(field.default, "model_fields_set")}
    for name, field in fields.items():
        if name not in sections:
            yield ""
            yield from _comment(field.description or "")
            yield f"{name} = {toml_value(field.default)}"
    for name, section in sections.items():
        yield ""
        yield f"[{name}]  # {(type(section).__doc__ or '').rstrip('.')}"
        for key, field in type(section).model_fields.items():
            yield from _comment(field.description or "")
            yield f"{key} = {toml_value(field.default)}"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent="# ", subsequent_indent="# ")


def toml_value(value: Any) -> str:
    """Return a text, number, truth value or list of such as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    return json.dumps(value, ensure_ascii=False)
