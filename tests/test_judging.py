import asyncio
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from grader.batch import grade_all
from grader.datafiles import load_prompt
from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec
from grader.domain.rating import Verdict
from grader.domain.reasons import Reason, ReviewReason
from grader.domain.record import GradeRecord, State
from grader.domain.rubric import Rubric
from grader.domain.submission import Submission
from grader.errors import PermanentError, TransientError
from grader.judge import build_requests, passages
from grader.judging import Beside, Seat, judge
from grader.ledger.desk import Desk
from grader.ledger.store import SqlLedger
from grader.pipeline import ATTEMPTS, Instrument
from grader.replay import replay
from grader.segments import segment
from grader.wiring import new_run
from tests.support.builders import criterion, exact, rubric
from tests.support.judges import SPEC, Judge, answer, completion

RUN = new_run("test", SPEC, {})
RUBRIC = rubric(criterion("a", critical=True), criterion("b"), words={"min": 5})
FLAGGED = rubric(
    criterion("a"), criterion("b"), criterion("f", negative=True, red_flag=True), words={"min": 5}
)
IDS = [c.id for c in RUBRIC.criteria]
TEXT = "Order 12 came without the needles. Please send them by Monday, or credit us. Thanks, the clinic"
SUBMISSION = Submission(id="a", candidate="a", task="vendor_email", text=TEXT)
NO_EVIDENCE = (Verdict.NOT_MET, Verdict.CANNOT_ASSESS)


@pytest.fixture
def ledger() -> Iterator[SqlLedger]:
    with SqlLedger("sqlite://") as store:
        store.start_run(RUN)
        yield store


def says(name: str, verdict: Verdict = Verdict.MET, segments: tuple[int, ...] = (1,)) -> Judge:
    """A judge of this name with one verdict for everything."""
    spec = JudgeSpec(provider="test", model=name)
    shown = () if verdict in NO_EVIDENCE else segments
    return Judge(lambda request: completion(answer(request, verdict, shown), model=f"{name}-1"), spec)


def differs(name: str, verdicts: Mapping[str, tuple[Verdict, int | None]]) -> Judge:
    """A judge with a verdict and its evidence for each criterion."""

    def respond(request: JudgeRequest) -> Completion:
        said = {
            one: {"segments": [at] if at else [], "reason": "So.", "verdict": verdict}
            for one, (verdict, at) in verdicts.items()
        }
        return completion(json.dumps(said))

    return Judge(respond, JudgeSpec(provider="test", model=name))


def fails(name: str, error: Exception) -> Judge:
    def respond(request: JudgeRequest) -> None:
        raise error

    return Judge(respond, JudgeSpec(provider="test", model=name))  # type: ignore[arg-type]


def seat(who: Judge, of: Rubric = RUBRIC, repeats: int = 1) -> Seat:
    instrument = Instrument(of, load_prompt("structured-v1"), "one_call", repeats)
    return Seat(who, {of.task: instrument})


async def by_panel(ledger: SqlLedger, *judges: Judge, **options: object) -> GradeRecord:
    first, *others = (seat(one, **options) for one in judges)  # type: ignore[arg-type]
    record = await judge(SUBMISSION, first, Beside(panel=tuple(others)), Desk(ledger), RUN.id)
    assert replay(record, ledger).difference == ""
    assert GradeRecord.model_validate_json(record.model_dump_json()) == record
    return record


async def passed(ledger: SqlLedger, first: Judge, stronger: Judge, **options: object) -> GradeRecord:
    beside = Beside(stronger=seat(stronger, **options))  # type: ignore[arg-type]
    record = await judge(SUBMISSION, seat(first, **options), beside, Desk(ledger), RUN.id)  # type: ignore[arg-type]
    assert replay(record, ledger).difference == ""
    assert GradeRecord.model_validate_json(record.model_dump_json()) == record
    return record


def told(record: GradeRecord) -> Mapping[ReviewReason, list[str]]:
    found: dict[ReviewReason, list[str]] = {}
    for review in record.reviews:
        found.setdefault(review.reason, []).append(review.detail)
    return found


async def test_a_record_by_one_judge_is_as_it_was_before_there_were_panels(ledger: SqlLedger) -> None:
    record = await by_panel(ledger, says("A"))
    assert not {"panel", "passed_on"} & record.model_dump().keys()
    assert (record.panel, record.passed_on) == (None, None)


async def test_a_panel_is_asked_the_same_and_keeps_what_each_said(ledger: SqlLedger) -> None:
    judges = [says("A", segments=(1,)), says("B", segments=(2,)), says("C", Verdict.NOT_MET)]
    record = await by_panel(ledger, *judges)
    assert [len(j.asked) for j in judges] == [1, 1, 1]
    assert judges[0].asked[0].messages == judges[1].asked[0].messages == judges[2].asked[0].messages
    assert {r.verdict for r in record.ratings} == {Verdict.MET}
    assert {tuple(e.segment for e in r.evidence) for r in record.ratings} == {(1, 2)}
    assert {r.rater for r in record.ratings} == {"test:A + test:B + test:C"}
    assert (record.state, record.calibration) == (State.NEEDS_REVIEW, "uncalibrated")
    assert told(record) == {ReviewReason.JUDGES_DISAGREE: IDS, ReviewReason.ALL_MAXIMUM: [""]}
    made = record.provenance
    assert made is not None
    assert (made.judge, made.model) == ("test:A + test:B + test:C", "A-1, B-1, C-1")
    assert made.requests == tuple(j.asked[0].digest for j in judges)
    panel = record.panel
    assert panel is not None
    assert [o.percent for o in panel.opinions] == [100, 100, 0]
    assert [{r.verdict for r in o.ratings} for o in panel.opinions] == [{"met"}, {"met"}, {"not_met"}]
    assert panel.exact == 0
    assert [(d.judges, list(d.criteria)) for d in panel.differences] == [
        (("test:A", "test:C"), IDS),
        (("test:B", "test:C"), IDS),
    ]


async def test_a_panel_of_one_mind(ledger: SqlLedger) -> None:
    record = await by_panel(ledger, says("A", Verdict.PARTLY), says("B", Verdict.PARTLY, (2,)))
    assert record.panel is not None
    assert (record.panel.exact, record.panel.differences) == (1, ())
    assert not {ReviewReason.JUDGES_DISAGREE, ReviewReason.JUDGES_TIED} & told(record).keys()


async def test_a_verdict_without_evidence_is_not_that_with_evidence(ledger: SqlLedger) -> None:
    record = await by_panel(ledger, says("A", segments=()), says("B"))
    assert record.panel is not None
    assert record.panel.exact == 0
    assert [list(d.criteria) for d in record.panel.differences] == [IDS]
    assert told(record)[ReviewReason.UNSUPPORTED] == IDS
    assert record.score
    assert record.score.percent == 100, "as by the judge that shows where it stands"


@pytest.mark.parametrize(("votes", "flags"), [(1, ["f"]), (2, [])])
async def test_a_red_flag_raised_by_half_of_the_judges_stays(
    ledger: SqlLedger, votes: int, flags: list[str]
) -> None:
    met, absent = (Verdict.MET, 1), (Verdict.NOT_MET, None)
    against = [differs(f"{n}", {"a": met, "b": met, "f": absent}) for n in range(votes)]
    record = await by_panel(ledger, differs("A", dict.fromkeys("abf", met)), *against, of=FLAGGED)
    assert told(record).get(ReviewReason.RED_FLAG, []) == flags
    assert record.state is State.NEEDS_REVIEW


async def test_what_one_judge_answered_is_not_asked_again_in_a_panel(ledger: SqlLedger) -> None:
    await by_panel(ledger, says("A"))
    again, other = says("A"), says("B")
    await by_panel(ledger, again, other)
    assert (len(again.asked), len(other.asked)) == (0, 1)


async def test_repeats_of_a_panel(ledger: SqlLedger) -> None:
    spec = JudgeSpec(provider="test", model="A")
    verdicts = (Verdict.MET, Verdict.NOT_MET, Verdict.MET)

    def in_turn(request: JudgeRequest) -> object:
        verdict = verdicts[request.judge.seed - spec.seed]
        return completion(answer(request, verdict, () if verdict in NO_EVIDENCE else (1,)))

    record = await by_panel(ledger, Judge(in_turn, spec), says("B"), repeats=3)  # type: ignore[arg-type]
    assert told(record)[ReviewReason.REPEATS_DISAGREE] == IDS
    assert record.panel is not None
    assert record.panel.exact == 1
    assert record.provenance is not None
    assert (record.provenance.repeats, len(record.provenance.requests)) == (3, 6)


async def test_a_judge_without_an_answer_is_no_score_and_the_others_are_kept(ledger: SqlLedger) -> None:
    record = await by_panel(ledger, says("A"), fails("B", TransientError("503")))
    assert (record.state, record.reason, record.score) == (State.NOT_SCORED, Reason.PROVIDER_FAILED, None)
    assert record.detail == "test:B: 503"
    assert record.panel is not None
    assert [(o.reason, bool(o.ratings)) for o in record.panel.opinions] == [
        (None, True),
        (Reason.PROVIDER_FAILED, False),
    ]
    assert record.panel.exact is None
    again = says("A")
    await by_panel(ledger, again, says("B"))
    assert again.asked == []


async def test_no_access_to_one_judge_ends_the_run(ledger: SqlLedger) -> None:
    with pytest.raises(PermanentError, match="key"):
        await by_panel(ledger, says("A"), fails("B", PermanentError("key", status=401)))


async def test_an_altered_opinion_is_found(ledger: SqlLedger) -> None:
    record = await by_panel(ledger, says("A"), says("B"))
    assert record.panel is not None
    first, other = record.panel.opinions
    raised = record.panel.model_copy(update={"opinions": (first.model_copy(update={"percent": 1.0}), other)})
    altered = record.model_copy(update={"panel": raised})
    assert replay(altered, ledger).difference == "These came out differently: panel."


@pytest.mark.parametrize("verdict", [Verdict.MET, Verdict.NOT_MET])
async def test_a_clear_answer_is_not_passed_on(ledger: SqlLedger, verdict: Verdict) -> None:
    stronger = says("S")
    record = await passed(ledger, says("A", verdict), stronger)
    assert (stronger.asked, record.passed_on) == ([], None)
    assert record.state is State.NEEDS_REVIEW, "full marks and no points are for a person, not for a judge"


@pytest.mark.parametrize(
    ("verdict", "segments", "reason"),
    [
        (Verdict.CANNOT_ASSESS, (), ReviewReason.CANNOT_ASSESS),
        (Verdict.MET, (), ReviewReason.UNSUPPORTED),
        (Verdict.PARTLY, (1,), ReviewReason.CRITICAL_PARTLY),
    ],
)
async def test_a_doubtful_answer_is_passed_on_and_both_are_kept(
    ledger: SqlLedger, verdict: Verdict, segments: tuple[int, ...], reason: ReviewReason
) -> None:
    stronger = says("S", segments=(2,))
    record = await passed(ledger, says("A", verdict, segments), stronger)
    assert len(stronger.asked) == 1
    assert {(r.rater, r.verdict) for r in record.ratings} == {("test:S", "met")}
    assert record.provenance is not None
    assert (record.provenance.judge, record.provenance.model) == ("test:S", "S-1")
    before = record.passed_on
    assert before is not None
    assert (before.first.provenance.judge, before.first.provenance.model) == ("test:A", "A-1")
    assert {r.verdict for r in before.first.ratings} == {verdict}
    assert {r.reason for r in before.why} == {reason}
    assert told(record) == {ReviewReason.ALL_MAXIMUM: [""]}, "only what the stronger judge leaves open"


@pytest.mark.parametrize(
    ("error", "asked"), [(PermanentError("filtered"), 0), (TransientError("503"), 0), (None, 1)]
)
async def test_a_first_judge_that_answers_nonsense_is_replaced_but_not_one_that_is_down(
    ledger: SqlLedger, error: Exception | None, asked: int
) -> None:
    nonsense = Judge(lambda request: completion("no"), JudgeSpec(provider="test", model="A"))
    stronger = says("S")
    record = await passed(ledger, fails("A", error) if error else nonsense, stronger)
    assert len(stronger.asked) == asked
    if asked:
        assert record.passed_on is not None
        assert (record.passed_on.first.reason, record.passed_on.why) == (Reason.MALFORMED_ANSWER, ())
        assert record.score
    else:
        assert (record.reason, record.passed_on) == (Reason.PROVIDER_FAILED, None)


async def test_a_first_judge_is_not_asked_again_because_another_process_asks_the_stronger_one(
    tmp_path: Path,
) -> None:
    nonsense = Judge(lambda request: completion("no"), JudgeSpec(provider="test", model="A"))
    stronger = says("S")
    with SqlLedger(str(tmp_path / "l.db")) as ledger, SqlLedger(str(tmp_path / "l.db")) as elsewhere:
        ledger.start_run(RUN)
        there = Desk(elsewhere)
        request = build_requests(
            RUBRIC,
            passages(TEXT, segment(TEXT)),
            load_prompt("structured-v1"),
            stronger.spec,
            "one_call",
        )[0]
        async with there.asking(request.digest, wait=True):
            grading = asyncio.create_task(
                judge(
                    SUBMISSION,
                    seat(nonsense),
                    Beside(stronger=seat(stronger)),
                    Desk(ledger),
                    RUN.id,
                    wait=False,
                )
            )
            await asyncio.wait([grading], timeout=0.3)
            assert not grading.done(), "it waits for what the other process asks"
        await there.settled()
        record = await grading
    assert (len(nonsense.asked), len(stronger.asked)) == (ATTEMPTS, 1)
    assert record.score


async def test_a_stronger_judge_that_fails_is_no_score(ledger: SqlLedger) -> None:
    first = says("A", Verdict.CANNOT_ASSESS)
    record = await passed(ledger, first, fails("S", TransientError("503")))
    assert (record.state, record.reason, record.ratings) == (State.NOT_SCORED, Reason.PROVIDER_FAILED, ())
    assert record.passed_on is not None
    assert len(record.passed_on.first.ratings) == len(IDS)


@pytest.mark.parametrize(
    ("first", "second", "flags"),
    [
        ((Verdict.MET, 1), (Verdict.NOT_MET, None), ["f"]),
        ((Verdict.MET, 1), (Verdict.MET, 2), ["f"]),
        ((Verdict.MET, None), (Verdict.NOT_MET, None), []),
        ((Verdict.NOT_MET, None), (Verdict.NOT_MET, None), []),
    ],
)
async def test_a_red_flag_of_the_first_judge_goes_to_a_person_whatever_the_stronger_one_says(
    ledger: SqlLedger, first: tuple[Verdict, int], second: tuple[Verdict, int], flags: list[str]
) -> None:
    unsure, met = (Verdict.CANNOT_ASSESS, None), (Verdict.MET, 1)
    partly = (Verdict.PARTLY, 1)
    record = await passed(
        ledger,
        differs("A", {"a": unsure, "b": met, "f": first}),
        differs("S", {"a": partly, "b": met, "f": second}),
        of=FLAGGED,
    )
    assert told(record).get(ReviewReason.RED_FLAG, []) == flags
    assert record.state is (State.NEEDS_REVIEW if flags else State.SCORED)
    assert record.score
    assert record.score.red_flags == (("f",) if second[0] is Verdict.MET else ())


async def test_doubt_about_an_answer_key_is_no_matter_for_a_judge(ledger: SqlLedger) -> None:
    of = rubric(criterion("a"), criterion("b"), exact("rate"), words={"min": 1})
    unclear = SUBMISSION.model_copy(update={"text": "The rate was 10% or perhaps 12%."})
    stronger = says("S")
    first = Judge(
        lambda request: completion(answer(request, Verdict.MET)), JudgeSpec(provider="test", model="A")
    )
    record = await judge(unclear, seat(first, of), Beside(stronger=seat(stronger, of)), Desk(ledger), RUN.id)
    assert told(record)[ReviewReason.CANNOT_ASSESS] == ["rate"]
    assert (stronger.asked, record.passed_on) == ([], None)


async def test_no_judge_is_asked_where_there_is_only_an_answer_key(ledger: SqlLedger) -> None:
    of = rubric(exact("rate"), words={"min": 1})
    given = SUBMISSION.model_copy(update={"text": "The rate was 10%."})
    judges = says("A"), says("B")
    first, other = (seat(one, of) for one in judges)
    record = await judge(given, first, Beside(panel=(other,)), Desk(ledger), RUN.id)
    assert (record.calibration, record.panel, judges[0].asked, judges[1].asked) == ("exact", None, [], [])


@pytest.mark.parametrize("text", ["", "Too short."])
async def test_an_unfit_answer_is_put_to_nobody(ledger: SqlLedger, text: str) -> None:
    judges = says("A"), says("B")
    first, other = map(seat, judges)
    given = SUBMISSION.model_copy(update={"text": text})
    record = await judge(given, first, Beside(panel=(other,), stronger=other), Desk(ledger), RUN.id)
    assert record.state is State.NOT_SCORED
    assert (record.panel, judges[0].asked, judges[1].asked) == (None, [], [])


async def test_a_batch_by_a_panel(ledger: SqlLedger) -> None:
    first, other = seat(says("A")), seat(says("B"))
    given = [SUBMISSION.model_copy(update={"id": f"{n}", "text": f"{TEXT} {n}"}) for n in range(3)]
    seen: list[GradeRecord] = []
    await grade_all(
        given,
        first.instruments,
        first.provider,
        Desk(ledger),
        RUN.id,
        workers=2,
        on_record=seen.append,
        beside=Beside(panel=(other,)),
    )
    assert {record.submission for record in ledger.records(RUN.id)} == {"0", "1", "2"}
    assert all(record.panel for record in seen)
