"""Assessments as files: read, and held against the rubrics that they name."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from grader.datafiles import data_folder, line_of, load_rubrics, read_yaml, shown_name
from grader.domain.assessment import Assessment, CriteriaGate
from grader.domain.rubric import Rubric
from grader.errors import InputError, Problem

DEFAULT_ASSESSMENT = "medical_office_manager"


class Loaded(NamedTuple):
    """An assessment with its rubrics by task, those that it does not use left out."""

    assessment: Assessment
    rubrics: Mapping[str, Rubric]


def load_assessment(name: str | Path = DEFAULT_ASSESSMENT) -> Loaded:
    """A shipped assessment by its id, or one from a file. Raises InputError with every problem found."""
    path = Path(name) if str(name).endswith(".yaml") else data_folder("assessments") / f"{name}.yaml"
    if not path.exists():
        known = ", ".join(p.stem for p in assessment_files())
        remedy = f"Name a file or one of: {known}."
        raise InputError(Problem(str(name), None, "There is no such assessment.", remedy))
    assessment = read_yaml(path, Assessment)
    beside = path.parent / assessment.rubrics
    rubrics = load_rubrics(beside if beside.exists() else assessment.rubrics)
    if problems := list(_problems(path, assessment, rubrics)):
        raise InputError(*problems)
    return Loaded(assessment, {task: rubrics[task] for task in assessment.tasks()})


def assessment_files() -> list[Path]:
    """All shipped assessment files."""
    return sorted(data_folder("assessments").glob("*.yaml"))


def _problems(path: Path, assessment: Assessment, rubrics: Mapping[str, Rubric]) -> Iterator[Problem]:
    unknown = [task for task in assessment.tasks() if task not in rubrics]
    for task in unknown:
        message = f"The task {task} has no rubric in {assessment.rubrics}."
        yield Problem(shown_name(path), line_of(path, ("parts",)), message, "Write one, or take it out.")
    criteria = {
        f"{task}.{criterion.id}": criterion
        for task in assessment.tasks()
        if task in rubrics
        for criterion in rubrics[task].criteria
    }
    for place, gate in enumerate(assessment.gates):
        for name in gate.criteria if isinstance(gate, CriteriaGate) else ():
            line = line_of(path, ("gates", place, "criteria"))
            if name not in criteria:
                yield Problem(shown_name(path), line, f"There is no criterion {name}.", "Check the spelling.")
            elif criteria[name].negative:
                remedy = "Name criteria that an answer should meet."
                yield Problem(shown_name(path), line, f"{name} is a fault, and a gate needs it met.", remedy)
    listed = set()
    for place, flag in enumerate(assessment.red_flags):
        line = line_of(path, ("red_flags", place, "criteria"))
        for name in flag.criteria:
            listed.add(name)
            if name not in criteria:
                yield Problem(shown_name(path), line, f"There is no criterion {name}.", "Check the spelling.")
            elif not criteria[name].red_flag:
                remedy = "Mark it with red_flag: true in its rubric, or take it out here."
                yield Problem(shown_name(path), line, f"{name} is no red flag in its rubric.", remedy)
    if assessment.red_flags:
        for name in sorted(name for name, c in criteria.items() if c.red_flag and name not in listed):
            message = f"The red flag {name} belongs to no kind."
            yield Problem(shown_name(path), line_of(path, ("red_flags",)), message, "List it under one.")
