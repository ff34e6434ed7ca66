"""Claims against gold: how many are found, how many are right, and which are not.

A claim is scored per mention, at three levels, each as precision, recall and F1:

- `found`: the same file and claim type, on spans that share at least a fifth of their union;
- `normalised`: found, with the right unit and amounts (to half a percent);
- `with_subject`: normalised, and about the right thing.

Of the normalised claims, the shares with the right quote (to the character), bound, object, facet, source and
modality are given beside, and F1 over claims that are not plainly asserted. Gold rows that are optional or vague
are not scored: each excuses one claim on its span.
Source: claims contract, "Gold files".
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any, TypeAlias

from newslens.errors import SettingsError
from newslens.records import CORE_TYPES

DETAILS = ("quote", "bound", "object", "facet", "attributed_to", "modality")
LEVELS = ("found", "normalised", "with_subject")

_LEAST_OVERLAP = 0.2
_TOLERANCE = 5e-3
_EMPTY_WORDS = frozenset({"", "nan", "none", "null"})
_NAMES = frozenset({"subject", "object", "attributed_to"})
_DEFAULTS = {"modality": "asserted"}


@dataclass(frozen=True)
class Mention:
    """One claim of the gold or of the claims under test: its cells, and its span in code points, end exclusive."""

    cells: Mapping[str, Any]
    start: int
    end: int
    is_excusing: bool = False

    @cached_property
    def claim_type(self) -> str:
        """The claim's type."""
        return str(self.cells["claim_type"])

    def overlap(self, other: Mention) -> int:
        """Return how many characters the two spans share; negative for those between them."""
        return min(self.end, other.end) - max(self.start, other.start)

    def cell(self, name: str) -> str | None:
        """Return a cell as text, its default where it is empty and has one, else None."""
        value = self.cells.get(name)
        is_empty = value is None or str(value).strip().lower() in _EMPTY_WORDS
        return _DEFAULTS.get(name) if is_empty else str(value)

    def amount(self, name: str) -> float | None:
        """Return a cell as a number, None where it is empty."""
        text = self.cell(name)
        return None if text is None else float(text)


Pair: TypeAlias = tuple[Mention | None, Mention | None]
"""A gold mention and the claim it was matched with; one of them None where it stands alone."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Precision, recall and F1, to four decimals."""

    p: float
    r: float
    f1: float


@dataclass(frozen=True, slots=True)
class Share:
    """How many are right, out of those it was asked of."""

    right: int
    of: int


@dataclass(frozen=True, slots=True)
class Score:
    """The figures for one set of pairs."""

    gold: int
    claims: int
    levels: Mapping[str, Rates]
    details: Mapping[str, Share]
    not_asserted: Rates

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as plain values."""
        parts: dict[str, Any] = {**self.levels, "not_asserted": self.not_asserted, **self.details}
        plain = {name: {key: getattr(part, key) for key in part.__slots__} for name, part in parts.items()}
        return {"gold": self.gold, "claims": self.claims, **plain}


@dataclass(slots=True)
class Report:
    """The figures over all files, by language and by claim type, and what was wrong, a line each."""

    scores: dict[str, Score] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)


def score_claims(
    gold_files: Iterable[Path],
    claims: Iterable[Mapping[str, Any]],
    *,
    texts: Path | None = None,
    only_core: bool = False,
    by_type: bool = False,
) -> Report:
    """Return the figures of `claims`, rows of the claims table, against the gold files.

    `texts` is the folder of the articles where it is not the gold file's own. Claims on files that the gold does
    not hold are left out.
    Raises: SettingsError: a gold file or one of its articles cannot be read.
    """
    by_file: dict[str, list[Mention]] = {}
    for cells in claims:
        mention = Mention(cells, int(cells["char_start"]), int(cells["char_end"]))
        by_file.setdefault(PurePath(str(cells["source"])).name, []).append(mention)
    report, languages, scored = Report(), set[str](), list[tuple[str, Pair]]()
    for gold_file in gold_files:
        for name, language, gold in read_gold(gold_file, texts):
            pairs = match(gold, by_file.get(name, []))
            if only_core:
                pairs = [pair for pair in pairs if _type_of(pair) in CORE_TYPES]
            languages.add(language)
            scored += [(language, pair) for pair in pairs]
            report.mistakes += [line for pair in pairs for line in _mistake(name, *pair)]
    report.scores["all"] = score([pair for _, pair in scored])
    for language in sorted(languages):
        report.scores[language] = score([pair for its, pair in scored if its == language])
    if by_type:
        for claim_type, _ in Counter(_type_of(pair) for _, pair in scored).most_common():
            report.scores[f"type:{claim_type}"] = score([pair for _, pair in scored if _type_of(pair) == claim_type])
    return report


def read_claim_file(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a file of claims as JSON Lines. Raises: SettingsError: it cannot be read, or is none."""
    rows = []
    for number, line in enumerate(_read_text(path).split("\n"), start=1):
        try:
            row = json.loads(line) if line.strip() else None
        except ValueError as error:
            raise SettingsError(f"{path}, line {number}: broken JSON: {error}", hint="give JSON Lines") from error
        if row is None:
            continue
        if not (isinstance(row, dict) and row.keys() >= {"source", "claim_type", "char_start", "char_end"}):
            raise SettingsError(f"{path}, line {number}: not a claim", hint="give what --format jsonl writes")
        rows.append(row)
    return rows


def read_gold(path: Path, texts: Path | None = None) -> list[tuple[str, str, list[Mention]]]:
    """Return for each article of a gold file its file name, its language and its mentions, spans found in its text.

    Raises: SettingsError: the file or an article cannot be read, or a quote is not in the article.
    """
    articles = []
    for number, line in enumerate(_read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            article = json.loads(line)
            name, language, claims = article["file"], article.get("language", "?"), article["claims"]
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise SettingsError(f"{path}, line {number}: not a gold article: {error!r}") from error
        text = _read_text((texts or path.parent) / name)
        articles.append((name, language, [_gold_mention(path, name, text, claim) for claim in claims]))
    return articles


def match(gold: Sequence[Mention], claims: Sequence[Mention]) -> list[Pair]:
    """Return each gold mention with its claim, each claim at most once, right ones first; who is left stands alone.

    Excusing mentions are left out, and with each one claim that it was matched with or else touches.
    """
    candidates = [
        (_fit(wanted, claim), g, c)
        for g, wanted in enumerate(gold)
        for c, claim in enumerate(claims)
        if _is_found(wanted, claim)
    ]
    candidates.sort(key=lambda candidate: candidate[0], reverse=True)
    claim_of: dict[int, int] = {}
    taken: set[int] = set()
    for _, g, c in candidates:
        if g not in claim_of and c not in taken:
            claim_of[g] = c
            taken.add(c)
    pairs: list[Pair] = [
        (wanted, claims[claim_of[g]] if g in claim_of else None)
        for g, wanted in enumerate(gold)
        if not wanted.is_excusing
    ]
    excuses = [wanted for g, wanted in enumerate(gold) if wanted.is_excusing and g not in claim_of]
    for c, claim in enumerate(claims):
        if c in taken:
            continue
        excuse = next((wanted for wanted in excuses if wanted.overlap(claim) > 0), None)
        if excuse is None:
            pairs.append((None, claim))
        else:
            excuses.remove(excuse)
    return pairs


def score(pairs: Sequence[Pair]) -> Score:
    """Return the figures for these pairs."""
    n_gold = sum(wanted is not None for wanted, _ in pairs)
    n_claims = sum(claim is not None for _, claim in pairs)
    found = [(wanted, claim) for wanted, claim in pairs if wanted and claim]
    right = [(wanted, claim) for wanted, claim in found if _is_normalised(wanted, claim)]
    about = [(wanted, claim) for wanted, claim in right if _agree("subject", wanted, claim)]
    hits = dict(zip(LEVELS, map(len, (found, right, about)), strict=True))
    told = [tuple(str(mention.cell("modality")).casefold() for mention in pair) for pair in right]
    return Score(
        gold=n_gold,
        claims=n_claims,
        levels={level: _rates(hit, n_gold, n_claims) for level, hit in hits.items()},
        details={name: _share(name, right) for name in DETAILS},
        not_asserted=_rates(
            sum(wanted == claim != "asserted" for wanted, claim in told),
            sum(wanted != "asserted" for wanted, _ in told),
            sum(claim != "asserted" for _, claim in told),
        ),
    )


def _rates(hits: int, gold: int, claims: int) -> Rates:
    p = hits / claims if claims else 0.0
    r = hits / gold if gold else 0.0
    f1 = 2 * p * r / (p + r) if p + r else 0.0
    return Rates(round(p, 4), round(r, 4), round(f1, 4))


def _share(name: str, pairs: Sequence[tuple[Mention, Mention]]) -> Share:
    """Return how many pairs agree in a detail, of those where either side says anything of it."""
    if name == "quote":
        return Share(sum((a.start, a.end) == (b.start, b.end) for a, b in pairs), len(pairs))
    said = [(a, b) for a, b in pairs if _says(a, name) or _says(b, name)]
    return Share(sum(_agree(name, wanted, claim) for wanted, claim in said), len(said))


def _says(mention: Mention, name: str) -> bool:
    return str(mention.cells.get(name)).strip().lower() not in _EMPTY_WORDS


def _fit(wanted: Mention, claim: Mention) -> tuple[bool, bool, bool]:
    return _is_normalised(wanted, claim), _agree("subject", wanted, claim), not wanted.is_excusing


def _is_found(wanted: Mention, claim: Mention) -> bool:
    union = max(wanted.end, claim.end) - min(wanted.start, claim.start)
    return wanted.claim_type == claim.claim_type and wanted.overlap(claim) >= _LEAST_OVERLAP * union


def _is_normalised(wanted: Mention, claim: Mention) -> bool:
    amounts = ((wanted.amount(name), claim.amount(name)) for name in ("value_low", "value_high"))
    return _agree("unit", wanted, claim) and all(_is_close(*pair) for pair in amounts)


def _is_close(wanted: float | None, claimed: float | None) -> bool:
    if wanted is None or claimed is None:
        return wanted is claimed
    return math.isclose(wanted, claimed, rel_tol=_TOLERANCE, abs_tol=1e-9)


def _agree(name: str, wanted: Mention, claim: Mention) -> bool:
    """Say whether the claim's cell is one of the gold's alternatives (`A|B`).

    Names are compared without case, accents, spaces and signs; an empty alternative (`A|`) allows to leave one out.
    """
    gold, claimed = wanted.cell(name), claim.cell(name)
    key: Callable[[str], str] = _folded if name in _NAMES else str.casefold
    if gold is None:
        return claimed is None
    alternatives = {key(part) for part in gold.split("|")}
    if claimed is None:
        return name in _NAMES and "" in alternatives
    return key(claimed) in alternatives


def _folded(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in decomposed if character.isalnum())


def _gold_mention(path: Path, name: str, text: str, claim: Mapping[str, Any]) -> Mention:
    quote, nth = str(claim["quote"]), int(claim.get("nth") or 1)
    start = -len(quote)
    for _ in range(nth):
        start = text.find(quote, start + len(quote))
        if start < 0:
            raise SettingsError(f"{path}: {name}: no occurrence {nth} of {quote!r}", hint="correct quote or nth")
    is_excusing = bool(claim.get("optional")) or claim.get("bound") == "vague"
    return Mention(claim, start, start + len(quote), is_excusing)


def _read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise SettingsError(f"cannot read `{path}`: {reason}", hint="check --gold and --texts") from error


def _type_of(pair: Pair) -> str:
    wanted, claim = pair
    return (wanted or claim).claim_type  # type: ignore[union-attr]  # one of the two is there


def _mistake(file: str, wanted: Mention | None, claim: Mention | None) -> list[str]:
    if claim is None and wanted is not None:
        return [f"{file}: missed    {_brief(wanted)}"]
    if wanted is None and claim is not None:
        return [f"{file}: invented  {_brief(claim)}"]
    if wanted is None or claim is None or (_is_normalised(wanted, claim) and _agree("subject", wanted, claim)):
        return []
    if _is_normalised(wanted, claim):
        return [f"{file}: subject   {_brief(wanted)}", f"{' ' * len(file)}  claimed   {claim.cell('subject')}"]
    return [f"{file}: wrong     {_brief(wanted)}", f"{' ' * len(file)}  claimed   {_brief(claim)}"]


def _brief(mention: Mention) -> str:
    low, high, unit, subject = (mention.cells.get(name) for name in ("value_low", "value_high", "unit", "subject"))
    return f"{mention.claim_type} [{low}, {high}] {unit} · {subject} · {mention.cells['quote']!r}"
