"""`grader grade --estimate` tells what a run would take, and leaves everything as it is."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import TEXT, Call
from tests.standin import StandIn, Step, serving

PRICES = ("--prices", "1", "0.5", "4")


@pytest.fixture
def hosted(answers: Path) -> list[object]:
    """A run of two submissions and a blank one against an endpoint that is still to be named."""
    answers.write_text(answers.read_text() + "c,vendor_email,\n")
    return ["grade", answers, "--judge", "openai:test-model", *PRICES, "--base-url"]


def test_nothing_is_asked_and_nothing_made(grader: Call, hosted: list[object]) -> None:
    before = sorted(Path().rglob("*"))
    with serving(StandIn()) as server:
        outcome = grader(*hosted, server.url, "--estimate", "--report", "new/report.html")
        assert server.requests == 0
    assert outcome.code == 0, outcome.err
    assert sorted(Path().rglob("*")) == before
    for words in ("Calls to make", "characters / 4", "may be cached", "US dollars", "unknown"):
        assert words in outcome.out
    assert "Nothing was asked" in outcome.out


def test_the_figures_come_from_the_ledger_and_hold(
    grader: Call, hosted: list[object], tmp_path: Path
) -> None:
    more = tmp_path / "more.csv"
    texts = [f'{n},vendor_email,"{TEXT} Number {n}."' for n in range(1, 9)]
    more.write_text("\n".join(["candidate,task,text", *texts]))
    larger = ["grade", more, *hosted[2:]]
    with serving(StandIn([Step(), Step("truncated")], latency_s=0.05)) as server:
        assert grader(*hosted, server.url, "--json").code == 3, "the blank one"
        ledger = Path("runs/ledger.db").read_bytes()
        known = json.loads(grader(*hosted, server.url, "--estimate", "--json").out)["estimates"][0]
        told = json.loads(grader(*larger, server.url, "--estimate", "--json").out)["estimates"][0]
        assert Path("runs/ledger.db").read_bytes() == ledger
        run = json.loads(grader(*larger, server.url, "--json").out)["run"]
    assert (known["known"]["value"], known["calls"]["value"]) == (2, 0)
    assert told["calls"]["value"] == 12, "of three earlier answers one was unusable"
    assert run["calls"] == 8
    for figure in ("calls", "prompt_tokens", "answer_tokens", "usd", "seconds"):
        assert "(n = 3)" in told[figure]["basis"]
    assert told["prompt_tokens"]["value"] == pytest.approx(run["usage"]["prompt_tokens"] * 1.5, rel=0.1)
    assert float(told["usd"]["value"]) == pytest.approx(run["cost_usd"] * 1.5, rel=0.25)


def test_an_unknown_price_is_said(grader: Call, answers: Path) -> None:
    options = ["--judge", "openai:test-model", "--base-url", "http://127.0.0.1:9/v1", "--estimate"]
    outcome = grader("grade", answers, *options, "--json")
    assert json.loads(outcome.out)["estimates"][0]["usd"]["value"] is None
    assert "price unknown: give it with --prices" in grader("grade", answers, *options).out


@pytest.mark.parametrize(("variable", "known"), [("OPENAI_ORG_ID", True), ("OPENAI_BASE_URL", False)])
def test_list_prices_hold_at_the_vendors_own_endpoint_alone(
    grader: Call, answers: Path, monkeypatch: pytest.MonkeyPatch, variable: str, known: bool
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv(variable, "http://127.0.0.1:9/v1")
    outcome = grader("grade", answers, "--judge", "openai:gpt-4o-mini", "--estimate", "--json")
    cost = json.loads(outcome.out)["estimates"][0]["usd"]
    assert (cost["value"] is not None) == known
    assert ("list prices in litellm" in cost["basis"]) == known


def test_a_judge_on_this_machine_costs_nothing(grader: Call, answers: Path, scripted: str) -> None:
    outcome = grader("grade", answers, "--judge", scripted, "--estimate", "--json")
    assert json.loads(outcome.out)["estimates"][0]["usd"] == {"value": "0", "basis": "runs on this machine"}
