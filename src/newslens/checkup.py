"""What newslens has to work with: versions, language packs, names, store. The first look when something is wrong."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, requires, version

from newslens.errors import NewslensError, SetupError, StoreError
from newslens.store import open_store


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: what was found, or what is wrong with it and the exit code that has; 0 if nothing."""

    name: str
    found: str
    exit_code: int = 0


def check_all(db: str) -> Iterator[Check]:
    """Yield what there is, one thing at a time; `db` is the path or URL of the store."""
    yield Check("newslens", version("newslens"))
    yield Check("python", f"{platform.python_version()} on {platform.platform()}")
    for package in required_packages():
        yield _check(package, partial(_package, package))
    yield _check("extractor", _extractor)
    yield _check("language packs", _language_packs)
    yield _check("names", _names)
    yield _check("names model", _names_model)
    yield _check("store", partial(_store, db))


def required_packages() -> list[str]:
    """Return the names of the packages that the base install asks for."""
    asked = [line for line in requires("newslens") or [] if "extra ==" not in line]
    return sorted(re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] for line in asked)


def _check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, look())
    except NewslensError as error:
        return Check(name, str(error), error.exit_code)


def _package(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError as error:
        raise SetupError("not installed", hint="install newslens again") from error


def _extractor() -> str:
    from newslens.pipeline import EXTRACTOR_VERSION

    return EXTRACTOR_VERSION


def _language_packs() -> str:
    from newslens.languages.pack import load_pack
    from newslens.records import LANGUAGES

    return ", ".join(load_pack(code).code for code in LANGUAGES)


def _names() -> str:
    from newslens.entities.names import load_names

    return f"{len(load_names())} names"


def _names_model() -> str:
    from newslens.entities.shipped_model import ShippedModel

    model = ShippedModel()
    if faults := model.verify():
        raise SetupError("; ".join(faults), hint="install newslens again")
    return f"shipped, version {model.version}"


def _store(db: str) -> str:
    try:
        with open_store(db) as store:
            n_articles = sum(1 for _ in store.query_articles())
            return f"{store.where}, schema {store.schema_version}, {n_articles} articles"
    except StoreError as error:
        if not getattr(error, "is_missing", False):
            raise
        return f"none yet at {db}"
