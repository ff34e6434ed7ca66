"""Which addresses may be asked."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from newslens.errors import FetchFailed, SettingsError
from newslens.fetch.addresses import AllowedAddresses, checked_url


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",  # where clouds keep their secrets
        "100.64.0.1",
        "192.0.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)
def test_what_is_not_public_is_refused(address: str) -> None:
    assert not AllowedAddresses().is_allowed("news.example", address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_what_is_public_may_be_asked(address: str) -> None:
    assert AllowedAddresses().is_allowed("news.example", address)


def test_what_the_settings_name_may_be_asked() -> None:
    allowed = AllowedAddresses(["Intranet.example", "10.1.0.0/16", "127.0.0.1"])
    assert allowed.is_allowed("intranet.example", "192.168.0.7")
    assert allowed.is_allowed("other.example", "10.1.2.3")
    assert allowed.is_allowed("other.example", "127.0.0.1")
    assert not allowed.is_allowed("other.example", "10.2.0.1")
    assert not allowed.is_allowed("other.example", "127.0.0.2")


def test_a_network_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"`10\.0\.0\.0/99` is no host, address or network"):
        AllowedAddresses(["10.0.0.0/99"])


def test_a_host_with_both_kinds_of_address_is_asked_at_the_public_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in ("127.0.0.1", "8.8.8.8")]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert AllowedAddresses().look_up("news.example", 80) == ["8.8.8.8"]
    assert AllowedAddresses(["news.example"]).look_up("news.example", 80) == ["127.0.0.1", "8.8.8.8"]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "no web address"),
        ("ftp://news.example/1", "no web address"),
        ("https://", "no web address"),
        ("http://[::1", "no web address"),
        ("http://news.example:99999/", "no web address"),
        ("https://user:secret@news.example/", "it carries a user name or password"),
    ],
)
def test_what_is_no_web_address(url: str, reason: str) -> None:
    with pytest.raises(FetchFailed, match=reason) as caught:
        checked_url(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "017700000001", "127.1", "localhost", "127.0.0.1."])
def test_other_spellings_of_this_machine_lead_nowhere(host: str) -> None:
    with pytest.raises(FetchFailed):
        AllowedAddresses().look_up(host, 80)
