"""A batch on several nodes, one of which goes: nothing goes with it, and nothing is asked twice."""

import asyncio
import json
import os
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import select

from eval.nodes import EXIT_NOT_UP
from grader.ledger import schema
from grader.ledger.store import SqlLedger
from tests.standin import StandIn, serving
from tests.support.databases import empty_database

pytestmark = pytest.mark.skipif(find_spec("ray") is None, reason="the extra 'ray' is not installed")

ROOT = Path(__file__).parents[2]
COUNT, IN_FLIGHT, NODES = 96, 8, 2
EACH = IN_FLIGHT // NODES
DEADLINE_S = 600
"""For processes on a busy machine; nothing waits that long on an idle one."""
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "GRADER_API_KEY": "none"}
PROGRAM = [sys.executable, "-c", "from grader.cli import main; main()"]


class Turnstile(StandIn):
    """Notes each request when it comes, and answers no more of them than it lets through."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[str] = Counter()
        self.lets_through = 0

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        self.asked[json.dumps(await request.json())] += 1
        while not self.lets_through:
            await asyncio.sleep(0.01)
        self.lets_through -= 1
        return await super()._chat(request)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with empty_database() as found:
        yield found


@contextmanager
def nodes() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "eval.nodes", str(NODES)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, **pipes) as cluster:
        yield cluster


def line(cluster: subprocess.Popen[str]) -> str:
    assert cluster.stdout is not None
    said = cluster.stdout.readline().strip()
    if not said and cluster.wait(DEADLINE_S) == EXIT_NOT_UP:
        pytest.skip("Ray's nodes do not come up on this machine: it is too busy")
    return said


def lose_one(cluster: subprocess.Popen[str]) -> None:
    assert cluster.stdin is not None
    cluster.stdin.write("lose\n")
    cluster.stdin.flush()
    assert line(cluster) == str(NODES - 1)


def until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.05)


def asking(url: str) -> Counter[str]:
    """How much each worker is asking at the moment."""
    with SqlLedger(url) as store, store._engine.connect() as connection:
        return Counter(connection.scalars(select(schema.leases.c.holder)))


def records(url: str) -> list[str]:
    with SqlLedger(url) as store:
        return [record.model_dump_json() for record in store.records(store.runs()[-1].id)]


def table(path: Path) -> Path:
    order = secrets.token_hex(4)
    rows = [
        f"c{n:03},vendor_email,Box {n} of order {order} did not arrive; please send it again by Friday."
        for n in range(COUNT)
    ]
    path.write_text("\n".join(["candidate,task,text", *rows, ""]), encoding="utf-8")
    return path


def test_a_node_goes_in_mid_run(url: str, tmp_path: Path) -> None:
    answers = table(tmp_path / "answers.csv")
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with serving(Turnstile()) as server:
        command = [*PROGRAM, "grade", str(answers), "--judge", "openai:m", "--base-url", server.url]
        command += ["--in-flight", str(IN_FLIGHT), "--quiet", "--ledger"]
        server.lets_through = COUNT
        alone = str(tmp_path / "alone.db")
        subprocess.run([*command, alone], env=ENVIRONMENT, check=True, capture_output=True)
        assert (server.lets_through, server.asked.total()) == (0, COUNT)
        server.asked.clear()
        with nodes() as cluster:
            on_ray = [*command, url, "--ray", line(cluster)]
            with subprocess.Popen(on_ray, cwd=tmp_path, env=ENVIRONMENT, **pipes) as process:
                until(lambda: len(asking(url)) == NODES, process)
                server.lets_through = COUNT // 3
                until(lambda: not server.lets_through and len(asking(url)) == NODES, process)
                lose_one(cluster)
                server.lets_through = 2 * COUNT
                _, told = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 0, told
    assert f"{NODES} workers on {NODES} nodes, each with {EACH} of {IN_FLIGHT} calls at once." in told
    assert records(url) == records(alone)
    assert len(server.asked) == COUNT
    assert 0 <= server.asked.total() - COUNT <= EACH, "only what the lost node was asking is asked again"
    assert not asking(url)
