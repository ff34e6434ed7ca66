"""What every export format keeps: the contract's columns, each cell, nothing for what is empty."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from newslens.errors import SettingsError
from newslens.export import WRITERS, format_of, save_rows, write_rows
from newslens.export.delimited import csv_cell
from newslens.export.table import cells_wide, human_number, table_lines
from newslens.records import CLAIM_COLUMNS, Claim
from newslens.rows import CLAIM_KINDS, Columns, Row, claim_of, claim_row

HARD_TEXTS = [
    "plain",
    'quotes " and , commas; and\ttabs',
    "two\nlines",
    "a carriage\rreturn",
    "深度求索 的成本 👩‍🚀",
    "une cinquantième\u00a0partie\u202f%",
    "null",
    "nan",
    "007",
    "1e5",
    "https://example.org/?a=1&b=2",
    "</script><b>&amp;",
    "_x0041_",
]
AMOUNTS = [5_600_000.0, 0.1, 1 / 30, 5e11, -5.89e11, 1e-7, 123456789.125, 0.0]


def written(form: str, columns: Columns, rows: Iterable[Row]) -> bytes:
    stream = io.BytesIO()
    write_rows(form, columns, rows, stream)
    return stream.getvalue()


def from_csv(data: bytes) -> list[dict[str, Any]]:
    return [
        {n: c or None for n, c in row.items()} for row in csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""))
    ]


def from_jsonl(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.decode("utf-8").split("\n")[:-1]]


def from_xlsx(data: bytes) -> list[dict[str, Any]]:
    header, *body = openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in body]


READ_BACK: dict[str, Callable[[bytes], list[dict[str, Any]]]] = {
    "csv": from_csv,
    "jsonl": from_jsonl,
    "json": json.loads,
    "parquet": lambda data: pq.read_table(io.BytesIO(data)).to_pylist(),
    "xlsx": from_xlsx,
}
FORMATS = sorted(READ_BACK)


def as_text(cell: Any) -> str | None:
    """A cell as any reader's: formats differ in whether 5600000 is a number, a date a text."""
    if cell is None:
        return None
    if isinstance(cell, datetime):
        cell = cell.date()
    return str(float(cell)) if isinstance(cell, int | float) else str(cell)


@pytest.fixture
def claims(make_article: Any, make_claim: Any) -> list[Claim]:
    article = make_article()
    return [
        make_claim(article, subject=text, object=text[::-1], value_low=min(low, 1e12), value_high=None, sentence=text)
        for text, low in zip(HARD_TEXTS, AMOUNTS * 2, strict=False)
    ]


def test_every_format_is_read_back_here() -> None:
    assert set(WRITERS) == {*READ_BACK, "table"}


@pytest.mark.parametrize("form", FORMATS)
def test_every_cell_comes_back(form: str, claims: list[Claim]) -> None:
    rows = [claim_row(claim) for claim in claims]
    back = READ_BACK[form](written(form, CLAIM_KINDS, rows))
    assert [tuple(row) for row in back] == [CLAIM_COLUMNS] * len(rows)
    for row, read in zip(rows, back, strict=True):
        for (name, kind), cell in zip(CLAIM_KINDS.items(), row, strict=True):
            got = read[name]
            if form == "csv" and kind in ("number", "integer") and got is not None:
                got = float(got)
            if form == "xlsx" and isinstance(got, str) and isinstance(cell, str):
                got = got.replace("_x005F_", "_").replace("_x000D_", "\r")  # the format's own escapes
            assert as_text(got) == as_text(cell), (form, name)


@pytest.mark.parametrize("form", FORMATS)
def test_no_rows_still_name_the_columns(form: str) -> None:
    data = written(form, CLAIM_KINDS, [])
    assert READ_BACK[form](data) == []
    if form == "parquet":
        assert tuple(pq.read_schema(io.BytesIO(data)).names) == CLAIM_COLUMNS
    if form == "csv":
        assert data.decode() == ",".join(CLAIM_COLUMNS) + "\r\n"


@pytest.mark.parametrize("form", [*FORMATS, "table"])
def test_the_same_rows_give_the_same_bytes(form: str, claims: list[Claim]) -> None:
    if form == "xlsx":
        pytest.skip("the file holds the time of its making")
    rows = [claim_row(claim) for claim in claims]
    assert written(form, CLAIM_KINDS, rows) == written(form, CLAIM_KINDS, iter(rows))


@pytest.mark.parametrize("form", ["csv", "jsonl", "json", "table"])
def test_empty_is_never_a_word(form: str, make_article: Any, make_claim: Any) -> None:
    article = make_article(published_at=None)
    data = written(form, CLAIM_KINDS, [claim_row(make_claim(article, subject=None, value_high=None))]).decode()
    assert "nan" not in data.casefold()
    assert "None" not in data
    assert ("null" in data) == form.startswith("json")


def test_rows_and_claims_are_two_views_of_one(claims: list[Claim]) -> None:
    assert [claim_of(claim_row(claim)) for claim in claims] == claims


# --- numbers


@pytest.mark.parametrize("form", ["csv", "jsonl", "json"])
@pytest.mark.parametrize(
    ("value", "text"),
    [(5600000.0, "5600000"), (5e11, "500000000000"), (0.1, "0.1"), (1e-7, "0.0000001"), (-17.0, "-17"), (0.0, "0")],
)
def test_numbers_are_written_shortest(form: str, value: float, text: str) -> None:
    data = written(form, {"n": "number"}, [(value,)]).decode()
    assert data in (f"n\r\n{text}\r\n", f'{{"n": {text}}}\n', f'[\n{{"n": {text}}}\n]\n')


def test_times_say_that_they_are_utc() -> None:
    assert written("csv", {"t": "time"}, [(datetime(2025, 1, 27, 8, 30),)]) == b"t\r\n2025-01-27T08:30:00Z\r\n"


# --- spreadsheets


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "-1|cmd",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "-",
        "+",
        "--5 %",
        "-5 % (A1)",
        '-1&HYPERLINK("x")',
        "-17 %\n=1+1",
        "＝1+1",
        "- a list item",
        "-A1",
    ],
)
def test_what_a_spreadsheet_would_compute_is_defused(text: str) -> None:
    assert csv_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    [
        "-17 %",
        "+3,5%",
        "-0.22%",
        "- 17 %",
        "-$593bn",
        "-€20 milliards",
        "+ 1 000 millions de dollars",
        "-589\u00a0milliards de dollars américains",
        "-5890亿美元",
        "-2.5 USD/Mtok",
        "+16.9 p.c",
        "17 %",
        "5,6 millions",
        "a=b",
        "'quoted'",
        "",
    ],
)
def test_signed_quantities_and_plain_text_stay(text: str) -> None:
    assert csv_cell(text) == text


def test_defusing_takes_linear_time() -> None:
    assert csv_cell("-1" + ". " * 300_000 + "(").startswith("'-1")
    assert csv_cell("-1" + "a" * 300_000 + "(").startswith("'-1")


def test_xlsx_holds_numbers_dates_and_no_formula(make_article: Any, make_claim: Any) -> None:
    row = claim_row(make_claim(make_article(), subject="=1+1", object="https://example.org", sentence="x" * 40_000))
    sheet = openpyxl.load_workbook(io.BytesIO(written("xlsx", CLAIM_KINDS, [row]))).active
    cells = dict(zip(CLAIM_COLUMNS, next(sheet.iter_rows(min_row=2)), strict=True))
    assert (cells["subject"].data_type, cells["subject"].value) == ("s", "=1+1")
    assert cells["object"].hyperlink is None
    assert (cells["value_low"].data_type, cells["value_low"].value) == ("n", 5_576_000)
    assert cells["published_at"].value == datetime(2025, 1, 27)
    assert len(cells["sentence"].value) == 32_767
    assert cells["sentence"].value.endswith("x…")


def test_xlsx_keeps_every_row() -> None:
    rows = [(n, f"text {n % 7}") for n in range(3000)]
    data = written("xlsx", {"n": "integer", "t": "text"}, rows)
    assert [(row["n"], row["t"]) for row in from_xlsx(data)] == rows


# --- files


def test_a_csv_file_begins_with_a_mark_and_a_stream_does_not(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    save_rows("csv", {"a": "text"}, [("é",)], path)
    assert path.read_bytes() == b"\xef\xbb\xbfa\r\n\xc3\xa9\r\n"
    assert written("csv", {"a": "text"}, [("é",)]) == b"a\r\n\xc3\xa9\r\n"


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text("as before")

    def rows() -> Iterable[Row]:
        yield ("x",)
        raise RuntimeError("torn off")

    with pytest.raises(RuntimeError):
        save_rows("jsonl", {"a": "text"}, rows(), path)
    assert path.read_text() == "as before"
    assert list(tmp_path.iterdir()) == [path]
    save_rows("jsonl", {"a": "text"}, [("x",)], path)
    assert path.read_text() == '{"a": "x"}\n'
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no folder") as caught:
        save_rows("csv", {"a": "text"}, [], tmp_path / "none" / "claims.csv")
    assert caught.value.hint


def test_a_folder_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "claims.csv").mkdir()
    with pytest.raises(SettingsError, match="cannot write"):
        save_rows("csv", {"a": "text"}, [], tmp_path / "claims.csv")


@pytest.mark.parametrize(("name", "form"), [("a.csv", "csv"), ("a.XLSX", "xlsx"), ("a.b.parquet", "parquet")])
def test_the_suffix_names_the_format(name: str, form: str) -> None:
    assert format_of(Path(name)) == form


@pytest.mark.parametrize("name", ["a", "a.txt", "a.table"])
def test_an_unknown_suffix(name: str) -> None:
    with pytest.raises(SettingsError, match=r"known: \.csv, \.jsonl"):
        format_of(Path(name))


# --- the table to read by eye


def test_the_table_of_claims(make_article: Any, make_claim: Any) -> None:
    article = make_article("seeds/a.txt")
    rows = [
        claim_row(make_claim(article)),
        claim_row(
            make_claim(
                article,
                "2,048 H800",
                claim_type="chip_count",
                unit="chip",
                value_low=2048,
                value_high=50_000,
                bound="range",
            )
        ),
    ]
    assert table_lines(CLAIM_KINDS, rows) == [
        "claim_type     subject      value                 quote                  source",
        "training_cost  DeepSeek-V3  ~5.576 M USD          5.576 million dollars  seeds/a.txt",
        "chip_count     DeepSeek-V3  2,048 to 50,000 chip  2,048 H800             seeds/a.txt",
    ]


def test_a_terminal_is_never_overrun_and_a_pipe_never_cut(make_article: Any, make_claim: Any) -> None:
    article = make_article("a/very/long/path/" * 4 + "article.txt", text="深度求索" * 40)
    row = claim_row(make_claim(article, "深度求索" * 40, subject="通义千问" * 10))
    for width in (80, 100):
        lines = table_lines(CLAIM_KINDS, [row], width=width)
        assert max(map(cells_wide, lines)) <= width
        assert lines[1].endswith("article.txt")
        assert "…" in lines[1]
    (_, whole) = table_lines(CLAIM_KINDS, [row])
    assert "深度求索" * 40 in whole
    assert "…" not in whole


def test_an_article_cannot_steer_the_terminal() -> None:
    (_, line) = table_lines({"a": "text"}, [("red \x1b[31m\nnew\u2028line\x07",)])
    assert line == "red [31m new line"


def test_numbers_stand_right_and_empty_cells_empty() -> None:
    lines = table_lines({"n": "integer", "d": "date", "t": "text"}, [(5, date(2025, 1, 2), None), (1234, None, "x")])
    assert lines == ["   n  d           t", "   5  2025-01-02", "1234              x"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5_576_000, "5.576 M"),
        (-5.89e11, "-589 bn"),
        (1.6e12, "1.6 tn"),
        (50_000, "50,000"),
        (2048, "2,048"),
        (999.5, "999.5"),
        (1 / 30, "0.03333"),
        (-4.7, "-4.7"),
        (0, "0"),
        (100, "100"),
        (1e-7, "0.0000001"),
    ],
)
def test_human_numbers(value: float, text: str) -> None:
    assert human_number(value) == text


def test_a_delta_table_has_the_columns_and_a_version_a_time(claims: list[Claim], tmp_path: Path) -> None:
    from deltalake import DeltaTable

    lake = tmp_path / "claims.delta"
    row = claim_row(claims[0])
    save_rows("delta", CLAIM_KINDS, iter([row, row]), lake)
    save_rows("delta", CLAIM_KINDS, iter([row]), lake)
    table = DeltaTable(str(lake))
    assert (table.version(), table.to_pyarrow_table().column_names) == (1, list(CLAIM_COLUMNS))
    assert [tuple(cells.values()) for cells in table.to_pyarrow_table().to_pylist()] == [row]
    assert DeltaTable(str(lake), version=0).to_pyarrow_table().num_rows == 2
    save_rows("delta", CLAIM_KINDS, iter([]), lake)
    assert DeltaTable(str(lake)).to_pyarrow_table().num_rows == 0


def test_a_delta_table_takes_no_folder_that_is_something_else(tmp_path: Path) -> None:
    tmp_path.joinpath("notes.txt").write_text("mine")
    with pytest.raises(SettingsError, match="no Delta table"):
        save_rows("delta", CLAIM_KINDS, iter([]), tmp_path)
    with pytest.raises(SettingsError, match="no Delta table"):
        save_rows("delta", CLAIM_KINDS, iter([]), tmp_path / "notes.txt")
    assert tmp_path.joinpath("notes.txt").read_text() == "mine"
    with pytest.raises(SettingsError, match="is a folder"):
        write_rows("delta", CLAIM_KINDS, iter([]), io.BytesIO())
