"""Publication dates: read as written, or None."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from newslens.ingest.dates import read_date

DAY = date(2025, 1, 28)


@pytest.mark.parametrize(
    "written",
    [
        "2025-01-28",
        "20250128",
        "2025-01-28T20:22:00Z",
        "2025-01-28T23:59:00-05:00",
        "2025-01-28 20:22:11 +0800",
        "2025/1/28",
        "28/01/2025",
        "01/28/2025",
        "28.01.2025",
        "28 janvier 2025",
        "mardi 28 janvier 2025 à 20h22",
        "Janvier 28, 2025 at 20:22",
        "28 janv. 2025",
        "January 28, 2025",
        "Jan. 28th, 2025 8:22 PM ET",
        "Tue, 28 Jan 2025 20:22:00 GMT",
        "2025年1月28日",
        "2025 年 1 月 28 日",
        "2025年1月28日 20:22",
        DAY,
        datetime(2025, 1, 28, 23, 59),
    ],
)
def test_a_date_is_read_as_written(written: object) -> None:
    assert read_date(written) == DAY


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "hier",
        "yesterday",
        "2025",
        "janvier 2025",
        "2025-13-01",
        "2025-02-30",
        "05/02/2025",
        None,
        5,
        True,
        ["x"],
    ],
)
def test_what_states_no_day_for_sure_is_none(written: object) -> None:
    assert read_date(written) is None


def test_figures_with_points_are_european() -> None:
    assert read_date("05.02.2025") == date(2025, 2, 5)
    assert read_date("03/03/2025") == date(2025, 3, 3)


def test_sept_with_a_point_is_september() -> None:
    assert read_date("3 sept. 2024") == read_date("Sept. 3, 2024") == date(2024, 9, 3)
