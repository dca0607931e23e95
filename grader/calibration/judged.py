"""What a judge said of the answers of a calibration set."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from grader.domain.calibration import Signal
from grader.domain.calibration_set import OVERALL, CalibrationSet, Exclusion, SetRating
from grader.domain.rating import Rating, Verdict
from grader.domain.record import GradeRecord, Removed

_VERDICTS = {1.0: Verdict.MET, 0.5: Verdict.PARTLY, 0.0: Verdict.NOT_MET}


class Judged(NamedTuple):
    """The judge as a rater."""

    rater: str
    signal: Signal
    ratings: Mapping[str, tuple[Rating, ...]]
    """By response, its uncalibrated ratings."""
    overall: Mapping[str, float]
    """By response, its overall rating on the set's scale; for judges that give nothing else."""
    missing: tuple[Exclusion, ...]
    """Answers that it has no verdicts on, and why."""
    removed: Mapping[str, tuple[Removed, ...]] = MappingProxyType({})
    """By response, what was not shown of its text."""


def verdict(value: float) -> Verdict:
    """A rating as a verdict. ValueError for any other number."""
    if value not in _VERDICTS:
        raise ValueError(f"{value:g} is no verdict: met is 1, partly 0.5, not met 0")
    return _VERDICTS[value]


def from_records(records: Iterable[GradeRecord], repeats: int) -> Judged:
    """From graded answers; each record's submission is the response's id."""
    ratings: dict[str, tuple[Rating, ...]] = {}
    removed: dict[str, tuple[Removed, ...]] = {}
    missing = []
    rater = ""
    for record in records:
        if record.provenance is None or record.reason is not None:
            why = record.reason.sentence if record.reason else "It was not put to the judge."
            missing.append(Exclusion(place=record.submission, reason=f"{why} {record.detail}".strip()))
            continue
        rater = record.provenance.judge
        ratings[record.submission] = record.ratings
        removed[record.submission] = record.removed or ()
    return Judged(rater, signal_of(ratings.values(), repeats), ratings, {}, tuple(missing), removed)


def from_set(calibration_set: CalibrationSet, rater: str) -> Judged:
    """From the ratings of one rater of the set, taken as the judge."""
    by_response: dict[str, list[Rating]] = {}
    overall: dict[str, float] = {}
    for given in calibration_set.ratings:
        if given.rater == rater and given.criterion == OVERALL:
            overall[given.response] = given.value
        elif given.rater == rater:
            by_response.setdefault(given.response, []).append(_rating(given))
    ratings = {response: tuple(given) for response, given in by_response.items()}
    missing = tuple(
        Exclusion(place=response.id, reason=f"{rater} did not rate it.")
        for response in calibration_set.responses
        if response.id not in ratings and response.id not in overall
    )
    return Judged(rater, signal_of(ratings.values(), 1), ratings, overall, missing)


def signal_of(ratings: Iterable[tuple[Rating, ...]], repeats: int) -> Signal:
    """Where probabilities come from; without log-probabilities, from repeats or from the verdict alone.

    What the judge could not assess tells nothing about that.
    """
    flat = [r for each in ratings for r in each if r.verdict is not Verdict.CANNOT_ASSESS]
    if flat and all(rating.probability is not None for rating in flat):
        # repeats without log-probabilities give shares of the repeats, and nothing between them
        shares = {round(repeats * (rating.probability or 0.0) * 2, 9) for rating in flat}
        counted = repeats > 1 and all(share == int(share) for share in shares)
        return Signal.REPEATS if counted else Signal.PROBABILITY
    return Signal.VERDICT


def _rating(given: SetRating) -> Rating:
    return Rating(
        rater=given.rater,
        criterion=given.criterion,
        verdict=verdict(given.value),
        probability=given.probability,
    )
