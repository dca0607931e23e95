"""What `grader fairness` finds in candidates that are drawn by chance: how often it sees an impact that is
there, how often one that is not, and whether its intervals hold what they should. Also draws the example.

    python -m eval.fairness table      writes eval/results/fairness.md
    python -m eval.fairness example    writes examples/fairness/
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from grader.fairness import rates
from grader.fairness.impact import compare, finding
from grader.fairness.rates import Count
from grader.fairness.report import Finding

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "fairness"
TABLE = ROOT / "eval" / "results" / "fairness.md"
DRAWS = 2000
SIZES = (15, 30, 60, 120, 250)
RATES = (
    ("no impact", 0.6, 0.6),
    ("ratio 0.9", 0.6, 0.54),
    ("ratio 0.65", 0.6, 0.39),
    ("ratio 0.5", 0.6, 0.3),
)
_SEX = (("female", 0.49), ("male", 0.47), ("nonbinary", 0.02), ("", 0.02))
_RACE = (
    ("White", 0.46),
    ("Black or African American", 0.2),
    ("Hispanic or Latino", 0.18),
    ("Asian", 0.1),
    ("Two or more races", 0.03),
    ("", 0.03),
)


class Line(NamedTuple):
    """What was found of one impact in groups of one size, as shares of the draws."""

    name: str
    n: int
    below: float
    below_and_significant: float
    significant: float
    held: float
    """Intervals of the ratio of the second group over the first that hold the real one."""


def lines() -> Iterable[Line]:
    """One line for each impact and size, seeded."""
    random = np.random.default_rng(20261122)
    for name, p, q in RATES:
        for n in SIZES:
            drawn = Counter(map(tuple, random.binomial(n, [[p, q]] * DRAWS).tolist()))
            found: Counter[Finding] = Counter()
            held = compared = 0
            for (one, other), times in drawn.items():
                first, second = Count(one, n), Count(other, n)
                if first.selected:
                    ratio = rates.ratio(second, first)
                    low, high = ratio.low or 0.0, ratio.high or 0.0
                    compared += times
                    held += times * (low <= q / p <= high)
                best, worst = (first, second) if one >= other else (second, first)
                if best.selected:
                    found[finding(compare(worst, best))] += times
            share = {what: found[what] / DRAWS for what in Finding}
            both = share[Finding.BELOW_AND_SIGNIFICANT]
            yield Line(
                name,
                n,
                share[Finding.BELOW] + both,
                both,
                share[Finding.SIGNIFICANT] + both,
                held / compared,
            )


def table(found: Sequence[Line]) -> str:
    """The lines as Markdown."""
    head = (
        "# What `grader fairness` finds in drawn candidates\n\n"
        f"Two groups of n candidates each; the first gets through at a rate of 0.6. {DRAWS:,} draws a line,"
        f" seeded; a share of 50% has a standard error of {50 / DRAWS**0.5:.1f} points."
        " Made by `python -m eval.fairness table`.\n\n"
        "| drawn with | n of each | below four-fifths | below and significant | significant |"
        " interval of the ratio holds it |\n|---|---|---|---|---|---|\n"
    )
    rows = [
        f"| {one.name} | {one.n} | {one.below:.1%} | {one.below_and_significant:.1%} |"
        f" {one.significant:.1%} | {one.held:.1%} |\n"
        for one in found
    ]
    return head + "".join(rows)


def example() -> None:
    """240 invented candidates: alike in score, but fewer of one group pass a gate."""
    random = np.random.default_rng(7)
    EXAMPLE.mkdir(parents=True, exist_ok=True)
    with (
        (EXAMPLE / "outcomes.csv").open("w", encoding="utf-8", newline="") as outcomes,
        (EXAMPLE / "groups.csv").open("w", encoding="utf-8", newline="") as groups,
    ):
        out, who = csv.writer(outcomes, lineterminator="\n"), csv.writer(groups, lineterminator="\n")
        out.writerow(("candidate", "total", "human_total", "gate_compliance", "decision"))
        who.writerow(("candidate", "sex", "race_ethnicity"))
        for place in range(1, 241):
            sex, race = (str(random.choice([w for w, _ in of], p=[p for _, p in of])) for of in (_SEX, _RACE))
            total = float(np.clip(random.normal(68, 13), 5, 100))
            human = 5 * round(float(np.clip(total + random.normal(0, 6), 0, 100)) / 5)
            passed = random.random() < (0.58 if sex == "female" else 0.86)
            if not passed:
                decision = "decline"
            elif total >= 72:
                decision = "advance"
            else:
                decision = "hold" if total >= 64 else "decline"
            name = f"K{place:03}"
            out.writerow((name, f"{total:.2f}", human, "passed" if passed else "failed", decision))
            who.writerow((name, sex, race))


if __name__ == "__main__":
    if sys.argv[1:] == ["table"]:
        TABLE.write_text(table(list(lines())), encoding="utf-8")
    elif sys.argv[1:] == ["example"]:
        example()
    else:
        sys.exit(__doc__)
