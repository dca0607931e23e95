"""Label Studio's JSON export: annotations are ratings by whoever completed them, predictions a model's."""

import json
from pathlib import Path
from typing import Any

from grader.errors import InputError, Problem
from grader.readers.encoding import UnreadableError, decode, stored
from grader.readers.gathering import Gathering, Place
from grader.readers.rating_columns import NAMES, RatingColumns
from grader.readers.submissions import is_blank

CONTROLS = ("choices", "rating", "number")
"""The types of result that are ratings; others, such as comments, are not read."""
EXPORT = "Export the project as JSON, not JSON-MIN or CSV."


def gather_label_studio(path: Path, columns: RatingColumns, found: Gathering) -> None:
    """The tasks of an export. Raises InputError at once where it is not such an export."""
    tasks = _tasks(path)
    if not any(isinstance(task, dict) and "annotations" in task for task in tasks):
        message = "The tasks have no annotations, so nothing tells who rated (as in JSON-MIN exports)."
        raise InputError(Problem(path.name, None, message, EXPORT))
    for number, task in enumerate(tasks, 1):
        name = task.get("id") if isinstance(task, dict) else None
        place = Place(None, f"task {number} (id {'none' if name is None else name})")
        if not isinstance(task, dict) or not isinstance(task.get("annotations"), list):
            found.fault(place, "The task has no list of annotations.", EXPORT)
        elif (response := _response(place, task, columns, found)) is not None:
            for annotation in task["annotations"]:
                _annotation(place, response, annotation, found)
            for prediction in task.get("predictions") or []:
                _prediction(place, response, prediction, found)


def _tasks(path: Path) -> list[Any]:
    remedy = EXPORT
    try:
        content = json.loads(decode(path.read_bytes()))
    except UnreadableError as error:
        raise InputError(Problem(path.name, None, str(error), "")) from error
    except json.JSONDecodeError as error:
        message = f"The file is not valid JSON ({error.msg}, column {error.colno})."
        raise InputError(Problem(path.name, error.lineno, message, remedy)) from error
    except (ValueError, RecursionError) as error:
        message = "The file is JSON of a size or depth that cannot be read."
        raise InputError(Problem(path.name, None, message, remedy)) from error
    if not isinstance(content, list) or not content:
        raise InputError(Problem(path.name, 1, "The file is not a list of Label Studio's tasks.", remedy))
    return content


def _response(place: Place, task: dict[str, Any], columns: RatingColumns, found: Gathering) -> str | None:
    """The response's id, once the response is taken down; None with a fault."""
    data = task.get("data")
    data = data if isinstance(data, dict) else {}
    for key in filter(None, (columns.response, columns.candidate, columns.text)):
        if key not in data:
            found.fault(place, f'Its data have no "{key}".', "Check the name.")
    own = data.get(columns.response or "id")
    name = _identifier(task.get("id") if own is None else own)
    candidates = (columns.candidate,) if columns.candidate else NAMES["candidate"]
    candidate = next((_identifier(data[key]) for key in candidates if key in data), "")
    texts = (columns.text,) if columns.text else NAMES["text"]
    text = next((data[key] for key in texts if key in data), None)
    if text is not None and not isinstance(text, str):
        found.fault(place, "The answer is not a text.", "Name the text's key: --column text=KEY.")
        return None
    text = "" if text is None or is_blank(text) else stored(text)
    return name if found.see(place, name, candidate, text) else None


def _annotation(place: Place, response: str, annotation: Any, found: Gathering) -> None:
    if not isinstance(annotation, dict):
        found.fault(place, "An annotation is not an object.", EXPORT)
        return
    place = Place(None, f"{place.words}, annotation {annotation.get('id', 'without id')}")
    by = annotation.get("completed_by")
    if isinstance(by, dict):
        by = by.get("email") if by.get("id") is None else by["id"]
    rater = _identifier(by)
    if annotation.get("was_cancelled"):
        found.leave_out(place, f"It was canceled (skipped) by {rater or 'nobody'}.")
    elif not rater:
        found.fault(place, "It does not say who completed it (completed_by).", EXPORT)
    else:
        _results(place, response, rater, annotation, found)


def _prediction(place: Place, response: str, prediction: Any, found: Gathering) -> None:
    if not isinstance(prediction, dict):
        found.leave_out(place, "Of a prediction only the id was exported.")
        return
    place = Place(None, f"{place.words}, prediction {prediction.get('id', 'without id')}")
    rater = f"model:{_identifier(prediction.get('model_version')) or 'unversioned'}"
    found.models.add(rater)
    _results(place, response, rater, prediction, found)


def _results(place: Place, response: str, rater: str, holder: dict[str, Any], found: Gathering) -> None:
    results = holder.get("result")
    results = results if isinstance(results, list) else []
    ratings = [item for item in results if isinstance(item, dict) and item.get("type") in CONTROLS]
    if not ratings:
        found.leave_out(place, f"There is no rating in it by {rater}.")
    for item in ratings:
        criterion, cell = item.get("from_name"), _cell(item)
        if not isinstance(criterion, str) or not criterion.strip():
            found.fault(place, "A result does not say what was rated (from_name).", EXPORT)
        elif criterion.strip() in found.ignored:
            continue
        elif cell is None:
            remedy = "Leave one choice, or leave the control out of the import."
            found.fault(place, f'"{criterion}" does not hold one choice or number.', remedy)
        else:
            found.rate(
                place,
                response=response,
                criterion=criterion.strip(),
                rater=rater,
                cell=cell,
                rated=_identifier(holder.get("updated_at") or holder.get("created_at")),
            )


def _cell(item: dict[str, Any]) -> str | None:
    """What was chosen or given, as text; "" for nothing, None where it is not one thing."""
    value = item.get("value")
    content = value.get(item["type"]) if isinstance(value, dict) else None
    if isinstance(content, list) and len(content) <= 1:
        content = content[0] if content else None
    if content is None:
        return ""
    if isinstance(content, str):
        return content.strip()
    return json.dumps(content) if isinstance(content, int | float) else None


def _identifier(value: Any) -> str:
    """A number or text as an id, "" for all else."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    return stored(str(value)).strip()
