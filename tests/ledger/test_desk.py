import asyncio
import multiprocessing
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql

from grader.domain.exchange import JudgeRequest
from grader.domain.run import AnswerOutcome, BeingAskedError, TextKind
from grader.errors import LedgerError
from grader.ledger import leases, schema
from grader.ledger.desk import Desk
from grader.ledger.settling import Answered, Renew
from grader.ledger.store import SqlLedger
from grader.wiring import new_run
from tests.ledger.test_store import request
from tests.support.judges import SPEC, answer, completion

RUN = new_run("test", SPEC, {})


@pytest.fixture
def ledger(tmp_path: Path):
    with SqlLedger(str(tmp_path / "l.db")) as store:
        store.start_run(RUN)
        yield store


def held(ledger: SqlLedger) -> list[str]:
    with ledger._engine.connect() as connection:
        return list(connection.scalars(select(schema.leases.c.request)))


def lend(ledger: SqlLedger, asked: JudgeRequest, holder: str) -> None:
    with ledger._engine.begin() as connection:
        leases.take(connection, [asked.digest], holder)


async def keep(desk: Desk, asked: JudgeRequest, text: str = "good", run: str = RUN.id):
    return await desk.append_completion(run, asked, asked, 1, completion(text), AnswerOutcome.OK)


async def test_one_task_asks_and_the_others_get_its_answer(ledger: SqlLedger) -> None:
    desk, asked, asking = Desk(ledger), request(), 0

    async def work() -> str:
        nonlocal asking
        async with desk.asking(asked.digest, wait=True) as known:
            if known is not None:
                return known.text
            asking += 1
            await asyncio.sleep(0.01)
            await keep(desk, asked)
            return "asked"

    found = await asyncio.gather(*(work() for _ in range(20)))
    assert sorted(found) == ["asked", *["good"] * 19]
    assert asking == 1
    assert held(ledger) == []


async def test_who_fails_or_is_cancelled_leaves_the_right_to_ask_to_the_next(ledger: SqlLedger) -> None:
    desk, asked = Desk(ledger), request()

    async def fail() -> None:
        async with desk.asking(asked.digest, wait=True):
            assert held(ledger) == [asked.digest]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    async def forever() -> None:
        async with desk.asking(asked.digest, wait=True) as known:
            assert known is None
            await asyncio.Event().wait()

    task = asyncio.create_task(forever())
    while not held(ledger):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with desk.asking(asked.digest, wait=False) as known:
        assert known is None


async def test_what_another_process_asks_is_waited_for_or_put_off(ledger: SqlLedger) -> None:
    mine, asked = Desk(ledger), request()
    lend(ledger, asked, "another-host/1/x")
    with pytest.raises(BeingAskedError):
        async with mine.asking(asked.digest, wait=False):
            pass
    waiting = asyncio.create_task(_first(mine, asked))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    ledger.append_completion(RUN.id, asked, asked, 1, completion("theirs"), AnswerOutcome.OK)
    assert await waiting == "theirs"


async def _first(desk: Desk, asked: JudgeRequest) -> str | None:
    async with desk.asking(asked.digest, wait=True) as known:
        return known and known.text


@pytest.mark.parametrize("holder", ["ended", "silent"])
async def test_what_an_ended_or_silent_worker_held_is_free(
    ledger: SqlLedger, holder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = request()
    if holder == "ended":
        child = subprocess.Popen([sys.executable, "-c", ""])
        child.wait()
        lend(ledger, asked, f"{socket.gethostname()}/{child.pid}/x")
    else:
        monkeypatch.setattr(leases, "LASTS_S", -1.0)
        lend(ledger, asked, "another-host/1/x")
        monkeypatch.undo()
    assert await _first(Desk(ledger), asked) is None


async def test_a_lease_lasts_as_long_as_its_holder_asks(
    ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.ledger.desk.LASTS_S", 0.03)
    monkeypatch.setattr(leases, "LASTS_S", 0.2)
    desk, other, asked = Desk(ledger), Desk(ledger), request()
    async with desk.asking(asked.digest, wait=True):
        await asyncio.sleep(0.5)
        with pytest.raises(BeingAskedError):
            async with other.asking(asked.digest, wait=False):
                pass


async def test_an_earlier_answer_of_another_worker_counts(ledger: SqlLedger) -> None:
    asked = request()
    assert await keep(Desk(ledger), asked, "first") is None
    earlier = await keep(Desk(ledger), asked, "second")
    assert earlier is not None
    assert earlier.text == "first"


async def test_texts_are_durable_with_the_next_append(ledger: SqlLedger) -> None:
    desk = Desk(ledger)
    desk.keep_text(TextKind.SUBMISSION, "a text")
    await keep(desk, request())
    with ledger._engine.connect() as connection:
        kinds = set(connection.scalars(select(schema.texts.c.kind)))
    assert kinds == {"submission", "message", "schema"}


async def test_a_disk_that_is_full_for_a_while_holds_up_and_loses_nothing(
    ledger: SqlLedger, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.ledger.desk._PAUSE_S", 0.01)
    desk, asked = Desk(ledger), request("x" * 200_000)
    with ledger._engine.connect() as connection:
        pages = connection.execute(sql("PRAGMA page_count")).scalar()
    full, settle = [True], ledger.settle

    def limited(*given):
        limit = pages if full[0] else 10**9
        with ledger._engine.connect() as connection:
            connection.execute(sql(f"PRAGMA max_page_count = {limit}"))
            connection.commit()
        return settle(*given)

    monkeypatch.setattr(ledger, "settle", limited)
    keeping = asyncio.create_task(keep(desk, asked))
    while not (said := capsys.readouterr().err):
        await asyncio.sleep(0.01)
    assert "disk is full" in said
    assert not keeping.done()
    full[0] = False
    await keeping
    assert ledger.answer(asked.digest) is not None


async def test_a_trouble_that_lasts_ends_in_one_sentence_for_all(
    ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*given):
        raise LedgerError("The ledger cannot be written: locked.", may_pass=True)

    monkeypatch.setattr(ledger, "settle", refused)
    desk = Desk(ledger, patience_s=0.0)
    for _ in range(2):
        with pytest.raises(LedgerError, match="locked"):
            await keep(desk, request())


async def test_answers_that_could_not_be_kept_are_counted_at_the_end(
    ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle, desk = ledger.settle, Desk(ledger, patience_s=0.0)

    def too_full_for_two(steps, *given):
        if any(isinstance(step, Answered) and "Box" in step.completion.text for step in steps):
            raise LedgerError("The ledger cannot be written: full.", may_pass=True)
        return settle(steps, *given)

    monkeypatch.setattr(ledger, "settle", too_full_for_two)
    for number in (1, 2):
        with pytest.raises(LedgerError, match="full"):
            await keep(desk, request(f"Text {number}"), f"Box {number}")
    await keep(desk, request("Text 3"), "good")
    with pytest.raises(LedgerError, match="full"):
        async with desk.asking(request("Text 4").digest, wait=True):
            pass
    with pytest.raises(LedgerError, match=r"full\. 2 answers of the judge could not be kept\. .+ missing\.$"):
        await desk.settled()
    assert ledger.answer(request("Text 3").digest) is not None


def test_what_was_handed_in_is_kept_though_nobody_waits(ledger: SqlLedger) -> None:
    """Also where the loop is being closed, and so has cancelled the desk's own task."""
    asked = [request(f"Text {n}.") for n in range(3)]

    async def work() -> None:
        desk = Desk(ledger)
        for one in asked:
            keeping = asyncio.create_task(keep(desk, one))
            await asyncio.sleep(0)
            keeping.cancel()
        assert desk._working is not None
        desk._working.cancel()
        await desk.settled()

    asyncio.run(work())
    assert all(ledger.answer(one.digest) is not None for one in asked[1:])


async def test_leases_that_cannot_be_renewed_are_no_news_of_their_own(
    ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.ledger.desk.LASTS_S", 0.03)
    desk, settle = Desk(ledger, patience_s=0.0), ledger.settle

    def no_renewal(steps, *given):
        if any(isinstance(step, Renew) for step in steps):
            raise LedgerError("The ledger cannot be written: full.", may_pass=True)
        return settle(steps, *given)

    async def ask() -> None:
        async with desk.asking(request().digest, wait=True):
            monkeypatch.setattr(ledger, "settle", no_renewal)
            while desk._failed is None:
                await asyncio.sleep(0.01)

    await ask()
    with pytest.raises(LedgerError, match="full"):  # it is the next one's
        await ask()
    assert desk._renewing is not None
    await desk._renewing


def _ask_all(path: str, tally: str, count: int, run: str) -> None:
    async def work(store: SqlLedger) -> None:
        desk = Desk(store)

        async def one(n: int) -> None:
            asked = request(f"Text {n}.")
            async with desk.asking(asked.digest, wait=True) as known:
                if known is None:
                    with Path(tally).open("a") as file:
                        file.write(f"{n}\n")
                    await asyncio.sleep(0.001)
                    await keep(desk, asked, answer(asked), run)

        await asyncio.gather(*(one(n) for n in range(count)))

    with SqlLedger(path) as store:
        asyncio.run(work(store))


def test_processes_on_one_ledger_ask_nothing_twice(ledger: SqlLedger, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    given = (str(tmp_path / "l.db"), str(tmp_path / "asked"), 60, RUN.id)
    workers = [context.Process(target=_ask_all, args=given) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert sorted(map(int, (tmp_path / "asked").read_text().split())) == list(range(60))
    assert held(ledger) == []


def test_a_holder_is_named_by_host_and_process() -> None:
    assert leases.new_holder().startswith(f"{socket.gethostname()}/{os.getpid()}/")
    assert leases.new_holder() != leases.new_holder()


async def test_what_comes_close_together_shares_transactions(
    ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    settle = ledger.settle
    monkeypatch.setattr(
        ledger, "settle", lambda steps, holder: sizes.append(len(steps)) or settle(steps, holder)
    )
    monkeypatch.setattr("grader.ledger.desk._PACE_S", 0.2)
    desk = Desk(ledger)

    async def later(number: int) -> None:
        await asyncio.sleep(0.005 * number)
        await keep(desk, request(f"Answer {number}, which asks for the gloves of order 12."))

    await asyncio.gather(*map(later, range(12)))
    assert sum(sizes) == 12
    assert len(sizes) <= 3


async def test_an_answer_gives_its_lease_up_with_itself(ledger: SqlLedger) -> None:
    desk, asked = Desk(ledger), request()
    async with desk.asking(asked.digest, wait=True):
        assert held(ledger) == [asked.digest]
        await keep(desk, asked)
        assert held(ledger) == []
