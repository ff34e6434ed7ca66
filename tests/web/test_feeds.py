"""Feeds: which pages they name and what they say of each, whatever is in them."""

from __future__ import annotations

import time
from datetime import date

import pytest

from newslens.errors import FetchFailed
from newslens.fetch.feeds import Entry, is_feed, read_feed
from newslens.fetch.fetcher import Answer, Validators

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Le Monde &amp; co</title>
<item><title>&lt;b&gt;Un&lt;/b&gt; milliard</title>
<link>/1#top</link><pubDate>Mon, 27 Jan 2025 23:30:00 -0500</pubDate></item>
<item><title>Deux</title><link>https://b.example/2</link><source url="https://c.example">Agence</source></item>
<item><title>encore</title><link>/1</link></item><item><title>sans adresse</title></item>
<item><guid isPermaLink="true">https://b.example/3</guid></item></channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>新闻</title>
<entry><title type="html">深度&lt;i&gt;求索&lt;/i&gt;</title>
<link rel="alternate" href="https://a.example/zh"/><updated>2025-01-28T08:00:00+08:00</updated></entry></feed>"""


def answer(body: str | bytes, content_type: str = "application/xml") -> Answer:
    url = "https://a.example/feed/"
    return Answer(url, body if isinstance(body, bytes) else body.encode(), content_type, Validators(url))


def test_rss() -> None:
    one, two, three = read_feed(answer(RSS))
    assert (one.url, one.title, one.outlet) == ("https://a.example/1", "Un milliard", "Le Monde & co")
    assert one.published_at == date(2025, 1, 27)  # as the feed writes it, not in UTC
    assert (two.url, two.outlet, two.published_at) == ("https://b.example/2", "Agence", None)
    assert three.url == "https://b.example/3"


def test_atom() -> None:
    (entry,) = read_feed(answer(ATOM, "application/atom+xml"))
    assert entry == Entry("https://a.example/zh", "深度求索", "新闻", date(2025, 1, 28), entry.stamp)


def test_the_stamp_changes_with_the_entry() -> None:
    (before,) = read_feed(answer(ATOM))
    (after,) = read_feed(answer(ATOM.replace("T08", "T09")))
    assert before.stamp != after.stamp
    assert read_feed(answer(ATOM))[0].stamp == before.stamp


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (RSS, "text/xml", True),
        (ATOM, "application/octet-stream", True),
        ("", "application/rss+xml", True),
        ("<html><body><feed>", "text/html", False),
        ("<html>", "", False),
        ('{"a": 1}', "application/json", False),
    ],
)
def test_is_feed(body: str, content_type: str, expected: bool) -> None:
    assert is_feed(answer(body, content_type)) is expected


@pytest.mark.parametrize("body", ["", "<html><body>page</body></html>", "\0\0\0", "{}", "<?xml version='1.0'?><a/>"])
def test_what_is_no_feed(body: str) -> None:
    with pytest.raises(FetchFailed, match="no RSS or Atom feed"):
        read_feed(answer(body))


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + ']><rss version="2.0"><channel><title>&a11;</title></channel></rss>'
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    '<rss version="2.0"><channel><title>&x;</title><item><link>/1</link><title>&x;</title></item></channel></rss>'
)


@pytest.mark.parametrize(
    "body",
    [
        LAUGHS,
        OUTSIDE,
        RSS[:-60],
        RSS.replace("/1#top", "http://[broken"),
        RSS.replace("/1#top", "javascript:alert(1)"),
        "<rss version='2.0'>" + "<channel>" * 5000,
        "<rss version='2.0'><channel>" + "<item><link>/1</link></item>" * 5000,
        RSS.encode("utf-16"),
        RSS.encode().replace(b"Deux", b"\xff\xfe\x00"),
    ],
    ids=["laughs", "outside", "cut", "broken", "script", "deep", "many", "utf16", "bytes"],
)
def test_hostile_feeds_end_soon_and_leak_nothing(body: str | bytes) -> None:
    started = time.monotonic()
    try:
        entries = read_feed(answer(body))
    except FetchFailed:
        entries = []
    assert time.monotonic() - started < 10
    assert len(entries) <= 2000
    assert "root:" not in repr(entries)
    assert all("\0" not in (entry.title or "") for entry in entries)
