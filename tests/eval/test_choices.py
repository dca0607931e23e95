from collections.abc import Iterator

import pytest

from eval.choices import choices, table
from grader.datafiles import load_prompt
from grader.domain.exchange import JudgeSpec
from grader.domain.rating import Verdict
from grader.judging import Seat
from grader.ledger.store import SqlLedger
from grader.pipeline import Instrument
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
