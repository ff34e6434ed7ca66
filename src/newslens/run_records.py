"""What a run is asked for, counts, and tells."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from newslens.extraction import TIME_LIMIT_S
from newslens.records import LANGUAGES, Article, Extraction
from newslens.store.interface import QUARANTINE_AFTER, Failure, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How a run goes about its articles, and what it is noted as.

    `time_limit_s` bounds the processor time that one article's extraction takes; None sets no bound. One that fails
    `quarantine_after` times is left alone from then on. `force` extracts again what is unchanged or quarantined.
    `workers` processes extract; 1 is this one alone, 0 as many as processor cores where there is enough to do.
    `config_hash` stands for all that was asked for, so that a run can tell that it finishes what a killed one
    began; by default it is made of the inputs.
    """

    force: bool = False
    workers: int = 1
    time_limit_s: float | None = TIME_LIMIT_S
    quarantine_after: int = QUARANTINE_AFTER
    command: str = "ingest"
    config_hash: str | None = None


@dataclass(slots=True)
class IngestSummary:
    """What a run did, in numbers; `by_language` and `claims_by_type` count what was extracted in this run.

    `unclaimed` counts the quantities in it that fit no type of claim.
    """

    run_id: int | None = None
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicate: int = 0
    forgotten: int = 0
    quarantined: int = 0
    failed: int = 0
    skipped: int = 0
    other_language: int = 0
    unclaimed: int = 0
    by_language: Counter[str] = field(default_factory=Counter)
    claims_by_type: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def read(self) -> int:
        """Articles that could be read and used, whatever became of them."""
        return self.new + self.changed + self.unchanged + self.duplicate + self.forgotten + self.quarantined

    def count(self, standing: Standing) -> None:
        """Count one article."""
        setattr(self, standing, getattr(self, standing) + 1)

    def count_extracted(self, article: Article, extraction: Extraction) -> None:
        """Count an article's language and its claims."""
        self.by_language[article.language or "und"] += 1
        self.other_language += article.language not in LANGUAGES
        self.claims_by_type.update(claim.claim_type for claim in extraction.claims)
        self.unclaimed += extraction.unclaimed

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers as plain values, the most frequent language and type first."""
        counted = {name: dict(getattr(self, name).most_common()) for name in ("by_language", "claims_by_type")}
        return asdict(self) | counted | {"read": self.read, "seconds": round(self.seconds, 3)}


class Watcher:
    """What a run tells while it goes on; this one listens to nothing."""

    def begun(self, run_id: int) -> None:
        """Called once, when the run has its id."""

    def article(self, article: Article, standing: Standing, claims: int) -> None:
        """Called for each article that was read, when it is done with; `claims` counts what was extracted now."""

    def progress(self, summary: IngestSummary) -> None:
        """Called after each article, with the numbers so far."""

    def failure(self, failure: Failure) -> None:
        """Called for each input that cannot be used."""

    def skip(self, path: Path) -> None:
        """Called for each file of a folder that is no article."""
