"""The calibration sets that come with the program: invented answers, said to be so, and fit for their use."""

from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from grader.calibration_files import load_set, shipped_calibrations, shipped_sets
from grader.datafiles import load_rubrics
from grader.domain.calibration import Status
from grader.domain.calibration_set import CalibrationSet, RaterKind
from grader.domain.rubric import TaskKind

ROOT = Path(__file__).parents[1]
RUBRICS = load_rubrics()
SETS = {folder.name: folder for folder in shipped_sets()}
LINE = 40
"""Characters from which an equal line is a text of its own, not a greeting."""


@cache
def loaded(name: str) -> CalibrationSet:
    return load_set(SETS[name], [c.id for c in RUBRICS[name].criteria])


def lines(text: str) -> set[str]:
    stripped = (" ".join(line.split()) for line in text.splitlines())
    return {line for line in stripped if len(line) >= LINE}


def test_every_written_response_and_outline_has_a_set() -> None:
    kinds = {TaskKind.WRITTEN_RESPONSE, TaskKind.STEP_OUTLINE}
    assert sorted(SETS) == sorted(task for task, rubric in RUBRICS.items() if rubric.kind in kinds)
    assert len(SETS) == 9


@pytest.mark.parametrize("name", SETS)
def test_a_set_has_enough_answers_all_with_their_texts(name: str) -> None:
    found = loaded(name)
    assert (found.manifest.id, found.manifest.task) == (name, name)
    assert len(found.responses) >= 20
    limits = RUBRICS[name].words
    for response in found.responses:
        assert response.text is not None
        assert limits.min <= len(response.text.split()) <= limits.max
    assert len({response.text for response in found.responses}) == len(found.responses)


@pytest.mark.parametrize("name", SETS)
def test_no_rating_is_passed_off_as_a_persons(name: str) -> None:
    raters = loaded(name).manifest.raters
    assert [rater.kind for rater in raters] == [RaterKind.CONSTRUCTED, RaterKind.MODEL]
    assert all(rater.note for rater in raters)


@pytest.mark.parametrize("name", SETS)
def test_both_raters_rated_every_criterion_of_every_answer(name: str) -> None:
    found = loaded(name)
    rated = {(r.response, r.criterion, r.rater) for r in found.ratings}
    expected = {
        (response.id, criterion.id, rater.id)
        for response in found.responses
        for criterion in RUBRICS[name].criteria
        for rater in found.manifest.raters
    }
    assert rated == expected
    assert len(found.ratings) == len(expected), "nobody rated twice"
    assert found.exclusions == ()


@pytest.mark.parametrize("name", SETS)
def test_every_candidate_is_in_one_part_and_both_parts_can_be_used(name: str) -> None:
    found = loaded(name)
    fit, held_out = found.manifest.fit, found.manifest.held_out
    assert not set(fit) & set(held_out)
    assert sorted({*fit, *held_out}) == sorted({r.candidate for r in found.responses})
    assert len(fit) + len(held_out) == len({*fit, *held_out})
    assert len(held_out) >= 8
    assert len(fit) >= 12


@pytest.mark.parametrize("name", SETS)
def test_positive_criteria_are_met_in_some_answers_and_missed_in_others(name: str) -> None:
    values = defaultdict(list)
    for rating in loaded(name).ratings:
        values[rating.criterion].append(rating.value == 1)
    shares = {c.id: sum(v) / len(v) for c in RUBRICS[name].criteria for v in [values[c.id]]}
    outside = {
        c.id: round(shares[c.id], 2)
        for c in RUBRICS[name].criteria
        if not c.negative and not 0.2 <= shares[c.id] <= 0.8
    }
    assert outside == {}
    for c in RUBRICS[name].criteria:
        assert 0 < shares[c.id] < 1, f"{c.id} can be told apart"


def test_no_text_is_shared_with_the_examples_or_between_sets() -> None:
    examples = {
        line: path
        for path in (ROOT / "examples").rglob("*")
        if path.suffix in {".txt", ".md"}
        for line in lines(path.read_text(encoding="utf-8"))
    }
    assert len(examples) > 100
    shared = [
        (name, response.id, line)
        for name in SETS
        for response in loaded(name).responses
        for line in lines(response.text or "") & examples.keys()
    ]
    assert shared == []
    places = defaultdict(set)
    for name in SETS:
        for response in loaded(name).responses:
            for line in lines(response.text or ""):
                places[line].add((name, response.id))
    assert [line for line, where in places.items() if len(where) > 1] == []


def test_shipped_calibrations_are_marked_as_demonstrations_of_the_shipped_sets() -> None:
    found = shipped_calibrations()
    for calibration in found:
        assert calibration.status is Status.DEMONSTRATION
        assert calibration.binding is not None
        assert calibration.set_digest == loaded(calibration.set_id).digest
        assert calibration.binding.rubric == RUBRICS[calibration.task].digest
    bound = [c.binding.digest for c in found if c.binding]
    assert len(bound) == len(set(bound))
