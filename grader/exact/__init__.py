"""Exact answers, graded without a model: numbers and letters against an answer key."""

from collections.abc import Sequence

from grader.domain.answer_key import AnswerKey, ChoiceKey
from grader.domain.rating import Evidence, Verdict
from grader.domain.submission import Segment
from grader.exact.choices import choice_answer
from grader.exact.deciding import Cued, number_answer

__all__ = ["Cued", "exact_answer"]


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
