"""A ledger that is only read stays as it is, and one that is not there is not made."""

from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from grader.domain.run import AnswerOutcome
from grader.errors import LedgerError
from grader.ledger.reading import reading
from grader.ledger.store import SqlLedger
from grader.wiring import new_run
from tests.providers.conftest import grading_request
from tests.support.judges import SPEC, completion

REQUEST = grading_request(SPEC)
OTHER = SPEC.model_copy(update={"model": "another"})


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    with SqlLedger(str(path)) as store:
        for judge, outcome in (
            (SPEC, AnswerOutcome.MALFORMED),
            (SPEC, AnswerOutcome.OK),
            (OTHER, AnswerOutcome.OK),
        ):
            run = new_run("test", judge, {})
            store.start_run(run)
            request = grading_request(judge)
            store.append_completion(run.id, request, request, 1, completion("{}", latency_s=1.5), outcome)
    return path


def test_the_calls_of_a_judge_latest_first(ledger: Path) -> None:
    with reading(str(ledger)) as reader:
        found = list(reader.calls(SPEC.name, 10))
        assert list(reader.calls(SPEC.name, 1)) == found[:1]
        assert list(reader.calls("test:none", 10)) == []
    assert [outcome for _, _, outcome in found] == [AnswerOutcome.OK, AnswerOutcome.MALFORMED]
    assert {request.digest for request, _, _ in found} == {REQUEST.digest}
    assert found[0][1].latency_s == 1.5


def test_which_requests_are_answered(ledger: Path) -> None:
    with reading(str(ledger)) as reader:
        assert reader.answered(REQUEST.digest)
        assert not reader.answered("sha256:0")


def test_it_is_not_written(ledger: Path) -> None:
    before = ledger.read_bytes()
    with reading(str(ledger)) as reader:
        assert reader.answered(REQUEST.digest)
        assert reader._connection is not None
        with pytest.raises(SQLAlchemyError, match="readonly"):
            reader._connection.exec_driver_sql("INSERT INTO texts VALUES ('a', 'b', 'c')")
    assert ledger.read_bytes() == before
    assert [path.name for path in ledger.parent.iterdir()] == ["ledger.db"]


@pytest.mark.parametrize("url", ["new/ledger.db", "sqlite:///new.db", "sqlite://"])
def test_one_that_is_not_there_holds_nothing_and_is_not_made(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with reading(url) as reader:
        assert not reader.answered(REQUEST.digest)
        assert list(reader.calls(SPEC.name, 10)) == []
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_ledger_is_said(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("This is no database." * 100)
    with pytest.raises(LedgerError, match="cannot be read"), reading(str(tmp_path / "text.db")):
        pass
    with pytest.raises(LedgerError, match="neither"), reading("nonsense://host/name"):
        pass
