"""How often the control chart raises a false alarm, and how soon it finds a planted shift. Simulated.

    python -m eval.drift_simulation > eval/results/drift.md

A judge has for each answer and criterion a probability of saying met. `spread` noise: every verdict may turn
out otherwise at the next asking; `few`: a few verdicts are open and the others never move. Either way a share
NOISE of verdicts differs between two askings. A shift starts after five sound batches.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import beta, norm, t

from grader.drift.chart import LIMIT, SLACK

Numbers = npt.NDArray[np.float64]
Shift = Literal["generous", "severe", "wrong"]

CRITERIA = 8
RIGHT = 0.85
"""Share of a judge's or person's verdicts that are the known ones."""
BATCHES = 20
SOUND = 5
"""Batches before a shift."""
WITHIN = 3
SERIES = 4000
COUNTS = (5, 10, 20)
SOUND_JUDGES = (
    (24, 0.0, True),
    *((24, noise, few) for noise in (0.02, 0.05, 0.10) for few in (True, False)),
    (100, 0.05, False),
)
"""Answers in the set, noise, and whether a few verdicts have all of it."""


class World(NamedTuple):
    """What is simulated."""

    checks: int
    """Check answers in a batch."""
    answers: int = 24
    """Answers in the set."""
    noise: float = 0.05
    few: bool = True
    shift: Shift | None = None
    size: float = 0.0
    """Share of the verdicts that the shift may turn that it does turn."""


class Asked(NamedTuple):
    """What a judge said; shape (series, batches, count) each."""

    picked: npt.NDArray[np.int64]
    agree: Numbers
    credit: Numbers
    first_agree: Numbers
    """At calibration; shape (series, answers)."""
    first_credit: Numbers


def judge(world: World, series: int, batches: int, seed: int) -> Asked:
    """A judge that is asked at calibration, and then in each batch about some of the answers again."""
    random = np.random.default_rng(seed)
    shape = (series, world.answers, CRITERIA)
    known = random.random(shape) < random.beta(2, 2, size=(series, world.answers, 1))
    usual = np.where(random.random(shape) < RIGHT, known, ~known)
    if world.few:
        # two askings differ with probability 2 q (1 - q), which is 0.44 on average for q in 0.2 to 0.8
        is_open = random.random(shape) < world.noise / 0.44
        met = np.where(is_open, random.uniform(0.2, 0.8, shape), usual)
    else:
        other = (1 - np.sqrt(1 - 2 * world.noise)) / 2
        met = np.where(usual, 1 - other, other)
    first = random.random(shape) < met
    rows = np.arange(series)[:, None]
    picked, agree, credit = [], [], []
    for batch in range(batches):
        chosen = np.argsort(random.random((series, world.answers)), axis=1)[:, : world.checks]
        now = random.random((series, chosen.shape[1], CRITERIA)) < met[rows, chosen]
        if world.shift and batch >= SOUND:
            now = _shifted(now, random.random(now.shape) < world.size, world.shift)
        picked.append(chosen)
        agree.append((now == known[rows, chosen]).sum(axis=2))
        credit.append(now.sum(axis=2))
    return Asked(
        np.stack(picked, axis=1),
        np.stack(agree, axis=1).astype(float),
        np.stack(credit, axis=1).astype(float),
        (first == known).sum(axis=2).astype(float),
        first.sum(axis=2).astype(float),
    )


def _shifted(
    said: npt.NDArray[np.bool_], turned: npt.NDArray[np.bool_], shift: Shift
) -> npt.NDArray[np.bool_]:
    if shift == "generous":
        return said | turned
    return said & ~turned if shift == "severe" else said ^ turned


def z_of_judge(asked: Asked) -> tuple[Numbers, Numbers]:
    """As `grader.drift.chart.of_judge`, of all series and batches at once."""
    return (
        _residuals(asked.picked, asked.agree, asked.first_agree),
        _residuals(asked.picked, asked.credit, asked.first_credit),
    )


def _residuals(picked: npt.NDArray[np.int64], said: Numbers, first: Numbers) -> Numbers:
    total, times = first.copy(), np.ones_like(first)
    rows = np.arange(len(first))[:, None]
    found = np.zeros(said.shape[:2])
    for batch in range(said.shape[1]):
        chosen, now = picked[:, batch], said[:, batch]
        n = times[rows, chosen]
        away = np.sqrt(n / (n + 1)) * (now - total[rows, chosen] / n)
        scale = np.sqrt((away**2).sum(axis=1))
        np.divide(away.sum(axis=1), scale, out=found[:, batch], where=scale > 0)
        total[rows, chosen] += now
        times[rows, chosen] += 1
    return found


def person(world: World, series: int, batches: int, seed: int) -> tuple[Numbers, Numbers]:
    """Agreement and mean difference of a person who meets every answer once; (series, batches, count)."""
    random = np.random.default_rng(seed)
    shape = (series, batches, world.checks, CRITERIA)
    known = random.random(shape) < random.beta(2, 2, size=(*shape[:3], 1))
    # answers differ in how hard they are
    right = random.beta(8 * RIGHT, 8 * (1 - RIGHT), size=(*shape[:3], 1))
    said = np.where(random.random(shape) < right, known, ~known)
    if world.shift:
        turned = random.random(shape) < world.size
        turned[:, :SOUND] = False
        said = _shifted(said, turned, world.shift)
    return (said == known).mean(axis=3), (said.astype(float) - known).mean(axis=3)


def z_of_person(values: Numbers) -> Numbers:
    """As `grader.drift.chart.of_person`, of all series and batches at once."""
    series, batches, count = values.shape
    found = np.zeros((series, batches))
    for batch in range(1, batches):
        now, before = values[:, batch], values[:, :batch].reshape(series, -1)
        free = now.shape[1] + before.shape[1] - 2
        squares = now.var(axis=1) * now.shape[1] + before.var(axis=1) * before.shape[1]
        error = np.sqrt(squares / free * (1 / now.shape[1] + 1 / before.shape[1]))
        difference = now.mean(axis=1) - before.mean(axis=1)
        steps = np.divide(difference, error, out=np.zeros(series), where=error > 0)
        z = np.sign(steps) * norm.isf(t.sf(np.abs(steps), free))
        found[:, batch] = np.where(error > 0, z, np.sign(difference) * np.sqrt(count))
    return found


def first_alarm(z_agreement: Numbers, z_mean: Numbers, start: int = 0) -> npt.NDArray[np.int64]:
    """The batch of the first alarm from `start` on, whichever sum passes the limit; -1: none.

    Series with an alarm before `start` are left out: they would have been stopped.
    """
    series, batches = z_agreement.shape
    found = np.full(series, -1)
    sums = np.zeros((3, series))
    for batch in range(batches):
        steps = np.stack([-z_agreement[:, batch], z_mean[:, batch], -z_mean[:, batch]])
        sums = np.maximum(0, sums + steps - SLACK)
        over = (sums > LIMIT).any(axis=0) & (found < 0)
        found[over] = batch
    return found[(found < 0) | (found >= start)]


class Rate(NamedTuple):
    """A share with its exact (Clopper-Pearson) 95% interval."""

    times: int
    of: int

    @property
    def words(self) -> str:
        """In percent."""
        low = beta.ppf(0.025, self.times, self.of - self.times + 1) if self.times else 0.0
        high = beta.ppf(0.975, self.times + 1, self.of - self.times) if self.times < self.of else 1.0
        return f"{100 * self.times / self.of:.1f}% [{100 * low:.1f}, {100 * high:.1f}]"


def false_alarms(world: World, *, of_person: bool = False, series: int = SERIES, seed: int = 1) -> Rate:
    """Series of BATCHES sound batches with an alarm in any of them."""
    found = first_alarm(*_z(world, of_person, series, BATCHES, seed))
    return Rate(int((found >= 0).sum()), len(found))


def found_within(
    world: World, *, of_person: bool = False, series: int = SERIES, seed: int = 2, within: int = WITHIN
) -> Rate:
    """Series with an alarm in the first `within` batches of the shift."""
    found = first_alarm(*_z(world, of_person, series, SOUND + within, seed), start=SOUND)
    return Rate(int((found >= SOUND).sum()), len(found))


def _z(world: World, of_person: bool, series: int, batches: int, seed: int) -> tuple[Numbers, Numbers]:
    if of_person:
        agreement, difference = person(world, series, batches, seed)
        return z_of_person(agreement), z_of_person(difference)
    return z_of_judge(judge(world, series, batches, seed))


SHIFTS: Sequence[tuple[Shift, float, str]] = (
    ("generous", 0.1, "10% of what was not met is called met"),
    ("generous", 0.2, "20% of what was not met is called met"),
    ("generous", 0.3, "30% of what was not met is called met"),
    ("severe", 0.2, "20% of what was met is called not met"),
    ("wrong", 0.1, "10% of the verdicts are turned round"),
    ("wrong", 0.2, "20% of the verdicts are turned round"),
)


def main() -> None:
    """Print the page."""
    print("# Drift: false alarms, and how soon a planted shift is found\n")
    print("Simulated, made by `python -m eval.drift_simulation`; every figure with its exact 95% interval.")
    print(f"{SERIES:,} series each, {CRITERIA} criteria an answer, {RIGHT:.0%} of verdicts right. The chart")
    print(f"alarms where a cumulative sum of z less {SLACK} passes {LIMIT}: agreement fell, verdicts more")
    print("generous, or more severe.\n")
    print(f"## Judges: series of {BATCHES} sound batches with a false alarm\n")
    print("| set | verdicts that differ between two askings |", *(f"{k} checks a batch |" for k in COUNTS))
    print("|---|---|" + "---|" * len(COUNTS))
    for answers, noise, few in SOUND_JUDGES:
        kind = f"{noise:.0%}{', a few' if few else ', spread'}" if noise else "0%"
        rates = [false_alarms(World(k, answers, noise, few)) for k in COUNTS]
        print(f"| {answers} answers | {kind} |", *(f"{rate.words} |" for rate in rates), flush=True)
    print(f"\n## Judges: shifts found within {WITHIN} batches\n")
    print(f"A set of 24 answers; 5% of verdicts differ between two askings; {SOUND} sound batches before.\n")
    _found(of_person=False)
    print(f"\n## People: series of {BATCHES} sound batches with a false alarm\n")
    print("The first batch is what the later ones are compared with.\n")
    print("|", *(f"{k} checks a batch |" for k in COUNTS))
    print("|" + "---|" * len(COUNTS))
    rates = [false_alarms(World(k), of_person=True) for k in COUNTS]
    print("|", *(f"{rate.words} |" for rate in rates))
    print(f"\n## People: shifts found within {WITHIN} batches\n")
    _found(of_person=True)


def _found(*, of_person: bool) -> None:
    print("| shift |", *(f"{k} checks a batch |" for k in COUNTS))
    print("|---|" + "---|" * len(COUNTS))
    for shift, size, words in SHIFTS:
        rates = [found_within(World(k, shift=shift, size=size), of_person=of_person) for k in COUNTS]
        print(f"| {words} |", *(f"{rate.words} |" for rate in rates), flush=True)


if __name__ == "__main__":
    main()
