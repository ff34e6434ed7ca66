"""What every store does about groups."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import create_engine, text

import newslens
from newslens.batch import Extractor, Inputs, ingest
from newslens.errors import StoreError
from newslens.groups import make_groups
from newslens.groups.history import changes_since
from newslens.store import open_store
from newslens.store.group_records import CONFLICT_KINDS, GROUP_KINDS, GROUPED_CLAIM_KINDS
from newslens.store.interface import Store

Ingest = Callable[..., None]


@pytest.fixture
def read(where: str, tmp_path: Path, extractor: Extractor) -> Ingest:
    """Ingest texts as files; None removes nothing, it leaves the file out."""

    def read(**texts: str) -> None:
        folder = tmp_path / "articles"
        folder.mkdir(exist_ok=True)
        for name, content in texts.items():
            (folder / f"{name}.txt").write_text(content, "utf-8")
        with open_store(where, create=True) as store:
            ingest(Inputs(paths=(folder,)), store, extractor=extractor)

    return read


def test_groups_are_made_at_the_end_of_an_ingest_and_only_where_something_changed(where: str, read: Ingest) -> None:
    read(a="They have 10 chips.", b="He has 20 chips.")
    with open_store(where) as store:
        groups = list(store.query_groups())
        assert groups
        assert make_groups(store) is None
        claims = list(store.query_grouped_claims())
        assert {len(row) for row in claims} == {len(GROUPED_CLAIM_KINDS)}
        at = list(GROUPED_CLAIM_KINDS)
        assert all(row[at.index("group_id")] and row[at.index("stance")] for row in claims)


def test_groups_follow_the_claims(where: str, read: Ingest) -> None:
    read(a="They have 10 chips.")
    read(b="He has 10 chips.")
    with open_store(where) as store:
        (row,) = store.query_groups()
        cells = dict(zip(GROUP_KINDS, row, strict=True))
        assert (cells["claims"], cells["articles"]) == (2, 2)
        (source,) = [s for s in store.sources() if s.endswith("b.txt")]
        store.forget(source)
        assert make_groups(store) == 1
        (row,) = store.query_groups()
        assert dict(zip(GROUP_KINDS, row, strict=True))["claims"] == 1


def test_ids_are_the_same_whatever_the_history(where: str, read: Ingest, tmp_path: Path, extractor: Extractor) -> None:
    read(a="They have 10 chips.")
    read(b="He has 10 chips and 99 chips.", c="We have 10 chips.")
    with open_store(where) as store:
        grown = sorted(map(str, store.query_groups()))
    with open_store(tmp_path / "other.db", create=True) as store:
        ingest(Inputs(paths=(tmp_path / "articles",)), store, extractor=extractor)
        assert sorted(map(str, store.query_groups())) == grown


def test_a_store_without_groups_says_how_to_make_them(where: str) -> None:
    with open_store(where, create=True) as store, pytest.raises(StoreError, match="no groups are made yet"):
        list(store.query_groups())


def test_views_are_there_for_any_sql_tool(where: str, read: Ingest) -> None:
    read(a="They have 10 chips.", b="He has 99 chips.")
    url = where if "://" in where else f"sqlite:///{where}"
    engine = create_engine(url)
    with engine.connect() as connection:
        for view, kinds in (
            ("v_groups", GROUP_KINDS),
            ("v_claims_latest", GROUPED_CLAIM_KINDS),
            ("v_conflicts", CONFLICT_KINDS),
        ):
            found = connection.execute(text(f"SELECT * FROM {view}"))
            assert list(found.keys()) == list(kinds)
            assert found.fetchall() or view == "v_conflicts"  # two counts of unlike quotes, but of one value
    engine.dispose()


def test_frames_have_types(where: str, read: Ingest) -> None:
    read(a="They have 10 chips.", b="He has 10 chips.")
    groups = newslens.read_groups(where)
    assert list(groups.columns) == list(GROUP_KINDS)
    assert groups["value"].dtype == "float64" and groups["sources"].dtype == "Int64"
    assert isinstance(groups["claim_type"].dtype, pd.CategoricalDtype)
    claims: Any = newslens.read_claims(where)
    joined = claims.merge(groups, on="group_id", suffixes=("", "_of_group"))
    assert len(joined) == len(claims) == 2


def test_changes_since_a_run(where: str, read: Ingest) -> None:
    read(a="They have 10 chips.")
    read(b="He has 99 chips.")
    with open_store(where) as store:
        assert changes_since(store, "1").counts()["new"] == 1
        assert changes_since(store, "2999-01-01").counts()["new"] == 0
        assert changes_since(store, "2000-01-01").counts()["new"] == 2


def test_writing_the_same_groups_again_changes_nothing(where: str, read: Ingest) -> None:
    read(a="They have 10 chips.")

    def held(store: Store) -> list[Any]:
        return [*store.query_groups(), *store.query_grouped_claims()]

    with open_store(where) as store:
        before = held(store)
        store.note_groups_state("old")
        assert make_groups(store) == 1
        assert held(store) == before
