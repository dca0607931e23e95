"""One submission from text to record: the whole data flow on a page.

Only `Provider.complete` and the ledger reach outside.
"""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from grader.calibration.applying import binding, calibrate_ratings, estimate, standing
from grader.disguise import find_disguises
from grader.domain.calibration import Calibration
from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec, Passage, Provider
from grader.domain.prompt import Prompt
from grader.domain.rating import Claim, Rating, Verdict
from grader.domain.reasons import Reason
from grader.domain.record import GradeRecord, Mode, Provenance, Review, State, Suspicion
from grader.domain.rubric import Rubric
from grader.domain.run import AnswerOutcome, Ledger, TextKind
from grader.domain.submission import Segment, Submission
from grader.errors import ContextTooLongError, PermanentError, ProviderError, RefusedError
from grader.evidence import verify
from grader.exact import exact_ratings
from grader.judge import Defect, ask_again, build_requests, parse, passages
from grader.repeats import disagreeing, merge
from grader.routing import reviews
from grader.scoring import score
from grader.segments import is_visible, segment
from grader.suspicion import find_suspicions

T = TypeVar("T")

ATTEMPTS = 3
"""How often a judge is asked for a usable answer to one request."""
WIND_DOWN_S = 5.0
"""How long what stops on an error waits for the answers under way: they are paid for."""


class Instrument(NamedTuple):
    """What a submission is graded with."""

    rubric: Rubric
    prompt: Prompt
    mode: Mode
    repeats: int = 1
    """How often the judge is asked the same, each time with another seed."""
    calibrations: Mapping[str, Calibration] = MappingProxyType({})
    """Those that may be put to use, by the digest of what they hold for."""
    salt: str | None = None
    """Asks afresh: other than any request with another salt or none; see `JudgeRequest.salt`."""


class Answer(NamedTuple):
    """A usable answer: the completion, and the claims in it."""

    completion: Completion
    claims: tuple[Claim, ...]


class Unanswered(NamedTuple):
    """Why a request has no usable answer."""

    reason: Reason
    detail: str


async def grade(
    submission: Submission,
    instrument: Instrument | None,
    provider: Provider,
    ledger: Ledger,
    run: str,
    *,
    wait: bool = True,
) -> GradeRecord:
    """The record for one submission; asks only what the ledger has no usable answer to.

    Failures end in the record, as a reason; only an error that would meet every submission alike
    (no access, unknown model) is raised, as PermanentError. Not to `wait` for what another worker is asking
    raises BeingAskedError, where one call holds all.
    """
    ledger.keep_text(TextKind.SUBMISSION, submission.text)
    if refusal := unfit(submission, instrument.rubric if instrument else None):
        return not_scored(submission, refusal)
    assert instrument is not None  # noqa: S101 - unfit() refuses it
    segments = segment(submission.text)
    shown = passages(submission.text, segments, submission.removed)
    salt = submission.check.salt if submission.check else instrument.salt
    requests = requests_for(instrument._replace(salt=salt), shown, provider.spec)
    ledger.keep_text(TextKind.RUBRIC, instrument.rubric.canonical)
    ledger.keep_text(TextKind.PROMPT, instrument.prompt.canonical)
    wait = wait or len(requests) > 1
    answers = await together(
        *(_answer(r, len(segments), instrument.prompt, provider, ledger, run, wait=wait) for r in requests)
    )
    provenance = _provenance(instrument, provider, requests, answers)
    if failures := [a for a in answers if isinstance(a, Unanswered)]:
        return not_scored(submission, failures[0], provenance)
    held = binding(provenance, instrument.rubric, provider.spec).digest
    calibration = instrument.calibrations.get(held)
    if calibration is not None:
        licence = {"calibration": calibration.digest, "signal": calibration.signal.value}
        provenance = provenance.model_copy(update=licence)
    return assemble(
        submission,
        instrument.rubric,
        segments,
        [a for a in answers if isinstance(a, Answer)],
        provenance,
        calibration,
        find_suspicions(submission.text, instrument.rubric),
    )


def requests_for(
    instrument: Instrument, shown: tuple[Passage, ...], judge: JudgeSpec
) -> tuple[JudgeRequest, ...]:
    """The requests of all repeats; a repeat differs from the first in its seed alone."""
    return tuple(
        request if instrument.salt is None else request.model_copy(update={"salt": instrument.salt})
        for repeat in range(instrument.repeats)
        for request in build_requests(
            instrument.rubric,
            shown,
            instrument.prompt,
            judge.model_copy(update={"seed": judge.seed + repeat}),
            instrument.mode,
        )
    )


async def together(*asking: Coroutine[Any, Any, T]) -> list[T]:
    """All results in order. If one raises, the others get WIND_DOWN_S to end before the error goes on.

    On cancellation they are stopped at once.
    """
    if len(asking) == 1:
        return [await asking[0]]
    tasks = [asyncio.ensure_future(a) for a in asking]
    try:
        return await asyncio.gather(*tasks)
    except Exception:
        await asyncio.wait(tasks, timeout=WIND_DOWN_S)
        raise
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def assemble(
    submission: Submission,
    rubric: Rubric,
    segments: tuple[Segment, ...],
    answers: list[Answer],
    provenance: Provenance,
    calibration: Calibration | None,
    suspicions: tuple[Suspicion, ...],
) -> GradeRecord:
    """Claims to record, without a judge: also how a score is computed again from the ledger."""
    calls = len(answers) // provenance.repeats
    repeats = [
        _ratings(answers[repeat * calls : (repeat + 1) * calls], segments, provenance.judge)
        for repeat in range(provenance.repeats)
    ]
    judged = merge(repeats)
    if calibration is not None:
        judged = calibrate_ratings(judged, calibration.criteria, calibration.signal)
    return conclude(
        submission,
        rubric,
        segments,
        judged,
        provenance,
        suspicions=suspicions,
        calibration=calibration,
        disagreeing=disagreeing(repeats),
    )


def conclude(
    submission: Submission,
    rubric: Rubric,
    segments: tuple[Segment, ...],
    judged: tuple[Rating, ...],
    provenance: Provenance,
    *,
    suspicions: tuple[Suspicion, ...],
    calibration: Calibration | None = None,
    disagreeing: Sequence[str] = (),
    panel: Sequence[Review] = (),
) -> GradeRecord:
    """What is judged and what is read from the text, counted and sent where it belongs.

    `disagreeing`, `panel`: where repeats and where judges differ.
    """
    ratings = (*judged, *exact_ratings(rubric, submission.text, segments))
    counted = score(rubric, ratings)
    on_scale = estimate(counted, calibration.line) if calibration is not None else None
    disguises = find_disguises(submission.text)
    found = reviews(
        rubric,
        ratings,
        counted,
        disguises,
        suspicions=suspicions,
        disagreeing=disagreeing,
        panel=panel,
        calibration=calibration,
        estimate=on_scale,
    )
    return GradeRecord(
        **_identity(submission),
        state=State.NEEDS_REVIEW if found else State.SCORED,
        reviews=found,
        disguises=disguises,
        suspicions=suspicions,
        ratings=ratings,
        score=counted,
        estimate=on_scale,
        calibration=standing(calibration) if rubric.judged else "exact",
        provenance=provenance,
    )


def _ratings(answers: Sequence[Answer], segments: tuple[Segment, ...], rater: str) -> tuple[Rating, ...]:
    """The checked ratings of one repeat."""
    probabilities: dict[str, dict[Verdict, float]] = {}
    for answer in answers:
        probabilities |= answer.completion.probabilities
    claims = [claim for answer in answers for claim in answer.claims]
    return verify(claims, segments, rater, probabilities)


def unfit(submission: Submission, rubric: Rubric | None) -> Unanswered | None:
    """Why a submission is not put to a judge at all, if so. `rubric`: its task's, None if there is none."""
    if submission.problem is not None:
        return Unanswered(submission.problem, submission.detail or submission.problem.sentence)
    if not any(map(is_visible, submission.text)):
        return Unanswered(Reason.BLANK, Reason.BLANK.sentence)
    if rubric is None:
        return Unanswered(Reason.UNKNOWN_TASK, f"No rubric has the task id {submission.task!r}.")
    words, limits = len(submission.text.split()), rubric.words
    if words < limits.min:
        return Unanswered(Reason.TOO_SHORT, f"{words} words; at least {limits.min} can be judged.")
    if words > limits.max:
        return Unanswered(Reason.TOO_LONG, f"{words} words; the rubric allows {limits.max}.")
    return None


async def _answer(
    request: JudgeRequest,
    segment_count: int,
    prompt: Prompt,
    provider: Provider,
    ledger: Ledger,
    run: str,
    *,
    wait: bool,
) -> Answer | Unanswered:
    """A usable answer from the ledger, else from the judge; an unusable one is asked again, with why."""
    async with ledger.asking(request.digest, wait=wait) as known:
        if known is not None and (answer := _usable(request, known, segment_count)):
            return answer
        return await _ask(request, segment_count, prompt, provider, ledger, run)


async def _ask(
    request: JudgeRequest, segment_count: int, prompt: Prompt, provider: Provider, ledger: Ledger, run: str
) -> Answer | Unanswered:
    asking = request
    problem = Unanswered(Reason.MALFORMED_ANSWER, "")
    for attempt in range(1, ATTEMPTS + 1):
        try:
            completion = await provider.complete(asking)
        except ContextTooLongError as error:
            return Unanswered(Reason.TOO_LONG, str(error))
        except RefusedError as error:
            return Unanswered(Reason.REFUSED, str(error))
        except PermanentError as error:
            if error.concerns_all:
                raise
            return Unanswered(Reason.PROVIDER_FAILED, str(error))
        except ProviderError as error:
            return Unanswered(Reason.PROVIDER_FAILED, str(error))
        read = _read(request, completion, segment_count)
        if isinstance(read, tuple):
            appended = (run, request, asking, attempt, completion, AnswerOutcome.OK)
            earlier = await ledger.append_completion(*appended)
            first = _usable(request, earlier, segment_count) if earlier is not None else None
            return first or Answer(completion, read)
        outcome = AnswerOutcome.REFUSED if completion.refusal is not None else AnswerOutcome.MALFORMED
        await ledger.append_completion(run, request, asking, attempt, completion, outcome, read.problem)
        reason = Reason.REFUSED if outcome is AnswerOutcome.REFUSED else Reason.MALFORMED_ANSWER
        problem = Unanswered(reason, f"Asked {attempt} times. {read.problem}")
        asking = ask_again(request, completion.text, read, prompt)
    return problem


def _usable(request: JudgeRequest, known: Completion, segment_count: int) -> Answer | None:
    """A kept answer, if it can still be read: the first one counts, also where two were asked for at once."""
    claims = parse(request, known.text, segment_count)
    return Answer(known, claims) if isinstance(claims, tuple) else None


def _read(request: JudgeRequest, completion: Completion, segment_count: int) -> tuple[Claim, ...] | Defect:
    if completion.refusal is not None:
        return Defect(problem="The judge refused to answer.")
    if completion.finish_reason == "length":
        return Defect(problem="The answer was cut off: give shorter reasons.")
    return parse(request, completion.text, segment_count)


def outcome_of(
    request: JudgeRequest, completion: Completion, segment_count: int
) -> tuple[AnswerOutcome, str]:
    """What a completion is as an answer to a request, and what is wrong with an unusable one."""
    read = _read(request, completion, segment_count)
    if isinstance(read, tuple):
        return AnswerOutcome.OK, ""
    return AnswerOutcome.MALFORMED if completion.refusal is None else AnswerOutcome.REFUSED, read.problem


def _provenance(
    instrument: Instrument,
    provider: Provider,
    requests: tuple[JudgeRequest, ...],
    answers: list[Answer | Unanswered],
) -> Provenance:
    completions = [a.completion for a in answers if isinstance(a, Answer)]
    models = sorted({c.model for c in completions})
    fingerprints = sorted({c.fingerprint for c in completions if c.fingerprint})
    return Provenance(
        judge=provider.spec.name,
        model=", ".join(models) or None,
        fingerprint=", ".join(fingerprints) or None,
        mode=instrument.mode,
        rubric=instrument.rubric.digest,
        prompt=instrument.prompt.digest,
        repeats=instrument.repeats,
        requests=tuple(r.digest for r in requests),
    )


def not_scored(submission: Submission, why: Unanswered, provenance: Provenance | None = None) -> GradeRecord:
    """The record without a score."""
    return GradeRecord(
        **_identity(submission),
        state=State.NOT_SCORED,
        reason=why.reason,
        detail=why.detail,
        provenance=provenance,
    )


def _identity(submission: Submission) -> dict[str, Any]:
    return {
        "submission": submission.id,
        "candidate": submission.candidate,
        "task": submission.task,
        "source": submission.source,
        "text": submission.digest,
        "removed": submission.removed,
    }
