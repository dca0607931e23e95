"""Opaque ids for candidates, and the sheet that shows nothing else of them."""

import csv
import os
import secrets
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from grader.disguise import plain_view
from grader.domain.submission import Submission
from grader.errors import InputError, Problem

_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_LENGTH = 8
_OWNER_ONLY = 0o600


def opaque_ids(candidates: Iterable[str]) -> dict[str, str]:
    """A random id for each candidate: nothing tells whose it is but this mapping."""
    found: dict[str, str] = {}
    for candidate in dict.fromkeys(candidates):
        while (opaque := "C-" + "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))) in found.values():
            continue
        found[candidate] = opaque
    return found


def write_private(path: Path, ids: Mapping[str, str]) -> None:
    """The mapping as a new file that its owner alone can read. Raises InputError where there is one."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    except FileExistsError as error:
        message = "The file is there already: without it nobody knows whose its ids are."
        raise InputError(Problem(str(path), None, message, "Name a new one.")) from error
    except OSError as error:
        message = f"The file could not be made ({error.strerror})."
        raise InputError(Problem(str(path), None, message, "Check the path.")) from error
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("candidate", "pseudonym"))
        rows.writerows(ids.items())


def blind_sheet(path: Path, submissions: Sequence[Submission], ids: Mapping[str, str]) -> int:
    """Write candidate, task and text, line by line as in the original; returns how many answers."""
    readable = [s for s in submissions if s.problem is None]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("candidate", "task", "text"))
        rows.writerows((ids.get(s.candidate, s.candidate), s.task, _lines(s)) for s in readable)
    return len(readable)


def _lines(submission: Submission) -> str:
    """The text as a judge sees it, with its line ends."""
    text, removed = submission.text, submission.removed or ()
    shown, start = [], 0
    for line in text.splitlines(keepends=True):
        shown.append(plain_view(text, start, start + len(line), removed))
        start += len(line)
    return "\n".join(shown)
