"""RSS and Atom feeds, read by feedparser: which pages they name, and what they say of each."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urldefrag, urljoin

from newslens.fetch.failures import failed
from newslens.fetch.fetcher import Answer
from newslens.ingest.dates import read_date
from newslens.records import stable_id

MOST_ENTRIES = 2000
_TAG = re.compile(r"<[^<>]{0,2000}>")
_FEED_TYPES = ("rss", "atom", "rdf")
_FEED_ROOT = re.compile(rb"<(?:rss|rdf:RDF|feed)[\s>]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One page that a feed names; `stamp` changes when the feed says that the page has changed."""

    url: str
    title: str | None = None
    outlet: str | None = None
    published_at: date | None = None
    stamp: str = ""


def is_feed(answer: Answer) -> bool:
    """Say whether the answer is a feed, by its type or its first element."""
    declared = answer.content_type.partition(";")[0].lower()
    if any(name in declared for name in _FEED_TYPES):
        return True
    return "html" not in declared and bool(_FEED_ROOT.search(answer.body[:1000]))


def read_feed(answer: Answer) -> list[Entry]:
    """Return the pages that a feed names, each once, in its order.

    Raises: FetchFailed: it is no feed.
    """
    import feedparser

    parsed = feedparser.parse(
        io.BytesIO(answer.body),
        response_headers={"content-type": answer.content_type or "application/xml", "content-location": answer.url},
        sanitize_html=False,
    )
    if not parsed.get("version"):
        raise failed(answer.url, "no RSS or Atom feed", hint="is it a page? Name it under urls")
    outlet = _text(parsed.feed.get("title"))
    entries: dict[str, Entry] = {}
    for entry in _entries(parsed.entries[:MOST_ENTRIES], answer.url, outlet):
        entries.setdefault(entry.url, entry)
    return list(entries.values())


def _entries(found: list[Any], feed_url: str, outlet: str | None) -> Iterator[Entry]:
    for entry in found:
        link = entry.get("link") or next((link.get("href") for link in entry.get("links", ())), None)
        link = link or entry.get("id")
        if not isinstance(link, str) or not link.strip():
            continue
        try:
            url = str(urldefrag(urljoin(feed_url, link.strip())).url)
        except ValueError:
            url = link.strip()  # told as a failure when it is asked for
        title = _text(entry.get("title"))
        source = entry.get("source")
        updated = dict.get(entry, "updated")  # feedparser's own get() warns, and gives `published` in its place
        dates = (entry.get("published"), updated, entry.get("created"))
        yield Entry(
            url=url,
            title=title,
            outlet=_text(source.get("title") if isinstance(source, dict) else None)
            or outlet
            or _text(entry.get("author")),
            published_at=next(filter(None, map(_day, dates)), None),
            stamp=stable_id(updated, entry.get("published"), title),
        )


def _text(value: object) -> str | None:
    """Return a title as plain text: feeds may give it with markup."""
    if not isinstance(value, str):
        return None
    plain = " ".join(html.unescape(_TAG.sub("", value)).replace("\0", "").split())
    return plain.encode("utf-8", "replace").decode() or None


def _day(value: object) -> date | None:
    """Return the day as the feed writes it, in its own time zone."""
    if not isinstance(value, str):
        return None
    try:
        return parsedate_to_datetime(value).date()
    except ValueError:
        return read_date(value)
