"""Parts of a market as subjects of a move: sectors ("chip stocks", DeepSeek概念股) and indices that no list holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from newslens.entities.mentions import Mention, longest
from newslens.entities.unlisted import pack_small_words
from newslens.languages.pack import Pack, alternatives, load_pack
from newslens.languages.view import TextView

MARKET_SCORE = 0.9
_LONGEST_INDEX = 14  # signs between an index's maker and the word "index", in Chinese
_NO_NAME = r"[^\s，。、；：（）()“”‘’「」《》|的了在是为為称说示拖该此报者跌涨]"
_INDEX = re.compile(r"(?<= )index$")
_CAPITALISED = r"[A-Z][\w&.'’-]*"
_NAMED_AFTER = "概念"


def find_market_parts(view: TextView, listed: Sequence[Mention], pack: Pack) -> list[Mention]:
    """Return the sectors and indices of `view`, kind `index`, as the text has them.

    `listed` are the names that the base knows in it: a sector may be named after one, and what it lists as an index
    stays that.
    """
    found = longest(
        Mention(start, end, _INDEX.sub("Index", view.text[start:end]), "index", True, MARKET_SCORE)
        for start, end in {*_sectors(view, listed, pack), *_indices(view, pack)}
    )
    indices = [(m.start, m.end) for m in listed if m.kind == "index"]
    return [m for m in found if not any(m.start < end and start < m.end for start, end in indices)]


def _sectors(view: TextView, listed: Sequence[Mention], pack: Pack) -> Iterator[tuple[int, int]]:
    named, head = _sector_patterns(pack.code)
    for match in named.finditer(view.low):
        yield match.span()
    if head is not None:  # 英伟达概念股: in Chinese a sector may bear a firm's name
        for name in listed:
            if behind := head.match(view.low, name.end):
                yield name.start, behind.end()


def _indices(view: TextView, pack: Pack) -> Iterator[tuple[int, int]]:
    pattern = _index_pattern(pack.code)
    if pattern is None:
        return
    for match in pattern.finditer(view.norm):
        start, end = match.span("name")
        if pack.numerals != "han":
            start = _without_openers(view, start, end, pack)
        name = view.low[start:end]
        words = name.split() if pack.numerals != "han" else [word for word in pack.market.no_indices if word in name]
        if len(name) > len(pack.market.indices[0]) and not set(words) & set(pack.market.no_indices):
            yield start, end


def _without_openers(view: TextView, start: int, end: int, pack: Pack) -> int:
    """Return where a name begins behind "But", "The" and whose it is, unless that is who makes indices."""
    while (space := view.low.find(" ", start, end)) >= 0:
        word = view.low[start:space]
        owner = word.removesuffix("'s")
        if word not in pack_small_words(pack.code) and (owner == word or owner in pack.market.index_makers):
            break
        start = space + 1
    return start


@cache
def _sector_patterns(code: str) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    """Return the pattern of a sector by its own words, and, in Chinese, of the noun behind a firm's name."""
    words = load_pack(code).market
    sector, first = alternatives(words.sectors), alternatives(words.head_first)
    head = rf"(?!{alternatives(words.no_heads)}){alternatives(words.heads)}"
    han = load_pack(code).numerals == "han"
    behind = rf"{sector}{{1,2}}{head}" if han else rf"{sector}(?: and {sector})? {head}"
    before = rf"|{first} {sector}" if words.head_first else ""
    named_after = alternatives([h for h in words.heads if h.startswith(_NAMED_AFTER)])
    glued = re.compile(rf"\s?(?!{alternatives(words.no_heads)}){named_after}") if han else None
    return re.compile(behind + before), glued


@cache
def _index_pattern(code: str) -> re.Pattern[str] | None:
    """Return the pattern of an index's name, up to and with the word for index; None where the language has none."""
    words = load_pack(code).market
    if not words.indices:
        return None
    last = "|".join(words.indices)
    if load_pack(code).numerals == "han":
        maker = "|".join(sorted(words.index_makers, key=len, reverse=True))
        return re.compile(rf"(?P<name>(?i:{maker}){_NO_NAME}{{0,{_LONGEST_INDEX}}}?(?:{last}))")
    run = rf"{_CAPITALISED}(?: (?:{_CAPITALISED}|ex[ -][A-Z]\w+|\d{{2,4}}|stock|share)){{0,5}}"
    return re.compile(rf"(?<![\w.-])(?P<name>{run} (?i:{last}))(?![\w-]| (?:Fund|ETF|of\b))")
