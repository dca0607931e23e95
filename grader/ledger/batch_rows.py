"""Rows of batches: numbered so that what is on its way is in one batch only; each result is kept once."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from grader.domain.batch import BatchEvent, KnownBatch, Outgoing, Result, Row, in_groups
from grader.ledger import schema
from grader.ledger.rows import add, add_all, add_numbered, as_json, now, packed

AT_ONCE = 500
"""Rows looked up by one statement or kept in one transaction."""


def events_of(batch: str) -> Any:
    """The query for a batch's steps, in their order."""
    row = schema.batch_events.c
    return select(row.number, row.created, row.step, row.body).where(row.batch == batch).order_by(row.number)


def count_rows(connection: Connection, batch: str) -> int:
    """How many rows a batch has."""
    count = select(func.count()).select_from(schema.batch_rows).where(schema.batch_rows.c.batch == batch)
    return connection.execute(count).scalar_one()


def known_batch(connection: Connection, batch: str, run: str, created: str) -> KnownBatch:
    """A batch with its steps."""
    events = [
        BatchEvent.model_validate({"number": number, "created": at, "step": step, **json.loads(body)})
        for number, at, step, body in connection.execute(events_of(batch))
    ]
    rows = count_rows(connection, batch)
    return KnownBatch(id=batch, run=run, created=created, rows=rows, events=tuple(events))


def next_numbers(connection: Connection, asked: Sequence[str]) -> dict[str, int | None]:
    """The number of the next row that asks this; None while one is on its way."""
    row, result = schema.batch_rows.c, schema.batch_results.c
    found: dict[str, int | None] = dict.fromkeys(asked, 1)
    query = (
        select(row.asked, func.max(row.number), func.count(), func.count(result.asked))
        .outerjoin(schema.batch_results, (result.asked == row.asked) & (result.number == row.number))
        .group_by(row.asked)
    )
    for some in in_groups(asked, AT_ONCE):
        for digest, last, rows, done in connection.execute(query.where(row.asked.in_(some))):
            found[digest] = last + 1 if rows == done else None
    return found


def put_in(connection: Connection, batch: str, group: Sequence[Outgoing]) -> int:
    """Put into a batch what is not on its way already; returns how many that were."""
    numbers = next_numbers(connection, [out.asked.digest for out in group])
    rows: dict[str, Row] = {}
    texts: dict[str, dict[str, Any]] = {}
    requests: dict[str, dict[str, Any]] = {}
    for out in group:
        asked, number = out.asked.digest, numbers[out.asked.digest]
        if number is None or asked in rows:
            continue
        rows[asked] = Row(asked, number, out.request.digest, out.attempt, out.segments)
        for sent in (out.request, out.asked):
            if sent.digest not in requests:
                requests[sent.digest], long_texts = packed(sent)
                texts |= long_texts
    # in the same order everywhere, so that no two transactions on PostgreSQL wait for each other's rows
    add_all(connection, schema.texts, [texts[digest] for digest in sorted(texts)])
    add_all(connection, schema.requests, [requests[digest] for digest in sorted(requests)])
    return sum(
        add(connection, schema.batch_rows, {"batch": batch, **rows[asked]._asdict()})
        for asked in sorted(rows)
    )


def keep_result(connection: Connection, batch: KnownBatch, result: Result) -> bool:
    """Keep a result and its answer; False if the row has one already."""
    row, completion, at = result.row, result.completion, now()
    kept = {"asked": row.asked, "number": row.number, "created": at}
    kept |= {"outcome": result.outcome.value, "problem": result.problem}
    if not add(connection, schema.batch_results, kept):
        return False
    if completion is not None:
        answer = {
            "request": row.request,
            "asked": row.asked,
            "run": batch.run,
            "attempt": row.attempt,
            "created": at,
            "outcome": result.outcome.value,
            "problem": result.problem,
            "prompt_tokens": completion.usage.prompt_tokens,
            "completion_tokens": completion.usage.completion_tokens,
            "cached_tokens": completion.usage.cached_tokens,
            "cost_usd": completion.cost_usd,
            "body": as_json(completion.model_dump(mode="json")),
        }
        add_numbered(connection, schema.completions, [answer])
    return True
