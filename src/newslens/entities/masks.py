"""Where a text holds addresses: web pages, domains, e-mail, handles. A name inside one is not a mention."""

from __future__ import annotations

import re

_URL = r"(?:https?://|www\.)[!-~]+"
_MAIL = r"(?<![A-Za-z0-9._+-])[A-Za-z0-9._+-]++@[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)+"
_HANDLE = r"(?<![A-Za-z0-9._])@[A-Za-z0-9_]++"
_DOMAIN = r"(?<![A-Za-z0-9.@_-])[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)+(?:/[!-~]*)?"
_ADDRESS = re.compile(rf"(?P<url>{_URL})|(?P<mail>{_MAIL})|(?P<handle>{_HANDLE})|(?P<domain>{_DOMAIN})")
# Endings that are also words (`de`, `in`, `me`, `it`) are left out: a missing space after a full stop is commoner.
_DOMAIN_ENDINGS = frozenset(
    (
        *("ai", "app", "cn", "co", "com", "dev", "edu", "eu", "fr", "gov", "hk", "info", "io", "jp", "kr", "net"),
        *("news", "org", "ru", "top", "tv", "tw", "uk", "us", "xyz"),
    )
)


def find_addresses(text: str) -> list[tuple[int, int]]:
    """Return the spans of addresses in `text`, in order.

    Offsets: code points, end exclusive.
    """
    spans = []
    for found in _ADDRESS.finditer(text):
        if found.lastgroup == "domain":
            host = found.group().split("/", 1)[0]
            if host.rsplit(".", 1)[1].lower() not in _DOMAIN_ENDINGS:
                continue
        spans.append((found.start(), found.end()))
    return spans
