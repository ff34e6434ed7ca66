"""The help of every command as one page, `docs/cli.md`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from newslens.cli.app import main

_WIDTH = 100


def reference() -> str:
    """Return the page, in Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    group: Any = typer.main.get_command(main)
    top = typer.Context(group, info_name="newslens", terminal_width=_WIDTH, **group.context_settings)
    yield "# The command line\n"
    yield "What `--help` says, written here by `scripts/write_cli_docs.py`.\n"
    yield from _section("newslens", top)
    for name, command in group.commands.items():
        context = typer.Context(command, info_name=name, parent=top, terminal_width=_WIDTH)
        yield from _section(f"newslens {name}", context)
        for below, command_below in getattr(command, "commands", {}).items():
            inner = typer.Context(command_below, info_name=below, parent=context, terminal_width=_WIDTH)
            yield from _section(f"newslens {name} {below}", inner)


def _section(title: str, context: typer.Context) -> Iterator[str]:
    yield f"## {title}\n"
    yield "```text"
    yield context.get_help()
    yield "```\n"
