"""The form of a candidate notice: what it says, and what only the employer can fill in."""

from string import Template
from typing import Annotated, Self

from pydantic import Field, RootModel, StringConstraints, model_validator

from grader.domain.base import Identified, Value
from grader.domain.criterion import Identifier

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=2000)]
FROM_LEDGER = frozenset({"tasks", "models", "agreement"})
"""Places that the program fills; all others are the employer's."""


class Point(Value):
    """One heading, the laws that ask for it, and its text with `$name` places."""

    id: Identifier
    title: Line
    laws: tuple[Line, ...]
    text: Line

    @property
    def places(self) -> list[str]:
        """Names of its places."""
        return Template(self.text).get_identifiers()


class NoticeForm(Identified):
    """A notice before it is filled in; laws change, so the whole form is a file."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*-v\d+$")]
    title: Line
    note: Line
    """For the employer; no part of the notice."""
    fields: dict[Identifier, Line]
    """What the employer fills in, by name."""
    points: Annotated[tuple[Point, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _places_known(self) -> Self:
        used: set[str] = set()
        for point in self.points:
            if not Template(point.text).is_valid():
                raise ValueError(f"{point.id}: a '$' stands without a name; write '$$' for the sign itself")
            if unknown := [p for p in point.places if p not in FROM_LEDGER and p not in self.fields]:
                raise ValueError(f"{point.id} has a place that is no field: ${unknown[0]}")
            used.update(point.places)
        if unused := [name for name in self.fields if name not in used]:
            raise ValueError(f"no point has a place for the field {unused[0]}")
        return self


class Given(RootModel[dict[Identifier, Line]]):
    """What an employer has filled in, by field."""


class Piece(Value):
    """A stretch of text; `blank`: what the employer has still to write here."""

    text: str
    blank: bool = False


class FilledPoint(Value):
    """A point as a candidate reads it."""

    title: str
    laws: tuple[str, ...]
    pieces: tuple[Piece, ...]


class Notice(Value):
    """A notice as far as it is filled in."""

    form: str
    form_digest: str
    title: str
    note: str
    points: tuple[FilledPoint, ...]
    fields: int
    blanks: tuple[str, ...]
    """Labels of the fields that are not filled in."""
