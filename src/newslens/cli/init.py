"""`newslens init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newslens.cli.output import say
from newslens.config_file import CONFIG_NAME, config_text
from newslens.errors import SettingsError


def init(
    path: Annotated[Path, typer.Argument(metavar="[FILE]", help="Where to write it.")] = Path(CONFIG_NAME),
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Write a file with every setting, its default and what it means."""
    from newslens.settings import Settings

    try:
        with path.open("w" if force else "x", encoding="utf-8") as stream:
            stream.write(config_text(Settings))
    except FileExistsError as error:
        hint = "edit it, or write over it with --force"
        raise SettingsError(f"`{path}` is there already", hint=hint) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SettingsError(f"cannot write `{path}`: {reason}", hint="check the folder and its rights") from error
    say(f"wrote {path}: name your sources in it, then run `newslens nightly`")
