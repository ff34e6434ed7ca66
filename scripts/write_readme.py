"""Write the outputs in README.md again, as its commands and its Python give them now: part of `make docs`."""

from pathlib import Path

from page_blocks import rendered

README = Path(__file__).parents[1] / "README.md"

README.write_text(rendered(README.read_text("utf-8")), "utf-8")
