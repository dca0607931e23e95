"""How parts are handed out, with a stand-in for Ray: the real one is tried in `test_ray`."""

import sys
from types import ModuleType
from typing import Any

import pytest

from grader.batch import WIND_DOWN_S
from grader.cluster.nodes import hand_out
from grader.cluster.work import work_of
from grader.errors import GraderError
from grader.wiring import JudgeOptions

WORK = work_of("r", "l.db", "openai:m", JudgeOptions(), {})
PARTS: Any = range(5)


class Ray(ModuleType):
    """Ends parts in their order, each with its number; the part WALL with an error."""

    WALL = 9

    def __init__(self) -> None:
        super().__init__("ray")
        self.options: dict[str, Any] = {}
        self.waited: list[tuple[int, float | None]] = []
        self.exceptions = ModuleType("exceptions")
        self.exceptions.RayError = OSError  # type: ignore[attr-defined]
        self.put = self.get = lambda value: GraderError("A wall.") if value == self.WALL else value

    def remote(self, *given: Any, **options: Any) -> Any:
        """Both `ray.remote(...)(function)` and the call of what that makes."""
        if given:
            return given[1]
        self.options = options
        return lambda _: self

    def wait(self, parts: list[int], num_returns: int = 1, timeout: float | None = None) -> Any:
        self.waited.append((num_returns, timeout))
        return parts[:num_returns], parts[num_returns:]


@pytest.fixture
def ray(monkeypatch: pytest.MonkeyPatch) -> Ray:
    ray = Ray()
    monkeypatch.setitem(sys.modules, "ray", ray)
    return ray


def test_all_parts_are_told_and_nothing_is_waited_for_then(ray: Ray) -> None:
    assert list(hand_out(WORK, PARTS, 2)) == [*PARTS]
    assert ray.waited == [(1, None)] * len(PARTS)
    assert 0 < ray.options["max_retries"] < 100


def test_a_wall_waits_for_what_is_under_way(ray: Ray) -> None:
    with pytest.raises(GraderError, match="A wall"):
        list(hand_out(WORK, [(), Ray.WALL, (), ()], 3))  # type: ignore[list-item]
    assert ray.waited[-1] == (2, WIND_DOWN_S)


def test_who_stops_waits_for_what_is_under_way(ray: Ray) -> None:
    going = hand_out(WORK, PARTS, 3)
    next(going)
    going.close()
    assert ray.waited[-1] == (2, WIND_DOWN_S)
