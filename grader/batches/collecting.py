"""Asks how a batch stands, and takes what came back into the ledger: each row once, whoever collects."""

from collections.abc import Iterator

from grader.batches.sending import TAKE_OVER_S, Place, dispatch
from grader.domain.batch import BatchStatus, KnownBatch, Result, Returned, Row, RowOutcome, Step, in_groups
from grader.domain.exchange import Completion
from grader.domain.run import AnswerOutcome
from grader.errors import ContextTooLongError, PermanentError, ProviderError, RefusedError, TransientError
from grader.pipeline import outcome_of

_GROUP = 200
PASSING = frozenset({"token_limit_exceeded"})
"""Codes of a batch that failed as a whole, but would not at another time."""


def refresh(batch: KnownBatch, place: Place, *, give_up: bool = False) -> KnownBatch:
    """The batch with the provider's newest word; once it is over there, with a result for every row.

    A batch whose sender was broken off is looked for at the provider under our id; if it is not there, it
    is sent, at once where it certainly was not, else after TAKE_OVER_S. With `give_up` it is closed instead.
    Raises ProviderError.
    """
    if batch.closed or (batch.status is None and not _found(batch, place, give_up=give_up)):
        return place.batches.batch(batch.id)
    batch = place.batches.batch(batch.id)
    before = batch.status
    if before is None or batch.closed:
        return batch
    status = place.service.status(before.id)
    if status.state != before.state:
        place.batches.note(batch.id, len(batch.events) + 1, Step.SEEN, status)
    if status.over:
        try:
            _take_in(batch, status, place)
        except PermanentError:
            if not place.batches.batch(batch.id).closed:  # else another process had it all, files deleted
                raise
        _close(batch, status, place)
        return place.batches.batch(batch.id)
    # counts move all the time: they are shown, and noted only with another state
    shown = place.batches.batch(batch.id)
    last = shown.events[-1].model_copy(update={"status": status})
    return shown.model_copy(update={"events": (*shown.events[:-1], last)})


def give_up(batch: KnownBatch, place: Place, why: str) -> KnownBatch:
    """Close a batch that can't be collected: its rows count as not answered."""
    _give_up(batch, place, why)
    return place.batches.batch(batch.id)


def _give_up(batch: KnownBatch, place: Place, why: str) -> None:
    place.batches.close(batch, RowOutcome.UNFINISHED, why)
    known = place.batches.batch(batch.id)
    place.batches.note(batch.id, len(known.events) + 1, Step.CLOSED, note=why)


def _found(batch: KnownBatch, place: Place, *, give_up: bool) -> bool:
    """Whether the provider has a batch that the ledger does not know to be there."""
    put_back = bool(batch.events) and batch.events[-1].step is Step.PUT_BACK
    if not put_back:
        if (status := place.service.find(batch.id, batch.created)) is not None:
            place.batches.note(batch.id, len(batch.events) + 1, Step.SUBMITTED, status)
            return True
        if batch.idle_s <= TAKE_OVER_S:
            return False
    if not give_up:
        dispatch(batch.id, place)
        return True
    # as who sends it, so that nobody else does meanwhile
    if place.batches.note(batch.id, len(batch.events) + 1, Step.SENDING):
        why = f" {batch.events[-1].note}" if put_back else ""
        _give_up(batch, place, f"It was never handed over.{why}")
    return False


def _take_in(batch: KnownBatch, status: BatchStatus, place: Place) -> None:
    """Keep what the provider's files hold for this batch's rows; other lines are passed over."""
    rows = {row.asked: row for row in place.batches.rows(batch.id)}
    ours = ((rows[r.asked], r) for r in place.service.rows(status) if r.asked in rows)
    for group in in_groups(ours, _GROUP):
        place.batches.keep(batch, list(_results(group, place)))


def _results(group: list[tuple[Row, Returned]], place: Place) -> Iterator[Result]:
    for row, returned in group:
        if isinstance(returned.answer, Completion):
            yield _read(row, returned.answer, place)
        else:
            yield Result(row, _outcome(returned.answer), str(returned.answer))


def _read(row: Row, completion: Completion, place: Place) -> Result:
    """As a live call's answer is read."""
    outcome, problem = outcome_of(place.archive.request(row.request), completion, row.segments)
    kept = {
        AnswerOutcome.OK: RowOutcome.OK,
        AnswerOutcome.MALFORMED: RowOutcome.MALFORMED,
        AnswerOutcome.REFUSED: RowOutcome.REFUSED,
    }
    return Result(row, kept[outcome], problem, completion)


def _outcome(error: ProviderError) -> RowOutcome:
    if isinstance(error, ContextTooLongError):
        return RowOutcome.TOO_LONG
    if isinstance(error, RefusedError):
        return RowOutcome.FILTERED
    return RowOutcome.UNFINISHED if isinstance(error, TransientError) else RowOutcome.FAILED


def _close(batch: KnownBatch, status: BatchStatus, place: Place) -> None:
    """Rows that the files left out get their result from the batch's own end."""
    codes = f" ({', '.join(status.problems)})" if status.problems else ""
    judge = place.service.spec.name
    outcome = RowOutcome.UNFINISHED
    if status.state == "failed":
        problem = f"{judge}: batch {status.id} failed as a whole{codes}."
        if not PASSING & set(status.problems):
            outcome = RowOutcome.FAILED
    elif status.state == "completed":
        problem = f"{judge}: batch {status.id} was completed without an answer to this."
    else:
        problem = f"{judge}: batch {status.id} was {status.state} before this was answered."
    place.batches.close(batch, outcome, problem)
    known = place.batches.batch(batch.id)
    if not known.closed:
        note = problem if status.state == "failed" else ""
        place.batches.note(batch.id, len(known.events) + 1, Step.CLOSED, status, note)
