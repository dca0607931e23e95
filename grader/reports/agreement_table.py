"""The agreement of two raters as a table for the terminal."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.agreement.figures import Figure
from grader.calibration.raters import Compared

_COLUMNS = ("n", "Exact", "Kappa", "QWK", "AC1", "Alpha", "r", "SMD", "PRMSE", "More", "Less")


def agreement_table(compared: Sequence[Compared], names: tuple[str, str]) -> RenderableType:
    """A line for each criterion, all criteria and the total; 95% intervals below the figures that decide."""
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("")
    for name in _COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    reasons: dict[str, None] = {}
    for one in compared:
        pair = one.agreement.pair
        figures = [pair.exact, pair.kappa, pair.qwk, pair.ac1, pair.alpha, pair.pearson, pair.smd]
        table.add_row(
            Text(one.title, overflow="fold"),
            str(pair.n),
            *(_shown(f, reasons) for f in (*figures, one.agreement.prmse)),
            _count(pair.false_credit),
            _count(pair.miss),
        )
        between = one.agreement.human_human
        if between is not None:
            figures = [between.exact, between.kappa, between.qwk]
            people = [_shown(f, reasons) for f in figures]
            table.add_row(Text("  between people"), str(between.n), *people, style="dim")
    head = Text(f"{names[1]} against {names[0]}, the reference", style="bold")
    note = Text(
        "95% intervals by drawing candidates with replacement. More, less: how often the other rater gives"
        " more, or less, than the reference.",
        style="dim",
    )
    notes = [Text(f"– {reason}", style="dim") for reason in reasons]
    return Group(head, table, note, *notes)


def _shown(figure: Figure, reasons: dict[str, None]) -> str:
    if figure.value is None:
        if figure.reason:
            reasons[figure.reason] = None
        return "–"
    value = f"{figure.value:.2f}"
    return value if figure.low is None else f"{value}\n[{figure.low:.2f},{figure.high:.2f}]"


def _count(figure: Figure) -> str:
    return "–" if figure.value is None else f"{figure.value:.0f}"
