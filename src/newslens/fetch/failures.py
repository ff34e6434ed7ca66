"""The one way in which fetching fails: an error that names the address, the reason, and whether to try again."""

from __future__ import annotations

from newslens.errors import FetchFailed


def failed(
    url: str,
    reason: str,
    *,
    hint: str | None = None,
    worth_retrying: bool = False,
    retry_after_s: float | None = None,
    of_host: bool = False,
) -> FetchFailed:
    """Return the error for an address; `of_host` where its host is to be left alone for the rest of the run."""
    return FetchFailed(
        f"cannot fetch `{one_line(url)}`: {reason}",
        hint=hint,
        path=one_line(url),
        place=None,
        is_worth_retrying=worth_retrying,
        retry_after_s=retry_after_s,
        is_of_host=of_host,
        reason=reason,
    )


def restated(error: FetchFailed, url: str, prefix: str = "") -> FetchFailed:
    """Return the same error for the address that was asked for; `prefix` says where on the way it was met."""
    facts = vars(error)
    return failed(
        url,
        f"{prefix}{facts['reason']}",
        hint=error.hint,
        worth_retrying=facts["is_worth_retrying"],
        retry_after_s=facts["retry_after_s"],
        of_host=facts["is_of_host"],
    )


def one_line(text: str) -> str:
    """Return an address as it can be printed and stored: what is no sign is escaped."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)
