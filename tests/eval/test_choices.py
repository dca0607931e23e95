import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.choices import choices, compare_choices, table
from grader.datafiles import load_prompt
from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec
from grader.domain.rating import Verdict
from grader.errors import InputError
from grader.judging import Seat
from grader.ledger.store import SqlLedger
from grader.pipeline import ATTEMPTS, Instrument
from tests.support.builders import criterion, rubric
from tests.support.calibrations import rated
from tests.support.judges import Judge, answer, completion

RUBRIC = rubric(criterion("a"), criterion("b"), words={"min": 1})
TEXTS = {"good": "The gloves are missing, please send them.", "poor": "Nothing much to say about it."}
RATED = rated(
    {"good": {"h": {"a": 1.0, "b": 1.0}}, "poor": {"h": {"a": 0.0, "b": 0.0}}},
    {"h": "human"},
    held_out=TEXTS,
    texts=TEXTS,
)


@pytest.fixture
def ledger() -> Iterator[SqlLedger]:
    with SqlLedger("sqlite://") as store:
        yield store


def seat(name: str, cost: float, **verdicts: Verdict) -> Seat:
    """A judge of this name, price a call, and verdict for each answer."""

    def respond(request: object) -> object:
        of = next(n for n, text in TEXTS.items() if text in request.messages[-1].content)  # type: ignore[attr-defined]
        verdict = verdicts[of]
        shown = (1,) if verdict is Verdict.MET else ()
        return completion(answer(request, verdict, shown), cost_usd=cost)  # type: ignore[arg-type]

    judge = Judge(respond, JudgeSpec(provider="test", model=name))  # type: ignore[arg-type]
    return Seat(judge, {"vendor_email": Instrument(RUBRIC, load_prompt("structured-v1"), "one_call")})


async def test_each_choice_has_its_cost_and_its_agreement(ledger: SqlLedger) -> None:
    cheap = seat("cheap", 0.01, good=Verdict.MET, poor=Verdict.CANNOT_ASSESS)
    other = seat("other", 0.02, good=Verdict.NOT_MET, poor=Verdict.NOT_MET)
    strong = seat("strong", 0.5, good=Verdict.MET, poor=Verdict.NOT_MET)
    found = await choices(RATED, RUBRIC, [cheap, other], strong, ledger)
    assert {
        c.name: (
            c.spending.calls,
            round(c.spending.cost_usd or 0, 2),
            sum(r.passed_on is not None for r in c.records),
            len(c.pairs),
            sum(p.said == p.reference for p in c.pairs),
        )
        for c in found
    } == {
        "test:cheap": (2, 0.02, 0, 2, 2),
        "test:other": (2, 0.04, 0, 4, 2),
        "test:strong": (2, 1.0, 0, 4, 4),
        "test:cheap + test:other": (4, 0.06, 0, 2, 0),
        "test:cheap, then test:strong": (3, 0.52, 1, 4, 4),
    }
    assert [len(s.provider.asked) for s in (cheap, other, strong)] == [2, 2, 2]  # type: ignore[attr-defined]
    lines = table([found]).splitlines()
    assert len(lines) == 2 + len(found)
    assert all(line.count("|") == lines[0].count("|") for line in lines)
    assert "| test:cheap, then test:strong | 2 | 0 | 2 | 1 | 3 | 330 | 0.5200 | 4 | 1.000 [" in lines[-1]


@pytest.mark.parametrize(
    ("unusable", "asked", "calls", "failed"),
    [(0, 1, 1, 0), (2, 3, 3, 2), (ATTEMPTS + 1, ATTEMPTS + 2, 3, 2), (99, 4 * ATTEMPTS, 3, 3)],
)
async def test_a_choice_costs_the_tries_that_an_answer_takes_and_no_more(
    ledger: SqlLedger, unusable: int, asked: int, calls: int, failed: int
) -> None:
    """The first judge is asked four times over; what is unusable is asked for again each time."""
    left = dict.fromkeys(TEXTS.values(), unusable)

    def respond(request: JudgeRequest) -> Completion:
        text = next(text for text in left if any(text in message.content for message in request.messages))
        left[text] -= 1
        return completion("no" if left[text] >= 0 else answer(request, Verdict.NOT_MET, ()), cost_usd=0.01)

    judge = Judge(respond, JudgeSpec(provider="test", model="slow"))
    first = Seat(judge, {"vendor_email": Instrument(RUBRIC, load_prompt("structured-v1"), "one_call")})
    strong = seat("strong", 0.5, good=Verdict.MET, poor=Verdict.NOT_MET)
    for _ in range(2):
        alone, _, _ = await choices(RATED, RUBRIC, [first], strong, ledger)
    spent = alone.spending
    assert (spent.calls, spent.failed) == (2 * calls, 2 * failed)
    assert spent.cost_usd == pytest.approx(0.01 * spent.calls)
    assert len(judge.asked) == 2 * asked


@pytest.mark.parametrize(("names", "last"), [(["a", "a"], None), (["a", "b"], "b"), (["a"], "a")])
def test_a_judge_that_is_named_twice_is_no_choice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ledger: SqlLedger, names: list[str], last: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in "ab":
        Path(f"{name}.json").write_text(json.dumps({"a": "met", "b": "met"}))
    named = [f"scripted:{name}.json" for name in names]
    with pytest.raises(InputError, match="is named twice"):
        compare_choices([(RATED, RUBRIC)], named, f"scripted:{last}.json" if last else None, ledger)
