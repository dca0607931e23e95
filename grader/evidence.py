"""Checks claims against the submission: a claim whose evidence holds becomes a rating."""

from collections.abc import Mapping, Sequence

from grader.domain.rating import Claim, Evidence, Rating, Verdict
from grader.domain.submission import Segment

_NEEDS_EVIDENCE = frozenset({Verdict.MET, Verdict.PARTLY})


def verify(
    claims: Sequence[Claim],
    segments: Sequence[Segment],
    rater: str,
    probabilities: Mapping[str, Mapping[Verdict, float]],
) -> tuple[Rating, ...]:
    """Ratings in the claims' order. Offsets are the segments' own, so a quote cannot be invented.

    `met` and `partly` without a segment are marked unsupported: they count for nothing.
    `probabilities`: per criterion the judge's own, of which that of `met` is kept.
    """
    by_number = {segment.number: segment for segment in segments}
    return tuple(_rating(claim, by_number, rater, probabilities.get(claim.criterion, {})) for claim in claims)


def _rating(
    claim: Claim, by_number: Mapping[int, Segment], rater: str, probabilities: Mapping[Verdict, float]
) -> Rating:
    evidence = tuple(
        Evidence(segment=n, start=by_number[n].start, end=by_number[n].end)
        for n in claim.segments
        if n in by_number
    )
    return Rating(
        rater=rater,
        criterion=claim.criterion,
        verdict=claim.verdict,
        evidence=evidence,
        reason=claim.reason,
        probability=probabilities.get(Verdict.MET),
        supported=bool(evidence) or claim.verdict not in _NEEDS_EVIDENCE,
        level=claim.level,
    )


def quote(text: str, evidence: Evidence) -> str:
    """The passage itself, verbatim."""
    return text[evidence.start : evidence.end]
