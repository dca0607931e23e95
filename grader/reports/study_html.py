"""The calibration report: one HTML file, the verdict first, that asks nothing of the network."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from grader.calibration.study import Confusion, Disagreement, Study
from grader.domain.rating import Verdict
from grader.reports import study_wording as words
from grader.reports import swap_view
from grader.reports.pages import asset, environment, policy
from grader.reports.plots import Plot
from grader.reports.study_cells import sheet
from grader.reports.study_facts import counts, scope, versions
from grader.reports.study_info import StudyInfo
from grader.reports.study_plots import coverage_plot, forest_plot, reliability_plot, totals_plot
from grader.reports.wording import number

_HEATS = 5


class ConfusionCell(NamedTuple):
    """How often a pair of verdicts occurs, and how much of the rater's verdict that is."""

    times: int
    share: str
    heat: int
    """0 to 5, by the share."""
    same: bool


class ConfusionView(NamedTuple):
    """A confusion matrix; verdicts that nobody gave are left out, but for met and not met."""

    when: str
    labels: tuple[Verdict, ...]
    rows: tuple[tuple[ConfusionCell, ...], ...]


class Pile(NamedTuple):
    """The disagreements on one criterion."""

    title: str
    points: str
    items: tuple[Disagreement, ...]


class SwapView(NamedTuple):
    """The swap test."""

    headline: str
    sentences: tuple[str, ...]
    plot: Plot | None
    parts: tuple[swap_view.Part, ...]
    answers: int


def render_study(study: Study, info: StudyInfo) -> str:
    """The whole calibration report as one HTML document; the same study gives the same bytes."""
    templates = environment()
    templates.filters.update(fixed=words.fixed, share=words.share, interval=words.interval, bar=words.bar)
    templates.globals.update(
        NONE=words.NONE,
        symbols=words.OUTCOME_SYMBOLS,
        verdicts=words.VERDICT_WORDS,
        kinds=words.KINDS,
        gauge_words=words.GAUGES,
        gauge_value=words.gauge_value,
    )
    style = asset(templates, "style.css") + asset(templates, "study.css")
    titles = {row.name: row.title for row in study.agreement}
    return templates.get_template("study.html").render(
        style=style,
        policy=policy(style),
        study=study,
        calibration=study.calibration,
        info=info,
        level=words.level(study),
        headline=words.headline(study.calibration),
        not_asked=words.not_asked(study.thresholds),
        scope=scope(study),
        counts=counts(study),
        guarantee=words.guarantee_sentences(study.calibration.guarantee),
        coverage=coverage_plot(study.coverage, study.calibration.guarantee),
        sheet=sheet(study.agreement),
        forest=forest_plot(study.agreement),
        confusions=_confusions(study),
        totals=totals_plot(study.totals, titles.get("total", "totals")),
        reliability=[
            reliability_plot(name, bins, when)
            for name, bins, when in (
                ("before", study.reliability_before, "Before calibration"),
                ("after", study.reliability_after, "After calibration"),
            )
        ],
        swap=_swap(study),
        not_run=swap_view.NOT_RUN,
        titles=titles,
        piles=_piles(study.disagreements),
        accounting=words.accounting(study),
        versions=versions(study, info),
    )


def _swap(study: Study) -> SwapView | None:
    test = study.swap
    if test is None:
        return None
    return SwapView(
        headline=swap_view.headline(test),
        sentences=swap_view.sentences(test),
        plot=swap_view.shift_plot(test),
        parts=swap_view.parts(test),
        answers=test.answers,
    )


def _confusions(study: Study) -> tuple[ConfusionView, ...]:
    found = next((r.confusion for r in study.agreement if r.name == "all criteria" and r.confusion), None)
    if found is None:
        return ()
    return (
        _confusion(found, found.before, "Before calibration"),
        _confusion(found, found.after, "After calibration"),
    )


def _confusion(found: Confusion, table: Sequence[Sequence[int]], when: str) -> ConfusionView:
    needed = {Verdict.MET, Verdict.NOT_MET}
    keep = [
        place
        for place, label in enumerate(found.labels)
        if label in needed
        or any(t[place][i] or t[i][place] for t in (found.before, found.after) for i in range(len(t)))
    ]
    rows = []
    for row in keep:
        whole = sum(table[row])
        parts = [table[row][column] / whole if whole else 0.0 for column in keep]
        rows.append(
            tuple(
                ConfusionCell(
                    times=table[row][column],
                    share=words.share(part) if whole else words.NONE,
                    heat=round(_HEATS * part),
                    same=row == column,
                )
                for column, part in zip(keep, parts, strict=True)
            )
        )
    return ConfusionView(when, tuple(found.labels[place] for place in keep), tuple(rows))


def _piles(items: Sequence[Disagreement]) -> tuple[Pile, ...]:
    """By criterion, in the order of the first of each: the most points first."""
    order = {name: place for place, name in enumerate(dict.fromkeys(d.criterion for d in items))}
    sorted_items = sorted(items, key=lambda d: order[d.criterion])
    return tuple(
        Pile(title=group[0].title, points=number(group[0].points), items=tuple(group))
        for _, members in groupby(sorted_items, key=lambda d: d.criterion)
        if (group := list(members))
    )
