"""How generous raters are beside the others who rated the same, and whether that drifts with time.

Leniency of a rating = its credit less the mean credit that the other raters gave on the same item;
positive is generous. Intervals are 95% percentile bootstrap over texts (Efron and Tibshirani 1993, ch. 13):
the ratings of one text hang together, so whole texts are drawn. Severity is relative to the panel: with
two raters, one's is the other's with the sign turned.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from grader.periods import Span, name_of, place

Numbers = npt.NDArray[np.float64]

DRAWS = 2000
_SEED = 7
_CHUNK = 200
"""Draws at once, so that memory stays small with many texts."""
_DECIMALS = 4


class Observation(NamedTuple):
    """One rating of one criterion of one text."""

    rater: str
    text: str
    criterion: str
    credit: float
    """1 all that the criterion can give, 0 nothing; of a fault reversed, so that 1 is always generous."""
    when: str
    """ISO 8601 date or time."""


@dataclass(frozen=True)
class Figure:
    """An estimate with its 95% interval, or the reason why there is none."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class Period:
    """One rater in one week or month."""

    name: str
    """Such as 2026-W47 or 2026-11."""
    n: int
    texts: int
    leniency: Figure
    exact: float
    """Mean share of the others who gave the same credit."""


@dataclass(frozen=True)
class RaterView:
    """One rater beside the panel of all others who rated the same."""

    rater: str
    panel: tuple[str, ...]
    n: int
    """Ratings, of which `shared` have another rater's beside them."""
    shared: int
    texts: int
    """Texts with shared ratings."""
    leniency: Figure
    exact: float | None
    """None without shared ratings."""
    periods: tuple[Period, ...]
    drift: Figure
    """Change of leniency per week or month: least-squares slope over the rater's ratings."""


class _Shared(NamedTuple):
    text: str
    period: int
    difference: float
    exact: float


def rater_views(observations: Sequence[Observation], span: Span, *, draws: int = DRAWS) -> list[RaterView]:
    """A view of each rater, in order of appearance."""
    items: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    by_rater: dict[str, list[Observation]] = {}
    for seen in observations:
        items[seen.text, seen.criterion][seen.rater].append(seen.credit)
        by_rater.setdefault(seen.rater, []).append(seen)
    return [_view(rater, own, items, span, draws) for rater, own in by_rater.items()]


def _view(
    rater: str,
    own: Sequence[Observation],
    items: Mapping[tuple[str, str], Mapping[str, Sequence[float]]],
    span: Span,
    draws: int,
) -> RaterView:
    shared: list[_Shared] = []
    panel: dict[str, None] = {}
    for seen in own:
        others = {r: c for r, c in items[seen.text, seen.criterion].items() if r != rater}
        if not others:
            continue
        panel.update(dict.fromkeys(others))
        difference = seen.credit - float(np.mean([np.mean(credits) for credits in others.values()]))
        same = float(np.mean([np.mean([c == seen.credit for c in credits]) for credits in others.values()]))
        shared.append(_Shared(seen.text, place(seen.when, span), difference, same))
    numbers = sorted({s.period for s in shared})
    in_period = [[s for s in shared if s.period == number] for number in numbers]
    return RaterView(
        rater=rater,
        panel=tuple(panel),
        n=len(own),
        shared=len(shared),
        texts=len({s.text for s in shared}),
        leniency=_mean(shared, draws),
        exact=_exact(shared) if shared else None,
        periods=tuple(
            Period(
                name=name_of(number, span),
                n=len(part),
                texts=len({s.text for s in part}),
                leniency=_mean(part, draws),
                exact=_exact(part),
            )
            for number, part in zip(numbers, in_period, strict=True)
        ),
        drift=_slope(shared, draws),
    )


def _exact(shared: Sequence[_Shared]) -> float:
    return round(float(np.mean([s.exact for s in shared])), _DECIMALS)


def _mean(shared: Sequence[_Shared], draws: int) -> Figure:
    if not shared:
        return Figure(reason="nobody else rated the same")
    sums = _sums(shared, 0)
    value = _rounded(sums[:, 1].sum() / sums[:, 0].sum())
    if len(sums) < 2:
        return Figure(value, reason="one text has no interval")
    drawn = _drawn(sums, draws)
    return _with_interval(value, drawn[:, 1] / drawn[:, 0])


def _slope(shared: Sequence[_Shared], draws: int) -> Figure:
    if len({s.period for s in shared}) < 2:
        reason = "all in one period" if shared else "nobody else rated the same"
        return Figure(reason=reason)
    sums = _sums(shared, min(s.period for s in shared))
    value = _rounded(float(_slopes(sums.sum(axis=0, keepdims=True))[0]))
    slopes = _slopes(_drawn(sums, draws))
    slopes = slopes[~np.isnan(slopes)]
    if len(sums) < 3 or len(slopes) < draws / 2:
        return Figure(value, reason="too few texts for an interval")
    return _with_interval(value, slopes)


def _sums(shared: Sequence[_Shared], first: int) -> Numbers:
    """For each text: n and the sums of y, x, x squared, and x times y; x counts periods from `first`."""
    rows: dict[str, Numbers] = {}
    for s in shared:
        x, y = float(s.period - first), s.difference
        rows[s.text] = rows.get(s.text, np.zeros(5)) + np.array([1.0, y, x, x * x, x * y])
    return np.array(list(rows.values()))


def _drawn(sums: Numbers, draws: int) -> Numbers:
    """The sums over `draws` samples of as many texts, drawn with replacement."""
    random = np.random.default_rng(_SEED)
    texts = len(sums)
    parts = []
    for start in range(0, draws, _CHUNK):
        times = random.multinomial(texts, np.full(texts, 1 / texts), size=min(_CHUNK, draws - start))
        parts.append(times @ sums)
    return np.concatenate(parts)


def _slopes(sums: Numbers) -> Numbers:
    """Least-squares slopes; NaN where all of a sample is in one period."""
    n, y, x, xx, xy = sums.T
    spread = n * xx - x * x
    result = np.full(len(sums), np.nan)
    np.divide(n * xy - x * y, spread, out=result, where=spread > 0.5)
    return result


def _with_interval(value: float, drawn: Numbers) -> Figure:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Figure(value, _rounded(low), _rounded(high))


def _rounded(value: float) -> float:
    # the sum turns a negative zero into zero
    return round(float(value), _DECIMALS) + 0.0
