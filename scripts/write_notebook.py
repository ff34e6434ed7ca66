"""Write the outputs in docs/notebook.md again, as its code gives them now: part of `make docs`."""

from pathlib import Path

from page_blocks import rendered

PAGE = Path(__file__).parents[1] / "docs" / "notebook.md"

PAGE.write_text(rendered(PAGE.read_text("utf-8")), "utf-8")
