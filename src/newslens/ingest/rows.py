"""A row of JSON, CSV or Parquet -> Article: which column is what, and what a row must hold."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from newslens.errors import ArticleUnreadable
from newslens.ingest.dates import read_date
from newslens.ingest.input_file import InputFile
from newslens.records import Article

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """The columns (JSON: keys) that hold an article's fields.

    `source` None means the column `url`, else the column `source`.
    """

    text: str = "text"
    title: str = "title"
    source: str | None = None
    published_at: str = "published_at"
    outlet: str = "outlet"
    id: str = "id"

    @property
    def source_columns(self) -> tuple[str, ...]:
        """The columns to take `source` from, best first."""
        return ("url", "source") if self.source is None else (self.source,)

    def names(self) -> tuple[str, ...]:
        """Return every column that may be read."""
        return (self.text, self.title, *self.source_columns, self.published_at, self.outlet, self.id)

    def required(self) -> tuple[str, ...]:
        """Return the columns a table must have: `text`, and those named otherwise than by default."""
        chosen = (getattr(self, f.name) for f in fields(self) if getattr(self, f.name) != f.default)
        return tuple(dict.fromkeys((self.text, *chosen)))


def check_columns(file: InputFile, present: Iterable[str], columns: ColumnMapping) -> None:
    """Check that a table has the columns it must have.

    Raises: ArticleUnreadable: one is missing; the hint names the nearest column there is.
    """
    names = list(present)
    for wanted in columns.required():
        if wanted not in names:
            raise file.unreadable(f"no column `{wanted}`; it has {_listed(names)}", hint=_nearest(wanted, names))


def article_from_row(
    file: InputFile, row: Row, *, number: int, place: str, columns: ColumnMapping, max_article_bytes: int
) -> Article | ArticleUnreadable:
    """Return the article a row holds, or why it holds none.

    `number` is the row's own (line or row, from 1), `place` the same in words for messages.

    Source: claims contract, "The exported table": `source` is the `url` or `source` column, else `FILE#id`.
    """
    if columns.text not in row:
        return file.unreadable(
            f"no `{columns.text}`; it has {_listed(row)}", hint=_nearest(columns.text, row), place=place
        )
    text = row[columns.text]
    if text is None or (isinstance(text, str) and not text.strip()):
        return file.unreadable(f"`{columns.text}` is empty", place=place)
    if not isinstance(text, str):
        return file.unreadable(f"`{columns.text}` is no text but {_kind(text)}", place=place)
    text = text.removeprefix("\ufeff")
    problem = text_problem(text, max_article_bytes)
    if problem:
        return file.unreadable(f"`{columns.text}` {problem}", place=place)
    sources = (_cell(row, name) for name in columns.source_columns)
    named = next(filter(None, sources), None)
    return Article(
        source=named or file.source_of_row(text, row_id=_cell(row, columns.id), number=number),
        text=text,
        title=_cell(row, columns.title),
        outlet=_cell(row, columns.outlet),
        published_at=read_date(row.get(columns.published_at)),
    )


def text_problem(text: str, max_article_bytes: int) -> str | None:
    """Return why a decoded text cannot be stored, if so."""
    if "\0" in text:
        return f"holds a NUL character at {text.index(chr(0))}, as binary data does"
    try:
        size_bytes = len(text.encode())
    except UnicodeEncodeError as error:
        # Half an emoji, cut off by a program that counts UTF-16 units: no database or file takes it.
        return f"holds half a surrogate pair (\\u{ord(text[error.start]):04x}) at character {error.start}"
    if size_bytes > max_article_bytes:
        return f"has {size_bytes:,} bytes, more than {max_article_bytes:,}; raise max_article_bytes to read it"
    return None


def _cell(row: Row, column: str) -> str | None:
    """Return a cell as stripped text; empty, missing and nested values are None."""
    value = row.get(column)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).strip()
    if isinstance(value, float):
        text = text.removesuffix(".0")
        text = "" if text == "nan" else text
    return text.replace("\0", "").encode("utf-8", "replace").decode() or None


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        ((int, float), "a number"),
        ((list, tuple), "a list"),
        (Mapping, "an object"),
    )
    return next((name for kind, name in kinds if isinstance(value, kind)), f"a {type(value).__name__}")


def _listed(names: Iterable[str]) -> str:
    shown = [f"`{' '.join(name.split())[:40]}`" for name in names]
    return ", ".join(shown[:12]) + (f" and {len(shown) - 12} more" if len(shown) > 12 else "") if shown else "none"


def _nearest(wanted: str, names: Iterable[str]) -> str:
    usual = {"text": ("body", "content", "article", "texte", "contenu", "正文", "内容")}
    by_lower = {name.lower().strip(): name for name in names}
    close = difflib.get_close_matches(wanted.lower(), by_lower, n=1)
    known = [by_lower[name] for name in usual.get(wanted, ()) if name in by_lower]
    guess = next(iter([*(by_lower[name] for name in close), *known]), None)
    return f"did you mean `{guess}`? Name it in the column mapping" if guess else "name it in the column mapping"
