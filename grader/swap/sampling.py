"""Which answers a swap test takes, their variants as submissions, and graded variants as outcomes."""

from collections.abc import Iterable, Mapping, Sequence

from grader.calibration.applying import calibrate_ratings
from grader.digests import text_digest
from grader.domain.calibration import Calibration
from grader.domain.calibration_set import CalibrationSet, Response
from grader.domain.measurement import Measured, Measurement
from grader.domain.record import GradeRecord
from grader.domain.rubric import Rubric
from grader.domain.submission import Submission
from grader.domain.swap import Found, SwapTest
from grader.swap.comparing import Outcome, outcome
from grader.swap.variants import variants

_MARK = "/swap/"


def sample(found: CalibrationSet, count: int) -> tuple[Response, ...]:
    """So many answers with a text, drawn by their digests: the same ones each time, whatever a judge says."""

    def drawn(response: Response) -> str:
        return text_digest(f"{found.manifest.id}/{response.id}")

    return tuple(sorted((r for r in found.responses if r.text is not None), key=drawn)[:count])


def submissions(found: CalibrationSet, responses: Sequence[Response], first: int = 0) -> list[Submission]:
    """All variants of these answers, ready to be graded; names go by turns, from the number `first` on."""
    return [
        Submission(
            id=f"{found.manifest.id}/{response.id}{_MARK}{variant.label}",
            candidate=response.candidate,
            task=found.manifest.task,
            text=variant.text,
        )
        for number, response in enumerate(responses, first)
        for variant in variants(response.text or "", number)
    ]


def outcomes(
    records: Iterable[GradeRecord], rubrics: Mapping[str, Rubric], calibration: Calibration | None = None
) -> list[dict[str, Outcome]]:
    """By answer and variant, what became of graded variants; calibrated, where scores would be."""
    found: dict[str, dict[str, Outcome]] = {}
    for record in records:
        answer, _, label = record.submission.partition(_MARK)
        of_answer = found.setdefault(answer, {})
        if record.reason is not None:
            continue
        ratings = record.ratings
        if calibration is not None and calibration.usable:
            ratings = calibrate_ratings(ratings, calibration.criteria, calibration.signal)
        of_answer[label] = outcome(rubrics[record.task], ratings)
    return list(found.values())


def measurement(test: SwapTest, *, judge: str, model: str | None, material: str) -> Measurement:
    """The test's figures as they are kept: by group, never by name."""
    figures = {f"shift in percent points, {row.label}": _figure(row.shift) for row in test.rows}
    return Measurement(
        kind=Measured.SWAP,
        judge=judge,
        model=model,
        material=material,
        figures={
            "verdict": test.verdict.value,
            "answers": test.answers,
            "variants of each": test.variants,
            "bound of shifts, percent points": test.bounds.shift,
            "bound of flips": test.bounds.flips,
            "verdicts that flip": _figure(test.flips),
            "verdicts that flip between neutral sign-offs": _figure(test.noise_flips),
            "largest single shift, percent points": test.largest,
            **figures,
            **{
                f"no effect of groups on {trial.of}, p by permutation": trial.permutation
                for trial in test.trials
            },
        },
    )


def _figure(found: Found) -> dict[str, float | None]:
    return {"value": found.value, "low": found.low, "high": found.high, "n": found.n}
