"""Cost of the ledger's chain: sealing what is written, and verifying all of it."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Table

from eval.bench.rows import Row
from eval.bench.settings import Settings
from eval.bench.systems import COMMAND
from grader.audit.verifying import verify
from grader.audit_files import read_export, write_export
from grader.domain.batch import in_groups
from grader.ledger import schema
from grader.ledger.chain import journaled, seal
from grader.ledger.connect import connect
from grader.ledger.sealed import lines

TITLE = "The chain of ours"
ABOUT = (
    "Records of 4,000 characters in a SQLite ledger, written ten in a transaction. Append: the CPU time that "
    "sealing adds to a row: its digest, its hash and its entry. Export: writing the file for an auditor. "
    "Verify: from that file alone: each row against its digest, each entry against the one before it, and "
    "the Merkle tree. A graded answer is about six rows, of which the record is the largest."
)
_COUNT, _QUICK_COUNT, _TOGETHER = 100_000, 500, 10
_BODY = "x" * 4000
T = TypeVar("T")


def run(settings: Settings) -> list[Row]:
    """One row."""
    if not settings.wants(COMMAND):
        return []
    count = _QUICK_COUNT if settings.quick else _COUNT
    print(f"chain, {count:,} records ...", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        engine = connect(str(folder / "ledger.db"))
        spent = sum(_written(engine, group) for group in in_groups(_records(count), _TOGETHER))
        with engine.connect() as connection:
            _, export_s = _timed(
                lambda: write_export(folder / "export.jsonl", lines(connection), version="bench")
            )
        engine.dispose()
        verdict, verify_s = _timed(lambda: verify(lambda: read_export(folder / "export.jsonl"), {}, None))
    if verdict.findings or verdict.entries != count:
        return [Row(f"{count:,} records", remark="the chain does not hold")]
    figures = {
        "append us a row": spent / count * 1e6,
        "export CPU s": export_s,
        "verify CPU s": verify_s,
        "verify us a row": verify_s / count * 1e6,
    }
    return [Row(f"{count:,} records", figures)]


def _records(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        key = f"sha256:{number:064}"
        yield {"digest": key, "created": "", "submission": f"{number}", "state": "scored", "body": _BODY}


def _written(engine: Any, rows: list[dict[str, Any]]) -> float:
    """Write these rows in one transaction; the CPU seconds that sealing them took."""
    with journaled(engine) as connection:
        connection.execute(schema.records.insert(), rows)
        return _timed(lambda: _sealed(connection, schema.records, rows))[1]


def _sealed(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    seal(connection, [(table, row) for row in rows])


def _timed(act: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    return act(), time.process_time() - start
