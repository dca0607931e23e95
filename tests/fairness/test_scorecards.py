import pytest

from grader.domain.hiring import Choice
from grader.domain.rating import Verdict
from grader.domain.scorecard import Recommendation
from grader.fairness.outcomes import Level, Stage
from grader.fairness.scorecards import Examined, stages
from tests.reports.card_samples import BEST, CASES, carded


def examined(case: Recommendation, candidate: str, choice: Choice | None = None) -> Examined:
    found = carded(CASES.get(case, BEST), candidate=candidate)
    ratings = {
        task: (item.rubric, {r.criterion: r for r in item.record.ratings})
        for task, item in found.answers.items()
        if item.rubric
    }
    return Examined(found.card, ratings, choice)


EVERYBODY = [
    examined(Recommendation.ADVANCE, "good", Choice.ADVANCE),
    examined(Recommendation.GATE_FAILED, "gate", Choice.DECLINE),
    examined(Recommendation.RED_FLAG, "flag", Choice.HOLD),
    examined(Recommendation.INCOMPLETE, "half"),
]
STAGES = {stage.id: stage for stage in stages(EVERYBODY)}


def test_every_level_of_the_assessment_is_a_stage() -> None:
    levels = [stage.level for stage in STAGES.values()]
    assert set(levels) == set(Level)
    assert levels.index(Level.TASK) > levels.index(Level.DECISION)
    assert levels[-1] is Level.CRITERION


@pytest.mark.parametrize(
    ("stage", "outcomes"),
    [
        ("decision", {"good": 1, "gate": 0}),  # on hold and without a decision: no outcome yet
        ("recommendation", {"good": 1, "gate": 0, "flag": 0}),
        ("red_flags", {"good": 1, "gate": 1, "flag": 0}),
        ("tone_gate", {"good": 1, "gate": 0, "flag": 1, "half": 1}),
        ("rate", {"good": 100, "gate": 100, "flag": 100}),
    ],
)
def test_outcomes(stage: str, outcomes: dict[str, float]) -> None:
    assert STAGES[stage].outcomes == outcomes
    assert STAGES[stage].scored is (stage == "rate")


def test_who_has_no_total_is_not_in_it() -> None:
    assert STAGES["total"].outcomes.keys() == {"good", "gate", "flag"}


def test_a_fault_counts_where_it_is_absent() -> None:
    fault: Stage = STAGES["patient.contempt"]
    assert fault.title.startswith("No fault: ")
    assert fault.outcomes == {"good": 1, "gate": 1, "flag": 0, "half": 1}


def test_what_cannot_be_assessed_has_no_credit() -> None:
    unsure = {**BEST, "complaint": {**BEST["complaint"], "offers": Verdict.CANNOT_ASSESS}}
    found = carded(unsure, candidate="c")
    item = found.answers["complaint"]
    assert item.rubric
    ratings = {"complaint": (item.rubric, {r.criterion: r for r in item.record.ratings})}
    paths = {stage.id for stage in stages([Examined(found.card, ratings, None)])}
    assert "complaint.offers" not in paths
    assert "complaint.apologizes" in paths


def test_nobody_has_no_stage() -> None:
    assert stages([]) == ()
