"""The scorecard of one candidate, and what it recommends."""

from collections.abc import Iterator, Mapping, Sequence

from grader.domain.assessment import Assessment
from grader.domain.rubric import Rubric
from grader.domain.scorecard import (
    GateResult,
    GateState,
    RaisedFlag,
    Recommendation,
    Scorecard,
    Standard,
)
from grader.scorecard.answers import Answer
from grader.scorecard.gates import gates, near
from grader.scorecard.totals import totals
from grader.scoring import credit


def scorecard(
    assessment: Assessment, candidate: str, answers: Mapping[str, Answer], rubrics: Mapping[str, Rubric]
) -> Scorecard:
    """The scorecard from a candidate's answers by task; `rubrics`: those of the assessment, by task."""
    total, found = totals(assessment, answers, rubrics)
    results = gates(assessment, found, answers)
    flags = tuple(_flags(assessment, answers))
    return Scorecard(
        assessment=assessment.id,
        assessment_digest=assessment.digest,
        title=assessment.title,
        candidate=candidate,
        total=total,
        parts=found,
        gates=results,
        flags=flags,
        near=near(assessment, total, found),
        recommendation=recommend(
            assessment, total, results, flags, outdated=any(one.outdated for one in answers.values())
        ),
    )


def recommend(
    assessment: Assessment,
    total: Standard,
    results: Sequence[GateResult],
    flags: Sequence[RaisedFlag],
    *,
    outdated: bool = False,
) -> Recommendation:
    """What follows from a total; a failed gate, a red flag or a missing score stands before every good one.

    `outdated`: a person's decision no longer counts, as its criterion was reworded: somebody must look again.
    A clear fail is said as such: the gates and flags stand beside it all the same.
    """
    states = {result.state for result in results}
    if total.percent is not None and assessment.bands.clear_fail.holds(total.percent):
        return Recommendation.DO_NOT_ADVANCE
    if GateState.FAILED in states:
        return Recommendation.GATE_FAILED
    if flags:
        return Recommendation.RED_FLAG
    if total.percent is None or GateState.UNKNOWN in states:
        return Recommendation.INCOMPLETE
    settled = GateState.DOUBTFUL not in states and not outdated
    if assessment.bands.strong.holds(total.percent) and settled:
        return Recommendation.ADVANCE
    return Recommendation.DISCUSS


def _flags(assessment: Assessment, answers: Mapping[str, Answer]) -> Iterator[RaisedFlag]:
    kinds = {path: flag for flag in assessment.red_flags for path in flag.criteria}
    for task in assessment.tasks():
        found = answers.get(task)
        if found is None or found.rubric is None:
            continue
        for criterion in found.rubric.criteria:
            rating = found.ratings.get(criterion.id)
            if not criterion.red_flag or rating is None or not credit(criterion, rating):
                continue
            part = credit(criterion, rating) < 1
            kind = kinds.get(f"{task}.{criterion.id}")
            yield RaisedFlag(
                flag=kind.id if kind else "",
                title=(kind.title if kind else criterion.title) + (" (in part)" if part else ""),
                task=task,
                criterion=criterion.id,
                submission=found.record.submission,
                evidence=rating.evidence,
                confirmed=criterion.id in found.decided,
            )
