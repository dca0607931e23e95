"""Rates with their intervals by group, stage by stage."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from grader.fairness.outcomes import Level
from grader.fairness.report import AttributeReport, Row, Table
from grader.reports import fairness_wording as words
from grader.reports.plots import JUDGE, RATERS, SOFT, Plot, draw, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LINE = 0.23
"""Inches of a group's line."""
_HEAD = 0.42
"""Inches of a stage's title and margins."""
_FOUR_FIFTHS = 80
"""Percent of the highest rate."""


def rates_plot(name: str, found: AttributeReport) -> Plot | None:
    """All stages but tasks of an attribute; None where no group is shown at any."""
    tables = [(t, rows) for t in found.tables if t.level is not Level.TASK and (rows := _shown(t))]
    if not tables:
        return None
    heights = [_HEAD + _LINE * len(rows) for _, rows in tables]

    def paint(figure: "Figure") -> None:
        panels = figure.subplots(len(tables), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
        for axes, (table, rows) in zip(panels, tables, strict=True):
            _stage(axes, table, rows)
        panels[-1].set_xlabel("Rate, %")
        keys = [
            panels[0].errorbar([], [], xerr=[], fmt="o", color=JUDGE, label="rate, 95% interval"),
            *panels[0].plot([], [], "D", color=JUDGE, label="highest rate"),
            *panels[0].plot([], [], ":", color=RATERS, label="four-fifths of the highest rate"),
        ]
        figure.legend(handles=keys, loc="outside upper left", ncols=3)

    said = "; ".join(
        f"{table.title}: "
        + ", ".join(f"{words.group_words(row.group)} {words.percent(row.rate)}" for row in rows)
        for table, rows in tables
    )
    by = words.columns_words(found.columns)
    return Plot(draw(name, (8.2, 0.7 + sum(heights)), paint), f"Rates by {by}. {said}.")


def _shown(table: Table) -> list[Row]:
    return [row for row in table.rows if row.rate is not None and row.rate.value is not None]


def _stage(axes: "Axes", table: Table, rows: Sequence[Row]) -> None:
    for place, row in enumerate(rows):
        rate = row.rate
        if rate is None or rate.value is None or rate.low is None or rate.high is None:
            continue
        axes.plot([100 * rate.low, 100 * rate.high], [place, place], color=JUDGE, linewidth=1.6)
        marker = "D" if row.is_reference else "o"
        axes.plot([100 * rate.value], [place], marker, color=JUDGE)
        if row.is_reference:
            axes.axvline(_FOUR_FIFTHS * rate.value, color=RATERS, linestyle=":", linewidth=1.4)
    axes.set_title(wrapped(table.title, 80), loc="left", fontsize=10, pad=3)
    labels = [f"{wrapped(words.group_words(row.group), 40)}  ({row.n:,})" for row in rows]
    axes.set_yticks(range(len(rows)), labels)
    axes.set(xlim=(-2, 102), ylim=(len(rows) - 0.5, -0.5))
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_color(SOFT)
