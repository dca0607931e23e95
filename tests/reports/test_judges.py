"""What is said of an answer that was passed on."""

import pytest

from grader.domain.reasons import Reason, ReviewReason
from grader.domain.record import GradeRecord, Opinion, PassedOn, Provenance, Review, State
from grader.reports.judges import judge_sentences
from tests.support.builders import criterion, rubric

RUBRIC = rubric(criterion("a"), criterion("b"))


def by(judge: str) -> Provenance:
    return Provenance(
        judge=judge, model=judge, fingerprint=None, mode="one_call", rubric="r", prompt="p", requests=("q",)
    )


def record(passed_on: PassedOn, **fields: object) -> GradeRecord:
    return GradeRecord.model_validate(
        {
            **dict.fromkeys(("submission", "candidate", "task", "source", "text"), "x"),
            "state": State.NEEDS_REVIEW,
            "provenance": by("t:S"),
            "passed_on": passed_on,
            **fields,
        }
    )


DOUBTFUL = PassedOn(
    first=Opinion(provenance=by("t:A"), percent=40),
    why=(Review(reason=ReviewReason.UNSUPPORTED, detail="b"), Review(reason=ReviewReason.NEAR_CUT)),
)
SILENT = PassedOn(first=Opinion(provenance=by("t:A"), reason=Reason.REFUSED), why=())
NOT_SCORED = {"state": State.NOT_SCORED, "reason": Reason.PROVIDER_FAILED}


@pytest.mark.parametrize("fields", [{}, NOT_SCORED])
@pytest.mark.parametrize(
    ("before", "asked", "why"),
    [
        (
            DOUBTFUL,
            "t:A (40 of 100)",
            f"the verdicts of t:A did not do: {RUBRIC.criteria[1].title}: "
            f"{ReviewReason.UNSUPPORTED.sentence} {ReviewReason.NEAR_CUT.sentence}",
        ),
        (SILENT, "t:A (no score)", f"t:A did not do: {Reason.REFUSED.sentence}"),
    ],
)
def test_why_the_first_judge_did_not_do_comes_before_who_counts(
    before: PassedOn, asked: str, why: str, fields: dict[str, object]
) -> None:
    outcome = "who gave no verdicts" if fields else "whose verdicts count"
    assert judge_sentences(record(before, **fields), RUBRIC) == [
        f"Asked first: {asked}.",
        f"Why {why}",
        f"So it was passed on to t:S, {outcome}.",
    ]
