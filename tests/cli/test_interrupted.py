"""Runs that are killed, stopped, or meet another run: nothing is lost, nothing is asked twice."""

import json
import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from grader.ledger.store import SqlLedger
from tests.cli.conftest import DEADLINE_S, EXAMPLES, call, environment, start, until
from tests.standin import StandIn, serving

IN_FLIGHT = 4


def records(ledger: str, run: int = -1) -> list[str]:
    with SqlLedger(ledger, create=False) as store:
        return [record.model_dump_json() for record in store.records(store.runs()[run].id)]


def command(server: StandIn, ledger: str) -> list[str]:
    options = ["--base-url", server.url, "--in-flight", str(IN_FLIGHT), "--ledger", ledger, "--json"]
    some = [part for n in range(7, 13) for part in ("--candidate", f"c{n:02}")]
    return ["grade", str(EXAMPLES), *some, "--judge", "openai:test-model", *options]


@pytest.fixture(scope="module")
def server():
    with serving(StandIn(latency_s=0.05)) as served:
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
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=DEADLINE_S)
        assert process.returncode == -signal.SIGKILL
    assert call(*command(server, "ledger.db")).code == 3
    assert records("ledger.db") == expected
    assert needed <= server.requests - before <= needed + 3 * IN_FLIGHT
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


def test_two_runs_at_once_on_a_new_ledger_both_end_well(
    server: StandIn, unbroken: tuple[list[str], int], tmp_path: Path
) -> None:
    processes = [start(*command(server, "ledger.db"), cwd=tmp_path) for _ in range(2)]
    for process in processes:
        out, err = process.communicate(timeout=DEADLINE_S)
        assert process.returncode == 3, err
        assert len(json.loads(out)["submissions"]) == 54
    for run in (0, 1):
        assert records("ledger.db", run) == unbroken[0]
        with SqlLedger("ledger.db") as ledger:
            chosen = ledger.runs()[run].id
        assert call("replay", "--ledger", "ledger.db", "--run", chosen).code == 0
