"""Weeks and months that things fall into, counted so that neighbors differ by 1."""

from datetime import date, datetime
from typing import Literal

Span = Literal["week", "month"]


def place(when: str, span: Span) -> int:
    """Weeks or months from a fixed day to this one: neighbors differ by 1."""
    day = datetime.fromisoformat(when).date()
    # day 1 of the calendar was a Monday
    return (day.toordinal() - 1) // 7 if span == "week" else day.year * 12 + day.month - 1


def name_of(period: int, span: Span) -> str:
    """The ISO week or the month."""
    if span == "month":
        return f"{period // 12:04}-{period % 12 + 1:02}"
    year, week, _ = date.fromordinal(period * 7 + 1).isocalendar()
    return f"{year:04}-W{week:02}"
