"""Rows of the ledger: how values become rows, and long texts are kept once under their digests."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from grader.digests import canonical, text_digest
from grader.domain.exchange import JudgeRequest
from grader.domain.run import TextKind
from grader.errors import LedgerError
from grader.ledger import schema


def now() -> str:
    """The time, UTC, ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def as_json(value: Any) -> str:
    """Canonical JSON."""
    return canonical(value).decode()


def add(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    """Insert a row unless its key is there already."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(insert(table).values(row).on_conflict_do_nothing())


def keep(connection: Connection, kind: TextKind, body: str) -> str:
    """Keep a text under its digest, once; returns the digest."""
    key = text_digest(body)
    row = {"digest": key, "kind": kind.value, "body": body.encode("utf-8", "surrogatepass")}
    add(connection, schema.texts, row)
    return key


def kept_text(connection: Connection, key: str) -> str:
    """The text with this digest. LedgerError if it is missing or altered."""
    body = connection.execute(select(schema.texts.c.body).where(schema.texts.c.digest == key)).scalar()
    if body is None:
        raise LedgerError(f"The ledger holds no text {key}.")
    text = bytes(body).decode("utf-8", "surrogatepass")
    if text_digest(text) != key:
        raise LedgerError(f"Text {key} was altered in the ledger.")
    return text


def pack(connection: Connection, request: JudgeRequest) -> str:
    """The request with its long texts replaced by their digests, so that each is stored once."""
    body = request.model_dump(mode="json")
    for message in body["messages"]:
        message["content"] = keep(connection, TextKind.MESSAGE, message["content"])
    body["answer_schema"] = keep(connection, TextKind.SCHEMA, as_json(body["answer_schema"]))
    return as_json(body)


def unpack(connection: Connection, body: dict[str, Any]) -> JudgeRequest:
    """A packed request with its long texts put back."""
    for message in body["messages"]:
        message["content"] = kept_text(connection, message["content"])
    body["answer_schema"] = json.loads(kept_text(connection, body["answer_schema"]))
    return JudgeRequest.model_validate(body)
