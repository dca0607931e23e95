"""The swap test within `grader calibrate`, with judges behind an endpoint whose faults are planted."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from grader.domain.measurement import Measured
from grader.ledger.store import SqlLedger
from tests.cli.conftest import Call, Outcome
from tests.cli.ratings import set_folder
from tests.standin import StandIn, completion, serving

NAMES = ("Latoya", "Ebony", "Lakisha", "Latonya", "Jermaine", "Demetrius", "Lamont", "Demarcus")
RELAXED = ("--swap", "6", "--swap-shift", "9", "--swap-flips", "0.05")


class Steady(StandIn):
    """Finds the same in every answer, except for those who sign with one of `against`."""

    def __init__(self, against: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._against = against

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.bodies.append(body)
        shown = body["messages"][-1]["content"]
        strict = any(name in shown for name in self._against)
        reply = completion(body, "ok", ())
        verdicts = json.loads(reply["choices"][0]["message"]["content"])
        for place, judgment in enumerate(verdicts.values()):
            met = place % 2 == 0 and not strict
            judgment |= {"verdict": "met" if met else "not_met", "segments": [1] if met else []}
        reply["choices"][0]["message"]["content"] = json.dumps(verdicts)
        return web.json_response(reply)


@contextmanager
def asking(judge: StandIn) -> Iterator[tuple[str, ...]]:
    with serving(judge):
        yield ("--judge", "openai:test-model", "--base-url", judge.url)


def study(outcome: Outcome) -> dict[str, Any]:
    assert outcome.code == 0, outcome.err
    return json.loads(outcome.out)["study"]


def statuses(found: dict[str, Any]) -> dict[str, str]:
    return {gauge["name"]: gauge["outcome"] for gauge in found["calibration"]["gauges"]}


def test_a_calibration_says_that_the_swap_test_was_not_run(grader: Call, tmp_path: Path) -> None:
    folder = set_folder(tmp_path / "own")
    with asking(Steady()) as judge:
        found = study(grader("calibrate", folder, *judge, "--json"))
        table = grader("calibrate", folder, *judge, "--report", "report.html")
    assert found["swap"] is None
    assert "name swap" not in statuses(found)
    assert "Swap test: not run." in table.out
    assert "Swap test: not run." in Path("report.html").read_text(encoding="utf-8")


def test_a_judge_that_moves_by_name_cannot_become_operational(grader: Call, tmp_path: Path) -> None:
    folder = set_folder(tmp_path / "own")
    easy = ("--min-qwk", "-1", "--max-smd", "99", "--no-baseline", "--min-answers", "1")
    with asking(Steady(NAMES)) as judge:
        without = study(grader("calibrate", folder, *judge, *easy, "--json"))
        outcome = grader("calibrate", folder, *judge, *easy, "--swap", "6", "--json")
        found = study(outcome)
    assert found["swap"]["verdict"] == "moved"
    assert statuses(found)["name swap"] == "missed"
    assert found["calibration"]["status"] == "not good enough"
    assert without["calibration"]["status"] != "not good enough"
    assert "Black women" in found["calibration"]["gauges"][-1]["reason"]
    with SqlLedger("runs/ledger.db", create=False) as ledger:
        (kept,) = ledger.measurements(Measured.SWAP)
        (held,) = ledger.own_calibrations().values()
    assert held.digest == json.loads(outcome.out)["calibration_digest"]
    assert kept.measurement.figures["verdict"] == "moved"
    assert not [name for name in NAMES if name in kept.measurement.canonical]


def test_a_judge_that_does_not_move_passes_and_is_asked_once(grader: Call, tmp_path: Path) -> None:
    folder = set_folder(tmp_path / "own")
    server = Steady()
    with asking(server) as judge:
        found = study(grader("calibrate", folder, *judge, *RELAXED, "--json"))
        assert server.requests == 12 + 6 * 20
        table = grader("calibrate", folder, *judge, *RELAXED, "--report", "report.html")
        assert server.requests == 12 + 6 * 20, "answers are kept"
    swap = found["swap"]
    assert (swap["verdict"], swap["answers"], swap["variants"]) == ("passed", 6, 20)
    assert statuses(found)["name swap"] == "kept"
    assert "Passed: scores stay where they are" in table.out
    page = Path("report.html").read_text(encoding="utf-8")
    assert "Passed: scores stay where they are" in page
    assert "women less men" in page


def test_what_was_never_asked_of_a_judge_cannot_be_swapped(grader: Call, tmp_path: Path) -> None:
    outcome = grader("calibrate", set_folder(tmp_path / "own"), "--rater", "ana", "--swap", "6")
    assert outcome.code == 2
    assert "Ratings from a file can't be made anew." in outcome.err
