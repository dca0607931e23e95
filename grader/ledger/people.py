"""The people's side of the ledger: commitments and decisions, and what judges had said before them."""

import json
from collections.abc import Iterator, Set

from sqlalchemy import Connection, Select, select

from grader.domain.hiring import HiringDecided, HiringDecision
from grader.domain.record import GradeRecord, State
from grader.domain.second_rater import Adjudication, Commitment, Committed, Decided
from grader.errors import LedgerError
from grader.ledger import schema
from grader.ledger.rows import add_numbered, now


def append_commitment(connection: Connection, commitment: Commitment) -> Committed:
    """Keep a commitment unless the same content is there."""
    table = schema.commitments
    known = select(table.c.created).where(table.c.digest == commitment.digest).order_by(table.c.id).limit(1)
    if (first := connection.execute(known).scalar()) is not None:
        return Committed(commitment, first, again=True)
    created = now()
    row = {
        "digest": commitment.digest,
        "created": created,
        "rater": commitment.rater,
        "body": commitment.canonical,
    }
    add_numbered(connection, table, [row])
    return Committed(commitment, created)


def commitments(connection: Connection) -> list[Committed]:
    """All commitments, oldest first, each content once. LedgerError if one was altered."""
    table = schema.commitments
    found: dict[str, Committed] = {}
    for row in connection.execute(select(table).order_by(table.c.id)):
        commitment = Commitment.model_validate_json(row.body)
        if commitment.digest != row.digest:
            raise LedgerError(f"Commitment {row.digest} was altered in the ledger.")
        # two processes may have kept the same one at once
        found.setdefault(row.digest, Committed(commitment, row.created))
    return list(found.values())


def append_adjudication(connection: Connection, adjudication: Adjudication) -> Decided:
    """Keep a decision, also where there are others on the same."""
    created = now()
    row = {
        "created": created,
        "submission": adjudication.submission,
        "criterion": adjudication.criterion,
        "reason": adjudication.cause.value,
        "body": adjudication.canonical,
    }
    add_numbered(connection, schema.adjudications, [row])
    return Decided(adjudication, created)


def adjudications(connection: Connection, submission: str | None) -> list[Decided]:
    """All decisions, or those on one submission, oldest first."""
    table = schema.adjudications
    query = select(table.c.body, table.c.created).order_by(table.c.id)
    if submission is not None:
        query = query.where(table.c.submission == submission)
    rows = connection.execute(query)
    return [Decided(Adjudication.model_validate_json(row.body), row.created) for row in rows]


def append_hiring_decision(connection: Connection, decision: HiringDecision) -> HiringDecided:
    """Keep a decision on a candidate, also where there are others."""
    created = now()
    row = {
        "created": created,
        "candidate": decision.candidate,
        "assessment": decision.assessment,
        "choice": decision.choice.value,
        "body": decision.canonical,
    }
    add_numbered(connection, schema.hiring_decisions, [row])
    return HiringDecided(decision, created)


def hiring_decisions(connection: Connection) -> list[HiringDecided]:
    """All decisions on candidates, oldest first."""
    table = schema.hiring_decisions
    rows = connection.execute(select(table.c.body, table.c.created).order_by(table.c.id))
    return [HiringDecided(HiringDecision.model_validate_json(row.body), row.created) for row in rows]


def first_judged(connection: Connection, texts: Set[str]) -> dict[str, str]:
    """When each of these texts first had a record with verdicts; those without are left out."""
    first: dict[str, str] = {}
    for row in connection.execute(_judged()):
        text = json.loads(row.body)["text"]
        if text in texts:
            first.setdefault(text, row.created)
    return first


def judged(connection: Connection) -> Iterator[tuple[GradeRecord, str]]:
    """Each different record with verdicts, and when it was first made."""
    for row in connection.execute(_judged()):
        yield GradeRecord.model_validate_json(row.body), row.created


def _judged() -> Select[tuple[str, str]]:
    table = schema.records
    scored = table.c.state != State.NOT_SCORED.value
    return select(table.c.body, table.c.created).where(scored).order_by(table.c.created, table.c.digest)
