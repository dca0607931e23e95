"""A score goes through the calibration that holds for it, and through no other; replay computes it again."""

import math
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text as sql

from grader.calibration.applying import binding
from grader.datafiles import load_prompt, load_rubrics
from grader.domain.calibration import Calibration, Guarantee, Line, Status
from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec
from grader.domain.rating import Verdict
from grader.domain.reasons import ReviewReason
from grader.domain.record import GradeRecord
from grader.domain.submission import Submission
from grader.ledger.desk import Desk
from grader.ledger.store import SqlLedger
from grader.pipeline import Instrument, grade
from grader.replay import replay
from grader.wiring import licensed, new_run
from tests.support.calibrations import calibration, curve
from tests.support.judges import SPEC, Judge, answer, completion

RUN = new_run("test", SPEC, {})
RUBRIC = load_rubrics()["vendor_email"]
PROMPT = load_prompt("structured-v1")
INSTRUMENT = Instrument(RUBRIC, PROMPT, "one_call")
SUBMISSION = Submission(
    id="a",
    candidate="a",
    task="vendor_email",
    text="Order 12 came without the needles. Please send them by Monday, or credit us. Thanks, the clinic",
)
MET = {Verdict.MET: 0.7, Verdict.NOT_MET: 0.3}


@pytest.fixture
def ledger() -> Iterator[SqlLedger]:
    with SqlLedger("sqlite://") as store:
        store.start_run(RUN)
        yield store


def likely(request: JudgeRequest, verdict: Verdict = Verdict.MET, model: str = "queue-1") -> Completion:
    """Everything met with probability 0.7, or not met with evidence found all the same."""
    probabilities = dict.fromkeys(request.answer_schema["required"], MET)
    return completion(answer(request, verdict), probabilities=probabilities, model=model)


async def graded(
    ledger: SqlLedger, instrument: Instrument = INSTRUMENT, judge: Judge | None = None
) -> GradeRecord:
    return await grade(SUBMISSION, instrument, judge or Judge(likely), Desk(ledger), RUN.id)


def holding(record: GradeRecord, judge: JudgeSpec = SPEC, **fields: Any) -> Calibration:
    """An operational calibration that holds for the record: met only from 0.73 on, but for `thanks`."""
    assert record.provenance is not None
    return calibration(
        binding=binding(record.provenance, RUBRIC, judge),
        criteria=tuple(curve(c.id, intercept=1.0 if c.id == "thanks" else -1.0) for c in RUBRIC.criteria),
        line=Line(slope=0.5, intercept=30, standard_error=4, n=200),
        **fields,
    )


def using(found: Calibration, instrument: Instrument = INSTRUMENT) -> Instrument:
    assert found.binding is not None
    return instrument._replace(calibrations={found.binding.digest: found})


async def test_without_a_calibration_verdicts_are_the_judges_own(ledger: SqlLedger) -> None:
    record = await graded(ledger)
    assert record.calibration == "uncalibrated"
    assert record.estimate is None
    assert {(r.calibrated, r.threshold, r.claimed) for r in record.ratings} == {(None, None, None)}
    assert record.provenance is not None
    assert (record.provenance.calibration, record.provenance.signal) == (None, None)


@pytest.mark.parametrize("status", [Status.OPERATIONAL, Status.DEMONSTRATION])
async def test_with_the_calibration_that_holds_verdicts_are_calibrated(
    ledger: SqlLedger, status: Status
) -> None:
    found = holding(await graded(ledger), status=status)
    judge = Judge(likely)
    record = await graded(ledger, using(found), judge)
    assert judge.asked == [], "the answers are in the ledger already"
    assert record.calibration == ("operational" if status is Status.OPERATIONAL else "demonstration")
    assert record.provenance is not None
    assert (record.provenance.calibration, record.provenance.signal) == (found.digest, found.signal.value)
    by_criterion = {r.criterion: r for r in record.ratings}
    lowered, raised = 1 / (1 + math.e * 0.3 / 0.7), 1 / (1 + 0.3 / 0.7 / math.e)
    for name, rating in by_criterion.items():
        assert rating.calibrated == pytest.approx(raised if name == "thanks" else lowered, abs=1e-6)
    assert {r.threshold for r in record.ratings} == {0.25}
    assert {c: (r.verdict, r.claimed) for c, r in by_criterion.items() if c != "thanks"} == {
        c.id: (Verdict.NOT_MET, Verdict.MET) for c in RUBRIC.criteria if c.id != "thanks"
    }
    assert (by_criterion["thanks"].verdict, by_criterion["thanks"].claimed) == (Verdict.MET, None)
    assert record.score is not None
    assert record.score.points == RUBRIC.criterion("thanks").points
    assert record.estimate is not None
    assert record.estimate.percent == pytest.approx(30 + 0.5 * record.score.percent, abs=1e-4)


async def test_a_turn_to_met_counts_only_where_the_judge_had_found_evidence(ledger: SqlLedger) -> None:
    def bare(request: JudgeRequest) -> Completion:
        probabilities = dict.fromkeys(request.answer_schema["required"], MET)
        segments = {"thanks": [1]}
        judgments = {
            c: f'{{"segments": {segments.get(c, [])}, "reason": "No.", "verdict": "not_met"}}'
            for c in request.answer_schema["required"]
        }
        text = "{" + ", ".join(f'"{c}": {given}' for c, given in judgments.items()) + "}"
        return completion(text, probabilities=probabilities)

    first = await graded(ledger, judge=Judge(bare))
    found = holding(first).model_copy(update={"criteria": tuple(curve(c.id) for c in RUBRIC.criteria)})
    record = await graded(ledger, using(found))
    assert {(r.verdict, r.claimed) for r in record.ratings} == {(Verdict.MET, Verdict.NOT_MET)}
    assert [r.criterion for r in record.ratings if r.supported] == ["thanks"]
    assert record.score is not None
    assert record.score.points == RUBRIC.criterion("thanks").points
    unsupported = [r.detail for r in record.reviews if r.reason is ReviewReason.UNSUPPORTED]
    assert unsupported == [c.id for c in RUBRIC.criteria if c.id != "thanks"]


async def test_below_the_threshold_of_the_promise_a_person_decides(ledger: SqlLedger) -> None:
    promise = Guarantee(
        agreement=0.9,
        confidence=0.95,
        threshold=0.8,
        n=100,
        candidates=50,
        design_effect=1,
        coverage=0.5,
        observed=0.96,
        lower=0.92,
    )
    found = holding(await graded(ledger), guarantee=promise)
    record = await graded(ledger, using(found))
    abstained = {
        r.detail for r in record.reviews if r.reason in {ReviewReason.ABSTAINED, ReviewReason.CRITICAL_DOUBT}
    }
    assert abstained == {c.id for c in RUBRIC.criteria} - {"thanks"}


def other_prompt(instrument: Instrument) -> Instrument:
    return instrument._replace(prompt=PROMPT.model_copy(update={"system": PROMPT.system + "."}))


def other_rubric(instrument: Instrument) -> Instrument:
    return instrument._replace(rubric=RUBRIC.model_copy(update={"instructions": RUBRIC.instructions + "."}))


def other_points(instrument: Instrument) -> Instrument:
    return instrument._replace(rubric=RUBRIC.model_copy(update={"critical_cap": 59.0}))


@pytest.mark.parametrize(
    "changed",
    [
        other_prompt,
        other_rubric,
        other_points,
        lambda i: i._replace(mode="per_criterion"),
        lambda i: i._replace(repeats=2),
    ],
    ids=["prompt", "rubric", "cap", "mode", "repeats"],
)
async def test_one_change_of_the_instrument_takes_the_calibration_away(ledger: SqlLedger, changed) -> None:
    used = using(holding(await graded(ledger)))
    assert (await graded(ledger, used)).calibration == "operational"
    record = await graded(ledger, changed(used))
    assert record.score is not None
    assert record.calibration == "uncalibrated"
    assert all(r.calibrated is None for r in record.ratings)


@pytest.mark.parametrize(
    "changed",
    [
        {"temperature": 0.1},
        {"seed": 8},
        {"max_tokens": 1999},
        {"model": "queue "},
        {"provider": "tests"},
        {"options": {"endpoint": "here"}},
    ],
    ids=lambda changed: next(iter(changed)),
)
async def test_one_changed_parameter_of_the_judge_takes_the_calibration_away(
    ledger: SqlLedger, changed: dict[str, Any]
) -> None:
    used = using(holding(await graded(ledger)))
    judge = Judge(likely, spec=SPEC.model_copy(update=changed))
    assert (await graded(ledger, used, judge)).calibration == "uncalibrated"


async def test_another_model_behind_the_same_name_takes_the_calibration_away(ledger: SqlLedger) -> None:
    used = using(holding(await graded(ledger)))
    with SqlLedger("sqlite://") as other:
        other.start_run(RUN)
        judge = Judge(lambda request: likely(request, model="queue-1.1"))
        assert (await graded(other, used, judge)).calibration == "uncalibrated"


async def test_replay_computes_a_calibrated_record_again(ledger: SqlLedger) -> None:
    found = holding(await graded(ledger))
    ledger.append_calibration(found)
    record = await graded(ledger, using(found))
    assert record.calibration == "operational"
    assert replay(record, ledger).difference == ""
    ledger.append_calibration(found.model_copy(update={"status": Status.NOT_GOOD_ENOUGH}))
    assert replay(record, ledger).difference == "", "what was licensed then stays as it was"


async def test_replay_tells_of_a_missing_calibration(ledger: SqlLedger) -> None:
    record = await graded(ledger, using(holding(await graded(ledger))))
    assert "holds no calibration" in replay(record, ledger).difference


async def test_replay_tells_of_an_altered_calibration(ledger: SqlLedger) -> None:
    found = holding(await graded(ledger))
    ledger.append_calibration(found)
    record = await graded(ledger, using(found))
    with ledger._engine.begin() as connection:
        connection.execute(sql("DROP TRIGGER calibrations_no_UPDATE"))
        connection.execute(sql("UPDATE calibrations SET body = replace(body, 'vendor_email', 'vendor_mail')"))
    assert "was altered in the ledger" in replay(record, ledger).difference


async def test_replay_tells_of_altered_calibrated_ratings(ledger: SqlLedger) -> None:
    found = holding(await graded(ledger))
    ledger.append_calibration(found)
    record = await graded(ledger, using(found))
    for changed in ({"estimate": None}, {"calibration": "uncalibrated"}, {"ratings": record.ratings[:-1]}):
        raised = record.model_copy(update=changed)
        assert next(iter(changed)) in replay(raised, ledger).difference


async def test_a_calibration_in_the_ledger_is_put_to_use(ledger: SqlLedger) -> None:
    found = holding(await graded(ledger))
    assert found.binding is not None
    ledger.append_calibration(found)
    assert licensed(ledger, SPEC) == {found.binding.digest: found}


@pytest.mark.parametrize("status", [Status.NOT_GOOD_ENOUGH, Status.NOT_ENOUGH_DATA])
async def test_a_worse_calibration_suspends_the_one_before(ledger: SqlLedger, status: Status) -> None:
    found = holding(await graded(ledger))
    assert found.binding is not None
    ledger.append_calibration(found)
    ledger.append_calibration(found.model_copy(update={"status": status}))
    assert licensed(ledger, SPEC) == {}
    ledger.append_calibration(found)
    assert licensed(ledger, SPEC) == {found.binding.digest: found}, "a later good one is in use again"


async def test_one_read_from_a_file_licenses_nothing_and_suspends_nothing(ledger: SqlLedger) -> None:
    found = holding(await graded(ledger))
    assert found.binding is not None
    ledger.append_calibration(found)
    ledger.append_calibration(calibration(binding=None, status=Status.NOT_GOOD_ENOUGH))
    assert licensed(ledger, SPEC) == {found.binding.digest: found}


async def test_a_shipped_calibration_is_kept_for_replay_and_yields_to_the_users_own(
    ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await graded(ledger)
    shipped = holding(first, status=Status.DEMONSTRATION)
    foreign = holding(first, status=Status.DEMONSTRATION)
    assert foreign.binding is not None
    assert shipped.binding is not None
    foreign = foreign.model_copy(
        update={"binding": foreign.binding.model_copy(update={"judge": "test:another"})}
    )
    monkeypatch.setattr("grader.wiring.shipped_calibrations", lambda: [shipped, foreign])
    for _ in range(2):
        assert licensed(ledger, SPEC) == {shipped.binding.digest: shipped}
    with ledger._engine.connect() as connection:
        assert connection.execute(sql("SELECT count(*) FROM calibrations")).scalar() == 1
    record = await graded(ledger, using(shipped))
    assert record.calibration == "demonstration"
    assert replay(record, ledger).difference == ""
    ledger.append_calibration(shipped.model_copy(update={"status": Status.NOT_GOOD_ENOUGH}))
    assert licensed(ledger, SPEC) == {}, "one's own finding goes before what was shipped"
