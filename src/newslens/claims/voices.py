"""Whose voice a stretch of lines is in: quotation blocks, what a source introduces, what a name signs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from newslens.claims.document import Document, Line
from newslens.entities.names import Mention

VoiceKind = Literal["quoted", "introduced", "listed", "signed"]
SPEAKERS = ("person", "outlet", "organisation", "unknown", "model")
LINES_INTRODUCED = 12
PROSE_LENGTH = 160
_COLON = re.compile(r"[:：]\W*$")
_SIGNED = re.compile(r"[\s>]*(?:—|–|--?|~)\s*\S|[^\n]{0,40}@\w+")
_LIST_ITEM = re.compile(r"[ \t]*(?:[-*•·–—|]|\d{1,2}[.)、])")


@dataclass(frozen=True, slots=True)
class Voice:
    """A name in whose voice a line is, and how the text shows it."""

    mention: Mention
    kind: VoiceKind


def find_voices(document: Document) -> dict[int, list[Voice]]:
    """Return the voices of each line, by line index; lines in the article's own voice are left out."""
    voices: dict[int, list[Voice]] = {}
    lines = document.lines
    for i, line in enumerate(lines):
        speaker = _introducer(document, line)
        if speaker:
            for j, kind in _introduced(document, i):
                voices.setdefault(j, []).append(Voice(speaker, kind))
        signer = _signer(document, line)
        if signer:
            for j in _signed_by(document, i):
                voices.setdefault(j, []).append(Voice(signer, "signed"))
    return voices


def _introducer(document: Document, line: Line) -> Mention | None:
    """Return the name a line puts before what follows: "X wrote:", "According to the Y paper", 据X：."""
    body = document.view.norm[line.start : line.end]
    opens = _COLON.search(body) is not None or line.is_heading
    follows = document.lines[line.index + 1] if line.index + 1 < len(document.lines) else None
    if not opens and not (follows and _in_block(document, follows) and not _in_block(document, line)):
        return None
    speakers = [m for m in line.mentions if m.kind in SPEAKERS]
    cues = document.cues(line)
    if not speakers or not ("said_before" in cues or "said_after" in cues or (opens and not line.is_heading)):
        return None
    if line.is_heading and "said_before" in cues:
        return speakers[0]
    people = [m for m in speakers if m.kind in ("person", "outlet")]
    return (people or speakers)[0]


def _introduced(document: Document, i: int) -> list[tuple[int, VoiceKind]]:
    """Return the lines that an introducing line `i` opens: the block, list or paragraphs right after it."""
    lines = document.lines
    following = lines[i + 1 : i + 1 + LINES_INTRODUCED]
    if not following:
        return []
    if _in_block(document, following[0]):
        block: list[tuple[int, VoiceKind]] = []
        for line in lines[i + 1 : i + 60]:
            if not _in_block(document, line):
                break
            block.append((line.index, "quoted"))
        return block
    found: list[tuple[int, VoiceKind]] = []
    listed = lines[i].is_heading and not _is_prose(following[0])
    for line in following:
        if listed and _is_prose(line):
            break
        found.append((line.index, "listed" if listed else "introduced"))
        if not listed and (
            document.view.norm[line.end - 1] == '"'
            or (line.index > i + 1 and _COLON.search(document.view.norm[line.start : line.end]))
        ):
            break
    return found


def _in_block(document: Document, line: Line) -> bool:
    """Tell whether the line stands in a block marked with `>`."""
    norm = document.view.norm
    return norm[norm.rfind("\n", 0, line.start + 1) + 1 : line.start + 1].lstrip()[:1] == ">"


def _is_prose(line: Line) -> bool:
    return line.end - line.start > PROSE_LENGTH


def _signer(document: Document, line: Line) -> Mention | None:
    """Return the name that signs what stands before: "— Sam Altman", "Jane Roe @jroe", "…, Venture Beat"."""
    body = document.view.norm[line.start : line.end]
    speakers = [m for m in line.mentions if m.kind in ("person", "outlet", "unknown")]
    if not speakers:
        return None
    last = speakers[-1]
    if len(body) <= 90 and _SIGNED.match(body) and not line.quantities:
        return speakers[0]
    at_end = not body[last.end - line.start :].strip(' .)」』"*_')
    before = document.view.norm[max(line.start, last.start - 3) : last.start].strip()
    if (
        last.kind == "outlet"
        and at_end
        and (before[-1:] in (",", "(", "—", "-", "，", "（") or last.start == line.start)
    ):
        return last
    return None


def _signed_by(document: Document, i: int) -> list[int]:
    """Return the lines a signature in line `i` covers: back to where the block, or what was introduced, begins."""
    lines, norm = document.lines, document.view.norm
    covered = []
    for line in reversed(lines[max(0, i - LINES_INTRODUCED) : i + 1]):
        if line.index < i and _COLON.search(norm[line.start : line.end]):
            break
        if line.index < i and _in_block(document, lines[i]) != _in_block(document, line):
            break
        covered.append(line.index)
    return covered
