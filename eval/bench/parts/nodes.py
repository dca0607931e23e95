"""How much faster our batch is on two nodes than on one, where the judge is what takes the time."""

from eval.bench.rows import Figure, Row
from eval.bench.settings import Settings, tried
from eval.bench.systems import OURS, Load, System

TITLE = "Nodes"
ABOUT = (
    "Our batch on a Ray cluster, the ledger on PostgreSQL, all on this machine. Each node has one worker "
    "with 10 calls in flight, and every answer comes after 500 ms, so that the judge's time counts and not "
    "the machine's. Speedup: the time of one node divided by that of so many; share of the ideal: of so "
    "many times the speed. Starting the database, the nodes and the workers is left out."
)
_COUNT, _QUICK = 400, 40
_IN_FLIGHT = 10
_NODES = (1, 2)


def run(settings: Settings) -> list[Row]:
    """One row a number of nodes."""
    if not settings.wants(OURS):
        return []
    rows: list[Row] = []
    one: float | None = None
    for nodes in _NODES:
        system = System(f"ours on Ray, nodes: {nodes}", "on_ray", str(nodes))
        load = Load(_QUICK if settings.quick else _COUNT, in_flight=_IN_FLIGHT * nodes, latency_s=0.5)
        result = tried(system, load)
        if isinstance(result, str):
            rows.append(Row(system.name, remark=result))
            continue
        one = result.wall_s if nodes == 1 else one
        rows.append(Row(system.name, figures(nodes, one, result.wall_s, load.responses)))
    return rows


def figures(nodes: int, one_s: float | None, wall_s: float, responses: int) -> dict[str, Figure]:
    """The columns of one run. `one_s`: what one node takes, where that is known."""
    speedup = one_s / wall_s if one_s else None
    ideal = speedup / nodes if speedup else None
    return {"responses": responses, "wall s": wall_s, "speedup": speedup, "share of the ideal": ideal}
