import pytest

from grader.domain.calibration import Calibration, Guarantee, Status
from grader.domain.rating import Rating
from grader.domain.reasons import ReviewReason
from grader.domain.record import Disguise, Estimate, Review, Suspicion
from grader.domain.rubric import Rubric
from grader.routing import DOUBT, reviews
from grader.scoring import score
from tests.support.builders import criterion, rating, rubric
from tests.support.calibrations import calibration

RUBRIC = rubric(
    criterion("a", points=3, critical=True),
    criterion("b", points=2),
    criterion("c", points=1),
    criterion("d", points=4),
    criterion("bad", points=5, negative=True, red_flag=True),
)
PLAIN = rubric(criterion("a"), criterion("b"), criterion("c"))


def found(
    ratings: list[Rating],
    of: Rubric = RUBRIC,
    *,
    disguises: tuple[Disguise, ...] = (),
    disagreeing: tuple[str, ...] = (),
    by: Calibration | None = None,
    estimate: Estimate | None = None,
) -> list[tuple[ReviewReason, str]]:
    given = reviews(
        of,
        ratings,
        score(of, ratings),
        disguises,
        disagreeing=disagreeing,
        calibration=by,
        estimate=estimate,
    )
    return [(review.reason, review.detail) for review in given]


def promise(threshold: float | None, status: Status = Status.OPERATIONAL) -> Calibration:
    return calibration(
        status=status,
        guarantee=Guarantee(
            agreement=0.9,
            confidence=0.95,
            threshold=threshold,
            n=100,
            candidates=20,
            design_effect=1,
            coverage=0.5,
            observed=0.95,
            lower=0.91,
        ),
    )


def middling(of: Rubric = PLAIN, **calibrated: float) -> list[Rating]:
    """Neither all points nor none; criteria with these calibrated probabilities of met."""
    verdicts = {name: "met" if p >= 0.5 else "not_met" for name, p in calibrated.items()}
    return [
        rating(c.id, verdicts[c.id], *([1] if verdicts[c.id] == "met" else []), calibrated=calibrated[c.id])
        for c in of.criteria
    ]


def test_every_reason_about_a_verdict_or_the_text_is_given() -> None:
    ratings = [
        rating("a", "partly", 1),
        rating("b", "met", supported=False),
        rating("c", "cannot_assess"),
        rating("d", "met", 1),
        rating("bad", "partly", 1),
    ]
    disguise = Disguise(kind="bidi", start=0, end=1, note="x")
    assert found(ratings, disguises=(disguise, disguise), disagreeing=("b", "d")) == [
        (ReviewReason.CRITICAL_PARTLY, "a"),
        (ReviewReason.UNSUPPORTED, "b"),
        (ReviewReason.CANNOT_ASSESS, "c"),
        (ReviewReason.RED_FLAG, "bad"),
        (ReviewReason.REPEATS_DISAGREE, "b"),
        (ReviewReason.REPEATS_DISAGREE, "d"),
        (ReviewReason.DISGUISED_TEXT, "bidi"),
    ]
    assert found([rating("bad", "not_met"), rating("d", "partly", 1)]) == []


def test_full_marks_and_no_points_always_go_to_a_person() -> None:
    best = [rating(c.id, "not_met") if c.negative else rating(c.id, "met", 1) for c in RUBRIC.criteria]
    assert found(best) == [(ReviewReason.ALL_MAXIMUM, "")]
    worst = [rating(c.id, "not_met") for c in RUBRIC.criteria]
    assert found(worst) == [(ReviewReason.ALL_ZERO, "")]
    between = [rating("a", "met", 1), *(rating(c.id, "not_met") for c in RUBRIC.criteria[1:])]
    assert found(between) == []


def test_a_sure_machine_is_asked_the_same_at_both_ends_of_the_scale() -> None:
    sure = promise(0.9)
    best = middling(a=0.99, b=0.99, c=0.99)
    worst = middling(a=0.01, b=0.01, c=0.01)
    assert found(best, PLAIN, by=sure) == [(ReviewReason.ALL_MAXIMUM, "")]
    assert found(worst, PLAIN, by=sure) == [(ReviewReason.ALL_ZERO, "")]


def test_no_points_are_no_points_also_where_faults_took_them() -> None:
    ratings = [rating("a", "met", 1), *(rating(c, "not_met") for c in "bcd"), rating("bad", "met", 1)]
    assert found(ratings) == [(ReviewReason.RED_FLAG, "bad"), (ReviewReason.ALL_ZERO, "")]


@pytest.mark.parametrize(
    ("sure", "abstains"), [(0.95, False), (0.9, False), (0.899999, True), (0.1, False), (0.100001, True)]
)
def test_below_the_threshold_the_machine_abstains_on_met_and_on_not_met(sure: float, abstains: bool) -> None:
    other = 0.01 if sure >= 0.5 else 0.99
    given = found(middling(a=0.99, b=sure, c=other), PLAIN, by=promise(0.9))
    assert given == ([(ReviewReason.ABSTAINED, "b")] if abstains else [])


def test_partly_has_no_confidence_and_is_never_the_machines_own() -> None:
    ratings = [
        rating("a", "met", 1, calibrated=0.99),
        rating("b", "partly", 1, calibrated=0.99),
        rating("c", "not_met", calibrated=0.01),
    ]
    assert found(ratings, PLAIN, by=promise(0.6)) == [(ReviewReason.ABSTAINED, "b")]


def test_a_criterion_without_a_curve_is_never_the_machines_own() -> None:
    ratings = [
        rating("a", "met", 1, calibrated=0.99),
        rating("b", "met", 1, probability=1.0),
        rating("c", "not_met", calibrated=0.01),
    ]
    assert found(ratings, PLAIN, by=promise(0.6)) == [(ReviewReason.ABSTAINED, "b")]


def test_without_a_threshold_an_operational_calibration_decides_nothing() -> None:
    ratings = middling(a=0.99, b=0.99, c=0.01)
    assert found(ratings, PLAIN, by=promise(None)) == [(ReviewReason.ABSTAINED, c) for c in "abc"]
    none = promise(None).model_copy(update={"guarantee": None})
    assert found(ratings, PLAIN, by=none) == [(ReviewReason.ABSTAINED, c) for c in "abc"]


def test_without_a_threshold_a_demonstration_only_says_where_must_haves_are_in_doubt() -> None:
    shown = promise(None, Status.DEMONSTRATION)
    assert found(middling(a=0.6, b=0.6, c=0.4), PLAIN, by=shown) == []
    given = found(middling(RUBRIC, a=0.6, b=0.6, c=0.4, d=0.6, bad=0.4), by=shown)
    assert given == [(ReviewReason.CRITICAL_DOUBT, "a"), (ReviewReason.CRITICAL_DOUBT, "bad")]


@pytest.mark.parametrize(
    ("critical", "fault", "doubted"),
    [
        (DOUBT, 1 - DOUBT, []),
        (0.79, 0.1, ["a"]),
        (0.9, 0.21, ["bad"]),
        (0.21, 0.1, ["a"]),
        (0.2, 0.1, []),
    ],
)
def test_must_haves_and_faults_need_more_than_a_lax_threshold(
    critical: float, fault: float, doubted: list[str]
) -> None:
    given = found(middling(RUBRIC, a=critical, b=0.55, c=0.4, d=0.6, bad=fault), by=promise(0.5))
    assert [detail for reason, detail in given if reason is ReviewReason.CRITICAL_DOUBT] == doubted
    assert ReviewReason.ABSTAINED not in [reason for reason, _ in given]


def test_doubt_on_a_must_have_stands_for_abstention_and_beside_other_reasons() -> None:
    ratings = middling(RUBRIC, a=0.7, b=0.95, c=0.05, d=0.95, bad=0.7)
    assert found(ratings, by=promise(0.9)) == [
        (ReviewReason.CRITICAL_DOUBT, "a"),
        (ReviewReason.RED_FLAG, "bad"),
        (ReviewReason.CRITICAL_DOUBT, "bad"),
    ]


def test_above_every_doubt_a_must_have_still_keeps_to_the_threshold() -> None:
    ratings = middling(RUBRIC, a=0.85, b=0.95, c=0.05, d=0.95, bad=0.05)
    assert found(ratings, by=promise(0.9)) == [(ReviewReason.ABSTAINED, "a")]


def test_what_cannot_be_assessed_is_told_once() -> None:
    ratings = [rating("a", "cannot_assess"), rating("b", "met", 1, calibrated=0.99)]
    assert found(ratings, by=promise(0.9)) == [(ReviewReason.CANNOT_ASSESS, "a")]


HALF = [rating("a", "met", 1), rating("b", "not_met"), rating("c", "met", 1)]


@pytest.mark.parametrize(
    ("percent", "error", "cuts"),
    [
        (66, 3, ["60"]),  # exactly two standard errors
        (66.01, 3, []),
        (54, 3, ["60"]),
        (53.99, 3, []),
        (74, 3, ["80"]),
        (86, 3, ["80"]),
        (86.01, 3, []),
        (70, 5, ["60", "80"]),
        (70, 4.99, []),
        (60, 0, ["60"]),
        (0, 20, []),
        (100, 10, ["80"]),
    ],
)
def test_within_two_standard_errors_of_a_cut_a_person_looks(
    percent: float, error: float, cuts: list[str]
) -> None:
    given = found(HALF, PLAIN, estimate=Estimate(percent=percent, standard_error=error))
    assert [reason for reason, _ in given] == ([ReviewReason.NEAR_CUT] if cuts else [])
    assert [detail.rpartition("100, ")[2] for _, detail in given] == (_named(cuts) if cuts else [])


def _named(cuts: list[str]) -> list[str]:
    return [f"cut {cuts[0]}" if len(cuts) == 1 else f"cuts {' and '.join(cuts)}"]


def test_the_rubric_says_where_the_cuts_are() -> None:
    near = Estimate(percent=60, standard_error=1)
    assert found(HALF, PLAIN.model_copy(update={"cuts": ()}), estimate=near) == []
    own = PLAIN.model_copy(update={"cuts": (61.5,)})
    assert found(HALF, own, estimate=near) == [(ReviewReason.NEAR_CUT, "60 ± 1 of 100, cut 61.5")]


def test_without_a_score_there_is_nothing_to_say_of_it() -> None:
    ratings = [rating("a", "cannot_assess"), rating("b", "met", 1), rating("c", "met", 1)]
    near = Estimate(percent=60, standard_error=1)
    assert found(ratings, PLAIN, estimate=near) == [(ReviewReason.CANNOT_ASSESS, "a")]


@pytest.mark.parametrize("reason", ReviewReason)
def test_every_reason_has_a_sentence(reason: ReviewReason) -> None:
    assert Review(reason=reason).reason.sentence.endswith(".")


def test_evidence_in_suspicious_text_goes_to_a_person() -> None:
    ratings = [rating("a", "met", 7), rating("b", "not_met"), rating("c", "not_met")]
    (evidence,) = ratings[0].evidence
    inside = Suspicion(kind="order", start=evidence.end - 1, end=evidence.end + 5, note="asks for a mark")
    after = inside.model_copy(update={"start": evidence.end, "note": "gives a verdict"})
    counted = score(PLAIN, ratings)
    told = [(r.reason, r.detail) for r in reviews(PLAIN, ratings, counted, (), suspicions=(inside, after))]
    assert told == [
        (ReviewReason.SUSPICIOUS_TEXT, "asks for a mark, gives a verdict"),
        (ReviewReason.SUSPICIOUS_EVIDENCE, "a"),
    ]
    (alone,) = reviews(PLAIN, ratings, counted, (), suspicions=(after,))
    assert alone.reason is ReviewReason.SUSPICIOUS_TEXT
