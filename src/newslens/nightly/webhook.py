"""Telling another program how the night went, by one POST. That it fails is told, and fails nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from newslens.nightly.summary import as_json, without_password

if TYPE_CHECKING:
    from newslens.settings import WebhookSettings


def post_summary(
    settings: WebhookSettings, summary: Mapping[str, Any], *, sleep: Callable[[float], None] = time.sleep
) -> str | None:
    """Send the summary; return why it did not arrive, None if it did.

    Unlike sources, the address is the user's own, and so may be any, this machine's too.
    """
    import httpx
    import tenacity

    def post() -> None:
        with httpx.Client(timeout=settings.timeout_s, follow_redirects=False) as client:
            headers = {"Content-Type": "application/json"}
            client.post(settings.url, content=as_json(summary).encode(), headers=headers).raise_for_status()

    retrying = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(settings.tries),
        wait=tenacity.wait_random_exponential(multiplier=1, max=10),
        retry=tenacity.retry_if_exception(_is_worth_retrying),
        sleep=sleep,
        reraise=True,
    )
    try:
        retrying(post)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = f"status {error.response.status_code}" if isinstance(error, httpx.HTTPStatusError) else repr(error)
        return f"the webhook {without_password(settings.url)} was not told: {reason}"
    return None


def _is_worth_retrying(error: BaseException) -> bool:
    import httpx

    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code in (408, 429, 500, 502, 503, 504)
    return isinstance(error, httpx.TransportError)
