"""What a site's robots.txt allows, read as RFC 9309 says (protego)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from protego import Protego

ROBOTS_BYTES = 512_000  # RFC 9309 asks for 500 KiB at least; what follows is not read


def robots_url(url: str) -> str:
    """Return where the site of `url` keeps its rules."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


class Robots:
    """The rules in a robots.txt."""

    def __init__(self, text: str) -> None:
        self._rules = Protego.parse(text)

    def allows(self, url: str, user_agent: str) -> bool:
        """Say whether the address may be fetched."""
        return bool(self._rules.can_fetch(url, product(user_agent)))

    def delay_s(self, user_agent: str) -> float:
        """Return how many seconds shall lie between two requests; 0 where the rules do not say."""
        delay = self._rules.crawl_delay(product(user_agent))
        return max(0.0, float(delay)) if delay is not None else 0.0


def product(user_agent: str) -> str:
    """Return the name that rules are looked up by: `newslens` of `newslens/1.0 (…)`."""
    match = re.match(r"[A-Za-z_-]+", user_agent)
    return match[0] if match else user_agent
