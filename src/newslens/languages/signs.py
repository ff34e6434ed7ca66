"""Signs, codes and brands that no language owns, as validated data."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict, ValidationError

from newslens.errors import SetupError

_FILE = "signs.toml"


class Codes(BaseModel):
    """Letter codes of currencies: those that count in any case, and those that are words first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    any_case: list[str]
    never: list[str]


class Signs(BaseModel):
    """The tables of `signs.toml`; keys are folded and in lower case."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    currencies: dict[str, str]
    codes: Codes
    dollars: dict[str, str]
    fractions: dict[str, str]
    chips: dict[str, list[str]]


@cache
def load_signs() -> Signs:
    """Return the signs that all languages share.

    Raises: SetupError: the file is broken (names file and key).
    """
    try:
        table = tomllib.loads(resources.files("newslens.languages").joinpath(_FILE).read_text("utf-8"))
        return Signs.model_validate(table)
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise SetupError(f"{_FILE}: {error}", hint="reinstall newslens", file=_FILE) from error
