"""Open-response grader: written answers graded against a checklist, with evidence for every verdict."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.api import Grader

__all__ = ["Grader"]


def __getattr__(name: str) -> Any:
    """Import `Grader` when it is first used, so that the command line starts fast."""
    if name == "Grader":
        from grader.api import Grader

        return Grader
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
