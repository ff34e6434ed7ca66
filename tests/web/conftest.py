"""A web server of this machine, which tests script: what each path answers, and what was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from newslens.fetch.fetcher import Fetcher
from newslens.settings import FetchSettings

Reply = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """`pages` says what a path answers: text or bytes, a status, or a function that does as it likes."""

    url: str = ""
    pages: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)

    def count(self, path: str) -> int:
        return self.asked.count(path)


def reply(handler: BaseHTTPRequestHandler, body: bytes = b"", status: int = 200, **headers: str) -> None:
    """Send a whole answer; `Content_Type` means the header Content-Type."""
    handler.send_response(status)
    for name, value in {
        "Content_Type": "text/html; charset=utf-8",
        "Content_Length": str(len(body)),
        **headers,
    }.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.headers.append(dict(self.headers.items()))
            page = site.pages.get(self.path, 404)
            try:
                if callable(page):
                    page(self)
                elif isinstance(page, int):
                    reply(self, status=page)
                else:
                    reply(self, page if isinstance(page, bytes) else page.encode())
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self.body = self.rfile.read(length)
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site))
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients that go away are part of the tests
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    site.url = f"http://127.0.0.1:{server.server_port}"
    yield site
    server.shutdown()
    server.server_close()


@pytest.fixture
def slept() -> list[float]:
    """The waits that a fetcher would have made."""
    return []


@pytest.fixture
def fetcher(slept: list[float]) -> Iterator[Callable[..., Fetcher]]:
    """Make a fetcher that may ask this machine and does not really wait between requests."""
    opened: list[Fetcher] = []

    def make(**settings: Any) -> Fetcher:
        quick = {"delay_s": 0.0, "timeout_s": 5.0, "tries": 3, "allow_private": ("127.0.0.1",)}
        opened.append(Fetcher(FetchSettings(**(quick | settings)), sleep=slept.append))
        return opened[-1]

    yield make
    for one in opened:
        one.__exit__(None, None, None)
