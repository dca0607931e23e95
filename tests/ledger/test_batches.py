"""What two processes may do to the same batches."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.domain.batch import BatchStatus, KnownBatch, Outgoing, Result, RowOutcome, Step
from grader.domain.reasons import Reason
from grader.domain.run import AnswerOutcome
from grader.domain.submission import Submission
from grader.errors import LedgerError
from grader.ledger.batches import SqlBatches
from grader.ledger.store import SqlLedger
from grader.wiring import new_run
from tests.ledger.test_store import request
from tests.support.judges import SPEC, answer, completion

RUN = new_run("test", SPEC, {})
SUBMITTED = BatchStatus(id="batch_1", state="validating", total=2, input_file="file-1")
LONG_AGO = "2020-01-01T00:00:00.000+00:00"


def outgoing(text: str = "Please send them by Friday.") -> Outgoing:
    asked = request(text)
    return Outgoing(asked, asked, 1, 1)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    with SqlLedger(str(tmp_path / "ledger.db")) as store:
        store.start_run(RUN)
        yield store


@pytest.fixture
def batches(ledger: SqlLedger) -> SqlBatches:
    return ledger.batches()


def claimed(batches: SqlBatches, *some: Outgoing, batch: str = "b1") -> KnownBatch:
    assert batches.claim(batch, RUN.id, some) == len(some)
    return batches.batch(batch)


def test_inputs_come_back_as_they_went_in_and_in_order(batches: SqlBatches) -> None:
    odd = "a\udc80\x00\u2028 b"
    given = [
        (n, Submission(id=f"s{n}", candidate="c", task="t", text=f"{odd}{n % 7}", source="f.csv:2"))
        for n in range(1001)
    ]
    given[3] = (3, given[3][1].model_copy(update={"problem": Reason.UNREADABLE, "detail": "No text."}))
    batches.add_inputs(RUN.id, given[500:])
    batches.add_inputs(RUN.id, given[:500])
    batches.add_inputs(RUN.id, given[:2])
    assert list(batches.inputs(RUN.id)) == given
    assert list(batches.inputs("another")) == []


def test_what_is_on_its_way_is_not_claimed_again(batches: SqlBatches) -> None:
    one, two = outgoing("One thing."), outgoing("Another thing.")
    claimed(batches, one)
    assert batches.claim("b2", RUN.id, [one]) == 0
    assert [b.id for b in batches.batches()] == ["b1"], "a batch of nothing is none"
    assert batches.claim("b2", RUN.id, [one, two, two]) == 1
    assert [row.asked for row in batches.rows("b2")] == [two.asked.digest]


def test_what_came_back_without_an_answer_can_be_claimed_again(batches: SqlBatches) -> None:
    one = outgoing()
    first = claimed(batches, one)
    batches.close(first, RowOutcome.UNFINISHED, "Expired.")
    claimed(batches, one, batch="b2")
    assert [row.number for row in batches.rows("b2")] == [2]


def test_a_batch_that_is_being_sent_takes_no_more(batches: SqlBatches) -> None:
    claimed(batches, outgoing())
    assert batches.note("b1", 1, Step.SENDING)
    with pytest.raises(LedgerError, match="taken over"):
        batches.claim("b1", RUN.id, [outgoing("More.")])
    assert len(batches.rows("b1")) == 1


def test_of_two_that_note_the_same_step_one_is_told_it_came_second(batches: SqlBatches) -> None:
    claimed(batches, outgoing())
    assert batches.note("b1", 1, Step.SENDING)
    assert not batches.note("b1", 1, Step.SENDING)
    assert batches.note("b1", 2, Step.SUBMITTED, SUBMITTED)
    known = batches.batch("b1")
    assert [event.step for event in known.events] == [Step.SENDING, Step.SUBMITTED]
    assert known.status == SUBMITTED
    assert known.idle_s < 3600
    with pytest.raises(LedgerError, match="no batch none"):
        batches.batch("none")


def test_a_row_has_one_result_and_its_answer_is_kept_once(ledger: SqlLedger, batches: SqlBatches) -> None:
    one = outgoing()
    known = claimed(batches, one)
    (row,) = batches.rows("b1")
    good = completion(answer(one.request), batch="batch_1", cost_usd=0.25)
    assert batches.keep(known, [Result(row, RowOutcome.OK, completion=good)]) == 1
    assert batches.keep(known, [Result(row, RowOutcome.OK, completion=completion("later"))]) == 0
    assert batches.close(known, RowOutcome.UNFINISHED, "Left out.") == 0
    assert ledger.answer(one.request.digest) == good
    assert ledger.spending(RUN.id)[:2] == (1, 0)
    assert ledger.spending(RUN.id).cost_usd == 0.25


def test_a_trail_tells_what_came_since(ledger: SqlLedger, batches: SqlBatches) -> None:
    one = outgoing()
    assert batches.trail(one.asked.digest, LONG_AGO) == (False, (), ())
    known = claimed(batches, one)
    assert batches.trail(one.asked.digest, LONG_AGO).waiting
    (row,) = batches.rows("b1")
    bad = completion("bad", batch="batch_1")
    batches.keep(known, [Result(row, RowOutcome.MALFORMED, "No JSON.", bad)])
    second = claimed(batches, one, batch="b2")
    batches.close(second, RowOutcome.UNFINISHED, "Expired.")
    ledger.append_completion(
        RUN.id, one.request, one.asked, 1, completion("bad, live"), AnswerOutcome.MALFORMED, "No JSON."
    )
    trail = batches.trail(one.asked.digest, LONG_AGO)
    assert trail == (False, ((bad, "No JSON."),), ((RowOutcome.UNFINISHED, "Expired."),))
    assert batches.trail(one.asked.digest, "2999-01-01T00:00:00.000+00:00") == (False, (), ())


def test_two_that_claim_and_keep_at_once_share(tmp_path: Path, ledger: SqlLedger) -> None:
    some = [outgoing(f"Thing number {n}.") for n in range(20)]
    counts: list[int] = []

    def claim(name: str) -> None:
        with SqlLedger(str(tmp_path / "ledger.db")) as own:
            counts.append(sum(own.batches().claim(name, RUN.id, [one]) for one in some))

    def keep(name: str) -> None:
        with SqlLedger(str(tmp_path / "ledger.db")) as own:
            known = own.batches().batch(name)
            results = [
                Result(row, RowOutcome.MALFORMED, "No.", completion("bad"))
                for row in own.batches().rows(name)
            ]
            counts.append(own.batches().keep(known, results))

    for work, names in ((claim, ("b1", "b2")), (keep, ("b1", "b1")), (keep, ("b2", "b2"))):
        if work is keep and names[0] not in {b.id for b in ledger.batches().batches()}:
            continue
        threads = [threading.Thread(target=work, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(counts) == 2 * len(some)
    assert ledger.spending(RUN.id).calls == len(some)
