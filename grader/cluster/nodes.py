"""Ray: joins a cluster or starts one, hands out parts, and takes in what workers tell. Ray's only home."""

import os
import re
import socket
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from grader.cluster.parts import Part
from grader.cluster.work import Told, Work, grade_part
from grader.errors import GraderError, InputError, Problem
from grader.pipeline import WIND_DOWN_S

LOCAL = "local"
_ADDRESS = re.compile(r"(?P<host>[\w.-]+|\[[0-9a-fA-F:]+\]):(?P<port>\d{1,5})")
_PATIENCE_S = 10.0
_RETRIES = 10
"""How often a part is begun again whose node was lost; one that brings every node down must end."""
_START = "Start one with 'ray start --head --port 6379' (docs/scaling.md), or write --ray local."


class Nodes(NamedTuple):
    """The cluster that this process has joined."""

    number: int
    """Of those that can take work."""
    cpus: int


@contextmanager
def joined(address: str, cpus: int | None = None) -> Iterator[Nodes]:
    """Joins the cluster at `address` (HOST:PORT, `auto`) or starts one on this machine (`local`, `cpus`).

    What is still under way when the context ends is ended. Raises InputError where there is no cluster.
    """
    # nothing is reported to anyone; Ray reads this when it is imported
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray
    except ImportError as error:
        remedy = "Install the extra 'ray': pip install 'open-response-grader[ray,postgresql]'."
        raise InputError(Problem("--ray", None, "Ray is not installed.", remedy)) from error
    started = {"num_cpus": cpus, "include_dashboard": False} if address == LOCAL else {}
    try:
        ray.init(address=address, logging_level="ERROR", **started)
    except (OSError, RuntimeError, ValueError) as error:
        message = f"Ray at {address} cannot be joined: {str(error).strip().splitlines()[0]}"
        raise InputError(Problem("--ray", None, message, _START)) from error
    try:
        able = [node for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU", 0) >= 1]
        yield Nodes(len(able), sum(int(node["Resources"]["CPU"]) for node in able))
    finally:
        ray.shutdown()


def hand_out(work: Work, parts: Iterable[Part], at_once: int) -> Generator[Told, None, None]:
    """Has every part graded, `at_once` under way; the input is drawn as they are done.

    Ray gives what a lost node had to another one. Raises GraderError for what would meet every part. Who
    closes it early waits up to WIND_DOWN_S for parts under way: their answers are paid for.
    """
    import ray

    task = ray.remote(num_cpus=1, max_retries=_RETRIES, scheduling_strategy="SPREAD")(grade_part)
    common = ray.put(work)
    under_way: list[object] = []
    try:
        for part in parts:
            if len(under_way) == at_once:
                ended, under_way = ray.wait(under_way)
                yield _told(ended[0])
            under_way.append(task.remote(common, part))
        while under_way:
            ended, under_way = ray.wait(under_way)
            yield _told(ended[0])
    finally:
        if under_way:
            ray.wait(under_way, num_returns=len(under_way), timeout=WIND_DOWN_S)


def _told(ended: object) -> Told:
    import ray

    try:
        told: Told | GraderError = ray.get(ended)
    except ray.exceptions.RayError as error:
        cause = str(error).strip().splitlines()[-1]
        remedy = "Every node needs the same version of this program, with the same extras."
        raise GraderError(f"A worker on Ray failed: {cause}. {remedy}") from error
    if isinstance(told, GraderError):
        raise told
    return told


def check(address: str) -> None:
    """That somebody listens at the address: Ray itself would wait for minutes. Raises InputError."""
    if address in {LOCAL, "auto"}:
        return
    if (named := _ADDRESS.fullmatch(address)) is None:
        remedy = "Write HOST:PORT of the head node, 'auto' on a node of the cluster, or 'local'."
        raise InputError(Problem("--ray", None, f"{address!r} is no address of a cluster.", remedy))
    try:
        socket.create_connection((named["host"].strip("[]"), int(named["port"])), _PATIENCE_S).close()
    except (OSError, OverflowError) as error:
        raise InputError(Problem("--ray", None, f"No Ray cluster answers at {address}.", _START)) from error
