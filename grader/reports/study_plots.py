"""The plots of a calibration study."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from grader.agreement.figures import Figure as Measured
from grader.calibration.comparison import TOTAL
from grader.calibration.study import BeforeAfter, Bin, Coverage, TotalPoint
from grader.domain.calibration import Guarantee
from grader.reports.plots import JUDGE, RATERS, SOFT, Plot, draw, legend, wrapped
from grader.reports.study_wording import fixed, share

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_POINTS = 1500
"""More points than this on a scatter plot hide one another; every so many is drawn."""
_FEW = 20


def coverage_plot(points: Sequence[Coverage], guarantee: Guarantee | None) -> Plot | None:
    """Agreement against the share of decisions that the machine takes; None without points."""
    if not points:
        return None
    x = [100 * p.coverage for p in points]
    level = share(guarantee.confidence) if guarantee else "95%"

    def paint(figure: "Figure") -> None:
        axes = figure.subplots()
        axes.plot(x, [100 * p.agreement for p in points], color=JUDGE, label="observed agreement")
        axes.plot(
            x, [100 * p.lower for p in points], "--", color=JUDGE, label=f"lower bound, {level} confidence"
        )
        if guarantee:
            asked = 100 * guarantee.agreement
            axes.axhline(asked, color=RATERS, linestyle=":", label=f"asked for: {share(guarantee.agreement)}")
        if guarantee and guarantee.threshold is not None and guarantee.observed is not None:
            axes.plot(
                [100 * guarantee.coverage],
                [100 * guarantee.observed],
                "D",
                color=RATERS,
                label="the threshold taken",
            )
        axes.set(xlabel="Decisions that the machine takes, %", ylabel="Agreement with the raters, %")
        # the first few decisions swing between 0 and 100%
        lowest = min([80.0, *(100 * p.lower for p in points if p.n >= _FEW)])
        axes.set(xlim=(0, 101), ylim=(max(0.0, lowest - 5), 101))
        legend(axes, 2)

    some = (points[0], points[len(points) // 2], points[-1])
    said = "; ".join(
        f"taking {share(p.coverage, 1)}, {share(p.agreement, 1)} agree (at least {share(p.lower, 1)})"
        for p in dict.fromkeys(some)
    )
    return Plot(draw("coverage", (7.4, 4.2), paint), f"Agreement falls as the machine takes more: {said}.")


def forest_plot(rows: Sequence[BeforeAfter]) -> Plot | None:
    """Kappa and AC1 of each criterion, with intervals; None without criteria."""
    lines = [row for row in rows if row.name != TOTAL]
    if not lines:
        return None
    places = range(len(lines), 0, -1)

    def paint(figure: "Figure") -> None:
        panels = figure.subplots(1, 2, sharey=True)
        for axes, name, title in zip(panels, ("kappa", "ac1"), ("Kappa", "AC1"), strict=True):
            for place, row in zip(places, lines, strict=True):
                _forest_line(axes, row, name, place)
            axes.axvline(0, color=SOFT, linewidth=1)
            axes.set_xlabel(title)
            axes.set_xlim(min(-0.1, axes.get_xlim()[0]), 1.04)
            axes.grid(visible=False, axis="y")
        panels[0].set_yticks(list(places), [wrapped(row.title) for row in lines])
        panels[0].set_ylim(0.4, len(lines) + 0.6)
        # from empty lines, so that the legend is whole where the first criterion lacks a figure
        keys = [
            panels[0].errorbar([], [], xerr=[], fmt="o", color=JUDGE, label="judge after calibration"),
            *panels[0].plot([], [], "o", color=JUDGE, markerfacecolor="none", label="judge before"),
            *panels[0].plot([], [], "D", color=RATERS, label="second rater"),
        ]
        figure.legend(handles=keys, loc="outside upper center", ncols=3)

    said = "; ".join(
        f"{row.title}: {_said(row.after.pair.kappa)} after, {_said(row.before.pair.kappa)} before"
        for row in lines
    )
    return Plot(draw("forest", (9.6, 1.3 + 0.42 * len(lines)), paint), f"Kappa by criterion. {said}.")


def reliability_plot(name: str, bins: Sequence[Bin], when: str) -> Plot | None:
    """How often raters say met, against the probability; None without decisions."""
    if not bins:
        return None

    def paint(figure: "Figure") -> None:
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color=SOFT, linestyle=":")
        x, y = [b.predicted for b in bins], [b.observed for b in bins]
        below = [max(0.0, b.observed - b.low) for b in bins]
        above = [max(0.0, b.high - b.observed) for b in bins]
        axes.errorbar(x, y, yerr=[below, above], fmt="o-", color=JUDGE, capsize=2, linewidth=1.2)
        for place, one in enumerate(bins):
            axes.annotate(
                f"{one.n:,}",
                # every other one lower, so that neighbors don't run together
                (one.predicted, -0.03 - 0.05 * (place % 2)),
                ha="center",
                va="top",
                fontsize=8.5,
                color=SOFT,
            )
        axes.set(xlim=(-0.03, 1.03), ylim=(-0.14, 1.05), box_aspect=1, yticks=[i / 5 for i in range(6)])
        axes.set(xlabel="Probability of met", ylabel="Share that raters say is met", title=when)

    said = "; ".join(f"{fixed(b.predicted)} predicted, {fixed(b.observed)} observed ({b.n:,})" for b in bins)
    return Plot(draw(name, (4.7, 4.7), paint), f"{when}: {said}.")


def totals_plot(points: Sequence[TotalPoint], title: str) -> Plot | None:
    """Raters' totals against the judge's before and after; None without totals."""
    if not points:
        return None
    shown = points[:: -(-len(points) // MOST_POINTS)]
    values = [v for p in points for v in (p.raters, p.before, p.after)]
    margin = 0.05 * (max(values) - min(values)) or 0.5
    ends = (min(values) - margin, max(values) + margin)

    def paint(figure: "Figure") -> None:
        for axes, when in zip(figure.subplots(1, 2, sharey=True), ("before", "after"), strict=True):
            axes.plot(ends, ends, color=SOFT, linestyle=":")
            for held_out, color, face in ((False, SOFT, "none"), (True, JUDGE, JUDGE)):
                part = [p for p in shown if p.held_out is held_out]
                axes.plot(
                    [getattr(p, when) for p in part],
                    [p.raters for p in part],
                    "o",
                    color=color,
                    markerfacecolor=face,
                    markersize=4,
                    alpha=0.5,
                    label="held out" if held_out else "fitted on",
                )
            axes.set(xlim=ends, ylim=ends, box_aspect=1, title=f"{when.capitalize()} calibration")
            axes.set_xlabel("Judge's total")
        figure.axes[0].set_ylabel("Raters' mean total")
        figure.legend(*axes.get_legend_handles_labels(), loc="outside upper center", ncols=2)

    every = "" if len(shown) == len(points) else f" {len(shown):,} of them, evenly chosen, are drawn."
    outside = sum(p.held_out for p in points)
    return Plot(
        draw("totals", (8.6, 5.4), paint),
        f"{title}: {len(points):,} answers, {outside:,} of them held out, by the raters' mean total and the "
        f"judge's.{every}",
    )


def _forest_line(axes: "Axes", row: BeforeAfter, name: str, place: int) -> None:
    after, before = getattr(row.after.pair, name), getattr(row.before.pair, name)
    between = getattr(row.after.human_human, name) if row.after.human_human else None
    if after.low is not None and after.high is not None:
        axes.plot([after.low, after.high], [place, place], color=JUDGE, linewidth=1.6)
    if after.value is not None:
        axes.plot([after.value], [place], "o", color=JUDGE)
    else:
        axes.annotate("undefined", (0.02, place), color=SOFT, va="center", fontsize=9)
    if before.value is not None:
        axes.plot([before.value], [place - 0.2], "o", color=JUDGE, markerfacecolor="none")
    if between is not None and between.value is not None:
        axes.plot([between.value], [place + 0.2], "D", color=RATERS, markersize=5)


def _said(figure: Measured) -> str:
    return "undefined" if figure.value is None else fixed(figure.value)
