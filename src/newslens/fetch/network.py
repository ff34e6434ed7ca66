"""The connections of the HTTP client: to allowed addresses alone, and none outlives the deadline of its request."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from functools import cache
from typing import Any

import httpcore
import httpx

from newslens.fetch.addresses import AllowedAddresses


class GuardedNetwork(httpcore.NetworkBackend):
    """Looks a host up once, checks what it finds and connects to just that.

    `deadline` is the moment, by `time.monotonic`, at which every wait ends: a server that sends a byte now and then
    passes any time limit between two bytes.
    """

    def __init__(self, allowed: AllowedAddresses) -> None:
        self.deadline = float("inf")
        self._allowed = allowed
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a connection. Raises: FetchFailed: no allowed address. httpcore.ConnectError: none answers."""
        problem: Exception | None = None
        for address in self._allowed.look_up(host, port):
            try:
                stream = self._network.connect_tcp(
                    address, port, self.time_left(timeout), local_address, list(socket_options or ())
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
            else:
                return GuardedStream(stream, self)
        raise problem or httpcore.ConnectError(f"no address of {host} answers")

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Refuse: no address of the web leads there."""
        raise httpcore.UnsupportedProtocol("sockets of this machine are not asked")

    def time_left(self, timeout: float | None) -> float:
        """Return for how long to wait: `timeout`, or less where the deadline is nearer."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for this request is over")
        return left if timeout is None else min(timeout, left)


class GuardedStream(httpcore.NetworkStream):
    """A connection whose every wait ends at the network's deadline."""

    def __init__(self, stream: httpcore.NetworkStream, network: GuardedNetwork) -> None:
        self._stream = stream
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return some bytes."""
        return self._stream.read(max_bytes, self._network.time_left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes."""
        self._stream.write(buffer, self._network.time_left(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Return the connection, encrypted."""
        secured = self._stream.start_tls(ssl_context, server_hostname, self._network.time_left(timeout))
        return GuardedStream(secured, self._network)

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks about the connection."""
        return self._stream.get_extra_info(info)


class GuardedTransport(httpx.HTTPTransport):
    """httpx's own transport, on a guarded network."""

    def __init__(self, network: GuardedNetwork) -> None:
        context = _trusted()
        super().__init__(verify=context)
        self._pool = httpcore.ConnectionPool(
            ssl_context=context, max_connections=20, keepalive_expiry=30.0, network_backend=network
        )


@cache
def _trusted() -> ssl.SSLContext:
    """Return the authorities that sites are checked by; reading them takes a tenth of a second."""
    return httpx.create_ssl_context()


def open_client(network: GuardedNetwork, user_agent: str, connect_timeout_s: float, timeout_s: float) -> httpx.Client:
    """Return a client that follows no redirect by itself and takes no proxy from the environment: a proxy would
    connect to addresses that nobody has checked."""
    return httpx.Client(
        transport=GuardedTransport(network),
        headers={"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate", "Accept": "*/*"},
        timeout=httpx.Timeout(timeout_s, connect=connect_timeout_s),
        follow_redirects=False,
        trust_env=False,
    )
