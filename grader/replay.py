"""Computes a record again from what the ledger keeps, without a model."""

from typing import NamedTuple, Protocol

from grader.domain.calibration import Calibration
from grader.domain.exchange import Completion, JudgeRequest
from grader.domain.prompt import Prompt
from grader.domain.record import GradeRecord, Provenance, Suspicion
from grader.domain.rubric import Rubric
from grader.domain.submission import Submission
from grader.errors import LedgerError
from grader.escalation import passed_on
from grader.judge import Defect, parse, passages
from grader.judging import panel_record
from grader.pipeline import Answer, Instrument, assemble, requests_for
from grader.segments import segment


class Archive(Protocol):
    """What replay needs of a ledger. Each raises LedgerError for what is missing or altered."""

    def text(self, text_id: str) -> str:
        """A kept text by its digest."""

    def request(self, request_digest: str) -> JudgeRequest:
        """A request by its digest."""

    def calibration(self, calibration_digest: str) -> Calibration:
        """A calibration by its digest."""

    def answer(self, request_digest: str) -> Completion | None:
        """The usable answer to a request."""


class Replayed(NamedTuple):
    """One record beside what the ledger's inputs give now."""

    record: GradeRecord
    difference: str
    """Empty when both are equal; else what differs."""


def replay(record: GradeRecord, archive: Archive) -> Replayed:
    """Rebuild the requests, read the stored answers and count anew; equal means equal in every field.

    A record that was never put to a judge has nothing to compute: its text alone is checked.
    """
    try:
        text = archive.text(record.text)
        if record.provenance is None or record.reason is not None:
            return Replayed(record, "")
        again = _recompute(record, text, archive)
    except (LedgerError, ValueError) as error:
        return Replayed(record, str(error))
    fields = [name for name in GradeRecord.model_fields if getattr(again, name) != getattr(record, name)]
    return Replayed(record, f"These came out differently: {', '.join(fields)}." if fields else "")


def _recompute(record: GradeRecord, text: str, archive: Archive) -> GradeRecord:
    """As it was judged: by one, by a panel, or by a first judge and then a stronger one."""
    assert record.provenance is not None  # noqa: S101 - the caller has looked
    kept = record.suspicions
    submission = Submission(
        id=record.submission,
        candidate=record.candidate,
        task=record.task,
        text=text,
        source=record.source,
        removed=record.removed,
    )
    rubric = Rubric.model_validate_json(archive.text(record.provenance.rubric))
    if record.panel is not None:
        alone = [_by_one(submission, rubric, o.provenance, archive, kept) for o in record.panel.opinions]
        return panel_record(submission, rubric, alone)
    again = _by_one(submission, rubric, record.provenance, archive, kept)
    if record.passed_on is None:
        return again
    first = record.passed_on.first
    if first.reason is not None:  # it gave no verdicts, so there is nothing to compute
        return again.model_copy(update={"passed_on": record.passed_on})
    return passed_on(_by_one(submission, rubric, first.provenance, archive, kept), again, rubric)


def _by_one(
    submission: Submission,
    rubric: Rubric,
    provenance: Provenance,
    archive: Archive,
    suspicions: tuple[Suspicion, ...],
) -> GradeRecord:
    prompt = Prompt.model_validate_json(archive.text(provenance.prompt))
    segments = segment(submission.text)
    shown = passages(submission.text, segments, submission.removed)
    kept = [archive.request(request) for request in provenance.requests]
    salt = kept[0].salt if kept else None
    instrument = Instrument(rubric, prompt, provenance.mode, provenance.repeats, salt=salt)
    # a record of exact answers alone has no request
    built = [r for request in kept[:1] for r in requests_for(instrument, shown, request.judge)]
    # the form of the answers may have changed since, and what was asked is read by the form it was asked in
    forms = [request.answer_schema for request in kept]
    requests = [r.model_copy(update={"answer_schema": f}) for r, f in zip(built, forms, strict=False)]
    if len(built) != len(kept) or tuple(r.digest for r in requests) != provenance.requests:
        raise LedgerError("The requests built from the kept inputs are not those of the record.")
    answers = []
    for request in requests:
        completion = archive.answer(request.digest)
        if completion is None:
            raise LedgerError(f"The ledger holds no usable answer to {request.digest}.")
        claims = parse(request, completion.text, len(segments))
        if isinstance(claims, Defect):
            raise LedgerError(f"A kept answer cannot be read: {claims.problem}")
        answers.append(Answer(completion, claims))
    calibration = archive.calibration(provenance.calibration) if provenance.calibration else None
    return assemble(submission, rubric, segments, answers, provenance, calibration, suspicions)
