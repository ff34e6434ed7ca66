"""Tables, and blocks of a page that a script writes: `<!-- name:begin -->` to `<!-- name:end -->`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table: the first column to the left, the others to the right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def block(page: str, name: str) -> str:
    """Return what stands in the block `name` of the page. Raises: ValueError: the page has no such block."""
    begin, end = _marks(name)
    if begin not in page or end not in page:
        raise ValueError(f"no block {begin} … {end}")
    return page.partition(begin)[2].partition(end)[0].strip("\n")


def with_block(page: str, name: str, content: str) -> str:
    """Return the page with the block `name` holding `content`. Raises: ValueError: the page has no such block."""
    block(page, name)
    begin, end = _marks(name)
    before, _, rest = page.partition(begin)
    return f"{before}{begin}\n{content}\n{end}{rest.partition(end)[2]}"


def write_block(path: Path, name: str, content: str) -> None:
    """Write `content` into the block `name` of the page at `path`."""
    path.write_text(with_block(path.read_text("utf-8"), name, content), "utf-8")


def _marks(name: str) -> tuple[str, str]:
    return f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
