"""Units that stand away from their number: in a table's header, a heading, or said once for a whole line."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from newslens.claims.document import Document, Line
from newslens.claims.scene import Scene
from newslens.claims.spans import Span, starting
from newslens.languages.pack import load_pack, words_pattern
from newslens.quantities.currencies import SIGNS, letter_codes
from newslens.quantities.units import token_amount, unit_grammar
from newslens.records import Quantity

_SCALED_BELOW = 10**6
_PRICED_BELOW = 10_000  # no price per million tokens is higher
SHORT_LINE = 100
LINES_NAMED = 30  # lines back in which the currency of "6 billion" is sought
_GAP = 36
_OPENED, _CLOSED = re.compile(r"[(（\[]"), re.compile(r"[)）\]]")
LINES_TOLD, LINES_LISTED = 2, 12
_LISTED = re.compile(r"[ \t]*(?:[-*•·–—|]|\d{1,2}[.)、])")
_PERCENT = re.compile(r"%|pct|percent|pour ?cent|百分")
_MILLION = Decimal(10) ** 6
_ROUND = (Decimal(1000), Decimal(10) ** 4, _MILLION)
_SIGN = re.compile(
    "|".join(
        re.escape(s) if not s.isalpha() else rf"(?<![a-z]){re.escape(s)}(?![a-z])"
        for s in sorted(SIGNS, key=len, reverse=True)
    )
)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a line said of the prices after it: "all prices in US dollars per million tokens, input / output".

    `currency` is None where the prices bear their own sign.
    """

    line: Line
    currency: str | None
    scale: Decimal

    def reaches(self, line: Line, low: str) -> bool:
        """Tell whether a line still leans on it: the next two lines, or a list or table further on."""
        away = line.index - self.line.index
        listed = is_listed(line, low) or line.end - line.start < SHORT_LINE
        return 0 < away <= (LINES_LISTED if listed else LINES_TOLD)


def is_listed(line: Line, low: str) -> bool:
    """Tell whether a line is a row of a table or an item of a list."""
    return bool(line.cells) or _LISTED.match(low, line.start) is not None


def basis_of(document: Document, line: Line) -> Basis | None:
    """Return the basis a line states for prices per token, None where it states none."""
    zone = document.view.low[line.start : line.end]
    scale = _scale_of_tokens(document, line, (line.start, line.end))
    currency = currency_in(document, line, (line.start, line.end)) if scale else None
    if scale is None or not (currency or line.is_heading or zone.endswith((":", "："))):
        return None
    return Basis(line, currency, scale)


def with_context_unit(scene: Scene, basis: Basis | None) -> Quantity:
    """Return the scene's quantity with the unit that its table's header, or the list's first line, gives it."""
    quantity, cell, low = scene.quantity, scene.cell, scene.document.view.low
    if quantity.unit is not None:
        return quantity
    if cell is not None and cell.header is not None:
        quantity = _with_header_unit(scene, cell.header)
        if quantity.unit or not _priced(_labels(scene), scene):
            return quantity
    small = abs(quantity.stated) < _PRICED_BELOW
    if basis and small and basis.reaches(scene.line, low) and not scene.line.is_heading:
        return replace(quantity, unit=basis.currency)
    return quantity


def _with_header_unit(scene: Scene, span: Span) -> Quantity:
    quantity, header = scene.quantity, scene.document.view.low[slice(*span)]
    if _PERCENT.search(header):
        return replace(quantity, unit="percent")
    line = scene.line
    unit, told = currency_in(scene.document, line, span), header
    if unit is None:
        unit = _counted_in(header, line)
    if unit is None:
        unit, told = _told_of_table(scene, header)
    if unit is None:
        return quantity
    scale = _scale_in(told, scene) if abs(quantity.stated) < _SCALED_BELOW else 0
    low, high = (None if v is None else v.scaleb(scale) for v in (quantity.value_low, quantity.value_high))
    return replace(quantity, unit=unit, value_low=low, value_high=high)


def _told_of_table(scene: Scene, header: str) -> tuple[str | None, str]:
    """Return the currency that the corner or the caption gives the whole table, and where: "in US$ millions".

    Without a magnitude it holds for columns and rows of prices alone.
    """
    low, cell, heading = scene.document.view.low, scene.cell, scene.heading
    zones = [zone for zone in (cell.corner, cell.caption) if zone] if cell else []
    if heading and heading.end <= scene.line.start:
        zones.append((heading.start, heading.end))
    priced, plain = _priced(_labels(scene), scene), bool(header.strip(" #")) and _alone(scene)
    for span in zones:
        zone = low[slice(*span)]
        scaled, hourly = plain and _scale_in(zone, scene), plain and _is_hourly(zone, scene)
        if (currency := currency_in(scene.document, scene.line, span)) and (priced or scaled or hourly):
            told = zone if not priced or _scale_in(zone, scene) else header
            return f"{currency}/chip_hour" if hourly else currency, told
        if scaled and (counted := _counted_in(zone, scene.line)):
            return counted, zone
    return None, header


def _is_hourly(zone: str, scene: Scene) -> bool:
    """Tell whether prices stand in a table of chips by the hour: the zone says so, and column or row names a chip."""
    cell = scene.cell
    assert cell is not None
    grammar = unit_grammar(scene.line.pack.code)
    if not (grammar.per_chip_hour.search(zone) or grammar.per_chip_hour_before.search(zone)):
        return False
    places = [z for z in (cell.header, cell.label) if z]
    return any(m.kind == "chip" for a, b in places for m in scene.document.mentions_in(a, b))


def _counted_in(zone: str, line: Line) -> str | None:
    """Return the unit that a zone says is counted, the first named; None where it names none."""
    words = {name: pattern.search(zone) for name, pattern in _counted_words(line.pack.code).items()}
    return min((n for n, m in words.items() if m), key=lambda n: words[n].start(), default=None)  # type: ignore[union-attr]


def _labels(scene: Scene) -> str:
    """Return what a cell's column and row are called."""
    low, cell = scene.document.view.low, scene.cell
    return " ".join(low[slice(*zone)] for zone in (cell.header, cell.label) if zone) if cell else ""


def _alone(scene: Scene) -> bool:
    """Tell whether a cell holds its number and nothing else that has letters."""
    assert scene.cell is not None
    low, (start, end) = scene.document.view.low, scene.cell.span
    return not any(c.isalpha() for c in low[start : scene.quantity.start] + low[scene.quantity.end : end])


@cache
def _counted_words(code: str) -> dict[str, re.Pattern[str]]:
    """Return what a header may say that its column counts, by unit."""
    pack = load_pack(code)
    units = pack.units
    return {
        "chip_hour": words_pattern(units.chip_hours),
        "parameter": words_pattern([*units.parameters, *pack.cues["active"], "size"]),
        "chip": words_pattern(units.chips),
        "user": words_pattern(units.users),
        "download": words_pattern(units.downloads),
    }


def _scale_in(header: str, scene: Scene) -> int:
    """Return the power of ten that a header gives its column: "Cost ($M)", "GPU hours (M)", （亿元）."""
    pack = scene.line.pack
    if tokens_of_price(scene) or unit_grammar(pack.code).token_price_of.search(header):
        return 0
    if written := re.search("|".join(map(re.escape, sorted(pack.multipliers, key=len, reverse=True))), header):
        return pack.multipliers[written.group()]
    letter = re.search(r"[$€£¥(] ?(bn|md|m|b|k)(?![a-z])|(?<![a-z])(bn|mds?|m|b|k) ?[$€£¥]", header)
    return pack.letters.get(letter.group(1) or letter.group(2), 0) if letter else 0


def _priced(header: str, scene: Scene) -> bool:
    return _price_words(scene.line.pack.code).search(header) is not None


@cache
def _price_words(code: str) -> re.Pattern[str]:
    pack = load_pack(code)
    words = [*pack.units.input, *pack.units.output, *pack.facet_words["cached"]]
    return words_pattern([*words, "price*", "prix", "价格", "价", "cost*", "coût*", "成本"])


def currency_in(document: Document, line: Line, span: Span) -> str | None:
    """Return the currency that a stretch of text names by sign, code (in capitals) or word, or None."""
    grammar, zone = unit_grammar(line.pack.code), document.view.low[slice(*span)]
    if match := _SIGN.search(zone):
        return SIGNS[match.group()]
    written = document.view.norm[slice(*span)]
    for named in re.finditer(grammar.money_after.pattern.replace("[ -]?", "(?:^|[ (（/])", 1), zone):
        name, is_code = named.group("name"), written[slice(*named.span("name"))].isupper()
        if currency := grammar.names.get(name) or (letter_codes().get(name) if is_code else None):
            return currency
    return next((code for word, code in (("美元", "USD"), ("元", "CNY")) if word in zone), None)


def tokens_of_price(scene: Scene) -> Decimal | None:
    """Return the factor that makes a price in this place one per million tokens; None where no tokens are named.

    Looked for in the cell's header, the quantity's line, its heading and the line before.
    """
    zones: list[Span] = []
    if scene.cell:
        zones += [z for z in (scene.cell.span, scene.cell.header, scene.cell.label, scene.cell.corner) if z]
    else:
        zones.append((scene.line.start, scene.line.end))
    if scene.heading:
        zones.append((scene.heading.start, scene.heading.end))
    if scene.previous and not scene.cell:
        zones.append((scene.previous.start, scene.previous.end))
    found = (_scale_of_tokens(scene.document, scene.line, zone) for zone in zones)
    return next((scale for scale in found if scale), None)


def tokens_of_article(document: Document) -> Decimal | None:
    """Return the factor that makes a price one per million tokens as the article names it, or None.

    Where it names a million anywhere, that is meant: the thousand is history.
    """
    found = {_scale_of_tokens(document, line, (line.start, line.end)) for line in document.lines} - {None}
    return min(found, default=None)  # type: ignore[type-var]


def _scale_of_tokens(document: Document, line: Line, zone: Span) -> Decimal | None:
    """Return the factor to a million of the first round number of tokens named in a zone, looked for once."""
    known = document.token_scales
    if zone not in known:
        known[zone] = _find_scale(document, line, zone)
    return known[zone]


def _find_scale(document: Document, line: Line, zone: Span) -> Decimal | None:
    grammar = unit_grammar(line.pack.code)
    if not grammar.token_hint.search(document.view.low, *zone):  # far quicker, and most lines name none
        return None
    for match in grammar.token_price_of.finditer(document.view.low, *zone):
        amount = _MILLION if match.group("bare") or match.group("sided") else token_amount(match)
        if amount in _ROUND:
            return _MILLION / amount
    return None


def currency_before(scene: Scene) -> str | None:
    """Return the currency last named before the quantity: in its line, then back through the article's last lines."""
    low = scene.document.view.low
    own = _amounts(scene.line, low)
    before = own[: bisect_right(own, scene.quantity.start, key=lambda q: q.end)] or own
    for i in range(scene.line.index - 1, max(-1, scene.line.index - LINES_NAMED), -1):
        if before:
            break
        before = _amounts(scene.document.lines[i], low)
    return before[-1].unit[:3] if before and before[-1].unit else None


def _amounts(line: Line, low: str) -> list[Quantity]:
    """Return the amounts of money of a line, without those that restate another one in brackets."""
    return line.once("amounts", lambda: _find_amounts(line, low))


def _find_amounts(line: Line, low: str) -> list[Quantity]:
    found: list[Quantity] = []
    for quantity in (q for q in line.quantities if _is_money(q)):
        gap = low[found[-1].end : quantity.start] if found else ""
        if not found or len(gap) > _GAP or not _OPENED.search(gap) or _CLOSED.search(gap):
            found.append(quantity)
    return found


def _is_money(quantity: Quantity) -> bool:
    return bool(quantity.unit) and quantity.unit[:3].isupper()  # type: ignore[index]


def is_conversion(scene: Scene, earlier: Quantity | None) -> bool:
    """Tell whether the quantity restates the money before it in another currency: "$5.6 million (41 million yuan)"."""
    quantity = scene.quantity
    if earlier is None or not (_is_money(quantity) and _is_money(earlier)) or quantity.unit[:3] == earlier.unit[:3]:  # type: ignore[index]
        return False
    low = scene.document.view.low
    gap = low[earlier.end : quantity.start]
    if len(gap) > _GAP or re.search(r"[.;。；!?]", gap):
        return False
    opened = _OPENED.search(gap) is not None and not _CLOSED.search(gap)
    said = bool(starting(scene.document.cues(scene.line).get("conversion", []), earlier.end, quantity.start))
    return opened or (said and re.match(r"\s*(?:[,，—-]|or|soit|约合|折合|equivalent|合|ou|即)", gap) is not None)
