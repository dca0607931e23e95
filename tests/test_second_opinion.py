from grader.domain.rating import Verdict
from grader.domain.reasons import Reason
from grader.domain.record import GradeRecord, State
from grader.domain.rubric import Order
from grader.domain.second_rater import OwnRating
from grader.second_opinion import compare, ranked
from tests.support.builders import criterion, rating, rubric

RUBRIC = rubric(
    criterion("small", points=1),
    criterion("big", points=4),
    criterion("must", points=2, critical=True),
    criterion("fault", points=3, negative=True),
)
TEXT = "Please send the gloves."


def record(*ratings, state: State = State.SCORED, **fields: object) -> GradeRecord:
    known = {"submission": "c01/vendor_email", "candidate": "c01", "task": "vendor_email", "source": ""}
    return GradeRecord.model_validate(
        {**known, "text": "sha256:0", "state": state, "ratings": ratings, **fields}
    )


def own(**verdicts: str) -> list[OwnRating]:
    return [OwnRating(submission="c01/vendor_email", criterion=c, verdict=v) for c, v in verdicts.items()]


JUDGED = (
    rating("small", "met", 0),
    rating("big", "met", 7),
    rating("must", "met", 0),
    rating("fault", "not_met"),
)


def test_differences_by_weight_with_verbatim_evidence() -> None:
    found = compare(
        own(small="not_met", big="not_met", must="partly", fault="not_met"), record(*JUDGED), RUBRIC, TEXT
    )
    assert (found.compared, found.agreed) == (4, 1)
    assert [(d.criterion.id, d.points) for d in ranked([found])] == [
        ("must", 1.0),
        ("big", 4.0),
        ("small", 1.0),
    ]
    assert ranked([found])[1].quotes == (TEXT[7:8],)
    assert found.judge_score.percent == 100
    assert found.own_score.points == 1.0


def test_what_the_judge_could_not_assess_is_no_difference() -> None:
    judged = (rating("small", "cannot_assess"), *JUDGED[1:])
    found = compare(own(small="met", big="met"), record(*judged), RUBRIC, TEXT)
    assert (found.compared, found.differences, found.unassessed) == (1, (), ("small",))
    assert found.judge_score is None
    assert found.own_score is None, "two of four criteria are rated"


def test_a_failed_judge_differs_in_nothing() -> None:
    failed = record(state=State.NOT_SCORED, reason=Reason.PROVIDER_FAILED)
    found = compare(own(small="met"), failed, RUBRIC, TEXT)
    assert (found.compared, found.differences, found.unassessed, found.rated) == (0, (), (), 1)


def test_a_verdict_without_evidence_counts_for_nothing() -> None:
    judged = (rating("small", Verdict.MET, supported=False),)
    found = compare(own(small="not_met"), record(*judged), RUBRIC, TEXT)
    assert [d.points for d in found.differences] == [0.0]


def test_order_is_left_out_of_both_totals() -> None:
    outline = rubric(
        criterion("a", step=1),
        criterion("b", step=2),
        order=Order(weight=0.5, before=(("a", "b"),)).model_dump(),
    )
    judged = record(rating("a", "met", 9), rating("b", "met", 1))
    found = compare(own(a="met", b="met"), judged, outline, TEXT)
    assert found.without_order
    assert found.own_score.percent == found.judge_score.percent == 100
