"""One record as an event: who, by what, with which outcome, under which license."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from grader.digests import text_digest
from grader.domain.calibration import Calibration
from grader.domain.kept import Kept, RequestKept, Tried
from grader.domain.prompt import Prompt
from grader.domain.rating import Rating
from grader.domain.record import GateOutcome, GradeRecord
from grader.domain.rubric import Rubric
from grader.domain.run import Run
from grader.domain.score_event import (
    Actor,
    Asked,
    CriterionResult,
    Factor,
    GateResult,
    InstrumentUsed,
    License,
    ModelUsed,
    Passage,
    Points,
    Result,
    ScoreEvent,
    ScoreText,
    Subject,
    Tool,
    Try,
)
from grader.evidence import quote

PROGRAM = "open-response-grader"


class Around(NamedTuple):
    """What a record's digests stand for; None where there is nothing."""

    run: Run
    text: str
    rubric: Rubric | None
    prompt: Prompt | None
    calibration: Calibration | None
    requests: Sequence[RequestKept]


def record_id(run: str, position: int) -> str:
    """Names an outcome: the run, and the place in its input, from 0."""
    return f"{run}/{position}"


def score_event(kept: Kept, around: Around, *, position: str | None, with_text: bool) -> ScoreEvent:
    """The event of one outcome. `position`: reference of the opening, as the user gave it."""
    record, made, score = kept.record, kept.record.provenance, kept.record.score
    program = around.run.settings.get("program", {})
    judged = bool(made and made.requests)
    return ScoreEvent(
        timestamp=kept.created,
        record_id=record_id(around.run.id, kept.position),
        actor=Actor(type="model", id=made.judge) if made and judged else Actor(type="system", id=PROGRAM),
        tool=Tool(
            name=PROGRAM, version=program.get("version", "unknown"), model_ref=made.model if made else None
        ),
        subject_ref=record.candidate,
        position_ref=position,
        score=Points(value=score.percent) if score else None,
        factors=_factors(record, around.rubric),
        gates=tuple(
            GateResult(name=g.criterion, passed=g.outcome is GateOutcome.PASSED, detail=g.outcome)
            for g in (score.gates if score else ())
        ),
        subject=Subject(
            submission=record.submission,
            text=record.text,
            shown=tuple(dict.fromkeys(request.shown for request in around.requests)),
            normalizer=program.get("normalizer"),
        ),
        instrument=_instrument(record, around),
        model=ModelUsed(
            judge=made.judge if made and judged else None,
            returned=made.model if made else None,
            fingerprint=made.fingerprint if made else None,
            requests=tuple(map(_asked, around.requests)),
        ),
        result=_result(record, around.text),
        license=_license(record, around.calibration),
        text=_text(record, around) if with_text else None,
    ).sealed()


def _factors(record: GradeRecord, rubric: Rubric | None) -> tuple[Factor, ...]:
    if record.score is None or rubric is None:
        return ()
    weights = {c.id: c.points for c in rubric.criteria}
    where = {r.criterion: _place(record.text, r) for r in record.ratings}
    return tuple(
        Factor(
            name=counted.criterion,
            contribution=counted.points,
            weight=weights[counted.criterion],
            input_ref=where.get(counted.criterion),
        )
        for counted in record.score.criteria
    )


def _place(text: str, rating: Rating) -> str | None:
    if not rating.evidence:
        return None
    return f"{text}#{','.join(f'{e.start}-{e.end}' for e in rating.evidence)}"


def _instrument(record: GradeRecord, around: Around) -> InstrumentUsed:
    made, rubric = record.provenance, around.rubric
    criteria = rubric.criteria if rubric else ()
    return InstrumentUsed(
        task=record.task,
        prompt_id=around.prompt.id if around.prompt else None,
        prompt=made.prompt if made else None,
        rubric=rubric.digest if rubric else None,
        mode=made.mode if made else None,
        repeats=made.repeats if made else 1,
        weights={c.id: c.points for c in criteria},
        must_haves=tuple(c.id for c in criteria if c.critical),
        red_flags=tuple(c.id for c in criteria if c.red_flag),
        cuts=rubric.cuts if rubric else (),
        critical_cap=rubric.critical_cap if rubric else None,
    )


def _asked(request: RequestKept) -> Asked:
    return Asked(
        request=request.digest,
        judge=request.judge.name,
        parameters=request.judge.model_dump(mode="json", exclude={"provider", "model"}),
        answer_schema=request.answer_schema,
        tries=tuple(map(_try, request.tries)),
    )


def _try(tried: Tried) -> Try:
    answer = tried.completion
    return Try(
        run=tried.run,
        timestamp=tried.created,
        attempt=tried.attempt,
        outcome=tried.outcome.value,
        model=answer.model,
        fingerprint=answer.fingerprint,
        finish_reason=answer.finish_reason,
        latency_s=answer.latency_s,
        usage=answer.usage,
        cost_usd=answer.cost_usd,
        raw_output=text_digest(answer.text),
        batch=answer.batch,
    )


def _result(record: GradeRecord, text: str) -> Result:
    score = record.score
    points = {c.criterion: c.points for c in score.criteria} if score else {}
    return Result(
        state=record.state,
        reason=record.reason,
        percent=score.percent if score else None,
        uncapped=score.uncapped if score else None,
        estimate=record.estimate,
        criteria=tuple(_criterion(r, points, text) for r in record.ratings),
        red_flags=score.red_flags if score else (),
        reviews=record.reviews,
        disguises=record.disguises,
        order=score.order if score else None,
        judges_agree=record.panel.exact if record.panel else None,
        passed_on_by=record.passed_on.first.provenance.judge if record.passed_on else None,
    )


def _criterion(rating: Rating, points: Mapping[str, float], text: str) -> CriterionResult:
    return CriterionResult(
        **rating.model_dump(exclude={"evidence", "reason", "threshold", "level"}),
        level=rating.level,
        points=points.get(rating.criterion),
        evidence=tuple(Passage(**e.model_dump(), quote=text_digest(quote(text, e))) for e in rating.evidence),
    )


def _license(record: GradeRecord, calibration: Calibration | None) -> License:
    if calibration is None:
        return License(standing=record.calibration)
    return License(
        standing=record.calibration,
        calibration=calibration.digest,
        status=calibration.status,
        set_id=calibration.set_id,
        set_digest=calibration.set_digest,
        signal=calibration.signal.value,
        thresholds=calibration.gauges,
    )


def _text(record: GradeRecord, around: Around) -> ScoreText:
    text = around.text
    return ScoreText(
        answer=text,
        quotes={r.criterion: tuple(quote(text, e) for e in r.evidence) for r in record.ratings if r.evidence},
        reasons={r.criterion: r.reason for r in record.ratings if r.reason},
        raw_outputs={
            text_digest(tried.completion.text): tried.completion.text
            for request in around.requests
            for tried in request.tries
        },
        detail=record.detail,
    )
