"""Collects outcomes of candidates and their groups, for the audit by groups alone."""

from collections.abc import Sequence
from pathlib import Path

from grader.assessment_files import load_assessment
from grader.cli.carding import Wanted, cards
from grader.errors import InputError, Problem
from grader.fairness.audit import Outcomes, audit
from grader.fairness.outcomes import Groups, UnknownColumnError
from grader.fairness.report import FairnessReport
from grader.fairness.scorecards import Examined, stages
from grader.ledger.store import SqlLedger
from grader.readers.columns import listed, plain
from grader.readers.groups import read_groups
from grader.reports.carded import Carded

LL144 = ("sex", "race_ethnicity")
"""Columns whose intersection is reported unasked where both are there (6 RCNY 5-301)."""


def from_ledger(ledger: str, assessment: str, runs: Sequence[str]) -> Outcomes:
    """The outcomes of everybody who answered a task of the assessment. Raises InputError."""
    loaded = load_assessment(assessment)
    with SqlLedger(ledger, create=False) as store:
        found = cards(store, loaded, Wanted(runs=runs))
    examined = [_examined(one) for one in found]
    candidates = frozenset(one.card.candidate for one in examined)
    return Outcomes(loaded.assessment.id, candidates, stages(examined))


def examine(
    outcomes: Outcomes, path: Path, by: Sequence[str], cross: Sequence[str], minimum: int
) -> FairnessReport:
    """The audit by the groups in the file at `path`; `cross`: columns between commas. Raises InputError."""
    groups = read_groups(path)
    if not groups.categories.keys() & outcomes.candidates:
        message = f"No candidate of {outcomes.material} is in this file."
        some = f"such as {listed(sorted(outcomes.candidates)[:3])}"
        raise InputError(Problem(path.name, None, message, f"Use the same ids in both, {some}."))
    crossed = [tuple(name.strip() for name in one.split(",")) for one in cross] or _usual(groups)
    for several in crossed:
        if len(several) < 2:
            message, remedy = f'"{several[0][:60]}" is one column.', "Name two: --cross sex,race_ethnicity."
            raise InputError(Problem("--cross", None, message, remedy))
    try:
        return audit(outcomes, groups, by or groups.columns, crossed, minimum)
    except UnknownColumnError as error:
        message = f'There is no column "{error.column[:60]}". The columns are: {listed(groups.columns)}.'
        raise InputError(Problem(path.name, None, message, "Check the spelling.")) from error


def _usual(groups: Groups) -> list[tuple[str, ...]]:
    found = {plain(column): column for column in groups.columns}
    return [tuple(found[name] for name in LL144)] if all(name in found for name in LL144) else []


def _examined(carded: Carded) -> Examined:
    ratings = {
        task: (
            item.rubric,
            {r.criterion: r for r in item.record.ratings} | dict(carded.decided.get(task, {})),
        )
        for task, item in carded.answers.items()
        if item.rubric is not None
    }
    choice = carded.decisions[-1].decision.choice if carded.decisions else None
    return Examined(carded.card, ratings, choice)
