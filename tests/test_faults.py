"""A judge that fails in every way that is known: no criterion is lost and no score is invented."""

import asyncio
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from grader.batch import grade_all
from grader.calibration.applying import binding
from grader.datafiles import load_prompt, load_rubrics
from grader.domain.calibration import Signal
from grader.domain.exchange import Usage
from grader.domain.reasons import Reason
from grader.domain.record import GradeRecord, State
from grader.domain.submission import Submission
from grader.errors import PermanentError
from grader.ledger.desk import Desk
from grader.ledger.store import Spending, SqlLedger
from grader.pipeline import ATTEMPTS, Instrument
from grader.readers.submissions import read_submissions
from grader.replay import replay
from grader.wiring import JudgeOptions, new_run, open_judge
from tests.standin import StandIn, Step, answer, completion, serving
from tests.support.calibrations import calibration, curve

EXAMPLES = Path(__file__).parents[1] / "examples" / "medical_office_manager"
PROMPT = load_prompt("structured-v1")
INSTRUMENTS = {task: Instrument(rubric, PROMPT, "one_call") for task, rubric in load_rubrics().items()}
SUBMISSIONS = list(read_submissions(EXAMPLES, tasks=frozenset(INSTRUMENTS)))
NO_ANSWER = {"status", "reset", "cut", "stall", "hang", "html", "error_in_200"}


class Witness(StandIn):
    """A stand-in that remembers what it did with each request."""

    def _next_step(self) -> Step:
        step = super()._next_step()
        self.met.append(step)
        return step

    @property
    def met(self) -> list[Step]:
        return self.__dict__.setdefault("_met", [])


@pytest.fixture
def ledger() -> Iterator[SqlLedger]:
    with SqlLedger("sqlite://") as store:
        yield store


async def run(
    ledger: SqlLedger,
    server: StandIn,
    submissions: list[Submission],
    instruments: Mapping[str, Instrument] = INSTRUMENTS,
    **options: float | int,
) -> tuple[list[GradeRecord], Spending]:
    chosen = JudgeOptions(base_url=server.url, first_wait_s=0.001)._replace(**options)
    judge = open_judge("openai:test-model", chosen)
    started = new_run("test", judge.spec, {})
    ledger.start_run(started)
    heard: list[GradeRecord] = []
    try:
        await grade_all(
            submissions, instruments, judge, Desk(ledger), started.id, workers=8, on_record=heard.append
        )
    finally:
        await judge.close()
    records = list(ledger.records(started.id))
    assert len(records) == len(heard) == len(submissions)
    return records, ledger.spending(started.id)


def accepted(server: Witness) -> dict[str, dict[str, object]]:
    """By the message with the candidate's text: the good answer that the server gave to it at last."""
    found = {}
    for body, step in zip(server.bodies, server.met, strict=True):
        if step.kind == "ok":
            found[body["messages"][1]["content"] + body["messages"][2]["content"]] = answer(body, ())
    return found


def assert_nothing_invented(records: list[GradeRecord], server: Witness, ledger: SqlLedger) -> None:
    given = accepted(server)
    for record in records:
        if record.state is State.NOT_SCORED:
            assert record.score is None
            assert not record.ratings
            assert record.reason is not None
            continue
        assert record.provenance is not None
        rubric = INSTRUMENTS[record.task].rubric
        assert [r.criterion for r in record.ratings] == [c.id for c in rubric.criteria]
        messages = ledger.request(record.provenance.requests[0]).messages
        said = given[messages[1].content + messages[2].content]
        for rating in record.ratings:
            assert rating.verdict == said[rating.criterion]["verdict"]
            assert [e.segment for e in rating.evidence] == said[rating.criterion]["segments"]
        assert replay(record, ledger).difference == ""


def tokens(server: Witness) -> Usage:
    """What the server counted in all its answers, usable or not."""
    total = Usage()
    for body, step in zip(server.bodies, server.met, strict=True):
        if step.kind not in NO_ANSWER:
            told = completion(body, step.kind, ())["usage"]
            total += Usage(
                prompt_tokens=told["prompt_tokens"],
                completion_tokens=told["completion_tokens"],
                cached_tokens=told["prompt_tokens_details"]["cached_tokens"],
            )
    return total


MIX = [
    (Step("status", status=429), 0.05),
    (Step("status", status=429, headers={"Retry-After": "0"}), 0.02),
    (Step("status", status=500), 0.02),
    (Step("status", status=503, headers={"Retry-After": "0"}), 0.02),
    (Step("truncated"), 0.05),
    (Step("reset"), 0.02),
    (Step("cut"), 0.02),
    (Step("wrong_ids"), 0.02),
    (Step("missing_id"), 0.02),
    (Step("extra_text"), 0.02),
    (Step("out_of_range"), 0.02),
    (Step("duplicate_key"), 0.02),
    (Step("refusal"), 0.02),
    (Step("empty"), 0.02),
    (Step("html"), 0.02),
]


@pytest.mark.parametrize("share", [1, 2.5])
async def test_a_mix_of_faults_over_all_examples(ledger: SqlLedger, share: float) -> None:
    rates = [(step, rate * share) for step, rate in MIX]
    with serving(Witness(rates=rates, seed=1)) as server:
        records, spent = await run(ledger, server, SUBMISSIONS)
    assert_nothing_invented(records, server, ledger)
    assert sum(Counter(r.state for r in records).values()) == len(SUBMISSIONS) == 108
    answered = [step for step in server.met if step.kind not in NO_ANSWER]
    assert (spent.calls, spent.usage) == (len(answered), tokens(server))
    assert spent.failed == sum(step.kind != "ok" for step in answered) > 0
    sound = sum(r.state is not State.NOT_SCORED for r in records)
    assert sound == sum(step.kind == "ok" for step in server.met)


async def test_what_failed_is_asked_again_in_the_next_run_and_nothing_else(ledger: SqlLedger) -> None:
    with serving(Witness(rates=[(Step("wrong_ids"), 0.6)], seed=5)) as server:
        first, _ = await run(ledger, server, SUBMISSIONS[:30])
        before, server.rates = server.requests, ()
        second, spent = await run(ledger, server, SUBMISSIONS[:30])
    failed = [r.submission for r in first if r.reason is Reason.MALFORMED_ANSWER]
    assert len(failed) == server.requests - before == spent.calls > 0
    assert [r for r in second if r.submission not in failed] == [
        r for r in first if r.submission not in failed
    ]
    assert not [r for r in second if r.reason is Reason.MALFORMED_ANSWER]


ONE = [s for s in SUBMISSIONS if s.id == "c02/vendor_email"]


@pytest.mark.parametrize(
    "step",
    [
        Step("status", status=429),
        Step("status", status=429, headers={"Retry-After": "0.01"}),
        Step("status", status=500),
        Step("status", status=503),
        Step("reset"),
        Step("cut"),
        Step("html"),
        Step("truncated"),
        Step("wrong_ids"),
        Step("missing_id"),
        Step("extra_text"),
        Step("out_of_range"),
        Step("duplicate_key"),
        Step("empty"),
        Step("refusal"),
    ],
    ids=lambda step: f"{step.kind}-{step.status}" if step.kind == "status" else step.kind,
)
async def test_one_fault_is_got_over_and_a_lasting_one_is_told(ledger: SqlLedger, step: Step) -> None:
    with serving(Witness([step])) as server:
        (record,), _ = await run(ledger, server, ONE)
    assert record.score is not None
    assert server.requests == 2
    assert_nothing_invented([record], server, ledger)
    with SqlLedger("sqlite://") as other, serving(Witness(rates=[(step, 1.0)])) as server:
        (record,), spent = await run(other, server, ONE, tries=4, patience_s=0.0)
    assert record.state is State.NOT_SCORED
    assert record.score is None
    asked = {
        Reason.PROVIDER_FAILED: 1 if step.status == 429 else 4,
        Reason.MALFORMED_ANSWER: ATTEMPTS,
        Reason.REFUSED: ATTEMPTS,
    }
    assert record.reason in asked
    assert server.requests == asked[record.reason]
    assert spent.usage == tokens(server)


async def test_a_server_that_is_gone_ends_the_run_and_the_next_one_goes_on(ledger: SqlLedger) -> None:
    with serving(Witness()) as server:
        gone = JudgeOptions(base_url=server.url, first_wait_s=0.001, tries=2)
    judge = open_judge("openai:test-model", gone)
    started = new_run("test", judge.spec, {})
    ledger.start_run(started)
    with pytest.raises(PermanentError, match=r"^openai:test-model: connection failed; 3 calls in a row"):
        await grade_all(
            SUBMISSIONS, INSTRUMENTS, judge, Desk(ledger), started.id, workers=8, on_record=lambda _: None
        )
    await judge.close()
    assert len(list(ledger.records(started.id))) <= 2 + sum(not s.text.strip() for s in SUBMISSIONS)
    with serving(Witness()) as server:
        records, _ = await run(ledger, server, SUBMISSIONS)
    assert not [r for r in records if r.reason is Reason.PROVIDER_FAILED]
    assert_nothing_invented(records, server, ledger)


@pytest.mark.parametrize("kind", ["stall", "hang"])
async def test_a_silent_server_is_left_after_the_time_limit(ledger: SqlLedger, kind: str) -> None:
    with serving(Witness([Step(kind, seconds=600)])) as server:
        (record,), _ = await run(ledger, server, ONE, timeout_s=1.0)
    assert record.score is not None
    assert_nothing_invented([record], server, ledger)
    with SqlLedger("sqlite://") as other, serving(Witness(rates=[(Step(kind, seconds=600), 1.0)])) as server:
        (record,), spent = await run(other, server, ONE, timeout_s=0.2, tries=2)
    assert (record.state, record.reason) == (State.NOT_SCORED, Reason.PROVIDER_FAILED)
    assert (record.score, record.ratings, spent.calls, server.requests) == (None, (), 0, 2)
    assert "no answer in time" in record.detail


async def test_another_model_than_asked_for_is_told_and_no_calibration_holds_for_it(
    ledger: SqlLedger,
) -> None:
    with serving(Witness()) as server:
        (first,), _ = await run(ledger, server, ONE)
        rubric = INSTRUMENTS[first.task].rubric
        assert first.provenance is not None
        judge = open_judge("openai:test-model", JudgeOptions(base_url=server.url))
        made_for = binding(first.provenance, rubric, judge.spec)
        await judge.close()
        curves = tuple(curve(c.id) for c in rubric.criteria)
        fitted = calibration(binding=made_for, criteria=curves, signal=Signal.VERDICT)
        calibrated = {first.task: INSTRUMENTS[first.task]._replace(calibrations={made_for.digest: fitted})}
        (held,), _ = await run(ledger, server, ONE, calibrated)
        with SqlLedger("sqlite://") as other:
            server.steps.append(Step("other_model"))
            (record,), _ = await run(other, server, ONE, calibrated)
    assert (first.provenance.model, held.calibration) == ("test-model", "operational")
    assert None not in {r.calibrated for r in held.ratings}
    assert record.provenance is not None
    assert record.provenance.model == "another-model"
    assert (record.calibration, record.estimate) == ("uncalibrated", None)
    assert record.provenance.calibration is None
    assert {(r.calibrated, r.claimed) for r in record.ratings} == {(None, None)}


async def test_a_ledger_that_another_process_locks_for_a_while_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("grader.ledger.connect._BUSY_SECONDS", 0.05)
    monkeypatch.setattr("grader.ledger.desk._PAUSE_S", 0.05)
    some = SUBMISSIONS[:24]
    with serving(Witness(latency_s=0.02)) as server:
        with SqlLedger(str(tmp_path / "unbroken.db")) as unlocked:
            expected, needed = await run(unlocked, server, some)
        before = server.requests
        with (
            SqlLedger(str(tmp_path / "ledger.db")) as ledger,
            closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as other,
        ):

            def lock() -> None:
                other.execute("BEGIN IMMEDIATE")
                loop.call_later(1.0, other.rollback)

            loop = asyncio.get_running_loop()
            loop.call_later(0.1, lock)
            records, spent = await run(ledger, server, some)
    told = capsys.readouterr().err
    assert re.fullmatch(r"The ledger cannot be written: database is locked\..+ Waiting for .+ s\.\n", told)
    assert records == expected
    assert server.requests - before == spent.calls == needed.calls


async def test_an_answer_told_what_was_wrong_with_the_one_before(ledger: SqlLedger) -> None:
    with serving(Witness([Step("out_of_range")])) as server:
        await run(ledger, server, ONE)
    first, second = server.bodies
    assert second["messages"][:3] == first["messages"]
    assert json.loads(second["messages"][3]["content"])
    assert "segment 9999 does not exist" in second["messages"][4]["content"]
