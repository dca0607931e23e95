"""Runs that are killed, stopped, or meet another run: nothing is lost, nothing is asked twice."""

import asyncio
import json
import os
import re
import signal
import sqlite3
import subprocess
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy.exc import OperationalError

from grader.ledger.desk import Desk
from grader.ledger.settling import Answered, settle
from grader.ledger.store import SqlLedger
from tests.cli.conftest import DEADLINE_S, EXAMPLES, call, environment, start, until
from tests.standin import StandIn, Step, serving

IN_FLIGHT = 4


def records(ledger: str, run: int = -1) -> list[str]:
    with SqlLedger(ledger, create=False) as store:
        return [record.model_dump_json() for record in store.records(store.runs()[run].id)]


def calls(ledger: str) -> list[int]:
    """How many answers each run brought into the ledger."""
    with SqlLedger(ledger, create=False) as store:
        return [store.spending(run.id).calls for run in store.runs()]


def leases_made_endless(ledger: str) -> int:
    """Lets what is still held be held for ever, unless somebody sees that its holder is gone."""
    with closing(sqlite3.connect(ledger)) as connection, connection:
        return connection.execute("UPDATE leases SET until = until + 1e9").rowcount


def kill(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=DEADLINE_S)
    assert process.returncode == -signal.SIGKILL


class Gated(StandIn):
    """Answers nothing while it is closed."""

    open = True
    waiting = 0

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        self.waiting += 1
        while not self.open:
            await asyncio.sleep(0.01)
        self.waiting -= 1
        return await super()._chat(request)


def command(server: StandIn, ledger: str) -> list[str]:
    options = ["--base-url", server.url, "--in-flight", str(IN_FLIGHT), "--ledger", ledger, "--json"]
    some = [part for n in range(7, 13) for part in ("--candidate", f"c{n:02}")]
    return ["grade", str(EXAMPLES), *some, "--judge", "openai:test-model", *options]


@pytest.fixture(scope="module")
def server():
    with serving(Gated(latency_s=0.05)) as served:
        yield served


@pytest.fixture(scope="module")
def unbroken(server: StandIn, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], int]:
    """The records of a run that nothing happened to, and the requests that it took."""
    ledger = str(tmp_path_factory.mktemp("unbroken") / "ledger.db")
    before = server.requests
    assert call(*command(server, ledger)).code == 3
    return records(ledger), server.requests - before


def test_killed_three_times_and_resumed(
    server: StandIn, unbroken: tuple[list[str], int], tmp_path: Path
) -> None:
    expected, needed = unbroken
    before = server.requests
    for moment in (1, needed // 3, 2 * needed // 3):
        process = start(*command(server, "ledger.db"), cwd=tmp_path)
        until(lambda moment=moment: server.requests - before >= moment, process)
        kill(process)
        assert leases_made_endless("ledger.db") <= 2 * IN_FLIGHT, "half of them still wait to ask"
    last = start(*command(server, "ledger.db"), cwd=tmp_path)
    _, err = last.communicate(timeout=DEADLINE_S)
    assert last.returncode == 3, err
    assert records("ledger.db") == expected
    assert sum(calls("ledger.db")) == needed
    assert needed <= server.requests - before <= needed + 3 * IN_FLIGHT
    assert leases_made_endless("ledger.db") == 0
    assert call("replay", "--ledger", "ledger.db").code == 0


def test_ctrl_c_keeps_what_is_done_and_prints_how_to_go_on(
    server: StandIn, unbroken: tuple[list[str], int], tmp_path: Path
) -> None:
    expected, needed = unbroken
    before = server.requests
    process = start(*command(server, "my ledger.db"), cwd=tmp_path)
    until(lambda: server.requests - before >= needed // 2, process)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 130, err
    assert (out, "Traceback" in err) == ("", False)
    told = re.search(r"^Stopped: (\d+) of 54 are graded and kept\.\nGo on with: (.+)$", err, re.MULTILINE)
    assert told, err
    kept = records("my ledger.db")
    assert len(kept) == int(told[1])
    assert set(kept) < set(expected)
    ran = subprocess.run(told[2], shell=True, env=environment(), capture_output=True, text=True)  # noqa: S602
    assert ran.returncode == 3, ran.stderr
    assert records("my ledger.db") == expected
    asked = sum(json.loads(record)["provenance"] is not None for record in kept)
    calls = json.loads(ran.stdout)["run"]["calls"]
    assert needed - asked - IN_FLIGHT <= calls <= needed - asked
    assert server.requests - before <= needed + IN_FLIGHT


def test_a_second_ctrl_c_stops_at_once(tmp_path: Path) -> None:
    with serving(StandIn(rates=[(Step("stall", seconds=600), 1.0)])) as server:
        process = start(*command(server, "ledger.db"), cwd=tmp_path)
        until(lambda: server.requests == IN_FLIGHT, process)
        for _ in range(2):
            os.killpg(process.pid, signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.5)
        _, err = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 130, err
    assert re.search(r"^Stopped: \d+ of 54 are graded and kept\.$", err, re.MULTILINE), err
    assert "Traceback" not in err


@pytest.mark.parametrize("killed", [False, True])
def test_two_runs_at_once_on_a_new_ledger_share_the_work(
    killed: bool, server: Gated, unbroken: tuple[list[str], int], tmp_path: Path
) -> None:
    expected, needed = unbroken
    before = server.requests
    server.open = False
    first, second = (start(*command(server, "ledger.db"), cwd=tmp_path) for _ in range(2))
    until(lambda: server.waiting == 2 * IN_FLIGHT, first)
    server.open = True
    if killed:
        until(lambda: server.requests - before >= needed // 2, first)
        kill(first)
        leases_made_endless("ledger.db")
    for process in [second] if killed else [first, second]:
        out, err = process.communicate(timeout=DEADLINE_S)
        assert process.returncode == 3, err
        assert len(json.loads(out)["submissions"]) == 54
    assert needed <= server.requests - before <= needed + (IN_FLIGHT if killed else 0)
    assert sum(calls("ledger.db")) == needed
    whole = [run for run in (0, 1) if records("ledger.db", run) == expected]
    assert len(whole) == (1 if killed else 2)
    assert killed or min(calls("ledger.db")) > 0
    for run in whole:
        with SqlLedger("ledger.db") as ledger:
            chosen = ledger.runs()[run].id
        assert call("replay", "--ledger", "ledger.db", "--run", chosen).code == 0


def test_a_disk_that_stays_full_ends_in_a_sentence_and_keeps_what_it_can(
    server: StandIn, unbroken: tuple[list[str], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, needed = unbroken
    before = server.requests
    room = needed // 2

    def on_a_small_disk(connection, steps, holder):
        nonlocal room
        room -= sum(isinstance(step, Answered) for step in steps)
        if room < 0:
            raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))
        return settle(connection, steps, holder)

    with monkeypatch.context() as full:
        full.setattr("grader.ledger.store.settle", on_a_small_disk)
        full.setattr("grader.cli.grading.Desk", partial(Desk, patience_s=0.0))
        outcome = call(*command(server, "ledger.db"))
    (kept,) = calls("ledger.db")
    assert 0 < kept <= needed // 2
    lost = server.requests - before - kept
    done, told = outcome.err.splitlines()[-2:]
    assert (outcome.code, outcome.out, "Traceback" in outcome.err) == (2, "", False)
    assert done == f"{len(records('ledger.db'))} of 54 are graded and kept."
    assert told.startswith("The ledger cannot be written: database or disk is full. What it holds is safe. ")
    assert f" {lost} answer{'s' * (lost > 1)} of the judge could not be kept. " in told
    assert 0 < lost <= IN_FLIGHT
    assert call(*command(server, "ledger.db")).code == 3
    assert records("ledger.db") == expected
    assert server.requests - before == needed + lost
