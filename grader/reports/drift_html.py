"""The drift report: one HTML page with a control chart for each judge and person."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from grader.drift.chart import LIMIT, MEANINGS
from grader.reports.drift_table import LEGEND, Chart, percent, signed
from grader.reports.pages import asset, environment, policy
from grader.reports.plots import JUDGE, RATERS, SOFT, Plot, draw, legend

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_STYLES = {"agreement_fell": "o-", "more_generous": "s--", "more_severe": "^:"}


def render_drift(charts: Sequence[Chart], others: Sequence[str]) -> str:
    """The whole page; the same charts give the same bytes."""
    templates = environment()
    templates.filters.update(percent=percent, signed=signed)
    style = asset(templates, "style.css") + asset(templates, "study.css")
    return templates.get_template("drift.html").render(
        style=style,
        policy=policy(style),
        charts=[(chart, drift_plot(chart, f"drift{place}")) for place, chart in enumerate(charts)],
        others=others,
        alarm=any(chart.alarm for chart in charts),
        legend=LEGEND,
        limit=LIMIT,
    )


def drift_plot(chart: Chart, name: str) -> Plot:
    """Exact agreement, mean difference and SMD by batch with intervals, and the cumulative sums."""
    batches = [row.batch for row in chart.rows]
    x = list(range(1, len(batches) + 1))

    def paint(figure: "Figure") -> None:
        (top, middle), (low, last) = figure.subplots(2, 2, sharex=True)
        for axes, field, title in (
            (top, "agreement", "Exact agreement"),
            (middle, "difference", "Mean difference"),
            (low, "smd", "SMD"),
        ):
            for place, batch in zip(x, batches, strict=True):
                found = getattr(batch, field)
                if found.low is not None and found.high is not None:
                    axes.plot([place, place], [found.low, found.high], color=JUDGE, linewidth=1.4)
                if found.value is not None:
                    axes.plot([place], [found.value], "o", color=JUDGE)
            axes.set_title(title)
        was = [(p, b.agreement_before.value) for p, b in zip(x, batches, strict=True)]
        known = [(p, value) for p, value in was if value is not None]
        top.plot([p for p, _ in known], [value for _, value in known], "_", color=RATERS, label="before")
        for axes in (middle, low):
            axes.axhline(0, color=SOFT, linewidth=1)
        for field, marks in _STYLES.items():
            values = [getattr(batch.sums, field) for batch in batches]
            last.plot(x, values, marks, color=JUDGE, markersize=4, label=field.replace("_", " "))
        last.axhline(LIMIT, color=RATERS, linewidth=1.4, label="limit")
        last.set_ylim(0, max([LIMIT + 0.5, *(v for b in batches for _, v in b.sums)]) * 1.05)
        last.set_title("Cumulative sums", pad=34)
        legend(last, 2)
        for axes in (low, last):
            axes.set_xlabel("Batch")
            axes.set_xticks(x[:: max(1, len(x) // 10)])

    fired = [f"batch {p}: {' and '.join(b.alarms)}" for p, b in zip(x, batches, strict=True) if b.alarms]
    said = (
        f"Alarm in {'; '.join(fired)}."
        if fired
        else f"No sum passes {LIMIT}: {', '.join(MEANINGS.values())}."
    )
    return Plot(draw(name, (9.6, 6.0), paint), f"Control chart over {len(batches)} batches. {said}")
