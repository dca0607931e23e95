"""Small rubrics, ratings and odd texts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from hypothesis import strategies as st

from grader.domain.criterion import LEVELS, ChecklistCriterion, Criterion, ExactCriterion, LeveledCriterion
from grader.domain.rating import Evidence, Rating, Verdict
from grader.domain.record import GradeRecord
from grader.domain.rubric import Rubric

ODD = [
    *"\ud800\udfff\u0301\u200b\u200d\u200c\u202e\u2066\u2028\u2029\x00\x85\n\r\t\x0b\x0c\x1c\x1f\x7f\xa0\u3000",
    *"\ufeff\u00ad\ufe0f\ufe01\U000e0041\U000e0101\ue000\uf0b7\U0001f469\U0001f3fd❤ℹאש日éßıарαＡ𝐛ﬁ²½µ™•–“”’…",
    *' .!?:,;()<>*#|-$\\"',
    *("\r\n", "1.", "2)", "a)", "Dr.", "e.g.", "Step", "approx."),
]
"""Pieces that trip up code which handles text."""


def odd_texts(max_size: int = 40) -> st.SearchStrategy[str]:
    """Texts of odd pieces, words and any characters at all, lone surrogates too."""
    piece = st.one_of(st.sampled_from(ODD), st.sampled_from(["Call", "her ", "pay"]), st.characters())
    return st.lists(piece, max_size=max_size).map("".join)


def criterion(id: str, **fields: Any) -> ChecklistCriterion:
    """A criterion of 1 point."""
    return ChecklistCriterion.model_validate(
        {
            "id": id,
            "title": f"Title of {id}",
            "points": 1,
            "met": f"What is met: {id}.",
            "not_met": f"What is not met: {id}.",
            "borderline": f"What is borderline: {id}.",
            "questions": [f"Does the answer do {id}?"],
            **fields,
        }
    )


def leveled(id: str, **fields: Any) -> LeveledCriterion:
    """A criterion with levels, of weight 1."""
    levels = [
        {
            "level": level,
            "text": f"What level {level} looks like: {id}.",
            "questions": [f"Does {id} reach level {level}?"] if level > 1 else [],
        }
        for level in range(1, LEVELS + 1)
    ]
    return LeveledCriterion.model_validate(
        {"id": id, "title": f"Title of {id}", "points": 1, "levels": levels, **fields}
    )


def exact(id: str, **fields: Any) -> ExactCriterion:
    """A criterion of 1 point whose answer is 10 percent."""
    answer = {"number": 10, "unit": "percent"}
    return ExactCriterion.model_validate(
        {"id": id, "title": f"Title of {id}", "points": 1, "answer": answer, **fields}
    )


def rubric(*criteria: Criterion, **fields: Any) -> Rubric:
    """A rubric of these criteria; an outline if one of them has a step."""
    outline = any(c.step for c in criteria)
    return Rubric.model_validate(
        {
            "task": "vendor_email",
            "title": "A small task",
            "kind": "step_outline" if outline else "written_response",
            "section": "soft_skills",
            "instructions": "Write to the vendor about what is wrong with the order.",
            "criteria": criteria or (criterion("a"), criterion("b")),
            **fields,
        }
    )


def rating(criterion_id: str, verdict: str | Verdict, *at: int, **fields: Any) -> Rating:
    """A rating with evidence that starts at each offset `at`."""
    evidence = tuple(Evidence(segment=n + 1, start=n, end=n + 1) for n in at)
    return Rating.model_validate(
        {"rater": "r", "criterion": criterion_id, "verdict": verdict, "evidence": evidence, **fields}
    )


class Notebook:
    """A ledger that knows no answers and keeps nothing."""

    def keep_text(self, *args: object) -> None:
        pass

    @asynccontextmanager
    async def asking(self, request_digest: str, *, wait: bool) -> AsyncIterator[None]:
        yield None

    async def append_completion(self, *args: object) -> None:
        pass

    async def append_record(self, run: str, position: int, record: GradeRecord) -> None:
        pass
