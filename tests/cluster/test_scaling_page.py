"""The commands of docs/scaling.md are run, with this machine in the place of the page's."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import pytest

from eval.throwaway_postgresql import absence, postgresql, programs
from tests.standin import StandIn, serving

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
HOST = "127.0.0.2"
"""Not 127.0.0.1, in whose place Ray would put the machine's outer address."""
DEADLINE_S = 600
TRIES = 5

pytestmark = [
    pytest.mark.skipif(find_spec("ray") is None, reason="the extra 'ray' is not installed"),
    pytest.mark.skipif(find_spec("psycopg") is None, reason="the extra 'postgresql' is not installed"),
    pytest.mark.skipif(bool(absence()), reason=absence()),
]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        return int(taken.getsockname()[1])


@contextmanager
def started(command: str, environment: dict[str, str]) -> Iterator[None]:
    """A `ray start --block` that is up; on a busy machine Ray's own helpers may be too late for it."""
    for _ in range(TRIES):
        process = subprocess.Popen(
            ["bash", "-c", f"exec env {command.strip()}"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            assert process.stdout is not None
            if any("Ray runtime started" in line for line in process.stdout):
                yield
                return
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.communicate(timeout=DEADLINE_S)
            time.sleep(1)
    pytest.skip("Ray's nodes do not come up on this machine: it is too busy")


def rows(first: int) -> str:
    texts = [
        f"Box {n} of the order did not arrive; please send it again by Friday."
        for n in range(first, first + 8)
    ]
    return "\n".join(
        ["candidate,task,text", *(f"c{n},vendor_email,{text}" for n, text in enumerate(texts)), ""]
    )


def test_the_commands_of_the_page(tmp_path: Path) -> None:
    make, share, head, node, on_ray = BLOCKS
    binaries, ray_port = tmp_path / "bin", free_port()
    binaries.mkdir()
    (binaries / "sudo").write_text('#!/bin/sh\n[ "$1 $2" = "-u postgres" ] && shift 2 && exec "$@"\n')
    (binaries / "grader").write_text(
        f"#!{sys.executable}\nimport sys; sys.argv[0] = 'grader'; from grader.cli import main; main()\n"
    )
    for program in binaries.iterdir():
        program.chmod(0o755)
    (tmp_path / "answers.csv").write_text(rows(0))
    (tmp_path / "more_answers.csv").write_text(rows(100))
    # the paths of Ray's sockets are too long for pytest's own folder
    short = tempfile.TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True)
    with serving(StandIn()) as server, postgresql() as port, short as folder:
        environment = {
            **os.environ,
            "PATH": f"{binaries}:{Path(sys.executable).parent}:{programs()}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PGHOST": "127.0.0.1",
            "PGPORT": str(port),
            "PGUSER": "postgres",
            "GRADER_BASE_URL": server.url,
            "GRADER_API_KEY": "none",
        }
        here = f"--node-ip-address={HOST} --object-store-memory=80000000"

        def mine(block: str) -> str:
            block = block.replace("db.example", f"127.0.0.1:{port}")
            block = block.replace("--port=6379", f"--port={ray_port} --temp-dir={folder} {here}")
            return block.replace("--num-cpus=1", f"--num-cpus=1 {here}").replace(
                "head.example:6379", f"{HOST}:{ray_port}"
            )

        def run(script: str) -> str:
            command = ["bash", "-euc", mine(script)]
            ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
            assert ran.returncode == 0, ran.stderr
            return ran.stdout + ran.stderr

        run(make)
        run(share)
        assert server.requests == 8
        with started(mine(head), environment), started(mine(node), environment):
            told = run(f"export PGPASSWORD=choose-one\n{on_ray}")
        assert "1 worker on 1 node, each with 8 of 8 calls at once." in told
        assert server.requests == 16
