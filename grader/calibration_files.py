"""Calibration sets as folders: set.yaml, responses.csv, ratings.csv and, where needed, exclusions.csv."""

import csv
import re
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from grader.datafiles import data_folder, read_yaml, shown_name
from grader.domain.calibration import Calibration
from grader.domain.calibration_set import (
    OVERALL,
    CalibrationSet,
    Exclusion,
    Manifest,
    SetRating,
)
from grader.errors import InputError, Problem
from grader.readers.columns import listed
from grader.readers.gathering import Gathering, Place
from grader.readers.rating_values import WORDS
from grader.readers.tables import Row, read_csv

MANIFEST = "set.yaml"
CALIBRATIONS = "calibrations"
COLUMNS = {
    "responses.csv": ("response", "candidate", "text"),
    "ratings.csv": ("response", "criterion", "rater", "rating", "probability", "rated"),
    "exclusions.csv": ("place", "reason"),
}
OPTIONAL = ("text", "probability", "rated")


def load_set(folder: Path, criteria: Collection[str] | None = None) -> CalibrationSet:
    """The calibration set in a folder. With `criteria` (ids), a rating on another one is refused.

    A blank rating and `cannot_assess` become exclusions. Raises InputError with all faults of the tables.
    """
    manifest = read_yaml(folder / MANIFEST, Manifest)
    answers = Gathering(shown_name(folder / "responses.csv"))
    ratings = Gathering(shown_name(folder / "ratings.csv"), criteria=criteria, words=WORDS)
    losses = Gathering(shown_name(folder / "exclusions.csv"))
    responses = _read_responses(folder / "responses.csv", manifest, answers)
    _read_ratings(folder / "ratings.csv", manifest, responses, ratings)
    if (folder / "exclusions.csv").exists():
        for _, row in _rows(folder / "exclusions.csv", losses):
            losses.exclusions.append(Exclusion(place=row.cells["place"], reason=row.cells["reason"]))
    if problems := [*answers.problems, *ratings.problems, *losses.problems]:
        raise InputError(*problems)
    return CalibrationSet(
        manifest=manifest,
        responses=answers.result().responses,
        ratings=tuple(ratings.ratings.values()),
        exclusions=(*losses.exclusions, *ratings.exclusions),
    )


def save_set(calibration_set: CalibrationSet, folder: Path) -> None:
    """Writes a set so that `load_set` gives the equal value.

    Raises InputError, with nothing written, where the folder holds a set already, or the value cannot be
    kept in such files (an empty text, say, which would read as no text).
    """
    if there := [name for name in (MANIFEST, *COLUMNS) if (folder / name).exists()]:
        message = f"A calibration set is here already ({', '.join(there)})."
        raise InputError(Problem(shown_name(folder), None, message, "Name another folder, or move it away."))
    with TemporaryDirectory() as name:
        draft = Path(name)
        _write(calibration_set, draft)
        try:
            kept = load_set(draft)
        except InputError as error:
            problems = (
                replace(problem, file=shown_name(folder / Path(problem.file).name))
                for problem in error.problems
            )
            raise InputError(*problems) from error
        if kept != calibration_set:
            raise InputError(_difference(calibration_set, kept, folder))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for path in sorted(draft.iterdir()):
                shutil.copyfile(path, folder / path.name)
        except OSError as error:
            message = f"The set could not be written ({error.strerror})."
            remedy = "Check the path and its permissions."
            raise InputError(Problem(shown_name(folder), None, message, remedy)) from error


def _read_responses(path: Path, manifest: Manifest, found: Gathering) -> Collection[str]:
    """Returns all ids, also of faulty responses, whose ratings are not to be blamed as well."""
    known = {*manifest.fit, *manifest.held_out}
    lines: dict[str, int] = {}
    for place, row in _rows(path, found):
        response, candidate = row.cells["response"].strip(), row.cells["candidate"].strip()
        if response in lines:
            message = f'Response "{response}" stands in line {lines[response]} already.'
            found.fault(place, message, "Keep one of the two.")
        elif candidate not in known:
            message = f'Candidate "{candidate[:60]}" is neither in fit nor in held_out of {MANIFEST}.'
            found.fault(place, message, "Add the candidate to one of them.")
        else:
            found.see(place, response, candidate, row.cells.get("text", ""))
        lines.setdefault(response, row.line)
    return lines


def _read_ratings(path: Path, manifest: Manifest, responses: Collection[str], found: Gathering) -> None:
    raters = [rater.id for rater in manifest.raters]
    for place, row in _rows(path, found):
        cells = {column: cell.strip() for column, cell in row.cells.items()}
        if cells["response"] not in responses:
            message = f'Response "{cells["response"][:60]}" is not in responses.csv.'
            found.fault(place, message, "Add it there, or correct the id.")
        elif cells["rater"] not in raters:
            message = f'Rater "{cells["rater"][:60]}" is not in {MANIFEST}; the raters are {listed(raters)}.'
            found.fault(place, message, "Add the rater there, or correct the id.")
        elif not cells["criterion"]:
            found.fault(place, "No criterion is named.", f'Fill in its id, or "{OVERALL}".')
        else:
            found.rate(
                place,
                response=cells["response"],
                criterion=cells["criterion"],
                rater=cells["rater"],
                cell=cells["rating"],
                probability=cells.get("probability", ""),
                rated=cells.get("rated", ""),
            )
    for key, rating in found.ratings.items():
        _check_scale(found.places[key], rating, manifest, found)


def _check_scale(place: Place, rating: SetRating, manifest: Manifest, found: Gathering) -> None:
    if rating.criterion != OVERALL:
        return
    if manifest.scale is None:
        found.fault(place, f"There is an overall rating but no scale in {MANIFEST}.", "Add its low and high.")
    elif not manifest.scale.low <= rating.value <= manifest.scale.high:
        message = f"The rating {rating.value:g} lies outside the scale in {MANIFEST}."
        found.fault(place, message, "Correct the rating or the scale.")


def _rows(path: Path, found: Gathering) -> Iterator[tuple[Place, Row]]:
    """The sound rows of one of the set's tables; what is wrong with it goes to `found`."""
    try:
        table = read_csv(path)
    except InputError as error:
        found.problems += [replace(problem, file=found.file) for problem in error.problems]
        return
    except OSError as error:
        found.fault(Place(None), f"Cannot be read: {error.strerror}.", "Check the path.")
        return
    columns = COLUMNS[path.name]
    missing = [name for name in columns if name not in table.header and name not in OPTIONAL]
    strange = [name for name in table.header if name not in columns or table.header.count(name) > 1]
    remedy = f"The columns are {', '.join(columns)}; {' and '.join(OPTIONAL)} may be left out."
    if missing:
        found.fault(Place(table.line), f"There is no column {listed(missing)}.", remedy)
    if strange:
        found.fault(Place(table.line), f"Unknown or repeated: {listed(strange)}.", remedy)
    if not missing and not strange:
        yield from found.rows(table)


def _write(calibration_set: CalibrationSet, folder: Path) -> None:
    manifest = calibration_set.manifest.model_dump(mode="json", exclude_defaults=True)
    with (folder / MANIFEST).open("w", encoding="utf-8") as file:
        YAML(typ="rt", pure=True).dump(_quoted(manifest), file)
    rows: dict[str, Sequence[Iterable[object]]] = {
        "responses.csv": [(r.id, r.candidate, r.text) for r in calibration_set.responses],
        "ratings.csv": [
            (r.response, r.criterion, r.rater, _shown(r), r.probability, r.rated)
            for r in calibration_set.ratings
        ],
        "exclusions.csv": [(e.place, e.reason) for e in calibration_set.exclusions],
    }
    for name, records in rows.items():
        if records or name != "exclusions.csv":
            with (folder / name).open("w", encoding="utf-8", errors="replace", newline="") as file:
                writer = csv.writer(file, lineterminator="\r\n")
                writer.writerow(COLUMNS[name])
                writer.writerows(records)


def _quoted(node: Any) -> Any:
    """The node with its unusual texts in double quotes: plain ones would lose a line end such as U+0085."""
    if isinstance(node, dict):
        return {key: _quoted(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_quoted(value) for value in node]
    return DoubleQuotedScalarString(node) if isinstance(node, str) and not node.isprintable() else node


def _shown(rating: SetRating) -> str:
    if rating.criterion == OVERALL:
        return repr(rating.value)
    return next((word for word, value in WORDS.items() if value == rating.value), repr(rating.value))


def _difference(given: CalibrationSet, kept: CalibrationSet, folder: Path) -> Problem:
    """The first part of a set that its files would not give back."""
    parts = {
        MANIFEST: ((given.manifest,), (kept.manifest,)),
        "responses.csv": (given.responses, kept.responses),
        "ratings.csv": (given.ratings, kept.ratings),
        "exclusions.csv": (given.exclusions, kept.exclusions),
    }
    for name, (wanted, got) in parts.items():
        for one, other in zip_longest(wanted, got):
            if one != other:
                message = f"This could not be read back as it is: {one!r:.300}."
                remedy = "Take out empty texts, carriage returns and NUL characters."
                return Problem(shown_name(folder / name), None, message, remedy)
    raise AssertionError("no part differs")


def shipped_sets() -> list[Path]:
    """The folders of the sets that come with the program."""
    return sorted(path.parent for path in data_folder("calibration_sets").glob(f"*/{MANIFEST}"))


def shipped_calibrations() -> list[Calibration]:
    """The calibrations that come with the program, fitted on its own sets."""
    files = sorted(data_folder("calibration_sets").glob(f"*/{CALIBRATIONS}/*.json"))
    return [Calibration.model_validate_json(path.read_text(encoding="utf-8")) for path in files]


def save_calibration(calibration: Calibration, folder: Path) -> Path:
    """Write a calibration into the folder of its set, in the place of an older one of the same judge."""
    name = re.sub(r"[^a-z0-9.]+", "-", calibration.rater.casefold()).strip("-")
    path = folder / CALIBRATIONS / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(calibration.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return path
