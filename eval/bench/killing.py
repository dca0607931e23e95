"""Runs `grader grade` as a process of its own, undisturbed or killed at given moments until it is done."""

import hashlib
import random
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from eval.bench.environments import last_line
from eval.bench.material import JUDGE, TASK_ID
from eval.bench.systems import DidNotRunError, Load, stats, surroundings
from grader.ledger.store import SqlLedger

_LOOK_EVERY_S = 0.01
_SEED = 1


class Moment(NamedTuple):
    """When to kill: so many answers are kept, and then so many seconds have gone by."""

    kept: int
    after_s: float


class Unbroken(NamedTuple):
    """What an undisturbed run came to."""

    records: str
    """Digest of all records in order."""
    requests: int
    wall_s: float


class Broken(NamedTuple):
    """What a run came to that was killed; the records are those of the last start."""

    records: str
    requests: int
    wall_s: float
    kills: int


def moments(load: Load, kills: int) -> list[Moment]:
    """Random moments over a whole run, the same ones every time."""
    chance = random.Random(_SEED)
    kept = sorted(chance.randrange(load.responses - load.in_flight) for _ in range(kills))
    return [Moment(count, chance.uniform(0, load.latency_s)) for count in kept]


def unbroken_run(folder: Path, address: str, load: Load) -> Unbroken:
    """Run the command over the files in `folder`. Raises DidNotRunError."""
    ledger = folder / "unbroken.db"
    _count_anew(address)
    before = time.perf_counter()
    _finish(_start(folder, address, load, ledger))
    wall_s = time.perf_counter() - before
    return Unbroken(_records(ledger), stats(address)["requests"], wall_s)


def broken_run(folder: Path, address: str, load: Load, when: Sequence[Moment]) -> Broken:
    """The same, killed at these moments. Raises DidNotRunError."""
    ledger = folder / "broken.db"
    _count_anew(address)
    before = time.perf_counter()
    kills = sum(_killed(_start(folder, address, load, ledger), ledger, moment) for moment in when)
    _finish(_start(folder, address, load, ledger))
    wall_s = time.perf_counter() - before
    return Broken(_records(ledger), stats(address)["requests"], wall_s, kills)


def _start(folder: Path, address: str, load: Load, ledger: Path) -> subprocess.Popen[str]:
    command = [str(Path(sys.executable).parent / "grader"), "grade", str(folder / "answers.jsonl"), "--quiet"]
    command += ["--rubrics", str(folder / f"{TASK_ID}.yaml"), "--ledger", str(ledger), "--judge", JUDGE]
    command += ["--base-url", f"{address}/v1", "--in-flight", str(load.in_flight)]
    return subprocess.Popen(
        command,
        cwd=folder,
        env=surroundings(str(folder), address),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _killed(process: subprocess.Popen[str], ledger: Path, moment: Moment) -> bool:
    """Kill the process at this moment of the run; False if it had ended by then."""
    # the ledger may know of more already: at the least, this start is to bring in one answer
    wanted = max(moment.kept, _kept(ledger) + 1)
    while process.poll() is None and _kept(ledger) < wanted:
        time.sleep(_LOOK_EVERY_S)
    time.sleep(moment.after_s)
    if process.poll() is not None:
        _finish(process)
        return False
    process.kill()
    process.communicate()  # only then is it gone for those who look for it
    return True


def _finish(process: subprocess.Popen[str]) -> None:
    _, told = process.communicate()
    if process.returncode not in (0, 3):
        raise DidNotRunError(last_line(told) or f"ended with {process.returncode} and no words")


def _kept(ledger: Path) -> int:
    """Answers in a ledger, which may not be there yet."""
    if not ledger.exists():
        return 0
    with closing(sqlite3.connect(ledger)) as connection:
        try:
            return int(connection.execute("SELECT coalesce(max(id), 0) FROM completions").fetchone()[0])
        except sqlite3.OperationalError:  # no tables yet
            return 0


def _records(ledger: Path) -> str:
    whole = hashlib.sha256()
    with SqlLedger(str(ledger), create=False) as store:
        for record in store.records(store.runs()[-1].id):
            whole.update(f"{record.model_dump_json()}\n".encode())
    return whole.hexdigest()


def _count_anew(address: str) -> None:
    urllib.request.urlopen(urllib.request.Request(f"{address}/reset", method="POST")).close()  # noqa: S310 - ours
