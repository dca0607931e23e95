"""What `grader check` looks at: every rubric, prompt, assessment and submission, with places in files."""

import json
from pathlib import Path

from grader.assessment_files import assessment_files, load_assessment
from grader.cli.grading import column_map
from grader.datafiles import line_of, load_prompt, prompt_files, read_yaml, rubric_files, shown_name
from grader.domain.rubric import Rubric
from grader.errors import InputError, Problem
from grader.lint import lint
from grader.pipeline import unfit
from grader.readers.submissions import read_submissions


def check_rubrics(where: str) -> tuple[list[Problem], dict[str, Rubric]]:
    """Every problem in a rubric set, and by task id the rubrics that can be read."""
    problems: list[Problem] = []
    found: dict[str, Rubric] = {}
    for path in rubric_files(where):
        try:
            rubric = read_yaml(path, Rubric)
        except InputError as error:
            problems += error.problems
            continue
        if rubric.task != path.stem:
            message = f"The task is {rubric.task!r}, not the file's name."
            problems.append(Problem(shown_name(path), 1, message, f"Name the file {rubric.task}.yaml."))
        if rubric.task in found:
            message = f"Task {rubric.task!r} has a rubric already."
            problems.append(Problem(shown_name(path), 1, message, "Give each task one rubric file."))
        found[rubric.task] = rubric
        problems += [
            Problem(shown_name(path), line_of(path, finding.place), finding.message, finding.remedy)
            for finding in lint(rubric)
        ]
    return problems, found


def check_prompts() -> list[Problem]:
    """Every problem in the prompt files."""
    problems: list[Problem] = []
    for path in prompt_files():
        try:
            load_prompt(path)
        except InputError as error:
            problems += error.problems
    return problems


def check_assessments(name: str | None) -> list[Problem]:
    """Every problem in an assessment, or in all shipped ones."""
    problems: list[Problem] = []
    for which in [name] if name is not None else assessment_files():
        try:
            load_assessment(which)
        except InputError as error:
            problems += error.problems
    return problems


def check_submissions(
    path: Path, rubrics: dict[str, Rubric], columns: list[str], sheet: str | None
) -> list[Problem]:
    """Every row or file that could not be graded, with the reason. Raises InputError."""
    read = read_submissions(path, tasks=frozenset(rubrics), columns=column_map(columns), sheet=sheet)
    found = ((submission, unfit(submission, rubrics.get(submission.task))) for submission in read)
    return [Problem(s.source, None, f"{s.id}: {why.reason.value}.", why.detail) for s, why in found if why]


def rubric_schema() -> str:
    """JSON Schema of a rubric file, for editors."""
    return json.dumps(Rubric.model_json_schema(), indent=2, ensure_ascii=False) + "\n"
