"""One transaction for what many tasks append and ask for at the same moment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from grader.digests import text_digest
from grader.domain.exchange import Completion, JudgeRequest
from grader.domain.record import GradeRecord
from grader.domain.run import AnswerOutcome, TextKind
from grader.ledger import leases, schema
from grader.ledger.rows import add_all, add_numbered, as_json, now, packed, text_row

Row = dict[str, Any]
Rows = dict[str, Row]
"""By digest."""


class Text(NamedTuple):
    """A text to keep."""

    kind: TextKind
    body: str


class Packed(NamedTuple):
    """The rows of an answer."""

    completion: Row
    requests: Rows
    texts: Rows


@dataclass(frozen=True)
class Answered:
    """An answer to keep. Settles to the earlier usable answer to its request, if there is one."""

    run: str
    request: JudgeRequest
    asked: JudgeRequest
    attempt: int
    completion: Completion
    outcome: AnswerOutcome
    problem: str = ""

    @cached_property
    def rows(self) -> Packed:
        """Made once, and before the transaction, which is to be short."""
        requests: Rows = {}
        texts: Rows = {}
        for sent in (self.request, self.asked):
            if sent.digest not in requests:
                requests[sent.digest], long_texts = packed(sent)
                texts |= long_texts
        return Packed(_completion_row(self), requests, texts)


@dataclass(frozen=True)
class Outcome:
    """What a submission of a run came to."""

    run: str
    position: int
    record: GradeRecord

    @cached_property
    def row(self) -> Row:
        """Made once, and before the transaction, which is to be short."""
        return _record_row(self.record)


class Take(NamedTuple):
    """Settles to the usable answer to a request; else to whether it is now this holder's to ask for."""

    request: str


class Release(NamedTuple):
    """A request that this holder asks no longer."""

    request: str


class Renew(NamedTuple):
    """All leases of this holder are to last on."""


_row = schema.completions.c
_USABLE = (
    select(_row.request, _row.body)
    .where(_row.request.in_(bindparam("requests", expanding=True)), _row.outcome == AnswerOutcome.OK.value)
    .order_by(_row.id)
)
"""Made once: to put a statement together takes longer than to run it."""

Step = Text | Answered | Outcome | Take | Release | Renew


def settle(connection: Connection, steps: Sequence[Step], holder: str) -> list[Completion | bool | None]:
    """Do all steps in one transaction: first all that is kept, then all that is asked for.

    What each settles to is in the order of `steps`; None where there is nothing to tell.
    """
    answered = [s for s in steps if isinstance(s, Answered)]
    outcomes = [s for s in steps if isinstance(s, Outcome)]
    records = [s.row for s in outcomes]
    texts = {row["digest"]: row for s in steps if isinstance(s, Text) for row in [text_row(s.kind, s.body)]}
    requests: Rows = {}
    for answer in answered:
        requests |= answer.rows.requests
        texts |= answer.rows.texts
    # in the same order everywhere, so that no two transactions on PostgreSQL wait for each other's rows
    add_all(connection, schema.texts, [texts[digest] for digest in sorted(texts)])
    add_all(connection, schema.requests, [requests[digest] for digest in sorted(requests)])
    if answered:
        add_numbered(connection, schema.completions, [a.rows.completion for a in answered])
    add_all(connection, schema.records, sorted(records, key=lambda row: str(row["digest"])))
    add_all(
        connection,
        schema.outcomes,
        [
            {"run": s.run, "position": s.position, "record": row["digest"]}
            for s, row in zip(outcomes, records, strict=True)
        ],
    )
    if any(isinstance(s, Renew) for s in steps):
        leases.renew(connection, holder)
    usable = {a.request.digest for a in answered if a.outcome is AnswerOutcome.OK}
    held = bool(holder) and leases.release(connection, usable, holder)
    leases.release(connection, {s.request for s in steps if isinstance(s, Release)}, holder)
    # who held the leases to the last is the only one who asked
    earlier = {} if held else first_answers(connection, _answered_twice(connection, usable))
    wanted = {s.request for s in steps if isinstance(s, Take)}
    known = first_answers(connection, wanted)
    free = wanted - known.keys()
    ours = leases.take(connection, free, holder) if free else set()
    # where others write meanwhile: one who held a lease a moment ago may have answered since we looked
    if connection.dialect.name != "sqlite" and (late := first_answers(connection, ours)):
        leases.release(connection, set(late), holder)
        known |= late

    def told(step: Step) -> Completion | bool | None:
        if isinstance(step, Answered) and step.outcome is AnswerOutcome.OK:
            return earlier.get(step.request.digest)
        if isinstance(step, Take):
            return known.get(step.request, step.request in ours)
        return None

    return [told(step) for step in steps]


def first_answers(connection: Connection, requests: Collection[str]) -> dict[str, Completion]:
    """By request, its first usable answer."""
    if not requests:
        return {}
    found: dict[str, str] = {}
    for request, body in connection.execute(_USABLE, {"requests": list(requests)}):
        found.setdefault(request, body)
    return {request: Completion.model_validate_json(body) for request, body in found.items()}


def _answered_twice(connection: Connection, requests: Collection[str]) -> list[str]:
    if not requests:
        return []
    row = schema.completions.c
    query = select(row.request).where(row.request.in_(requests), row.outcome == AnswerOutcome.OK.value)
    return list(connection.scalars(query.group_by(row.request).having(func.count() > 1)))


def _completion_row(answered: Answered) -> Row:
    completion, usage = answered.completion, answered.completion.usage
    return {
        "request": answered.request.digest,
        "asked": answered.asked.digest,
        "run": answered.run,
        "attempt": answered.attempt,
        "created": now(),
        "outcome": answered.outcome.value,
        "problem": answered.problem,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cached_tokens": usage.cached_tokens,
        "cost_usd": completion.cost_usd,
        "body": as_json(completion.model_dump(mode="json")),
    }


def _record_row(record: GradeRecord) -> Row:
    body = as_json(record.model_dump(mode="json"))
    return {
        "digest": text_digest(body),
        "created": now(),
        "submission": record.submission,
        "state": record.state.value,
        "body": body,
    }
