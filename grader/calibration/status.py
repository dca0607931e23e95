"""Judges a calibration by its thresholds: each by the whole interval of its figure, never by a point."""

from collections.abc import Sequence

from grader.agreement.agreement import Agreement
from grader.agreement.figures import Figure
from grader.domain.calibration import Calibration, Gauge, Status
from grader.domain.swap import SwapTest, SwapVerdict
from grader.domain.thresholds import Thresholds

SWAP = "name swap"
"""The gauge of a swap test."""


def gauges(total: Agreement | None, held_out: int, thresholds: Thresholds) -> tuple[Gauge, ...]:
    """The figures of the totals beside what they must keep. `total`: None where no total can be computed."""
    none = Figure(value=None, n=0, reason="no totals of judge and raters to compare")
    found = [_count(held_out, thresholds.responses)]
    if thresholds.qwk is not None:
        found.append(_at_least("QWK", total.pair.qwk if total else none, thresholds.qwk))
    if thresholds.degradation is not None:
        figure = total.degradation.qwk if total else none
        found.append(_at_least("QWK less that between raters", figure, thresholds.degradation))
    if thresholds.smd is not None:
        found.append(_near_zero("SMD", total.pair.smd if total else none, thresholds.smd))
    return tuple(found)


def status(found: Sequence[Gauge], *, human: bool) -> Status:
    """Operational only with people's ratings and every threshold kept.

    A swap test that found scores to move counts as a missed threshold. One that did not decide holds nothing
    back: it is made of fewer answers than the calibration.
    """
    if not human:
        return Status.DEMONSTRATION
    if any(gauge.outcome == "missed" for gauge in found):
        return Status.NOT_GOOD_ENOUGH
    if any(gauge.outcome == "open" for gauge in found if gauge.name != SWAP):
        return Status.NOT_ENOUGH_DATA
    return Status.OPERATIONAL


def with_swap(calibration: Calibration, test: SwapTest) -> Calibration:
    """The calibration with the swap test as one more threshold, and the status that follows."""
    far = test.farthest
    shift = far.shift if far is not None else None
    gauge = Gauge.model_validate(
        {
            "name": SWAP,
            "value": shift.value if shift else None,
            "low": shift.low if shift else None,
            "high": shift.high if shift else None,
            "n": test.answers,
            "threshold": f"within ± {test.bounds.shift:.2f}",
            "outcome": _SWAPPED.get(test.verdict, "open"),
            "reason": f"{test.verdict.value}: {' '.join(test.reasons)}",
        }
    )
    found = (*calibration.gauges, gauge)
    human = calibration.status is not Status.DEMONSTRATION
    return calibration.model_copy(update={"gauges": found, "status": status(found, human=human)})


_SWAPPED = {SwapVerdict.PASSED: "kept", SwapVerdict.MOVED: "missed"}


def _count(held_out: int, fewest: int) -> Gauge:
    return Gauge(
        name="held-out answers",
        value=held_out,
        low=None,
        high=None,
        n=held_out,
        threshold=f">= {fewest}",
        outcome="kept" if held_out >= fewest else "open",
        reason="" if held_out >= fewest else "too few to judge by",
    )


def _at_least(name: str, figure: Figure, bar: float) -> Gauge:
    low, high = figure.low, figure.high
    outcome = _outcome(kept=low is not None and low >= bar, missed=high is not None and high < bar)
    return _gauge(name, figure, f">= {bar:.2f}", outcome)


def _near_zero(name: str, figure: Figure, bar: float) -> Gauge:
    low, high = figure.low, figure.high
    known = low is not None and high is not None
    kept = known and -bar <= low and high <= bar  # type: ignore[operator]
    missed = known and (low > bar or high < -bar)  # type: ignore[operator]
    return _gauge(name, figure, f"within ± {bar:.2f}", _outcome(kept=bool(kept), missed=bool(missed)))


def _outcome(*, kept: bool, missed: bool) -> str:
    return "kept" if kept else "missed" if missed else "open"


def _gauge(name: str, figure: Figure, threshold: str, outcome: str) -> Gauge:
    reason = figure.reason or ("the interval does not decide" if outcome == "open" else "")
    return Gauge.model_validate(
        {
            "name": name,
            "value": figure.value,
            "low": figure.low,
            "high": figure.high,
            "n": figure.n,
            "threshold": threshold,
            "outcome": outcome,
            "reason": reason,
        }
    )
