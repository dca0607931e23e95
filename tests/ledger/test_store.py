import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError

from grader.datafiles import load_prompt, load_rubrics
from grader.domain.run import AnswerOutcome, TextKind
from grader.domain.submission import Submission
from grader.errors import LedgerError
from grader.judge import build_requests, passages
from grader.ledger import schema
from grader.ledger.store import SqlLedger
from grader.segments import segment
from grader.wiring import new_run
from tests.support.judges import SPEC, answer, completion

RUN = new_run("test", SPEC, {})
TEXT = "Please send the missing gloves by Friday, order 12."


RUBRIC, PROMPT = load_rubrics()["vendor_email"], load_prompt("structured-v1")


def request(text: str = TEXT):
    return build_requests(RUBRIC, passages(text, segment(text)), PROMPT, SPEC, "one_call")[0]


@pytest.fixture(scope="module")
def one_ledger() -> Iterator[SqlLedger]:
    with SqlLedger("sqlite://") as store:
        yield store


@settings(deadline=None)
@given(text=st.text(alphabet=st.characters(), max_size=200))
def test_any_text_is_kept_exactly(one_ledger: SqlLedger, text: str) -> None:
    key = one_ledger.keep_text(TextKind.SUBMISSION, text)
    assert one_ledger.keep_text(TextKind.SUBMISSION, text) == key
    assert one_ledger.text(key) == text
    assert key == Submission(id="", candidate="", task="", text=text).digest


def test_only_usable_answers_come_back_and_the_first_one_stands() -> None:
    asked = request()
    with SqlLedger("sqlite://") as ledger:
        ledger.start_run(RUN)
        ledger.append_completion(RUN.id, asked, asked, 1, completion("bad"), AnswerOutcome.MALFORMED, "bad")
        ledger.append_completion(
            RUN.id, asked, asked, 2, completion("", refusal="no"), AnswerOutcome.REFUSED, "no"
        )
        assert ledger.answer(asked.digest) is None
        good = completion(answer(asked))
        ledger.append_completion(RUN.id, asked, asked, 3, good, AnswerOutcome.OK)
        ledger.append_completion(RUN.id, asked, asked, 1, completion("later"), AnswerOutcome.OK)
        assert ledger.answer(asked.digest) == good
        assert ledger.answer(request("Other text.").digest) is None


def test_a_request_is_put_together_again() -> None:
    asked = request()
    with SqlLedger("sqlite://") as ledger:
        ledger.start_run(RUN)
        ledger.append_completion(RUN.id, asked, asked, 1, completion(answer(asked)), AnswerOutcome.OK)
        assert ledger.request(asked.digest) == asked
        with pytest.raises(LedgerError, match="no request"):
            ledger.request("sha256:0")


ADDED_BY_HAND = (
    "INSERT INTO calibrations (digest, created, binding, task, status, shipped, body) "
    "VALUES ('d', 't', '', 'vendor_email', 'operational', false, '{}')",
    "INSERT INTO commitments (digest, created, rater, body) VALUES ('d', 't', 'r', '{}')",
    "INSERT INTO adjudications (created, submission, criterion, reason, body) "
    "VALUES ('t', 's', 'c', 'abstained', '{}')",
    "INSERT INTO hiring_decisions (created, candidate, assessment, choice, body) "
    "VALUES ('t', 'c1', 'a', 'hold', '{}')",
    "INSERT INTO measurements (created, kind, judge, body) VALUES ('t', 'drift', 'j', '{}')",
)
"""A row in each table that stands alone."""

BATCHED_BY_HAND = (
    "INSERT INTO batches SELECT 'b', 't', id FROM runs LIMIT 1",
    "INSERT INTO batch_rows SELECT asked, 1, 'b', request, 1, 1 FROM completions LIMIT 1",
    "INSERT INTO batch_results SELECT asked, 1, 't', 'ok', '' FROM completions LIMIT 1",
    "INSERT INTO batch_events VALUES ('b', 1, 't', 'sending', '{}')",
    "INSERT INTO batch_inputs SELECT id, 0, (SELECT digest FROM texts LIMIT 1), '{}' FROM runs LIMIT 1",
)
"""A row in each table about batches, where a run, a completion and a text are."""


@pytest.mark.parametrize("table", schema.RECORDED + schema.SEVENTH, ids=lambda table: table.name)
@pytest.mark.parametrize("change", ["DELETE FROM {0}", "UPDATE {0} SET {1} = {1}"])
def test_rows_can_only_be_added(table, change: str) -> None:
    asked = request()
    with SqlLedger("sqlite://") as ledger:
        ledger.start_run(RUN)
        ledger.append_completion(RUN.id, asked, asked, 1, completion(answer(asked)), AnswerOutcome.OK)
        ledger.end_run(RUN.id, "finished")
        with ledger._engine.begin() as connection:
            connection.execute(sql("INSERT INTO records VALUES ('d', 't', 's', 'scored', '{}')"))
            connection.execute(sql("INSERT INTO outcomes VALUES (:run, 0, 'd')"), {"run": RUN.id})
            for row in ADDED_BY_HAND + BATCHED_BY_HAND:
                connection.execute(sql(row))
        statement = change.format(table.name, next(iter(table.columns)).name)
        with pytest.raises(IntegrityError, match="append-only"), ledger._engine.begin() as connection:
            connection.execute(sql(statement))


def test_unknown_price_is_unknown_not_zero() -> None:
    asked = request()
    with SqlLedger("sqlite://") as ledger:
        ledger.start_run(RUN)
        ledger.append_completion(RUN.id, asked, asked, 1, completion("a", cost_usd=0.5), AnswerOutcome.OK)
        assert ledger.spending(RUN.id).cost_usd == 0.5
        ledger.append_completion(RUN.id, asked, asked, 1, completion("b"), AnswerOutcome.OK)
        assert ledger.spending(RUN.id).cost_usd is None


def test_the_schema_is_at_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


def test_reading_makes_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="no ledger"):
        SqlLedger(str(tmp_path / "none.db"), create=False)
    assert not list(tmp_path.iterdir())


def test_what_is_no_ledger_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("not a database, but long enough to be read as one" * 9)
    with pytest.raises(LedgerError, match="cannot be opened"):
        SqlLedger(str(tmp_path / "notes.db"))
    with pytest.raises(LedgerError, match="No driver"):
        SqlLedger("nosuch://")


def test_a_newer_ledger_is_not_touched(tmp_path: Path) -> None:
    path = str(tmp_path / "l.db")
    with SqlLedger(path) as ledger, ledger._engine.begin() as connection:
        connection.execute(sql("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(LedgerError, match="newer"):
        SqlLedger(path)


def _append(path: str, who: int) -> None:
    with SqlLedger(path) as ledger:
        run = new_run("test", SPEC, {})
        ledger.start_run(run)
        for n in range(20):
            ledger.keep_text(TextKind.SUBMISSION, f"text {n}")
            asked = request(f"Text {n} is common to all writers.")
            ledger.append_completion(run.id, asked, asked, 1, completion(f"{who}"), AnswerOutcome.OK)


def test_processes_can_open_and_write_one_ledger_together(tmp_path: Path) -> None:
    path = str(tmp_path / "shared.db")
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_append, args=(path, who)) for who in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    with SqlLedger(path) as ledger:
        assert sum(ledger.spending(run.id).calls for run in ledger.runs()) == 60


def test_a_full_disk_is_one_sentence_and_loses_nothing(tmp_path: Path) -> None:
    path = str(tmp_path / "l.db")
    with SqlLedger(path) as ledger:
        key = ledger.keep_text(TextKind.SUBMISSION, "kept")
        with ledger._engine.connect() as connection:
            pages = connection.execute(sql("PRAGMA page_count")).scalar()
            connection.execute(sql(f"PRAGMA max_page_count = {pages}"))
        with pytest.raises(LedgerError, match="cannot be written: database or disk is full") as raised:
            ledger.keep_text(TextKind.SUBMISSION, "x" * 1_000_000)
        assert raised.value.may_pass
        assert ledger.text(key) == "kept"


@pytest.mark.parametrize("spoiled", ["DROP TABLE texts", "PRAGMA query_only = 1"])
def test_what_waiting_does_not_mend_is_not_waited_for(spoiled: str) -> None:
    with SqlLedger("sqlite://") as ledger:
        with ledger._engine.begin() as connection:
            connection.execute(sql(spoiled))
        with pytest.raises(LedgerError, match="cannot be written") as raised:
            ledger.keep_text(TextKind.SUBMISSION, "x")
        assert not raised.value.may_pass


def test_what_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with SqlLedger(str(tmp_path / "ledger.db")) as ledger:
        with ledger._engine.begin() as connection:
            connection.execute(sql("DROP TABLE batch_inputs"))
        with pytest.raises(LedgerError, match=r"cannot be read: no such table: batch_inputs\.$") as refused:
            list(ledger.batches().inputs("run"))
    assert not refused.value.may_pass


def test_what_was_really_asked_is_kept_beside_the_request_that_it_answers() -> None:
    asked = request()
    again = asked.model_copy(update={"messages": (*asked.messages, *asked.messages[-1:])})
    with SqlLedger("sqlite://") as ledger:
        ledger.start_run(RUN)
        ledger.append_completion(RUN.id, asked, again, 2, completion(answer(asked)), AnswerOutcome.OK)
        assert ledger.answer(asked.digest) is not None
        assert ledger.answer(again.digest) is None
        assert ledger.request(again.digest) == again
