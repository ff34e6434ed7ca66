"""The figures of `scripts/bench.py` as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench_parts import PARTS, WHOLE, WHOLE_WITHOUT_MODEL
from markdown import table


def page(figures: dict[str, Any]) -> str:
    """Return the figures as tables, with a line on what they are of."""
    counts = figures["articles"]["languages"]
    read = ", ".join(
        f"{its['articles']:,} {language} ({its['characters']:,} characters)" for language, its in counts.items()
    )
    model = next((its for its in figures["parts"].values() if "sentences" in its), None)
    share = ""
    if model is not None:
        share = (
            f"The names model read {model['share_read_by_the_model']:.0%} of {model['sentences']:,} sentences: those "
            "around a figure that may state a claim, and the opening, where a name may be unlisted."
        )
    return "\n\n".join(
        filter(
            None,
            [
                f"On {figures['articles']['of']}, each article once: {read}; {figures['machine']}. Processor seconds "
                f"of one thread; other tools read {figures['sample']} articles of each language.",
                table(HEADER, _rows(figures["parts"])),
                share,
                "How many times as many articles newslens reads in the same time, on the same articles:",
                table(("", "", "names model on", "`--no-ner`"), _ratio_rows(figures["ratios"])),
                *_skipped(figures["parts"]),
                table(("whole command", "seconds", "processor seconds", "peak MiB"), _command_rows(figures)),
            ],
        )
    )


HEADER = (
    "processor time, one thread",
    "language",
    "articles/s",
    "characters/s",
    "ms an article",
    "start-up s",
    "peak MiB",
)


def _rows(parts: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    for name, taken in parts.items():
        first = True
        for language, its in taken["languages"].items():
            if "skipped" in its:
                continue
            start_up = f"{its['start_up_cpu_s']:.1f}" if first or PARTS[name].is_peer else ""
            yield (
                name,
                language,
                f"{its['articles_per_cpu_s']:,.1f}",
                f"{its['characters_per_cpu_s']:,}",
                f"{1000 * its['cpu_s'] / its['articles']:.2f}",
                start_up,
                taken["peak_memory_mib"] if first else "",
            )
            first = False


def _ratio_rows(ratios: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    for name, languages in ratios.items():
        for language, its in languages.items():
            yield name, language, its.get(WHOLE, ""), its.get(WHOLE_WITHOUT_MODEL, "")


def _skipped(parts: dict[str, Any]) -> Iterator[str]:
    for name, taken in parts.items():
        for language, its in taken["languages"].items():
            if "skipped" in its:
                yield f"Not measured: {name}, {language}: {its['skipped']}."


def _command_rows(figures: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    for name, taken in figures.get("commands", {}).items():
        shown = f"`{name}`" if name.startswith("newslens") and "," not in name and " of " not in name else name
        yield (shown, *taken.values())
