"""What became of the tries of a run that failed."""

from collections import Counter
from collections.abc import Iterable

from grader.domain.base import Value


class Tally(Value):
    """How a judge's calls went, beside those that were answered at once."""

    failed: dict[str, int]
    """Failed tries by reason, most frequent first; a call may have had several."""
    paused_s: float
    """Seconds for which the judge asked not to be called at all."""
    in_flight: int
    """Calls allowed at once at the start."""
    fewest_in_flight: int
    """The fewest to which refusals and slowness brought that down."""

    @property
    def sentence(self) -> str:
        """All of it for a person to read; empty where nothing went wrong."""
        said = []
        if self.failed:
            reasons = ", ".join(f"{count:,} × {reason}" for reason, count in self.failed.items())
            said.append(f"Failed tries: {reasons}.")
        if self.paused_s >= 1:
            said.append(f"Paused for {self.paused_s:.0f} seconds, as the judge asked.")
        if self.fewest_in_flight < self.in_flight:
            said.append(f"Down to {self.fewest_in_flight} of {self.in_flight} calls at once.")
        return " ".join(said)


def together(tallies: Iterable[Tally]) -> Tally:
    """Those of workers that asked side by side as one; pauses overlap, so the longest counts."""
    heard = list(tallies)
    failed = sum((Counter(tally.failed) for tally in heard), Counter[str]())
    return Tally(
        failed=dict(failed.most_common()),
        paused_s=max((tally.paused_s for tally in heard), default=0.0),
        in_flight=sum(tally.in_flight for tally in heard),
        fewest_in_flight=sum(tally.fewest_in_flight for tally in heard),
    )
