"""Speed, CPU, prompts and memory of all systems on a server that answers after 200 ms, 50 calls in flight."""

from collections.abc import Iterator

from eval.bench.answers import letters
from eval.bench.rows import Row, ideal_s, spread, tokens
from eval.bench.settings import Settings, tried
from eval.bench.systems import CLIENTS, COMMAND, FLOOR, GRADERS, OURS, Load, Result, System

TITLE = "Speed"
ABOUT = (
    "Every answer comes after 200 ms; 50 calls are in flight. Ideal: the time that the server alone needs, "
    "ceil(calls / 50) * 0.2 s. CPU: seconds of the system's own process while it grades, after one letter to "
    "warm up. Start: imports and warming up; the whole command's other figures include it. Prompt tokens: "
    "characters of all prompts to one response / 4, schemas not counted; stable: how much of them is "
    "one prefix for all. The clients ask with a short prompt of our own and check and keep nothing; "
    "inspect-ai's scorer uses the same prompt and asks for no evidence. The floor is run again and again, to "
    "show how much the machine drifts. Server: CPU of the stand-in itself."
)
_RATIO = "wall / ideal"
_MANY, _FEW, _QUICK = 1000, 200, 20


def run(settings: Settings) -> list[Row]:
    """One row a system, the floor between them, and how far the floor's own ratios lie apart."""
    rows = [_row(system, settings) for system in _order(settings)]
    floors = [float(row.figures[_RATIO] or 0) for row in rows if row.name == FLOOR.name and row.figures]
    if len(floors) > 1:
        rows.append(Row("the floor's largest ratio above its smallest", {_RATIO: f"+{spread(floors):.0%}"}))
    return rows


def _order(settings: Settings) -> Iterator[System]:
    """The floor, if it takes part, before and after every two systems."""
    floor = [FLOOR] if settings.wants(FLOOR) else []
    wanted = [s for s in (OURS, COMMAND, *CLIENTS, *GRADERS) if settings.wants(s)]
    for place, system in enumerate(wanted):
        if place % 2 == 0:
            yield from floor
        yield system
    yield from floor


def _row(system: System, settings: Settings) -> Row:
    count = _QUICK if settings.quick else _MANY if system.calls == 1 else _FEW
    load = Load(count)
    result = tried(system, load)
    return (
        Row(system.name, remark=result)
        if isinstance(result, str)
        else Row(system.name, figures(system, load, result))
    )


def figures(system: System, load: Load, result: Result) -> dict[str, float | int]:
    """The columns of one run."""
    sent = result.server["requests"]
    beside = result.server["prompt_chars"] - system.calls * sum(map(len, letters(load.responses)))
    ideal = ideal_s(load.responses * system.calls, load.in_flight, load.latency_s)
    return {
        "responses": load.responses,
        "calls": sent,
        "peak in flight": result.server["peak_in_flight"],
        "wall s": result.wall_s,
        "ideal s": ideal,
        _RATIO: result.wall_s / ideal,
        "CPU ms a call": result.cpu_s / sent * 1000,
        "start s": result.start_s,
        "prompt tokens a response": tokens(result.server["prompt_chars"], load.responses),
        "of them beside the letter": tokens(beside, load.responses),
        "stable %": round(result.server["prefix_share"] * 100),
        "peak MB": round(result.peak_mb),
        "server CPU ms a call": result.server["cpu_s"] / sent * 1000,
    }
