"""Several judges: a panel, and a stronger judge for what leaves the first one in doubt."""

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest

from grader.budget import Meter
from grader.cli.seating import Judges, Wishes, seated
from grader.cli.spending import meter_of, noted
from grader.datafiles import load_rubrics
from grader.domain.exchange import JudgeSpec, Style
from grader.domain.prices import FREE, Prices
from grader.errors import InputError
from grader.ledger.store import SqlLedger
from grader.providers.limits import LimitedProvider, Limits
from grader.wiring import Asking
from tests.cli.conftest import Call
from tests.support.judges import Judge

NOWHERE = ["--base-url", "http://127.0.0.1:9/v1"]
IDS = [c.id for c in load_rubrics()["vendor_email"].criteria]


def judge(name: str, **verdicts: str) -> str:
    """A scripted judge that says met but where told otherwise."""
    Path(name).write_text(json.dumps(dict.fromkeys(IDS, "met") | verdicts))
    return f"scripted:{name}"


@pytest.fixture
def pair() -> list[str]:
    return ["--judge", judge("a.json"), "--judge", judge("b.json", thanks="not_met")]


def test_a_panel_is_graded_shown_exported_and_computed_again(
    grader: Call, answers: Path, pair: list[str]
) -> None:
    outcome = grader("grade", answers, *pair, "--report", "r.html", "--json")
    assert outcome.code == 0, outcome.err
    told = json.loads(outcome.out)
    assert told["run"]["judge"] == "scripted:a.json + scripted:b.json"
    assert told["run"]["model"] == "a.json, b.json"
    assert told["run"]["calls"] == 4
    assert {row["calibration"] for row in told["submissions"]} == {"uncalibrated"}
    row = told["submissions"][0]
    assert row["panel_agreement"] == round((len(IDS) - 1) / len(IDS), 4)
    assert "evenly split" in row["review_reasons"]
    said = "scripted:a.json and scripted:b.json differ on:"
    assert said in row["judges"]
    shown = grader("show", "a/vendor_email").out
    for words in (said, "scripted:b.json: not met", "A panel judged: scripted:a.json ("):
        assert words in " ".join(shown.split())
    report = Path("r.html").read_text(encoding="utf-8")
    assert said in report
    assert report.count("scripted:b.json: not met") == 2, "once an answer, where they differ"
    assert grader("export", "--criteria", "--out", "x.csv").code == 0
    rows = list(csv.DictReader(Path("x.csv").read_text(encoding="utf-8").splitlines()))
    differing = "scripted:a.json: met; scripted:b.json: not met"
    assert {r["by_judge"] for r in rows if r["criterion"] == "thanks"} == {differing}
    assert {r["by_judge"] for r in rows if r["criterion"] != "thanks"} == {""}
    assert grader("replay").code == 0
    assert grader("raters", "--json").code == 0
    again = grader("grade", answers, *pair, "--json")
    assert json.loads(again.out)["run"]["calls"] == 0


def test_only_what_is_in_doubt_is_passed_on(grader: Call, answers: Path) -> None:
    doubtful, stronger = judge("a.json", thanks="cannot_assess"), judge("s.json")
    options = ["--judge", doubtful, "--escalate-to", stronger]
    outcome = grader("grade", answers, *options, "--report", "r.html", "--json")
    assert outcome.code == 0, outcome.err
    told = json.loads(outcome.out)
    assert told["run"]["judge"] == "scripted:a.json, then scripted:s.json"
    assert told["run"]["calls"] == 4
    assert {row["judge"] for row in told["submissions"]} == {"scripted:s.json"}
    title = next(c.title for c in load_rubrics()["vendor_email"].criteria if c.id == "thanks")
    said = (
        f"Asked first: scripted:a.json (no score). Why the verdicts of scripted:a.json did not do: {title}: "
        "The judge could not assess a criterion, so there is no score. "
        "So it was passed on to scripted:s.json, whose verdicts count."
    )
    assert all(row["judges"].startswith(said) for row in told["submissions"])
    shown = " ".join(grader("show", "a/vendor_email").out.split())
    assert said in shown
    assert "first: cannot assess" in Path("r.html").read_text(encoding="utf-8")
    assert grader("replay").code == 0
    sure = grader("grade", answers, "--judge", stronger, "--escalate-to", doubtful, "--json")
    assert json.loads(sure.out)["run"]["calls"] == 0, "the first is sure, and has been asked already"


def test_an_estimate_has_a_line_for_each_judge(grader: Call, answers: Path, pair: list[str]) -> None:
    told = json.loads(grader("grade", answers, *pair, "--estimate", "--json").out)["estimates"]
    assert [(one["judge"], one["calls"]["value"]) for one in told] == [
        ("scripted:a.json", 2),
        ("scripted:b.json", 2),
    ]
    options = [*pair[:2], "--escalate-to", judge("s.json"), "--estimate", "--json"]
    first, most = json.loads(grader("grade", answers, *options).out)["estimates"]
    assert "at most" not in first["calls"]["basis"]
    assert most["calls"]["basis"].startswith("at most, if all are passed on")
    grader("grade", answers, *pair, "--json")
    known = json.loads(grader("grade", answers, *pair, "--estimate", "--json").out)["estimates"]
    assert [(one["known"]["value"], one["calls"]["value"]) for one in known] == [(2, 0), (2, 0)]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--judge", "scripted:a.json"], "--judge: scripted:a.json is named twice"),
        (["--escalate-to", "scripted:a.json"], "--judge: scripted:a.json is named twice"),
        (
            ["--judge", "scripted:b.json", "--escalate-to", "scripted:s.json"],
            "--escalate-to: A panel passes nothing on",
        ),
        (
            ["--judge", "openai:x", "--judge", "openai:y", "--prices", "1", "1", "1"],
            "--prices: Prices are given for one judge, and there are several. "
            "Leave it out; where a list price is unknown, hold the run with --budget-tokens.",
        ),
        (
            ["--judge", "openai:x", *NOWHERE, "--budget-usd", "1"],
            "--budget-usd: The price of openai:x is unknown, so a budget in money cannot be held. "
            "Give US dollars per million tokens with --prices",
        ),
        (
            ["--judge", "openai:x", "--judge", "openai:y", *NOWHERE, "--budget-usd", "1"],
            "--budget-usd: The price of openai:x is unknown, so a budget in money cannot be held. "
            "Use --budget-tokens: --prices can only be given for one judge.",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(
    grader: Call, answers: Path, options: list[str], sentence: str
) -> None:
    for name in "abs":
        judge(f"{name}.json")
    outcome = grader("grade", answers, "--judge", "scripted:a.json", *options)
    assert outcome.code == 2
    assert sentence in outcome.err
    assert not Path("runs").exists()


def test_a_run_of_several_judges_is_not_graded_again_by_one(
    grader: Call, answers: Path, pair: list[str]
) -> None:
    grader("grade", answers, *pair)
    outcome = grader("regrade")
    assert outcome.code == 2
    assert "was judged by several judges" in outcome.err
    with SqlLedger("runs/ledger.db", create=False) as store:
        assert len(store.runs()) == 1


def test_a_run_keeps_the_prices_of_each_judge(grader: Call, answers: Path) -> None:
    judges = ["--judge", judge("a.json"), "--judge", judge("b.json")]
    assert grader("grade", answers, *judges).code == 0
    assert grader("grade", answers, *judges[:2]).code == 0
    with SqlLedger("runs/ledger.db", create=False) as store:
        several, alone = (run.settings for run in store.runs())
    free = FREE.model_dump(mode="json")
    assert several["prices_by_judge"] == {"scripted:a.json": free, "scripted:b.json": free}
    assert several["prices"] == alone["prices"] == free
    assert "prices_by_judge" not in alone


def test_prices_that_differ_are_told_apart() -> None:
    dear = Prices(input=Decimal(2), cached=Decimal(1), output=Decimal(8))
    meter = meter_of({"openai:x": dear, "litellm:y": None, "scripted:z": FREE}, None, 1000)
    found = noted(meter)
    assert found["prices_by_judge"] == {
        "openai:x": dear.model_dump(mode="json"),
        "litellm:y": None,
        "scripted:z": FREE.model_dump(mode="json"),
    }
    assert found["prices"]["input"] == "2"
    assert found["prices"]["source"] == f"{dear.source}, {FREE.source}"


def test_a_prompt_for_judges_of_different_styles_has_one_way_out() -> None:
    specs = [JudgeSpec(provider="test", model=style, style=style) for style in Style]
    limited = tuple(LimitedProvider(Judge(spec=spec), Limits()) for spec in specs)
    judges = Judges(limited[:1], limited[1], Meter(), ("a", "b"))
    wishes = Wishes(load_rubrics(), "structured-v1", Asking(), calibrated=False)
    with pytest.raises(InputError, match=r"^--prompt: .* Leave it out: each judge has its own\.$"):
        seated(judges, wishes, None)
    first, beside = seated(judges, wishes._replace(prompt=None), None)
    assert beside.stronger
    prompts = [next(iter(seat.instruments.values())).prompt for seat in (first, beside.stronger)]
    assert [prompt.style for prompt in prompts] == list(Style)


def test_a_judge_named_in_the_environment_may_have_spaces_in_its_path(
    grader: Call, answers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("my judges").mkdir()
    name = judge("my judges/one of them.json")
    monkeypatch.setenv("GRADER_JUDGE", name)
    outcome = grader("grade", answers, "--json")
    assert outcome.code == 0, outcome.err
    assert json.loads(outcome.out)["run"]["judge"].endswith("one of them.json")
    assert "GRADER_JUDGE" in grader("grade", "--help").out
