"""The command group: where errors become one line, a hint and an exit code."""

from __future__ import annotations

import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from newslens.cli.output import flush, say_error
from newslens.errors import NewslensError, SettingsError

ASKS_FOR_HELP = "newslens.asks_for_help"
"""Where a command's context says that only its help is wanted."""

_UsageError: Any = typer.BadParameter.__mro__[1]  # typer has it, and does not give it a name of its own


class CommandGroup(TyperGroup):
    """Commands whose errors are told as users see them, in tests too.

    A `NewslensError` ends with its own exit code, wrong usage with 2. A reader that goes away (`| head`) ends the
    command quietly. Any other exception is a bug and shows as one.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the options before the command."""
        try:
            rest = super().parse_args(ctx, args)
            ctx.meta[ASKS_FOR_HELP] = not {"-h", "--help"}.isdisjoint(rest)
            return rest
        except _UsageError as error:
            raise _ended(_usage(error)) from error

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                flush()
        except NewslensError as error:
            raise _ended(error) from error
        except _UsageError as error:
            raise _ended(_usage(error)) from error
        except BrokenPipeError:
            # What is left in the buffer has nowhere to go; the interpreter would complain about it at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None


def _ended(error: NewslensError) -> typer.Exit:
    say_error(error)
    return typer.Exit(error.exit_code)


def _usage(error: Any) -> SettingsError:
    command = error.ctx.command_path if error.ctx else "newslens"
    message = error.format_message().strip().rstrip(".")
    return SettingsError(message[:1].lower() + message[1:], hint=f"see `{command} --help`")
