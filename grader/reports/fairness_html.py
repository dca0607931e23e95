"""An audit by groups as one HTML page: what was found first, then every figure."""

from typing import NamedTuple

from grader.fairness.outcomes import Level
from grader.fairness.report import AttributeReport, FairnessReport, Mean, Model, Table
from grader.reports import fairness_wording as words
from grader.reports.fairness_plots import rates_plot
from grader.reports.html import render_page
from grader.reports.plots import Plot

_CLEAR = 0.05


class View(NamedTuple):
    """One attribute as the template shows it."""

    id: str
    title: str
    found: AttributeReport
    main: tuple[Table, ...]
    """All stages but tasks."""
    tasks: tuple[Table, ...]
    plot: Plot | None
    clear: tuple[Mean, ...]
    """Differences of means whose p, adjusted for all of them, is below .05."""
    models: tuple[tuple[str, str, Model], ...]


def render_fairness(report: FairnessReport) -> str:
    """The whole page; the same report gives the same bytes."""
    told = [(words.FINDINGS[one.row.finding], words.sentence(one), one) for one in words.told(report)]
    values = {
        "report": report,
        "summary": words.summary(report),
        "told": [(said, line, words.columns_words(one.table.columns)) for said, line, one in told],
        "views": [_view(place, found) for place, found in enumerate(report.attributes, start=1)],
        "words_of": words,
        "findings": words.FINDINGS,
    }
    return render_page("fairness.html", values, styles=("study.css", "fairness.css"), script="")


def _view(place: int, found: AttributeReport) -> View:
    accuracy = found.accuracy
    models = (
        (
            ("OSA", "squared difference of machine and human score", accuracy.osa),
            ("OSD", "machine less human score", accuracy.osd),
            ("CSD", "machine less human score, at like human scores", accuracy.csd),
        )
        if accuracy
        else ()
    )
    return View(
        id=f"by{place}",
        title=words.columns_words(found.columns).capitalize(),
        found=found,
        main=tuple(table for table in found.tables if table.level is not Level.TASK),
        tasks=tuple(table for table in found.tables if table.level is Level.TASK),
        plot=rates_plot(f"by{place}", found),
        clear=tuple(m for m in found.means if m.adjusted_p is not None and m.adjusted_p < _CLEAR),
        models=models,
    )
