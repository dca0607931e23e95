"""Who judges a submission: one judge, a panel, or a first one and for its doubts a stronger one."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from grader.domain.exchange import JudgeSpec, Provider
from grader.domain.reasons import ReviewReason
from grader.domain.record import GradeRecord
from grader.domain.rubric import Rubric
from grader.domain.run import Ledger
from grader.domain.submission import Submission
from grader.escalation import in_doubt, passed_on
from grader.panel import agreement, merge, names, opinion, provenance
from grader.pipeline import Instrument, Unanswered, conclude, grade, not_scored, together, unfit
from grader.segments import segment


class Seat(NamedTuple):
    """A judge, and by task id what it grades with."""

    provider: Provider
    instruments: Mapping[str, Instrument]


class Beside(NamedTuple):
    """Who judges beside the first judge; nobody by default."""

    panel: tuple[Seat, ...] = ()
    """Judges that are asked the same, whatever the first one says."""
    stronger: Seat | None = None
    """Asked where the first judge is in doubt; its ratings count."""


ALONE = Beside()


def everyone(first: Provider, beside: Beside) -> tuple[Provider, ...]:
    """All who may be asked, the stronger judge last."""
    stronger = (beside.stronger,) if beside.stronger else ()
    return (first, *(seat.provider for seat in (*beside.panel, *stronger)))


def in_words(first: JudgeSpec, beside: Beside) -> str:
    """Who judges, as a run and its reports name it."""
    panel = names([first.name, *(seat.provider.spec.name for seat in beside.panel)])
    return f"{panel}, then {beside.stronger.provider.spec.name}" if beside.stronger else panel


async def judge(
    submission: Submission, first: Seat, beside: Beside, ledger: Ledger, run: str, *, wait: bool = True
) -> GradeRecord:
    """The record for one submission, by all who have to be asked; see `pipeline.grade`.

    A panel has no calibration, so its verdicts are the judges' own. An answer that is passed on goes through
    the calibration of the judge whose ratings count.
    """
    instrument = first.instruments.get(submission.task)
    if instrument is None or not instrument.rubric.judged or unfit(submission, instrument.rubric):
        return await grade(submission, instrument, first.provider, ledger, run, wait=wait)
    if beside.panel:
        seats = (first, *beside.panel)
        return panel_record(
            submission,
            instrument.rubric,
            await together(
                *(
                    grade(submission, _plain(seat, submission.task), seat.provider, ledger, run)
                    for seat in seats
                )
            ),
        )
    found = await grade(submission, instrument, first.provider, ledger, run, wait=wait)
    stronger = beside.stronger
    if stronger is None or not in_doubt(found, instrument.rubric):
        return found
    again = stronger.instruments[submission.task]
    # put off here, an answer whose first judge gave nothing usable would be put to that one again
    second = await grade(submission, again, stronger.provider, ledger, run, wait=True)
    return passed_on(found, second, instrument.rubric)


def panel_record(submission: Submission, rubric: Rubric, records: Sequence[GradeRecord]) -> GradeRecord:
    """One record of those that the judges would make alone; a judge without verdicts, and there is no score.

    What the others said is kept, so that only the missing is asked when the run is started again.
    """
    opinions = [opinion(record, rubric) for record in records]
    found = agreement(opinions)
    made = provenance([o.provenance for o in opinions])
    if failed := next((o for o in opinions if o.reason is not None), None):
        assert failed.reason is not None  # noqa: S101 - just looked
        why = Unanswered(failed.reason, f"{failed.provenance.judge}: {failed.detail}")
        return not_scored(submission, why, made).model_copy(update={"panel": found})
    faults = [c.id for c in rubric.criteria if c.negative]
    merged = merge([o.ratings for o in opinions], names([o.provenance.judge for o in opinions]), faults)
    record = conclude(
        submission,
        rubric,
        segment(submission.text),
        merged.ratings,
        made,
        suspicions=records[0].suspicions,
        disagreeing=_unsteady(records, rubric),
        panel=merged.reviews,
    )
    return record.model_copy(update={"panel": found})


def _plain(seat: Seat, task: str) -> Instrument:
    return seat.instruments[task]._replace(calibrations={})


def _unsteady(records: Sequence[GradeRecord], rubric: Rubric) -> list[str]:
    """Criteria on which the repeats of any one judge differ, in the rubric's order."""
    found = {
        review.detail
        for record in records
        for review in record.reviews
        if review.reason is ReviewReason.REPEATS_DISAGREE
    }
    return [c.id for c in rubric.criteria if c.id in found]
