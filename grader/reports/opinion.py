"""A second opinion for the terminal and for programs: differences first, then both totals."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.domain.record import Score, State
from grader.domain.second_rater import Committed
from grader.reports.wording import UNCALIBRATED, counted, number, refusal_sentence, verdict_word, visible
from grader.second_opinion import Comparison, Difference, ranked


@dataclass(frozen=True)
class Opinion:
    """One person's ratings beside a judge's."""

    committed: Committed
    judge: str
    comparisons: tuple[Comparison, ...]
    seen: tuple[str, ...]
    """Submissions on whose text a judge's verdicts were kept before the person's ratings."""

    @property
    def rater(self) -> str:
        """The person."""
        return self.committed.commitment.rater

    @property
    def differences(self) -> tuple[Difference, ...]:
        """By weight."""
        return ranked(self.comparisons)

    @property
    def compared(self) -> int:
        """Ratings with a verdict of both."""
        return sum(c.compared for c in self.comparisons)

    @property
    def agreed(self) -> int:
        """Those with the same verdict."""
        return sum(c.agreed for c in self.comparisons)


def commitment_sentence(committed: Committed) -> str:
    """That the ratings are on record, since when, and under which digest."""
    commitment, created, again = committed
    what = (
        f"{counted(len(commitment.ratings), 'rating', 'ratings')} of "
        f"{counted(len(commitment.texts), 'submission', 'submissions')} by {visible(commitment.rater)}"
    )
    since = "were on record already, since" if again else "are on record since"
    return f"{what} {since} {_time(created)}: {commitment.digest}"


def summary_sentences(opinion: Opinion) -> list[str]:
    """What agrees, what could not be compared, and for how many the person was perhaps not blind."""
    share = f" ({number(100 * opinion.agreed / opinion.compared)}%)" if opinion.compared else ""
    ratings = counted(opinion.compared, "rating that both gave", "ratings that both gave")
    sentences = [f"The same verdict on {opinion.agreed} of {ratings}{share}."]
    grave = [d for d in opinion.differences if d.grave]
    if grave:
        sentences.append(
            f"{counted(len(grave), 'difference is', 'differences are')} on must-haves or red flags."
        )
    if open_ones := sum(len(c.unassessed) for c in opinion.comparisons):
        sentences.append(f"The judge could not assess {counted(open_ones, 'criterion', 'criteria')}.")
    if failed := sum(c.record.state is State.NOT_SCORED for c in opinion.comparisons):
        sentences.append(
            f"{counted(failed, 'submission was', 'submissions were')} not scored by the judge; "
            "that is no difference."
        )
    total = len(opinion.comparisons)
    if opinion.seen:
        sentences.append(
            f"Not surely blind: for {len(opinion.seen)} of {counted(total, 'submission', 'submissions')} a "
            "judge's verdicts were in this ledger before the ratings."
        )
    else:
        sentences.append("Blind: no judge's verdict on these texts was in this ledger before the ratings.")
    return sentences


def confidence_word(difference: Difference) -> str:
    """The calibrated confidence in the judge's verdict, or that there is none."""
    if difference.judged.calibrated is None:
        return "uncalibrated"
    confidence = difference.judged.confidence
    return "none for partly" if confidence is None else f"{confidence:.2f}"


def total_word(score: Score | None, comparison: Comparison, *, own: bool) -> str:
    """A total in words; why there is none."""
    if score is not None:
        return number(score.percent, 1)
    if own and comparison.rated < comparison.criteria:
        return f"{comparison.rated} of {comparison.criteria} rated"
    return "no score"


def opinion_view(opinion: Opinion) -> RenderableType:
    """The differences, both totals, and what agrees, within 100 columns."""
    parts: list[RenderableType] = []
    if opinion.differences:
        parts += [Text("Differences by weight", style="bold"), _differences(opinion)]
    parts += [Text("\nTotals of 100", style="bold"), _totals(opinion), Text("")]
    parts += [Text(sentence) for sentence in summary_sentences(opinion)]
    if any(c.record.calibration == "uncalibrated" for c in opinion.comparisons):
        parts.append(Text(UNCALIBRATED, style="bold yellow"))
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
    table.add_column("Submission", overflow="fold", max_width=22)
    table.add_column("Criterion and the judge's evidence", overflow="fold", ratio=1)
    for heading in (visible(opinion.rater), "Judge", "Confidence"):
        table.add_column(heading, overflow="fold", max_width=14)
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


def evidence_of(difference: Difference) -> Iterator[str]:
    """The quotes in quotation marks, or that there are none."""
    if difference.quotes:
        yield from (f"“{' '.join(quote.split())}”" for quote in difference.quotes)
    elif difference.judged.supported:
        yield "The judge found no passage for it."
    else:
        yield "The judge gave no evidence, so its verdict counts for nothing."


def _totals(opinion: Opinion) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("Submission", overflow="fold", max_width=30)
    for heading in (visible(opinion.rater), "Judge"):
        table.add_column(heading, justify="right", overflow="fold", max_width=16)
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


def remarks(comparison: Comparison, seen: Sequence[str]) -> list[str]:
    """What must be known of one submission's comparison."""
    found = []
    if comparison.record.state is State.NOT_SCORED:
        found.append(f"Not scored: {refusal_sentence(comparison.record)}")
    if comparison.unassessed:
        found.append(
            f"{counted(len(comparison.unassessed), 'criterion', 'criteria')} not assessed by the judge"
        )
    if comparison.without_order:
        found.append("totals without the order of the steps")
    if comparison.record.submission in seen:
        found.append("judged before the ratings")
    return found


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


def _time(when: str) -> str:
    return f"{when[:16].replace('T', ' ')} UTC"
