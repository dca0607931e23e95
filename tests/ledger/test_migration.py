"""Ledgers of earlier versions are brought to the newest with all their rows."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError

from grader.audit.verifying import verify
from grader.domain.batch import Outgoing
from grader.domain.calibration import Status
from grader.domain.run import AnswerOutcome, TextKind
from grader.errors import LedgerError
from grader.ledger import chain, connect, schema
from grader.ledger.store import SqlLedger
from grader.wiring import new_run
from tests.ledger.test_people import COMMITMENT, HIRED, decision
from tests.ledger.test_store import ADDED_BY_HAND, request
from tests.support.calibrations import binding, calibration
from tests.support.judges import SPEC, answer, completion


def at_version(path: Path, version: str) -> None:
    """An empty ledger as this migration left it."""
    engine = create_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", connect._prepare_sqlite)
    event.listen(engine, "begin", connect._begin_sqlite)
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    engine.dispose()


def tables(ledger: SqlLedger) -> set[str]:
    with ledger._engine.connect() as connection:
        names = connection.execute(sql("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars()
        return {name for name in names if not name.startswith("sqlite_")}


def test_a_ledger_of_the_first_version_keeps_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "l.db"
    at_version(path, "0001")
    run, asked = new_run("test", SPEC, {}), request()
    with monkeypatch.context() as earlier:
        earlier.setattr(chain, "seal", lambda *_: None)
        earlier.setattr(connect, "HEAD", "0001")
        with SqlLedger(str(path)) as ledger:
            assert "calibrations" not in tables(ledger)
            key = ledger.keep_text(TextKind.SUBMISSION, "kept")
            ledger.start_run(run)
            ledger.append_completion(run.id, asked, asked, 1, completion(answer(asked)), AnswerOutcome.OK)
            ledger.end_run(run.id, "finished")
    with SqlLedger(str(path)) as ledger:
        assert {table.name for table in schema.RECORDED} <= tables(ledger)
        with ledger._engine.connect() as connection:
            version = connection.execute(sql("SELECT version_num FROM alembic_version")).scalar()
        assert version == schema.HEAD
        assert ledger.text(key) == "kept"
        assert [known.id for known in ledger.runs()] == [run.id]
        assert ledger.request(asked.digest) == asked
        assert ledger.answer(asked.digest) == completion(answer(asked))
        assert {line.table for line in ledger.lines()} == {
            *("texts", "requests", "runs", "run_ends", "completions")
        }
        assert verify(ledger.lines, {}, None).findings == (), "rows from before are sealed"
        ledger.append_calibration(calibration(binding=binding()))
        assert len(ledger.own_calibrations()) == 1
        for row in ADDED_BY_HAND[1:]:
            with ledger._engine.begin() as connection:
                connection.execute(sql(row))
        for table in ("texts", "calibrations", "commitments", "adjudications", "hiring_decisions"):
            for change in ("DELETE FROM {0}", "UPDATE {0} SET body = body"):
                with (
                    pytest.raises(IntegrityError, match="append-only"),
                    ledger._engine.begin() as connection,
                ):
                    connection.execute(sql(change.format(table)))


def test_a_ledger_of_the_second_version_keeps_what_people_said_and_takes_decisions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "l.db"
    at_version(path, "0002")
    with monkeypatch.context() as earlier:
        earlier.setattr(chain, "seal", lambda *_: None)
        earlier.setattr(connect, "HEAD", "0002")
        with SqlLedger(str(path)) as ledger:
            assert "hiring_decisions" not in tables(ledger)
            ledger.append_commitment(COMMITMENT)
            ledger.append_adjudication(decision())
    with SqlLedger(str(path)) as ledger:
        assert [c.commitment for c in ledger.commitments()] == [COMMITMENT]
        assert [d.adjudication for d in ledger.adjudications()] == [decision()]
        assert ledger.hiring_decisions() == []
        ledger.append_hiring_decision(HIRED)
        assert [d.decision for d in ledger.hiring_decisions()] == [HIRED]


def test_a_ledger_of_the_third_version_takes_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "l.db"
    at_version(path, "0003")
    run, asked = new_run("test", SPEC, {}), request()
    with monkeypatch.context() as earlier:
        earlier.setattr(chain, "seal", lambda *_: None)
        earlier.setattr(connect, "HEAD", "0003")
        with SqlLedger(str(path)) as ledger:
            assert "batches" not in tables(ledger)
            ledger.start_run(run)
            ledger.append_hiring_decision(HIRED)
    with SqlLedger(str(path)) as ledger:
        assert ledger.batches().batches() == []
        assert ledger.batches().claim("b", run.id, [Outgoing(asked, asked, 1, 1)]) == 1
        assert [b.rows for b in ledger.batches().batches(run.id)] == [1]
        assert [d.decision for d in ledger.hiring_decisions()] == [HIRED]


@pytest.mark.parametrize("version", ["0001", "0002", "0003", "0006"])
def test_a_migrated_ledger_is_made_like_a_new_one(tmp_path: Path, version: str) -> None:
    at_version(tmp_path / "old.db", version)
    made = []
    for name in ("old.db", "new.db"):
        with SqlLedger(str(tmp_path / name)) as ledger, ledger._engine.connect() as connection:
            rows = connection.execute(sql("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2"))
            made.append(rows.fetchall())
    assert made[0] == made[1]


def test_a_calibration_is_kept_and_the_newest_of_a_binding_counts() -> None:
    first = calibration(binding=binding())
    second = first.model_copy(update={"status": Status.NOT_ENOUGH_DATA})
    other = calibration(binding=binding(model="queue-2"))
    with SqlLedger("sqlite://") as ledger:
        for each in (first, other, second):
            ledger.append_calibration(each)
        assert ledger.own_calibrations() == {
            binding().digest: second,
            binding(model="queue-2").digest: other,
        }
        for each in (first, other, second):
            assert ledger.calibration(each.digest) == each
        ledger.append_calibration(first)
        assert ledger.own_calibrations()[binding().digest] == first


def test_a_shipped_calibration_is_kept_once_and_is_not_ones_own() -> None:
    shipped = calibration(binding=binding(), status=Status.DEMONSTRATION)
    with SqlLedger("sqlite://") as ledger:
        for _ in range(2):
            ledger.append_calibration(shipped, shipped=True)
        assert ledger.own_calibrations() == {}
        assert ledger.calibration(shipped.digest) == shipped
        with ledger._engine.connect() as connection:
            assert connection.execute(sql("SELECT count(*) FROM calibrations")).scalar() == 1
        ledger.append_calibration(shipped)
        assert ledger.own_calibrations() == {binding().digest: shipped}, "made here as well"


def test_a_calibration_that_is_not_there_is_told() -> None:
    with SqlLedger("sqlite://") as ledger, pytest.raises(LedgerError, match="holds no calibration sha256:9"):
        ledger.calibration("sha256:9")
