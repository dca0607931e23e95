"""The chain in the ledger: what a transaction inserts is sealed at its end, in the same transaction."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, select

from grader.audit.entries import START, Entry, as_stored, following, row_digest
from grader.ledger import schema
from grader.ledger.connect import BEGIN

_JOURNAL = "journal"
"""Execution option: the rows that a transaction has inserted so far."""
_LOCK = 8
"""PostgreSQL's advisory lock of whoever seals: the chain has one end."""

_END = select(schema.chain.c.seq, schema.chain.c.hash).order_by(schema.chain.c.seq.desc()).limit(1)
_COLUMNS = ", ".join(f'"{name}"' for name in Entry._fields)


@contextmanager
def journaled(engine: Engine) -> Iterator[Connection]:
    """A transaction that seals at its end what it has inserted, unless it was rolled back.

    SQLite lets one transaction write at a time, from its start on; PostgreSQL lets one seal at a time.
    """
    journal: list[tuple[Table, Mapping[str, Any]]] = []
    options = {BEGIN: "BEGIN IMMEDIATE", _JOURNAL: journal}
    with engine.execution_options(**options).begin() as connection:
        yield connection
        if journal and connection.in_transaction():
            seal(connection, journal)


def note(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Note rows just inserted in a `journaled` transaction."""
    connection.get_execution_options()[_JOURNAL].extend((table, row) for row in rows)


def seal(connection: Connection, rows: Iterable[tuple[Table, Mapping[str, Any]]]) -> None:
    """Append an entry for each row to the chain, whose end nobody else can reach until the commit."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    end = connection.execute(_END).first()
    seq, previous = (end.seq, end.hash) if end else (0, START)
    entries = []
    for seq, (table, row) in enumerate(rows, start=seq + 1):  # noqa: B020 - on from the end
        key, digest = key_of(table, row), row_digest(as_stored(row))
        entry = following(previous, seq, table.name, key, digest)
        entries.append(tuple(entry))
        previous = entry.hash
    # as the driver takes it: SQLAlchemy's way of passing rows would cost as much as the hashes
    places = ", ".join(["?" if connection.dialect.name == "sqlite" else "%s"] * len(Entry._fields))
    connection.exec_driver_sql(f"INSERT INTO chain ({_COLUMNS}) VALUES ({places})", entries)  # noqa: S608 - ours


def key_of(table: Table, row: Mapping[str, Any]) -> str:
    """The primary key of a row as text."""
    return " ".join([str(row[column.name]) for column in table.primary_key])
