"""A Delta table: a folder of Parquet files with a log, of which a lake's readers see one whole version or the next."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from newslens.errors import SettingsError
from newslens.export.parquet import record_batches
from newslens.rows import Columns, Row


def save(columns: Columns, rows: Iterable[Row], path: Path) -> None:
    """Write the rows as the next version of the table in the folder `path`, made where there is none.

    Raises: SettingsError: deltalake is not installed, or `path` is something else than a Delta table.
    """
    try:
        from deltalake import DeltaTable, write_deltalake
        from deltalake.exceptions import DeltaError
    except ImportError as error:
        raise SettingsError("Delta tables need deltalake", hint="pip install 'newslens[delta]'") from error
    if path.is_file() or (path.is_dir() and any(path.iterdir()) and not DeltaTable.is_deltatable(str(path))):
        raise SettingsError(f"`{path}` is there and is no Delta table", hint="name another folder", path=str(path))
    try:
        write_deltalake(str(path), record_batches(columns, rows), mode="overwrite", schema_mode="overwrite")
    except (DeltaError, OSError) as error:
        hint = "check the path, its rights and the disk"
        raise SettingsError(f"cannot write `{path}`: {error}", hint=hint, path=str(path)) from error
