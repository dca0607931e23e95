"""The chain in the ledger: what a transaction inserts is sealed at its end, in the same transaction."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, select

from grader.audit.entries import START, Entry, as_stored, following, row_digest
from grader.ledger.connect import BEGIN
from grader.ledger.inserting import driver

_JOURNAL = "journal"
"""Where a connection holds the rows that its transaction has inserted so far."""
_LOCK = 8
"""PostgreSQL's advisory lock of whoever seals: the chain has one end."""

_END = "SELECT seq, hash FROM chain ORDER BY seq DESC LIMIT 1"
_COLUMNS = ", ".join(f'"{name}"' for name in Entry._fields)


def writing(engine: Engine) -> Engine:
    """The engine for `journaled`: SQLite lets one transaction write at a time, here from its start on."""
    return engine.execution_options(**{BEGIN: "BEGIN IMMEDIATE"})


@contextmanager
def journaled(writer: Engine) -> Iterator[Connection]:
    """A transaction that seals at its end what it has inserted, unless it was rolled back."""
    with writer.begin() as connection:
        journal: list[tuple[Table, Mapping[str, Any]]] = []
        connection.info[_JOURNAL] = journal
        yield connection
        if journal and connection.in_transaction():
            seal(connection, journal)


def note(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Note rows just inserted in a `journaled` transaction."""
    connection.info[_JOURNAL].extend((table, row) for row in rows)


def seal(connection: Connection, rows: Iterable[tuple[Table, Mapping[str, Any]]]) -> None:
    """Append an entry for each row to the chain, whose end nobody else can reach until the commit."""
    on_sqlite = connection.dialect.name == "sqlite"
    if on_sqlite:
        end = driver(connection).execute(_END).fetchone()
    else:
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        end = connection.exec_driver_sql(_END).first()
    seq, previous = end or (0, START)
    entries = []
    for seq, (table, row) in enumerate(rows, start=seq + 1):  # noqa: B020 - on from the end
        key, digest = key_of(table, row), row_digest(as_stored(row))
        entry = following(previous, seq, table.name, key, digest)
        entries.append(tuple(entry))
        previous = entry.hash
    places = ", ".join(["?" if on_sqlite else "%s"] * len(Entry._fields))
    insert = f"INSERT INTO chain ({_COLUMNS}) VALUES ({places})"  # noqa: S608 - names of our own schema
    if on_sqlite:
        driver(connection).executemany(insert, entries)
    else:
        connection.exec_driver_sql(insert, entries)


def key_of(table: Table, row: Mapping[str, Any]) -> str:
    """The primary key of a row as text."""
    return " ".join([str(row[column.name]) for column in table.primary_key])
