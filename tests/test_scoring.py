import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.datafiles import load_rubrics
from grader.domain.rating import Rating, Verdict
from grader.domain.record import GateOutcome, Score
from grader.domain.rubric import Rubric
from grader.scoring import credit, score
from tests.support.builders import criterion, exact, leveled, rating, rubric

RUBRICS = load_rubrics()
VENDOR = RUBRICS["vendor_email"]
DENIAL = RUBRICS["claim_denial"]
ORDERED = rubric(
    criterion("a", points=3, step=1, critical=True),
    criterion("b", points=2, step=2, partly=0.25),
    criterion("c", points=1, step=3),
    criterion("d", points=4),
    criterion("bad", points=5, negative=True, red_flag=True),
    order={"weight": 0.2, "before": [["a", "b"], ["b", "c"]]},
)


def scored(of: Rubric, **verdicts: str) -> Score:
    """The score when these verdicts come with evidence, in the order given; the rest is not met."""
    places = {c: place for place, c in enumerate(verdicts)}
    ratings = [
        rating(c.id, verdicts[c.id], places[c.id]) if c.id in verdicts else rating(c.id, "not_met")
        for c in of.criteria
    ]
    found = score(of, ratings)
    assert found is not None
    return found


def test_an_email_counted_by_hand() -> None:
    # 3 + 2/2 + 3/2 + 2 + 1 - 2/2 = 7.5 of 14
    found = scored(
        VENDOR,
        lists_discrepancies="met",
        order_reference="partly",
        specific_resolution="partly",
        polite_firm="met",
        thanks="met",
        hostile_or_threatening="partly",
    )
    assert (found.points, found.possible, found.percent, found.scale) == (7.5, 14, 53.5714, 3.1429)
    assert [(g.criterion, g.outcome.value) for g in found.gates] == [
        ("lists_discrepancies", "passed"),
        ("specific_resolution", "doubtful"),
    ]
    assert [c.points for c in found.criteria] == [3, 1, 1.5, 0, 2, 1, 0, -1]
    assert found.order is None


def test_a_missing_must_have_caps_the_score() -> None:
    # 3 + 2 + 0 + 2 + 2 + 1 + 1 = 11 of 14
    verdicts = {c.id: "met" for c in VENDOR.criteria if not c.negative and c.id != "specific_resolution"}
    found = scored(VENDOR, **verdicts)
    assert (found.points, found.uncapped, found.percent, found.scale) == (11, 78.5714, 60, 3.4)
    assert found.gates[1].outcome is GateOutcome.FAILED


def test_a_cap_never_lifts_a_score() -> None:
    found = scored(VENDOR, thanks="met")
    assert (found.percent, found.uncapped, found.scale) == (7.1429, 7.1429, 1.2857)


@pytest.mark.parametrize("of", RUBRICS.values(), ids=lambda r: r.task)
def test_the_ends_of_the_scale(of: Rubric) -> None:
    best = scored(of, **{c.id: "met" for c in of.criteria if not c.negative})
    worst = scored(of, **{c.id: "met" for c in of.criteria if c.negative})
    assert (best.points, best.percent, best.scale) == (of.possible, 100, 5)
    assert (worst.points, worst.percent, worst.scale) == (0, 0, 1)
    assert worst.red_flags == tuple(c.id for c in of.criteria if c.red_flag)


def test_order_is_reported() -> None:
    found = scored(DENIAL, resubmit="met", identify_error="met", correct_code="met", follow_up="partly")
    assert found.order is not None
    assert found.order.stated == ("resubmit", "identify_error", "correct_code", "follow_up")
    assert (found.order.inversions, found.order.pairs) == (2, 6)
    assert found.order.broken == (("correct_code", "resubmit"),)
    assert found.percent == 60
    assert found.uncapped == 62.5  # 10 of 16: without a weight, order costs nothing


def test_steps_in_one_place_are_ties() -> None:
    ratings = [rating(c.id, "met", 5) for c in DENIAL.criteria]
    found = score(DENIAL, ratings)
    assert found is not None
    assert found.order is not None
    assert (found.order.pairs, found.order.inversions, found.order.broken) == (0, 0, ())


def test_only_the_first_evidence_of_what_counts_has_a_place() -> None:
    ratings = [
        rating("a", "met", 9, 2),
        rating("b", "partly", 4),
        rating("c", "not_met", 0),
        rating("d", "met", 1),
        rating("bad", "not_met"),
    ]
    found = score(ORDERED, ratings)
    assert found is not None
    assert found.order is not None
    assert (found.order.stated, found.order.broken) == (("a", "b"), ())
    # content (3 + 0.5 + 4) / 10 = 75; one of two pairs kept: 0.8 x 75 + 0.2 x 50
    assert (found.points, found.percent, found.scale) == (7.5, 70, 3.8)


@pytest.mark.parametrize(("sequence", "percent"), [("abcd", 100), ("bacd", 90), ("cbad", 80), ("dcab", 90)])
def test_a_rubric_may_give_order_a_weight(sequence: str, percent: float) -> None:
    assert scored(ORDERED, **dict.fromkeys(sequence, "met")).percent == percent


@pytest.mark.parametrize("c", [c.id for c in ORDERED.criteria])
def test_without_every_verdict_there_is_no_score(c: str) -> None:
    ratings = [rating(i.id, "met", 1) for i in ORDERED.criteria]
    assert score(ORDERED, ratings) is not None
    assert score(ORDERED, [r for r in ratings if r.criterion != c]) is None
    assert score(ORDERED, [rating(c, "cannot_assess") if r.criterion == c else r for r in ratings]) is None


RATINGS = st.tuples(
    *(
        st.builds(
            lambda verdict, at, c=c.id: rating(
                c, verdict, *at, supported=bool(at) or verdict not in {Verdict.MET, Verdict.PARTLY}
            ),
            st.sampled_from([Verdict.MET, Verdict.PARTLY, Verdict.NOT_MET]),
            st.lists(st.integers(0, 9), max_size=2),
        )
        for c in ORDERED.criteria
    )
)
WEIGHTS = st.sampled_from([0.0, 0.2, 0.5])


def weighted(weight: float) -> Rubric:
    return rubric(*ORDERED.criteria, order={"weight": weight, "before": ORDERED.order.before})


def total(of: Rubric, ratings: tuple[Rating, ...]) -> Score:
    found = score(of, ratings)
    assert found is not None
    return found


@given(RATINGS, WEIGHTS)
def test_scores_stay_on_their_scales(ratings: tuple[Rating, ...], weight: float) -> None:
    found = total(weighted(weight), ratings)
    assert 0 <= found.percent <= found.uncapped <= 100
    assert 1 <= found.scale <= 5
    assert 0 <= found.points <= found.possible
    assert found.scale == pytest.approx(1 + found.percent / 25, abs=1e-4)
    assert (found.percent < found.uncapped) <= (found.gates[0].outcome is GateOutcome.FAILED)


@given(RATINGS, WEIGHTS, st.sampled_from("abcd"), st.integers(0, 9))
def test_meeting_one_more_never_lowers_the_score(
    ratings: tuple[Rating, ...], weight: float, c: str, at: int
) -> None:
    def met(old: Rating) -> Rating:
        # what counted already keeps its place: to move a step may rightly cost its order
        counted = old.supported and old.evidence and old.verdict is not Verdict.NOT_MET
        return rating(c, "met", *([e.start for e in old.evidence] if counted else [at]))

    better = tuple(met(r) if r.criterion == c else r for r in ratings)
    assert total(weighted(weight), better).percent >= total(weighted(weight), ratings).percent


@given(RATINGS, WEIGHTS, st.sampled_from([i.id for i in ORDERED.criteria]))
def test_what_has_no_evidence_counts_for_nothing(ratings: tuple[Rating, ...], weight: float, c: str) -> None:
    def with_c(**fields: object) -> tuple[Rating, ...]:
        return tuple(rating(c, **fields) if r.criterion == c else r for r in ratings)  # type: ignore[arg-type]

    unsupported = total(weighted(weight), with_c(verdict="met", supported=False))
    absent = total(weighted(weight), with_c(verdict="not_met"))
    assert unsupported.model_copy(update={"criteria": ()}) == absent.model_copy(update={"criteria": ()})
    assert [i.points for i in unsupported.criteria] == [i.points for i in absent.criteria]


DEPTH = rubric(leveled("a", points=3), leveled("b", points=1), leveled("c", points=2.5))


@pytest.mark.parametrize(("level", "share"), [(1, 0), (2, 0.25), (3, 0.5), (4, 0.75), (5, 1)])
def test_each_level_above_the_lowest_earns_a_quarter(level: int, share: float) -> None:
    at = rating("a", "met" if level == 5 else "partly", 0, level=level)
    assert credit(DEPTH.criteria[0], at) == share
    assert credit(DEPTH.criteria[0], at.model_copy(update={"supported": False})) == 0


def at_levels(*levels: int) -> tuple[Rating, ...]:
    return tuple(
        rating(c.id, {1: "not_met", 5: "met"}.get(level, "partly"), 0, level=level)
        for c, level in zip(DEPTH.criteria, levels, strict=True)
    )


@given(st.tuples(*[st.integers(1, 5)] * 3))
def test_with_levels_alone_the_scale_is_their_weighted_mean(levels: tuple[int, ...]) -> None:
    found = total(DEPTH, at_levels(*levels))
    mean = (3 * levels[0] + levels[1] + 2.5 * levels[2]) / 6.5
    assert found.scale == pytest.approx(mean, abs=1e-4)
    assert found.percent == pytest.approx(25 * (mean - 1), abs=1e-4)


def test_levels_counted_by_hand() -> None:
    # credits 3/4, 1/4, 1/2: 3 x 0.75 + 0.25 + 2.5 x 0.5 = 3.75 of 6.5; (3 x 4 + 2 + 2.5 x 3) / 6.5 = 3.3077
    found = total(DEPTH, at_levels(4, 2, 3))
    assert (found.points, found.possible, found.percent, found.scale) == (3.75, 6.5, 57.6923, 3.3077)
    assert [c.points for c in found.criteria] == [2.25, 0.25, 1.25]


def test_a_decision_in_words_on_levels_counts_as_on_a_checklist() -> None:
    said = [rating("a", "partly", 0), rating("b", "met", 0), rating("c", "not_met")]
    assert [c.points for c in total(DEPTH, tuple(said)).criteria] == [1.5, 1, 0]


def test_exact_answers_count_and_can_be_must_haves() -> None:
    of = rubric(exact("n", points=3, critical=True), leveled("a"), critical_cap=40)
    wrong = total(of, (rating("n", "not_met"), rating("a", "met", 0, level=5)))
    assert (wrong.uncapped, wrong.percent) == (25, 25)
    assert wrong.gates[0].outcome is GateOutcome.FAILED
    right = total(of, (rating("n", "met", 0), rating("a", "not_met", level=1)))
    assert (right.percent, right.gates[0].outcome) == (75, GateOutcome.PASSED)


def test_a_level_that_could_not_be_given_is_no_score() -> None:
    assert score(DEPTH, [*at_levels(5, 5, 5)[:2], rating("c", "cannot_assess")]) is None
