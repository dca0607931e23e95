"""How a score came about, in sentences: sums, orders, caps and scales."""

from collections.abc import Iterator
from itertools import chain

from grader.domain.criterion import LEVELS, ExactCriterion, LeveledCriterion
from grader.domain.record import GateOutcome, OrderReport, Score
from grader.domain.rubric import Rubric
from grader.reports.wording import counted, number, title_of
from grader.scoring import pairs_kept


def arithmetic(score: Score, rubric: Rubric | None) -> list[str]:
    """How the score came about, one sentence a step."""
    sentences = [
        *_forms(rubric),
        f"{_sum(score)} of {number(score.possible)} points = {_content(score)} of 100.",
    ]
    if rubric and score.order and rubric.order.weight and rubric.order.before:
        weight, required = rubric.order.weight, rubric.order.before
        kept = pairs_kept(rubric, score.order)
        share = number(100 * kept / len(required), 1)
        sentences.append(
            f"With the order of the steps worth {number(100 * weight)} of 100 and {kept} of {len(required)} "
            f"required pairs in order: {number(1 - weight)} × {_content(score)} + "
            f"{number(weight)} × {share} = {number(score.uncapped, 1)} of 100."
        )
    failed = [title_of(rubric, g.criterion) for g in score.gates if g.outcome is GateOutcome.FAILED]
    if failed:
        names = " and ".join(f"“{title}”" for title in failed)
        was = "was" if len(failed) == 1 else "were"
        if score.percent < score.uncapped:
            sentences.append(f"Capped at {number(score.percent, 1)} because {names} {was} not met.")
        else:
            sentences.append(f"{names} {was} not met; the cap for that is not below this score.")
    sentences.append(f"On the 1 to 5 scale: 1 + {number(score.percent, 1)} / 25 = {number(score.scale)}.")
    return sentences


def order_sentences(order: OrderReport, rubric: Rubric | None) -> list[str]:
    """How the steps of an outline stand, in sentences."""
    if not order.stated:
        return ["None of the expected steps is stated."]
    stated = ", ".join(title_of(rubric, c) for c in order.stated)
    turned = counted(order.pairs, "pair", "pairs")
    sentences = [f"Stated in this order: {stated}."]
    if order.pairs:
        sentences.append(f"{order.inversions} of {turned} of steps stand the other way round than expected.")
    sentences += [
        f"“{title_of(rubric, first)}” should come before “{title_of(rubric, second)}”, but comes after it."
        for first, second in order.broken
    ]
    if rubric and not rubric.order.weight:
        sentences.append("The order is reported and does not change the score.")
    return sentences


def _content(score: Score) -> str:
    return number(100 * score.points / score.possible, 1)


def _sum(score: Score) -> str:
    terms = [c.points for c in score.criteria if c.points]
    if not terms:
        return "0"
    first = number(terms[0])
    rest = chain.from_iterable(("+" if t > 0 else "−", number(abs(t))) for t in terms[1:])
    spelled = " ".join((first, *rest))
    total = sum(terms)
    if total < 0:
        return f"{spelled} = {number(total)}, counted as 0"
    return spelled if len(terms) == 1 else f"{spelled} = {number(score.points)}"


def _forms(rubric: Rubric | None) -> Iterator[str]:
    """How criteria other than those of a checklist earn their points."""
    criteria = rubric.criteria if rubric else ()
    if any(isinstance(c, LeveledCriterion) for c in criteria):
        yield f"Level 1 of {LEVELS} earns nothing; each further one earns a quarter of a criterion's points."
    if any(isinstance(c, ExactCriterion) for c in criteria):
        yield "What has an answer key earns all of its points or none: code compares the answer with the key."
