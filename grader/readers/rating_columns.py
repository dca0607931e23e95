"""Which columns of a table of ratings hold what, and in which of the known layouts it is."""

from collections.abc import Collection, Sequence
from enum import StrEnum

from grader.domain.base import Value
from grader.domain.calibration_set import OVERALL
from grader.errors import InputError, Problem
from grader.readers.columns import find_column, listed, plain

NAMES = {
    "response": ("response_id", "response", "submission_id", "submission", "id"),
    "candidate": ("candidate_id", "candidate", "applicant_id", "applicant"),
    "text": ("text", "answer"),
    "rater": ("rater_id", "rater"),
    "criterion": ("criterion_id", "criterion"),
    "rating": ("rating", "score", "value", "verdict"),
    "rated": ("rated", "rated_at", "timestamp"),
    "probability": ("probability",),
    "human": ("sc1", "human", "h1"),
    "second_human": ("sc2", "human2", "h2"),
    "system": ("system", "score", "raw", "prediction"),
}
RSMTOOL_RESPONSE = ("spkitemid", "id")
TEXTS_RESPONSE = ("response_id", "submission_id", "id", "spkitemid", "response", "submission")


class RatingLayout(StrEnum):
    """How a file of ratings is laid out."""

    LONG = "long"
    """A row a rating."""
    BY_CRITERION = "by_criterion"
    """A row a response and rater, a column a criterion."""
    RSMTOOL = "rsmtool"
    """A row a response, a column a rater: what RSMTool reads."""
    LABEL_STUDIO = "label_studio"
    """Label Studio's JSON export."""


NEEDS = {
    RatingLayout.LONG: ("response", "rater", "rating"),
    RatingLayout.BY_CRITERION: ("response", "rater"),
    RatingLayout.RSMTOOL: ("response", "human"),
}


class RatingColumns(Value):
    """The user's own column names, or keys of Label Studio's `data`; None: found by the usual `NAMES`."""

    response: str | None = None
    candidate: str | None = None
    text: str | None = None
    rater: str | None = None
    criterion: str | None = None
    rating: str | None = None
    rated: str | None = None
    probability: str | None = None
    human: str | None = None
    second_human: str | None = None
    system: str | None = None
    overall: str | None = None
    """The criterion, column or control that stands for the whole answer; None: `overall`."""


class Header:
    """The header of a table of ratings."""

    def __init__(self, names: Sequence[str], line: int, file: str, columns: RatingColumns) -> None:
        self.names = names
        self._line, self._file, self._columns = line, file, columns

    def find(self, field: str, usual: Sequence[str] | None = None) -> str | None:
        """The column of a field of RatingColumns. Raises InputError where it is ambiguous."""
        wish: str | None = getattr(self._columns, field)
        return find_column(field, usual or NAMES[field], wish, self.names, file=self._file, line=self._line)

    def need(self, field: str, usual: Sequence[str] | None = None) -> str:
        """As `find`; raises InputError where there is none."""
        if (found := self.find(field, usual)) is None:
            raise self.error(f"No column for the {field} was found.", f"Name it: --column {field}=COLUMN.")
        return found

    def criteria(self, criteria: Collection[str]) -> dict[str, str]:
        """Column -> criterion id. Raises InputError where two columns stand for one."""
        known = {plain(criterion): criterion for criterion in criteria}
        known |= {plain(self._columns.overall or OVERALL): OVERALL}
        found = {name: known[plain(name)] for name in self.names if plain(name) in known}
        if len({*found.values()}) < sum(plain(name) in known for name in self.names):
            raise self.error("Two columns stand for the same criterion.", "Rename one of them.")
        return found

    def layout(self, criteria: Collection[str]) -> RatingLayout:
        """The layout that the header fits. Raises InputError where it is none, or more than one."""
        rater, rating, human = (self.find(field) is not None for field in ("rater", "rating", "human"))
        fits = [
            layout
            for layout, is_fit in (
                (RatingLayout.LONG, rater and rating),
                (RatingLayout.BY_CRITERION, rater and bool(self.criteria(criteria))),
                (RatingLayout.RSMTOOL, human),
            )
            if is_fit
        ]
        if len(fits) == 1:
            return fits[0]
        if fits:
            message = f"The ratings could be laid out as {' or as '.join(fits)}."
            raise self.error(message, "Say which.")
        raise self.error(
            "Nothing here is known as ratings.",
            "Give the columns response, rater and rating; or response, rater and one for each criterion; or "
            "sc1 as RSMTool reads it; or name your own columns.",
        )

    def error(self, message: str, remedy: str) -> InputError:
        """An error about the header, which it shows."""
        message = f"{message} The columns are: {listed(self.names)}."
        return InputError(Problem(self._file, self._line, message, remedy))
