"""What became of the criteria, by our grader's records."""

from eval.bench.answers import CHECKLIST
from eval.bench.measuring import Outcome
from grader.domain.record import GradeRecord


class Tally:
    """Counts as records come, so that none is kept."""

    def __init__(self) -> None:
        self._verdicts = self._reported = self._scored_in_part = 0

    def note(self, record: GradeRecord) -> None:
        """Count one record."""
        missing = len(CHECKLIST) - len({rating.criterion for rating in record.ratings})
        self._verdicts += len(CHECKLIST) - missing
        if record.score is not None and missing:
            self._scored_in_part += 1
        if record.reason is not None:
            self._reported += missing

    def outcome(self) -> Outcome:
        """The sums."""
        return Outcome(self._verdicts, self._reported, self._scored_in_part)
