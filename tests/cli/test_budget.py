"""A run that meets its cap stops cleanly, keeps what is graded, and says how to go on."""

import json
import re
import shlex
from decimal import Decimal
from pathlib import Path

import pytest

from grader.budget import Cap, Meter
from grader.cli.spending import onward, spent_words, unknown_costs
from grader.domain.prices import FREE, Prices
from grader.ledger.store import SqlLedger
from tests.cli.conftest import TEXT, Call
from tests.standin import StandIn, Step, serving

PRICES = ("--prices", "1", "0.5", "4")
KNOWN = Prices(input=Decimal(1), cached=Decimal(1), output=Decimal(4))
COUNT = 12


@pytest.fixture
def many(tmp_path: Path) -> list[object]:
    table = tmp_path / "many.csv"
    rows = [f'{n:02},vendor_email,"{TEXT} Number {n}."' for n in range(COUNT)]
    table.write_text("\n".join(["candidate,task,text", *rows]))
    return ["grade", table, "--judge", "openai:test-model", *PRICES]


def kept() -> tuple[int, Decimal, int]:
    """Records and money of the latest run, and its tokens."""
    with SqlLedger("runs/ledger.db", create=False) as store:
        run = store.runs()[-1].id
        spending = store.spending(run)
        tokens = spending.usage.prompt_tokens + spending.usage.completion_tokens
        return len(list(store.records(run))), Decimal(str(spending.cost_usd)), tokens


@pytest.mark.parametrize(("option", "cap"), [("--budget-usd", "0.025"), ("--budget-tokens", "20000")])
def test_a_run_stops_within_its_cap_and_can_go_on(
    grader: Call, many: list[object], option: str, cap: str
) -> None:
    with serving(StandIn(latency_s=0.02)) as server:
        command = [*many, "--base-url", server.url, option, cap, "--json"]
        outcome = grader(*command)
        asked = server.requests
        assert (outcome.code, outcome.out) == (3, ""), outcome.err
        told = re.search(
            rf"^Stopped at the budget: .* (\d+) of {COUNT} are graded and kept\.$", outcome.err, re.M
        )
        onward = re.search(r"^Go on with: grader (.+)$", outcome.err, re.MULTILINE)
        assert told, outcome.err
        assert onward, outcome.err
        graded, usd, tokens = kept()
        assert 0 < graded == int(told[1]) == asked < COUNT, "each call that was made is kept"
        assert (usd if option == "--budget-usd" else tokens) <= Decimal(cap)
        again = grader(*shlex.split(onward[1]))
    assert again.code == 0, again.err
    run = json.loads(again.out)["run"]
    assert run["calls"] == COUNT - graded
    assert server.requests == COUNT


def test_failed_tries_are_counted_and_unusable_answers_paid(grader: Call, many: list[object]) -> None:
    steps = [Step("status", status=500), Step("truncated"), Step("reset")]
    with serving(StandIn(steps)) as server:
        command = [*many, "--base-url", server.url, "--candidate", "01", "--budget-usd", "1"]
        outcome = grader(*command, "--json")
    run = json.loads(outcome.out)["run"]
    assert (run["calls"], run["failed_tries"], run["unanswered_tries"]) == (2, 1, 2)
    assert run["cost_usd"] == pytest.approx(float(kept()[1]))
    assert run["prices"] == "as given"
    assert f"{run['cost_usd']:.4f} of 1 US dollars spent" in outcome.err


def test_a_cap_in_money_needs_a_price(grader: Call, many: list[object]) -> None:
    command = [part for part in many if part not in PRICES]
    outcome = grader(*command, "--base-url", "http://127.0.0.1:9/v1", "--budget-usd", "5")
    assert outcome.code == 2
    assert "The price of openai:test-model is unknown" in outcome.err
    assert "--prices" in outcome.err
    assert not Path("runs").exists()


@pytest.mark.parametrize("amount", ["0", "-1", "nan", "inf"])
def test_a_cap_that_is_no_amount_is_refused(grader: Call, many: list[object], amount: str) -> None:
    outcome = grader(*many, "--base-url", "http://127.0.0.1:9/v1", f"--budget-usd={amount}")
    assert outcome.code == 2
    assert "--budget-usd: This is no amount of money." in outcome.err


def test_the_embedded_judge_takes_no_cap_in_tokens(grader: Call, answers: Path) -> None:
    outcome = grader("grade", answers, "--judge", "local:any", "--budget-tokens", "100")
    assert outcome.code == 2
    assert "--budget-tokens" in outcome.err


def spent(meter: Meter, usd: str, tokens: int) -> Meter:
    meter.spent = meter.spent._replace(usd=Decimal(usd), tokens=tokens)
    return meter


@pytest.mark.parametrize(
    ("meter", "words"),
    [
        (None, ""),
        (Meter(FREE), ""),
        (
            spent(Meter(FREE, Cap(tokens=5000)), "0", 1200),
            "0.0000 US dollars and 1,200 of 5,000 tokens spent",
        ),
        (spent(Meter(KNOWN), "1.5", 1200), "1.5000 US dollars spent"),
        (spent(Meter(KNOWN, Cap(usd=Decimal("2.5"))), "1.5", 1200), "1.5000 of 2.5 US dollars spent"),
        (spent(Meter(None), "0", 1200), "1,200 tokens spent"),
    ],
)
def test_what_is_spent_in_words(meter: Meter | None, words: str) -> None:
    assert spent_words(meter) == words


def test_what_nobody_says_the_cost_of() -> None:
    meter = Meter(KNOWN)
    assert unknown_costs(meter) == []
    meter.unanswered, meter.unstated = 1, 2
    assert unknown_costs(meter) == [
        "Cost unknown: 1 try without an answer.",
        "Counted as the most that it can be: 2 answers without word of what was used.",
    ]


@pytest.mark.parametrize(
    ("written", "done", "expected"),
    [
        ("--budget-usd 1", 0, "--budget-usd 2"),
        ("--budget-usd=1", 50, "--budget-usd=2"),
        ("--budget-usd 1", 5, "--budget-usd 18.81"),
    ],
)
def test_the_next_cap_covers_the_rest(written: str, done: int, expected: str) -> None:
    meter = spent(Meter(KNOWN, Cap(usd=Decimal(1))), "0.9", 100)
    assert (
        onward(f"grader grade 'a b.csv' {written}", meter, done, 100) == f"grader grade 'a b.csv' {expected}"
    )


def test_both_caps_are_raised() -> None:
    meter = spent(Meter(KNOWN, Cap(Decimal(1), 1000)), "0.5", 900)
    command = "grader grade a --budget-tokens 1000 --budget-usd 1"
    assert onward(command, meter, 10, 100) == "grader grade a --budget-tokens 8910 --budget-usd 4.95"
