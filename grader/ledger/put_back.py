"""A ledger made again from the lines of an export, for as long as it is looked at."""

import base64
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import LargeBinary, Table
from sqlalchemy.exc import SQLAlchemyError

from grader.audit.entries import Line
from grader.errors import LedgerError
from grader.ledger import schema
from grader.ledger.connect import connect
from grader.ledger.store import SqlLedger

_TABLES = {table.name: table for table in schema.RECORDED}


@contextmanager
def put_back(found: Iterable[Line]) -> Iterator[SqlLedger]:
    """A ledger of its own with these rows, gone afterwards. LedgerError if they don't fit together."""
    with tempfile.TemporaryDirectory(prefix="grader-audit-") as folder:
        path = str(Path(folder) / "ledger.db")
        engine = connect(path)
        try:
            with engine.begin() as connection:
                for line in found:
                    if line.row is not None:
                        table = _TABLES[line.table]
                        connection.execute(table.insert(), _unstored(table, line.row))
        except (SQLAlchemyError, KeyError) as error:
            message = "The rows of the export do not fit together. 'grader audit verify' says what was done."
            raise LedgerError(message) from error
        finally:
            engine.dispose()
        with SqlLedger(path) as ledger:
            yield ledger


def _unstored(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row `as_stored`, as the database takes it."""
    return {
        name: base64.b64decode(value) if isinstance(table.c[name].type, LargeBinary) else value
        for name, value in row.items()
    }
