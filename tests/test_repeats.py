from collections.abc import Iterator

import pytest

from grader.datafiles import load_prompt, load_rubrics
from grader.domain.exchange import Completion, JudgeRequest
from grader.domain.rating import Rating, Verdict
from grader.domain.reasons import Reason, ReviewReason
from grader.domain.record import Mode, State
from grader.domain.submission import Submission
from grader.errors import TransientError
from grader.ledger.desk import Desk
from grader.ledger.store import SqlLedger
from grader.pipeline import Instrument, grade
from grader.repeats import disagreeing, merge
from grader.replay import replay
from grader.wiring import new_run
from tests.support.builders import rating
from tests.support.judges import SPEC, Judge, answer, completion

RUN = new_run("test", SPEC, {})
RUBRIC = load_rubrics()["vendor_email"]
SUBMISSION = Submission(
    id="a",
    candidate="a",
    task="vendor_email",
    text="Order 12 came without the needles. Please send them by Monday, or credit us. Thanks, the clinic",
)


@pytest.fixture
def ledger() -> Iterator[SqlLedger]:
    with SqlLedger("sqlite://") as store:
        store.start_run(RUN)
        yield store


def instrument(repeats: int = 3, mode: Mode = "one_call") -> Instrument:
    return Instrument(RUBRIC, load_prompt("structured-v1"), mode, repeats)


def said(*verdicts: str) -> list[list[Rating]]:
    """One criterion, as often as there are verdicts; each met with evidence at its own place."""
    return [
        [rating("a", v, *([n] if v in {"met", "partly"} else []), reason=f"{n}")]
        for n, v in enumerate(verdicts)
    ]


@pytest.mark.parametrize(
    ("verdicts", "merged", "place", "p"),
    [
        (["met", "met", "not_met"], "met", [0], 2 / 3),
        (["not_met", "met", "met"], "met", [1], 2 / 3),
        (["not_met", "met", "not_met"], "not_met", [], 1 / 3),
        (["not_met", "met"], "not_met", [], 0.5),
        (["met", "not_met"], "met", [0], 0.5),
        (["partly", "met", "partly"], "partly", [0], 2 / 3),
        (["cannot_assess", "met", "not_met", "met"], "met", [1], 2 / 3),
        (["cannot_assess", "cannot_assess"], "cannot_assess", [], None),
        (["met", "met", "met"], "met", [0], 1),
    ],
)
def test_the_commonest_verdict_and_the_share_of_the_repeats(verdicts, merged: str, place, p) -> None:
    (found,) = merge(said(*verdicts))
    assert found.verdict == merged
    assert [e.start for e in found.evidence] == place
    assert found.probability == (None if p is None else pytest.approx(p))
    assert disagreeing(said(*verdicts)) == (("a",) if len(set(verdicts)) > 1 else ())


@pytest.mark.parametrize(
    ("levels", "merged", "place"),
    [
        ([3, 4, 4], 4, 1),
        ([4, 3, 4], 4, 0),
        ([2, 3], 2, 0),
        ([3, 2], 3, 0),
        ([2, 3, 4], 2, 0),
        ([5, 5, 1], 5, 0),
        ([None, 4, 4], 4, 1),
        ([None, None, 5], None, None),
    ],
)
def test_the_commonest_level_as_it_was_first_given(levels, merged: int | None, place: int | None) -> None:
    words = {None: "cannot_assess", 1: "not_met", 5: "met"}
    repeats = [
        [rating("a", words.get(level, "partly"), *([n] if level else []), level=level)]
        for n, level in enumerate(levels)
    ]
    (found,) = merge(repeats)
    assert found.level == merged
    assert [e.start for e in found.evidence] == ([] if place is None else [place])
    if merged:
        assert found == repeats[place or 0][0], "no probability is made of levels"
    assert disagreeing(repeats) == ("a",)


def test_levels_between_the_ends_differ_though_their_verdict_is_the_same() -> None:
    same, other = ([rating("a", "partly", 0, level=level)] for level in (3, 4))
    assert disagreeing([same, same]) == ()
    assert disagreeing([same, other]) == ("a",)


def test_probabilities_of_the_repeats_are_averaged() -> None:
    repeats = [[rating("a", "met", 1, probability=p)] for p in (0.9, 0.6, 0.6)]
    assert merge(repeats)[0].probability == pytest.approx(0.7)
    some = [[rating("a", "met", 1, probability=0.9)], [rating("a", "met", 1)], [rating("a", "not_met")]]
    assert merge(some)[0].probability == pytest.approx(2 / 3), "one without: then verdicts count"


def test_of_equal_verdicts_one_whose_evidence_holds_is_taken() -> None:
    bare = rating("a", "met").model_copy(update={"supported": False})
    (found,) = merge([[bare], [rating("a", "met", 1)], [rating("a", "met", 2)]])
    assert [e.start for e in found.evidence] == [1]
    (found,) = merge([[bare], [bare], [rating("a", "not_met")]])
    assert (found.verdict, found.supported) == ("met", False)


def test_one_repeat_comes_back_as_it_is() -> None:
    (one,) = said("met")
    assert merge([one]) == tuple(one)
    assert disagreeing([one]) == ()


def in_turn(*verdicts: Verdict) -> Judge:
    """Answers a repeat by its seed."""

    def respond(request: JudgeRequest) -> Completion:
        verdict = verdicts[request.judge.seed - SPEC.seed]
        return completion(answer(request, verdict, [1] if verdict is Verdict.MET else []))

    return Judge(respond)


async def test_repeats_differ_in_their_seed_alone(ledger: SqlLedger) -> None:
    judge = in_turn(*[Verdict.MET] * 3)
    record = await grade(SUBMISSION, instrument(), judge, Desk(ledger), RUN.id)
    assert [r.judge.seed for r in judge.asked] == [7, 8, 9]
    plain = [r.model_copy(update={"judge": r.judge.model_copy(update={"seed": 0})}) for r in judge.asked]
    assert plain[0] == plain[1] == plain[2]
    assert record.provenance is not None
    assert record.provenance.repeats == 3
    assert record.provenance.requests == tuple(r.digest for r in judge.asked)


async def test_the_first_repeat_is_the_request_without_repeats(ledger: SqlLedger) -> None:
    await grade(SUBMISSION, instrument(1), Judge(), Desk(ledger), RUN.id)
    judge = Judge()
    await grade(SUBMISSION, instrument(3), judge, Desk(ledger), RUN.id)
    assert [r.judge.seed for r in judge.asked] == [8, 9], "the first answer is in the ledger"


async def test_repeats_are_merged_and_a_difference_goes_to_a_person(ledger: SqlLedger) -> None:
    judge = in_turn(Verdict.NOT_MET, Verdict.MET, Verdict.MET)
    record = await grade(SUBMISSION, instrument(), judge, Desk(ledger), RUN.id)
    assert {r.verdict for r in record.ratings} == {Verdict.MET}
    assert {round(r.probability or 0, 9) for r in record.ratings} == {round(2 / 3, 9)}
    assert all(r.evidence for r in record.ratings)
    told = [r.detail for r in record.reviews if r.reason is ReviewReason.REPEATS_DISAGREE]
    assert told == [c.id for c in RUBRIC.criteria]
    assert record.state is State.NEEDS_REVIEW
    assert replay(record, ledger).difference == ""


async def test_repeats_of_one_mind_raise_nothing(ledger: SqlLedger) -> None:
    record = await grade(SUBMISSION, instrument(), in_turn(*[Verdict.MET] * 3), Desk(ledger), RUN.id)
    assert record.reviews == ()
    assert replay(record, ledger).difference == ""


async def test_repeats_of_many_calls_are_told_apart(ledger: SqlLedger) -> None:
    judge = in_turn(Verdict.MET, Verdict.NOT_MET)
    record = await grade(SUBMISSION, instrument(2, "per_criterion"), judge, Desk(ledger), RUN.id)
    assert len(judge.asked) == 2 * len(RUBRIC.criteria)
    assert [r.criterion for r in record.ratings] == [c.id for c in RUBRIC.criteria]
    assert {r.probability for r in record.ratings} == {0.5}
    assert replay(record, ledger).difference == ""


async def test_one_failed_repeat_is_no_score(ledger: SqlLedger) -> None:
    def respond(request: JudgeRequest) -> Completion:
        if request.judge.seed == 9:
            raise TransientError("503")
        return completion(answer(request))

    record = await grade(SUBMISSION, instrument(), Judge(respond), Desk(ledger), RUN.id)
    assert (record.state, record.reason, record.score) == (State.NOT_SCORED, Reason.PROVIDER_FAILED, None)
    again = Judge()
    await grade(SUBMISSION, instrument(), again, Desk(ledger), RUN.id)
    assert [r.judge.seed for r in again.asked] == [9], "only what failed"
