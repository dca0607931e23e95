"""Puts a person's committed ratings beside a run's records, and presents both."""

import json
import sys
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from grader.cli.gather import graded, run_info
from grader.domain.run import Run
from grader.domain.second_rater import Committed
from grader.ledger.store import SqlLedger
from grader.reports.graded import Graded
from grader.reports.opinion import Opinion
from grader.reports.opinion_html import render_opinion
from grader.reports.opinion_tables import opinion_json, opinion_view
from grader.reports.tables import run_summary
from grader.reports.wording import verdict_word
from grader.second_opinion import Comparison, compare, fixed_since

_NEVER = "9999"


def present_opinion(
    ledger: SqlLedger, run: Run, committed: Committed, report: Path | None, *, as_json: bool
) -> tuple[Comparison, ...]:
    """Print the differences as tables or as JSON, and write the HTML report if one is asked for."""
    items = graded(ledger, run)
    commitment = committed.commitment
    compared = tuple(_compare(item, committed) for item in items)
    judged = ledger.first_judged({text.text for text in commitment.texts})
    since = fixed_since(committed, ledger.commitments())
    seen = tuple(t.submission for t in commitment.texts if judged.get(t.text, _NEVER) < since[t.submission])
    opinion = Opinion(committed, run.judge, compared, seen)
    info = run_info(ledger, run, (item.record for item in items))
    if as_json:
        print(json.dumps({"run": info.model_dump(mode="json"), **opinion_json(opinion)}))
    else:
        console = Console()
        console.print(opinion_view(opinion))
        console.print(run_summary(info))
    if report is not None:
        page = render_opinion(opinion, [_with_own(item, committed) for item in items], info)
        report.write_text(page, encoding="utf-8")
        print(f"Report: {report}", file=sys.stderr)
    return compared


def _compare(item: Graded, committed: Committed) -> Comparison:
    assert item.rubric is not None  # noqa: S101 - ratings without a rubric are refused
    own = [r for r in committed.commitment.ratings if r.submission == item.record.submission]
    return compare(own, item.record, item.rubric, item.shown)


def _with_own(item: Graded, committed: Committed) -> Graded:
    """With the person's verdicts as notes beside the judge's."""
    criteria = {c.id: c for c in item.rubric.criteria} if item.rubric else {}
    notes = dict(item.notes)
    for rating in committed.commitment.ratings:
        if rating.submission == item.record.submission:
            said = verdict_word(rating.verdict, criteria.get(rating.criterion))
            notes[rating.criterion] = (
                f"{committed.commitment.rater}: {said}",
                *notes.get(rating.criterion, ()),
            )
    return replace(item, notes=notes)
