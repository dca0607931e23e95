"""What a run of the bench is to do, and how a part runs a system."""

import sys
from collections.abc import Iterable
from typing import NamedTuple

from eval.bench.systems import DidNotRunError, Load, Result, System, run


class Settings(NamedTuple):
    """The options of a run."""

    systems: frozenset[str] = frozenset()
    """Words that stand in the names of the systems that take part; empty: all."""
    quick: bool = False
    """Few responses: to see that everything runs, not to measure."""

    def wants(self, system: System) -> bool:
        """Whether a system takes part."""
        return not self.systems or any(word in system.name for word in self.systems)


def chosen(only: Iterable[str], parts: Iterable[str]) -> tuple[list[str], frozenset[str]]:
    """Names given on the command line, told apart: the parts to run (all if none is named), and systems."""
    wanted, known = set(only), list(parts)
    return [part for part in known if part in wanted] or known, frozenset(wanted - set(known))


def tried(system: System, load: Load) -> Result | str:
    """Run a system, saying so on stderr; returns why if it did not run."""
    print(f"{system.name}, {load.responses:,} responses ...", file=sys.stderr, flush=True)
    try:
        return run(system, load)
    except DidNotRunError as error:
        return f"did not run: {error}"
