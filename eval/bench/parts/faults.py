"""What graders lose, and what they say of it, when the server fails by rate."""

from eval.bench.answers import CHECKLIST
from eval.bench.rows import Row
from eval.bench.server import Faults
from eval.bench.settings import Settings, tried
from eval.bench.systems import GRADERS, OURS, Load, Result, System

TITLE = "Faults"
ABOUT = (
    "5% of calls are answered 429 with Retry-After, 2% 500, and 5% with JSON that is cut off in the middle, "
    "with nothing else to show it. Lost: criteria without a verdict. Reported: those of them that the "
    "system's own results mark as failed. Scored in part: responses with a score although one of their "
    "criteria is lost."
)
RATES = Faults(too_many=0.05, broken=0.02, truncated=0.05)
_COUNT, _QUICK = 100, 20


def run(settings: Settings) -> list[Row]:
    """One row a grader."""
    return [_row(system, settings) for system in (OURS, *GRADERS) if settings.wants(system)]


def _row(system: System, settings: Settings) -> Row:
    load = Load(_QUICK if settings.quick else _COUNT, latency_s=0.05, faults=RATES)
    result = tried(system, load)
    return (
        Row(system.name, remark=result)
        if isinstance(result, str)
        else Row(system.name, figures(load, result))
    )


def figures(load: Load, result: Result) -> dict[str, float | int]:
    """The columns of one run."""
    criteria = load.responses * len(CHECKLIST)
    return {
        "criteria": criteria,
        "429 met": result.server["too_many"],
        "500 met": result.server["broken"],
        "truncated met": result.server["truncated"],
        "calls": result.server["requests"],
        "criteria lost": criteria - result.outcome.verdicts,
        "of these reported": result.outcome.reported,
        "scored in part": result.outcome.scored_in_part,
    }
