"""Publication dates as sites, tables and texts write them, read by dateparser; what is in doubt is None."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache

LANGUAGES = ["en", "fr", "zh"]
LONGEST = 80
_TIME_OF_DAY = re.compile(
    r"[\s,]*(?:\b(?:at|on|à|a)\s*)?\d{1,2}\s*(?:[:：]|h(?!\w)|h(?=\d)|时|時|点|點)\s*\d{0,2}.*$", re.I | re.S
)
_NUMERIC = re.compile(r"\D*(\d{1,2})([/.-])(\d{1,2})\2\d{4}(?!\d)")
_YEAR_FIRST = re.compile(r"\D*(?:19|20)\d\d[-/.](\d{1,2})[-/.]\d{1,2}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def read_date(value: object) -> date | None:
    """Return the calendar date that a cell or a label states, as written there (no change of time zone).

    A date that does not say day, month and year, or that could be read two ways ("05/02/2025"), is None.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return _parse(value.strip()) if isinstance(value, str) and len(value) <= LONGEST else None


@lru_cache(maxsize=4096)
def _parse(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        pass
    if not _YEAR.search(text) or _is_ambiguous(text):
        return None
    import dateparser

    for wording in (text, _TIME_OF_DAY.sub("", text)):  # "Janvier 28, 2025 at 20:22" mixes two languages
        parsed = dateparser.parse(
            wording,
            languages=LANGUAGES,
            settings={"PARSERS": ["absolute-time"], "STRICT_PARSING": True, "DATE_ORDER": _order(wording)},
        )
        if isinstance(parsed, datetime):
            return parsed.date()
    return None


def _order(text: str) -> str:
    """Return the order of a date in figures alone: a year first, else a day, unless it could only be a month."""
    match = _NUMERIC.match(text)
    if match is None:
        return "YMD" if re.match(r"\D*\d{4}", text) else "DMY"
    return "MDY" if int(match[3]) > 12 else "DMY"


def _is_ambiguous(text: str) -> bool:
    """True for 05/02/2025, which is May in New York and February in Paris; 05.02.2025 is European.

    Also for 2025-13-01, whatever was meant.
    """
    year_first = _YEAR_FIRST.match(text)
    if year_first:
        return int(year_first[1]) > 12
    match = _NUMERIC.match(text)
    return bool(match and match[2] != "." and match[1] != match[3] and int(match[1]) <= 12 and int(match[3]) <= 12)
