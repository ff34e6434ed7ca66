"""Every pattern that newslens compiles, measured on strings made to be hard for it: which take more than linear time.

python scripts/pattern_growth.py [--seconds-a-pattern 1.0]

Ends with 1 where there is one. It imports newslens anew, and so wants a process of its own.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SMALL, LARGE = 500, 4_000
LONG = 1_000
"""Characters: a pattern that is never searched for in more than these is not measured."""

SUPER_LINEAR = 24.0  # times as long on a string 8 times as long: between 8, linear, and 64, square
WORTH_TIMING_S = 0.001  # below that the clock says little
FILLERS = (
    "1",
    "1 ",
    "1,",
    "1.",
    " ",
    "a",
    "a ",
    "A",
    "深",
    "亿",
    "(",
    "$",
    "€ ",
    "-",
    "\n",
    ". ",
    "\t",
    "'",
    "é",
    "９",
    "0",
    "/",
    "%",
)


@dataclass(frozen=True)
class Growth:
    """How a pattern fares on its hardest string."""

    module: str
    pattern: str
    unit: str
    small_s: float
    large_s: float

    @property
    def factor(self) -> float:
        """How many times as long the string takes that is 8 times as long."""
        return self.large_s / max(self.small_s, 1e-7)


class Noted:
    """A pattern that notes how it is used: on how long a stretch of text it is searched, not matched at one place."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern
        self.longest_search = 0

    def __getattr__(self, name: str) -> Any:
        used = getattr(self._pattern, name)
        if name not in ("search", "finditer", "findall", "sub", "subn", "split"):
            return used

        def noting(*arguments: Any, **options: Any) -> Any:
            text = arguments[1] if name in ("sub", "subn") else arguments[0]
            start, end = (*arguments[1:3], 0, len(text))[:2] if name in ("search", "finditer") else (0, len(text))
            self.longest_search = max(self.longest_search, min(end, len(text)) - start)
            return used(*arguments, **options)

        return noting


def compiled_patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Return the patterns with which newslens searches long stretches of text, each with its module.

    Those that are only matched at one place, or searched for in a window of a bounded length, are left out: what
    they cost does not grow with the text.
    """
    found: dict[tuple[str, str, int], Noted] = {}
    compile_ = re._compile  # type: ignore[attr-defined]

    def noting(pattern: Any, flags: Any) -> Any:
        if isinstance(pattern, Noted):
            return pattern
        made = compile_(pattern, flags)
        frame = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename == re.__file__:
            frame = frame.f_back
        name = frame.f_code.co_filename.replace("\\", "/") if frame is not None else ""
        if "/newslens/" not in name or not isinstance(made.pattern, str):
            return made
        return found.setdefault((name.rpartition("/newslens/")[2], made.pattern, made.flags), Noted(made))

    re._compile = noting  # type: ignore[attr-defined]
    try:
        for name in [name for name in sys.modules if name.partition(".")[0] == "newslens"]:
            del sys.modules[name]
        _read_everything()
    finally:
        re._compile = compile_  # type: ignore[attr-defined]
    long_searches = {key: noted for key, noted in found.items() if noted.longest_search > LONG}
    return [(module, noted._pattern) for (module, _, _), noted in long_searches.items()]


def _read_everything() -> None:
    import importlib
    import pkgutil

    import newslens

    for module in pkgutil.walk_packages(newslens.__path__, "newslens."):
        if not module.name.startswith(("newslens.cli", "newslens.store.migrations")):  # alembic runs these itself
            importlib.import_module(module.name)
    from newslens.ingest import read_articles
    from newslens.pipeline import extract, warm_up

    warm_up()
    for article in read_articles([ROOT / "seeds", ROOT / "tests" / "gold"], on_error=lambda _: None):
        extract(article)
        extract(article.text.replace("\n", " ").replace(". ", ", "))  # one long sentence


def units_for(pattern: re.Pattern[str], chance: random.Random) -> Iterator[str]:
    """Yield pieces that are repeated to make hard strings: what nearly matches, and common signs."""
    tree = re._parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)  # type: ignore[attr-defined]
    for _ in range(12):
        sample = _sample(tree, chance)[:60]
        if sample:
            yield sample
            yield sample[: chance.randrange(len(sample)) + 1]
            yield sample[-1]
    yield from FILLERS


def _sample(tree: Any, chance: random.Random) -> str:
    """Return a string that the pattern might match; assertions are not looked at."""
    parts: list[str] = []
    for operation, argument in tree:
        name = str(operation)
        if name == "LITERAL":
            parts.append(chr(argument))
        elif name == "NOT_LITERAL":
            parts.append("x" if argument != ord("x") else "y")
        elif name == "ANY":
            parts.append(chance.choice("a1 "))
        elif name == "IN":
            parts.append(_member(argument, chance))
        elif name == "BRANCH":
            parts.append(_sample(chance.choice(argument[1]), chance))
        elif name == "SUBPATTERN":
            parts.append(_sample(argument[3], chance))
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, inner = argument
            count = min(int(most), int(least) + chance.randrange(3))
            parts += [_sample(inner, chance) for _ in range(count)]
        elif name == "ATOMIC_GROUP":
            parts.append(_sample(argument, chance))
    return "".join(parts)


_CATEGORIES = {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a", "CATEGORY_NOT_SPACE": "a"}


def _member(choices: Any, chance: random.Random) -> str:
    if str(choices[0][0]) == "NEGATE":
        excluded = {chr(value) for kind, value in choices[1:] if str(kind) == "LITERAL"}
        return next((sign for sign in "a1 x,\u6df1" if sign not in excluded), "q")
    kind, value = chance.choice(choices)
    if str(kind) == "LITERAL":
        return chr(value)
    if str(kind) == "RANGE":
        return chr(chance.randint(value[0], min(value[1], value[0] + 500)))
    return _CATEGORIES.get(str(value), "-")


def growth(module: str, pattern: re.Pattern[str], *, limit_s: float = 1.0, seed: int = 0) -> Growth:
    """Return how the pattern fares on the hardest of its strings that were tried within the limit."""
    chance = random.Random(f"{seed}{pattern.pattern}")
    worst = Growth(module, pattern.pattern, "", 1.0, 0.0)
    started = time.monotonic()
    for unit in dict.fromkeys(units_for(pattern, chance)):
        for tail in ("", "\x00"):
            worst = max(worst, _tried(module, pattern, unit, tail, worst.factor), key=lambda one: one.factor)
        if time.monotonic() - started > limit_s:
            break
    return worst


def _tried(module: str, pattern: re.Pattern[str], unit: str, tail: str, to_beat: float) -> Growth:
    texts = _made(unit, SMALL, tail), _made(unit, LARGE, tail)
    large = _best(pattern, texts[1], 1)
    if large < WORTH_TIMING_S:
        return Growth(module, pattern.pattern, unit, 1.0, 0.0)
    small = _best(pattern, texts[0], 3)
    if large / small > max(to_beat, SUPER_LINEAR / 2):  # worth a second look, since the clock is coarse
        small, large = _best(pattern, texts[0], 10), min(large, _best(pattern, texts[1], 2))
    return Growth(module, pattern.pattern, unit, small, large)


def _made(unit: str, length: int, tail: str) -> str:
    return unit * (length // len(unit)) + tail


def _best(pattern: re.Pattern[str], text: str, times: int) -> float:
    best = float("inf")
    for _ in range(times):
        started = time.process_time()  # not the clock: the machine may do other things
        for _match in pattern.finditer(text):
            pass
        best = min(best, time.process_time() - started)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds-a-pattern", type=float, default=1.0)
    limit_s = parser.parse_args().seconds_a_pattern
    patterns, n_slow = compiled_patterns(), 0
    for module, pattern in patterns:
        one = growth(module, pattern, limit_s=limit_s)
        for seed in (1, 2):  # the machine may have been busy with something else
            if one.factor > SUPER_LINEAR:
                one = min(one, growth(module, pattern, limit_s=4.0, seed=seed), key=lambda tried: tried.factor)
        if one.factor > SUPER_LINEAR:
            n_slow += 1
            took = f"{one.factor:6.1f}x {1000 * one.large_s:8.1f} ms"
            print(f"{took}  {module}  {pattern.pattern[:90]!r} on {one.unit[:30]!r}")
    told = f"{len(patterns)} patterns that search whole texts, measured on growing strings"
    print(f"{told}: {n_slow} take more than linear time")
    raise SystemExit(1 if n_slow else 0)


if __name__ == "__main__":
    main()
