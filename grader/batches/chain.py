"""What is still to be asked for a submission, after all that batches brought so far. Asks nothing."""

from collections import Counter
from typing import NamedTuple

from grader.domain.batch import Outgoing, RowOutcome
from grader.domain.batch_sides import Archive, BatchLedger
from grader.domain.exchange import JudgeRequest, JudgeSpec
from grader.domain.prompt import Prompt
from grader.domain.submission import Submission
from grader.judge import Defect, ask_again, passages
from grader.pipeline import ATTEMPTS, Instrument, requests_for, unfit
from grader.segments import segment


class Open(NamedTuple):
    """What a submission still needs; nothing, and its record can be made."""

    waiting: bool
    """Something of it is on its way."""
    wanted: tuple[Outgoing, ...]


def still_open(
    submission: Submission,
    instrument: Instrument | None,
    judge: JudgeSpec,
    archive: Archive,
    batches: BatchLedger,
    since: str,
) -> Open:
    """What is neither answered in the ledger nor given up.

    Tries before `since` (UTC, ISO 8601) don't count: a new run asks anew what an earlier one gave up.
    """
    if instrument is None or unfit(submission, instrument.rubric):
        return Open(waiting=False, wanted=())
    segments = segment(submission.text)
    shown = passages(submission.text, segments, submission.removed)
    requests = requests_for(instrument, shown, judge)
    steps = [
        _next_step(request, len(segments), instrument.prompt, batches, since)
        for request in requests
        if archive.answer(request.digest) is None
    ]
    wanted = tuple(step for step in steps if isinstance(step, Outgoing))
    return Open(waiting="waiting" in steps, wanted=wanted)


def _next_step(
    request: JudgeRequest, segments: int, prompt: Prompt, batches: BatchLedger, since: str
) -> Outgoing | str:
    """What to ask next about a request, or `waiting`, or `given up`."""
    met: Counter[str] = Counter()
    asking = request
    for attempt in range(1, ATTEMPTS + 1):
        trail = batches.trail(asking.digest, since)
        if trail.waiting:
            return "waiting"
        if met[asking.digest] == len(trail.unusable):
            given_up = len(trail.failures) >= ATTEMPTS or any(
                outcome is not RowOutcome.UNFINISHED for outcome, _ in trail.failures
            )
            return "given up" if given_up else Outgoing(request, asking, attempt, segments)
        completion, problem = trail.unusable[met[asking.digest]]
        met[asking.digest] += 1
        asking = ask_again(request, completion.text, Defect(problem=problem), prompt)
    return "given up"
