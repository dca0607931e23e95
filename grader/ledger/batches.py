"""The ledger's side of batches: rows are claimed before they are sent, and each result is kept once."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from operator import itemgetter

from sqlalchemy import Connection, select

from grader.domain.batch import (
    BatchStatus,
    KnownBatch,
    Outgoing,
    Result,
    Row,
    RowOutcome,
    Step,
    Trail,
    Unusable,
    in_groups,
)
from grader.domain.exchange import Completion
from grader.domain.run import AnswerOutcome, TextKind
from grader.domain.submission import Submission
from grader.errors import LedgerError
from grader.ledger import batch_rows, schema
from grader.ledger.rows import add, add_all, as_json, kept_text, now, text_row

Opening = Callable[[], AbstractContextManager[Connection]]


class SqlBatches:
    """Batches in SQLite or PostgreSQL. Implements grader.domain.batch_sides.BatchLedger."""

    def __init__(self, reading: Opening, writing: Opening) -> None:
        self._reading = reading
        self._writing = writing

    # -- inputs ------------------------------------------------------------------------------------------

    def add_inputs(self, run: str, submissions: Sequence[tuple[int, Submission]]) -> None:
        """Keep submissions of a run with their places in the input."""
        rows, texts = [], {}
        for position, submission in submissions:
            text = text_row(TextKind.SUBMISSION, submission.text)
            texts[text["digest"]] = text
            body = as_json(submission.model_dump(mode="json", exclude={"text"}))
            rows.append({"run": run, "position": position, "text": text["digest"], "body": body})
        with self._writing() as connection:
            # in the same order everywhere, so that no two transactions wait for each other's rows
            add_all(connection, schema.texts, [texts[digest] for digest in sorted(texts)])
            add_all(connection, schema.batch_inputs, sorted(rows, key=itemgetter("position")))

    def inputs(self, run: str) -> Iterator[tuple[int, Submission]]:
        """The submissions of a run in the order of the input, with their places."""
        row = schema.batch_inputs.c
        query = select(row.position, row.text, row.body).where(row.run == run).order_by(row.position)
        last = -1
        while True:
            # read in parts, so that whoever goes through them can write meanwhile
            with self._reading() as connection:
                rows = connection.execute(query.where(row.position > last).limit(batch_rows.AT_ONCE)).all()
                known = [(p, json.loads(body) | {"text": kept_text(connection, t)}) for p, t, body in rows]
            if not rows:
                return
            for position, body in known:
                yield position, Submission.model_validate(body)
            last = rows[-1].position

    # -- batches on their way ----------------------------------------------------------------------------

    def claim(self, batch: str, run: str, group: Sequence[Outgoing]) -> int:
        """Put what is not on its way already into a batch, which is made where it is new; returns how many.

        Raises LedgerError if the batch is being sent: another process took it for a forgotten one.
        """
        with self._writing() as connection:
            # a write first: what is looked up then can't change before the rows are in
            add(connection, schema.batches, {"id": batch, "created": now(), "run": run})
            if connection.execute(batch_rows.events_of(batch).limit(1)).first() is not None:
                raise LedgerError(f"Batch {batch} was taken over by another process, which sends it.")
            taken = batch_rows.put_in(connection, batch, group)
            if not taken and not batch_rows.count_rows(connection, batch):
                connection.rollback()
            return taken

    def note(
        self, batch: str, number: int, step: Step, status: BatchStatus | None = None, note: str = ""
    ) -> bool:
        """Note a step; False if another process noted one with this number first."""
        body = as_json({"status": status.model_dump(mode="json") if status else None, "note": note})
        row = {"batch": batch, "number": number, "created": now(), "step": step.value, "body": body}
        with self._writing() as connection:
            return add(connection, schema.batch_events, row)

    def batch(self, batch: str) -> KnownBatch:
        """A batch by our id. LedgerError if there is none."""
        row = schema.batches.c
        with self._reading() as connection:
            found = connection.execute(select(row.id, row.run, row.created).where(row.id == batch)).first()
            if found is None:
                raise LedgerError(f"The ledger holds no batch {batch}.")
            return batch_rows.known_batch(connection, *found)

    def batches(self, run: str | None = None) -> list[KnownBatch]:
        """All batches, or those of a run, oldest first."""
        row = schema.batches.c
        query = select(row.id, row.run, row.created).order_by(row.created, row.id)
        if run is not None:
            query = query.where(row.run == run)
        with self._reading() as connection:
            return [batch_rows.known_batch(connection, *found) for found in connection.execute(query).all()]

    def rows(self, batch: str) -> list[Row]:
        """The rows of a batch, always in the same order."""
        row = schema.batch_rows.c
        query = select(row.asked, row.number, row.request, row.attempt, row.segments)
        query = query.where(row.batch == batch).order_by(row.asked, row.number)
        with self._reading() as connection:
            return [Row(*found) for found in connection.execute(query)]

    # -- what came back ----------------------------------------------------------------------------------

    def keep(self, batch: KnownBatch, results: Sequence[Result]) -> int:
        """Keep results and their answers in one transaction, each row's once; returns how many were new."""
        with self._writing() as connection:
            return sum(
                batch_rows.keep_result(connection, batch, result) for result in sorted(results, key=_key)
            )

    def close(self, batch: KnownBatch, outcome: RowOutcome, problem: str) -> int:
        """Give all rows without a result this one; returns how many."""
        row, result = schema.batch_rows.c, schema.batch_results.c
        query = (
            select(row.asked, row.number, row.request, row.attempt, row.segments)
            .outerjoin(schema.batch_results, (result.asked == row.asked) & (result.number == row.number))
            .where(row.batch == batch.id, result.asked.is_(None))
        )
        with self._reading() as connection:
            left = [Row(*found) for found in connection.execute(query)]
        return sum(
            self.keep(batch, [Result(row, outcome, problem) for row in some])
            for some in in_groups(left, batch_rows.AT_ONCE)
        )

    def trail(self, asked: str, since: str) -> Trail:
        """How asking this went since a time (UTC, ISO 8601)."""
        row, result, found = schema.batch_rows.c, schema.batch_results.c, schema.completions.c
        tries = (
            select(row.request, row.batch, result.outcome, result.problem, result.created)
            .outerjoin(schema.batch_results, (result.asked == row.asked) & (result.number == row.number))
            .where(row.asked == asked)
            .order_by(row.number)
        )
        with self._reading() as connection:
            rows = connection.execute(tries).all()
            answers = (
                select(found.body, found.problem)
                .where(
                    found.request.in_({r.request for r in rows}),
                    found.asked == asked,
                    found.outcome != AnswerOutcome.OK.value,
                    found.created >= since,
                )
                .order_by(found.id)
            )
            kept = connection.execute(answers).all() if rows else []
        unusable = [Unusable(Completion.model_validate_json(body), problem) for body, problem in kept]
        answered = {RowOutcome.OK, RowOutcome.MALFORMED, RowOutcome.REFUSED}
        return Trail(
            waiting=any(r.outcome is None for r in rows),
            unusable=tuple(u for u in unusable if u.completion.batch is not None),
            failures=tuple(
                (RowOutcome(r.outcome), r.problem)
                for r in rows
                if r.outcome is not None and r.outcome not in answered and r.created >= since
            ),
        )


def _key(result: Result) -> tuple[str, int]:
    return result.row.asked, result.row.number
