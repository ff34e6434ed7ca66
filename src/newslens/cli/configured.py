"""What the settings file says to the options of commands: it stands below flags and variables, above defaults."""

from __future__ import annotations

from contextvars import ContextVar
from pathlib import Path
from typing import Any

from newslens.config_file import found_config

USUAL_FORMAT: ContextVar[str] = ContextVar("USUAL_FORMAT", default="table")
"""How rows are printed where neither option nor file name says it."""

CONFIG: ContextVar[Path | None] = ContextVar("CONFIG", default=None)
"""The settings file in use, for commands that need more of it than options."""

OWN_READING = frozenset({"init", "nightly"})
"""Commands that write the file, or read it themselves."""


def option_defaults(command: str | None, asked: Path | None, group: Any) -> dict[str, Any]:
    """Return the options that the settings file sets, by command of the group, and of the groups in it.

    Raises: SettingsError: the file cannot be read, or something in it is wrong.
    """
    USUAL_FORMAT.set("table")
    if command in OWN_READING:
        return {"nightly": {"config": asked}} if asked else {}
    path = found_config(asked)
    CONFIG.set(path)
    if command is None or path is None:
        return {}
    from newslens.settings import load_settings

    settings = load_settings(path)
    USUAL_FORMAT.set(settings.format)
    said = {
        "db": settings.db,
        "max_article_bytes": settings.max_article_bytes,
        "workers": settings.workers,
        "engine": settings.engine,
        "scheduler": settings.scheduler or None,
        "parts": settings.parts or None,
        "names": settings.names or None,
        "ner_model": settings.ner_model,
        "ner_label": list(settings.ner_labels),
        "column": [f"{field}={name}" for field, name in settings.columns.model_dump(exclude_defaults=True).items()],
    }
    return _of_commands(group, said)


def _of_commands(group: Any, said: dict[str, Any]) -> dict[str, Any]:
    defaults = {}
    for name, command in getattr(group, "commands", {}).items():
        known = {option.name for option in command.params}
        own = {key: value for key, value in said.items() if key in known}
        defaults[name] = own | _of_commands(command, said)
    return defaults
