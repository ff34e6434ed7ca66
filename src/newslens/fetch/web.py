"""`WebPages`: the articles of feeds and addresses, less those that have not changed since they were stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlsplit

from newslens.errors import ArticleUnreadable, FetchFailed, SettingsError
from newslens.fetch.failures import one_line
from newslens.fetch.feeds import Entry, is_feed, read_feed
from newslens.fetch.fetcher import Answer, Fetcher, Validators
from newslens.fetch.pages import read_page
from newslens.ingest.formats import Item, ReadSettings
from newslens.journal import Journal, holds_all
from newslens.records import Article

OnError = Callable[[ArticleUnreadable], None]
OnUnchanged = Callable[[int], None]


@dataclass(slots=True)
class _Feed:
    """A feed under way: its validators are noted only once all its pages are done with."""

    url: str
    validators: Validators
    pages: list[str]
    is_done: bool = True


@dataclass(slots=True)
class WebPages:
    """The articles at some addresses; pages and feeds among them are told apart unless `feeds` says so.

    `stored` are the sources that the store holds: only of these is it enough to hear that nothing has changed.
    `journal` remembers what to ask by; None asks for everything whole.
    """

    fetcher: Fetcher
    settings: ReadSettings
    max_bytes: int
    feeds: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    journal: Journal | None = None
    stored: set[str] = field(default_factory=set)
    _visited: set[str] = field(default_factory=set)
    _given_by: dict[str, str] = field(default_factory=dict)

    def pages(self, on_error: OnError, on_unchanged: OnUnchanged) -> Iterator[Article]:
        """Yield the articles that are new or changed. `on_unchanged` gets the number of those that are not."""
        feeds: list[_Feed] = []
        entries: dict[str, Entry] = {}
        for url in _by_turns(_plain(self.feeds)):
            for feed, found in self._read_feed(url, on_error, on_unchanged):
                feeds.append(feed)
                entries |= {entry.url: entry for entry in found if entry.url not in entries}
        lone = [url for url in _plain(self.urls) if url not in entries]
        failing: set[str] = set()
        for url in _by_turns([*entries, *lone]):
            yield from self._read_url(url, entries.get(url), on_error, on_unchanged, failing)
        for feed in feeds:
            if not failing.intersection(feed.pages):
                self._note("feeds", feed.url, feed.validators, pages=feed.pages)

    def file(self, path: Path, items: Iterator[Item], on_unchanged: OnUnchanged) -> Iterator[Item]:
        """Yield what reading a file yields: files are no business of this."""
        return items

    def covers(self, source: str) -> bool:
        """Say whether this run came by the source: failures noted there before and not now are settled."""
        return source in self._visited

    def failed(self, source: str) -> None:
        """Forget what was noted of the page that gave the source: it could be read, and no more than that."""
        url = self._given_by.get(source, source)
        if self.journal is not None:
            self.journal.pages.pop(url, None)
            self._given_by[source] = ""

    def _read_feed(self, url: str, on_error: OnError, on_unchanged: OnUnchanged) -> Iterator[tuple[_Feed, list[Entry]]]:
        self._visited.add(one_line(url))
        note = self.journal.feeds.get(url) if self.journal else None
        pages = note.get("pages", ()) if isinstance(note, dict) else ()
        is_stored = all(self._noted(page) for page in pages)
        try:
            answer = self.fetcher.get(url, self._validators("feeds", url) if is_stored else None)
            if answer.is_unchanged:
                on_unchanged(len(pages))
            else:
                entries = read_feed(answer)
                yield _Feed(url, answer.validators, [entry.url for entry in entries]), entries
        except FetchFailed as error:
            on_error(error)

    def _read_url(
        self,
        url: str,
        entry: Entry | None,
        on_error: OnError,
        on_unchanged: OnUnchanged,
        failing: set[str],
    ) -> Iterator[Article]:
        self._visited.add(one_line(url))
        note = self._noted(url)
        if note and entry is not None and note.get("stamp") == entry.stamp:
            on_unchanged(1)
            return
        try:
            answer = self.fetcher.get(url, self._validators("pages", url) if note else None)
            if answer.is_unchanged:
                on_unchanged(1)
                self._note_page(url, answer, entry, note.get("sources") if note else None)
            elif entry is None and is_feed(answer):
                yield from self._read_entries(url, answer, on_error, on_unchanged, failing)
            else:
                yield from self._read_articles(url, answer, entry, on_error, failing)
        except ArticleUnreadable as error:
            failing.add(url)
            on_error(error)

    def _read_entries(
        self,
        url: str,
        answer: Answer,
        on_error: OnError,
        on_unchanged: OnUnchanged,
        failing: set[str],
    ) -> Iterator[Article]:
        """Read an address that turned out to be a feed's."""
        entries = {entry.url: entry for entry in read_feed(answer) if entry.url != url}
        for page in _by_turns(entries):
            yield from self._read_url(page, entries[page], on_error, on_unchanged, failing)

    def _read_articles(
        self, url: str, answer: Answer, entry: Entry | None, on_error: OnError, failing: set[str]
    ) -> Iterator[Article]:
        sources: list[str] = []
        is_whole = True
        for item in read_page(url, answer, self.settings, self.max_bytes):
            if isinstance(item, ArticleUnreadable):
                is_whole = False
                on_error(item)
            else:
                article = item if entry is None else _completed(item, entry)
                sources.append(article.source)
                self._given_by[article.source] = url
                yield article  # taken up again when it is stored, or has failed
                is_whole = is_whole and self._given_by[article.source] == url
        if is_whole:
            self._note_page(url, answer, entry, None if sources == [one_line(url)] else sources)
        else:
            failing.add(url)

    def _noted(self, url: str) -> dict[str, Any] | None:
        """Return what an earlier run noted of a page, if the store still holds all that it gave."""
        note = self.journal.pages.get(url) if self.journal else None
        return note if isinstance(note, dict) and holds_all(note.get("sources"), one_line(url), self.stored) else None

    def _note_page(self, url: str, answer: Answer, entry: Entry | None, sources: object) -> None:
        self._note("pages", url, answer.validators, sources=sources, stamp=entry.stamp if entry else None)

    def _note(self, section: str, url: str, validators: Validators, **more: object) -> None:
        if self.journal is not None:
            said = {"url": validators.url, "etag": validators.etag, "last_modified": validators.last_modified}
            getattr(self.journal, section)[url] = said | more

    def _validators(self, section: str, url: str) -> Validators | None:
        note = getattr(self.journal, section).get(url) if self.journal else None
        if not isinstance(note, dict):
            return None
        texts = [note.get(name) if isinstance(note.get(name), str) else None for name in ("etag", "last_modified")]
        return Validators(str(note.get("url")), *texts)


def is_web_address(argument: str) -> bool:
    """Say whether an argument is to be fetched, not opened."""
    return argument.lower().startswith(("http://", "https://"))


def read_url_list(path: str) -> list[str]:
    """Return the addresses that a file holds, one a line; blank lines and those that begin with # are passed over.

    Raises: SettingsError: it cannot be read.
    """
    try:
        lines = Path(path).read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = (getattr(error, "strerror", None) or "no UTF-8 text").lower()
        hint = "check sources.url_lists"
        raise SettingsError(f"cannot read the list of addresses `{path}`: {reason}", hint=hint) from error
    return [line for line in map(str.strip, lines) if line and not line.startswith("#")]


def _plain(urls: Iterable[str]) -> list[str]:
    """Return the addresses without what stands behind `#`, each once."""
    return list(dict.fromkeys(str(urldefrag(url).url) for url in urls))


def _by_turns(urls: Iterable[str]) -> Iterator[str]:
    """Yield the addresses so that each host has time to rest while the others are asked."""
    by_host: dict[str, list[str]] = defaultdict(list)
    for url in urls:
        try:
            host = urlsplit(url).netloc.lower()
        except ValueError:
            host = ""
        by_host[host].append(url)
    for turn in zip_longest(*by_host.values()):
        yield from filter(None, turn)


def _completed(article: Article, entry: Entry) -> Article:
    """Return the article with what the feed says of it, where the page itself does not."""
    said = {name: getattr(entry, name) for name in ("title", "outlet", "published_at")}
    missing = {name: value for name, value in said.items() if value and not getattr(article, name)}
    return article.model_copy(update=missing)
