"""The program called in-process, as a process of its own, and a finished run over all examples."""

import contextlib
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pytest

from grader.cli import main
from grader.datafiles import load_rubrics

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "medical_office_manager"
TEXT = "Dear Tom, six boxes of gloves are missing from the order; please send them by Friday. Thank you, Ana"
DEADLINE_S = 120
"""For processes on a busy machine; nothing waits that long on an idle one."""


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


class Call(Protocol):
    def __call__(self, *arguments: object) -> Outcome: ...


def call(*arguments: object) -> Outcome:
    """Run the program in this process."""
    out, err = io.StringIO(), io.StringIO()
    code: Any = 0
    command, sys.argv = sys.argv, ["grader", *map(str, arguments)]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            main()
    except SystemExit as stop:
        code = stop.code or 0
    finally:
        sys.argv = command
    return Outcome(code, out.getvalue(), err.getvalue())


def start(*arguments: object, cwd: Path) -> subprocess.Popen[str]:
    """Start the program as a process group of its own, in which SIGINT is not ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            [grader_script(), *map(str, arguments)],
            cwd=cwd,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)


def grader_script() -> str:
    return str(Path(sys.executable).parent / "grader")


def environment() -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}


def until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait until `condition` holds while `process` runs."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.002)


@cache
def verdicts() -> str:
    """A script of mixed verdicts for every shipped criterion."""
    some = ("met", "met", "partly", "not_met")
    ids = [c.id for rubric in load_rubrics().values() for c in rubric.criteria]
    return json.dumps({i: some[hashlib.sha256(i.encode()).digest()[0] % len(some)] for i in ids})


def script(path: Path) -> Path:
    path.write_text(verdicts(), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty working directory, and none of the user's settings."""
    monkeypatch.chdir(tmp_path)
    for name in ("JUDGE", "RUBRICS", "LEDGER", "BASE_URL", "API_KEY"):
        monkeypatch.delenv(f"GRADER_{name}", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def grader() -> Call:
    return call


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """Two submissions that can be graded."""
    table = tmp_path / "answers.csv"
    table.write_text(f'candidate,task,text\na,vendor_email,"{TEXT}"\nb,vendor_email,"{TEXT} Please!"\n')
    return table


@pytest.fixture
def scripted(tmp_path: Path) -> str:
    return f"scripted:{script(tmp_path / 'script.json')}"


class Graded(NamedTuple):
    ledger: Path
    judge: str
    outcome: Outcome


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """All examples, graded once by a scripted judge."""
    folder = tmp_path_factory.mktemp("examples")
    judge = f"scripted:{script(folder / 'script.json')}"
    ledger = folder / "ledger.db"
    outcome = call("grade", EXAMPLES, "--judge", judge, "--ledger", ledger, "--json")
    return Graded(ledger, judge, outcome)
