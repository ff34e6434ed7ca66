"""What a night did, for people and programs: a few lines of text, JSON, Markdown for a mail."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

from newslens.nightly.night import Night

MOST_FAILURES = 100
"""So many are listed one by one; `newslens failures` has them all."""

_ROWS = {"claims": "claims found", "unclaimed": "figures that are no claim"}


def summary_of(night: Night, *, db: str) -> dict[str, Any]:
    """Return it as plain values, in the order in which they matter."""
    counts = night.summary.as_dict()
    run_id = counts.pop("run_id")
    counts.pop("seconds")
    failures = night.failures[:MOST_FAILURES]
    return {
        "state": night.state,
        "exit_code": night.exit_code,
        "dry_run": night.is_dry_run,
        "run_id": run_id,
        "started_at": night.started_at.isoformat(timespec="seconds"),
        "seconds": round(night.seconds, 1),
        "db": without_password(db),
        "newslens_version": version("newslens"),
        "extractor_version": night.extractor_version,
        **counts,
        "claims": night.summary.claims_by_type.total(),
        "pruned": list(night.pruned),
        "written": night.written,
        "error": None if night.error is None else {"message": night.error.message, "hint": night.error.hint},
        "problems": night.problems,
        "warnings": night.warnings,
        "failures": [
            {name: getattr(one, name) for name in ("source", "place", "step", "error", "message", "hint")}
            for one in failures
        ],
    }


def as_json(summary: Mapping[str, Any]) -> str:
    """Return it as one JSON object."""
    return json.dumps(summary, ensure_ascii=False, indent=2) + "\n"


def as_text(summary: Mapping[str, Any]) -> str:
    """Return it in a few lines."""
    return "\n".join(_text_lines(summary)) + "\n"


def _text_lines(summary: Mapping[str, Any]) -> Iterator[str]:
    rehearsed = "dry run: " if summary["dry_run"] else ""
    run = f"run {summary['run_id']}, " if summary["run_id"] is not None else ""
    yield f"{rehearsed}{summary['state']}: {run}{summary['started_at']}, {summary['seconds']:.1f} s"
    if summary["error"]:
        yield f"  error: {summary['error']['message']}"
        if summary["error"]["hint"]:
            yield f"  hint: {summary['error']['hint']}"
    yield f"  articles: {_counts(summary)}"
    if summary["claims"]:
        by_type = ", ".join(f"{name} {number}" for name, number in summary["claims_by_type"].items())
        beside = f"; {summary['unclaimed']} figures that are none" if summary["unclaimed"] else ""
        yield f"  claims: {summary['claims']}: {by_type}{beside}"
    if summary["pruned"]:
        yield f"  {'would be pruned' if summary['dry_run'] else 'pruned'}: {len(summary['pruned'])} vanished sources"
    if summary["written"]:
        yield f"  written: {', '.join(summary['written'])}"
    yield from (f"  problem: {problem}" for problem in summary["problems"])
    yield from (f"  warning: {warning}" for warning in summary["warnings"])
    yield from (f"  failed: {one['message']}" for one in summary["failures"][:10])
    if summary["failed"] > 10:
        yield f"  and {summary['failed'] - 10} more: newslens failures lists them"


def as_markdown(summary: Mapping[str, Any]) -> str:
    """Return it as Markdown; the first line serves as the subject of a mail."""
    return "\n".join(_markdown_lines(summary)) + "\n"


def _markdown_lines(summary: Mapping[str, Any]) -> Iterator[str]:
    day = summary["started_at"][:10]
    yield f"# newslens {day}: {summary['state']}, {summary['new']} new, {summary['failed']} failed"
    yield ""
    if summary["error"]:
        yield f"**{_plain(summary['error']['message'])}** {_plain(summary['error']['hint'] or '')}".rstrip()
        yield ""
    yield "| | |"
    yield "|---|---:|"
    for name in ("new", "changed", "unchanged", "duplicate", "quarantined", "failed", "claims", "unclaimed"):
        yield f"| {_ROWS.get(name, f'articles {name}')} | {summary[name]} |"
    if summary["pruned"]:
        yield f"| sources pruned | {len(summary['pruned'])} |"
    yield f"| seconds | {summary['seconds']} |"
    for title, names in (("Written", "written"), ("Problems", "problems"), ("Warnings", "warnings")):
        if summary[names]:
            yield from ("", f"## {title}", "")
            yield from (f"- {_plain(line)}" for line in summary[names])
    if summary["claims_by_type"]:
        yield from ("", "## Claims by type", "", "| type | claims |", "|---|---:|")
        yield from (f"| {name} | {number} |" for name, number in summary["claims_by_type"].items())
    if summary["failures"]:
        yield from ("", "## Failed", "")
        yield from (f"- {_plain(one['message'])}{_hint(one['hint'])}" for one in summary["failures"])


def _counts(summary: Mapping[str, Any]) -> str:
    always = ("new", "changed", "unchanged", "failed")
    named = {
        "duplicate": "with the same text",
        "forgotten": "kept out",
        "quarantined": "in quarantine",
        "other_language": "in another language",
    }
    counts = [f"{summary[name]} {name}" for name in always]
    return ", ".join(counts + [f"{summary[name]} {words}" for name, words in named.items() if summary[name]])


def _hint(hint: str | None) -> str:
    return f" ({_plain(hint)})" if hint else ""


def _plain(text: str) -> str:
    """Return text as Markdown that shows just it: file names and pages may hold any sign."""
    for sign in "\\`*_[]<>|#":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


def without_password(db: str) -> str:
    """Return a store's URL as it may be shown."""
    try:
        parts = urlsplit(db)
        if parts.password is None:
            return db
    except ValueError:
        return db
    return parts._replace(netloc=f"{parts.username or ''}:***@{parts.netloc.rpartition('@')[2]}").geturl()
