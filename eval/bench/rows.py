"""Rows of the bench's tables, and the arithmetic behind them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

Figure = float | int | str | None


class Row(NamedTuple):
    """A line of a table: a name, figures by heading, and a remark, such as why it did not run."""

    name: str
    figures: Mapping[str, Figure] = {}
    remark: str = ""


def ideal_s(calls: int, in_flight: int, latency_s: float) -> float:
    """Seconds that a server needs for so many calls when the client costs nothing."""
    return math.ceil(calls / in_flight) * latency_s


def tokens(characters: int, responses: int) -> int:
    """Tokens a response, at four characters a token."""
    return round(characters / 4 / responses)


def headings(rows: Iterable[Row]) -> list[str]:
    """The headings of all rows, in the order in which they first stand."""
    return list(dict.fromkeys(heading for row in rows for heading in row.figures))


def cells(row: Row, columns: Sequence[str]) -> list[str]:
    """The row's figures as text, under these headings; a dash where it has none."""
    return [shown(row.figures.get(column)) for column in columns]


def shown(figure: Figure) -> str:
    """A figure as text: two decimals below 100, whole numbers with commas, a dash for None."""
    if figure is None:
        return "-"
    if isinstance(figure, str):
        return figure
    return f"{figure:.2f}" if isinstance(figure, float) and abs(figure) < 100 else f"{figure:,.0f}"


def spread(ratios: Sequence[float]) -> float:
    """How far apart the largest and the smallest of some ratios are, as a share of the smallest."""
    return max(ratios) / min(ratios) - 1
