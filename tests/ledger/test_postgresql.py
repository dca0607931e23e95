"""The same ledger on PostgreSQL: a server of Debian's, or an empty database: GRADER_TEST_POSTGRESQL."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError

from grader.batch import grade_placed
from grader.datafiles import load_prompt, load_rubrics
from grader.domain.batch import Outgoing
from grader.domain.run import AnswerOutcome, TextKind
from grader.domain.submission import Submission
from grader.judging import Seat
from grader.ledger.desk import Desk
from grader.ledger.schema import SECOND, SEVENTH, THIRD, leases
from grader.ledger.settling import Answered, Step, Take, Text, settle
from grader.ledger.store import SqlLedger
from grader.pipeline import Instrument, grade
from grader.replay import replay
from grader.wiring import new_run
from tests.ledger.test_store import ADDED_BY_HAND, request
from tests.support.databases import empty_database
from tests.support.judges import SPEC, Judge, completion

TEXT = "Order 12 came without the needles \x00. Please send them by Monday, or credit us. Thanks, the clinic"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with empty_database() as found:
        yield found


@pytest.fixture
def ledger(url: str) -> Iterator[SqlLedger]:
    with SqlLedger(url) as store:
        yield store


async def test_a_graded_text_is_kept_found_and_replayed(ledger: SqlLedger) -> None:
    run = new_run("test", SPEC, {})
    ledger.start_run(run)
    instrument = Instrument(load_rubrics()["vendor_email"], load_prompt("structured-v1"), "one_call")
    submission = Submission(id=run.id, candidate="a", task="vendor_email", text=TEXT + run.id)
    judge = Judge()
    for position in range(2):
        ledger.append_record(
            run.id, position, await grade(submission, instrument, judge, Desk(ledger), run.id)
        )
    ledger.end_run(run.id, "finished")
    first, second = ledger.records(run.id)
    assert first == second
    assert len(judge.asked) == 1
    assert replay(first, ledger).difference == ""
    assert ledger.spending(run.id).calls == 1
    assert run.id in [known.id for known in ledger.runs()]


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM records",
        "UPDATE completions SET outcome = 'ok'",
        *(" ".join(("DELETE FROM", table.name)) for table in SECOND + THIRD + SEVENTH),
        *(" ".join(("UPDATE", table.name, "SET body = ''")) for table in SECOND + THIRD),
    ],
)
async def test_rows_can_only_be_added(ledger: SqlLedger, change: str) -> None:
    await test_a_graded_text_is_kept_found_and_replayed(ledger)
    with ledger._engine.begin() as connection:
        for people in ADDED_BY_HAND:
            connection.execute(sql(people))
    with pytest.raises(SQLAlchemyError, match="append-only"), ledger._engine.begin() as connection:
        connection.execute(sql(change))


async def test_who_comes_as_an_answer_is_being_kept_gets_it_and_does_not_ask_again(ledger: SqlLedger) -> None:
    run = new_run("test", SPEC, {})
    ledger.start_run(run)
    asked = request(TEXT + run.id)
    ledger.settle([Take(asked.digest)], "first")
    kept = Answered(run.id, asked, asked, 1, completion("{}"), AnswerOutcome.OK)
    with ledger._writing() as first:
        settle(first, [kept], "first")
        second = asyncio.create_task(asyncio.to_thread(ledger.settle, [Take(asked.digest)], "second"))
        while not second.done() and not waiting(ledger):
            await asyncio.sleep(0.01)
        assert not second.done()
    assert await second == [completion("{}")]
    with ledger._engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(leases)) == 0


def waiting(ledger: SqlLedger) -> bool:
    """Whether a transaction waits for another one."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with ledger._engine.connect() as connection:
        return bool(connection.scalar(sql(query)))


async def test_the_same_texts_in_any_order_hold_nobody_up(ledger: SqlLedger) -> None:
    for turn in range(20):
        texts: list[Step] = [Text(TextKind.MESSAGE, f"{turn} {number}") for number in range(40)]
        both = (asyncio.to_thread(ledger.settle, steps) for steps in (texts, texts[::-1]))
        await asyncio.gather(*both)


async def test_batches_of_the_same_in_any_order_hold_nobody_up(ledger: SqlLedger) -> None:
    run = new_run("test", SPEC, {})
    other = run.model_copy(update={"id": f"{run.id}-other"})
    for known in (run, other):
        ledger.start_run(known)
    batches = ledger.batches()
    for turn in range(5):
        texts = [f"Please send box {turn}-{number} of {run.id}." for number in range(40)]
        inputs = [
            (turn * 40 + number, Submission(id=str(number), candidate="a", task="t", text=text))
            for number, text in enumerate(texts)
        ]
        asked = [request(text) for text in texts]
        group = [Outgoing(one, one, 1, 1) for one in asked]
        await asyncio.gather(
            asyncio.to_thread(batches.add_inputs, run.id, inputs),
            asyncio.to_thread(batches.add_inputs, other.id, inputs[::-1]),
        )
        taken = await asyncio.gather(
            asyncio.to_thread(batches.claim, f"{run.id}-{turn}", run.id, group),
            asyncio.to_thread(batches.claim, f"{other.id}-{turn}", other.id, group[::-1]),
        )
        assert sum(taken) == len(group)
    assert list(batches.inputs(run.id)) == list(batches.inputs(other.id))


async def test_a_connection_that_the_server_closed_is_replaced(ledger: SqlLedger, url: str) -> None:
    ledger.runs()
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    with SqlLedger(url) as second, second._engine.begin() as connection:
        connection.execute(sql(f"{others} WHERE pid <> pg_backend_pid() AND datname = current_database()"))
    ledger.runs()


async def test_what_is_graded_is_known_by_its_place(ledger: SqlLedger) -> None:
    run = new_run("test", SPEC, {})
    ledger.start_run(run)
    judge, desk = Judge(), Desk(ledger)
    await grade_placed(
        [(place, Submission(id=str(place), candidate="a", task="none", text=TEXT)) for place in (3, 8)],
        Seat(judge, {}),
        desk,
        run.id,
        workers=2,
        on_record=lambda _: None,
    )
    assert ledger.graded(run.id, [2, 3, 8, 9]) == {3, 8}
    assert [record.submission for record in ledger.records(run.id)] == ["3", "8"]
