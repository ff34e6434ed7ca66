"""HTML pages: the main text as trafilatura extracts it; the offsets of claims count in that text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from newslens.ingest.formats import Item, ReadSettings
from newslens.ingest.input_file import InputFile
from newslens.ingest.rows import text_problem
from newslens.records import Article
from newslens.time_limit import TimeIsUp, time_limit

_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.I)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
CHARSET_WITHIN_BYTES = 4096

TIME_LIMIT_S = 30.0
"""For one page: trafilatura's time grows with the square of lists and tables, ten thousand of which take minutes."""


def read(file: InputFile, settings: ReadSettings) -> Iterator[Item]:
    """Yield the one article of a page, with the title, outlet and date that the page states.

    Raises: ArticleUnreadable: the file is empty, too large, no text, or holds no main text.
    """
    data = file.read_bytes(settings.max_article_bytes)
    yield article_of_page(file, data, settings, source=file.source)


def article_of_page(
    file: InputFile,
    data: bytes,
    settings: ReadSettings,
    *,
    source: str,
    declared: str | None = None,
    place: str | None = None,
) -> Article:
    """Return the article of a page that stands at `place` of the file; `declared` is the encoding its server told.

    Raises: ArticleUnreadable: the page is no text, or holds no main text.
    """
    import trafilatura

    charset = _CHARSET.search(data[:CHARSET_WITHIN_BYTES])
    html = file.decode(data, declared=declared or (charset[1].decode() if charset else None))
    try:
        with time_limit(TIME_LIMIT_S):
            page = trafilatura.bare_extraction(
                _XML_DECLARATION.sub("", html),  # lxml refuses a str that declares an encoding
                include_comments=False,
                with_metadata=True,
                # Without extensive_search a date comes from the page's metadata, not from the first date in its text.
                date_extraction_params={"extensive_search": False, "original_date": True},
            )
    except TimeIsUp as error:
        reason = f"not done after {TIME_LIMIT_S:g} s"
        raise file.unreadable(reason, hint="save the article's text as .txt", place=place) from error
    text = (getattr(page, "text", None) or "").strip()
    if not text:
        raise file.unreadable("the page holds no main text", hint="save the article's text as .txt", place=place)
    problem = text_problem(text, settings.max_article_bytes)
    if problem:
        raise file.unreadable(f"the main text {problem}", place=place)
    return Article(
        source=source,
        text=text,
        title=_stated(getattr(page, "title", None)),
        outlet=_stated(getattr(page, "sitename", None)) or _stated(getattr(page, "hostname", None)),
        published_at=_date(getattr(page, "date", None)),
    )


def _stated(value: str | None) -> str | None:
    return (value or "").strip() or None


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
