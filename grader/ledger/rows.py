"""Rows of the ledger: how values become rows, and long texts are kept once under their digests."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, select

from grader.digests import canonical, text_digest
from grader.domain.exchange import JudgeRequest
from grader.domain.run import TextKind
from grader.errors import LedgerError
from grader.ledger import schema
from grader.ledger.chain import note
from grader.ledger.inserting import insert_new, insert_numbered


def now() -> str:
    """The time, UTC, ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def as_json(value: Any) -> str:
    """Canonical JSON."""
    return canonical(value).decode()


def add(connection: Connection, table: Table, row: dict[str, Any]) -> bool:
    """Insert a row unless its key is there already; whether it was inserted."""
    return bool(add_all(connection, table, [row]))


def add_all(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> int:
    """Insert those rows whose keys are not there yet, and note them for the chain; how many there were."""
    if not rows:
        return 0
    new = insert_new(connection, table, rows)
    note(connection, table, new)
    return len(new)


def add_numbered(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that the database numbers by `id`, in this order, and note them for the chain."""
    ids = insert_numbered(connection, table, rows)
    note(connection, table, [{"id": number, **row} for number, row in zip(ids, rows, strict=True)])


def text_row(kind: TextKind, body: str) -> dict[str, Any]:
    """The row of a text."""
    return {
        "digest": text_digest(body),
        "kind": kind.value,
        "body": body.encode("utf-8", "surrogatepass"),
    }


def keep(connection: Connection, kind: TextKind, body: str) -> str:
    """Keep a text under its digest, once; returns the digest."""
    row = text_row(kind, body)
    add(connection, schema.texts, row)
    return str(row["digest"])


def kept_text(connection: Connection, key: str) -> str:
    """The text with this digest. LedgerError if it is missing or altered."""
    body = connection.execute(select(schema.texts.c.body).where(schema.texts.c.digest == key)).scalar()
    if body is None:
        raise LedgerError(f"The ledger holds no text {key}.")
    text = bytes(body).decode("utf-8", "surrogatepass")
    if text_digest(text) != key:
        raise LedgerError(f"Text {key} was altered in the ledger.")
    return text


def packed(request: JudgeRequest) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The row of a request, and by digest those of its long texts, so that each is stored once."""
    body = request.model_dump(mode="json", exclude={"answer_schema", "messages"})
    rows = [_shared_row(TextKind.MESSAGE, m.content) for m in request.messages[:-1]]
    rows += [text_row(TextKind.MESSAGE, m.content) for m in request.messages[-1:]]
    schema = _shared_row(TextKind.SCHEMA, request.schema_text)
    body["messages"] = [
        {"role": message.role, "content": row["digest"]}
        for message, row in zip(request.messages, rows, strict=True)
    ]
    body["answer_schema"] = schema["digest"]
    texts = {row["digest"]: row for row in (*rows, schema)}
    return {"digest": request.digest, "body": as_json(body)}, texts


@lru_cache(maxsize=64)
def _shared_row(kind: TextKind, body: str) -> dict[str, Any]:
    """The row of a text that many requests share."""
    return text_row(kind, body)


def unpack(connection: Connection, body: dict[str, Any]) -> JudgeRequest:
    """A packed request with its long texts put back."""
    for message in body["messages"]:
        message["content"] = kept_text(connection, message["content"])
    body["answer_schema"] = json.loads(kept_text(connection, body["answer_schema"]))
    return JudgeRequest.model_validate(body)
