"""Several judges as raters of the same answer: one verdict for each criterion, and where they differ."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

from grader.domain.rating import Evidence, Rating, Verdict
from grader.domain.reasons import ReviewReason
from grader.domain.record import Difference, GradeRecord, Opinion, Panel, Provenance, Review
from grader.domain.rubric import Rubric

_MOST_DOUBTFUL_FIRST = (Verdict.CANNOT_ASSESS, Verdict.PARTLY, Verdict.NOT_MET, Verdict.MET)

Result = tuple[Verdict, int | None]


class Merged(NamedTuple):
    """The panel's ratings, and why a person should look at some."""

    ratings: tuple[Rating, ...]
    reviews: tuple[Review, ...]


def merge(judges: Sequence[Sequence[Rating]], rater: str) -> Merged:
    """The commonest verdict or level of each criterion, with the evidence of all who gave it.

    Each judge has one voice. Of an even split the more doubtful verdict stands: cannot assess, then partly,
    not met, met; of levels the middle one of those split, of two the lower. The reason is that of the first
    judge who gave the verdict, and there is no probability: judges' own are on different scales.
    """
    columns = list(zip(*judges, strict=True))
    return Merged(
        tuple(_merged(same, rater) for same in columns),
        tuple(review for same in columns for review in _difference(same)),
    )


def opinion(record: GradeRecord, rubric: Rubric) -> Opinion:
    """What a judge said by itself, from the record that it would make alone."""
    assert record.provenance is not None  # noqa: S101 - it was asked
    judged = {c.id for c in rubric.judged}
    return Opinion(
        provenance=record.provenance,
        percent=record.score.percent if record.score else None,
        ratings=tuple(r for r in record.ratings if r.criterion in judged),
        reviews=record.reviews,
        reason=record.reason,
        detail=record.detail,
    )


def agreement(opinions: Sequence[Opinion]) -> Panel:
    """The opinions with how far they agree, verdict by verdict."""
    if any(o.reason is not None for o in opinions):
        return Panel(opinions=tuple(opinions))
    said = [[(r.criterion, result(r)) for r in o.ratings] for o in opinions]
    same = [len(set(column)) == 1 for column in zip(*said, strict=True)]
    differences = tuple(
        Difference(judges=(a.provenance.judge, b.provenance.judge), criteria=tuple(criteria))
        for (a, one), (b, other) in combinations(zip(opinions, said, strict=True), 2)
        if (criteria := [x[0] for x, y in zip(one, other, strict=True) if x != y])
    )
    return Panel(opinions=tuple(opinions), exact=round(sum(same) / len(same), 4), differences=differences)


def provenance(judges: Sequence[Provenance]) -> Provenance:
    """What produced a panel's record: all judges, all models as returned, all requests."""
    models = sorted({p.model for p in judges if p.model})
    fingerprints = sorted({p.fingerprint for p in judges if p.fingerprint})
    return judges[0].model_copy(
        update={
            "judge": names([p.judge for p in judges]),
            "model": ", ".join(models) or None,
            "fingerprint": ", ".join(fingerprints) or None,
            "requests": tuple(r for p in judges for r in p.requests),
        }
    )


def names(judges: Sequence[str]) -> str:
    """A panel's name."""
    return " + ".join(judges)


def result(rating: Rating) -> Result:
    """What judges are compared by."""
    return rating.verdict, rating.level


def _merged(same: Sequence[Rating], rater: str) -> Rating:
    chosen = _chosen(_leading(same))
    givers = [r for r in same if result(r) == chosen]
    evidence: dict[int, Evidence] = {e.segment: e for r in givers for e in r.evidence}
    return Rating(
        rater=rater,
        criterion=same[0].criterion,
        verdict=chosen[0],
        evidence=tuple(evidence[n] for n in sorted(evidence)),
        # a reason tells of what was counted, where anything was
        reason=next((r.reason for r in givers if r.supported), givers[0].reason),
        supported=any(r.supported for r in givers),
        level=chosen[1],
    )


def _leading(same: Sequence[Rating]) -> list[Result]:
    counts = Counter(map(result, same))
    return [given for given, count in counts.items() if count == max(counts.values())]


def _chosen(split: Sequence[Result]) -> Result:
    least = min(_MOST_DOUBTFUL_FIRST.index(verdict) for verdict, _ in split)
    levels = sorted(level for _, level in split if level is not None)
    if levels and _MOST_DOUBTFUL_FIRST[least] is not Verdict.CANNOT_ASSESS:
        middle = levels[(len(levels) - 1) // 2]
        return next(given for given in split if given[1] == middle)
    return next(given for given in split if given[0] is _MOST_DOUBTFUL_FIRST[least])


def _difference(same: Sequence[Rating]) -> list[Review]:
    if len(set(map(result, same))) == 1:
        return []
    tied = len(_leading(same)) > 1
    reason = ReviewReason.JUDGES_TIED if tied else ReviewReason.JUDGES_DISAGREE
    return [Review(reason=reason, detail=same[0].criterion)]
