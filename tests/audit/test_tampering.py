"""The six ways to tamper with a ledger, really done to its database, and what the auditor is told."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, select
from sqlalchemy import text as sql

from grader.audit.checkpoints import sign
from grader.audit.entries import following
from grader.audit.verifying import Verdict, verify
from grader.audit_files import read_export, write_export
from grader.datafiles import load_prompt, load_rubrics
from grader.domain.submission import Submission
from grader.ledger import schema
from grader.ledger.chain import seal
from grader.ledger.desk import Desk
from grader.ledger.sealed import lines
from grader.ledger.store import SqlLedger
from grader.pipeline import Instrument, grade
from grader.wiring import new_run
from tests.support.databases import empty_database
from tests.support.judges import SPEC, Judge

KEY = Ed25519PrivateKey.generate()
INSTRUMENT = Instrument(load_rubrics()["vendor_email"], load_prompt("structured-v1"), "one_call")
LETTERS = (
    "Order 12 came without the needles. Please send them by Monday, or credit us. Thanks, the clinic",
    "Six boxes of gloves are missing from the order; please send them by Friday. Thank you, the clinic",
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with empty_database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlLedger]:
    """Empty."""
    url = str(tmp_path / "l.db") if request.param == "sqlite" else request.getfixturevalue("server")
    with SqlLedger(url) as store:
        if request.param == "postgresql":
            with store._engine.begin() as connection:
                connection.execute(sql("DROP SCHEMA public CASCADE"))
                connection.execute(sql("CREATE SCHEMA public"))
            with SqlLedger(url) as again:
                yield again
        else:
            yield store


async def graded(ledger: SqlLedger, *letters: str) -> None:
    """A run over these letters."""
    run = new_run("test", SPEC, {})
    ledger.start_run(run)
    for position, text in enumerate(letters):
        submission = Submission(id=f"{position}", candidate="a", task="vendor_email", text=text)
        record = await grade(submission, INSTRUMENT, Judge(), Desk(ledger), run.id)
        ledger.append_record(run.id, position, record)
    ledger.end_run(run.id, "finished")


class Auditor:
    """Holds what a ledger's keepers cannot change: a checkpoint over it, and the public key."""

    def __init__(self, ledger: SqlLedger, folder: Path) -> None:
        whole = verify(ledger.lines, {}, None)
        assert whole.findings == ()
        self.before = whole.entries
        self._ledger = ledger
        self._export = folder / "export.jsonl"
        self._checkpoint = sign(KEY, whole.entries, whole.root, "2026-11-22T12:00:00.000+00:00")

    def verdict(self, *, checkpoint: bool = True) -> Verdict:
        write_export(self._export, self._ledger.lines(), version="1")
        known = {"c.json": self._checkpoint} if checkpoint else {}
        return verify(lambda: read_export(self._export), known, KEY.public_key())

    def told(self) -> str:
        """The one sentence."""
        (finding,) = self.verdict().findings
        return finding


@pytest.fixture
async def auditor(ledger: SqlLedger, tmp_path: Path) -> Auditor:
    await graded(ledger, *LETTERS)
    return Auditor(ledger, tmp_path)


def behind_its_back(ledger: SqlLedger, change: Callable[[Connection], None] | str) -> None:
    """Change rows as one who may do anything in the database, so that no trigger refuses it."""
    with ledger._engine.connect() as connection:
        for table in schema.RECORDED + schema.SEVENTH:
            if connection.dialect.name == "sqlite":
                for act in ("UPDATE", "DELETE"):
                    connection.execute(sql(f"DROP TRIGGER {table.name}_no_{act}"))
            else:
                connection.execute(sql(f"DROP TRIGGER {table.name}_append_only ON {table.name}"))
        if isinstance(change, str):
            for statement in change.split(";"):
                assert connection.execute(sql(statement)).rowcount > 0, statement
        else:
            change(connection)
        connection.commit()


def entry_of(ledger: SqlLedger, table: str) -> int:
    """The last entry that seals a row of this table."""
    return max(line.entry.seq for line in ledger.lines() if line.entry and line.table == table)


def test_nothing_is_found_where_nothing_was_done(auditor: Auditor) -> None:
    verdict = auditor.verdict()
    assert (verdict.findings, verdict.entries, verdict.covered) == ((), auditor.before, auditor.before)


async def test_a_ledger_that_went_on_holds_and_what_is_not_covered_is_counted(
    ledger: SqlLedger, auditor: Auditor
) -> None:
    await graded(ledger, LETTERS[1] + " once more")
    verdict = auditor.verdict()
    assert (verdict.findings, verdict.covered) == ((), auditor.before)
    assert verdict.entries > auditor.before


# -- 1: edit -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("completions", "UPDATE completions SET body = '{}' WHERE id = (SELECT max(id) FROM completions)"),
        (
            "outcomes",
            "UPDATE outcomes SET record = (SELECT record FROM outcomes WHERE position = 0) "
            "WHERE position = 1",
        ),
        ("run_ends", "UPDATE run_ends SET state = 'failed'"),
    ],
)
def test_an_edited_row_is_found(ledger: SqlLedger, auditor: Auditor, table: str, change: str) -> None:
    entry = entry_of(ledger, table)
    behind_its_back(ledger, change)
    assert re.fullmatch(
        rf"The row '.+' of {table} was changed after entry {entry} had sealed it\.", auditor.told()
    )
    assert auditor.verdict(checkpoint=False).findings == (auditor.told(),), "the chain alone sees it"


def test_an_edited_row_with_its_entry_edited_to_fit_is_found(ledger: SqlLedger, auditor: Auditor) -> None:
    entry = entry_of(ledger, "completions")
    behind_its_back(ledger, f"UPDATE chain SET digest = 'sha256:0' WHERE seq = {entry}")
    own, row = auditor.verdict().findings
    assert own == f"Entry {entry} was changed: its hash is not that of what it says."
    assert f"after entry {entry} had sealed it" in row


# -- 2: delete ---------------------------------------------------------------------------------------------


def test_a_deleted_row_is_found(ledger: SqlLedger, auditor: Auditor) -> None:
    entry = entry_of(ledger, "outcomes")
    behind_its_back(ledger, "DELETE FROM outcomes WHERE position = 1")
    expected = rf"The row '\S+ 1' of outcomes was deleted: entry {entry} seals it, and it is not there\."
    assert re.fullmatch(expected, auditor.told())
    assert auditor.verdict(checkpoint=False).findings == (auditor.told(),)


def test_a_row_deleted_with_its_entry_is_found(ledger: SqlLedger, auditor: Auditor) -> None:
    entry = entry_of(ledger, "outcomes")
    behind_its_back(ledger, f"DELETE FROM outcomes WHERE position = 1; DELETE FROM chain WHERE seq = {entry}")
    told = auditor.verdict(checkpoint=False).findings
    assert told == (f"Entry {entry} is missing: deleted from the chain.",)


def test_a_row_deleted_with_its_entry_and_the_gap_closed_is_found(
    ledger: SqlLedger, auditor: Auditor
) -> None:
    entry = entry_of(ledger, "outcomes")
    behind_its_back(
        ledger,
        f"DELETE FROM outcomes WHERE position = 1; DELETE FROM chain WHERE seq = {entry}; "
        f"UPDATE chain SET seq = seq - 1 WHERE seq > {entry}",
    )
    told = auditor.verdict(checkpoint=False).findings
    assert told == (
        f"Entry {entry} does not follow entry {entry - 1}: "
        "what it follows was changed, taken out or replaced.",
    )


# -- 3: insert ---------------------------------------------------------------------------------------------


def test_an_inserted_row_is_found(ledger: SqlLedger, auditor: Auditor) -> None:
    behind_its_back(ledger, "INSERT INTO outcomes SELECT run, 7, record FROM outcomes WHERE position = 0")
    expected = r"The row '\S+ 7' of outcomes was put in: no entry of the chain seals it\."
    assert re.fullmatch(expected, auditor.told())
    assert auditor.verdict(checkpoint=False).findings == (auditor.told(),)


def test_a_row_inserted_with_an_entry_in_the_midst_is_found(ledger: SqlLedger, auditor: Auditor) -> None:
    entry = entry_of(ledger, "records")

    def insert(connection: Connection) -> None:
        known = {e.seq: e for line in lines(connection) if (e := line.entry)}
        connection.execute(sql(f"UPDATE chain SET seq = -seq - 1 WHERE seq >= {entry}"))
        connection.execute(sql("UPDATE chain SET seq = -seq WHERE seq < 0"))
        forged = following(known[entry - 1].hash, entry, "records", "forged", "sha256:0")
        connection.execute(schema.chain.insert(), forged._asdict())

    behind_its_back(ledger, insert)
    told = auditor.verdict(checkpoint=False).findings
    assert told[0].startswith("The row 'forged' of records was deleted")
    assert told[1].startswith(f"Entry {entry + 1} is out of order: it follows what is now entry {entry - 1}")


# -- 4: reorder --------------------------------------------------------------------------------------------


def test_reordered_entries_are_found(ledger: SqlLedger, auditor: Auditor) -> None:
    entry = entry_of(ledger, "completions")
    behind_its_back(
        ledger,
        f"UPDATE chain SET seq = -1 WHERE seq = {entry}; "
        f"UPDATE chain SET seq = {entry} WHERE seq = {entry - 1}; "
        f"UPDATE chain SET seq = {entry - 1} WHERE seq = -1",
    )
    told = auditor.verdict(checkpoint=False).findings
    assert told[0] == f"Entry {entry - 1} is out of order: it follows what is now entry {entry}."


def test_reordered_rows_are_found(ledger: SqlLedger, auditor: Auditor) -> None:
    behind_its_back(
        ledger,
        "UPDATE outcomes SET position = -1 WHERE position = 0; "
        "UPDATE outcomes SET position = 0 WHERE position = 1; "
        "UPDATE outcomes SET position = 1 WHERE position = -1",
    )
    told = auditor.verdict(checkpoint=False).findings
    assert len(told) == 2
    assert all(re.fullmatch(r"The row '\S+ [01]' of outcomes was changed after .*", one) for one in told)


# -- 5: tail truncation ------------------------------------------------------------------------------------


def cut(connection: Connection) -> None:
    """The last run's end and its last outcome, with their entries."""
    for table in ("run_ends", "outcomes"):
        (key,) = connection.execute(
            sql(f"SELECT key FROM chain WHERE \"table\" = '{table}' ORDER BY seq DESC LIMIT 1")
        ).one()
        run, _, position = key.partition(" ")
        where = f"run = '{run}'" + (f" AND position = {position}" if position else "")
        assert connection.execute(sql(f"DELETE FROM {table} WHERE {where}")).rowcount == 1
        last = "(SELECT max(seq) FROM chain)"
        assert connection.execute(sql(f"DELETE FROM chain WHERE seq = {last}")).rowcount == 1


def test_a_tail_that_was_cut_off_is_found_by_the_checkpoint_alone(
    ledger: SqlLedger, auditor: Auditor
) -> None:
    behind_its_back(ledger, cut)
    left = auditor.before - 2
    assert auditor.told() == (
        f"The chain was cut off: it ends with entry {left}, and checkpoint c.json of "
        f"2026-11-22T12:00:00.000+00:00 covers {auditor.before} entries."
    )
    assert auditor.verdict(checkpoint=False).findings == (), "the chain alone misses it"


async def test_a_tail_that_was_cut_off_and_grew_again_is_found(ledger: SqlLedger, auditor: Auditor) -> None:
    behind_its_back(ledger, cut)
    await graded(ledger, LETTERS[0] + " once more")
    assert "does not fit" in auditor.told()
    assert auditor.verdict(checkpoint=False).findings == ()


# -- 6: a whole rewrite ------------------------------------------------------------------------------------


def rewrite(connection: Connection) -> None:
    """Change one answer, and make the whole chain anew."""
    connection.execute(sql("UPDATE completions SET problem = 'invented' WHERE id = 1"))
    order = [(line.table, line.key) for line in lines(connection)]
    tables = {table.name: table for table in schema.RECORDED}
    found = {
        (name, " ".join(str(row[c.name]) for c in table.primary_key)): dict(row)
        for name, table in tables.items()
        for row in connection.execute(select(table)).mappings()
    }
    connection.execute(sql("DELETE FROM chain"))
    seal(connection, [(tables[name], found[name, key]) for name, key in order])


def test_a_whole_rewrite_is_found_by_the_checkpoint_alone(ledger: SqlLedger, auditor: Auditor) -> None:
    behind_its_back(ledger, rewrite)
    assert auditor.told() == (
        "Checkpoint c.json of 2026-11-22T12:00:00.000+00:00 does not fit: among entries 1 to "
        f"{auditor.before} some are others; the chain holds in itself, so it was rewritten."
    )
    assert auditor.verdict(checkpoint=False).findings == (), "the chain alone misses it"
