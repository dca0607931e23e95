"""Tables of ratings: long (a row a rating), by criterion (a column a criterion) and RSMTool's wide one."""

from collections.abc import Collection
from functools import partial

from grader.domain.calibration_set import OVERALL
from grader.readers.columns import plain
from grader.readers.gathering import Gathering, Place
from grader.readers.rating_columns import (
    NAMES,
    NEEDS,
    RSMTOOL_RESPONSE,
    TEXTS_RESPONSE,
    Header,
    RatingLayout,
)
from grader.readers.rating_values import number_of
from grader.readers.submissions import is_blank
from grader.readers.tables import Row, Table


def gather_long(table: Table, header: Header, found: Gathering) -> None:
    """A row a rating; without a criterion it is one of the whole answer."""
    response, rater, rating = (header.need(field) for field in NEEDS[RatingLayout.LONG])
    candidate, text, criterion, rated, probability = (
        header.find(field) for field in ("candidate", "text", "criterion", "rated", "probability")
    )
    for place, row in found.rows(table):
        cell = partial(found.cell, row)
        name = cell(response)
        if found.see(place, name, cell(candidate), _text(found, row, text)):
            found.rate(
                place,
                response=name,
                criterion=cell(criterion),
                rater=cell(rater),
                cell=cell(rating),
                probability=cell(probability),
                rated=cell(rated),
            )


def gather_by_criterion(table: Table, header: Header, found: Gathering, criteria: Collection[str]) -> None:
    """A row a response and rater, a column a criterion. Raises InputError where no criterion has one."""
    response, rater = (header.need(field) for field in NEEDS[RatingLayout.BY_CRITERION])
    candidate, text, rated = (header.find(field) for field in ("candidate", "text", "rated"))
    columns = header.criteria(criteria)
    if not columns:
        raise header.error("No column is a criterion's.", "Name the columns by the ids of the criteria.")
    read = {response, rater, candidate, text, rated, *columns, *found.ignored}
    for name in header.names:
        if name and name not in read:  # it may be a criterion's id with a slip of the pen
            found.leave_out(Place(table.line), f'The column "{name}" is no known criterion and was not read.')
    for place, row in found.rows(table):
        cell = partial(found.cell, row)
        name, who, when = cell(response), cell(rater), cell(rated)
        if not found.see(place, name, cell(candidate), _text(found, row, text)):
            continue
        for column, criterion in columns.items():
            found.rate(place, response=name, criterion=criterion, rater=who, cell=cell(column), rated=when)


def gather_rsmtool(table: Table, header: Header, found: Gathering) -> None:
    """A row a response; raters bear the names of their columns, and that of system scores is a model.

    A score that is no number is left out, as RSMTool does; a blank second score means a single rating.
    Unlike there, the other scores of the row are kept, and zeros are scores.
    """
    response, human = header.need("response", RSMTOOL_RESPONSE), header.need("human")
    second, system, candidate = (header.find(field) for field in ("second_human", "system", "candidate"))
    found.models |= {system} if system else set()
    for place, row in found.rows(table):
        name = found.cell(row, response)
        if not found.see(place, name, found.cell(row, candidate)):
            continue
        for column in dict.fromkeys(filter(None, (human, second, system))):
            score = row.cells.get(column, "").strip()
            if number_of(score) is not None:
                found.rate(place, response=name, criterion=OVERALL, rater=column, cell=score)
            elif score or column in row.faults:
                shown = row.faults.get(column) or f'"{score[:60]}" is no number.'
                found.leave_out(place, f"{column} of response {name}: {shown}")
            elif column != second:
                found.leave_out(place, f"{column} of response {name}: there is no score.")


def gather_texts(table: Table, header: Header, found: Gathering) -> dict[str, Place]:
    """Answers by response id, to be joined to ratings that came without; returns where each stands.

    "response" may name either the id or the answer: it is the answer where another column holds the id.
    """
    response = header.need("response", TEXTS_RESPONSE)
    usual = [name for name in (*NAMES["text"], "response", "submission") if name != plain(response)]
    text, candidate = header.need("text", usual), header.find("candidate")
    places: dict[str, Place] = {}
    for place, row in found.rows(table):
        name = found.cell(row, response)
        if found.see(place, name, found.cell(row, candidate), _text(found, row, text)):
            places[name] = place
    return places


def _text(found: Gathering, row: Row, column: str | None) -> str:
    """The answer as it stands, or "" where nothing is to be seen in it."""
    if column is None or is_blank(found.cell(row, column)):
        return ""
    return row.cells.get(column, "")
