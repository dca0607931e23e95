import pytest

from grader.periods import name_of, place


@pytest.mark.parametrize(
    ("when", "week", "month"),
    [
        ("2026-12-31", "2026-W53", "2026-12"),
        ("2027-01-03T23:59", "2026-W53", "2027-01"),
        ("2027-01-04", "2027-W01", "2027-01"),
    ],
)
def test_periods_are_iso_weeks_and_months(when: str, week: str, month: str) -> None:
    assert name_of(place(when, "week"), "week") == week
    assert name_of(place(when, "month"), "month") == month
    assert place("2027-01-04", "week") - place("2026-12-28", "week") == 1
