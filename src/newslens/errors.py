"""Every error newslens raises on purpose, each with the exit code the command line gives it."""

from __future__ import annotations

from typing import Any, ClassVar


class NewslensError(Exception):
    """Base of all errors raised on purpose: what is wrong, what to do about it, and the facts as attributes.

    `message` names the value that is wrong; `hint` the cure. Further keyword facts become attributes
    (`error.path`), so that a batch can store them.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str | None = None, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.__dict__.update(facts)

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class SettingsError(NewslensError):
    """An option, setting, language or format that is not known or not allowed."""

    exit_code = 2


class ArticleUnreadable(NewslensError):
    """An input that cannot be read as an article; facts: `path`, `place` (line or row, if any)."""

    exit_code = 3


class FetchFailed(ArticleUnreadable):
    """A feed or page that could not be fetched; facts: `path` (its address), `is_worth_retrying`, `retry_after_s`."""


class SetupError(NewslensError):
    """Something newslens needs is missing or broken: a model, a language pack, the names file."""

    exit_code = 4


class StoreError(NewslensError):
    """The store cannot be read or written."""

    exit_code = 5


class StoreUnavailable(StoreError):
    """The store does not answer now; trying again may help."""


class SchemaMismatch(StoreError):
    """The store was written by another schema version; trying again never helps."""


class RunLocked(NewslensError):
    """Another run holds the store's lock."""

    exit_code = 7
