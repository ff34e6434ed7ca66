"""Stores of earlier releases are upgraded: whole, or not at all."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, inspect

from newslens.errors import RunLocked, SchemaMismatch
from newslens.store import open_store, upgrade
from newslens.store.interface import Store
from newslens.store.schema import SCHEMA_VERSION

DUMP = Path(__file__).parents[1] / "fixtures" / "first_release.sql"


@pytest.fixture
def first_release(tmp_path: Path) -> Path:
    """A database as the first release left it: three articles, one of them under two sources, and three claims."""
    path = tmp_path / "first.db"
    with sqlite3.connect(path) as raw:
        raw.executescript(DUMP.read_text("utf-8"))
    raw.close()
    return path


def engine_of(store: Store) -> Engine:
    engine: Engine = vars(store)["_engine"]
    return engine


def shape(engine: Engine) -> dict[str, Any]:
    """Return all that makes up the tables."""
    seen = inspect(engine)
    return {
        table: {
            "columns": sorted(
                (c["name"], str(c["type"]), c["nullable"], c["default"]) for c in seen.get_columns(table)
            ),
            "key": seen.get_pk_constraint(table)["constrained_columns"],
            "foreign": [
                (k["constrained_columns"], k["referred_table"], k["options"]) for k in seen.get_foreign_keys(table)
            ],
            "indexes": sorted((i["name"], i["column_names"], i["unique"]) for i in seen.get_indexes(table)),
            "unique": [u["column_names"] for u in seen.get_unique_constraints(table)],
        }
        for table in sorted(seen.get_table_names())
    }


def test_a_store_of_the_first_release_is_upgraded_on_opening(first_release: Path) -> None:
    with open_store(first_release) as store:
        assert store.upgraded_from == 1
        assert store.schema_version == SCHEMA_VERSION
        rows = [(c.source, c.claim_type, c.subject, c.quote) for c in store.query_claims()]
        assert rows == [
            ("news/a.txt", "training_cost", "DeepSeek-V3", "$5.6 million"),
            ("news/a.txt", "chip_count", "DeepSeek-V3", "2,048 H800 chips"),
            ("news/b.txt", "token_price", "o1", "60 $ par million de jetons"),
        ]
        assert list(store.sources()) == ["news/a.txt", "news/b.txt", "news/d.txt", "news/e.txt"]
        assert store.remember("news/f.txt") == ("news/f.txt",)
        (failure,) = store.query_failures()
        assert failure[0] == "news/c.txt"
        run = store.latest_run()
        assert run is not None
        assert (run.run_id, run.state, run.command, run.models) == (1, "finished", None, {})
        assert list(store.verify()) == []
        assert [row[3] for row in store.query_claim_rows_at(1)] == [row[3] for row in store.query_claim_rows()]
        assert list(store.query_claim_rows_at(0)) == []
    with open_store(first_release) as store:
        assert store.upgraded_from is None


def test_an_upgraded_store_can_be_written(first_release: Path, make_article: Any, make_claim: Any) -> None:
    with open_store(first_release) as store, store.exclusive():
        run = store.begin_run(package_version="0", extractor_version="2", command="ingest", config_hash="c")
        article = make_article("news/a.txt")
        assert store.put_article(article, [make_claim(article)], extractor_version="2", run_id=run)
        store.finish_run(run, "finished", {})
        assert [c.quote for c in store.query_claims()] == ["5.576 million dollars", "60 $ par million de jetons"]
        assert len(list(store.query_claim_rows_at(1))) == 3
        assert list(store.verify()) == []


def test_migrated_and_new_stores_have_the_same_tables(where: str, tmp_path: Path) -> None:
    with open_store(where, create=True) as store:
        made = shape(engine_of(store))
        with engine_of(store).begin() as connection:
            for table in reversed(inspect(connection).get_table_names()):
                connection.exec_driver_sql(f"DROP TABLE {table}" + (" CASCADE" if "://" in where else ""))
        with engine_of(store).begin() as connection:
            from alembic import command

            config = upgrade._config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        assert shape(engine_of(store)) == made


def test_an_upgrade_that_fails_leaves_all_as_it_was(first_release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dump() -> list[str]:
        with sqlite3.connect(first_release) as raw:
            return list(raw.iterdump())

    whole, real = dump(), upgrade.upgrade_tables

    def broken(connection: Any, found: int) -> None:
        real(connection, found)
        raise ZeroDivisionError

    monkeypatch.setattr("newslens.store.sqlite.upgrade_tables", broken)
    with pytest.raises(ZeroDivisionError):
        open_store(first_release)
    assert dump() == whole
    monkeypatch.undo()
    open_store(first_release).close()


def test_no_upgrade_beside_a_run(first_release: Path) -> None:
    from filelock import FileLock

    with FileLock(f"{first_release}.lock"), pytest.raises(RunLocked):
        open_store(first_release)


@pytest.mark.postgres
def test_a_shared_database_is_upgraded_only_when_told_to(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        from alembic import command

        config = upgrade._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "1")
        connection.exec_driver_sql("DROP TABLE alembic_version")
        connection.exec_driver_sql("INSERT INTO meta VALUES ('schema_version', '1')")
    with pytest.raises(SchemaMismatch, match="schema version 1") as caught:
        open_store(postgres_url, create=True)
    assert "newslens migrate" in str(caught.value.hint)
    with open_store(postgres_url, upgrade=True) as store:
        assert store.upgraded_from == 1
    with open_store(postgres_url) as store:
        assert store.upgraded_from is None
        assert list(store.query_claims()) == []
    engine.dispose()


def test_a_newer_store_is_refused(where: str) -> None:
    with open_store(where, create=True) as store, engine_of(store).begin() as connection:
        connection.exec_driver_sql("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    with pytest.raises(SchemaMismatch, match="schema version 99") as caught:
        open_store(where, upgrade=True)
    assert vars(caught.value)["found"] == "99"
