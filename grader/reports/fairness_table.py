"""An audit by groups as tables for the terminal."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from grader.fairness.outcomes import Level
from grader.fairness.report import AttributeReport, FairnessReport, Row, Table
from grader.reports import fairness_wording as words

_COLUMNS = ("n", "Rate", "95%", "Ratio", "95%", "z", "Fisher p", "Short")
_NOTES = (
    "Ratio: rate over the highest rate. z: above 0 where the group's rate is lower. Short: "
    + words.SHORTFALL
    + ".",
    "Significant: |z| of 2 or more; where a group has fewer than 30, Fisher's p below .05.",
    words.CAVEAT,
)


def fairness_table(report: FairnessReport) -> RenderableType:
    """A table for each attribute with all stages but tasks, within 110 columns."""
    parts: list[RenderableType] = [Text(line) for line in words.summary(report)]
    for found in report.attributes:
        parts += [Text(""), *_attribute(found)]
    tasks = any(table.level is Level.TASK for found in report.attributes for table in found.tables)
    notes = (*_NOTES, "Tasks and criteria: --out, --csv, --json.") if tasks else _NOTES
    return Group(*parts, Text(""), *(Text(note, style="dim") for note in notes))


def _attribute(found: AttributeReport) -> Iterator[RenderableType]:
    yield Text(words.columns_words(found.columns).capitalize(), style="bold")
    for table in found.tables:
        if table.level is Level.TASK:
            continue
        yield Text.assemble((table.title, "underline"), (f"  {words.stage_words(table)}", "dim"))
        if table.rows:
            yield Padding(_grid(table), (0, 0, 0, 2))
        if table.reason:
            yield Text(f"  {words.reason_words(table)}")


def _grid(table: Table) -> Grid:
    grid = Grid(box=None, padding=(0, 1, 0, 0), header_style="dim")
    grid.add_column("", overflow="fold", min_width=18)
    for name in _COLUMNS:
        grid.add_column(name, justify="right", no_wrap=True)
    grid.add_column("", overflow="fold")
    for row in table.rows:
        grid.add_row(Text(words.group_words(row.group)), *_cells(row))
    return grid


def _cells(row: Row) -> Iterator[Text]:
    if row.withheld:
        yield from (Text("") for _ in _COLUMNS)
        yield Text("withheld", style="dim")
        return
    found = row.comparison
    yield Text(f"{row.n:,}")
    yield Text(words.percent(row.rate))
    yield Text(words.percent_interval(row.rate))
    yield Text(words.figure(found.ratio) if found else "")
    yield Text(words.interval(found.ratio) if found else "")
    yield Text("" if found is None or found.z is None else f"{found.z:.2f}".replace("-", "−"))
    yield Text(words.p_words(found.fisher_p) if found else "")
    yield Text(str(found.shortfall) if found and found.shortfall else "")
    yield Text(row.reason or words.FINDINGS[row.finding].short)
