"""Several answers of one judge to the same question, merged into one rating for each criterion."""

from collections import Counter
from collections.abc import Sequence

from grader.domain.calibration_set import VALUES
from grader.domain.rating import Rating, Verdict


def merge(repeats: Sequence[Sequence[Rating]]) -> tuple[Rating, ...]:
    """The commonest verdict or level of each criterion (of equals the first), as it was first given with
    evidence that holds, where it ever was.

    The probability is the mean of the repeats' own; without log-probabilities, of their verdicts as numbers.
    One repeat comes back as it is.
    """
    if len(repeats) == 1:
        return tuple(repeats[0])
    return tuple(_merged(same) for same in zip(*repeats, strict=True))


def disagreeing(repeats: Sequence[Sequence[Rating]]) -> tuple[str, ...]:
    """Criteria to which the repeats gave different verdicts or levels."""
    columns = zip(*repeats, strict=True)
    return tuple(same[0].criterion for same in columns if len({r.result for r in same}) > 1)


def _merged(same: Sequence[Rating]) -> Rating:
    commonest = Counter(r.result for r in same).most_common(1)[0][0]
    agreed = [r for r in same if r.result == commonest]
    chosen = next((r for r in agreed if r.supported), agreed[0])
    if chosen.level is not None:
        return chosen
    own = [r.probability for r in same if r.probability is not None]
    if len(own) < len(same):
        own = [VALUES[r.verdict] for r in same if r.verdict is not Verdict.CANNOT_ASSESS]
    return chosen.model_copy(update={"probability": sum(own) / len(own) if own else None})
