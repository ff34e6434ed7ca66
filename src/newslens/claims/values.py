"""From a quantity and its claim type to the value the contract asks for: ratios turned, losses signed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from newslens.claims.ranker import Decision, Judge
from newslens.claims.scene import Features, Scene
from newslens.records import Bound, ClaimType, Quantity

Sense = Literal["cheaper", "dearer", "part"]
Direction = Literal["fall", "rise"]
SENSES: tuple[Sense, ...] = ("cheaper", "dearer", "part")
DIRECTIONS: tuple[Direction, ...] = ("fall", "rise")
RESULTS = ("revenue", "profit", "loss", "margin")
_FLIP: dict[Bound, Bound] = {"at_least": "at_most", "at_most": "at_least"}
_DISCOUNT = re.compile(r"折")
_LOSSY = {"market_value_change", "share_price_change"}


@dataclass(frozen=True, slots=True)
class Value:
    """The columns that say how much: bounds, bound word, unit, facet; and how they were decided."""

    low: Decimal | None
    high: Decimal | None
    bound: Bound
    unit: str
    facet: str | None = None
    decision: Decision | None = None


def sense_features(scene: Scene) -> list[Features]:
    """Return the features of each sense of a ratio, in the order of SENSES."""
    quantity = scene.quantity
    place = {k: v for k, v in scene.features.items() if not k.startswith(("~", "size"))}
    value = quantity.value_low if quantity.value_low is not None else quantity.value_high
    kind = "percent" if quantity.unit == "percent" else "fraction" if value is not None and value < 1 else "multiple"
    low = scene.document.view.low
    tail = low[quantity.end : quantity.end + 8]
    shape = {f"unit={kind}": 1.0}
    if _DISCOUNT.search(low[quantity.start : quantity.end]):
        shape["discount sign"] = 1.0
    if re.match(r"\s*(?:of|du|des|de|的)?\s*(?:the |its |le |la |l')?(?:cost|price|coût|prix|tarif|成本|价格|费用)|\s*(?:of|du|de)\s", tail):
        shape["of the cost"] = 1.0
    if re.match(r"\s*(?:off|discount|折扣|优惠|cheaper|less|lower|moins|de remise|de réduction|de moins|de rabais|inf)", tail):
        shape["less after"] = 1.0
    if re.match(r"\s*(?:more|pricier|dearer|higher|plus|de plus|sup|as )", tail):
        shape["more after"] = 1.0
    return [{f"{sense}|{kind}|{f}": v for f, v in (place | shape).items()} | {f"{sense}|{f}": v for f, v in (place | shape).items()} for sense in SENSES]


def direction_features(scene: Scene) -> list[Features]:
    """Return the features of a fall and of a rise."""
    place = scene.features
    result: list[Features] = []
    for own, other in (("fall", "rise"), ("rise", "fall")):
        features: Features = {}
        for mark in ("", "@", "!", "^", "-"):
            features[f"own{mark}"] = place.get(own + mark, 0.0)
            features[f"other{mark}"] = place.get(other + mark, 0.0)
        features |= {f"nearest {key}": 1.0 for key in (_nearest(scene, own, other),) if key}
        features[own] = 1.0
        result.append(features)
    return result


def _nearest(scene: Scene, own: str, other: str) -> str | None:
    cues = scene.document.cues(scene.line)
    nearest = {
        cue: min((scene.words_between(s) + 4 * scene.clauses_between(s) + (1.5 if s[0] > scene.quantity.start else 0) for s in cues.get(cue, [])), default=99.0)
        for cue in (own, other)
    }
    if nearest[own] == nearest[other]:
        return None
    return "own" if nearest[own] < nearest[other] else "other"


def result_features(scene: Scene) -> list[Features]:
    """Return the features of each kind of business result, in the order of RESULTS."""
    place = {k: v for k, v in scene.features.items() if k.rstrip("@!^-") in ("revenue", "profit", "net_loss", "margin", "fall", "rise")}
    unit = {"percent": 1.0} if scene.quantity.unit == "percent" else {"money": 1.0}
    return [{f"{kind}|{f}": v for f, v in (place | unit).items()} | {kind: 1.0} for kind in RESULTS]


def settle_value(scene: Scene, claim_type: ClaimType, unit: str, judge: Judge) -> Value:
    """Return value, bound, unit and facet of a claim of `claim_type` made of the scene's quantity.

    Source: claims contract, "Values" and hard readings 1 to 3 and 11.
    """
    quantity = scene.quantity
    if claim_type == "cost_ratio":
        return _ratio(scene, judge)
    if claim_type in _LOSSY:
        return _change(scene, unit, judge)
    if claim_type == "revenue":
        return _result(scene, unit, judge)
    facet = None
    if claim_type == "token_price":
        facet = token_facet(scene)
    elif claim_type == "model_size":
        facet = size_facet(scene)
    return Value(quantity.value_low, quantity.value_high, quantity.bound, unit, facet)


def _ratio(scene: Scene, judge: Judge) -> Value:
    decision = judge.choose("sense", scene, SENSES, sense_features(scene))
    return ratio_value(scene.quantity, SENSES[decision.choice], decision)


def ratio_value(quantity: Quantity, sense: Sense, decision: Decision | None = None) -> Value:
    """Return a quantity as the ratio of the subject's cost to the object's."""

    def turn(value: Decimal | None) -> Decimal | None:
        if value is None:
            return None
        if quantity.unit == "percent":
            part = value / 100
            return {"cheaper": 1 - part, "dearer": 1 + part, "part": part}[sense]
        return 1 / value if sense == "cheaper" and value > 1 else value

    low, high, bound = turn(quantity.value_low), turn(quantity.value_high), quantity.bound
    if sense == "cheaper" and (quantity.unit == "percent" or (quantity.value_low or quantity.value_high or 0) > 1):
        low, high, bound = high, low, _FLIP.get(bound, bound)
    return Value(low, high, bound, "ratio", None, decision)


def _change(scene: Scene, unit: str, judge: Judge) -> Value:
    quantity = scene.quantity
    stated = quantity.value_low if quantity.value_low is not None else quantity.value_high
    signed = scene.document.view.norm[quantity.start] in "+-" or (stated is not None and stated < 0)
    decision = None
    if signed:
        falls = stated is not None and stated < 0
    else:
        decision = judge.choose("direction", scene, DIRECTIONS, direction_features(scene))
        falls = DIRECTIONS[decision.choice] == "fall"
    low, high = fallen(quantity) if falls else (quantity.value_low, quantity.value_high)
    return Value(low, high, quantity.bound, unit, None, decision)


def fallen(quantity: Quantity) -> tuple[Decimal | None, Decimal | None]:
    """Return the bounds of a loss: of its size for one-sided bounds, as numbers for a range."""
    low, high = (None if v is None else -abs(v) for v in (quantity.value_low, quantity.value_high))
    return (high, low) if quantity.bound == "range" else (low, high)


def _result(scene: Scene, unit: str, judge: Judge) -> Value:
    quantity = scene.quantity
    decision = judge.choose("result", scene, RESULTS, result_features(scene))
    kind = RESULTS[decision.choice]
    if kind == "margin" and quantity.unit != "percent":
        kind = "profit"
    if quantity.unit == "percent":
        kind = "margin"
    low, high = fallen(quantity) if kind == "loss" else (quantity.value_low, quantity.value_high)
    return Value(low, high, quantity.bound, _period(scene, unit), "profit" if kind == "loss" else kind, decision)


def _period(scene: Scene, unit: str) -> str:
    """Return the unit with its period: a year's figure is per year, a month's per month, a quarter's plain.

    The nearest word for a period decides in the line; the line before and the heading where the line names none.
    """
    if "/" in unit or unit == "percent":
        return unit
    low, line = scene.document.view.low, scene.line
    own = (line.start, line.end)
    for zone in (own, *((z.start, z.end) for z in (scene.previous, scene.heading) if z)):
        spans = [(span, period) for period, pattern in _PERIODS for span in (m.span() for m in pattern.finditer(low, *zone))]
        if spans:
            nearest = max(spans, key=lambda s: scene.near(s[0])) if zone == own else spans[-1]
            return f"{unit}/{nearest[1]}" if nearest[1] else unit
        if _WEAK_YEAR.search(low, *zone):
            return f"{unit}/year"
    return unit


_PERIODS = (
    (
        "",
        re.compile(
            r"quarter|three months|six months|nine months|half[- ]year|(?:first|second) half|\b[qth][1-4]\b|trimestr|semestr"
            r"|(?:trois|six|neuf) (?:premiers )?mois|季|半年|前三季|\d个月"
        ),
    ),
    (
        "month",
        re.compile(
            r"monthly|a month|per month|(?:revenue|sales) (?:for|in) (?:january|february|march|april|may|june|july|august|september|october|november|december)"
            r"|mensuel|par mois|单月|月营收|月收入|月度|每月|一个月|当月|\d月营收"
        ),
    ),
    (
        "year",
        re.compile(
            r"annual|a year(?! (?:ago|earlier|before))|per year|full[- ]year|fiscal|annuel|par an|exercice|récurrent|全年|年度|年收入|年营收|年化|每年|财年|一年"
            r"|run[- ]rate|\barr\b|yearly|for the year|sur l'année|l'ensemble de l'année|recurring"
        ),
    ),
    ("day", re.compile(r"a day|per day|daily (?:revenue|income|profit)|par jour|chaque jour|日均|每天|每日|一天|单日(?:收入|营收|利润)")),
)
_WEAK_YEAR = re.compile(
    r"last year|l'an dernier|l'an passé|l'année dernière|去年(?!同期)|今年|明年|(?:in|en|for|pour|by|d'ici) 20\d\d|20\d\d ?年(?! ?\d{1,2} ?月)"
)


def token_facet(scene: Scene) -> str | None:
    """Return input, output or cached_input by the nearest word for it: in the quote, the cell's header, the clause."""
    low, line, quantity = scene.document.view.low, scene.line, scene.quantity
    units = line.pack.units
    zones = [(quantity.start, quantity.end)]
    if scene.cell:
        zones += [z for z in (scene.cell.span, scene.cell.header, scene.cell.label) if z]
    for a, b in zones:
        if facet := _facet_word(low[a:b], units.input, units.output):
            return facet
    if scene.cell:
        return None
    return _facet_beside(scene) or _facet_of_heading(scene)


_CACHED = re.compile(r"cache[- ]?hit|cached|(?<!未)命中|accès cache|en cache|cache (?:read|hit)|from cache|depuis le cache|缓存(?!未|写)|mis en cache|hits? in cache|lecture du cache")
_MISSED = re.compile(r"cache[- ]?miss|未命中|manque cache|uncached|non mis en cache|hors cache|没有命中|cache manqué|échec (?:de )?cache")


def _facet_word(zone: str, inputs: Sequence[str], outputs: Sequence[str]) -> str | None:
    if _MISSED.search(zone):
        return "input"
    if _CACHED.search(zone):
        return "cached_input"
    has_input, has_output = any(w in zone for w in inputs if len(w) > 3 or not w.isascii()), any(w in zone for w in outputs if len(w) > 3 or not w.isascii())
    if has_input != has_output:
        return "input" if has_input else "output"
    return None


def _facet_beside(scene: Scene) -> str | None:
    """Look around the quantity within its own stretch of the line, between the figures on either side."""
    low, line, quantity = scene.document.view.low, scene.line, scene.quantity
    prices = [q for q in line.quantities if q.unit and q.unit[:3].isupper()]
    i = prices.index(quantity) if quantity in prices else -1
    start = prices[i - 1].end if i > 0 else line.start
    end = prices[i + 1].start if 0 <= i < len(prices) - 1 else line.end
    before, after = low[start : quantity.start], low[quantity.end : end]
    units = line.pack.units
    joint = re.match(r"[^,;，；。]{0,24}", after)
    for zone in (_last_clause(before), joint.group() if joint else "", before[-40:], after[:40]):
        if facet := _facet_word(zone, units.input, units.output):
            return facet
    ordered = re.compile(r"(input|entrée|输入)\W{0,3}(?:/|and|et|和|与|、)\W{0,3}(?:the )?(?:output|sortie|输出)|(output|sortie|输出)\W{0,3}(?:/|and|et|和|与|、)\W{0,3}(?:input|entrée|输入)").search(low, line.start, line.end)
    if ordered and len(prices) == 2 and i >= 0:
        return ("input", "output")[i if ordered.group(1) else 1 - i]
    return None


def _last_clause(text: str) -> str:
    return re.split(r"[,;，；。:：(（]", text)[-1] if not text.rstrip().endswith((":", "：", "为", "=")) else text[-20:]


def _facet_of_heading(scene: Scene) -> str | None:
    heading = scene.heading
    if heading is None or heading.index != scene.line.index - 1:
        return None
    units = scene.line.pack.units
    return _facet_word(scene.document.view.low[heading.start : heading.end], units.input, units.output)


def size_facet(scene: Scene) -> str | None:
    """Return `active` where a word for it stands in the quantity's own clause, else `total`."""
    quantity, low = scene.quantity, scene.document.view.low
    own = low[quantity.start : quantity.end]
    cues = scene.document.cues(scene.line)
    if any(quantity.start <= s[0] < quantity.end for s in cues.get("active", [])) or "activ" in own:
        return "active"
    active = min((_gap(scene, s) for s in cues.get("active", [])), default=99.0)
    total = min((_gap(scene, s) for s in cues.get("total", [])), default=99.0)
    others = [q for q in scene.line.quantities if q is not quantity and (q.unit == "parameter" or (q.value_low or 0) >= 10**8)]
    claimed = any(_gap_from(scene, q, s) < _gap(scene, s) for q in others for s in cues.get("active", []) if _gap(scene, s) == active)
    return "active" if active <= 6 and active < total and not claimed else "total"


def _gap(scene: Scene, span: tuple[int, int]) -> float:
    return scene.words_between(span) + 2 * scene.clauses_between(span) + (0.5 if span[0] > scene.quantity.start else 0)


def _gap_from(scene: Scene, quantity: Quantity, span: tuple[int, int]) -> float:
    return _gap(Scene(scene.document, scene.line, quantity), span)
