"""What earlier nights read: a JSON file beside the database, by which unchanged files and pages are left alone.

Losing it costs time and nothing else: everything is read again, and what the store holds is found unchanged. So it is
written last, and believed only where the store agrees.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from newslens.errors import SettingsError

FORMAT = 1
SECTIONS = ("files", "pages", "feeds")


class Journal:
    """The notes on files, pages and feeds, each by its path or address; `made_with` is what they hold for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.run: list[Any] | None = None
        self.files: dict[str, Any] = {}
        self.pages: dict[str, Any] = {}
        self.feeds: dict[str, Any] = {}

    def load(self, *, extractor_version: str) -> None:
        """Read the file; notes of another extractor version, or that are not ours, are forgotten."""
        try:
            content = json.loads(self.path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            return
        if content.get("extractor_version") != extractor_version:
            return
        self.run = content.get("run")
        for name in SECTIONS:
            notes = content.get(name)
            setattr(self, name, notes if isinstance(notes, dict) else {})

    def save(self, *, extractor_version: str) -> None:
        """Write the file, which is there whole or as it was before.

        Raises: SettingsError: it cannot be written.
        """
        content = {"format": FORMAT, "extractor_version": extractor_version, "run": self.run}
        content |= {name: getattr(self, name) for name in SECTIONS}
        replace_file(self.path, lambda part: part.write_text(json.dumps(content, ensure_ascii=False), "utf-8"))


def replace_file(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` make a file, and put it in the place of `path`: readers see the old one or the new one, whole.

    Raises: SettingsError: it cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(exist_ok=True)
        write(part)
        part.replace(path)
    except OSError as error:
        hint = "check the folder, its rights and the disk"
        raise SettingsError(f"cannot write `{path}`: {(error.strerror or str(error)).lower()}", hint=hint) from error
    finally:
        if part.parent.is_dir():
            part.unlink(missing_ok=True)


def journal_path(db: str, named: str) -> Path:
    """Return where the journal of a database is: where the settings say, else beside it, or in data/ for a server."""
    if named:
        return Path(named)
    scheme, separator, rest = db.partition("://")
    if not separator:
        return Path(f"{db}.journal.json")
    if scheme.startswith("sqlite"):
        return Path(f"{rest.removeprefix('/')}.journal.json")
    from newslens.records import stable_id

    return Path("data") / f"{stable_id(db)}.journal.json"


def holds_all(sources: object, key: str, stored: Mapping[str, object] | set[str]) -> bool:
    """Say whether the store has every source that a note names; none named means the key itself."""
    if sources is None:
        return key in stored
    return isinstance(sources, list) and bool(sources) and all(source in stored for source in sources)
