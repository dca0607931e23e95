"""What stands out over all submissions: the matrix of candidates and tasks, distributions, and open work."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from grader.domain.rating import Verdict
from grader.domain.record import GateOutcome, GradeRecord
from grader.domain.rubric import Rubric
from grader.reports.checklist import criteria_of
from grader.reports.graded import Graded
from grader.reports.wording import counted, number, title_of, verdict_word

BINS = 10
_FEWEST = 3
"""Below this many a distribution says less than the scores themselves."""


@dataclass(frozen=True)
class Bin:
    """One bar of a histogram: `low` <= score < `high`, the last one with 100."""

    low: int
    high: int
    count: int
    height: float
    """Share of the tallest bar, 0 to 1."""


@dataclass(frozen=True)
class Share:
    """A verdict's part of one criterion's ratings; `start` and `width` in percent."""

    verdict: Verdict
    count: int
    start: float
    width: float


@dataclass(frozen=True)
class CriterionShares:
    """How one criterion came out over all submissions of a task."""

    title: str
    negative: bool
    shares: tuple[Share, ...]
    sentence: str


@dataclass(frozen=True)
class TaskView:
    """How one task came out."""

    task: str
    title: str
    sentence: str
    bins: tuple[Bin, ...]
    """Empty where there are too few scores to draw."""
    criteria: tuple[CriterionShares, ...]


def matrix(items: Sequence[Graded]) -> tuple[list[str], list[str], Mapping[tuple[str, str], list[int]]]:
    """Candidates and tasks in order of appearance, and for each pair its records' positions in `items`."""
    cells: dict[tuple[str, str], list[int]] = {}
    for place, item in enumerate(items):
        cells.setdefault((item.record.candidate, item.record.task), []).append(place)
    candidates = list(dict.fromkeys(candidate for candidate, _ in cells))
    tasks = list(dict.fromkeys(task for _, task in cells))
    return candidates, tasks, cells


def failed_gates(item: Graded) -> list[str]:
    """Titles of the must-haves that are not met."""
    return _gates(item, GateOutcome.FAILED)


def doubtful_gates(item: Graded) -> list[str]:
    """Titles of the must-haves that are met only in part."""
    return _gates(item, GateOutcome.DOUBTFUL)


def red_flags(item: Graded) -> list[str]:
    """Titles of the red flags raised."""
    score = item.record.score
    return [title_of(item.rubric, criterion) for criterion in (score.red_flags if score else ())]


def tasks_of(items: Sequence[Graded]) -> list[TaskView]:
    """A view of each task with a known rubric and enough submissions, in order of appearance."""
    by_task: dict[str, list[Graded]] = {}
    for item in items:
        if item.rubric is not None:
            by_task.setdefault(item.record.task, []).append(item)
    return [_task(task, members) for task, members in by_task.items() if len(members) >= _FEWEST]


def histogram(scores: Sequence[float]) -> tuple[Bin, ...]:
    """Counts of `scores` (0 to 100) in bins of ten."""
    counts = [0] * BINS
    for score in scores:
        counts[min(BINS - 1, int(score * BINS / 100))] += 1
    tallest = max(counts)
    size = 100 // BINS
    return tuple(
        Bin(low=i * size, high=(i + 1) * size, count=n, height=n / tallest if tallest else 0.0)
        for i, n in enumerate(counts)
    )


def _gates(item: Graded, outcome: GateOutcome) -> list[str]:
    score = item.record.score
    found = [gate.criterion for gate in score.gates if gate.outcome is outcome] if score else []
    return [title_of(item.rubric, criterion) for criterion in found]


def _task(task: str, items: Sequence[Graded]) -> TaskView:
    rubric = items[0].rubric
    scores = [item.record.score.percent for item in items if item.record.score]
    return TaskView(
        task=task,
        title=rubric.title if rubric else task,
        sentence=_summary(scores, len(items)),
        bins=histogram(scores) if len(scores) >= _FEWEST else (),
        criteria=_criteria(rubric, [item.record for item in items]),
    )


def _summary(scores: Sequence[float], total: int) -> str:
    have = f"{len(scores)} of {counted(total, 'submission has', 'submissions have')} a score"
    if not scores:
        return f"{have}."
    if len(scores) < _FEWEST:
        return f"{have}: {' and '.join(number(s, 1) for s in sorted(scores))}."
    low, middle, high = (number(f(scores), 1) for f in (min, median, max))
    return f"{have}: lowest {low}, median {middle}, highest {high}."


def _criteria(rubric: Rubric | None, records: Sequence[GradeRecord]) -> tuple[CriterionShares, ...]:
    verdicts = {
        c.id: [r.verdict for record in records for r in record.ratings if r.criterion == c.id]
        for c in criteria_of(rubric)
    }
    views = []
    for criterion in criteria_of(rubric):
        found = verdicts[criterion.id]
        shares, start = [], 0.0
        for verdict in Verdict:
            width = 100 * found.count(verdict) / len(found) if found else 0.0
            shares.append(Share(verdict=verdict, count=found.count(verdict), start=start, width=width))
            start += width
        levels = _levels(criterion.id, records)
        said = [f"{n} at level {level}" for level, n in levels.items()] or [
            f"{s.count} {verdict_word(s.verdict, criterion)}" for s in shares if s.count
        ]
        views.append(
            CriterionShares(
                title=criterion.title,
                negative=criterion.negative,
                shares=tuple(shares),
                sentence=", ".join(said) or "no ratings",
            )
        )
    return tuple(views)


def _levels(criterion: str, records: Sequence[GradeRecord]) -> dict[int, int]:
    """How often each level was given, the lowest first; empty for criteria without levels."""
    ratings = (r for record in records for r in record.ratings if r.criterion == criterion)
    return dict(sorted(Counter(r.level for r in ratings if r.level is not None).items()))
