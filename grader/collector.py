"""Spares the garbage collector work that a long run of calls would give it again and again."""

import gc

_YOUNG = 50_000
"""Objects made between two looks at the youngest; Python's own number is for programs that make fewer."""


def spare() -> None:
    """Leave out what is loaded by now: it stays to the program's end. For programs, not for libraries."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)
