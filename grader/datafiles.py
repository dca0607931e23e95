"""Finds and reads the data files: rubrics and prompts, each checked, with file and line in every error."""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from grader.domain.assessment import GATES
from grader.domain.criterion import FORMS
from grader.domain.exchange import Style
from grader.domain.prompt import Prompt
from grader.domain.rubric import Rubric
from grader.errors import InputError, Problem
from grader.lint import refusals

Model = TypeVar("Model", bound=BaseModel)

DEFAULT_RUBRICS = "medical_office_manager"
DEFAULT_PROMPTS = {Style.STRUCTURED: "structured-v3", Style.DECISIONS: "decisions-v1"}


@cache
def data_folder(name: str) -> Path:
    """A folder of data files, such as `rubrics`: of the checkout, or as shipped in the package."""
    checkout = Path(__file__).parent.parent / name
    return checkout if checkout.is_dir() else Path(str(files("grader") / "data" / name))


def load_rubrics(where: str | Path = DEFAULT_RUBRICS) -> dict[str, Rubric]:
    """Rubrics by task id, from a file, a folder, or the name of a shipped set.

    Raises InputError with every problem found in all files.
    """
    found: dict[str, Rubric] = {}
    problems: list[Problem] = []
    for path in rubric_files(where):
        try:
            rubric = read_yaml(path, Rubric)
        except InputError as error:
            problems += error.problems
            continue
        if rubric.task in found:
            remedy = "Give each task one rubric file."
            problems.append(
                Problem(shown_name(path), 1, f"Task {rubric.task!r} has a rubric already.", remedy)
            )
        found[rubric.task] = rubric
    if problems:
        raise InputError(*problems)
    return found


def refuse_unscoreable(where: str | Path, rubrics: Iterable[Rubric]) -> None:
    """To be called before anything is graded by these rubrics of a set.

    Raises InputError with every place where one would score what must not be scored.
    """
    if found := {rubric.task: findings for rubric in rubrics if (findings := refusals(rubric))}:
        files = {read_yaml(path, Rubric).task: path for path in rubric_files(where)}
        raise InputError(
            *(
                Problem(shown_name(files[task]), line_of(files[task], f.place), f.message, f.remedy)
                for task, findings in found.items()
                for f in findings
            )
        )


def rubric_files(where: str | Path) -> list[Path]:
    """The YAML files of a rubric set. Raises InputError if there are none."""
    path = Path(where)
    if not path.exists():
        path = data_folder("rubrics") / str(where)
    files_found = [path] if path.is_file() else sorted(path.glob("*.yaml")) if path.is_dir() else []
    if not files_found:
        known = ", ".join(sorted(p.name for p in data_folder("rubrics").iterdir() if p.is_dir()))
        raise InputError(
            Problem(
                str(where), None, "There are no rubrics here.", f"Name a file, a folder or one of: {known}."
            )
        )
    return files_found


def load_prompt(name: str | Path) -> Prompt:
    """A prompt by its id or file. Raises InputError."""
    path = Path(name) if str(name).endswith(".yaml") else data_folder("prompts") / f"{name}.yaml"
    if not path.exists():
        known = ", ".join(p.stem for p in prompt_files())
        raise InputError(
            Problem(str(name), None, "There is no such prompt.", f"Name a file or one of: {known}.")
        )
    prompt = read_yaml(path, Prompt)
    if prompt.id != path.stem:
        remedy = f"Name the file {prompt.id}.yaml, or give the prompt the id {path.stem}."
        raise InputError(
            Problem(shown_name(path), 1, f"The prompt's id is {prompt.id!r}, not the file's.", remedy)
        )
    return prompt


def prompt_files() -> list[Path]:
    """All shipped prompt files."""
    return sorted(data_folder("prompts").glob("*.yaml"))


def read_yaml(path: Path, model: type[Model]) -> Model:
    """A YAML 1.2 file as a checked value. Raises InputError naming each wrong line."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise InputError(
            Problem(shown_name(path), None, f"Cannot be read: {reason}.", "Check the path.")
        ) from error
    except UnicodeDecodeError as error:
        bad_line = error.object[: error.start].count(b"\n") + 1
        raise InputError(Problem(shown_name(path), bad_line, "Is not UTF-8.", "Save it as UTF-8.")) from error
    try:
        content = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        remedy = "Mend the YAML: check indentation, quotes and colons."
        raise InputError(
            Problem(shown_name(path), line, f"{error.problem or error.context}.", remedy)
        ) from error
    except RecursionError as error:
        raise InputError(Problem(shown_name(path), 1, "Is nested too deeply.", "Make it flatter.")) from error
    except ReaderError as error:
        line = text[: error.position].count("\n") + 1
        remedy = "Take the character out."
        raise InputError(
            Problem(shown_name(path), line, "A character has no place in YAML.", remedy)
        ) from error
    try:
        return model.model_validate(_plain(content))
    except ValidationError as error:
        raise InputError(*_problems(path, content, error)) from error


def line_of(path: Path, place: tuple[int | str, ...]) -> int:
    """The line of a field in a YAML file that can be read, such as ("criteria", 2, "met")."""
    return _line(YAML(typ="rt", pure=True).load(path.read_text(encoding="utf-8")), place)


def _plain(node: Any) -> Any:
    """ruamel's nodes as plain Python values."""
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if isinstance(node, bool | int) or node is None:
        return node
    return float(node) if isinstance(node, float) else str(node)


def _problems(path: Path, content: Any, error: ValidationError) -> Iterator[Problem]:
    for item in error.errors(include_url=False, include_context=False):
        # the form of a criterion or gate is in pydantic's path, and not in the file
        place = tuple(part for part in item["loc"] if part not in {*FORMS, *GATES})
        where = ".".join(str(part) for part in place) or "the file"
        message = f"{where}: {item['msg'].removeprefix('Value error, ')}."
        remedy = _REMEDIES.get(item["type"], "Correct the value.")
        yield Problem(shown_name(path), _line(content, place), message, remedy)


_REMEDIES = {
    "missing": "Add the field.",
    "model_type": "Write the fields as `name: value` lines.",
    "string_type": "Write a text; put it in quotes if it looks like a number.",
    "value_error": "Change it so that this no longer holds.",
    "extra_forbidden": "Take the field out, or check its spelling.",
    "string_too_short": "Write more.",
    "string_too_long": "Write less.",
    "enum": "Use one of the values named.",
}


def _line(content: Any, place: tuple[int | str, ...]) -> int:
    """The line (from 1) of the innermost node of `place` that the file has."""
    line = 1
    node = content
    for part in place:
        if isinstance(node, CommentedMap) and part in node:
            line = node.lc.key(part)[0] + 1
            node = node[part]
        elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
            line = node.lc.item(part)[0] + 1
            node = node[part]
        else:
            break
    return line


def shown_name(path: Path) -> str:
    """The path as the user would write it."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
