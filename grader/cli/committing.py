"""Checks a person's own ratings against submissions and rubrics, and puts them on record."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from pydantic import TypeAdapter, ValidationError

from grader.cli.grading import Selection
from grader.cli.own_ratings import Own
from grader.domain.calibration_set import VALUES, SetRating
from grader.domain.rubric import Rubric
from grader.domain.run import TextKind
from grader.domain.second_rater import Commitment, Committed, Named, OwnRating, RatedText
from grader.domain.submission import Submission
from grader.errors import InputError, Problem
from grader.ledger.store import SqlLedger

_NAME: TypeAdapter[str] = TypeAdapter(Named)
_VERDICTS = {value: verdict for verdict, value in VALUES.items()}


def checked_name(name: str, option: str) -> str:
    """A person's name without white space around it. Raises InputError where it is none."""
    try:
        return _NAME.validate_python(name)
    except ValidationError as error:
        message = f"{name[:60]!r} is no name: it has 2 to 200 characters."
        raise InputError(Problem(option, None, message, "Give your own name, such as 'Jane Doe'.")) from error


def read_for(own: Own, selection: Selection) -> dict[str, Submission]:
    """All submissions by id; only those that were rated keep their texts. Raises InputError."""
    rated = {rating.response for rating in own.ratings}
    return {s.id: s if s.id in rated else s.model_copy(update={"text": ""}) for s in selection.read()}


def checked_ratings(
    file: str, own: Own, submissions: Mapping[str, Submission], rubrics: Mapping[str, Rubric]
) -> tuple[OwnRating, ...]:
    """The ratings in the order of submissions and rubric. Raises InputError with all faults of the file."""
    problems = [*own.problems, *_problems(file, own, submissions, rubrics)]
    if problems:
        raise InputError(*sorted(problems, key=lambda problem: problem.line or 0))
    places = {name: place for place, name in enumerate(submissions)}

    def order(rating: SetRating) -> tuple[int, int]:
        criteria = [c.id for c in rubrics[submissions[rating.response].task].criteria]
        return places[rating.response], criteria.index(rating.criterion)

    return tuple(
        OwnRating.model_validate(
            {
                "submission": r.response,
                "criterion": r.criterion,
                "verdict": _VERDICTS[r.value],
                "rated": r.rated,
            }
        )
        for r in sorted(own.ratings, key=order)
    )


def commit(
    ledger: SqlLedger,
    rater: str,
    ratings: tuple[OwnRating, ...],
    submissions: Mapping[str, Submission],
    rubrics: Mapping[str, Rubric],
) -> Committed:
    """Keep the ratings, with all texts and rubrics that they are about; the same ones are kept once."""
    rated = [submissions[name] for name in dict.fromkeys(rating.submission for rating in ratings)]
    commitment = Commitment(
        rater=rater,
        texts=tuple(
            RatedText(submission=s.id, task=s.task, text=s.digest, rubric=rubrics[s.task].digest)
            for s in rated
        ),
        ratings=ratings,
    )
    for submission in rated:
        ledger.keep_text(TextKind.SUBMISSION, submission.text)
        ledger.keep_text(TextKind.RUBRIC, rubrics[submission.task].canonical)
    return ledger.append_commitment(commitment)


def _problems(
    file: str, own: Own, submissions: Mapping[str, Submission], rubrics: Mapping[str, Rubric]
) -> Iterator[Problem]:
    first: dict[tuple[str, str], int | None] = {}
    for rating, line in zip(own.ratings, own.lines, strict=True):
        name, criterion = rating.response, rating.criterion
        if name not in submissions:
            message = f'There is no submission "{name[:60]}".'
            yield Problem(file, line, message, _remedy(name, submissions, "submissions"))
            continue
        rubric = rubrics.get(submissions[name].task)
        criteria = [c.id for c in rubric.criteria] if rubric else []
        if rubric is None:
            message = f'No rubric has the task "{submissions[name].task[:60]}" of submission "{name[:60]}".'
            yield Problem(file, line, message, "Name its rubrics with --rubrics, or remove the row.")
        elif criterion not in criteria:
            message = f'The task "{rubric.task}" has no criterion "{criterion[:60]}".'
            yield Problem(file, line, message, _remedy(criterion, criteria, "criteria"))
        elif (name, criterion) in first:
            message = f'"{criterion}" of submission "{name[:60]}" was rated in line {first[name, criterion]}.'
            yield Problem(file, line, message, "Keep one of the two.")
        else:
            first[name, criterion] = line


def _remedy(name: str, known: Mapping[str, Submission] | list[str], what: str) -> str:
    near = get_close_matches(name[:60], list(known), n=1)
    if near:
        return f'Did you mean "{near[0]}"?'
    return f"The {what} are {', '.join(list(known)[:12])}{' and more' if len(known) > 12 else ''}."
