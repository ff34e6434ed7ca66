"""The names files: their schema, and reading them.

A file holds one kind of name. `docs/names.md` says what each key means and how to add a name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from newslens.errors import SetupError

Kind = Literal["organisation", "model", "product", "chip", "index", "person", "outlet", "country", "project"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Entry(_Strict):
    """What is known of one name, but for its canonical form, which is the key."""

    owner: str | None = None
    listed_as: str | None = None
    aliases: tuple[str, ...] = ()
    cased: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    distinctive: bool = False
    surname: str | None = None
    bare: bool = True
    replace: bool = False

    @field_validator("aliases", "cased", "weak", "context")
    @classmethod
    def _no_blanks(cls, aliases: tuple[str, ...]) -> tuple[str, ...]:
        if any(not alias.strip() for alias in aliases):
            raise ValueError("an empty alias")
        return aliases


class Family(_Strict):
    """How the versions of a model or chip are named: what may follow the family's name, and how it is written."""

    label: str | None = None
    kind: Literal["model", "chip"] | None = None
    first: Literal["", " ", "-"] = " "
    rest: Literal["", " ", "-"] = " "
    digits: int = Field(default=2, ge=0, le=4)
    series: str = ""
    series_alone: bool = False
    words: tuple[str, ...] = ()
    alone: bool = True
    sure: bool = True


class NamesFile(_Strict):
    """One names file."""

    kind: Kind
    names: dict[str, Entry] = {}
    families: dict[str, Family] = {}
    decoys: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    plain_words: tuple[str, ...] = ()

    @field_validator("names", mode="before")
    @classmethod
    def _plain_lists(cls, names: object) -> object:
        """Read `"ASML" = ["阿斯麦"]` as `"ASML" = { aliases = ["阿斯麦"] }`."""
        if not isinstance(names, dict):
            return names
        return {name: {"aliases": entry} if isinstance(entry, list) else entry for name, entry in names.items()}


def _joined(known: Entry, added: Entry) -> Entry:
    lists = ("aliases", "cased", "weak", "context")
    changes: dict[str, object] = {key: getattr(added, key) for key in added.model_fields_set - set(lists)}
    changes |= {key: (*getattr(known, key), *getattr(added, key)) for key in lists}
    return known.model_copy(update=changes)


@dataclass(slots=True)
class Catalogue:
    """All names files as one: later files override earlier ones name by name."""

    names: dict[str, tuple[Kind, Entry]] = field(default_factory=dict)
    families: dict[str, tuple[Kind, Family]] = field(default_factory=dict)
    decoys: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    plain_words: list[str] = field(default_factory=list)

    def add(self, names_file: NamesFile) -> None:
        """Add a file's names; one that is there already takes the file's kind, and gains its aliases."""
        for name, entry in names_file.names.items():
            known = self.names.get(name)
            self.names[name] = (names_file.kind, entry if known is None or entry.replace else _joined(known[1], entry))
        for name, family in names_file.families.items():
            self.families[name] = (family.kind or names_file.kind, family)
        self.decoys.extend(names_file.decoys)
        self.words.extend(names_file.words)
        self.plain_words.extend(names_file.plain_words)


# Outlets last: an outlet that is also a company is an outlet.
_OWN_FILES: tuple[str, ...] = (
    "countries", "organisations", "people", "products", "projects", "indices", "models", "chips", "outlets",
)  # fmt: skip


def read_names_file(path: Path | Traversable) -> NamesFile:
    """Return the names file at `path`, checked.

    Raises: SetupError: the file cannot be read, is not TOML, or a key or value is not allowed; facts `path`, `key`.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _broken(path, f"cannot be read: {error.strerror}", "give the path of a TOML file") from error
    except UnicodeDecodeError as error:
        raise _broken(path, "is not UTF-8", "save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise _broken(path, f"is not TOML: {error}", "correct the line named") from error
    try:
        return NamesFile.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        cure = "docs/names.md lists the keys and their values"
        raise _broken(path, f"key `{key}`: {first['msg']}", cure, key=key) from error


def _broken(path: Path | Traversable, reason: str, cure: str, key: str | None = None) -> SetupError:
    return SetupError(f"names file `{path}` {reason}", hint=cure, path=str(path), key=key)


def read_catalogue(extra: Iterable[Path] = ()) -> Catalogue:
    """Return the names that ship with newslens, then those of the `extra` files, which extend or override them.

    Raises: SetupError: a file is broken; see `read_names_file`.
    """
    catalogue = Catalogue()
    folder = files("newslens.entities") / "names"
    for name in _OWN_FILES:
        catalogue.add(read_names_file(folder / f"{name}.toml"))
    for path in extra:
        catalogue.add(read_names_file(path))
    return catalogue
