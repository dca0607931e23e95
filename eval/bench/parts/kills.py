"""Our whole command, killed at random moments and started again until it is done."""

import tempfile
from pathlib import Path

from eval.bench.killing import Broken, Unbroken, broken_run, moments, unbroken_run
from eval.bench.material import write_files
from eval.bench.rows import Row
from eval.bench.settings import Settings
from eval.bench.systems import COMMAND, DidNotRunError, Load, serving

TITLE = "Kills of ours"
ABOUT = (
    "`grader grade` over one file, once undisturbed and once killed (SIGKILL) again and again and started "
    "anew, until it is done. A kill comes a random while after a random number of answers was kept. Records: "
    "whether those of the last start are the very same as those of the undisturbed run, in order. Asked "
    "twice: requests beyond those of the undisturbed run; at most: kills x calls in flight. Wall / "
    "undisturbed: all starts together."
)
_LOAD, _KILLS = Load(2000, in_flight=20), 50
"""Few calls at once: each start brings in a wave of them, and the work is to last for all kills."""
_QUICK_LOAD, _QUICK_KILLS = Load(60, in_flight=8, latency_s=0.1), 3


def run(settings: Settings) -> list[Row]:
    """One row."""
    if not settings.wants(COMMAND):
        return []
    load, kills = (_QUICK_LOAD, _QUICK_KILLS) if settings.quick else (_LOAD, _KILLS)
    name = f"{COMMAND.name}, {load.responses:,} responses"
    with tempfile.TemporaryDirectory() as home, serving(load) as address:
        folder = Path(home)
        write_files(folder, load.responses)
        try:
            unbroken = unbroken_run(folder, address, load)
            broken = broken_run(folder, address, load, moments(load, kills))
        except DidNotRunError as error:
            return [Row(name, remark=f"did not run: {error}")]
    return [Row(name, figures(load, unbroken, broken))]


def figures(load: Load, unbroken: Unbroken, broken: Broken) -> dict[str, float | int | str]:
    """The columns of the row."""
    return {
        "kills": broken.kills,
        "calls": broken.requests,
        "asked twice": broken.requests - unbroken.requests,
        "at most": broken.kills * load.in_flight,
        "records equal": "yes" if broken.records == unbroken.records else "no",
        "wall s": broken.wall_s,
        "wall / undisturbed": broken.wall_s / unbroken.wall_s,
    }
