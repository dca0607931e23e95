"""A second opinion for the terminal and for programs: differences first, then both totals."""

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.domain.record import State
from grader.reports.opinion import (
    Opinion,
    confidence_word,
    evidence_of,
    remarks,
    summary_sentences,
    total_word,
)
from grader.reports.wording import number, refusal_sentence, standings, verdict_word, visible
from grader.second_opinion import Comparison, Difference


def opinion_view(opinion: Opinion) -> RenderableType:
    """The differences, both totals, and what agrees, within 100 columns."""
    parts: list[RenderableType] = []
    if opinion.differences:
        parts += [Text("Differences by weight", style="bold"), _differences(opinion)]
    parts += [Text("\nTotals of 100", style="bold"), _totals(opinion), Text("")]
    parts += [Text(sentence) for sentence in summary_sentences(opinion)]
    found = standings(c.record.calibration for c in opinion.comparisons)
    parts += [Text(sentence, style="bold yellow") for sentence in found]
    return Group(*parts)


def opinion_json(opinion: Opinion) -> dict[str, Any]:
    """The whole as plain JSON, without the run."""
    commitment = opinion.committed.commitment
    return {
        "commitment": {
            "digest": commitment.digest,
            "created": opinion.committed.created,
            "again": opinion.committed.again,
            "rater": commitment.rater,
            "ratings": len(commitment.ratings),
        },
        "judged_before": list(opinion.seen),
        "compared": opinion.compared,
        "agreed": opinion.agreed,
        "differences": [_difference(d) for d in opinion.differences],
        "submissions": [_submission(c) for c in opinion.comparisons],
    }


def _differences(opinion: Opinion) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("At stake", justify="right", no_wrap=True)
    table.add_column("Submission", overflow="fold", max_width=18)
    table.add_column("Criterion and the judge's evidence", overflow="fold", ratio=1)
    for heading in (opinion.rater, "Judge", "Confidence"):
        table.add_column(Text(visible(heading)), overflow="fold", max_width=12)
    for difference in opinion.differences:
        criterion = difference.criterion
        what = Text(visible(criterion.title))
        if difference.grave:
            what.append(" (red flag)" if criterion.red_flag else " (critical)", style="red")
        for quote in evidence_of(difference):
            what.append(f"\n{visible(quote)}", style="dim")
        table.add_row(
            number(difference.points),
            Text(visible(difference.submission)),
            what,
            verdict_word(difference.own, criterion),
            verdict_word(difference.judged.verdict, criterion),
            confidence_word(difference),
        )
    return table


def _totals(opinion: Opinion) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("Submission", overflow="fold", max_width=30)
    for heading in (opinion.rater, "Judge"):
        table.add_column(Text(visible(heading)), justify="right", overflow="fold", max_width=16)
    table.add_column("Same verdict", justify="right")
    table.add_column("", overflow="fold", ratio=1)
    for c in opinion.comparisons:
        table.add_row(
            Text(visible(c.record.submission)),
            total_word(c.own_score, c, own=True),
            total_word(c.judge_score, c, own=False),
            f"{c.agreed} of {c.compared}",
            Text(visible("; ".join(remarks(c, opinion.seen)))),
        )
    return table


def _difference(difference: Difference) -> dict[str, Any]:
    judged = difference.judged
    return {
        "submission": difference.submission,
        "criterion": difference.criterion.id,
        "title": difference.criterion.title,
        "critical": difference.criterion.critical,
        "red_flag": difference.criterion.red_flag,
        "own": difference.own.value,
        "judge": judged.verdict.value,
        "quotes": list(difference.quotes),
        "reason": judged.reason,
        "supported": judged.supported,
        "calibrated": judged.calibrated is not None,
        "confidence": judged.confidence,
        "points_at_stake": difference.points,
    }


def _submission(comparison: Comparison) -> dict[str, Any]:
    record = comparison.record
    own, judge = comparison.own_score, comparison.judge_score
    return {
        "submission": record.submission,
        "state": record.state.value,
        "not_scored_reason": record.reason.value if record.reason else None,
        "detail": refusal_sentence(record) if record.state is State.NOT_SCORED else "",
        "own_score": own.percent if own else None,
        "judge_score": judge.percent if judge else None,
        "without_order": comparison.without_order,
        "rated": comparison.rated,
        "compared": comparison.compared,
        "agreed": comparison.agreed,
        "unassessed": list(comparison.unassessed),
    }
