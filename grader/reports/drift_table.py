"""Drift in words and tables for the terminal."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.domain.drift import ChecksTaken, Interval
from grader.drift.chart import LIMIT
from grader.reports.wording import counted, number, visible

_COLUMNS = ("Batch (UTC)", "Alarm", "Answers", "Exact agreement", "Before", "Mean difference", "SMD")
LEGEND = (
    "Fell, Generous, Severe: cumulative sums of standardized differences from before; an alarm above "
    f"{LIMIT}. Intervals: 95%, over answers. Difference: credit less the known credit; positive is generous."
)


class Row(NamedTuple):
    """A batch on a chart."""

    created: str
    id: str
    """Start of the digest of its measurement: what names an alarm."""
    batch: ChecksTaken


class Chart(NamedTuple):
    """The batches of one judge or person on one set of check answers."""

    rater: str
    model: str | None
    """As returned; None for a person."""
    task: str
    material: str
    rows: tuple[Row, ...]
    standing: str
    """What holds of it now, in a sentence."""
    alarm: bool
    """Whether an alarm holds."""


def chart_json(chart: Chart) -> dict[str, Any]:
    """A chart for a program to read."""
    rows = [
        {"created": row.created, "alarm_id": row.id, **row.batch.model_dump(mode="json")}
        for row in chart.rows
    ]
    return {**chart._asdict(), "rows": rows}


def batch_sentence(batch: ChecksTaken) -> str:
    """What came of the check answers of one batch."""
    taken = counted(len(batch.answers), "check answer", "check answers")
    without = f", {batch.unanswered} without verdicts" if batch.unanswered else ""
    said = (
        f"{batch.task}: {taken}{without}. Exact agreement {percent(batch.agreement)}, "
        f"{percent(batch.agreement_before)} before; mean difference {signed(batch.difference)}; "
        f"SMD {signed(batch.smd)}."
    )
    if not batch.alarms:
        return f"{said} No alarm."
    return f"{said} ALARM: {' and '.join(batch.alarms)}. {consequence(batch)}"


def consequence(batch: ChecksTaken) -> str:
    """What an alarm leads to."""
    if batch.binding is None:
        return "Talk it over with the rater before going on."
    return (
        "From now on scores are uncalibrated, until a newer calibration is made or a person lifts the alarm; "
        "those of this run rest on the old one. See 'grader drift'."
    )


def percent(figure: Interval) -> str:
    """A share with its interval."""
    if figure.value is None:
        return "–"
    if figure.low is None or figure.high is None:
        return f"{number(100 * figure.value, 1)}%"
    return f"{number(100 * figure.value, 1)}% [{100 * figure.low:.0f}, {100 * figure.high:.0f}]"


def signed(figure: Interval) -> str:
    """A difference with its interval."""
    if figure.value is None:
        return "–"
    if figure.low is None or figure.high is None:
        return f"{figure.value:+.2f}"
    return f"{figure.value:+.2f} [{figure.low:+.2f}, {figure.high:+.2f}]"


def drift_view(charts: Sequence[Chart], others: Sequence[str]) -> RenderableType:
    """A table for each chart, and what else is to be told."""
    if not charts and not others:
        return Text("No check answers were taken yet. Mix some in with 'grader grade --checks SET'.")
    parts: list[RenderableType] = []
    for chart in charts:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        for name in (
            "Batch (UTC)",
            "Alarm id",
            "Answers",
            "Exact agreement",
            "Before",
            "Mean difference",
            "SMD",
        ):
            table.add_column(name, overflow="fold")
        for name in ("Fell", "Generous", "Severe"):
            table.add_column(name, justify="right")
        for row in chart.rows:
            batch = row.batch
            sums = [f"{value:.2f}{' !' if value > LIMIT else ''}" for _, value in batch.sums]
            table.add_row(
                row.created[:16].replace("T", " "),
                row.id if batch.alarms else "",
                str(len(batch.answers)),
                percent(batch.agreement),
                percent(batch.agreement_before),
                signed(batch.difference),
                signed(batch.smd),
                *sums,
            )
        model = f" ({chart.model})" if chart.model else ""
        parts += [Text(visible(f"{chart.rater}{model} on {chart.task}"), style="bold"), table]
        parts.append(Text(visible(chart.standing) + "\n"))
    parts += [Text(visible(other)) for other in others]
    return Group(*parts, Text(LEGEND, style="dim"))
