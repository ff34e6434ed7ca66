"""The night in figures for Prometheus: a file for the textfile collector of node_exporter, replaced as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from newslens.journal import replace_file

LAST_SUCCESS = "newslens_night_last_success_timestamp_seconds"
_COUNTS = ("new", "changed", "unchanged", "duplicate", "forgotten", "quarantined", "failed", "skipped")


def write_metrics(path: Path, summary: Mapping[str, Any], *, ended_at: float) -> None:
    """Write the figures of a night. When the last success was is kept from the file before it.

    Raises: SettingsError: the file cannot be written.
    """
    registry = CollectorRegistry()
    before = _last_success(path)
    last = ended_at if summary["exit_code"] == 0 else before
    single = {
        "newslens_night_exit_code": ("Exit code of the last night, 0 is success.", summary["exit_code"]),
        "newslens_night_timestamp_seconds": ("When the last night ended.", ended_at),
        "newslens_night_duration_seconds": ("How long it took.", summary["seconds"]),
        "newslens_night_problems": ("Exports and the like that failed in it.", len(summary["problems"])),
        "newslens_night_sources_pruned": ("Vanished sources taken away in it.", len(summary["pruned"])),
    }
    if last is not None:
        single[LAST_SUCCESS] = ("When a night last ended with exit code 0.", last)
    for name, (meaning, value) in single.items():
        Gauge(name, meaning, registry=registry).set(value)
    articles = Gauge("newslens_night_articles", "Articles of the last night.", ["outcome"], registry=registry)
    for outcome in _COUNTS:
        articles.labels(outcome).set(summary[outcome])
    claims = Gauge("newslens_night_claims", "Claims found in the last night.", ["claim_type"], registry=registry)
    unclaimed = Gauge(
        "newslens_night_unclaimed", "Figures of the last night that fit no type of claim.", registry=registry
    )
    unclaimed.set(summary["unclaimed"])
    for claim_type, number in summary["claims_by_type"].items():
        claims.labels(claim_type).set(number)
    replace_file(path, lambda part: part.write_bytes(generate_latest(registry)))


def _last_success(path: Path) -> float | None:
    try:
        families = list(text_string_to_metric_families(path.read_text("utf-8")))
    except (OSError, ValueError):
        return None
    return next((sample.value for family in families for sample in family.samples if sample.name == LAST_SUCCESS), None)
