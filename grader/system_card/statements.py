"""What the card says in words: the use that is meant, the use that is not, the limits, and the promise."""

from collections.abc import Collection, Sequence

from grader.domain.calibration import Calibration, Gauge, Status
from grader.domain.measurement import Measured
from grader.domain.record import Standing
from grader.domain.system_card import CalibrationSeen

_BETWEEN = "QWK less that between raters"
INTENDED = (
    "To help people grade written answers of job candidates against a checklist that is the same for all, "
    "with a passage of the answer behind every point.",
    "As a second rater beside people, or as the first where people look at whatever is in doubt.",
    "With rubrics that experts in the job have written and checked, and a calibration on answers that the "
    "employer's own raters have rated.",
)
NOT_FOR = (
    "Deciding about a candidate without a named person who has seen the answers and may decide otherwise.",
    "Scores without an operational calibration: they are shown for orientation, and not for decisions.",
    "Anything that the text of an answer does not show: personality, health, honesty, voice, face, manner.",
    "Protected matters such as health, age, family or religion; rubrics that score them are refused.",
    "Finding out who wrote an answer, or whether a program did.",
)
_ALWAYS = (
    "A calibration holds for one judge, model as returned, prompt, rubric and set of parameters; whatever "
    "else changes, such as who applies or how they write, is not in it.",
    "Hosted models may answer the same request in another way tomorrow. Scores are replayed from the kept "
    "answers, not asked anew.",
    "A passage proves that the words are there, not that they are true or the candidate's own.",
    "The language of an answer is not detected; rubrics and prompts are in English.",
    "Tries that ended without an answer (a timeout, a refused connection) are counted while a run lasts, and "
    "not kept.",
    "When an answer was handed in, and what a person who rated it knew of the candidate, is not recorded.",
)
_MISSING = {
    Measured.ATTACKS: "How judges fare against answers that try to steer them is not measured.",
    Measured.SWAP: "Whether scores move with the name below an answer is not measured.",
    Measured.FAIRNESS: "Rates and agreement by group are not measured.",
    Measured.DRIFT: "Whether judges drift over time is not measured.",
}


def limits(
    standings: Collection[Standing], measured: Collection[Measured], uncalibrated: Sequence[str]
) -> tuple[str, ...]:
    """The limits that always hold, after those of this ledger."""
    own = []
    if "operational" not in standings:
        own.append("No score in this ledger went through an operational calibration.")
    if uncalibrated:
        names = ", ".join(task.replace("_", " ") for task in uncalibrated)
        own.append(f"Graded by a judge, model or rubric without a calibration of its own: {names}.")
    own += [sentence for kind, sentence in _MISSING.items() if kind not in measured]
    return (*own, *_ALWAYS)


def promise(calibrations: Sequence[CalibrationSeen], *, whose: str = "your") -> str:
    """What may be said of agreement with people, and nothing beyond it; `whose` raters and set."""
    holding = [c.calibration for c in calibrations if c.newest and c.calibration.status is Status.OPERATIONAL]
    if not holding:
        return (
            "Nothing is promised: no calibration is operational, so how well scores agree with people's is "
            "not established."
        )
    as_each_other = [c for c in holding if _BETWEEN in {g.name for g in c.gauges}]
    others = [c for c in holding if c not in as_each_other]
    told = []
    if as_each_other:
        told.append(
            f"Agrees with {whose} raters as well as they agree with each other, on {whose} set, within this "
            f"interval: {'; '.join(map(_agreement, as_each_other))}."
        )
    if others:
        told.append(
            f"Agrees with {whose} raters, on {whose} set, within this interval; how well they agree with "
            f"each other was not asked: {'; '.join(map(_agreement, others))}."
        )
    return f"{' '.join(told)} This holds for scores that went through these calibrations, and for no others."


def _agreement(calibration: Calibration) -> str:
    found = {gauge.name: gauge for gauge in calibration.gauges}
    told = [
        f"{words} {_figure(found[name])}"
        for name, words in (("QWK", "QWK"), (_BETWEEN, "less that between raters"))
        if name in found
    ]
    task = calibration.task.replace("_", " ")
    return f"{task} (set {calibration.set_id}): {', '.join(told) or 'no figure was asked for'}"


def _figure(gauge: Gauge) -> str:
    if gauge.value is None or gauge.low is None or gauge.high is None:
        return "not measured"
    interval = f"{gauge.low:.2f} to {gauge.high:.2f}"
    return f"{gauge.value:.2f} ({interval}, n = {gauge.n})".replace("-", "−")
