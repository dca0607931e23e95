"""What is told to the candidate about each answer, in plain words: what was looked for and what was found."""

from collections.abc import Iterator
from typing import NamedTuple

from grader.domain.criterion import LEVELS, AnyCriterion, ChecklistCriterion, ExactCriterion, LeveledCriterion
from grader.domain.rating import Rating, Verdict
from grader.domain.reasons import Reason
from grader.domain.record import State
from grader.domain.rubric import Rubric
from grader.domain.scorecard import ItemScore
from grader.evidence import quote
from grader.reports.carded import Carded
from grader.reports.checklist import anchor_of
from grader.reports.graded import Graded
from grader.scoring import credit

LOOKED = "A person looked at this point, and what that person decided counts."
_UNSCORED = {
    Reason.BLANK: "There is no text in this answer.",
    Reason.TOO_SHORT: "This answer is too short to say anything about it.",
    Reason.TOO_LONG: "This answer is longer than the program can read.",
}
_UNREAD = "The program could not read this answer. That is not held against you."
_ODD = (
    "A person looks at this answer: some of its text is hidden, or looks as if it were meant for the "
    "grader. That alone costs no points."
)
_FOUND = {
    Verdict.MET: "This was found in your answer.",
    Verdict.PARTLY: "A part of this was found in your answer.",
    Verdict.NOT_MET: "This was not found in your answer.",
    Verdict.CANNOT_ASSESS: "The program could not tell. A person has to look at this point.",
}


class Point(NamedTuple):
    """One criterion, as the candidate reads it."""

    title: str
    looked_for: str
    """"" where it would give an answer away."""
    found: str
    quotes: tuple[str, ...]
    following: str
    """What the next level asks; "" without one."""
    negative: bool


class Told(NamedTuple):
    """One task, as the candidate reads it."""

    item: ItemScore
    instructions: str
    why: str
    """Why there is nothing to tell; "" where there is."""
    points: tuple[Point, ...]
    note: str = ""
    """What a person looks at in the whole answer."""


def told(carded: Carded) -> list[Told]:
    """All tasks in order."""
    return [_task(item, carded) for item in carded.card.items]


def _task(item: ItemScore, carded: Carded) -> Told:
    found = carded.answers.get(item.task)
    if found is None:
        return Told(item, "", "You handed in no answer for this task.", ())
    instructions = found.rubric.instructions if found.rubric else ""
    if found.record.state is State.NOT_SCORED or found.rubric is None:
        why = _UNSCORED.get(found.record.reason, _UNREAD) if found.record.reason else _UNREAD
        return Told(item, instructions, why, ())
    note = _ODD if found.record.disguises or found.record.suspicions else ""
    return Told(item, instructions, "", tuple(_points(item, found, found.rubric, carded)), note)


def _points(item: ItemScore, found: Graded, rubric: Rubric, carded: Carded) -> Iterator[Point]:
    ratings = {rating.criterion: rating for rating in found.record.ratings}
    by_person = carded.decided.get(item.task, {})
    for criterion in rubric.criteria:
        rating = by_person.get(criterion.id) or ratings.get(criterion.id)
        if rating is None:
            continue
        told_of = criterion.id not in item.decided or criterion.id in by_person
        if criterion.negative and not (told_of and credit(criterion, rating)):
            continue
        yield _point(criterion, rating if told_of else None, found.text, rubric)


def _point(criterion: AnyCriterion, rating: Rating | None, text: str, rubric: Rubric) -> Point:
    """`rating`: None where a person decided otherwise than is known here."""
    missed = rating is not None and rating.verdict is Verdict.NOT_MET
    passages = tuple(quote(text, e) for e in rating.evidence) if rating and not missed else ()
    return Point(
        title=criterion.title,
        looked_for=_looked_for(criterion, rubric),
        found=_found(criterion, rating) if rating else LOOKED,
        quotes=passages,
        following=_following(criterion, rating) if rating else "",
        negative=criterion.negative,
    )


def _looked_for(criterion: AnyCriterion, rubric: Rubric) -> str:
    """What the criterion asks; nothing beside an answer key, as it could give the answer away."""
    asks = isinstance(criterion, ChecklistCriterion) and not criterion.negative and not rubric.exact
    return criterion.met if asks and isinstance(criterion, ChecklistCriterion) else ""


def _found(criterion: AnyCriterion, rating: Rating) -> str:
    if not rating.supported:
        return "No words of yours could be shown for this, so it did not count."
    if rating.verdict is Verdict.CANNOT_ASSESS:
        return _FOUND[rating.verdict]
    if isinstance(criterion, ExactCriterion):
        return "Your answer is right." if rating.verdict is Verdict.MET else "Your answer is not right."
    if anchor := anchor_of(rating.level, criterion):
        return f"Your answer was read like this: {anchor}"
    if criterion.negative:
        return "Your words were read in this way. If you meant something else, ask for a review and say what."
    return _FOUND[rating.verdict]


def _following(criterion: AnyCriterion, rating: Rating) -> str:
    if not isinstance(criterion, LeveledCriterion) or rating.level in (None, LEVELS):
        return ""
    return f"The next step up asks for this: {anchor_of((rating.level or 0) + 1, criterion)}"
