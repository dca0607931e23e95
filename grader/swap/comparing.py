"""Compares the scores of variants with those of their base, and says what that shows."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.calibration.abstention import design_effects, lower_bounds
from grader.domain.rating import Rating, Verdict
from grader.domain.rubric import Rubric
from grader.domain.swap import Found, SwapBounds, SwapKind, SwapRow, SwapTest, SwapTrial
from grader.scoring import score
from grader.swap.intervals import mean_interval
from grader.swap.judging import conclusion
from grader.swap.trials import friedman, permutation
from grader.swap.variants import BASE, CONTROLLED, CUES, SECOND, groups, labels

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
    """The test of all answers, each with its outcomes by variant label; a label without a score may be missing."""
    scored = [{name: o for name, o in answer.items() if o.percent is not None} for answer in outcomes]
    based = [answer for answer in scored if BASE in answer]
    whole = _table([answer for answer in based if all(name in answer for name in labels())])
    rows = [_row(kind, name, whole, plus, minus) for kind, name, plus, minus in _comparisons()]
    rows = [
        row.model_copy(update={"unscored": sum(row.label not in answer for answer in based)})
        if row.kind is not SwapKind.CONTRAST
        else row
        for row in rows
    ]
    noise = _row(SwapKind.CONTRAST, "between neutral sign-offs", whole, [SECOND], [BASE])
    others = [name for name in labels() if name not in {BASE, SECOND, CONTROLLED}]
    flips, noise_flips = _flips(whole, others), _flips(whole, [SECOND])
    verdict, reasons = conclusion(
        rows, _strictly(whole, len(rows)), flips, noise_flips, bounds, len(whole.percents)
    )
    return SwapTest(
        verdict=verdict,
        reasons=reasons,
        bounds=bounds,
        answers=len(whole.percents),
        left_out=len(based) - len(whole.percents),
        unscored_bases=len(scored) - len(based),
        variants=len(labels()),
        rows=tuple(rows),
        noise=noise,
        flips=flips,
        noise_flips=noise_flips,
        trials=_trials(whole),
    )


def _comparisons() -> list[tuple[SwapKind, str, list[str], list[str]]]:
    """Kind, label, and the variants whose means are set against each other."""
    known = groups()
    rows = [(SwapKind.NAME, group.label, [group.label], [BASE]) for group in known]

    def of(race: str = "", sex: str = "") -> list[str]:
        return [g.label for g in known if race in ("", g.race) and sex in ("", g.sex)]

    races = list(dict.fromkeys(group.race for group in known))
    rows.append((SwapKind.CONTRAST, "women less men", of(sex="women"), of(sex="men")))
    rows += [
        (SwapKind.CONTRAST, f"{race} less {races[0]}", of(race=race), of(race=races[0])) for race in races[1:]
    ]
    return rows + [(SwapKind.CUE, cue, [cue], [CONTROLLED]) for cue in CUES]


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


def _paired(table: Floats, plus: Sequence[str], minus: Sequence[str]) -> Floats:
    names = labels()
    return np.asarray(
        table[:, [names.index(name) for name in plus]].mean(axis=1)
        - table[:, [names.index(name) for name in minus]].mean(axis=1)
    )


def _found(differences: Floats, level: float, step: float) -> Found:
    n = len(differences)
    if n < 2:
        value = float(differences[0]) if n else None
        return Found(value=value, n=n, reason="an interval needs two answers or more")
    low, high = mean_interval(differences, level, step)
    return Found(value=float(differences.mean()), low=low, high=high, n=n)


def _row(kind: SwapKind, label: str, whole: _Answers, plus: Sequence[str], minus: Sequence[str]) -> SwapRow:
    differences = _paired(whole.percents, plus, minus)
    sure = None
    if whole.probabilities is not None:
        sure = _found(_paired(whole.probabilities, plus, minus), LEVEL, 0.0)
    return SwapRow(
        kind=kind,
        label=label,
        shift=_found(differences, LEVEL, whole.step),
        sd=float(differences.std(ddof=1)) if len(differences) > 1 else 0.0,
        largest=float(max(differences, key=abs, default=0.0)),
        probability=sure,
    )


def _strictly(whole: _Answers, count: int) -> list[Found]:
    """The shifts of all rows with intervals that hold for all of them together (Bonferroni)."""
    level = 1 - (1 - LEVEL) / count
    return [
        _found(_paired(whole.percents, plus, minus), level, whole.step)
        for _, _, plus, minus in _comparisons()
    ]


def _flips(whole: _Answers, names: Sequence[str]) -> Found:
    """Share of verdicts that differ, with an exact interval on the effective number of verdicts."""
    places = [labels().index(name) for name in names]
    changed = whole.differing[:, places].sum(axis=1)
    asked = whole.verdicts * len(places)
    n, flips = float(asked.sum()), float(changed.sum())
    if not n:
        return Found(value=None, n=0, reason="no answer has a score in every variant")
    effect = design_effects(asked[None], changed[None])
    sides = lower_bounds(np.array([flips, n - flips]), np.array([n, n]), np.repeat(effect, 2), (1 + LEVEL) / 2)
    return Found(value=flips / n, low=float(sides[0]), high=float(1 - sides[1]), n=round(n))


def _trials(whole: _Answers) -> tuple[SwapTrial, ...]:
    places = [labels().index(group.label) for group in groups()]
    tables = {"scores": whole.percents, "probabilities": whole.probabilities}
    return tuple(
        SwapTrial(of=name, permutation=permutation(table[:, places]), friedman=friedman(table[:, places]))
        for name, table in tables.items()
        if table is not None and len(table)
    )
