"""The ledger as its chain tells it: each entry with its row, and rows that no entry seals."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, Text, and_, cast, select, tuple_

from grader.audit.entries import Entry, Line, as_stored
from grader.domain.batch import in_groups
from grader.ledger import schema
from grader.ledger.chain import key_of

_AT_ONCE = 500
_TABLES = {table.name: table for table in schema.RECORDED}


def lines(connection: Connection) -> Iterator[Line]:
    """All entries in their order, each with its row; then all rows without an entry."""
    chain = schema.chain
    query = select(*(chain.c[name] for name in Entry._fields)).order_by(chain.c.seq)
    found = connection.execute(query, execution_options={"yield_per": _AT_ONCE})
    for entries in in_groups((Entry(*row) for row in found), _AT_ONCE):
        rows = {
            (name, key): row
            for name in sorted({entry.table for entry in entries} & _TABLES.keys())
            for key, row in _rows(connection, _TABLES[name], [e.key for e in entries if e.table == name])
        }
        for entry in entries:
            yield Line(entry.table, entry.key, entry, rows.get((entry.table, entry.key)))
    for table in schema.RECORDED:
        yield from _unsealed(connection, table)


def _rows(connection: Connection, table: Table, keys: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows with these keys; those that are not there are left out."""
    columns = list(table.primary_key)
    parsed = [key for text in keys if (key := _parsed(columns, text)) is not None]
    query = select(table).where(tuple_(*columns).in_(parsed))
    if len(columns) == 1:
        query = select(table).where(columns[0].in_([key for (key,) in parsed]))
    for row in connection.execute(query).mappings():
        plain = dict(row)
        yield key_of(table, plain), as_stored(plain)


def _parsed(columns: list[Any], key: str) -> tuple[Any, ...] | None:
    """The values of a key's columns; None for what can be no key."""
    parts = key.rsplit(" ", len(columns) - 1)
    try:
        return tuple(c.type.python_type(part) for c, part in zip(columns, parts, strict=True))
    except ValueError:
        return None


def _unsealed(connection: Connection, table: Table) -> Iterator[Line]:
    chain = schema.chain.c
    first, *others = (cast(column, Text) for column in table.primary_key)
    key: ColumnElement[str] = first
    for other in others:
        key = key.concat(" ").concat(other)
    sealed = and_(chain.table == table.name, chain.key == key)
    query = select(table).outerjoin(schema.chain, sealed).where(chain.seq.is_(None))
    for row in connection.execute(query.order_by(*table.primary_key)).mappings():
        plain = dict(row)
        yield Line(table.name, key_of(table, plain), None, as_stored(plain))
