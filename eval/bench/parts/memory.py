"""Memory of our whole command as the number of responses grows a hundredfold."""

from eval.bench.rows import Row
from eval.bench.settings import Settings, tried
from eval.bench.systems import COMMAND, Load

TITLE = "Memory of ours"
ABOUT = (
    "The whole command from a file of answers to a ledger, on a server that answers at once, 50 calls in "
    "flight. Peak: the most memory that the process held. CPU: all of the command, its start included."
)
_COUNTS, _QUICK = (1_000, 10_000, 100_000), (20, 100)


def run(settings: Settings) -> list[Row]:
    """One row a number of responses."""
    if not settings.wants(COMMAND):
        return []
    rows: list[Row] = []
    smallest: float | None = None
    for count in _QUICK if settings.quick else _COUNTS:
        result = tried(COMMAND, Load(count, latency_s=0.0))
        name = f"{count:,} responses"
        if isinstance(result, str):
            rows.append(Row(name, remark=result))
            continue
        smallest = smallest or result.peak_mb
        figures = {
            "peak MB": round(result.peak_mb),
            "peak / first peak": result.peak_mb / smallest,
            "CPU ms a response": result.cpu_s / count * 1000,
            "wall s": result.wall_s,
        }
        rows.append(Row(name, figures))
    return rows
