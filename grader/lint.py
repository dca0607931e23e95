"""Lints a rubric that is well-formed: what a reviewer would send back. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from grader.domain.criterion import ChecklistCriterion, Criterion, LeveledCriterion
from grader.domain.rubric import Rubric
from grader.unscoreable import unscoreable

_MAX_QUESTION_WORDS = 30
_NEGATIONS = frozenset({"not", "never", "no", "without", "cannot", "n't"})
_WORD = re.compile(r"n't\b|[^\W_]+?(?=n't\b)|[^\W_]+(?:[-'][^\W_]+)*")

Place = tuple[str | int, ...]


class Finding(NamedTuple):
    """One weakness, where it stands, and what to do."""

    place: Place
    """Path to the field in the file, such as ("criteria", 2, "met")."""
    message: str
    remedy: str


def lint(rubric: Rubric) -> list[Finding]:
    """Everything a reviewer would send back: what must not be scored first, then in the order of the file."""
    findings = [*refusals(rubric), *_whole(rubric)]
    for index, criterion in enumerate(rubric.criteria):
        findings += _criterion(index, criterion)
    return findings


def refusals(rubric: Rubric) -> list[Finding]:
    """Findings with which nothing may be graded: protected matters, or what the answer cannot show."""
    return [
        Finding(("criteria", index, *place), f'{criterion.id}: "{words}" - {matter.why}', matter.remedy)
        for index, criterion in enumerate(rubric.criteria)
        for place, text in texts_of(criterion)
        for matter, words in unscoreable(text)
    ]


def texts_of(criterion: Criterion) -> Iterator[tuple[Place, str]]:
    """Every text of a criterion of any form, with its path within the criterion; all but the id."""
    return _texts(criterion.model_dump(exclude={"id"}), ())


def _texts(node: object, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(node, str):
        yield place, node
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from _texts(value, (*place, name))
    elif isinstance(node, list | tuple):
        for number, value in enumerate(node):
            yield from _texts(value, (*place, number))


def _whole(rubric: Rubric) -> list[Finding]:
    findings = []
    if rubric.words.min >= rubric.words.max:
        findings.append(Finding(("words",), "words: min is not below max.", "Lower min or raise max."))
    if rubric.kind == "step_outline" and not any(c.step for c in rubric.criteria):
        findings.append(
            Finding(("criteria",), "No criterion of this outline has a step.", "Number the steps from 1.")
        )
    if rubric.order.weight and not rubric.order.before:
        remedy = "Name pairs under `before`, or set the weight to 0."
        findings.append(Finding(("order", "weight"), "order: a weight, but no pairs that it counts.", remedy))
    steps = {c.id for c in rubric.criteria if c.step is not None}
    for index, pair in enumerate(rubric.order.before):
        if unnumbered := [name for name in pair if name not in steps]:
            message = f"order: {unnumbered[0]} has no step, so that this pair can never be kept."
            findings.append(Finding(("order", "before", index), message, "Give it a step, or drop the pair."))
    titles = Counter(c.title.casefold() for c in rubric.criteria)
    for index, criterion in enumerate(rubric.criteria):
        if titles[criterion.title.casefold()] > 1:
            message = f"{criterion.id}: the title {criterion.title!r} stands twice."
            findings.append(Finding(("criteria", index, "title"), message, "Give each its own title."))
    return findings


def _criterion(index: int, criterion: Criterion) -> list[Finding]:
    findings = []
    if isinstance(criterion, ChecklistCriterion):
        findings += _checklist(index, criterion)
    if isinstance(criterion, LeveledCriterion):
        for place, level in enumerate(criterion.levels):
            findings += _questions(criterion.id, ("criteria", index, "levels", place), level.questions)
    return findings


def _checklist(index: int, criterion: ChecklistCriterion) -> list[Finding]:
    findings = []
    texts = (criterion.met.casefold(), criterion.not_met.casefold(), criterion.borderline.casefold())
    if len(set(texts)) < len(texts):
        message = f"{criterion.id}: met, not_met and borderline are not three different texts."
        findings.append(Finding(("criteria", index, "met"), message, "Say what tells one from the other."))
    if criterion.negative and criterion.step is not None:
        message = f"{criterion.id}: a negative criterion has a step."
        findings.append(Finding(("criteria", index, "step"), message, "Take the step out."))
    return findings + list(_questions(criterion.id, ("criteria", index), criterion.questions))


def _questions(criterion: str, inside: Place, questions: Sequence[str]) -> Iterator[Finding]:
    """Findings on plain yes/no questions; `inside`: path to what holds them."""
    if len(set(questions)) < len(questions):
        message = f"{criterion}: a question stands twice."
        yield Finding((*inside, "questions"), message, "Word the second differently.")
    for number, question in enumerate(questions):
        words = _WORD.findall(question.casefold().replace("’", "'"))
        place = (*inside, "questions", number)
        if len(words) > _MAX_QUESTION_WORDS:
            message = f"{criterion}: a question of {len(words)} words."
            yield Finding(place, message, f"Stay within {_MAX_QUESTION_WORDS}.")
        if found := _NEGATIONS & set(words):
            message = f"{criterion}: a question with {sorted(found)[0]!r}, so that yes is hard to read."
            yield Finding(place, message, "Ask for what is there.")
