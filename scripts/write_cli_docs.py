"""Write docs/cli.md from the help of every command."""

from pathlib import Path

from newslens.cli.reference import reference

Path(__file__).parents[1].joinpath("docs", "cli.md").write_text(reference(), encoding="utf-8")
