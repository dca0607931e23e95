"""The one entrance for ratings: a table or Label Studio's export in, `Imported` out."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from grader.errors import InputError, Problem
from grader.readers.gathering import Gathering, Imported
from grader.readers.label_studio import gather_label_studio
from grader.readers.rating_columns import Header, RatingColumns, RatingLayout
from grader.readers.rating_tables import gather_by_criterion, gather_long, gather_rsmtool, gather_texts
from grader.readers.submissions import TABLES, read_table
from grader.readers.tables import Table


def read_ratings(
    path: Path,
    *,
    layout: RatingLayout | None = None,
    columns: RatingColumns | None = None,
    criteria: Collection[str] | None = None,
    ignored: Collection[str] = (),
    sheet: str | None = None,
) -> Imported:
    """Every rating of a table (CSV, XLSX, JSON lines) or of Label Studio's JSON export.

    `layout` is told by the file unless given. With `criteria` (ids), other criteria are refused, and a table
    may have a column for each. `ignored` criteria, columns or controls hold no ratings. A blank rating and
    `cannot_assess` become exclusions. Raises InputError with all faults of the file.
    """
    columns = columns or RatingColumns()
    found = Gathering(path.name, criteria=criteria, overall=columns.overall or "overall", ignored=ignored)
    try:
        _gather(path, layout, columns, sheet, found)
    except OSError as error:
        raise _unopened(path, error) from error
    imported = found.result()
    if not imported.ratings:
        left_out = f" {len(imported.exclusions)} were left out." if imported.exclusions else ""
        remedy = "Check that the columns are the right ones."
        raise InputError(Problem(path.name, None, f"There are no ratings in the file.{left_out}", remedy))
    return imported


def join_texts(
    imported: Imported, path: Path, *, columns: RatingColumns | None = None, sheet: str | None = None
) -> Imported:
    """The same with the answers (and candidates, if there) from a table of its own, by response id.

    Answers that nobody rated become exclusions. Raises InputError where the two tell different things, and
    where no id is in both.
    """
    found = Gathering(path.name)
    try:
        table = _table(path, sheet)
        header = Header(table.header, table.line, path.name, columns or RatingColumns())
        places = gather_texts(table, header, found)
    except OSError as error:
        raise _unopened(path, error) from error
    rated = {response.id: response for response in imported.responses}
    for name, place in places.items():
        if (response := rated.get(name)) is None:
            found.leave_out(place, f"Nobody rated response {name}.")
            continue
        if response.candidate not in (name, found.candidates[name] or response.candidate):
            message = f'Response "{name}" is of candidate "{response.candidate}" in {imported.file}.'
            found.fault(place, message, "Give it one candidate.")
        if response.text not in (None, found.texts[name] or response.text):
            message = f'Response "{name}" has another text in {imported.file}.'
            found.fault(place, message, "Give each response one text.")
    if not found.problems and not rated.keys() & places.keys():
        message = f"None of its responses is one of {imported.file}."
        found.problems.append(Problem(path.name, table.line, message, "Use the same ids in both files."))
    if found.problems:
        raise InputError(*found.problems)
    responses = tuple(
        response.model_copy(
            update={
                "candidate": found.candidates.get(response.id) or response.candidate,
                "text": found.texts.get(response.id) or response.text,
            }
        )
        for response in imported.responses
    )
    return replace(imported, responses=responses, exclusions=(*imported.exclusions, *found.exclusions))


def _gather(
    path: Path, layout: RatingLayout | None, columns: RatingColumns, sheet: str | None, found: Gathering
) -> None:
    is_json = path.suffix.lower() == ".json"
    if layout is not None and is_json != (layout is RatingLayout.LABEL_STUDIO):
        message = f'A file of the kind "{path.suffix}" cannot be laid out as {layout}.'
        raise InputError(Problem(path.name, None, message, "Name another layout, or none."))
    if is_json:
        gather_label_studio(path, columns, found)
        return
    table = _table(path, sheet)
    header = Header(table.header, table.line, path.name, columns)
    criteria = found.criteria or ()
    match layout or header.layout(criteria):
        case RatingLayout.LONG:
            gather_long(table, header, found)
        case RatingLayout.BY_CRITERION:
            gather_by_criterion(table, header, found, criteria)
        case RatingLayout.RSMTOOL:
            gather_rsmtool(table, header, found)


def _table(path: Path, sheet: str | None) -> Table:
    if path.exists() and path.suffix.lower() not in TABLES:
        message = f'Files of the kind "{path.suffix}" are not read.'
        kinds = ", ".join((*TABLES, ".json (Label Studio)"))
        raise InputError(Problem(path.name, None, message, f"Give one of {kinds}."))
    return read_table(path, sheet)


def _unopened(path: Path, error: OSError) -> InputError:
    message = f"The file could not be opened ({error.strerror})."
    return InputError(Problem(str(path), None, message, "Check the path and its permissions."))
