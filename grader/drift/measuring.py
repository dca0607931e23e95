"""Figures of a batch's check answers: agreement, mean difference and SMD, with intervals.

Intervals are 95% percentile bootstrap over answers (Efron and Tibshirani 1993, ch. 13): the verdicts on one
answer hang together, so whole answers are drawn.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set

import numpy as np
import numpy.typing as npt

from grader.domain.calibration_set import VALUES
from grader.domain.drift import CheckedAnswer, ChecksTaken, Interval, Sums, Tally
from grader.domain.rating import Rating, Verdict
from grader.drift import chart
from grader.drift.checks import Known

Numbers = npt.NDArray[np.float64]

DRAWS = 2000
_SEED = 7
_DECIMALS = 4


def verdicts_of(ratings: Iterable[Rating]) -> dict[str, float]:
    """By criterion, what a judge's verdict counts as; without evidence, as not met."""
    return {
        r.criterion: VALUES[r.verdict if r.supported else Verdict.NOT_MET]
        for r in ratings
        if r.verdict is not Verdict.CANNOT_ASSESS
    }


def checked(
    known: Known, now: Mapping[str, float], before: Mapping[str, float] | None, faults: Set[str]
) -> CheckedAnswer:
    """A check answer beside its known verdicts; `faults`: criteria that take points away."""
    return CheckedAnswer(
        response=known.response,
        decisions=len(known.values),
        known=sum(_credit(c, value, faults) for c, value in known.values.items()),
        now=_tally(known, now, faults),
        before=None if before is None else _tally(known, before, faults),
    )


def _tally(known: Known, given: Mapping[str, float], faults: Set[str]) -> Tally:
    return Tally(
        agree=sum(given.get(c) == value for c, value in known.values.items()),
        credit=sum(_credit(c, given[c], faults) for c in known.values if c in given),
    )


def _credit(criterion: str, value: float, faults: Set[str]) -> float:
    return 1 - value if criterion in faults else value


def taken(
    answers: Sequence[CheckedAnswer],
    earlier: Sequence[ChecksTaken],
    *,
    batch: str,
    run: str | None,
    task: str,
    rubric: str,
    binding: str | None,
    after_calibration: int,
    unanswered: int,
) -> ChecksTaken:
    """The measurement of a batch. `earlier`: those of its series, oldest first."""
    last = earlier[-1] if earlier else None
    before = [answer for one in earlier if not one.alarms for answer in one.answers]
    z_of = chart.of_person if binding is None else chart.of_judge
    z_agreement, z_mean = z_of(answers, before)
    sums = chart.added(last.sums if last and not last.alarms else Sums(), z_agreement, z_mean)
    firsts = [a for a in answers if a.before] if binding else before
    decisions = np.array([a.decisions for a in answers], dtype=float)
    agree = np.array([a.now.agree for a in answers], dtype=float)
    credit = np.array([a.now.credit for a in answers], dtype=float)
    known = np.array([a.known for a in answers], dtype=float)
    was = np.array([(a.before or a.now).agree for a in firsts], dtype=float)
    return ChecksTaken(
        batch=batch,
        run=run,
        task=task,
        rubric=rubric,
        binding=binding,
        after_calibration=after_calibration,
        answers=tuple(answers),
        unanswered=unanswered,
        agreement=_interval(_ratio, agree, decisions),
        agreement_before=_interval(_ratio, was, np.array([a.decisions for a in firsts], dtype=float)),
        difference=_interval(_ratio, credit - known, decisions),
        smd=_interval(_smd, credit / decisions, known / decisions),
        z_agreement=_rounded(z_agreement),
        z_mean=_rounded(z_mean),
        sums=Sums(**{name: _rounded(value) for name, value in sums}),
        alarms=chart.alarms(sums),
    )


def _ratio(top: Numbers, bottom: Numbers) -> Numbers:
    return np.asarray(top.sum(-1) / bottom.sum(-1))


def _smd(now: Numbers, known: Numbers) -> Numbers:
    """Mean difference over the standard deviation of the known; NaN where all known are alike."""
    spread = known.std(-1, ddof=1) if known.shape[-1] > 1 else np.zeros(known.shape[:-1])
    result = np.full(np.shape(spread), np.nan)
    np.divide((now - known).mean(-1), spread, out=result, where=spread > 0)
    return result


def _interval(figure: Callable[[Numbers, Numbers], Numbers], one: Numbers, other: Numbers) -> Interval:
    if not len(one):
        return Interval(value=None)
    value = float(figure(one, other))
    if np.isnan(value):
        return Interval(value=None)
    if len(one) < 2:
        return Interval(value=_rounded(value))
    rows = np.random.default_rng(_SEED).integers(len(one), size=(DRAWS, len(one)))
    draws = figure(one[rows], other[rows])
    low, high = np.percentile(draws[~np.isnan(draws)], [2.5, 97.5])
    return Interval(value=_rounded(value), low=_rounded(low), high=_rounded(high))


def _rounded(value: float) -> float:
    # the sum turns a negative zero into zero
    return round(float(value), _DECIMALS) + 0.0
