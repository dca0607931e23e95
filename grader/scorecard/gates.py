"""Decides the gates: what must hold whatever the total."""

from collections.abc import Iterable, Mapping, Sequence

from grader.domain.assessment import AnyGate, Assessment, CriteriaGate, SectionGate, TaskGate
from grader.domain.rating import Verdict
from grader.domain.scorecard import GateResult, GateState, PartScore, Standard
from grader.routing import NEAR, is_near
from grader.scorecard.answers import Answer
from grader.scoring import credit


def gates(
    assessment: Assessment, found: Sequence[PartScore], answers: Mapping[str, Answer]
) -> tuple[GateResult, ...]:
    """The gates in the assessment's order; `found`: the parts with their scores."""
    return tuple(_gate(gate, found, answers) for gate in assessment.gates)


def near(assessment: Assessment, total: Standard, found: Sequence[PartScore]) -> tuple[str, ...]:
    """The bounds that a score is within two standard errors of, in words."""
    cuts = (assessment.bands.clear_fail, assessment.bands.strong)
    bands = [("total", total.percent, total.standard_error, cut.value) for cut in cuts]
    sections = {s.id: s for part in found for s in part.sections}
    gated = [(sections[g.section], g.score) for g in assessment.gates if isinstance(g, SectionGate)]
    bounds = [(s.title, s.percent, s.standard_error, cut.value) for s, cut in gated]
    return tuple(
        f"The {name.lower()} of {percent:g} is within {NEAR:g} standard errors ({error:.1f}) of {bound:g}."
        for name, percent, error, bound in [*bands, *bounds]
        if percent is not None and error is not None and is_near(bound, percent, error)
    )


def _gate(gate: AnyGate, found: Sequence[PartScore], answers: Mapping[str, Answer]) -> GateResult:
    if isinstance(gate, SectionGate):
        state, detail = _of_section(gate, found)
    elif isinstance(gate, TaskGate):
        state, detail = _of_tasks(gate, found)
    else:
        state, detail = _of_criteria(gate, answers)
    return GateResult(id=gate.id, title=gate.title, why=gate.why, state=state, detail=detail)


def _of_section(gate: SectionGate, found: Sequence[PartScore]) -> tuple[GateState, str]:
    section = next(s for part in found for s in part.sections if s.id == gate.section)
    if section.percent is not None:
        state = GateState.PASSED if gate.score.holds(section.percent) else GateState.FAILED
        return state, f"{section.percent:g} of 100; {gate.score.words} is needed."
    ends = {gate.score.holds(end) for end in (section.lowest, section.highest)}
    span = (
        f"{section.lowest:g} to {section.highest:g}, as answers have no score; {gate.score.words} is needed."
    )
    if ends == {False}:
        return GateState.FAILED, span
    return (GateState.PASSED if ends == {True} else GateState.UNKNOWN), span


def _of_tasks(gate: TaskGate, found: Sequence[PartScore]) -> tuple[GateState, str]:
    items = {i.task: i for part in found for s in part.sections for i in s.items}
    scales = {task: items[task].scale for task in gate.tasks}
    low = [task for task, scale in scales.items() if scale is not None and scale < gate.level_at_least]
    unknown = [task for task, scale in scales.items() if scale is None]
    if low:
        named = ", ".join(f"{items[task].title} ({scales[task]:g})" for task in low)
        return GateState.FAILED, f"Below {gate.level_at_least:g} of 5: {named}."
    if unknown:
        named = ", ".join(items[task].title for task in unknown)
        return GateState.UNKNOWN, f"Without a score: {named}."
    return GateState.PASSED, f"All {len(scales)} are at {gate.level_at_least:g} of 5 or more."


def _of_criteria(gate: CriteriaGate, answers: Mapping[str, Answer]) -> tuple[GateState, str]:
    by_state: dict[GateState, list[str]] = {state: [] for state in GateState}
    for path in gate.criteria:
        by_state[_criterion(path, answers)].append(path)
    met, part, unknown = (len(by_state[s]) for s in (GateState.PASSED, GateState.DOUBTFUL, GateState.UNKNOWN))
    said = f"{met} of {len(gate.criteria)} met, {gate.needed} needed"
    for state, words in _WORDS.items():
        if by_state[state]:
            said += f"; {words}: {_titles(by_state[state], answers)}"
    if met >= gate.needed:
        return GateState.PASSED, f"{said}."
    if met + part + unknown < gate.needed:
        return GateState.FAILED, f"{said}."
    return (GateState.DOUBTFUL if met + part >= gate.needed else GateState.UNKNOWN), f"{said}."


_WORDS = {
    GateState.DOUBTFUL: "in part",
    GateState.FAILED: "not met",
    GateState.UNKNOWN: "without a verdict",
}


def _criterion(path: str, answers: Mapping[str, Answer]) -> GateState:
    task, _, name = path.partition(".")
    rating = answers[task].ratings.get(name) if task in answers else None
    if rating is None or rating.verdict is Verdict.CANNOT_ASSESS:
        return GateState.UNKNOWN
    rubric = answers[task].rubric
    share = credit(rubric.criterion(name), rating) if rubric else 0.0
    return GateState.PASSED if share == 1 else GateState.DOUBTFUL if share else GateState.FAILED


def _titles(paths: Iterable[str], answers: Mapping[str, Answer]) -> str:
    titles = []
    for path in paths:
        task, _, name = path.partition(".")
        rubric = answers[task].rubric if task in answers else None
        known = rubric is not None and any(c.id == name for c in rubric.criteria)
        titles.append(rubric.criterion(name).title if rubric and known else path)
    return ", ".join(titles)
