"""What is read of ratings, row by row: answers, ratings, what was left out, and every fault."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from pathlib import PurePath
from typing import NamedTuple

from grader.domain.calibration_set import OVERALL, Exclusion, Response, SetRating
from grader.domain.rating import Verdict
from grader.errors import InputError, Problem
from grader.readers.columns import listed, plain
from grader.readers.rating_values import LOOSE_WORDS, number_of, value_of
from grader.readers.tables import Row, Table

LONGEST_NAME = 200


class Place(NamedTuple):
    """Where something stands: a line, or in words where the file has no lines to speak of."""

    line: int | None
    words: str = ""


@dataclass(frozen=True)
class Imported:
    """What a file of ratings held. Nothing in it tells which raters are people: see `assemble_set`."""

    file: str
    responses: tuple[Response, ...]
    ratings: tuple[SetRating, ...]
    places: tuple[Place, ...]
    """Where each of `ratings` stands."""
    raters: tuple[str, ...]
    """All who gave a rating, in the order of the file."""
    models: frozenset[str]
    """Those of `raters` that the file itself says are models."""
    exclusions: tuple[Exclusion, ...]


@dataclass
class Gathering:
    """Collects what a reader finds; `result` gives it, or raises one InputError with all faults."""

    file: str
    criteria: Collection[str] | None = None
    """Known criterion ids; None: every name is taken for one."""
    words: Mapping[str, float] = field(default_factory=lambda: LOOSE_WORDS)
    overall: str = OVERALL
    """The file's own name for the rating of the whole answer."""
    ignored: Collection[str] = ()
    """Names in the criterion's place that hold no ratings."""
    models: set[str] = field(default_factory=set)
    candidates: dict[str, str] = field(default_factory=dict)
    """Response -> candidate, "" where not known (yet)."""
    texts: dict[str, str] = field(default_factory=dict)
    ratings: dict[tuple[str, str, str], SetRating] = field(default_factory=dict)
    places: dict[tuple[str, str, str], Place] = field(default_factory=dict)
    exclusions: list[Exclusion] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def rows(self, table: Table) -> Iterator[tuple[Place, Row]]:
        """The sound rows; a damaged one is a fault."""
        try:
            for row in table.rows:
                if row.fault:
                    self.fault(Place(row.line), row.fault, "")
                else:
                    yield Place(row.line), row
        except InputError as error:  # the file cannot be read on from here
            self.problems += [replace(problem, file=self.file) for problem in error.problems]

    def cell(self, row: Row, column: str | None) -> str:
        """A cell without white space around it; "" where there is none, and a fault where it is damaged."""
        if column is None:
            return ""
        if column in row.faults:
            self.fault(Place(row.line), f'Column "{column}": {row.faults[column]}', "")
        return row.cells.get(column, "").strip()

    def fault(self, place: Place, message: str, remedy: str) -> None:
        """Notes what is wrong; nothing of the file is then taken."""
        message = f"{place.words}: {message}" if place.words else message
        self.problems.append(Problem(self.file, place.line, message, remedy))

    def leave_out(self, place: Place, reason: str) -> None:
        """Notes what is no rating, and why."""
        name = PurePath(self.file).name
        where = f"{name}:{place.line}" if place.line else f"{name}: {place.words}"
        self.exclusions.append(Exclusion(place=where, reason=reason))

    def see(self, place: Place, response: str, candidate: str = "", text: str = "") -> bool:
        """Takes a response down; False where it has no id. What is told twice must be told alike."""
        if not self._is_name(place, "response", response):
            return False
        known, words = self.candidates.setdefault(response, candidate), self.texts.setdefault(response, text)
        if candidate and self._is_name(place, "candidate", candidate):
            self.candidates[response] = known or candidate
            if known and known != candidate:
                message = f'Response "{response}" is of candidate "{candidate}" here and of "{known}" before.'
                self.fault(place, message, "Give it one candidate.")
        if text:
            self.texts[response] = words or text
            if words and words != text:
                message = f'Response "{response}" has another text here than before.'
                self.fault(place, message, "Give each response one text.")
        return True

    def rate(
        self,
        place: Place,
        *,
        response: str,
        criterion: str,
        rater: str,
        cell: str,
        probability: str = "",
        rated: str = "",
    ) -> None:
        """Takes a rating down, or why it is none."""
        if criterion in self.ignored:
            return
        criterion = OVERALL if plain(criterion) in ("", OVERALL, plain(self.overall)) else criterion
        if not cell or plain(cell) == Verdict.CANNOT_ASSESS:
            why = "the rater could not assess it" if cell else "the rating is blank"
            self.leave_out(place, f"{criterion} of response {response} by {rater or 'nobody'}: {why}.")
            return
        value, chance = self._value(place, criterion, cell), self._chance(place, probability)
        sound = self._is_name(place, "rater", rater) & self._is_criterion(place, criterion)
        sound &= self._is_time(place, rated)
        if not sound or value is None:
            return
        key = (response, criterion, rater)
        if key in self.ratings:
            before = self.places[key]
            where = f"line {before.line}" if before.line else before.words
            message = f'"{rater}" rated {criterion} of response "{response}" already ({where}).'
            self.fault(place, message, "Keep one of the two.")
            return
        self.places[key] = place
        self.ratings[key] = SetRating(
            response=response,
            criterion=criterion,
            rater=rater,
            value=value,
            probability=chance,
            rated=rated or None,
        )

    def result(self) -> Imported:
        """All that was found. Raises InputError with every fault."""
        if self.problems:
            raise InputError(*self.problems)
        raters = tuple(dict.fromkeys(rating.rater for rating in self.ratings.values()))
        return Imported(
            file=self.file,
            responses=tuple(
                Response(id=name, candidate=candidate or name, text=self.texts[name] or None)
                for name, candidate in self.candidates.items()
            ),
            ratings=tuple(self.ratings.values()),
            places=tuple(self.places.values()),
            raters=raters,
            models=frozenset(self.models & set(raters)),
            exclusions=tuple(self.exclusions),
        )

    def _is_name(self, place: Place, what: str, name: str) -> bool:
        if not name:
            self.fault(place, f"No {what} is named.", f"Fill in the {what}'s id.")
        elif len(name) > LONGEST_NAME:
            self.fault(place, f"The {what}'s id is longer than {LONGEST_NAME} characters.", "Shorten it.")
        return 0 < len(name) <= LONGEST_NAME

    def _is_criterion(self, place: Place, criterion: str) -> bool:
        if self.criteria is None or criterion == OVERALL or criterion in self.criteria:
            return True
        known = sorted({*self.criteria, OVERALL})
        near = get_close_matches(criterion[:60], known, n=1)
        remedy = f'Did you mean "{near[0]}"?' if near else f"The criteria are {listed(known)}."
        self.fault(place, f'There is no criterion "{criterion[:60]}".', remedy)
        return False

    def _is_time(self, place: Place, rated: str) -> bool:
        try:
            return not rated or bool(datetime.fromisoformat(rated))
        except ValueError:
            remedy = "Write it as 2026-03-31 or 2026-03-31T14:05, or take it out."
            self.fault(place, f'"{rated[:60]}" is no ISO 8601 time.', remedy)
            return False

    def _chance(self, place: Place, cell: str) -> float | None:
        chance = number_of(cell) if cell else None
        if cell and (chance is None or not 0 <= chance <= 1):
            self.fault(
                place, f'"{cell[:60]}" is no probability.', "Give a number from 0 to 1, or leave it blank."
            )
            return None
        return chance

    def _value(self, place: Place, criterion: str, cell: str) -> float | None:
        value = value_of(cell, criterion, self.words)
        if value is None:
            remedy = (
                "An overall rating is a number; leave it blank where there is none."
                if criterion == OVERALL
                else "A criterion is met, partly or not_met (1, 0.5, 0); leave it blank where there is none."
            )
            self.fault(place, f'"{cell[:60]}" is no rating of {criterion}.', remedy)
        return value
