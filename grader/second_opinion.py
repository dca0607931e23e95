"""Holds a person's own ratings beside a judge's record: where they differ, and what hangs on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.domain.criterion import Criterion
from grader.domain.rating import Rating, Verdict
from grader.domain.record import GradeRecord, Score, State
from grader.domain.rubric import Order, Rubric
from grader.domain.second_rater import Commitment, Committed, OwnRating
from grader.evidence import quote
from grader.scoring import credit, score

_DECIMALS = 4


@dataclass(frozen=True)
class Difference:
    """One criterion on which the person and the judge gave different verdicts."""

    submission: str
    candidate: str
    task: str
    criterion: Criterion
    own: Verdict
    judged: Rating
    quotes: tuple[str, ...]
    """The judge's evidence, verbatim."""
    points: float
    """At stake: between what the one verdict and the other count for. 0 to the criterion's points."""

    @property
    def grave(self) -> bool:
        """Whether it is about a must-have or a red flag."""
        return self.criterion.critical or self.criterion.red_flag


@dataclass(frozen=True)
class Comparison:
    """One submission as rated by both; what has no verdict of the judge is not compared, nor differs."""

    record: GradeRecord
    rated: int
    """Criteria that the person rated."""
    criteria: int
    """Criteria of the rubric."""
    compared: int
    """Criteria with a verdict of both."""
    differences: tuple[Difference, ...]
    unassessed: tuple[str, ...]
    """Criteria that the person rated and the judge could not assess."""
    own_score: Score | None
    """From the person's ratings; None unless all criteria are rated."""
    judge_score: Score | None
    without_order: bool
    """Whether both scores leave out the order of the steps, which a person's verdicts do not tell."""

    @property
    def agreed(self) -> int:
        """Criteria on which both gave the same verdict."""
        return self.compared - len(self.differences)


def compare(own: Sequence[OwnRating], record: GradeRecord, rubric: Rubric, text: str) -> Comparison:
    """Both on one submission; `own` holds the person's ratings of it, each of a criterion of the rubric."""
    mine = {rating.criterion: Rating(rater="", **_verdict(rating)) for rating in own}
    judged = {} if record.state is State.NOT_SCORED else {r.criterion: r for r in record.ratings}
    pairs = [(c, mine[c.id], judged[c.id]) for c in rubric.criteria if c.id in mine and c.id in judged]
    clear = [pair for pair in pairs if pair[2].verdict is not Verdict.CANNOT_ASSESS]
    without_order = bool(rubric.order.weight and rubric.order.before)
    plain = rubric.model_copy(update={"order": Order()}) if without_order else rubric
    return Comparison(
        record=record,
        rated=len(mine),
        criteria=len(rubric.criteria),
        compared=len(clear),
        differences=tuple(
            _difference(record, text, *pair) for pair in clear if pair[1].verdict is not pair[2].verdict
        ),
        unassessed=tuple(c.id for c, _, rating in pairs if rating.verdict is Verdict.CANNOT_ASSESS),
        own_score=score(plain, tuple(mine.values())),
        judge_score=score(plain, tuple(judged.values())),
        without_order=without_order,
    )


def ranked(comparisons: Iterable[Comparison]) -> tuple[Difference, ...]:
    """All differences by weight: must-haves and red flags first, then by points at stake."""
    found = (difference for comparison in comparisons for difference in comparison.differences)
    return tuple(sorted(found, key=lambda d: (not d.grave, -d.points)))


def fixed_since(committed: Committed, known: Iterable[Committed]) -> dict[str, str]:
    """By submission, since when exactly these ratings of its text are on record.

    `known`: all commitments. Who commits a longer file again has not rated the old answers anew.
    """
    rater, since = committed.commitment.rater, {}
    for commitment, created, _ in sorted(
        (c for c in known if c.commitment.rater == rater), key=lambda c: c.created, reverse=True
    ):
        since.update(dict.fromkeys(_contents(commitment).values(), created))
    contents = _contents(committed.commitment)
    return {submission: since.get(content, committed.created) for submission, content in contents.items()}


_Content = tuple[str, str, frozenset[tuple[str, str]]]


def _contents(commitment: Commitment) -> dict[str, _Content]:
    """By submission: text, rubric, and verdicts by criterion."""
    verdicts: dict[str, set[tuple[str, str]]] = {}
    for rating in commitment.ratings:
        verdicts.setdefault(rating.submission, set()).add((rating.criterion, rating.verdict.value))
    return {t.submission: (t.text, t.rubric, frozenset(verdicts[t.submission])) for t in commitment.texts}


def _verdict(rating: OwnRating) -> dict[str, str]:
    return {"criterion": rating.criterion, "verdict": rating.verdict.value}


def _difference(
    record: GradeRecord, text: str, criterion: Criterion, own: Rating, judged: Rating
) -> Difference:
    return Difference(
        submission=record.submission,
        candidate=record.candidate,
        task=record.task,
        criterion=criterion,
        own=own.verdict,
        judged=judged,
        quotes=tuple(quote(text, evidence) for evidence in judged.evidence),
        points=round(abs(credit(criterion, own) - credit(criterion, judged)) * criterion.points, _DECIMALS),
    )
