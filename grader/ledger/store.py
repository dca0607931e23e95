"""The ledger: appends what was asked, answered and decided, and finds it again by digest."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence, Set
from contextlib import contextmanager
from typing import Any, NamedTuple, Self

from sqlalchemy import ColumnElement, Connection, func, select
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from grader.audit.entries import Line
from grader.domain.calibration import Calibration
from grader.domain.exchange import Completion, JudgeRequest, Usage
from grader.domain.hiring import HiringDecided, HiringDecision
from grader.domain.kept import CalibrationKept, Kept, RequestKept
from grader.domain.measurement import Measured, Measurement, MeasurementKept
from grader.domain.record import GradeRecord
from grader.domain.run import AnswerOutcome, Run, TextKind
from grader.domain.second_rater import Adjudication, Commitment, Committed, Decided
from grader.errors import LedgerError
from grader.ledger import history, measurements, people, schema, sealed
from grader.ledger.batches import SqlBatches
from grader.ledger.chain import journaled, writing
from grader.ledger.connect import connect
from grader.ledger.rows import add, add_numbered, as_json, keep, kept_text, now, unpack
from grader.ledger.settling import Answered, Outcome, Step, first_answers, settle

_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
}
_AT_ONCE = 200
"""Records that are fetched together: a run may hold more than fit into memory."""


class Spending(NamedTuple):
    """What a run used. `cost_usd` is None when the price of any call is unknown."""

    calls: int
    failed: int
    usage: Usage
    cost_usd: float | None


class SqlLedger:
    """A ledger in SQLite or PostgreSQL."""

    def __init__(self, url: str, *, create: bool = True) -> None:
        self._engine = connect(url, create=create)
        self._writer = writing(self._engine)

    def __enter__(self) -> Self:
        """Use as a context, so that connections are let go."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the connections."""
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    @property
    def in_memory(self) -> bool:
        """Whether this is SQLite without a file, which only the thread that made it can see."""
        return self._engine.dialect.name == "sqlite" and self._engine.url.database in {None, "", ":memory:"}

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction; LedgerError if it can't be written: disk full, locked for long, connection lost.

        What it inserts is sealed in the chain at its end.
        """
        try:
            with journaled(self._writer) as connection:
                yield connection
        except (SQLAlchemyError, sqlite3.Error) as error:
            message = f"The ledger cannot be written: {_cause(error)}. What it holds is safe."
            raise LedgerError(message, may_pass=_may_pass(error)) from error

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A connection to read on; LedgerError if it is lost."""
        try:
            with self._engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            message = f"The ledger cannot be read: {_cause(error)}."
            raise LedgerError(message, may_pass=_may_pass(error)) from error

    def batches(self) -> SqlBatches:
        """What was handed over to providers' batch APIs, and what came of it."""
        return SqlBatches(self._reading, self._writing)

    def lines(self) -> Iterator[Line]:
        """The chain, each entry with its row, then rows without an entry: all as of one moment."""
        with self._reading() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield from sealed.lines(connection)

    # -- appending ---------------------------------------------------------------------------------------

    def keep_text(self, kind: TextKind, body: str) -> str:
        """Keep a text under its digest, once; returns the digest."""
        with self._writing() as connection:
            return keep(connection, kind, body)

    def start_run(self, run: Run) -> None:
        """Note the start of a run."""
        with self._writing() as connection:
            add(connection, schema.runs, {**run.model_dump(), "settings": as_json(run.settings)})

    def end_run(self, run: str, state: str) -> None:
        """Note the end of a run: `finished`, `interrupted` or `failed`."""
        with self._writing() as connection:
            add(connection, schema.run_ends, {"run": run, "ended": now(), "state": state})

    def settle(self, steps: Sequence[Step], holder: str = "") -> list[Completion | bool | None]:
        """Do all steps in one transaction; see `grader.ledger.settling`."""
        with self._writing() as connection:
            return settle(connection, steps, holder)

    def append_completion(
        self,
        run: str,
        request: JudgeRequest,
        asked: JudgeRequest,
        attempt: int,
        completion: Completion,
        outcome: AnswerOutcome,
        problem: str = "",
    ) -> None:
        """Keep an answer, usable or not, with the request that it answers and the one really sent."""
        self.settle([Answered(run, request, asked, attempt, completion, outcome, problem)])

    def append_record(self, run: str, position: int, record: GradeRecord) -> None:
        """Keep the outcome for one submission of a run; `position` is its place in the input."""
        self.settle([Outcome(run, position, record)])

    def append_calibration(self, calibration: Calibration, *, shipped: bool = False) -> None:
        """Keep a calibration; of two for one binding the later one counts. A shipped one is kept once."""
        row = {
            "digest": calibration.digest,
            "created": now(),
            "binding": calibration.binding.digest if calibration.binding else "",
            "task": calibration.task,
            "status": calibration.status.value,
            "shipped": shipped,
            "body": calibration.canonical,
        }
        with self._writing() as connection:
            known = select(schema.calibrations.c.id).where(schema.calibrations.c.digest == calibration.digest)
            if not (shipped and connection.execute(known.limit(1)).first()):
                add_numbered(connection, schema.calibrations, [row])

    def append_commitment(self, commitment: Commitment) -> Committed:
        """Keep a person's own ratings; the same ones are kept once, with the time of the first."""
        with self._writing() as connection:
            return people.append_commitment(connection, commitment)

    def append_adjudication(self, adjudication: Adjudication) -> Decided:
        """Keep a person's decision; earlier ones on the same stay."""
        with self._writing() as connection:
            return people.append_adjudication(connection, adjudication)

    def append_hiring_decision(self, decision: HiringDecision) -> HiringDecided:
        """Keep a person's decision on a candidate; earlier ones stay."""
        with self._writing() as connection:
            return people.append_hiring_decision(connection, decision)

    def append_measurement(self, measurement: Measurement) -> MeasurementKept:
        """Keep what was measured; earlier measurements of the same stay."""
        with self._writing() as connection:
            return measurements.append(connection, measurement)

    # -- finding -----------------------------------------------------------------------------------------

    def text(self, text_id: str) -> str:
        """The text with this digest, checked against it. LedgerError if it is missing or altered."""
        with self._reading() as connection:
            return kept_text(connection, text_id)

    def answer(self, request_digest: str) -> Completion | None:
        """The first usable answer to exactly this request, if there is one."""
        with self._reading() as connection:
            return first_answers(connection, [request_digest]).get(request_digest)

    def request(self, request_digest: str) -> JudgeRequest:
        """The request with this digest, put together again and checked. LedgerError if it does not match."""
        with self._reading() as connection:
            query = select(schema.requests.c.body).where(schema.requests.c.digest == request_digest)
            body = connection.execute(query).scalar()
            if body is None:
                raise LedgerError(f"The ledger holds no request {request_digest}.")
            request = unpack(connection, json.loads(body))
        if request.digest != request_digest:
            raise LedgerError(f"Request {request_digest} was altered in the ledger.")
        return request

    def calibration(self, calibration_digest: str) -> Calibration:
        """The calibration with this digest. LedgerError if it is missing or altered."""
        column = schema.calibrations.c
        query = select(column.body).where(column.digest == calibration_digest).limit(1)
        with self._reading() as connection:
            body = connection.execute(query).scalar()
        if body is None:
            raise LedgerError(f"The ledger holds no calibration {calibration_digest}.")
        calibration = Calibration.model_validate_json(body)
        if calibration.digest != calibration_digest:
            raise LedgerError(f"Calibration {calibration_digest} was altered in the ledger.")
        return calibration

    def own_calibrations(self) -> dict[str, Calibration]:
        """By binding, the newest calibration that was made with this ledger, not shipped."""
        column = schema.calibrations.c
        query = select(column.digest, column.binding).where(~column.shipped, column.binding != "")
        with self._reading() as connection:
            newest = {row.binding: row.digest for row in connection.execute(query.order_by(column.id))}
        return {binding: self.calibration(found) for binding, found in newest.items()}

    def calibration_rows(self) -> tuple[int, dict[str, int]]:
        """How many calibrations were kept so far, and by binding which of them is its newest own one."""
        column = schema.calibrations.c
        query = select(column.id, column.binding).where(~column.shipped, column.binding != "")
        with self._reading() as connection:
            latest = connection.execute(select(func.max(column.id))).scalar()
            newest = {row.binding: row.id for row in connection.execute(query.order_by(column.id))}
        return latest or 0, newest

    def runs(self) -> list[Run]:
        """All runs, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(select(schema.runs).order_by(schema.runs.c.started, schema.runs.c.id))
            return [
                Run.model_validate({**row, "settings": json.loads(row["settings"])})
                for row in rows.mappings()
            ]

    def run_end(self, run: str) -> tuple[str, str] | None:
        """When (UTC) and how a run ended; None while it runs or if it was killed."""
        query = select(schema.run_ends.c.ended, schema.run_ends.c.state).where(schema.run_ends.c.run == run)
        with self._reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else (row.ended, row.state)

    def graded(self, run: str, positions: Collection[int]) -> set[int]:
        """Those of these places in the input of a run whose outcome is kept."""
        place = schema.outcomes.c.position
        query = select(place).where(schema.outcomes.c.run == run, place.in_(positions))
        with self._reading() as connection:
            return set(connection.scalars(query))

    def records(self, run: str) -> Iterator[GradeRecord]:
        """The records of a run in the order of its input."""
        query = (
            select(schema.records.c.body)
            .join(schema.outcomes, schema.outcomes.c.record == schema.records.c.digest)
            .where(schema.outcomes.c.run == run)
            .order_by(schema.outcomes.c.position)
        )
        with self._reading() as connection:
            rows = connection.execution_options(yield_per=_AT_ONCE).execute(query)
            for body in rows.scalars():
                yield GradeRecord.model_validate_json(body)

    def spending(self, run: str) -> Spending:
        """Calls, tokens and cost of a run, failed tries included."""
        return self._spending(schema.completions.c.run == run)

    def spent_on(self, requests: Set[str], tries: int) -> Spending:
        """What the answers to these requests took, in whichever run: each with its failed tries before it.

        Of each at most so many `tries`: the last ones up to the first usable answer; the first ones where
        there is none.
        """
        row = schema.completions.c
        columns = (row.prompt_tokens, row.completion_tokens, row.cached_tokens, row.cost_usd)
        query = select(row.request, row.outcome, *columns).where(row.request.in_(requests)).order_by(row.id)
        by_request: dict[str, list[Any]] = {}
        with self._engine.connect() as connection:
            for one in connection.execute(query):
                tried = by_request.setdefault(one.request, [])
                if not tried or tried[-1].outcome != AnswerOutcome.OK:
                    tried.append(one)
        counted = [
            one
            for tried in by_request.values()
            for one in (tried[-tries:] if tried[-1].outcome == AnswerOutcome.OK else tried[:tries])
        ]
        costs = [one.cost_usd for one in counted if one.cost_usd is not None]
        usage = Usage(
            prompt_tokens=sum(one.prompt_tokens for one in counted),
            completion_tokens=sum(one.completion_tokens for one in counted),
            cached_tokens=sum(one.cached_tokens for one in counted),
        )
        failed = sum(one.outcome != AnswerOutcome.OK for one in counted)
        return Spending(len(counted), failed, usage, sum(costs) if len(costs) == len(counted) else None)

    def _spending(self, condition: ColumnElement[bool]) -> Spending:
        row = schema.completions.c
        query = select(
            func.count(),
            func.count().filter(row.outcome != AnswerOutcome.OK.value),
            func.coalesce(func.sum(row.prompt_tokens), 0),
            func.coalesce(func.sum(row.completion_tokens), 0),
            func.coalesce(func.sum(row.cached_tokens), 0),
            func.count(row.cost_usd),
            func.sum(row.cost_usd),
        ).where(condition)
        with self._reading() as connection:
            calls, failed, prompt, completion, cached, priced, cost = connection.execute(query).one()
        usage = Usage(prompt_tokens=prompt, completion_tokens=completion, cached_tokens=cached)
        return Spending(calls, failed, usage, (cost or 0.0) if priced == calls else None)

    def commitments(self) -> list[Committed]:
        """All commitments, oldest first. LedgerError if one was altered."""
        with self._reading() as connection:
            return people.commitments(connection)

    def adjudications(self, submission: str | None = None) -> list[Decided]:
        """All decisions, or those on one submission, oldest first."""
        with self._reading() as connection:
            return people.adjudications(connection, submission)

    def hiring_decisions(self) -> list[HiringDecided]:
        """All decisions on candidates, oldest first."""
        with self._reading() as connection:
            return people.hiring_decisions(connection)

    def measurements(self, kind: Measured | None = None) -> list[MeasurementKept]:
        """All measurements, or those of one kind, oldest first."""
        with self._reading() as connection:
            return measurements.kept(connection, kind)

    def outcomes(self, run: str) -> Iterator[Kept]:
        """What the submissions of a run came to and when, in the order of its input."""
        with self._reading() as connection:
            yield from history.outcomes(connection, run)

    def every_record(self) -> Iterator[tuple[GradeRecord, str]]:
        """Each different record, also without a score, and when it was first kept, oldest first."""
        with self._reading() as connection:
            yield from history.every_record(connection)

    def requests_kept(self, digests: Sequence[str]) -> list[RequestKept]:
        """These requests with all answers up to the usable one; those never answered are left out."""
        with self._reading() as connection:
            return history.requests_kept(connection, digests)

    def calibrations(self) -> list[CalibrationKept]:
        """All calibrations, oldest first."""
        with self._reading() as connection:
            return history.calibrations(connection)

    def first_judged(self, texts: Set[str]) -> dict[str, str]:
        """When (UTC, ISO 8601) a judge's verdicts on each of these texts (digests) were first kept."""
        with self._reading() as connection:
            return people.first_judged(connection, texts)

    def judged(self) -> Iterator[tuple[GradeRecord, str]]:
        """Each different record with verdicts and when it was first made, oldest first."""
        with self._reading() as connection:
            yield from people.judged(connection)


def _cause(error: Exception) -> str:
    return str(getattr(error, "orig", error)).splitlines()[0]


def _may_pass(error: Exception) -> bool:
    """SQLite reports a missing table or a file that is not to be written as operational errors too."""
    if not isinstance(error, (OperationalError, sqlite3.OperationalError)):
        return False
    code = getattr(getattr(error, "orig", error), "sqlite_errorcode", None)
    return code is None or code & 0xFF in _PASSING
