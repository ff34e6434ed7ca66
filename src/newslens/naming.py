"""The names in articles, seen by an editor: all of them, those the base lacks, and adopting one into a names file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from newslens.entities.catalogue import Kind, read_names_file
from newslens.errors import SettingsError
from newslens.rows import Columns, Row

if TYPE_CHECKING:
    from newslens.pipeline import Setup
    from newslens.records import Article

NAME_KINDS: Columns = {
    "source": "text", "start": "integer", "end": "integer", "text": "text", "kind": "text", "name": "text",
    "known": "text", "score": "number",
}  # fmt: skip
"""A row a mention: where it stands, the characters there, the kind, the canonical name, whether the base has it."""

UNKNOWN_KINDS: Columns = {
    "name": "text", "kind": "text", "mentions": "integer", "articles": "integer", "score": "number", "example": "text",
}  # fmt: skip
"""A row a name that the base lacks; `score` is the highest of its mentions, `example` the text around the first."""

KINDS: tuple[str, ...] = get_args(Kind)
_AROUND = 40


@dataclass(slots=True)
class _Unknown:
    kinds: Counter[str] = field(default_factory=Counter)
    sources: set[str] = field(default_factory=set)
    score: float = 0.0
    example: str = ""


def name_rows(articles: Iterable[Article], setup: Setup) -> Iterator[Row]:
    """Yield every name of the articles, in reading order (`NAME_KINDS`)."""
    from newslens.pipeline import find_names

    for article in articles:
        for m in find_names(article, setup=setup):
            known = "yes" if m.known else "no"
            yield (article.source, m.start, m.end, article.text[m.start : m.end], m.kind, m.name, known, m.score)


def unknown_rows(articles: Iterable[Article], setup: Setup) -> list[Row]:
    """Return the names that the base lacks, most frequent first (`UNKNOWN_KINDS`)."""
    from newslens.pipeline import find_names

    found: dict[str, _Unknown] = {}
    for article in articles:
        for m in find_names(article, setup=setup):
            if m.known:
                continue
            entry = found.setdefault(m.name, _Unknown())
            entry.kinds[m.kind] += 1
            entry.sources.add(article.source)
            entry.score = max(entry.score, m.score)
            around = article.text[max(0, m.start - _AROUND) : m.end + _AROUND]
            entry.example = entry.example or " ".join(around.split())
    ranked = sorted(found.items(), key=lambda item: (-item[1].kinds.total(), item[0]))
    return [
        (name, e.kinds.most_common(1)[0][0], e.kinds.total(), len(e.sources), e.score, e.example) for name, e in ranked
    ]


def adopt_name(name: str, kind: str, names: Path, *, canonical: str | None = None) -> Path:
    """Write a name into the names file `names`, or the file of its kind in the folder `names`; return the file.

    `canonical` is the name it shall have in the table; the words of the text become its alias.
    Raises: SettingsError: the kind is not known, or the file holds another kind. SetupError: the file is broken.
    """
    import tomlkit

    if kind not in KINDS:
        raise SettingsError(f"unknown kind of name: `{kind}`", hint=f"known: {', '.join(KINDS)}")
    name, canonical = name.strip(), canonical.strip() if canonical is not None else None
    if not name or canonical == "":
        raise SettingsError("a name without letters", hint="give the words as the text has them")
    path = names if names.suffix == ".toml" else names / f"{kind}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        held = read_names_file(path)
        if held.kind != kind:
            cure = "give --names a folder: it keeps one file a kind"
            raise SettingsError(f"`{path}` holds names of the kind {held.kind}, not {kind}", hint=cure)
        document = tomlkit.parse(path.read_text("utf-8"))
    else:
        document = tomlkit.document()
        document["kind"] = kind
    table = document.setdefault("names", tomlkit.table())
    chief = canonical or name
    aliases = [] if chief == name else [name]
    entry = table.get(chief)
    if entry is None:
        table[chief] = aliases
    else:
        listed = entry if isinstance(entry, list) else entry.setdefault("aliases", [])
        listed.extend(alias for alias in aliases if alias not in listed)
    part = path.with_suffix(".part")
    part.write_text(tomlkit.dumps(document), "utf-8")
    read_names_file(part)  # what is written can be read, or the file stays as it was
    part.replace(path)
    return path
