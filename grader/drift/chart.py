"""The control chart: standardized differences of a batch, and cumulative sums of them with a limit.

CUSUM (Page 1954) on self-starting residuals (Hawkins 1987): what a rater says of an answer is taken from the
mean of what it said before, so that no spread has to be known beforehand. SLACK and LIMIT were chosen by
simulation (eval/drift_simulation.py), so that about one of a hundred series of 20 batches by a sound judge or
fewer, has a false alarm.
"""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from scipy.stats import norm, t

from grader.domain.drift import CheckedAnswer, Sums, Tally

SLACK = 1.25
"""Standard errors by which a batch may lie off without adding to a sum."""
LIMIT = 2.7
"""A sum above this is an alarm."""
MEANINGS = {
    "agreement_fell": "agreement with the known verdicts fell",
    "more_generous": "verdicts became more generous",
    "more_severe": "verdicts became more severe",
}


def of_judge(answers: Sequence[CheckedAnswer], earlier: Sequence[CheckedAnswer]) -> tuple[float, float]:
    """z of agreement and of credit: each answer beside the mean of its earlier askings, the first included.

    z = sum(s) / sqrt(sum(s^2)), s = sqrt(n / (n + 1)) (now - mean of n earlier ones). Where nothing changed,
    0. It needs no spread: an answer's s is as likely to be up as down while the judge is the same.
    """
    history: dict[str, list[Tally]] = {}
    for answer in earlier:
        history.setdefault(answer.response, []).append(answer.now)
    agree, credit = [], []
    for answer in answers:
        if answer.before is None:
            raise ValueError("a judge's check answer has an asking before")
        seen = [answer.before, *history.get(answer.response, ())]
        weight = sqrt(len(seen) / (len(seen) + 1))
        agree.append(weight * (answer.now.agree - sum(tally.agree for tally in seen) / len(seen)))
        credit.append(weight * (answer.now.credit - sum(tally.credit for tally in seen) / len(seen)))
    return _of_signs(agree), _of_signs(credit)


def _of_signs(differences: Sequence[float]) -> float:
    scale = sqrt(sum(d * d for d in differences))
    return sum(differences) / scale if scale else 0.0


def of_person(answers: Sequence[CheckedAnswer], earlier: Sequence[CheckedAnswer]) -> tuple[float, float]:
    """z of agreement and of credit beside the known ones: the batch's answers against all earlier ones.

    Two-sample t with pooled variance, turned into z by its probability. 0 for the first batch, and where
    there are too few answers to tell.
    """
    agreement = [[a.now.agree / a.decisions for a in part] for part in (answers, earlier)]
    credit = [[(a.now.credit - a.known) / a.decisions for a in part] for part in (answers, earlier)]
    return _of_means(*agreement), _of_means(*credit)


def _of_means(now: Sequence[float], before: Sequence[float]) -> float:
    free = len(now) + len(before) - 2
    if free < 1 or not now or not before:
        return 0.0
    squares = sum(float(np.var(part)) * len(part) for part in (now, before))
    difference = float(np.mean(now) - np.mean(before))
    if squares == 0:
        return float(np.sign(difference)) * sqrt(len(now))
    found = difference / sqrt(squares / free * (1 / len(now) + 1 / len(before)))
    return float(np.sign(found) * norm.isf(t.sf(abs(found), free)))


def added(sums: Sums, z_agreement: float, z_mean: float) -> Sums:
    """The sums with one more batch."""
    return Sums(
        agreement_fell=max(0.0, sums.agreement_fell - z_agreement - SLACK),
        more_generous=max(0.0, sums.more_generous + z_mean - SLACK),
        more_severe=max(0.0, sums.more_severe - z_mean - SLACK),
    )


def alarms(sums: Sums) -> tuple[str, ...]:
    """What passed the limit, in words."""
    return tuple(words for name, words in MEANINGS.items() if getattr(sums, name) > LIMIT)
