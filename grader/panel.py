"""Several judges as raters of the same answer: one verdict for each criterion, and where they differ."""

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import combinations
from typing import NamedTuple

from grader.domain.rating import Evidence, Rating, Verdict
from grader.domain.reasons import ReviewReason
from grader.domain.record import Difference, GradeRecord, Opinion, Panel, Provenance, Review
from grader.domain.rubric import Rubric

_MOST_DOUBTFUL_FIRST = (Verdict.CANNOT_ASSESS, Verdict.PARTLY, Verdict.NOT_MET, Verdict.MET)
_OF_FAULTS = (Verdict.CANNOT_ASSESS, Verdict.MET, Verdict.PARTLY, Verdict.NOT_MET)
"""Of a fault, `met` says that it is there: an even split does not drop it."""

Result = tuple[Verdict, int | None]


class Merged(NamedTuple):
    """The panel's ratings, and why a person should look at some."""

    ratings: tuple[Rating, ...]
    reviews: tuple[Review, ...]


def merge(judges: Sequence[Sequence[Rating]], rater: str, faults: Collection[str] = ()) -> Merged:
    """The commonest verdict or level of each criterion, with the evidence of all who gave it.

    Each judge has one voice, and none for a claim without evidence, as long as others have one. Of an even
    split the more doubtful verdict stands: cannot assess, then partly, not met, met; of `faults` (negative
    criteria) cannot assess, then met, partly, not met; of levels the middle one of those split, of two the
    lower. The reason is that of the first judge whose voice went to the verdict, and there is no probability:
    judges' own are on different scales.
    """
    columns = list(zip(*judges, strict=True))
    return Merged(
        tuple(_merged(same, rater, faults) for same in columns),
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
    """The opinions with how far they agree, verdict by verdict; one with evidence is not one without."""
    if any(o.reason is not None for o in opinions):
        return Panel(opinions=tuple(opinions))
    said = [[(r.criterion, r.result, r.supported) for r in o.ratings] for o in opinions]
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


def _voices(same: Sequence[Rating]) -> Sequence[Rating]:
    """What is counted: alone, a claim without evidence counts for nothing too."""
    return [r for r in same if r.supported] or same


def _merged(same: Sequence[Rating], rater: str, faults: Collection[str]) -> Rating:
    voices = _voices(same)
    order = _OF_FAULTS if same[0].criterion in faults else _MOST_DOUBTFUL_FIRST
    chosen = _chosen(_leading(voices), order)
    givers = [r for r in voices if r.result == chosen]
    evidence: dict[int, Evidence] = {e.segment: e for r in givers for e in r.evidence}
    return Rating(
        rater=rater,
        criterion=same[0].criterion,
        verdict=chosen[0],
        evidence=tuple(evidence[n] for n in sorted(evidence)),
        reason=givers[0].reason,
        supported=givers[0].supported,
        level=chosen[1],
    )


def _leading(voices: Sequence[Rating]) -> list[Result]:
    counts = Counter(r.result for r in voices)
    return [given for given, count in counts.items() if count == max(counts.values())]


def _chosen(split: Sequence[Result], order: Sequence[Verdict]) -> Result:
    least = min((verdict for verdict, _ in split), key=order.index)
    levels = sorted(level for _, level in split if level is not None)
    if levels and least is not Verdict.CANNOT_ASSESS:
        middle = levels[(len(levels) - 1) // 2]
        return next(given for given in split if given[1] == middle)
    return next(given for given in split if given[0] is least)


def _difference(same: Sequence[Rating]) -> list[Review]:
    """Where voices differ, and where some have none; where nobody has evidence, the rating itself says so."""
    voices = _voices(same)
    found = []
    if len({r.result for r in voices}) > 1:
        tied = len(_leading(voices)) > 1
        found.append(ReviewReason.JUDGES_TIED if tied else ReviewReason.JUDGES_DISAGREE)
    if len(voices) < len(same):
        found.append(ReviewReason.UNSUPPORTED)
    return [Review(reason=reason, detail=same[0].criterion) for reason in found]
