"""Which addresses may be asked: public ones, and those that the settings name.

A feed or a redirect may name any host, and any host's name may lead to any address. So it is the address that is
checked, right before the connection is made to that very address; a name is looked up once.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from newslens.errors import SettingsError
from newslens.fetch.failures import failed

SCHEMES = ("http", "https")
_NAT64 = IPv6Network("64:ff9b::/96")  # an IPv4 address in its last 32 bits, RFC 6052

Address = IPv4Address | IPv6Address


def checked_url(url: str) -> SplitResult:
    """Return the parts of an address that may be asked for.

    Raises: FetchFailed: it is no web address, or carries a password, which would be stored with every claim.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise failed(url, f"no web address: {error}") from error
    if parts.scheme not in SCHEMES or not host:
        raise failed(url, "no web address", hint="it must begin with http:// or https:// and name a host")
    if parts.username is not None or parts.password is not None:
        raise failed(_without_password(parts), "it carries a user name or password", hint="take them out of it")
    return parts


def _without_password(parts: SplitResult) -> str:
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


class AllowedAddresses:
    """The public addresses, and those of the hosts, addresses and networks in `private`."""

    def __init__(self, private: Iterable[str] = ()) -> None:
        self._hosts: set[str] = set()
        self._networks = []
        for named in private:
            try:
                self._networks.append(ip_network(named, strict=False))
            except ValueError:
                if "/" in named or not named.strip():
                    hint = 'such as "intranet.example", "10.1.2.3" or "10.1.0.0/16"'
                    raise SettingsError(
                        f"`fetch.allow_private`: `{named}` is no host, address or network", hint=hint
                    ) from None
                self._hosts.add(named.casefold())

    def look_up(self, host: str, port: int) -> list[str]:
        """Return the addresses to connect to, the system's first choice first.

        Raises: FetchFailed: the host has none, or none that may be asked.
        """
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise failed(
                host, f"no address is known for the host: {reason}", worth_retrying=True, of_host=True
            ) from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        allowed = [address for address in addresses if self.is_allowed(host, address)]
        if not allowed:
            hint = "if it is a host of yours, name it in fetch.allow_private"
            raise failed(host, f"{addresses[0]} is no public address", hint=hint)
        return allowed

    def is_allowed(self, host: str, address: str) -> bool:
        """Say whether a connection may be made to `address`, which the name `host` led to."""
        found = ip_address(address.partition("%")[0])
        if host.casefold() in self._hosts or any(found in network for network in self._networks):
            return True
        return all(one.is_global and not one.is_multicast and not one.is_reserved for one in _meant(found))


def _meant(address: Address) -> list[Address]:
    """Return the address, and the IPv4 one that it leads to, if any."""
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address in _NAT64:
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    if address.teredo is not None:
        return [address, *address.teredo]
    return [address] if address.sixtofour is None else [address, address.sixtofour]
