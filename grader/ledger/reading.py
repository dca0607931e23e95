"""A ledger that is only read: nothing in it is written, migrated or made."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from grader.domain.exchange import Completion, JudgeRequest
from grader.domain.run import AnswerOutcome
from grader.errors import LedgerError
from grader.ledger import schema
from grader.ledger.rows import unpack
from grader.passwords import masked


class LedgerReader:
    """What an estimate needs of a ledger; one that is not there holds nothing."""

    def __init__(self, connection: Connection | None) -> None:
        self._connection = connection

    def answered(self, request_digest: str) -> bool:
        """Whether there is a usable answer to exactly this request."""
        if self._connection is None:
            return False
        found = schema.completions.c
        query = select(found.id).where(
            found.request == request_digest, found.outcome == AnswerOutcome.OK.value
        )
        return self._connection.execute(query.limit(1)).first() is not None

    def calls(self, judge: str, limit: int) -> Iterator[tuple[JudgeRequest, Completion, AnswerOutcome]]:
        """The latest calls of the judge `provider:model`: what was sent, what came, what became of it.

        Among others' too: then fewer of them are seen.
        """
        if self._connection is None:
            return
        found = schema.completions.c
        query = (
            select(schema.requests.c.body.label("asked"), found.body, found.outcome)
            .join(schema.runs, schema.runs.c.id == found.run)
            .join(schema.requests, schema.requests.c.digest == found.asked)
            .where(schema.runs.c.judge.contains(judge, autoescape=True))
            .order_by(found.id.desc())
            .limit(limit)
        )
        for row in self._connection.execute(query).all():
            asked = unpack(self._connection, json.loads(row.asked))
            if asked.judge.name != judge:
                continue
            yield asked, Completion.model_validate_json(row.body), AnswerOutcome(row.outcome)


@contextmanager
def reading(url: str) -> Iterator[LedgerReader]:
    """The ledger at a file's path or SQLAlchemy URL. Raises LedgerError where it cannot be read."""
    try:
        address = make_url(url if "://" in url else f"sqlite:///{Path(url).absolute()}")
        file = address.database if address.get_backend_name() == "sqlite" else None
        if file is not None and not Path(file).exists():
            yield LedgerReader(None)
            return
        engine = create_engine(address)
    except (ArgumentError, ImportError) as error:
        raise LedgerError(
            f"{masked(url)!r} is neither a ledger's file nor a database that can be read."
        ) from error
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA query_only=ON")
            else:
                connection = connection.execution_options(postgresql_readonly=True)
            here = inspect(connection).has_table(schema.completions.name)
            yield LedgerReader(connection if here else None)
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", error)).splitlines()[0]
        raise LedgerError(f"The ledger cannot be read: {cause}. Check the address.") from error
    finally:
        engine.dispose()
