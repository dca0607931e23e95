import asyncio
import time
from collections import Counter
from pathlib import Path

import pytest

from grader.batch import grade_all
from grader.datafiles import load_prompt, load_rubrics
from grader.domain.exchange import Style
from grader.domain.rating import Verdict
from grader.domain.record import State
from grader.domain.run import AnswerOutcome
from grader.domain.submission import Submission
from grader.errors import BudgetError, PermanentError, TransientError
from grader.judge import passages
from grader.ledger.desk import Desk
from grader.ledger.store import SqlLedger
from grader.pipeline import Instrument, requests_for
from grader.replay import replay
from grader.segments import segment
from grader.wiring import new_run
from tests.support.judges import SPEC, Judge, answer, completion

PROMPT = load_prompt("structured-v1")
INSTRUMENTS = {task: Instrument(rubric, PROMPT, "one_call") for task, rubric in load_rubrics().items()}


def submissions(count: int) -> list[Submission]:
    return [
        Submission(
            id=f"c{n}/vendor_email",
            candidate=f"c{n}",
            task="vendor_email" if n % 7 else "no_such_task",
            text=""
            if n % 5 == 0
            else f"Box {n} of the gloves did not arrive; please send it again by Friday.",
        )
        for n in range(1, count + 1)
    ]


async def run_all(ledger: SqlLedger, judge: Judge, count: int, workers: int = 4) -> str:
    run = new_run("test", SPEC, {})
    ledger.start_run(run)
    heard = []
    await grade_all(
        submissions(count), INSTRUMENTS, judge, Desk(ledger), run.id, workers=workers, on_record=heard.append
    )
    assert len(heard) == count
    return run.id


async def test_states_add_up_and_records_keep_the_order_of_the_input() -> None:
    with SqlLedger("sqlite://") as ledger:
        run = await run_all(ledger, Judge(), 40)
        records = list(ledger.records(run))
    assert [r.submission for r in records] == [s.id for s in submissions(40)]
    assert Counter(r.state for r in records) == {State.SCORED: 28, State.NOT_SCORED: 12}


async def test_no_more_than_the_given_number_is_under_way() -> None:
    running = peak = 0

    class Slow(Judge):
        async def complete(self, request):
            nonlocal running, peak
            running += 1
            peak = max(peak, running)
            await asyncio.sleep(0.001)
            running -= 1
            return await super().complete(request)

    with SqlLedger("sqlite://") as ledger:
        await run_all(ledger, Slow(), 30, workers=3)
    assert peak == 3


async def test_a_wall_that_all_would_meet_stops_the_run_once_and_keeps_what_is_done() -> None:
    answered = 0

    def respond(request):
        nonlocal answered
        if answered == 5:
            raise PermanentError("the key was withdrawn", status=401)
        answered += 1
        return completion(answer(request))

    judge = Judge(respond)
    with SqlLedger("sqlite://") as ledger:
        with pytest.raises(PermanentError, match="withdrawn"):
            await run_all(ledger, judge, 40)
        (run,) = ledger.runs()
        assert sum(r.state is State.SCORED for r in ledger.records(run.id)) == 5
        assert len(judge.asked) <= 5 + 4


async def test_resuming_after_faults_gives_the_records_of_an_unbroken_run() -> None:
    count = 0

    def flaky(request):
        nonlocal count
        count += 1
        if count % 3 == 0:
            raise TransientError("503")
        return completion(answer(request))

    with SqlLedger("sqlite://") as ledger:
        unbroken = [r.model_dump() for r in ledger.records(await run_all(ledger, Judge(), 30))]
    with SqlLedger("sqlite://") as ledger:
        for _ in range(4):
            run = await run_all(ledger, Judge(flaky), 30)
        resumed = [r.model_dump() for r in ledger.records(run)]
        assert resumed == unbroken
        assert ledger.spending(run).calls < 5, "only what had failed was asked again"


async def test_equal_texts_at_once_are_asked_once_and_agree() -> None:
    verdicts = [Verdict.MET, Verdict.NOT_MET]
    judge = Judge(lambda request: completion(answer(request, verdicts.pop(0))))
    text = "Box 7 of the gloves did not arrive; please send it again by Friday."
    twins = [Submission(id=c, candidate=c, task="vendor_email", text=text) for c in "ab"]
    with SqlLedger("sqlite://") as ledger:
        run = new_run("test", SPEC, {})
        ledger.start_run(run)
        await grade_all(twins, INSTRUMENTS, judge, Desk(ledger), run.id, workers=2, on_record=lambda _: None)
        first, second = ledger.records(run.id)
        assert len(judge.asked) == 1
        assert first.ratings == second.ratings
        assert [replay(r, ledger).difference for r in (first, second)] == ["", ""]


async def test_what_another_process_asks_is_put_off_and_taken_from_it_in_the_end(tmp_path: Path) -> None:
    """While another holds the first text, the others are graded; its answer ends the wait."""
    others = Judge(lambda request: completion(answer(request, Verdict.NOT_MET)))
    given = [s for s in submissions(12) if s.text and s.task == "vendor_email"]
    with SqlLedger(str(tmp_path / "l.db")) as ledger:
        run = new_run("test", SPEC, {})
        ledger.start_run(run)
        theirs, heard = Desk(ledger), []
        instrument = INSTRUMENTS["vendor_email"]
        shown = passages(given[0].text, segment(given[0].text))
        (first,) = requests_for(instrument, shown, SPEC)

        def hear(record) -> None:
            heard.append(record.submission)

        judge = Judge()
        async with theirs.asking(first.digest, wait=True) as known:
            assert known is None
            ours = asyncio.create_task(
                grade_all(given, INSTRUMENTS, judge, Desk(ledger), run.id, workers=2, on_record=hear)
            )
            while len(heard) < len(given) - 1:
                await asyncio.sleep(0.01)
            assert given[0].id not in heard
            told = await others.complete(first)
            await theirs.append_completion(run.id, first, first, 1, told, AnswerOutcome.OK)
        await ours
        assert heard[-1] == given[0].id
        assert len(judge.asked) == len(given) - 1
        assert {r.verdict for r in next(ledger.records(run.id)).ratings} == {Verdict.NOT_MET}


async def test_records_of_a_decisions_judge_keep_the_order_of_the_input_too() -> None:
    judge = Judge(spec=SPEC.model_copy(update={"style": Style.DECISIONS}))
    with SqlLedger("sqlite://") as ledger:
        run = await run_all(ledger, judge, 9)
        assert [r.submission for r in ledger.records(run)] == [s.id for s in submissions(9)]


def slow_but_for_the_last(count: int, wait_s: float, failure: Exception | None) -> Judge:
    """Answers to `count` requests take a while; the one after that fails at once, if it is to fail."""

    class Slow(Judge):
        async def complete(self, request):
            self.asked.append(request)
            if len(self.asked) > count and failure is not None:
                raise failure
            await asyncio.sleep(wait_s)
            return completion(answer(request))

    return Slow()


def kept(ledger: SqlLedger) -> tuple[int, int]:
    """Answers, and records with a score."""
    (run,) = ledger.runs()
    return ledger.spending(run.id).calls, sum(r.state is State.SCORED for r in ledger.records(run.id))


@pytest.mark.parametrize("failure", [PermanentError("withdrawn", status=401), BudgetError("spent")])
def test_what_is_under_way_when_another_worker_fails_is_kept(tmp_path: Path, failure: Exception) -> None:
    judge = slow_but_for_the_last(3, 0.05, failure)
    with SqlLedger(str(tmp_path / "l.db")) as ledger:
        with pytest.raises(type(failure), match=str(failure)):
            asyncio.run(run_all(ledger, judge, 40))
        assert (len(judge.asked), kept(ledger)) == (4, (3, 3))


def test_a_stopped_run_keeps_what_is_under_way_and_begins_nothing(tmp_path: Path) -> None:
    judge = slow_but_for_the_last(4, 0.05, None)

    async def stopped(ledger: SqlLedger) -> None:
        run = asyncio.create_task(run_all(ledger, judge, 40))
        while len(judge.asked) < 4:
            await asyncio.sleep(0)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run

    with SqlLedger(str(tmp_path / "l.db")) as ledger:
        asyncio.run(stopped(ledger))
        assert (len(judge.asked), kept(ledger)) == (4, (4, 4))


def test_a_second_stop_does_not_wait_and_keeps_what_was_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.batch.WIND_DOWN_S", 3600.0)

    class Stuck(Judge):
        async def complete(self, request):
            self.asked.append(request)
            if len(self.asked) > 2:
                await asyncio.Event().wait()
            return completion(answer(request))

    judge = Stuck()

    async def stopped(ledger: SqlLedger) -> None:
        run = asyncio.create_task(run_all(ledger, judge, 40, workers=2))
        while len(judge.asked) < 4:
            await asyncio.sleep(0.001)
        for _ in range(2):
            run.cancel()
            await asyncio.sleep(0.01)
        with pytest.raises(asyncio.CancelledError):
            await run

    with SqlLedger(str(tmp_path / "l.db")) as ledger:
        asyncio.run(stopped(ledger))
        assert kept(ledger) == (2, 2)


def test_what_nobody_waits_for_any_more_is_kept_before_the_loop_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many answers come back at the very moment at which one worker fails, and the ledger is slow."""
    monkeypatch.setattr("grader.batch.WIND_DOWN_S", 0.0)

    class Crowd(Judge):
        gate: asyncio.Event

        async def complete(self, request):
            self.asked.append(request)
            if len(self.asked) == 1:
                self.gate = asyncio.Event()
            if len(self.asked) < 8:
                await self.gate.wait()
                return completion(answer(request))
            self.gate.set()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            raise PermanentError("withdrawn", status=401)

    with SqlLedger(str(tmp_path / "l.db")) as ledger:
        settle = ledger.settle

        def slowly(*given):
            time.sleep(0.01)
            return settle(*given)

        monkeypatch.setattr(ledger, "settle", slowly)
        with pytest.raises(PermanentError, match="withdrawn"):
            asyncio.run(run_all(ledger, Crowd(), 40, workers=10))
        assert kept(ledger)[0] == 7
