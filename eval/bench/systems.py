"""The systems that are compared, and how one is run: in a process of its own, on a server of its own."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from eval.bench.environments import ROOT, NotInstalledError, last_line, python_of
from eval.bench.measuring import MARK, STARTED, Outcome
from eval.bench.server import Faults

_PATIENCE_S = 2 * 3600.0


class System(NamedTuple):
    """Something that grades, or the client alone."""

    name: str
    module: str
    """What is run, below eval.bench."""
    mode: str = ""
    calls: int = 1
    """Calls a response."""
    environment: str | None = None
    """Whose environment; None: our own."""


OURS = System("ours", "ours")
COMMAND = System("ours, whole command", "command")
FLOOR = System("floor: plain aiohttp", "peers.floor", environment="floor")
CLIENTS = (
    System("openai SDK, httpx", "peers.openai", "httpx", environment="openai"),
    System("openai SDK, aiohttp", "peers.openai", "aiohttp", environment="openai"),
    System("litellm", "peers.litellm", environment="litellm"),
)
GRADERS = (
    System("autorubric, one call", "peers.autorubric", "per_item", environment="autorubric"),
    System("autorubric, per criterion", "peers.autorubric", "per_criterion", 6, "autorubric"),
    System("inspect-ai, own one-call scorer", "peers.inspect_ai", environment="inspect"),
    System("deepeval, G-Eval", "peers.deepeval", calls=6, environment="deepeval"),
)
SYSTEMS = (OURS, COMMAND, FLOOR, *CLIENTS, *GRADERS)


class Load(NamedTuple):
    """What a system is put through."""

    responses: int
    in_flight: int = 50
    latency_s: float = 0.2
    faults: Faults = Faults()


class Result(NamedTuple):
    """What a system told of itself, and what the server saw of it."""

    wall_s: float
    cpu_s: float
    start_s: float
    peak_mb: float
    outcome: Outcome
    server: dict[str, Any]


class DidNotRunError(Exception):
    """A system that could not be installed or ended in an error; the words are its own."""


def run(system: System, load: Load) -> Result:
    """Run a system once. Raises DidNotRunError."""
    try:
        python = python_of(system.environment)
    except NotInstalledError as error:
        raise DidNotRunError(f"not installed: {error}") from error
    with serving(load) as address, tempfile.TemporaryDirectory() as home:
        command = [str(python), "-m", f"eval.bench.{system.module}", f"--url={address}/v1"]
        command += [f"--responses={load.responses}", f"--in-flight={load.in_flight}", f"--mode={system.mode}"]
        try:
            done = subprocess.run(
                command,
                cwd=home,
                env=surroundings(home, address),
                capture_output=True,
                text=True,
                check=False,
                timeout=_PATIENCE_S,
            )
        except subprocess.TimeoutExpired as error:
            raise DidNotRunError(f"not done after {_PATIENCE_S / 3600:.0f} hours") from error
        told = [line for line in done.stdout.splitlines() if line.startswith(MARK)]
        if not told:
            raise DidNotRunError(last_line(done.stderr) or f"ended with {done.returncode} and no words")
        figures = json.loads(told[-1].removeprefix(MARK))
        figures["outcome"] = Outcome(**figures["outcome"])
        return Result(**figures, server=stats(address))


def surroundings(home: str, address: str) -> dict[str, str]:
    """The environment of a system: nothing of the user's, no calls beyond loopback."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": home,
        "PYTHONPATH": str(ROOT),
        "OPENAI_API_KEY": "none",
        "OPENAI_BASE_URL": f"{address}/v1",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "DEEPEVAL_TELEMETRY_OPT_OUT": "YES",
        "ERROR_REPORTING": "NO",
        STARTED: str(time.time()),
    }


@contextmanager
def serving(load: Load) -> Iterator[str]:
    """A fresh server in a process of its own; yields its address."""
    options = [f"--latency={load.latency_s}"]
    options += [f"--{name.replace('_', '-')}={share}" for name, share in load.faults._asdict().items()]
    command = [sys.executable, "-m", "eval.bench.server", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.kill()


def stats(address: str) -> dict[str, Any]:
    """What a server was asked since it was last told to count from zero."""
    with urllib.request.urlopen(f"{address}/stats") as answer:  # noqa: S310 - our own server
        return dict(json.load(answer))
