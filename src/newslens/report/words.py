"""What the report says in its language: words, amounts and dates as its readers write them."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal

from newslens.errors import SettingsError

ReportLanguage = Literal["en", "fr", "zh"]
_LOCALES = {"en": "en", "fr": "fr", "zh": "zh_Hans_CN"}
_SIGNS = {"approx": "≈ ", "at_least": "≥ ", "at_most": "≤ ", "vague": "> "}
_COUNTED = {"chip": "chips", "chip_hour": "chip_hours"}
_DIGITS = 4
_COMPACT_FROM = 100_000
_COMPACT_COUNT_FROM = 1_000_000


@cache
def load_words() -> Mapping[str, Mapping[str, Any]]:
    """Return the words of every language of the report."""
    return tomllib.loads((files("newslens.report") / "words.toml").read_text("utf-8"))


class Wording:
    """Words, amounts and dates in one language. Raises: SettingsError: the report does not speak it."""

    def __init__(self, language: str) -> None:
        if language not in load_words():
            known = ", ".join(load_words())
            raise SettingsError(f"no report in `{language}` (known: {known})", hint="give one of them to --lang")
        self.language = language
        self.words = load_words()[language]
        self.locale = _LOCALES[language]
        self.day = lru_cache(maxsize=10_000)(self._day)

    def __getitem__(self, key: str) -> Any:
        return self.words[key]

    def type(self, claim_type: str) -> str:
        """Return the claim type's name."""
        return str(self.words["types"][claim_type])

    def unit_word(self, name: str) -> str:
        """Return the word for a facet or the part of a unit after its slash; the name itself where there is none."""
        return str(self.words["units"].get(name, name))

    def language_name(self, code: str) -> str:
        """Return the name of a language of articles."""
        return str(self.words["language_names"].get(code, code))

    def _day(self, day: date | None) -> str:
        from babel.dates import format_date

        return self["undated"] if day is None else format_date(day, "medium", locale=self.locale)

    def count(self, number: int) -> str:
        """Return a whole number."""
        from babel.numbers import format_decimal

        return format_decimal(number, locale=self.locale)

    def share(self, number: float) -> str:
        """Return a share of 1 as percents."""
        from babel.numbers import format_percent

        return format_percent(number, locale=self.locale, format="#,##0 %" if self.language == "fr" else "#,##0%")

    def value(self, low: float | None, high: float | None, bound: str, unit: str) -> str:
        """Return the value of a claim or group, with its unit and a sign for its bound."""
        return " ".join(filter(None, self.value_and_unit(low, high, bound, unit)))

    def value_and_unit(self, low: float | None, high: float | None, bound: str, unit: str) -> tuple[str, str]:
        """Return the same in two: the amounts with their sign and currency, and what they count or are counted per."""
        values = sorted({value for value in (low, high) if value is not None}, key=abs)
        main, _, per = unit.partition("/")
        amounts = " – ".join(self.amount(value, main) for value in values)
        counted = self.unit_word(_COUNTED.get(main, main)) if len(main) > 3 and main not in ("percent", "ratio") else ""
        words = " ".join(filter(None, (counted, self.unit_word(per) if per else "")))
        return _SIGNS.get(bound, "") + amounts, words

    def amount(self, value: float, unit: str) -> str:
        """Return one number of a unit without what it is counted per."""
        return self._amount(value, unit).replace("-", "−", 1) if value < 0 else self._amount(value, unit)

    def _amount(self, value: float, unit: str) -> str:
        from babel import numbers

        value = _rounded(value)
        if unit == "percent":
            form = "+#,##0.## %;-#,##0.## %" if self.language == "fr" else "+#,##0.##%;-#,##0.##%"
            return numbers.format_percent(value / 100, locale=self.locale, format=form)
        if unit == "ratio":
            many = numbers.format_decimal(_rounded(1 / value if 0 < value < 1 else value), locale=self.locale)
            return f"1/{many}" if 0 < value < 1 else f"×{many}"
        if len(unit) == 3 and unit.isupper():
            if abs(value) >= _COMPACT_FROM:
                return numbers.format_compact_currency(value, unit, locale=self.locale, fraction_digits=_DIGITS - 1)
            whole = value == int(value)
            text = numbers.format_currency(value, unit, locale=self.locale)
            decimal = numbers.get_decimal_symbol(self.locale)
            return text.replace(f"{decimal}00", "") if whole else text
        if abs(value) >= _COMPACT_COUNT_FROM:
            return numbers.format_compact_decimal(value, locale=self.locale, fraction_digits=_DIGITS - 1)
        return numbers.format_decimal(value, locale=self.locale)


def _rounded(value: float) -> float:
    """Return the value to four significant digits."""
    if not value:
        return 0.0
    return round(value, _DIGITS - 1 - math.floor(math.log10(abs(value))))
