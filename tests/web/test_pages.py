"""Feeds and addresses to stored articles: what is asked, what is left alone, what is noted when it fails."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from newslens.batch import Extractor, IngestSummary, ingest
from newslens.journal import Journal
from newslens.nightly.sources import open_inputs, open_journal, run_mark, sound_sources
from newslens.settings import Settings, load_settings
from newslens.store.interface import FAILURE_KINDS, Store
from web.conftest import Site, reply

Read = Callable[..., IngestSummary]

PAGE = """<html><head><title>{title}</title></head><body><article><h1>{title}</h1>
<p>They have {n} chips in a hall near the river, and nobody but the company knows what they cost to run.</p>
<p>The rest of this page is there so that it is long enough to be taken for an article by any reader.</p>
</article></body></html>"""


def page(n: int, title: str = "") -> str:
    return PAGE.format(n=n, title=title)


def feed(site: Site, *names: str, updated: str = "2025-01-28T08:00:00Z") -> str:
    entries = "".join(
        f"<entry><title>Title {name}</title><link href='{site.url}/{name}'/><updated>{updated}</updated></entry>"
        for name in names
    )
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>The Feed</title>{entries}</feed>"


def with_etag(body: str, tag: str = '"1"') -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.headers.get("If-None-Match") == tag:
            reply(handler, status=304, ETag=tag)
        else:
            reply(handler, body.encode(), ETag=tag)

    return answer


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    fetch = {"delay_s": 0, "allow_private": ["127.0.0.1"], "tries": 1, "timeout_s": 5}
    return load_settings(None, {"db": str(tmp_path / "news.db"), "fetch": fetch})


@pytest.fixture
def read(settings: Settings, store: Store, extractor: Extractor) -> Read:
    def read(*, extractor: Extractor = extractor, journal: Journal | None = None, **inputs: Any) -> IngestSummary:
        journal = journal or open_journal(settings, store, extractor.version)
        with open_inputs(settings, journal, sound_sources(store), **({"paths": ()} | inputs)) as opened:
            summary = ingest(opened, store, extractor=extractor)
        journal.run = run_mark(store)
        journal.save(extractor_version=extractor.version)
        return summary

    return read


def failures(store: Store) -> list[dict[str, Any]]:
    return [dict(zip(FAILURE_KINDS, row, strict=True)) for row in store.query_failures()]


def test_a_feed_gives_its_pages_with_what_it_says_of_them(site: Site, store: Store, read: Read) -> None:
    site.pages |= {"/feed": feed(site, "1", "2"), "/1": page(10), "/2": page(20, "Its own title")}
    assert read(feeds=(f"{site.url}/feed",)).new == 2
    one, two = (claim for claim in store.query_claims() if claim.quote)
    assert (one.source, one.title, one.outlet, str(one.published_at)) == (
        f"{site.url}/1",
        "Title 1",
        one.outlet,
        "2025-01-28",
    )
    assert (two.quote, two.title) == ("20 chips", "Its own title")


def test_what_is_known_is_not_asked_for_again(site: Site, read: Read) -> None:
    site.pages |= {"/feed": with_etag(feed(site, "1", "2")), "/1": page(10), "/2": page(20)}
    assert read(feeds=(f"{site.url}/feed",)).new == 2
    site.asked.clear()
    again = read(feeds=(f"{site.url}/feed",))
    assert (again.unchanged, site.asked) == (2, ["/robots.txt", "/feed"])
    site.pages["/feed"] = with_etag(feed(site, "1", "2", "3"), '"2"')
    site.pages["/3"] = page(30)
    site.asked.clear()
    third = read(feeds=(f"{site.url}/feed",))
    assert (third.new, third.unchanged, site.asked) == (1, 2, ["/robots.txt", "/feed", "/3"])


def test_an_entry_that_says_it_has_changed_is_read_again(site: Site, store: Store, read: Read) -> None:
    site.pages |= {"/feed": feed(site, "1"), "/1": with_etag(page(10))}
    read(feeds=(f"{site.url}/feed",))
    site.pages |= {"/feed": feed(site, "1", updated="2025-01-29T08:00:00Z")}
    assert read(feeds=(f"{site.url}/feed",)).unchanged == 1
    site.pages |= {"/feed": feed(site, "1", updated="2025-01-30T08:00:00Z"), "/1": with_etag(page(11), '"2"')}
    assert read(feeds=(f"{site.url}/feed",)).changed == 1
    assert [claim.quote for claim in store.query_claims()] == ["11 chips"]


def test_single_pages_are_asked_for_by_their_validators(site: Site, store: Store, read: Read) -> None:
    site.pages["/1"] = with_etag(page(10))
    urls = (f"{site.url}/1#a", f"{site.url}/1#b")
    assert read(urls=urls).new == 1
    again = read(urls=urls)
    assert (again.unchanged, again.read) == (1, 1)
    assert site.headers[-1]["If-None-Match"] == '"1"'
    store.drop_source(f"{site.url}/1")
    assert read(urls=urls).new == 1  # the store does not hold it: that it is as it was is not enough
    assert "If-None-Match" not in site.headers[-1]


def test_another_extractor_or_another_run_reads_all_again(
    site: Site, store: Store, read: Read, extractor: Extractor
) -> None:
    site.pages["/1"] = with_etag(page(10))
    read(urls=(f"{site.url}/1",))
    assert read(urls=(f"{site.url}/1",), extractor=replace(extractor, version="test-2")).changed == 1
    store.finish_run(store.begin_run(package_version="1", extractor_version="test-2"), "finished", {})
    read(urls=(f"{site.url}/1",), extractor=replace(extractor, version="test-2"))
    assert "If-None-Match" not in site.headers[-1]


def test_what_fails_is_noted_and_tried_again(site: Site, store: Store, read: Read) -> None:
    site.pages |= {"/feed": with_etag(feed(site, "1", "2")), "/1": page(10), "/2": 503}
    summary = read(feeds=(f"{site.url}/feed", f"{site.url}/none"))
    assert (summary.new, summary.failed) == (1, 2)
    noted = failures(store)
    assert [(row["source"], row["step"], row["error"]) for row in noted] == [
        (f"{site.url}/2", "read", "FetchFailed"),
        (f"{site.url}/none", "read", "FetchFailed"),
    ]
    site.pages |= {"/2": page(20), "/none": feed(site)}
    again = read(feeds=(f"{site.url}/feed", f"{site.url}/none"))
    assert (again.new, again.unchanged, again.failed) == (1, 1, 0)
    assert failures(store) == []


def test_a_page_that_fails_later_keeps_its_claims_and_its_failure_goes_when_it_answers(
    site: Site, store: Store, read: Read
) -> None:
    site.pages["/1"] = with_etag(page(10))
    read(urls=(f"{site.url}/1",))
    site.pages["/1"] = 500
    assert read(urls=(f"{site.url}/1",)).failed == 1
    assert [claim.quote for claim in store.query_claims()] == ["10 chips"]
    site.pages["/1"] = with_etag(page(10))
    assert read(urls=(f"{site.url}/1",)).unchanged == 1
    assert failures(store) == []


def test_a_page_that_breaks_the_extractor_is_read_again(site: Site, store: Store, read: Read) -> None:
    site.pages["/1"] = with_etag(page(10))
    read(urls=(f"{site.url}/1",))
    site.pages["/1"] = with_etag(page(11).replace("hall", "bug"), '"2"')
    assert read(urls=(f"{site.url}/1",)).failed == 1
    again = read(urls=(f"{site.url}/1",))
    assert (again.failed, failures(store)[0]["tries"]) == (1, 2)


@pytest.mark.parametrize(
    ("path", "content_type", "body", "sources"),
    [
        ("/a", "text/plain", "They have 10 chips.", ["/a"]),
        ("/a.txt", "application/octet-stream", "They have 10 chips.", ["/a.txt"]),
        ("/a.txt.gz", "application/gzip", gzip.compress(b"They have 10 chips.", mtime=0), ["/a.txt.gz"]),
        ("/rows", "application/x-ndjson", '{"text": "1 chips"}\n{"text": "2 chips"}', ["/rows#1", "/rows#2"]),
        ("/rows.csv", "text/plain", "text\n1 chips\n2 chips\n", ["/rows.csv#2", "/rows.csv#3"]),
        ("/rows.json", "application/json; charset=utf-8", '[{"text": "1 chips", "id": "x"}]', ["/rows.json#x"]),
    ],
)
def test_other_formats_by_type_or_name(
    site: Site, store: Store, read: Read, path: str, content_type: str, body: str | bytes, sources: list[str]
) -> None:
    data = body if isinstance(body, bytes) else body.encode()
    site.pages[path] = lambda handler: reply(handler, data, Content_Type=content_type)
    assert read(urls=(site.url + path,)).new == len(sources)
    assert list(store.sources()) == [site.url + source for source in sources]


@pytest.mark.parametrize(
    ("content_type", "body", "message"),
    [
        ("application/pdf", b"%PDF", "it is application/pdf, which newslens does not read"),
        ("image/png", b"\x89PNG", "it is image/png"),
        ("text/html", b"", "the file is empty"),
        ("text/html", b"<html></html>", "the page holds no main text"),
        ("text/plain", b"\0\1\2\3", "cannot read"),
        ("text/html", gzip.compress(b"\0" * 50_000_000, mtime=0), "more than 10,000,000 bytes"),
    ],
)
def test_what_cannot_be_read(
    site: Site, store: Store, read: Read, content_type: str, body: bytes, message: str
) -> None:
    site.pages["/1"] = lambda handler: reply(handler, body, Content_Type=content_type)
    assert read(urls=(f"{site.url}/1",)).failed == 1
    (failure,) = failures(store)
    assert message in failure["message"]
    assert f"`{site.url}/1`" in failure["message"]


def test_the_encoding_of_the_header_wins(site: Site, store: Store, read: Read) -> None:
    body = page(10).replace("river", "深度求索").encode("gb18030")
    site.pages["/1"] = lambda handler: reply(handler, body, Content_Type="text/html; charset=gb18030")
    read(urls=(f"{site.url}/1",))
    (row,) = store.query_articles()
    article = store.get_article(str(row[0]))
    assert article is not None
    assert "深度求索" in article.text


def test_a_feed_given_as_an_address(site: Site, store: Store, read: Read) -> None:
    xml = feed(site, "1", "2").encode()
    site.pages |= {"/feed": lambda handler: reply(handler, xml, Content_Type="application/atom+xml"), "/1": page(1)}
    summary = read(urls=(f"{site.url}/feed",))
    assert (summary.new, summary.failed) == (1, 1)


def test_a_feed_leads_nowhere_it_may_not(site: Site, store: Store, read: Read) -> None:
    port = site.url.rpartition(":")[2]
    links = [f"http://127.0.0.2:{port}/x", "http://169.254.169.254/latest/", "file:///etc/passwd", "http://[::1]/"]
    entries = "".join(f"<item><link>{link}</link></item>" for link in links)
    site.pages["/feed"] = f"<rss version='2.0'><channel><title>T</title>{entries}</channel></rss>"
    summary = read(feeds=(f"{site.url}/feed",))
    assert (summary.new, summary.failed) == (0, 4)
    assert site.count("/x") == 0


def test_a_broken_journal_costs_time_and_nothing_else(site: Site, settings: Settings, store: Store, read: Read) -> None:
    site.pages["/1"] = page(10)
    read(urls=(f"{site.url}/1",))
    path = Path(f"{settings.db}.journal.json")
    notes = json.loads(path.read_text())
    for content in (
        "",
        "[]",
        "{",
        json.dumps(notes | {"pages": 3}),
        json.dumps(notes | {"pages": {f"{site.url}/1": 1}}),
    ):
        path.write_text(content)
        assert read(urls=(f"{site.url}/1",)).unchanged == 1
