"""Severity and drift of raters for the terminal."""

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.reports.wording import counted, number, visible
from grader.severity import Figure, RaterView

_BARS = "▁▂▃▄▅▆▇█"
_LEAST = 0.2
"""Half the height of a sparkline stands for at least this much, so that noise looks small."""


def raters_view(views: Sequence[RaterView], kinds: Mapping[str, str], span: str) -> RenderableType:
    """A row for each rater: leniency, agreement, its course over the periods, and drift."""
    if not views:
        return Text("The ledger holds no ratings yet. Put some on record with 'grader second-opinion'.")
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("Rater", overflow="fold", max_width=34)
    table.add_column("Shared", justify="right")
    table.add_column("Leniency (95%)", overflow="fold", min_width=12)
    table.add_column("Exact", justify="right")
    table.add_column(f"By {span}", overflow="fold")
    table.add_column(f"Drift a {span} (95%)", overflow="fold", min_width=12)
    top = max([_LEAST, *(abs(p.leniency.value or 0.0) for v in views for p in v.periods)])
    for view in views:
        table.add_row(
            Text(f"{visible(view.rater)} ({kinds[view.rater]})"),
            f"{view.shared} of {view.n}",
            _figure(view.leniency),
            "–" if view.exact is None else f"{number(100 * view.exact, 0)}%",
            _course(view, top),
            _figure(view.drift),
        )
    return Group(
        table,
        Text(
            "\nLeniency: mean credit (met 1, partly 0.5, not met 0; faults reversed) less that of the panel, "
            "who are all others that rated the same text and criterion. Positive is generous. It is "
            "relative: with two raters, the one's is the other's with the sign turned.",
            style="dim",
        ),
        *(Text(_panel(view), style="dim") for view in views if view.panel),
    )


def sparkline(values: Sequence[float], top: float) -> str:
    """A bar for each value from -top to top; the middle is 0."""
    steps = len(_BARS) - 1
    return "".join(_BARS[round((min(top, max(-top, v)) / top + 1) / 2 * steps)] for v in values)


def _course(view: RaterView, top: float) -> str:
    if not view.periods:
        return "–"
    bars = sparkline([p.leniency.value or 0.0 for p in view.periods], top)
    first, last = view.periods[0].name, view.periods[-1].name
    return f"{bars} {first}" if first == last else f"{bars} {first} to {last}"


def _figure(figure: Figure) -> str:
    if figure.value is None:
        return figure.reason
    value = _signed(figure.value)
    if figure.low is None or figure.high is None:
        return f"{value} ({figure.reason})"
    return f"{value} ({_signed(figure.low)} to {_signed(figure.high)})"


def _signed(value: float) -> str:
    return f"{'+' if round(value, 2) > 0 else ''}{number(value)}"


def _panel(view: RaterView) -> str:
    others = counted(len(view.panel), "other rater", "other raters")
    return visible(f"Panel of {view.rater}: {others}: {'; '.join(view.panel)}.")
