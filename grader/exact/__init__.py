"""Exact answers, graded without a model: numbers and letters against an answer key."""

from collections.abc import Sequence

from grader.domain.answer_key import AnswerKey, ChoiceKey, NumberKey
from grader.domain.criterion import ExactCriterion
from grader.domain.rating import Evidence, Rating, Verdict
from grader.domain.rubric import Rubric
from grader.domain.submission import Segment
from grader.exact.choices import choice_answer
from grader.exact.deciding import Cued, number_answer

__all__ = ["Cued", "exact_answer", "exact_ratings"]

RATER = "answer key"
"""Who gave a rating that was read from the text."""


def exact_answer(
    text: str,
    segments: Sequence[Segment],
    key: AnswerKey,
    *,
    cues: Sequence[str] = (),
    others: Sequence[Cued] = (),
) -> tuple[Verdict, tuple[Evidence, ...], str]:
    """The verdict, the segments with what was read, and the reason in one sentence; never `partly`.

    `cues`: words that go with this number in an answer; `others`: keys and cues of the same rubric's other
    numbers. `cannot_assess` where the text can be read in two ways: a person decides.
    """
    if isinstance(key, ChoiceKey):
        return choice_answer(text, segments, key)
    return number_answer(text, segments, (key, cues), others)


def exact_ratings(rubric: Rubric, text: str, segments: Sequence[Segment]) -> tuple[Rating, ...]:
    """The ratings of a rubric's exact criteria, in its order."""
    return tuple(_rating(criterion, rubric.exact, text, segments) for criterion in rubric.exact)


def _rating(
    criterion: ExactCriterion, all_exact: Sequence[ExactCriterion], text: str, segments: Sequence[Segment]
) -> Rating:
    others = [(c.answer, c.cues) for c in all_exact if c is not criterion and isinstance(c.answer, NumberKey)]
    verdict, evidence, reason = exact_answer(
        text, segments, criterion.answer, cues=criterion.cues, others=others
    )
    return Rating(rater=RATER, criterion=criterion.id, verdict=verdict, evidence=evidence, reason=reason)
