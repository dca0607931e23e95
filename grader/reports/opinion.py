"""One person's ratings beside a judge's, and how to say what they differ in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.domain.record import Score, State
from grader.domain.second_rater import Committed
from grader.reports.wording import counted, number, refusal_sentence, visible
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
    share = f" ({number(100 * opinion.agreed / opinion.compared, 0)}%)" if opinion.compared else ""
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


def evidence_of(difference: Difference) -> Iterator[str]:
    """The quotes in quotation marks, or that there are none."""
    if difference.quotes:
        yield from (f"“{' '.join(quote.split())}”" for quote in difference.quotes)
    elif difference.judged.supported:
        yield "The judge found no passage for it."
    else:
        yield "The judge gave no evidence, so its verdict counts for nothing."


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


def _time(when: str) -> str:
    return f"{when[:16].replace('T', ' ')} UTC"
