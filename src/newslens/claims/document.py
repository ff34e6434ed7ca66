"""An article laid out for reading: sentences with their quantities, names and cue words, headings and tables."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from newslens.claims.spans import Span
from newslens.entities.markets import find_market_parts
from newslens.entities.mentions import longest
from newslens.entities.merging import merge
from newslens.entities.names import Mention, NameBase
from newslens.entities.recognition import Recognizer
from newslens.entities.unlisted import GROUP_SCORE, find_groups, find_unlisted, pack_small_words
from newslens.languages.detect import Passage
from newslens.languages.pack import Pack, load_pack
from newslens.languages.sentences import Sentence, is_row, split_sentences
from newslens.languages.view import TextView, view_text
from newslens.quantities import find_quantities
from newslens.records import LANGUAGES, Quantity

if TYPE_CHECKING:
    from newslens.claims.saying import Saying

T = TypeVar("T")
# Names whose digits are part of them: no number is read inside ("Llama 3.1 405B", "S&P 500", "H800").
_NUMBERED_KINDS = {"model", "chip", "index", "product", "outlet", "organisation", "project", "person"}
_RULE = re.compile(r"\|?[ \t:|-]*-{2,}[ \t:|-]*$")
_HEADING_MARK = re.compile(r"\s*(?:#{1,6}\s|\*\*[^*]+\*\*:?$|【|▌)")
_NO_HEADING = re.compile(  # bylines, captions, page numbers, signatures
    r"[(（][^)）]*[)）]$|@|[—-]+ .*@|\d{1,2}$|(?:[Bb]y|BY|[Pp]ar|PAR|[Ww]ritten by|[Ww]rite to) [A-Z]"
    r"|(?i:photo|image|source|contact|e?mail|editor)s? ?:"
    r"|(?:图片来源|来源|文|作者|记者|编辑|责编|审核|编审|校对|撰文|图)\s*[:|/]"
)
_SPACE = re.compile(r"\s+")
_QUOTE = re.compile('"')
_HAN = re.compile(r"[\u3400-\u9fff]")
HEADING_LENGTH = 90
_TOLD_BY_NAMES = ("name_counts", "first_named", "spans_of_names", "highest_counts", "most_named", "title_kinds")


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell's place: its own span, its column's header, its row's label, the header of the labels' column,
    and the line right before the table.
    """

    span: Span
    header: Span | None
    label: Span | None
    corner: Span | None = None
    caption: Span | None = None


@dataclass(slots=True)
class Line:
    """One sentence (or list line, or table row) with what was found in it."""

    index: int
    sentence: Sentence
    pack: Pack
    quantities: list[Quantity] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    heading: int | None = None
    is_heading: bool = False
    cells: list[Cell] = field(default_factory=list)
    cues: dict[str, list[Span]] = field(default_factory=dict)
    found: dict[Hashable, Any] = field(default_factory=dict)

    @property
    def start(self) -> int:
        return self.sentence.start

    @property
    def end(self) -> int:
        return self.sentence.end

    def cell_of(self, at: int) -> Cell | None:
        i = bisect_right(self.cells, at, key=lambda cell: cell.span[0]) - 1
        return self.cells[i] if i >= 0 and at < self.cells[i].span[1] else None

    def once(self, what: Hashable, find: Callable[[], T]) -> T:
        """Return what `find` does, asked once for all figures of the line: there may be thousands."""
        if what not in self.found:
            self.found[what] = find()
        return self.found[what]  # type: ignore[no-any-return]


class Document:
    """A whole article, read once; every later decision looks things up here."""

    def __init__(
        self,
        text: str,
        passages: Sequence[Passage],
        names: NameBase,
        title: str | None = None,
    ) -> None:
        self.view = view_text(text)
        self.names = names
        self.token_scales: dict[Span, Decimal | None] = {}
        self.sayings: dict[tuple[int, int, int], Saying | None] = {}
        self.title = title
        self._listed = self._with_market_parts(self.names.find(text), passages)
        self._told = self._names_told(passages)
        self._set_mentions(sorted([*self._listed, *self._told], key=lambda m: m.start))
        self.lines = self._lines(passages)
        self._read_tables()
        self._find_headings()

    def _set_mentions(self, mentions: list[Mention]) -> None:
        for name in _TOLD_BY_NAMES:
            self.__dict__.pop(name, None)
        self.mentions = mentions
        self._starts = [m.start for m in mentions]

    def recognise(self, recognizer: Recognizer, lines: Sequence[Line]) -> None:
        """Let a model read `lines` and the title, and join its names to those at hand."""
        texts = [self.view.text[line.start : line.end] for line in lines]
        *found, titled = recognizer.tag([*texts, self.title or ""])
        entities = [
            replace(e, start=e.start + line.start, end=e.end + line.start)
            for line, some in zip(lines, found, strict=True)
            for e in some
        ]
        figures = [(q.start, q.end) for line in lines for q in line.quantities if q.unit is not None]
        no_names = frozenset().union(*(pack_small_words(line.pack.code) for line in lines))
        in_title = merge(self.title, self.title_mentions, [], titled) if self.title else []
        merged = merge(self.view.text, self._listed, self._told, entities, figures, no_names)
        self._set_mentions(self._with_versions(merged))
        self.title_mentions = in_title
        for line in self.lines:
            line.mentions = self.mentions_in(line.start, line.end)
            line.quantities = [q for q in line.quantities if not _is_part_of_name(q, line.mentions)]
            line.found.clear()
        self._read_tables()
        self._find_headings()

    def _with_versions(self, mentions: list[Mention]) -> list[Mention]:
        """Return the names, with what the model takes for a product resolved where it is a bare version: "R1".

        Only beside models or chips that the base knows: elsewhere V3 may be a rocket.
        """
        if not any(m.known and m.kind in ("model", "chip") for m in mentions):
            return mentions
        resolved = []
        for mention in mentions:
            version = (
                None if mention.known else self.names.read_bare_version(self.view.text[mention.start : mention.end])
            )
            resolved.append(replace(version, start=mention.start, end=mention.end) if version else mention)
        return resolved

    def _with_market_parts(self, listed: list[Mention], passages: Sequence[Passage]) -> list[Mention]:
        """Return the names of the base, and sectors and indices in place of the names that these are made of."""
        parts: list[Mention] = []
        for passage in (p for p in passages if p.language in LANGUAGES):
            near = [_moved(m, -passage.start) for m in listed if passage.start <= m.start < passage.end]
            found = find_market_parts(self._part(passage), near, load_pack(passage.language))
            parts += [_moved(m, passage.start) for m in found]
        return longest([*listed, *parts])

    def _names_told(self, passages: Sequence[Passage]) -> list[Mention]:
        """Return the names the base does not hold: capitalised ones, stock codes, peoples for countries."""
        known = self._listed
        found: list[Mention] = []
        for passage in passages:
            if passage.language in LANGUAGES:
                part = self._part(passage)
                near = [_moved(m, -passage.start) for m in known if passage.start <= m.start < passage.end]
                pack = load_pack(passage.language)
                near += [m for m in find_groups(part, pack) if all(m.end <= n.start or n.end <= m.start for n in near)]
                found += [_moved(m, passage.start) for m in near if not m.known or m.score == GROUP_SCORE]
                found += [
                    _moved(m, passage.start) for m in find_unlisted(part, sorted(near, key=lambda m: m.start), pack)
                ]
        return found

    def _part(self, passage: Passage) -> TextView:
        return TextView(
            *(part[passage.start : passage.end] for part in (self.view.text, self.view.norm, self.view.low))
        )

    @cached_property
    def name_counts(self) -> Counter[str]:
        """How often each name stands in the article."""
        return Counter(m.name for m in self.mentions)

    @cached_property
    def first_named(self) -> dict[str, Mention]:
        """Each name's first mention."""
        first: dict[str, Mention] = {}
        for mention in self.mentions:
            first.setdefault(mention.name, mention)
        return first

    @cached_property
    def spans_of_names(self) -> dict[str, list[Span]]:
        """Where each name stands."""
        spans: dict[str, list[Span]] = {}
        for mention in self.mentions:
            spans.setdefault(mention.name, []).append((mention.start, mention.end))
        return spans

    @cached_property
    def highest_counts(self) -> dict[str, int]:
        """How often the name of each kind that stands most often does."""
        highest: dict[str, int] = {}
        for mention in self.mentions:
            highest[mention.kind] = max(highest.get(mention.kind, 0), self.name_counts[mention.name])
        return highest

    @cached_property
    def most_named(self) -> list[Mention]:
        """Whom the article is about: the firm, and the model or product, that it names most, and at least twice."""
        found = []
        for kinds in (("organisation", "unknown"), ("model", "product")):
            named = Counter(m.name for m in self.mentions if m.kind in kinds)
            if named and named.most_common(1)[0][1] > 1:
                first = named.most_common(1)[0][0]
                found.append(next(m for m in self.mentions if m.name == first))
        return found

    def words_between(self, start: int, end: int) -> float:
        """Return the number of words in [start, end); two Han characters make a word."""
        spaces, han = self._word_ends
        counted = (bisect_left(marks, end) - bisect_left(marks, start) for marks in (spaces, han))
        return next(counted) + next(counted) / 2

    def quotes_between(self, start: int, end: int) -> int:
        """Return the number of straight quotation marks in [start, end)."""
        return bisect_left(self._quotes, end) - bisect_left(self._quotes, start)

    @cached_property
    def _quotes(self) -> list[int]:
        return [m.start() for m in _QUOTE.finditer(self.view.norm)]

    @cached_property
    def _word_ends(self) -> tuple[list[int], list[int]]:
        low = self.view.low
        return [m.start() for m in _SPACE.finditer(low)], [m.start() for m in _HAN.finditer(low)]

    @cached_property
    def title_mentions(self) -> list[Mention]:
        return self.names.find(self.title) if self.title else []

    @cached_property
    def title_kinds(self) -> list[str]:
        """The kinds of known names in the title."""
        return list(dict.fromkeys(m.kind for m in self.title_mentions if m.known))

    def line_at(self, at: int) -> Line | None:
        """Return the line that holds offset `at`, or None."""
        i = bisect_right(self._line_starts, at) - 1
        return self.lines[i] if i >= 0 and at < self.lines[i].end else None

    @cached_property
    def _line_starts(self) -> list[int]:
        return [line.start for line in self.lines]

    def cues(self, line: Line) -> dict[str, list[Span]]:
        """Return the cue words of a line by cue, looked up once."""
        if not line.cues:
            low = self.view.low
            for name, pattern in line.pack.cue_patterns.items():
                hits = [m.span() for m in pattern.finditer(low, line.start, line.end)]
                if hits:
                    line.cues[name] = hits
            line.cues.setdefault("", [])
        return line.cues

    def mentions_in(self, start: int, end: int) -> list[Mention]:
        """Return the names that begin in [start, end)."""
        return self.mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _lines(self, passages: Sequence[Passage]) -> list[Line]:
        lines: list[Line] = []
        for passage in passages:
            if passage.language not in LANGUAGES:
                continue
            pack = load_pack(passage.language)
            view = self._part(passage)
            blocked = [
                (m.start - passage.start, m.end - passage.start)
                for m in self.mentions_in(passage.start, passage.end)
                if m.kind in _NUMBERED_KINDS or not m.known
            ]
            found = [_shifted(q, passage.start) for q in find_quantities(view, pack, blocked)]
            starts = [q.start for q in found]
            for sentence in split_sentences(view):
                placed = Sentence(
                    sentence.start + passage.start,
                    sentence.end + passage.start,
                    tuple(c + passage.start for c in sentence.clauses),
                )
                inside = found[bisect_left(starts, placed.start) : bisect_left(starts, placed.end)]
                mentions = self.mentions_in(placed.start, placed.end)
                lines.append(Line(len(lines), placed, pack, inside, mentions))
        return lines

    def _read_tables(self) -> None:
        """Give the cells of tables (Markdown, or divided by tabs) their header, label and caption."""
        low = self.view.low
        headers: list[Span] = []
        previous: Line | None = None
        caption: Span | None = None
        for line in self.lines:
            row = low[line.start : line.end]
            if not is_row(row):
                headers, previous, caption = [], None, (line.start, line.end)
                continue
            cells = list(_cells(low, line.start, line.end))
            if _RULE.fullmatch(row):
                headers = _as_header(previous) if previous else []
                continue
            if previous is not None and not headers and _may_head(previous) and line.quantities:
                headers = _as_header(previous)
            label = cells[0] if cells else None
            line.cells = [
                Cell(
                    span,
                    headers[i] if i < len(headers) else None,
                    label if span != label else None,
                    headers[0] if headers else None,
                    caption,
                )
                for i, span in enumerate(cells)
            ]
            previous = line

    def _find_headings(self) -> None:
        heading: int | None = None
        low = self.view.low
        for line in self.lines:
            body = low[line.start : line.end]
            line.heading = heading
            if line.cells or not body:
                continue
            own_line = low[line.end : line.end + 1] in ("\n", "") and (
                line.start == 0
                or low[max(0, line.start - 3) : line.start].strip(" #*>-\t").endswith("\n")
                or "\n" in low[max(0, line.start - 3) : line.start]
            )
            short = len(body) <= HEADING_LENGTH and own_line
            bullet = body[0] in "-•*·–"
            if (
                short
                and not bullet
                and not _NO_HEADING.match(self.view.norm[line.start : line.end])
                and (body[-1:] in ":：" or _HEADING_MARK.match(body) or body[-1:] not in '.!?。！？;；,，|"”')
            ) or (short and bullet and body[-1:] in ":："):
                line.is_heading = True
                heading = line.index


def _is_part_of_name(quantity: Quantity, mentions: Sequence[Mention]) -> bool:
    """Tell whether a number stands within a product's name that the model found."""
    return any(
        not m.known and m.kind == "product" and m.start < quantity.start and quantity.end <= m.end for m in mentions
    )


def _may_head(line: Line) -> bool:
    """Tell whether a row without a rule below it may be a header: it has no figure but "1M tokens" and the like."""
    return all(q.unit == "token" or q.bound == "vague" for q in line.quantities)


def _as_header(line: Line) -> list[Span]:
    """Return the spans of a header's cells; what it names is the unit of its columns, no figure of its own."""
    line.quantities = []
    return [cell.span for cell in line.cells]


def _moved(mention: Mention, by: int) -> Mention:
    return replace(mention, start=mention.start + by, end=mention.end + by)


def _shifted(quantity: Quantity, by: int) -> Quantity:
    return Quantity(
        quantity.start + by, quantity.end + by, quantity.value_low, quantity.value_high, quantity.bound, quantity.unit
    )


def _cells(low: str, start: int, end: int) -> Iterator[Span]:
    at = start
    for part in low[start:end].split("|"):
        begin, stop = at, at + len(part)
        at = stop + 1
        if part.strip() or start < begin < end:
            yield begin, stop
