"""What a worker does with a part, without a cluster."""

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.cluster import work as module
from grader.cluster.work import Told, Work, grade_part, work_of
from grader.datafiles import load_prompt, load_rubrics
from grader.domain.submission import Submission
from grader.errors import GraderError
from grader.ledger.store import SqlLedger
from grader.pipeline import Instrument
from grader.wiring import JudgeOptions, new_run
from tests.standin import StandIn, Step, serving
from tests.support.judges import SPEC

PROMPT = load_prompt("structured-v1")
INSTRUMENTS = {"vendor_email": Instrument(load_rubrics()["vendor_email"], PROMPT, "one_call")}
RUN = new_run("test", SPEC, {})
PART = tuple(
    (
        n,
        Submission(
            id=str(n),
            candidate="a",
            task="vendor_email",
            text=f"Box {n} of the gloves did not arrive; please send it again by Friday.",
        ),
    )
    for n in range(10, 20)
)


@pytest.fixture(autouse=True)
def _closed_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    made = []
    opened = module._opened.__wrapped__

    def kept(opening: module.Opening) -> module._Opened:
        if not made:
            made.append(opened(opening))
        return made[0]

    monkeypatch.setattr(module, "_opened", kept)
    yield
    for found in made:
        found.loop.run(found.judge.close())
        found.loop.close()
        found.store.close()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqlLedger]:
    with SqlLedger(str(tmp_path / "l.db")) as store:
        store.start_run(RUN)
        yield store


def sent(server: StandIn, tmp_path: Path) -> Work:
    """The work as it arrives at a worker."""
    options = JudgeOptions(base_url=server.url, in_flight=4, first_wait_s=0.001)
    work = work_of(RUN.id, str(tmp_path / "l.db"), "openai:m", options, INSTRUMENTS)
    return pickle.loads(pickle.dumps(work))  # noqa: S301 - our own


def test_a_part_is_graded_at_its_places_and_what_is_known_is_left(ledger: SqlLedger, tmp_path: Path) -> None:
    with serving(StandIn([Step("status", status=500)])) as server:
        work = sent(server, tmp_path)
        grade_part(work, PART[:4])
        told = grade_part(work, PART)
        assert isinstance(told, Told)
        assert server.requests == len(PART) + 1
    assert (told.graded, sum(told.tally.failed.values()), told.took.unanswered) == (10, 1, 1)
    assert (
        told.took.spent.tokens
        == ledger.spending(RUN.id).usage.prompt_tokens + ledger.spending(RUN.id).usage.completion_tokens
    )
    assert ledger.graded(RUN.id, range(100)) == set(range(10, 20))
    assert [record.submission for record in ledger.records(RUN.id)] == [s.id for _, s in PART]


def test_a_wall_is_told_with_who_met_it(ledger: SqlLedger, tmp_path: Path) -> None:
    with serving(StandIn(rates=[(Step("status", status=401), 1.0)])) as server:
        told = grade_part(sent(server, tmp_path), PART)
    assert isinstance(told, GraderError)
    assert str(told).startswith("Worker ")
    assert "openai:m" in str(told)


def test_no_password_is_shown() -> None:
    work = work_of("r", "postgresql+psycopg://u:secret@h/d", "openai:m", JudgeOptions(), {})
    assert "secret" not in f"{work!r} {work}"
