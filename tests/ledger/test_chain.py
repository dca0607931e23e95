"""Every row that is kept is sealed once, whoever else writes meanwhile."""

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.audit.verifying import verify
from grader.domain.batch import Outgoing
from grader.domain.run import AnswerOutcome, TextKind
from grader.ledger.rows import keep
from grader.ledger.settling import Answered, Text
from grader.ledger.store import SqlLedger
from grader.wiring import new_run
from tests.ledger.test_people import COMMITMENT, HIRED, decision
from tests.ledger.test_store import request
from tests.support.calibrations import binding, calibration
from tests.support.databases import empty_database
from tests.support.judges import SPEC, answer, completion

RUN = new_run("test", SPEC, {})


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with empty_database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "l.db") if request.param == "sqlite" else request.getfixturevalue("server")


def sealed(ledger: SqlLedger) -> Counter[str]:
    """How many rows of each table the chain seals, after it was verified."""
    assert verify(ledger.lines, {}, None).findings == ()
    return Counter(line.table for line in ledger.lines())


def test_all_that_is_kept_is_sealed_once(tmp_path: Path) -> None:
    asked = request()
    with SqlLedger(str(tmp_path / "l.db")) as ledger:
        for _ in range(2):
            ledger.start_run(RUN)
            ledger.keep_text(TextKind.SUBMISSION, "one text \ud800")
            ledger.append_commitment(COMMITMENT)
            ledger.append_calibration(calibration(binding=binding()), shipped=True)
            ledger.append_adjudication(decision())
            ledger.append_hiring_decision(HIRED)
            ledger.append_completion(
                RUN.id, asked, asked, 1, completion(answer(asked), cost_usd=0.5), AnswerOutcome.OK
            )
            ledger.batches().claim("b", RUN.id, [Outgoing(asked, asked, 1, 1)])
            ledger.batches().claim("nothing is taken", RUN.id, [Outgoing(asked, asked, 1, 1)])
            ledger.end_run(RUN.id, "finished")
        messages = len(asked.messages) + 1
        assert sealed(ledger) == {
            "runs": 1,
            "run_ends": 1,
            "texts": 1 + messages,
            "requests": 1,
            "completions": 2,
            "commitments": 1,
            "calibrations": 1,
            "adjudications": 2,
            "hiring_decisions": 2,
            "batches": 1,
            "batch_rows": 1,
        }


def test_what_is_rolled_back_is_not_sealed() -> None:
    with SqlLedger("sqlite://") as ledger:
        with contextlib.suppress(ZeroDivisionError), ledger._writing() as connection:
            keep(connection, TextKind.SUBMISSION, "given up")
            raise ZeroDivisionError
        ledger.keep_text(TextKind.SUBMISSION, "kept")
        assert sealed(ledger) == {"texts": 1}


def test_many_who_write_at_once_make_one_chain(url: str) -> None:
    asked, failed = request(), []

    def write(name: int) -> None:
        try:
            with SqlLedger(url) as ledger:
                for turn in range(10):
                    texts = [Text(TextKind.MESSAGE, f"{turn} {one}") for one in range(5)]
                    kept = Answered(
                        RUN.id, asked, asked, name, completion(f"{turn}"), AnswerOutcome.MALFORMED
                    )
                    ledger.settle([*texts, kept])
                    ledger.append_hiring_decision(HIRED)
        except Exception as error:
            failed.append(error)

    with SqlLedger(url) as ledger:
        ledger.start_run(RUN)
        writers = [threading.Thread(target=write, args=(name,)) for name in range(4)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert not failed
        found = sealed(ledger)
        assert (found["completions"], found["hiring_decisions"]) == (40, 40)
        assert found["texts"] == 50 + len(asked.messages) + 1
