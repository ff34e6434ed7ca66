"""One address asked for, against a real server: bounds, redirects, robots.txt, retries, politeness."""

from __future__ import annotations

import gzip
import socket
import time
import tracemalloc
import zlib
from collections.abc import Callable
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from newslens.errors import FetchFailed
from newslens.fetch.bodies import unpacked
from newslens.fetch.fetcher import Fetcher
from web.conftest import Site, reply

MakeFetcher = Callable[..., Fetcher]


def to(target: str, status: int = 302) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda handler: reply(handler, status=status, Location=target)


def refused(fetcher: Fetcher, url: str) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        fetcher.get(url)
    return caught.value


def test_a_page(site: Site, fetcher: MakeFetcher) -> None:
    site.pages["/1"] = "déjà vu"
    answer = fetcher(user_agent="newslens/9 (+mailto:a@b.example)").get(f"{site.url}/1#part")
    assert (answer.url, answer.body.decode(), answer.content_type) == (
        f"{site.url}/1",
        "déjà vu",
        "text/html; charset=utf-8",
    )
    assert site.asked == ["/robots.txt", "/1"]
    assert {headers["User-Agent"] for headers in site.headers} == {"newslens/9 (+mailto:a@b.example)"}


def test_this_machine_is_not_asked_unless_allowed(site: Site, fetcher: MakeFetcher) -> None:
    site.pages["/1"] = "secret"
    error = refused(fetcher(allow_private=()), f"{site.url}/1")
    assert error.message == f"cannot fetch `{site.url}/1`: its robots.txt: 127.0.0.1 is no public address"
    assert "/1`: 127.0.0.1 is no public" in refused(fetcher(allow_private=(), robots=False), f"{site.url}/1").message
    assert site.asked == []


def test_a_name_is_looked_up_once_and_that_address_asked(
    site: Site, fetcher: MakeFetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the second look-up would lead to this machine; there is none."""
    port = int(site.url.rpartition(":")[2])
    looked_up: list[str] = []

    def look_up(host: str, *_: Any, **__: Any) -> list[Any]:
        looked_up.append(host)
        address = "192.0.2.1" if len(looked_up) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    refused(fetcher(allow_private=(), robots=False, tries=1), f"http://news.example:{port}/1")
    assert looked_up == ["news.example"]
    assert site.asked == []


@pytest.mark.parametrize("where", ["http://127.0.0.2:{port}/", "http://[::1]:{port}/", "http://localhost.:{port}/x"])
def test_redirects_to_addresses_that_are_not_allowed(site: Site, fetcher: MakeFetcher, where: str) -> None:
    target = where.format(port=site.url.rpartition(":")[2])
    site.pages["/1"] = to(target)
    assert "no public address" in refused(fetcher(), f"{site.url}/1").message or "localhost" in where
    assert site.count("/") == 0


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://x.example/", "https://u:p@x.example/", "http://[", ""])
def test_redirects_to_what_is_no_web_address(site: Site, fetcher: MakeFetcher, target: str) -> None:
    site.pages["/1"] = to(target)
    refused(fetcher(max_redirects=2), f"{site.url}/1")


def test_redirects_are_followed_and_bounded(site: Site, fetcher: MakeFetcher) -> None:
    site.pages |= {"/1": to("/2"), "/2": to("3", 301), "/3": to("?a=1", 308), "/3?a=1": "here", "/loop": to("/loop")}
    assert fetcher().get(f"{site.url}/1").url == f"{site.url}/3?a=1"
    assert "more than 2 redirects" in refused(fetcher(max_redirects=2), f"{site.url}/1").message
    refused(fetcher(), f"{site.url}/loop")
    assert site.count("/loop") == 6


def test_what_has_not_changed_is_not_sent_again(site: Site, fetcher: MakeFetcher) -> None:
    def page(handler: BaseHTTPRequestHandler) -> None:
        if handler.headers.get("If-None-Match") == '"7"' and handler.headers.get("If-Modified-Since") == "Mon":
            return reply(handler, status=304)
        return reply(handler, b"text", ETag='"7"', Last_Modified="Mon")

    site.pages |= {"/1": to("/2"), "/2": page}
    one = fetcher()
    first = one.get(f"{site.url}/1")
    again = one.get(f"{site.url}/1", first.validators)
    assert (first.body, first.is_unchanged, again.body, again.is_unchanged) == (b"text", False, b"", True)
    site.pages["/1"] = to("/3")
    site.pages["/3"] = "other"
    assert one.get(f"{site.url}/1", first.validators).body == b"other"
    assert "If-None-Match" not in site.headers[-1]


def test_an_answer_that_is_too_large(site: Site, fetcher: MakeFetcher) -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100_000):
            handler.wfile.write(b"x" * 10_000)

    site.pages |= {"/stated": b"x" * 2000, "/endless": endless}
    for path in ("/stated", "/endless"):
        error = refused(fetcher(max_bytes=1000), site.url + path)
        assert "the answer has more than 1,000 bytes" in error.message
        assert site.count(path) == 1


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw"])
def test_a_bomb_is_never_unpacked(site: Site, fetcher: MakeFetcher, encoding: str) -> None:
    window = {"gzip": 31, "deflate": 15, "raw": -15}[encoding]
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    bomb = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(60)) + packer.flush()
    header = "gzip" if encoding == "gzip" else "deflate"
    site.pages["/bomb"] = lambda handler: reply(handler, bomb, Content_Encoding=header)
    tracemalloc.start()
    error = refused(fetcher(max_bytes=1_000_000), f"{site.url}/bomb")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "more than 1,000,000 bytes" in error.message
    assert peak < 20_000_000


def test_packed_answers(site: Site, fetcher: MakeFetcher) -> None:
    text = "深度求索 " * 1000
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(text.encode()),
        "deflate": zlib.compress(text.encode()),
        "DEFLATE": raw.compress(text.encode()) + raw.flush(),
    }
    for number, (name, body) in enumerate(packed.items()):
        site.pages[f"/{number}"] = lambda handler, body=body, name=name: reply(handler, body, Content_Encoding=name)
        assert fetcher().get(f"{site.url}/{number}").body.decode() == text
    assert unpacked("x", [gzip.compress(b"a") + gzip.compress(b"b") + b"\0\0"], 100) == b"ab"


@pytest.mark.parametrize(
    ("body", "encoding", "reason"),
    [
        (gzip.compress(b"text", mtime=0)[:-5], "gzip", "ends too early"),
        (b"\x1f\x8bnonsense", "gzip", "broken"),
        (b"text", "br", "packed as `br`"),
        (b"", "gzip", "ends too early"),
    ],
)
def test_broken_packing(site: Site, fetcher: MakeFetcher, body: bytes, encoding: str, reason: str) -> None:
    site.pages["/1"] = lambda handler: reply(handler, body, Content_Encoding=encoding)
    assert reason in refused(fetcher(), f"{site.url}/1").message


def test_a_body_that_drips_ends_at_the_deadline(site: Site, fetcher: MakeFetcher) -> None:
    def dripping(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.1)

    def dripping_headers(handler: BaseHTTPRequestHandler) -> None:
        for number in range(100):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n" if not number else b"X-%d: 1\r\n" % number)
            handler.wfile.flush()
            time.sleep(0.1)

    def silent(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(3)

    site.pages |= {"/drip": dripping, "/headers": dripping_headers, "/silent": silent}
    for path in ("/drip", "/headers", "/silent"):
        started = time.monotonic()
        assert "not done within 0.6 s" in refused(fetcher(timeout_s=0.6, robots=False), site.url + path).message
        assert time.monotonic() - started < 2.5
        assert site.count(path) == 1


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /private", "/private/1", False),
        ("User-agent: *\nDisallow: /private", "/public", True),
        ("User-agent: newslens\nDisallow: /\nUser-agent: *\nAllow: /", "/1", False),
        ("User-agent: other\nDisallow: /", "/1", True),
        ("User-agent: *\nDisallow: /*.php$", "/a.php", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        ("\0\xff nonsense", "/1", True),
        ("", "/1", True),
    ],
)
def test_robots(site: Site, fetcher: MakeFetcher, rules: str, path: str, allowed: bool) -> None:
    site.pages |= {"/robots.txt": rules, path: "text"}
    one = fetcher()
    if allowed:
        assert one.get(site.url + path).body == b"text"
    else:
        assert "robots.txt forbids it" in refused(one, site.url + path).message
        assert site.asked == ["/robots.txt"]
        assert fetcher(robots=False).get(site.url + path).body == b"text"


def test_robots_are_read_once_and_hold_for_redirects(site: Site, fetcher: MakeFetcher) -> None:
    site.pages |= {"/robots.txt": "User-agent: *\nDisallow: /b", "/1": "1", "/2": to("/b")}
    one = fetcher()
    one.get(f"{site.url}/1")
    assert "forbids" in refused(one, f"{site.url}/2").message
    assert (site.count("/robots.txt"), site.count("/b")) == (1, 0)


def test_robots_that_cannot_be_had_forbid_all(site: Site, fetcher: MakeFetcher) -> None:
    site.pages |= {"/robots.txt": 503, "/1": "1"}
    assert "503" in refused(fetcher(), f"{site.url}/1").message
    assert site.asked == ["/robots.txt"] * 3


def test_endless_robots_are_cut(site: Site, fetcher: MakeFetcher) -> None:
    site.pages |= {"/robots.txt": b"User-agent: *\nDisallow: /b\n" + b"# x\n" * 1_000_000, "/1": "1", "/b": "2"}
    one = fetcher(max_bytes=1000)
    assert one.get(f"{site.url}/1").body == b"1"
    refused(one, f"{site.url}/b")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_is_worth_retrying_is_retried(site: Site, fetcher: MakeFetcher, slept: list[float], status: int) -> None:
    def page(handler: BaseHTTPRequestHandler) -> None:
        reply(handler, b"at last", status=status if site.count("/1") < 3 else 200)

    site.pages["/1"] = page
    assert fetcher(tries=3).get(f"{site.url}/1").body == b"at last"
    assert len(slept) == 2
    assert 0 <= slept[0] <= 2
    site.pages["/1"] = status
    assert str(status) in refused(fetcher(tries=3), f"{site.url}/1").message
    assert site.count("/1") == 6


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 501])
def test_what_is_not_worth_it_is_asked_once(site: Site, fetcher: MakeFetcher, status: int) -> None:
    site.pages["/1"] = status
    assert str(status) in refused(fetcher(), f"{site.url}/1").message
    assert site.count("/1") == 1


def test_a_connection_that_breaks_is_retried(site: Site, fetcher: MakeFetcher) -> None:
    def broken(handler: BaseHTTPRequestHandler) -> None:
        if site.count("/1") == 1:
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True
        else:
            reply(handler, b"text")

    site.pages["/1"] = broken
    assert fetcher().get(f"{site.url}/1").body == b"text"


def test_a_host_that_does_not_answer_is_left_alone(fetcher: MakeFetcher, slept: list[float]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    one = fetcher(tries=3)
    assert "cannot be reached" in refused(one, f"{url}/1").message
    assert len(slept) == 2
    assert "did not answer earlier" in refused(one, f"{url}/2").message
    assert len(slept) == 2


@pytest.mark.parametrize("as_date", [False, True])
def test_a_host_is_left_alone_for_as_long_as_it_asks(
    site: Site, fetcher: MakeFetcher, slept: list[float], as_date: bool
) -> None:
    value = formatdate(time.time() + 30, usegmt=True) if as_date else "30"

    def page(handler: BaseHTTPRequestHandler) -> None:
        reply(handler, b"text", status=429 if site.count("/1") == 1 else 200, Retry_After=value)

    site.pages["/1"] = page
    assert fetcher().get(f"{site.url}/1").body == b"text"
    assert 28 <= slept[0] <= 30
    asked = len(site.asked)
    site.asked.clear()
    one = fetcher(max_wait_s=10)
    assert "429" in refused(one, f"{site.url}/1").message
    assert "asked to be left alone for" in refused(one, f"{site.url}/2").message
    assert (asked, len(site.asked)) == (3, 2)


def test_requests_to_a_host_keep_their_distance(site: Site, fetcher: MakeFetcher, slept: list[float]) -> None:
    site.pages |= {"/1": "1", "/2": "2"}
    one = fetcher(delay_s=2.5)
    one.get(f"{site.url}/1")
    one.get(f"{site.url}/2")
    assert len(slept) == 2
    assert 2 < slept[0] <= 2.5
    site.pages["/robots.txt"] = "User-agent: *\nCrawl-delay: 7"
    slept.clear()
    other = fetcher()
    other.get(f"{site.url}/1")
    other.get(f"{site.url}/2")
    assert 6 < slept[-1] <= 7


def test_the_environment_names_no_proxy(site: Site, fetcher: MakeFetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    site.pages["/1"] = "text"
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert fetcher().get(f"{site.url}/1").body == b"text"


@pytest.mark.parametrize(
    "raw",
    [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 1_000_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 999\r\n\r\n",
        b"",
    ],
)
def test_answers_that_are_no_http(site: Site, fetcher: MakeFetcher, raw: bytes) -> None:
    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(raw)
        handler.close_connection = True

    site.pages["/1"] = page
    refused(fetcher(robots=False, tries=1), f"{site.url}/1")
