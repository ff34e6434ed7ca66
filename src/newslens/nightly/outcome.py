"""Word of a night: the summary's files, the webhook, the metrics."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newslens.errors import NewslensError
from newslens.journal import replace_file
from newslens.nightly.night import Night
from newslens.nightly.summary import as_json, as_markdown, as_text, summary_of

if TYPE_CHECKING:
    from newslens.settings import Settings


def tell(night: Night, settings: Settings) -> dict[str, Any]:
    """Write and send the summary as the settings say, and return it; what fails is added to the night.

    A night that found another run at work says nothing: the word is that run's.
    """
    if night.state != "locked":
        for form, file in _files(settings).items():
            _write(night, settings, form, file)
        if settings.webhook.url:
            from newslens.nightly.webhook import post_summary

            problem = post_summary(settings.webhook, summary_of(night, db=settings.db))
            night.warnings += [problem] if problem else []
        if settings.metrics.file:
            _write(night, settings, "metrics", settings.metrics.file)
    return summary_of(night, db=settings.db)


def _files(settings: Settings) -> Mapping[str, str]:
    named = settings.summary
    files = {"text": named.text_file, "json": named.json_file, "markdown": named.markdown_file}
    return {form: file for form, file in files.items() if file}


def _write(night: Night, settings: Settings, form: str, file: str) -> None:
    summary = summary_of(night, db=settings.db)
    try:
        if form == "metrics":
            from newslens.nightly.metrics import write_metrics

            write_metrics(Path(file), summary, ended_at=(night.finished_at or night.started_at).timestamp())
        else:
            text = {"text": as_text, "json": as_json, "markdown": as_markdown}[form](summary)
            replace_file(Path(file), lambda part: part.write_text(text, "utf-8", "backslashreplace"))
    except NewslensError as error:
        night.problems.append(str(error))
