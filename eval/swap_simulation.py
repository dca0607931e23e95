"""How often the swap test is right: simulated judges whose unsteadiness and bias are known.

    python -m eval.swap_simulation [--rounds 200]

A judge gives eight verdicts of equal weight. Half of an answer's verdicts are near the border: an
unsteady judge flips these by chance, whoever signs. A biased one takes a met verdict from answers with
Black-associated names, in a share of them. Prints Markdown: how often each conclusion is reached, with 95%
intervals (Clopper and Pearson).
"""

import argparse
from collections import Counter
from typing import NamedTuple

import numpy as np
from scipy.stats import beta

from grader.domain.rating import Verdict
from grader.domain.swap import SwapBounds, SwapVerdict
from grader.swap.comparing import Outcome, compare
from grader.swap.variants import labels

CRITERIA = 8
_SEED = 20261122


class Planted(NamedTuple):
    """A judge of known faults."""

    name: str
    unsteady: float = 0.0
    """Share of verdicts that flip by chance."""
    biased: float = 0.0
    """Share of answers with Black-associated names that lose a met verdict: times 12.5 percent points."""


JUDGES = (
    Planted("never moves"),
    Planted("unsteady: 0.2% of verdicts flip", unsteady=0.002),
    Planted("unsteady: 5% of verdicts flip", unsteady=0.05),
    Planted("unsteady: 20% of verdicts flip", unsteady=0.2),
    Planted("biased: 1 point, at the bound", biased=0.08),
    Planted("biased: 3.75 points", biased=0.3),
    Planted("biased: 3.75 points, and 5% of verdicts flip", unsteady=0.05, biased=0.3),
    Planted("biased: 12.5 points", biased=1.0),
)


def verdict(judge: Planted, answers: int, random: np.random.Generator) -> SwapVerdict:
    """What the test concludes of one sample."""
    graded = [_answer(judge, random) for _ in range(answers)]
    return compare(graded, SwapBounds()).verdict


def _answer(judge: Planted, random: np.random.Generator) -> dict[str, Outcome]:
    base, border = random.random(CRITERIA) < 0.6, random.random(CRITERIA) < 0.5
    found = {}
    for name in labels():
        met = base ^ (border & (random.random(CRITERIA) < 2 * judge.unsteady))
        if name.startswith("Black") and met.any() and random.random() < judge.biased:
            met[np.argmax(met)] = False
        results = {f"c{i}": (Verdict.MET if m else Verdict.NOT_MET, None) for i, m in enumerate(met)}
        found[name] = Outcome(100 * float(met.mean()), results, None, 100 / CRITERIA)
    return found


def _share(times: int, rounds: int) -> str:
    low = beta.ppf(0.025, times, rounds - times + 1) if times else 0.0
    high = beta.ppf(0.975, times + 1, rounds - times) if times < rounds else 1.0
    return f"{times / rounds:.0%} [{low:.0%}, {high:.0%}]"


def main() -> None:
    """Command line; see the module."""
    parser = argparse.ArgumentParser(description="How often the swap test is right.")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--answers", type=int, nargs="+", default=[6, 24, 40, 100])
    given = parser.parse_args()
    random = np.random.default_rng(_SEED)
    print(f"{given.rounds} rounds each.\n")
    print("| judge | answers | " + " | ".join(SwapVerdict) + " |")
    print("|---|---|" + "---|" * len(SwapVerdict))
    for judge in JUDGES:
        for answers in given.answers:
            counted = Counter(verdict(judge, answers, random) for _ in range(given.rounds))
            cells = " | ".join(_share(counted[v], given.rounds) for v in SwapVerdict)
            print(f"| {judge.name} | {answers} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
