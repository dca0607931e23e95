from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from grader.datafiles import load_prompt
from grader.domain.criterion import Criterion
from grader.domain.exchange import Completion, JudgeRequest
from grader.domain.rating import Verdict
from grader.domain.record import GradeRecord, Mode, State
from grader.domain.rubric import Rubric
from grader.domain.submission import Submission
from grader.ledger import schema
from grader.ledger.desk import Desk
from grader.ledger.store import SqlLedger
from grader.pipeline import Instrument, grade
from grader.preview import Foreseen, foresee
from grader.wiring import new_run
from tests.support.builders import criterion, rubric
from tests.support.judges import SPEC, Judge, answer, completion

RUN = new_run("test", SPEC, {})
PROMPT = load_prompt("structured-v3")
TEXT = "Order 12 came without the needles. Please send them by Monday, or credit us. Thanks, the clinic"
SUBMISSION = Submission(id="s", candidate="c", task="vendor_email", text=TEXT)
BEFORE = rubric(criterion("a"), criterion("b"), criterion("c"))


def says(request: JudgeRequest) -> Completion:
    """All met but b."""
    verdict = Verdict.NOT_MET if request.answer_schema["required"] == ["b"] else Verdict.MET
    return completion(answer(request, verdict, [1] if verdict is Verdict.MET else []))


def instrument(of: Rubric, mode: Mode = "per_criterion") -> Instrument:
    return Instrument(of, PROMPT, mode)


@pytest.fixture
def ledger() -> Iterator[SqlLedger]:
    with SqlLedger("sqlite://") as store:
        store.start_run(RUN)
        yield store


def rows(ledger: SqlLedger) -> dict[str, int]:
    with ledger._engine.connect() as connection:
        counts = {t.name: select(func.count()).select_from(t) for t in schema.RECORDED}
        return {name: connection.execute(count).scalar_one() for name, count in counts.items()}


async def graded(ledger: SqlLedger, of: Rubric = BEFORE, mode: Mode = "per_criterion") -> GradeRecord:
    record = await grade(SUBMISSION, instrument(of, mode), Judge(says), Desk(ledger), RUN.id)
    ledger.append_record(RUN.id, 0, record)
    return record


async def preview(ledger: SqlLedger, of: Rubric, mode: Mode = "per_criterion") -> Foreseen:
    before = rows(ledger)
    (found,) = await foresee([SUBMISSION], {"vendor_email": instrument(of, mode)}, SPEC, ledger)
    assert rows(ledger) == before, "nothing is written"
    return found


def edited(*criteria: Criterion, **fields: Any) -> Rubric:
    new = {c.id: c for c in criteria}
    return rubric(*(new.pop(c.id, c) for c in BEFORE.criteria), *new.values(), **fields)


async def test_what_has_not_changed_asks_nothing_and_comes_out_the_same(ledger: SqlLedger) -> None:
    record = await graded(ledger)
    assert await preview(ledger, BEFORE) == Foreseen(record, frozenset())


REWORDED = criterion("b", met="Other words for what is met.")


@pytest.mark.parametrize(
    ("change", "asked"),
    [([REWORDED], 1), ([REWORDED, criterion("d")], 2), ([criterion("a", negative=True), REWORDED], 2)],
)
async def test_only_changed_criteria_are_asked_one_by_one(
    ledger: SqlLedger, change: list[Criterion], asked: int
) -> None:
    await graded(ledger)
    found = await preview(ledger, edited(*change))
    assert (found.record, len(found.calls)) == (None, asked)
    judge = Judge(says)
    await grade(SUBMISSION, instrument(edited(*change)), judge, Desk(ledger), RUN.id)
    assert {r.digest for r in judge.asked} == found.calls, "and grading asks just these"


async def test_in_one_call_an_edit_asks_everything_again_at_once(ledger: SqlLedger) -> None:
    await graded(ledger, mode="one_call")
    found = await preview(ledger, edited(REWORDED), "one_call")
    assert (found.record, len(found.calls)) == (None, 1)


@pytest.mark.parametrize("mode", ["per_criterion", "one_call"])
async def test_a_change_of_points_asks_nothing_and_foresees_the_score(ledger: SqlLedger, mode: Mode) -> None:
    record = await graded(ledger, mode=mode)
    later = edited(criterion("b", points=2))
    found = await preview(ledger, later, mode)
    assert found.calls == frozenset()
    assert record.score is not None
    assert found.record is not None
    assert found.record.score is not None
    if mode == "per_criterion":
        # 2 of 3, then 2 of 4
        assert (record.score.percent, found.record.score.percent) == (66.6667, 50)
    judge = Judge(says)
    assert await grade(SUBMISSION, instrument(later, mode), judge, Desk(ledger), RUN.id) == found.record
    assert judge.asked == []


async def test_a_removed_criterion_asks_nothing(ledger: SqlLedger) -> None:
    await graded(ledger)
    found = await preview(ledger, rubric(criterion("a"), criterion("c")))
    assert found.calls == frozenset()
    assert found.record is not None
    assert found.record.score is not None
    assert found.record.score.percent == 100


async def test_what_is_not_put_to_a_judge_is_known_beforehand(ledger: SqlLedger) -> None:
    empty = SUBMISSION.model_copy(update={"text": " "})
    elsewhere = SUBMISSION.model_copy(update={"task": "nope"})
    found = await foresee([empty, elsewhere], {"vendor_email": instrument(BEFORE)}, SPEC, ledger)
    assert [(f.record.state, f.record.reason, f.calls) for f in found if f.record] == [
        (State.NOT_SCORED, "blank", frozenset()),
        (State.NOT_SCORED, "unknown_task", frozenset()),
    ]


async def test_an_unusable_answer_is_asked_again(ledger: SqlLedger) -> None:
    failing = Judge(lambda _: completion("?"))
    record = await grade(SUBMISSION, instrument(BEFORE), failing, Desk(ledger), RUN.id)
    assert record.state is State.NOT_SCORED
    assert len((await preview(ledger, BEFORE)).calls) == 3
