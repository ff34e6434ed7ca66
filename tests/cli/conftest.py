"""Commands run in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from newslens.cli.app import main


@pytest.fixture
def run() -> Callable[..., Any]:
    """Run a command line, and check its exit code."""

    def run(*arguments: str, code: int = 0, **options: Any) -> Any:
        result = CliRunner().invoke(main, list(arguments), **options)
        assert result.exit_code == code, (result.stdout, result.stderr, result.exception)
        return result

    return run
