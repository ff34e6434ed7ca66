"""The facet of a price per token (input, output, cached input) and of a model's size (total, active)."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache
from itertools import pairwise

from newslens.claims.scene import Scene
from newslens.languages.pack import load_pack, words_pattern
from newslens.records import Quantity

BESIDE = 40  # characters around a price in which a word for its facet counts
_BRACKET = re.compile(r"\s?[(（][^)）]{1,24}[)）]")
_LISTED = re.compile(r"\s?(?:/|\||et|and|和|,|，|、)\s?")
_SLASH = re.compile(r"\s?[/|]\s?")
_JOINT = re.compile(r"[^,;，；。]{0,24}")
_IN_BRACKET = re.compile(r"\s?[(（]\s?")
_CLOSED = re.compile(r"(?:[ -]?(?:de |of )?(?:param\w*|参数|激活|acti[fv]\w*))*\s?[)）]")
_OTHER_SIZE = re.compile(r"version|distil|蒸馏|模型|[,、]\s?\d|\b(?:and|et) \d")
_PART_OF = re.compile(r"[^.;。；]{0,24}\b(?:dont|of which)\b[^.;]{0,12}|[^.;。；]{0,12}其中[^。；]{0,8}")
ACTIVE_WITHIN = 6  # words within which a size may be called active


def token_facet(scene: Scene) -> str | None:
    """Return input, output or cached_input by the nearest word for it: quote, cell and header, clause, heading."""
    low, quantity = scene.document.view.low, scene.quantity
    bracket = _BRACKET.match(low, quantity.end)
    zones = [bracket.span()] if bracket else []
    zones.append((quantity.start, quantity.end))
    if scene.cell:
        zones += [z for z in (scene.cell.span, scene.cell.header, scene.cell.label) if z]
    for start, end in zones:
        if facet := _facet_in(low[start:end], scene):
            return facet
    return None if scene.cell else _facet_beside(scene) or _facet_of_heading(scene)


def names_side(scene: Scene) -> bool:
    """Tell whether the quantity's line, or its heading, speaks of input, output or a cache."""
    low, lines = scene.document.view.low, [scene.line, *([scene.heading] if scene.heading else [])]
    return any(p.search(low, line.start, line.end) for line in lines for p in _patterns(scene.line.pack.code).values())


def names_both_sides(scene: Scene) -> bool:
    """Tell whether the quantity's line prices input and output, as only APIs do."""
    low, line, words = scene.document.view.low, scene.line, _patterns(scene.line.pack.code)
    return line.once("both sides", lambda: all(words[s].search(low, line.start, line.end) for s in ("input", "output")))


@cache
def _patterns(code: str) -> dict[str, re.Pattern[str]]:
    return {name: words_pattern(words) for name, words in load_pack(code).facet_words.items()}


def _facet_in(zone: str, scene: Scene) -> str | None:
    """Return the facet a stretch of text names, None where it names none or both sides."""
    words = _patterns(scene.line.pack.code)
    if words["written"].search(zone):  # to write into the cache costs extra, and is neither
        return None
    if words["missed"].search(zone):
        return "input"
    if words["cached"].search(zone):
        return "cached_input"
    has_input, has_output = words["input"].search(zone), words["output"].search(zone)
    if bool(has_input) == bool(has_output):
        return None
    return "input" if has_input else "output"


def _facet_beside(scene: Scene) -> str | None:
    """Look around the quantity within its own stretch of the line, between the figures on either side."""
    low, line, quantity = scene.document.view.low, scene.line, scene.quantity
    prices = line.once("prices", lambda: [q for q in line.quantities if q.unit and q.unit[:3].isupper()])
    place = bisect_left(prices, quantity.start, key=lambda q: q.start)
    place = place if place < len(prices) and prices[place].start == quantity.start else -1
    start = prices[place - 1].end if place > 0 else line.start
    end = prices[place + 1].start if 0 <= place < len(prices) - 1 else line.end
    before, after = low[start : quantity.start], low[quantity.end : end]
    joint = _JOINT.match(after)
    beside = [_last_clause(before), joint.group() if joint else ""]
    if prices and not line.once("facet", lambda: _facet_in(_last_clause(low[line.start : prices[0].start]), scene)):
        beside.reverse()  # this line names the side behind each price: "0,27 $ en entrée et 1,10 $ en sortie"
    for zone in (*beside, before[-BESIDE:], after[:BESIDE]):
        if facet := _facet_in(zone, scene):
            return facet
    return (_facet_by_order(scene, place) or _facet_of_pair(scene, prices, place)) if place >= 0 else None


def _facet_by_order(scene: Scene, place: int) -> str | None:
    """Read "$0.27 / $1.10 per 1M input/output tokens": two prices in the order of two words beside each other."""
    words = _patterns(scene.line.pack.code)
    if len(scene.line.once("prices", list)) != 2:
        return None
    for line in (scene.line, scene.basis):
        low = scene.document.view.low[line.start : line.end] if line else ""
        first, second = words["input"].search(low), words["output"].search(low)
        if first and second and min(abs(second.start() - first.end()), abs(first.start() - second.end())) <= 8:
            ordered = ("input", "output") if first.start() < second.start() else ("output", "input")
            return ordered[place]
    return None


def _facet_of_pair(scene: Scene, prices: list[Quantity], place: int) -> str | None:
    """Read "$0.27 / $1.10": of two prices told as a pair the lower is of input, for output costs more everywhere."""
    pairs = scene.line.once("price pairs", lambda: _pairs(scene, prices))
    if place in pairs:
        return "input"
    return "output" if place - 1 in pairs else None


def _pairs(scene: Scene, prices: list[Quantity]) -> set[int]:
    """Return where a pair of prices begins in a line that names no side: two, not a list of more, the second higher.

    "And" joins the prices of one model as well as those of two: it makes a pair only where at most one is named.
    """
    low, line = scene.document.view.low, scene.line
    if any(p.search(low, line.start, line.end) for p in _patterns(line.pack.code).values()):
        return set()
    gaps = [low[a.end : b.start] for a, b in pairwise(prices)]
    listed = {i for i, gap in enumerate(gaps) if _LISTED.fullmatch(gap)}
    one_model = len({m.name for m in line.mentions if m.kind in ("model", "unknown")}) <= 1
    return {
        i
        for i in listed
        if not {i - 1, i + 1} & listed
        and prices[i].stated < prices[i + 1].stated
        and (_SLASH.fullmatch(gaps[i]) or (one_model and not gaps[i].strip().startswith((",", "，", "、"))))
    }


def _last_clause(text: str) -> str:
    if text.rstrip().endswith((":", "：", "为", "=")):
        return text[-20:]
    return re.split(r"[,;，；。:：(（]", text)[-1]


def _facet_of_heading(scene: Scene) -> str | None:
    heading = scene.heading
    if heading is None or heading.index != scene.line.index - 1:
        return None
    return _facet_in(scene.document.view.low[heading.start : heading.end], scene)


def size_facet(scene: Scene) -> str:
    """Return `active` where a word for it belongs to this size rather than to another one in the line, else `total`."""
    quantity, cues = scene.quantity, scene.document.cues(scene.line)
    if _is_part_of_size(scene):
        return "active"
    actives = scene.nearest(cues.get("active", []))
    if any(quantity.start <= s[0] < quantity.end for s in actives):
        return "active"
    nearest = min((_gap(scene, s) for s in actives), default=99.0)
    total = min((_gap(scene, s) for s in scene.nearest(cues.get("total", []))), default=99.0)
    sizes = scene.line.once("sizes", lambda: [q for q in scene.line.quantities if _is_size(q)])
    taken = any(
        _gap(Scene(scene.document, scene.line, other), span) < nearest
        for span in actives
        if _gap(scene, span) == nearest
        for other in _sizes_around(sizes, span[0])
        if other is not quantity
    )
    return "active" if nearest <= ACTIVE_WITHIN and nearest < total and not taken else "total"


def _is_part_of_size(scene: Scene) -> bool:
    """Tell whether the size is given as a part of the one before: "671B (37B)", "671 milliards, dont 37 milliards"."""
    sizes = scene.line.once("sizes", lambda: [q for q in scene.line.quantities if _is_size(q)])
    place = bisect_left(sizes, scene.quantity.start, key=lambda q: q.start)
    if not 0 < place < len(sizes) or sizes[place - 1].stated <= scene.quantity.stated:
        return False
    low, end = scene.document.view.low, scene.quantity.end
    between = low[sizes[place - 1].end : scene.quantity.start]
    if _IN_BRACKET.fullmatch(between):
        return _CLOSED.match(low, end) is not None
    return _PART_OF.fullmatch(between) is not None and not _OTHER_SIZE.search(low, end, end + 30)


def _sizes_around(sizes: list[Quantity], at: int) -> list[Quantity]:
    """Return the sizes next to an offset, two on either side: one of them may be the size that is asked about."""
    place = bisect_left(sizes, at, key=lambda q: q.start)
    return sizes[max(0, place - 2) : place + 2]


def _is_size(quantity: Quantity) -> bool:
    return quantity.unit == "parameter" or (quantity.unit is None and quantity.stated >= 10**8)


def _gap(scene: Scene, span: tuple[int, int]) -> float:
    after = 0.5 if span[0] > scene.quantity.start else 0.0
    return scene.words_between(span) + 2 * scene.clauses_between(span) + after
