"""What is measured, in this order: a part is a module with TITLE, ABOUT and `run(settings) -> list[Row]`."""

from types import ModuleType

from eval.bench.parts import audit, embedded, faults, kills, memory, nodes, speed

PARTS: dict[str, ModuleType] = {
    "speed": speed,
    "memory": memory,
    "faults": faults,
    "kills": kills,
    "embedded": embedded,
    "nodes": nodes,
    "audit": audit,
}
