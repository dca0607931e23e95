"""The ledger: appends what was asked, answered and decided, and finds it again by digest."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from grader.digests import canonical, digest, text_digest
from grader.domain.calibration import Calibration
from grader.domain.exchange import Completion, JudgeRequest, Usage
from grader.domain.record import GradeRecord
from grader.domain.run import AnswerOutcome, Run, TextKind
from grader.errors import LedgerError
from grader.ledger import schema
from grader.ledger.connect import connect


class Spending(NamedTuple):
    """What a run used. `cost_usd` is None when the price of any call is unknown."""

    calls: int
    failed: int
    usage: Usage
    cost_usd: float | None


class SqlLedger:
    """A ledger in SQLite or PostgreSQL. Implements grader.domain.run.Ledger."""

    def __init__(self, url: str, *, create: bool = True) -> None:
        self._engine = connect(url, create=create)

    def __enter__(self) -> Self:
        """Use as a context, so that connections are let go."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the connections."""
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction; LedgerError if it can't be written: disk full, locked for long, connection lost."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            cause = str(getattr(error, "orig", error)).splitlines()[0]
            raise LedgerError(f"The ledger cannot be written: {cause}. What it holds is safe.") from error

    # -- appending ---------------------------------------------------------------------------------------

    def keep_text(self, kind: TextKind, body: str) -> str:
        """Keep a text under its digest, once; returns the digest."""
        with self._writing() as connection:
            return _keep(connection, kind, body)

    def start_run(self, run: Run) -> None:
        """Note the start of a run."""
        with self._writing() as connection:
            _add(connection, schema.runs, {**run.model_dump(), "settings": _json(run.settings)})

    def end_run(self, run: str, state: str) -> None:
        """Note the end of a run: `finished`, `interrupted` or `failed`."""
        with self._writing() as connection:
            _add(connection, schema.run_ends, {"run": run, "ended": _now(), "state": state})

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
        usage = completion.usage
        with self._writing() as connection:
            for sent in {request.digest: request, asked.digest: asked}.values():
                _add(connection, schema.requests, {"digest": sent.digest, "body": _pack(connection, sent)})
            connection.execute(
                schema.completions.insert().values(
                    request=request.digest,
                    asked=asked.digest,
                    run=run,
                    attempt=attempt,
                    created=_now(),
                    outcome=outcome.value,
                    problem=problem,
                    prompt_tokens=usage.prompt_tokens,
                    completion_tokens=usage.completion_tokens,
                    cached_tokens=usage.cached_tokens,
                    cost_usd=completion.cost_usd,
                    body=_json(completion.model_dump(mode="json")),
                )
            )

    def append_record(self, run: str, position: int, record: GradeRecord) -> None:
        """Keep the outcome for one submission of a run; `position` is its place in the input."""
        body = record.model_dump(mode="json")
        row = {
            "digest": digest(body),
            "created": _now(),
            "submission": record.submission,
            "state": record.state.value,
            "body": _json(body),
        }
        with self._writing() as connection:
            _add(connection, schema.records, row)
            _add(connection, schema.outcomes, {"run": run, "position": position, "record": row["digest"]})

    def append_calibration(self, calibration: Calibration, *, shipped: bool = False) -> None:
        """Keep a calibration; of two for one binding the later one counts. A shipped one is kept once."""
        row = {
            "digest": calibration.digest,
            "created": _now(),
            "binding": calibration.binding.digest if calibration.binding else "",
            "task": calibration.task,
            "status": calibration.status.value,
            "shipped": shipped,
            "body": calibration.canonical,
        }
        with self._writing() as connection:
            known = select(schema.calibrations.c.id).where(schema.calibrations.c.digest == calibration.digest)
            if not (shipped and connection.execute(known.limit(1)).first()):
                connection.execute(schema.calibrations.insert().values(row))

    # -- finding -----------------------------------------------------------------------------------------

    def text(self, text_id: str) -> str:
        """The text with this digest, checked against it. LedgerError if it is missing or altered."""
        with self._engine.connect() as connection:
            return _text(connection, text_id)

    def answer(self, request_digest: str) -> Completion | None:
        """The first usable answer to exactly this request, if there is one."""
        found = schema.completions.c
        query = (
            select(found.body)
            .where(found.request == request_digest, found.outcome == AnswerOutcome.OK.value)
            .order_by(found.id)
            .limit(1)
        )
        with self._engine.connect() as connection:
            body = connection.execute(query).scalar()
        return None if body is None else Completion.model_validate_json(body)

    def request(self, request_digest: str) -> JudgeRequest:
        """The request with this digest, put together again and checked. LedgerError if it does not match."""
        with self._engine.connect() as connection:
            query = select(schema.requests.c.body).where(schema.requests.c.digest == request_digest)
            body = connection.execute(query).scalar()
            if body is None:
                raise LedgerError(f"The ledger holds no request {request_digest}.")
            request = _unpack(connection, json.loads(body))
        if request.digest != request_digest:
            raise LedgerError(f"Request {request_digest} was altered in the ledger.")
        return request

    def calibration(self, calibration_digest: str) -> Calibration:
        """The calibration with this digest. LedgerError if it is missing or altered."""
        column = schema.calibrations.c
        query = select(column.body).where(column.digest == calibration_digest).limit(1)
        with self._engine.connect() as connection:
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
        with self._engine.connect() as connection:
            newest = {row.binding: row.digest for row in connection.execute(query.order_by(column.id))}
        return {binding: self.calibration(found) for binding, found in newest.items()}

    def runs(self) -> list[Run]:
        """All runs, oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(schema.runs).order_by(schema.runs.c.started, schema.runs.c.id))
            return [
                Run.model_validate({**row, "settings": json.loads(row["settings"])})
                for row in rows.mappings()
            ]

    def run_end(self, run: str) -> tuple[str, str] | None:
        """When (UTC) and how a run ended; None while it runs or if it was killed."""
        query = select(schema.run_ends.c.ended, schema.run_ends.c.state).where(schema.run_ends.c.run == run)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else (row.ended, row.state)

    def records(self, run: str) -> Iterator[GradeRecord]:
        """The records of a run in the order of its input."""
        query = (
            select(schema.records.c.body)
            .join(schema.outcomes, schema.outcomes.c.record == schema.records.c.digest)
            .where(schema.outcomes.c.run == run)
            .order_by(schema.outcomes.c.position)
        )
        with self._engine.connect() as connection:
            for body in connection.execute(query).scalars():
                yield GradeRecord.model_validate_json(body)

    def spending(self, run: str) -> Spending:
        """Calls, tokens and cost of a run, failed tries included."""
        row = schema.completions.c
        query = select(
            func.count(),
            func.count().filter(row.outcome != AnswerOutcome.OK.value),
            func.coalesce(func.sum(row.prompt_tokens), 0),
            func.coalesce(func.sum(row.completion_tokens), 0),
            func.coalesce(func.sum(row.cached_tokens), 0),
            func.count(row.cost_usd),
            func.sum(row.cost_usd),
        ).where(row.run == run)
        with self._engine.connect() as connection:
            calls, failed, prompt, completion, cached, priced, cost = connection.execute(query).one()
        usage = Usage(prompt_tokens=prompt, completion_tokens=completion, cached_tokens=cached)
        return Spending(calls, failed, usage, (cost or 0.0) if priced == calls else None)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _json(value: Any) -> str:
    return canonical(value).decode()


def _add(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    """Insert a row unless its key is there already."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(insert(table).values(row).on_conflict_do_nothing())


def _keep(connection: Connection, kind: TextKind, body: str) -> str:
    key = text_digest(body)
    row = {"digest": key, "kind": kind.value, "body": body.encode("utf-8", "surrogatepass")}
    _add(connection, schema.texts, row)
    return key


def _text(connection: Connection, key: str) -> str:
    body = connection.execute(select(schema.texts.c.body).where(schema.texts.c.digest == key)).scalar()
    if body is None:
        raise LedgerError(f"The ledger holds no text {key}.")
    text = bytes(body).decode("utf-8", "surrogatepass")
    if text_digest(text) != key:
        raise LedgerError(f"Text {key} was altered in the ledger.")
    return text


def _pack(connection: Connection, request: JudgeRequest) -> str:
    """The request with its long texts replaced by their digests, so that each is stored once."""
    body = request.model_dump(mode="json")
    for message in body["messages"]:
        message["content"] = _keep(connection, TextKind.MESSAGE, message["content"])
    body["answer_schema"] = _keep(connection, TextKind.SCHEMA, _json(body["answer_schema"]))
    return _json(body)


def _unpack(connection: Connection, body: dict[str, Any]) -> JudgeRequest:
    for message in body["messages"]:
        message["content"] = _text(connection, message["content"])
    body["answer_schema"] = json.loads(_text(connection, body["answer_schema"]))
    return JudgeRequest.model_validate(body)
