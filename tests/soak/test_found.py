"""What the soak found, and what became of it."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import pytest

from newslens import find_quantities
from newslens.errors import ArticleUnreadable
from newslens.ingest import articles, read_articles, web_page
from newslens.records import Article
from newslens.time_limit import TimeIsUp, time_limit


def read(path: Path) -> tuple[list[Article], list[ArticleUnreadable]]:
    problems: list[ArticleUnreadable] = []
    return list(read_articles([path], on_error=problems.append)), problems


def test_a_csv_header_with_an_odd_line_end(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"text\rtitle\n5 chips,x\n")
    found, (problem,) = read(path)
    assert found == []
    assert "broken header" in problem.message


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
def test_utf16_that_breaks_off(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    text = {".jsonl": '{"text": "5 chips"}\n{"text": "6 chips"}\n', ".csv": "text\n5 chips\n6 chips\n"}[suffix]
    path.write_bytes(b"\xff\xfe" + text.encode("utf-16-le") + b"\x00\xd8")
    found, problems = read(path)
    assert [article.text for article in found][:1] in ([], ["5 chips"])
    assert problems
    assert not [one for one in problems if "bug" in (one.hint or "")]


def test_a_row_of_a_parquet_table_with_broken_text_costs_only_itself(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "x.parquet"
    pq.write_table(
        pa.table({"text": ["5 chips", "broken text", "6 chips"]}), path, compression="none", use_dictionary=False
    )
    path.write_bytes(path.read_bytes().replace(b"broken text", b"broken \xe7ext"))
    found, (problem,) = read(path)
    assert [article.text for article in found] == ["5 chips", "6 chips"]
    assert "row 2: broken text: it is no UTF-8" in problem.message


@pytest.mark.parametrize(("text", "value"), [("打٣折。", "0.3"), ("增长٣成。", "30"), ("打٣.٥折。", "0.35")])
def test_digits_of_other_scripts_before_a_chinese_word(text: str, value: str) -> None:
    assert [str(quantity.value_low) for quantity in find_quantities(text, language="zh")] == [value]


@pytest.mark.parametrize("data", [b"\xff\xfe\x01\x00\x00\x00", b"\x00\x00\t\x00\r\x00" + b" \x00" * 20])
def test_a_nul_in_utf16_is_never_stored(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(data)
    found, (problem,) = read(path)
    assert found == []
    assert "cannot read" in problem.message


def test_a_bug_in_a_reader_costs_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(f"{name} has 5 chips.")
    whole = articles.load_reader

    def breaking(target: str) -> object:
        def reading(file: object, settings: object) -> object:
            if getattr(file, "source", "").endswith("a.txt"):
                raise ZeroDivisionError("division by zero")
            return whole(target)(file, settings)  # type: ignore[arg-type]

        return reading

    monkeypatch.setattr(articles, "load_reader", breaking)
    found, (problem,) = read(tmp_path)
    assert [article.text for article in found] == ["b.txt has 5 chips."]
    assert "ZeroDivisionError: division by zero" in problem.message
    assert "this is a bug in newslens, at test_found.py, line " in (problem.hint or "")


def test_a_page_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_page, "TIME_LIMIT_S", 0.5)
    path = tmp_path / "x.html"
    path.write_text("<html><body>" + "<ul><li>5 chips</ul>" * 60_000)
    started = time.monotonic()
    found, (problem,) = read(path)
    assert time.monotonic() - started < 15
    assert found == []
    assert "not done after 0.5 s" in problem.message
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_a_time_limit_leaves_an_outer_one_alone() -> None:
    with pytest.raises(TimeIsUp), time_limit(0.2), time_limit(60):
        time.sleep(5)
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


def test_a_thread_has_no_time_limit() -> None:
    done: list[bool] = []

    def work() -> None:
        with time_limit(0.01):
            time.sleep(0.05)
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]
