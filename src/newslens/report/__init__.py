"""The report: one HTML file that opens offline, in which every number leads to its sentence.

    groups and claims of the store → what is shown (material) → headlines, conflicts, charts, table → page

What articles say is data here: it is escaped wherever it goes, and nothing of it can run or load anything.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from newslens.errors import SettingsError

if TYPE_CHECKING:
    from newslens.groups.diff import Changes
    from newslens.store.interface import Store


def write_report(store: Store, path: Path, *, language: str = "en", changes: Changes | None = None) -> int:
    """Write the report of the store to the file, which is there whole or as it was before; return its bytes.

    Raises: SettingsError: no report in that language, or the file cannot be written. StoreError: no groups yet.
    """
    from newslens.report.page import render_page

    page = render_page(store, language=language, changes=changes).encode("utf-8", "replace")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(page)
        part.replace(path)
    except OSError as error:
        hint = "check the path, its rights and the disk"
        raise SettingsError(f"cannot write `{path}`: {error.strerror}", hint=hint) from error
    finally:
        if part.parent.is_dir():
            part.unlink(missing_ok=True)
    return len(page)
