"""Inserts rows, and tells which of them were new. SQLite is asked by its own driver: a statement by way of
SQLAlchemy takes several times as long as the row itself, and an answer has six rows."""

import sqlite3
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql

Row = TypeVar("Row", bound=Mapping[str, Any])


def insert_new(connection: Connection, table: Table, rows: Sequence[Row]) -> list[Row]:
    """Insert those rows whose keys are not there yet; returns them. Of two with one key the first counts."""
    if connection.dialect.name == "sqlite":
        sqlite = driver(connection)
        new = []
        for row in rows:
            statement = f"{_sqlite_insert(table, tuple(row))} ON CONFLICT DO NOTHING"
            if sqlite.execute(statement, tuple(row.values())).rowcount == 1:
                new.append(row)
        return new
    # psycopg counts the rows of many statements together, so the rows themselves are asked for
    found = {tuple(key) for key in connection.execute(_postgresql_insert(table), rows)}
    names = [column.name for column in table.primary_key]
    by_key = {tuple([row[name] for name in names]): row for row in reversed(rows)}
    return [row for key, row in reversed(by_key.items()) if key in found]


def insert_numbered(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows that the database numbers by `id`, in this order; returns the numbers."""
    if connection.dialect.name == "sqlite":
        sqlite = driver(connection)
        done = [sqlite.execute(_sqlite_insert(table, tuple(row)), tuple(row.values())) for row in rows]
        return [int(cursor.lastrowid or 0) for cursor in done]
    return list(connection.scalars(_numbering_insert(table), rows))


def driver(connection: Connection) -> sqlite3.Connection:
    """SQLite's own connection, within the same transaction."""
    found = connection.connection.driver_connection
    assert isinstance(found, sqlite3.Connection)  # noqa: S101 - the dialect says so
    return found


@cache
def _sqlite_insert(table: Table, names: tuple[str, ...]) -> str:
    columns, places = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
    return f"INSERT INTO {table.name} ({columns}) VALUES ({places})"  # noqa: S608 - names of our own schema


@cache
def _postgresql_insert(table: Table) -> Insert:
    return postgresql.insert(table).on_conflict_do_nothing().returning(*table.primary_key)


@cache
def _numbering_insert(table: Table) -> Insert:
    return table.insert().returning(table.c.id, sort_by_parameter_order=True)
