"""The matters that no criterion may score, as one table."""

from grader.matters.elsewhere import ELSEWHERE
from grader.matters.personal import PERSONAL
from grader.matters.protected import PROTECTED
from grader.matters.shapes import Matter

__all__ = ["MATTERS", "Matter"]

MATTERS = (*PROTECTED, *PERSONAL, *ELSEWHERE)
