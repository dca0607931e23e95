"""The stages of an assessment, from candidates' scorecards and the decisions on them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from grader.domain.hiring import Choice
from grader.domain.rating import Rating, Verdict
from grader.domain.rubric import Rubric
from grader.domain.scorecard import GateState, Recommendation, Scorecard
from grader.fairness.outcomes import Level, Stage
from grader.scoring import credit

_GATES = {GateState.PASSED: 1.0, GateState.FAILED: 0.0}
"""In doubt or unknown: no outcome yet."""
_CHOICES = {Choice.ADVANCE: 1.0, Choice.DECLINE: 0.0}
"""On hold: no outcome yet."""


class Examined(NamedTuple):
    """One candidate."""

    card: Scorecard
    ratings: Mapping[str, tuple[Rubric, Mapping[str, Rating]]]
    """By task, the rubric and the ratings that count."""
    choice: Choice | None
    """The last decision."""


def stages(everybody: Sequence[Examined]) -> tuple[Stage, ...]:
    """Total, parts, sections, gates, red flags, recommendation, decision; then tasks and their criteria."""
    if not everybody:
        return ()
    first = everybody[0].card
    found = [_stage("total", "Total", Level.TOTAL, everybody, lambda one: one.card.total.percent)]
    for part in first.parts:
        found.append(_stage(part.id, part.title, Level.PART, everybody, _part(part.id)))
        if len(part.sections) > 1:
            found += [_stage(s.id, s.title, Level.SECTION, everybody, _section(s.id)) for s in part.sections]
    found += [_stage(g.id, f"Gate: {g.title}", Level.GATE, everybody, _gate(g.id)) for g in first.gates]
    found += [
        _stage("red_flags", "No red flag", Level.RED_FLAGS, everybody, _unflagged),
        _stage("recommendation", "Recommended to advance", Level.RECOMMENDATION, everybody, _recommended),
        _stage("decision", "Decided to advance", Level.DECISION, everybody, _decided),
    ]
    found += [_stage(item.task, item.title, Level.TASK, everybody, _task(item.task)) for item in first.items]
    return (*found, *_criteria(everybody))


_Outcome = Callable[[Examined], float | None]
_SCORES = {Level.TOTAL, Level.PART, Level.SECTION, Level.TASK, Level.CRITERION}


def _stage(id: str, title: str, level: Level, everybody: Iterable[Examined], outcome: _Outcome) -> Stage:
    found = {one.card.candidate: value for one in everybody if (value := outcome(one)) is not None}
    return Stage(id, title, level, found, scored=level in _SCORES)


def _part(id: str) -> _Outcome:
    return lambda one: next((part.percent for part in one.card.parts if part.id == id), None)


def _section(id: str) -> _Outcome:
    return lambda one: next((s.percent for p in one.card.parts for s in p.sections if s.id == id), None)


def _task(id: str) -> _Outcome:
    return lambda one: next((item.percent for item in one.card.items if item.task == id), None)


def _gate(id: str) -> _Outcome:
    return lambda one: next((_GATES.get(gate.state) for gate in one.card.gates if gate.id == id), None)


def _unflagged(one: Examined) -> float | None:
    if one.card.flags:
        return 0.0
    return None if one.card.missing else 1.0


def _recommended(one: Examined) -> float | None:
    said = one.card.recommendation
    return None if said is Recommendation.INCOMPLETE else float(said is Recommendation.ADVANCE)


def _decided(one: Examined) -> float | None:
    return None if one.choice is None else _CHOICES.get(one.choice)


def _criteria(everybody: Iterable[Examined]) -> list[Stage]:
    """Credit of each criterion, 0 to 1; of a fault, what is left of it, so that more is always better."""
    titles: dict[str, str] = {}
    credits: dict[str, dict[str, float]] = {}
    for one in everybody:
        for task, (rubric, ratings) in one.ratings.items():
            for criterion in rubric.criteria:
                rating = ratings.get(criterion.id)
                if rating is None or rating.verdict is Verdict.CANNOT_ASSESS:
                    continue
                path, earned = f"{task}.{criterion.id}", credit(criterion, rating)
                absent = "No fault: " if criterion.negative else ""
                titles.setdefault(path, f"{absent}{criterion.title}")
                value = 1 - earned if criterion.negative else earned
                credits.setdefault(path, {})[one.card.candidate] = value
    return [Stage(path, titles[path], Level.CRITERION, credits[path], scored=True) for path in titles]
