"""The same ledger on PostgreSQL. Give a URL of an empty database on loopback in GRADER_TEST_POSTGRESQL."""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError

from grader.datafiles import load_prompt, load_rubrics
from grader.domain.submission import Submission
from grader.ledger.desk import Desk
from grader.ledger.schema import SECOND, THIRD
from grader.ledger.store import SqlLedger
from grader.pipeline import Instrument, grade
from grader.replay import replay
from grader.wiring import new_run
from tests.ledger.test_store import ADDED_BY_HAND
from tests.support.judges import SPEC, Judge

URL = os.environ.get("GRADER_TEST_POSTGRESQL", "")
pytestmark = pytest.mark.skipif(not URL, reason="GRADER_TEST_POSTGRESQL names no database")
TEXT = "Order 12 came without the needles \x00. Please send them by Monday, or credit us. Thanks, the clinic"


@pytest.fixture
def ledger() -> Iterator[SqlLedger]:
    with SqlLedger(URL) as store:
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
        *(" ".join(("DELETE FROM", table.name)) for table in SECOND + THIRD),
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
