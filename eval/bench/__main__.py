"""Runs the bench: `python -m eval.bench [--only NAME ...] [--quick] [--out FILE]`.

NAME is a part, such as `faults`, or a word of a system's name, such as `deepeval`. A run of everything is
written to eval/results/bench.md; any other only where --out says.
"""

import argparse
import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from eval.bench.environments import ROOT, requirements_of
from eval.bench.parts import PARTS
from eval.bench.settings import Settings, chosen
from eval.bench.systems import SYSTEMS
from eval.bench.tables import Section, as_markdown, on_terminal

_RESULTS = ROOT / "eval" / "results" / "bench.md"
_WIDTH = 220
"""Columns of the tables where nobody says how many there are."""
_HEAD = """\
# The bench: us and others, side by side

Made by `make bench` on {date}: {machine}. The stand-in server runs on the same cores.
**Only ratios inside this run are to be trusted**: seconds and CPU times change with the machine and with
what else it does. The stand-in makes its answers up, so nothing here says how well anything grades.

Versions: {versions}.
"""


def machine() -> str:
    """Cores and memory; no more is told of where it ran."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return f"{os.cpu_count()} cores, {memory:.0f} GB of memory, Python {platform.python_version()}"


def versions() -> str:
    """The pinned versions of the peers, by environment."""
    peers = dict.fromkeys(system.environment for system in SYSTEMS if system.environment)
    return "; ".join(f"{peer}: {', '.join(requirements_of(peer))}" for peer in peers)


def main() -> None:
    """Run the parts, print their tables, and write the results of a whole run."""
    parser = argparse.ArgumentParser(prog="python -m eval.bench", description="Us and others, side by side.")
    parser.add_argument(
        "--only", nargs="+", action="extend", default=[], metavar="NAME", help="parts, systems"
    )
    parser.add_argument("--quick", action="store_true", help="few responses, to see that everything runs")
    parser.add_argument("--out", type=Path, help="write the results here as Markdown")
    options = parser.parse_args()
    names, systems = chosen(options.only, PARTS)
    if unknown := [word for word in systems if not any(word in system.name for system in SYSTEMS)]:
        parser.error(f"{', '.join(unknown)}: no such part or system")
    settings = Settings(systems, options.quick)
    terminal = Console()
    console = terminal if terminal.is_terminal else Console(width=_WIDTH)
    sections = []
    for name in names:
        part = PARTS[name]
        section = Section(part.TITLE, part.ABOUT, part.run(settings))
        if section.rows:
            console.print(on_terminal(section))
            sections.append(section)
    whole = not options.only and not options.quick
    if out := options.out or (_RESULTS if whole else None):
        out.write_text(_written(sections), encoding="utf-8")
        console.print(f"Written: {out}")


def _written(sections: list[Section]) -> str:
    head = _HEAD.format(date=datetime.now(UTC).date(), machine=machine(), versions=versions())
    text = "\n".join([head, *map(as_markdown, sections)])
    return re.sub(r"\n{3,}", "\n\n", text)


if __name__ == "__main__":
    main()
