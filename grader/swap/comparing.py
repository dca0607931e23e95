"""Compares the scores of variants with those of their base, and says what that shows."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.calibration.abstention import design_effects, lower_bounds
from grader.domain.rating import Rating, Verdict
from grader.domain.rubric import Rubric
from grader.domain.swap import Found, SwapBounds, SwapKind, SwapRow, SwapTest, SwapTrial
from grader.scoring import score
from grader.swap.intervals import mean_intervals
from grader.swap.judging import conclusion
from grader.swap.names import CUES
from grader.swap.trials import friedman, permutation
from grader.swap.variants import BASE, CONTROLLED, SECOND, groups, labels

Floats = NDArray[np.float64]

LEVEL = 0.95


class Outcome(NamedTuple):
    """What a judge made of one variant."""

    percent: float | None
    """None: no score."""
    results: Mapping[str, tuple[Verdict, int | None]]
    """By judged criterion."""
    probability: float | None
    """Mean of met over the judged criteria, in percent; None where the judge gives none."""
    step: float
    """What one verdict is worth, on average, in percent points."""


class _Answers(NamedTuple):
    """Answers with a score in every variant, as tables whose rows are answers, in the order of labels()."""

    percents: Floats
    probabilities: Floats | None
    differing: Floats
    """Verdicts that differ from the base's."""
    verdicts: Floats
    """Verdicts of an answer, shape (answers,)."""
    step: float


def outcome(rubric: Rubric, ratings: Sequence[Rating]) -> Outcome:
    """Of one graded variant. `ratings`: as they count, calibrated where scores are."""
    judged = {c.id for c in rubric.judged}
    own = [rating for rating in ratings if rating.criterion in judged]
    counted = score(rubric, ratings)
    known = [rating.probability for rating in own if rating.probability is not None]
    return Outcome(
        percent=counted.percent if counted else None,
        results={rating.criterion: rating.result for rating in own},
        probability=100 * sum(known) / len(known) if own and len(known) == len(own) else None,
        step=100 * sum(c.points for c in rubric.judged) / len(judged) / rubric.possible,
    )


def compare(outcomes: Sequence[Mapping[str, Outcome]], bounds: SwapBounds) -> SwapTest:
    """The test of all answers, each with its outcomes by variant; one that is missing has no score."""
    scored = [{name: o for name, o in answer.items() if o.percent is not None} for answer in outcomes]
    based = [answer for answer in scored if BASE in answer]
    whole = _table([answer for answer in based if all(name in answer for name in labels())])
    rows = _rows(_comparisons(), whole, based)
    strict = _shifts(_comparisons(), whole.percents, 1 - (1 - LEVEL) / len(rows), whole.step)
    others = [name for name in labels() if name not in {BASE, SECOND, CONTROLLED}]
    flips, noise = _flips(whole, others), _flips(whole, [SECOND])
    verdict, reasons = conclusion(rows, strict, flips, noise, bounds, len(whole.percents))
    return SwapTest(
        verdict=verdict,
        reasons=reasons,
        bounds=bounds,
        answers=len(whole.percents),
        left_out=len(based) - len(whole.percents),
        unscored_bases=len(scored) - len(based),
        variants=len(labels()),
        rows=rows,
        noise=_rows([_NOISE], whole, based)[0],
        flips=flips,
        noise_flips=noise,
        trials=_trials(whole),
    )


class _Comparison(NamedTuple):
    """The variants whose means are set against each other."""

    kind: SwapKind
    label: str
    plus: tuple[str, ...]
    minus: tuple[str, ...]

    def of(self, table: Floats) -> Floats:
        """The differences by answer, of a table in the order of labels()."""
        names = labels()
        plus, minus = ([names.index(name) for name in side] for side in (self.plus, self.minus))
        return np.asarray(table[:, plus].mean(axis=1) - table[:, minus].mean(axis=1))


_NOISE = _Comparison(SwapKind.CONTRAST, "between neutral sign-offs", (SECOND,), (BASE,))


@cache
def _comparisons() -> tuple[_Comparison, ...]:
    known = groups()

    def of(race: str = "", sex: str = "") -> tuple[str, ...]:
        return tuple(g.label for g in known if race in ("", g.race) and sex in ("", g.sex))

    races = list(dict.fromkeys(group.race for group in known))
    return (
        *(_Comparison(SwapKind.NAME, group.label, (group.label,), (BASE,)) for group in known),
        _Comparison(SwapKind.CONTRAST, "women less men", of(sex="women"), of(sex="men")),
        *(
            _Comparison(SwapKind.CONTRAST, f"{race} less {races[0]}", of(race=race), of(race=races[0]))
            for race in races[1:]
        ),
        *(_Comparison(SwapKind.CUE, cue, (cue,), (CONTROLLED,)) for cue in CUES),
    )


def _table(answers: Sequence[Mapping[str, Outcome]]) -> _Answers:
    names = labels()
    shape = (len(answers), len(names))
    rows = [[answer[name] for name in names] for answer in answers]
    percents = np.array([[o.percent for o in row] for row in rows], dtype=float).reshape(shape)
    probabilities = np.array([[o.probability for o in row] for row in rows], dtype=float).reshape(shape)
    differing = [
        [_differing(answer[CONTROLLED if name in CUES else BASE], answer[name]) for name in names]
        for answer in answers
    ]
    return _Answers(
        percents=percents,
        probabilities=None if np.isnan(probabilities).any() or not len(rows) else probabilities,
        differing=np.array(differing, dtype=float).reshape(shape),
        verdicts=np.array([len(answer[BASE].results) for answer in answers], dtype=float),
        step=float(np.mean([row[0].step for row in rows])) if rows else 0.0,
    )


def _differing(base: Outcome, other: Outcome) -> int:
    return sum(other.results.get(criterion) != result for criterion, result in base.results.items())


def _shifts(
    comparisons: Sequence[_Comparison], table: Floats, level: float, step: float
) -> tuple[Found, ...]:
    """The mean difference of each comparison with its interval."""
    n = len(table)
    if n < 2:
        reason = "an interval needs two answers or more"
        return tuple(
            Found(value=float(c.of(table)[0]) if n else None, n=n, reason=reason) for c in comparisons
        )
    differences = np.column_stack([c.of(table) for c in comparisons])
    ends = zip(differences.mean(axis=0), *mean_intervals(differences, level, step), strict=True)
    return tuple(Found(value=float(m), low=float(low), high=float(high), n=n) for m, low, high in ends)


def _rows(
    comparisons: Sequence[_Comparison], whole: _Answers, based: Sequence[Mapping[str, Outcome]]
) -> tuple[SwapRow, ...]:
    sure: Sequence[Found | None] = [None] * len(comparisons)
    if whole.probabilities is not None:
        sure = _shifts(comparisons, whole.probabilities, LEVEL, 0.0)
    rows = []
    for comparison, shift, probability in zip(
        comparisons, _shifts(comparisons, whole.percents, LEVEL, whole.step), sure, strict=True
    ):
        differences = comparison.of(whole.percents)
        rows.append(
            SwapRow(
                kind=comparison.kind,
                label=comparison.label,
                shift=shift,
                sd=float(differences.std(ddof=1)) if len(differences) > 1 else 0.0,
                largest=float(max(differences, key=abs, default=0.0)),
                probability=probability,
                unscored=sum(name not in answer for answer in based for name in comparison.plus),
            )
        )
    return tuple(rows)


def _flips(whole: _Answers, names: Sequence[str]) -> Found:
    """Share of verdicts that differ, with an exact interval on the effective number of verdicts."""
    places = [labels().index(name) for name in names]
    changed = whole.differing[:, places].sum(axis=1)
    asked = whole.verdicts * len(places)
    n, flips = float(asked.sum()), float(changed.sum())
    if not n:
        return Found(value=None, n=0, reason="no answer has a score in every variant")
    effect = design_effects(asked[None], changed[None])
    either = np.array([flips, n - flips])
    sides = lower_bounds(either, np.array([n, n]), np.repeat(effect, 2), (1 + LEVEL) / 2)
    return Found(value=flips / n, low=float(sides[0]), high=float(1 - sides[1]), n=round(n))


def _trials(whole: _Answers) -> tuple[SwapTrial, ...]:
    places = [labels().index(group.label) for group in groups()]
    tables = {"scores": whole.percents, "probabilities": whole.probabilities}
    return tuple(
        SwapTrial(of=name, permutation=permutation(table[:, places]), friedman=friedman(table[:, places]))
        for name, table in tables.items()
        if table is not None and len(table)
    )
