"""The agreement of two raters as a table for the terminal."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.agreement.figures import Figure
from grader.calibration.raters import Compared

_COLUMNS = ("n", "Exact", "Kappa", "95% interval", "People", "AC1", "QWK", "SMD", "More", "Less")
_NOTE = (
    "People: kappa between people. More, less: how often the other rater gives more, or less, than the"
    " reference. Intervals draw candidates with replacement. All figures with theirs: --json."
)


def agreement_table(compared: Sequence[Compared], names: tuple[str, str]) -> RenderableType:
    """A line for each criterion, all criteria and the total, within 100 columns."""
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("", overflow="fold", min_width=18)
    for name in _COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    reasons: dict[str, None] = {}
    for one in compared:
        pair, between = one.agreement.pair, one.agreement.human_human
        table.add_row(
            Text(one.title),
            str(pair.n),
            _shown(pair.exact, reasons),
            _shown(pair.kappa, reasons),
            _interval(pair.kappa),
            _shown(between.kappa, reasons) if between else "",
            _shown(pair.ac1, reasons),
            _shown(pair.qwk, reasons),
            _shown(pair.smd, reasons),
            _count(pair.false_credit),
            _count(pair.miss),
        )
    head = Text(f"{names[1]} against {names[0]}, the reference", style="bold")
    return Group(head, table, Text(_NOTE, style="dim"), *(Text(f"– {r}", style="dim") for r in reasons))


def _shown(figure: Figure, reasons: dict[str, None]) -> str:
    if figure.value is None:
        if figure.reason:
            reasons[figure.reason] = None
        return "–"
    return f"{figure.value:.2f}"


def _interval(figure: Figure) -> str:
    return "" if figure.low is None else f"[{figure.low:.2f}, {figure.high:.2f}]"


def _count(figure: Figure) -> str:
    return "–" if figure.value is None else f"{figure.value:.0f}"
