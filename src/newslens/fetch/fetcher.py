"""`Fetcher.get`: one address asked for politely, within bounds, and again where that may help."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urldefrag, urljoin

import httpx
import tenacity

from newslens.errors import FetchFailed
from newslens.fetch.addresses import AllowedAddresses, checked_url
from newslens.fetch.bodies import read_body, too_large
from newslens.fetch.failures import failed, one_line, restated
from newslens.fetch.network import GuardedNetwork, open_client
from newslens.fetch.robots import ROBOTS_BYTES, Robots, robots_url

if TYPE_CHECKING:
    from newslens.settings import FetchSettings

REDIRECTS = (301, 302, 303, 307, 308)
_OVERLOADED = (408, 425, 429, 500, 502, 503, 504)
_LONGEST_CRAWL_DELAY_S = 60.0
_JITTERED = tenacity.wait_random_exponential(multiplier=1, max=30)


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said to ask it by whether a page has changed; `url` is where the redirects ended."""

    url: str
    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        """Return the request's headers."""
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent: `url` is where the redirects ended; without a body if nothing has changed."""

    url: str
    body: bytes
    content_type: str
    validators: Validators
    is_unchanged: bool = False


@dataclass(slots=True)
class _Host:
    """What is known of a host in this run: when it may be asked next, and why it is left alone, if so."""

    next_turn: float = 0.0
    delay_s: float = 0.0
    left_alone: str = ""
    robots: dict[str, Robots] = field(default_factory=dict)


class Fetcher:
    """Asks one address at a time. What is known of each host is kept for the fetcher's life: one run."""

    def __init__(self, settings: FetchSettings, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._settings = settings
        self._sleep = sleep
        self._network = GuardedNetwork(AllowedAddresses(settings.allow_private))
        self._client = open_client(self._network, settings.user_agent, settings.connect_timeout_s, settings.timeout_s)
        self._hosts: dict[str, _Host] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get(self, url: str, known: Validators | None = None) -> Answer:
        """Return what stands at the address; with `known`, only whether that has changed and, if so, what.

        Raises: FetchFailed: it may not be asked for, cannot be had, or is too large.
        """
        host = self._host(url)
        if host.left_alone:
            raise failed(url, host.left_alone, hint="the next run asks it again")
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._settings.tries),
            retry=tenacity.retry_if_exception(self._is_worth_retrying),
            wait=_wait_s,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return retrying(self._follow, url, known)
        except FetchFailed as error:
            if vars(error)["is_of_host"]:
                host.left_alone = "its host did not answer earlier in this run"
            if vars(error)["path"] == one_line(url):
                raise
            raise restated(error, url, f"it leads to `{vars(error)['path']}`: ") from error

    def _is_worth_retrying(self, error: BaseException) -> bool:
        if not isinstance(error, FetchFailed) or not vars(error).get("is_worth_retrying"):
            return False
        asked = vars(error).get("retry_after_s")
        return asked is None or asked <= self._settings.max_wait_s

    def _follow(self, url: str, known: Validators | None) -> Answer:
        """Ask, and go where the answer leads; each address on the way is checked like the first."""
        here = urldefrag(url).url
        for _ in range(self._settings.max_redirects + 1):
            checked_url(here)
            self._obey_robots(here)
            asked = known if known is not None and known.url == here else None
            response, body = self._ask(here, asked.headers() if asked else {})
            if response.status_code == HTTPStatus.NOT_MODIFIED and asked:
                return Answer(here, b"", "", asked, is_unchanged=True)
            if response.status_code not in REDIRECTS:
                self._check_status(here, response)
                return _answer(here, response, body)
            here = self._redirected(url, here, response)
        raise failed(url, f"more than {self._settings.max_redirects} redirects")

    def _redirected(self, url: str, here: str, response: httpx.Response) -> str:
        target = response.headers.get("Location")
        if not target:
            raise failed(url, f"status {response.status_code} without an address to go to")
        try:
            return str(urldefrag(urljoin(here, target)).url)
        except ValueError as error:
            raise failed(url, f"it leads to no web address: {error}") from error

    def _check_status(self, url: str, response: httpx.Response) -> None:
        status = response.status_code
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return
        wait_s = _asked_wait_s(response.headers.get("Retry-After"))
        if status == HTTPStatus.TOO_MANY_REQUESTS or (wait_s is not None and status in _OVERLOADED):
            host = self._host(url)
            host.next_turn = time.monotonic() + min(wait_s or 0.0, self._settings.max_wait_s)
            if wait_s is not None and wait_s > self._settings.max_wait_s:
                host.left_alone = f"its host asked to be left alone for {wait_s:.0f} s"
        reason = f"{status} {response.reason_phrase or ''}".strip()
        raise failed(url, reason, worth_retrying=status in _OVERLOADED, retry_after_s=wait_s)

    def _obey_robots(self, url: str) -> None:
        """Raises: FetchFailed: robots.txt forbids the address, or cannot be had."""
        if not self._settings.robots:
            return
        host, where = self._host(url), robots_url(url)
        if where not in host.robots:
            try:
                host.robots[where] = self._read_robots(where)
            except FetchFailed as error:
                raise restated(error, url, "its robots.txt: ") from error
            delay_s = host.robots[where].delay_s(self._settings.user_agent)
            host.delay_s = min(delay_s, _LONGEST_CRAWL_DELAY_S)
        if not host.robots[where].allows(url, self._settings.user_agent):
            raise failed(url, "the site's robots.txt forbids it", hint="take it out of the sources")

    def _read_robots(self, where: str) -> Robots:
        """Return the rules of a site; it has none where there is no such file (RFC 9309, 2.3.1)."""
        here = where
        for _ in range(self._settings.max_redirects + 1):
            checked_url(here)
            response, body = self._ask(here, {"Accept-Encoding": "identity"}, head_bytes=ROBOTS_BYTES)
            if response.status_code in REDIRECTS:
                here = self._redirected(where, here, response)
            elif HTTPStatus.BAD_REQUEST <= response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
                if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
                    self._check_status(here, response)
                return Robots("")
            else:
                self._check_status(here, response)
                return Robots(body.decode("utf-8", "replace"))
        return Robots("")

    def _ask(self, url: str, headers: dict[str, str], *, head_bytes: int | None = None) -> tuple[httpx.Response, bytes]:
        """Send one request in its turn; return the answer with its body or its head, of redirects and errors without.

        Raises: FetchFailed: no connection, no answer in time, or one too large.
        """
        self._take_turn(self._host(url))
        self._network.deadline = time.monotonic() + self._settings.timeout_s
        try:
            with self._client.stream("GET", url, headers=headers) as response:
                if not response.is_success:
                    return response, b""
                encoding = response.headers.get("Content-Encoding", "")
                if head_bytes is not None and not encoding:
                    return response, _head(response.iter_raw(), head_bytes)
                if int(response.headers.get("Content-Length") or 0) > self._settings.max_bytes:
                    raise too_large(url, self._settings.max_bytes)
                return response, read_body(url, response.iter_raw(), encoding, self._settings.max_bytes)
        except FetchFailed as error:
            raise restated(error, url) from error  # the look-up knows the host, and not for what it was asked
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError) as error:
            raise _network_failure(url, error, self._settings) from error

    def _take_turn(self, host: _Host) -> None:
        wait_s = host.next_turn - time.monotonic()
        if wait_s > 0:
            self._sleep(wait_s)
        host.next_turn = max(time.monotonic(), host.next_turn) + max(self._settings.delay_s, host.delay_s)

    def _host(self, url: str) -> _Host:
        return self._hosts.setdefault(checked_url(url).netloc.lower(), _Host())


def _head(chunks: Iterator[bytes], limit: int) -> bytes:
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= limit:
            break
    return head[:limit]


def _answer(url: str, response: httpx.Response, body: bytes) -> Answer:
    validators = Validators(url, response.headers.get("ETag"), response.headers.get("Last-Modified"))
    return Answer(url, body, response.headers.get("Content-Type", ""), validators)


def _network_failure(url: str, error: Exception, settings: FetchSettings) -> FetchFailed:
    if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError):
        what = "does not answer" if isinstance(error, httpx.ConnectTimeout) else f"cannot be reached: {error}"
        return failed(url, f"the host {what}", worth_retrying=True, of_host=True)
    if isinstance(error, httpx.TimeoutException):
        return failed(url, f"not done within {settings.timeout_s:g} s", hint="raise fetch.timeout_s if it is so slow")
    is_broken_off = isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError)
    return failed(url, f"{type(error).__name__}: {error}", worth_retrying=is_broken_off)


def _wait_s(state: tenacity.RetryCallState) -> float:
    """Return how long to wait before the next try: as asked by the host, else ever longer and by chance."""
    error = state.outcome.exception() if state.outcome else None
    asked = vars(error).get("retry_after_s") if error else None
    return _JITTERED(state) if asked is None else float(asked)


def _asked_wait_s(value: str | None) -> float | None:
    """Return the seconds that a Retry-After header asks for, as a number or as a date."""
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
