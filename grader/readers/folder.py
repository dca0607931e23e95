"""A folder of documents: who wrote which answer is told by folder and file names."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from grader.domain.reasons import Reason
from grader.domain.submission import Submission
from grader.errors import InputError, Problem
from grader.readers.documents import READERS, read_document
from grader.readers.encoding import UnreadableError, stored

LAYOUT = "Name files <candidate>/<task>.<ending> or <candidate>__<task>.<ending>."

_SYSTEM_FILES = {"thumbs.db", "desktop.ini"}


def from_folder(folder: Path) -> Iterator[Submission]:
    """One submission for each file, in natural order; InputError where no file fits the layout."""
    files = sorted(_files(folder), key=lambda path: _natural(_name(path, folder)))
    if not any(place_of(path, folder) and path.suffix.lower() in READERS for path in files):
        message = "The folder holds no file that can be told to belong to a candidate and a task."
        remedy = f"{LAYOUT} Endings: {', '.join(READERS)}; a table is given by its own path."
        raise InputError(Problem(str(folder), None, message, remedy))
    return (from_file(path, folder) for path in files)


def _files(folder: Path) -> Iterator[Path]:
    for directory, inner, names in os.walk(folder):
        inner[:] = [name for name in inner if not name.startswith((".", "__MACOSX"))]
        for name in names:
            if not name.startswith((".", "~$")) and name.lower() not in _SYSTEM_FILES:
                yield Path(directory, name)


def _name(path: Path, folder: Path) -> str:
    return stored(path.relative_to(folder).as_posix())


def _natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """Sort key under which C2 comes before C10."""
    pieces = re.findall(r"[0-9]+|[^0-9]+", name.casefold())
    return [(int(p), "") if p[0] in "0123456789" else (-1, p) for p in pieces], name


def place_of(path: Path, folder: Path) -> tuple[str, str] | None:
    """(candidate, task) by the file's place and name, or None."""
    parts = _name(path.with_suffix(""), folder).split("/")
    if len(parts) == 1:
        parts = list(parts[0].rpartition("__")[::2])
    candidate, task = (parts[0].strip(), parts[1].strip()) if len(parts) == 2 else ("", "")
    return (candidate, task) if candidate and task else None


def from_file(path: Path, folder: Path) -> Submission:
    """The submission in one file; whose it is and of which task its place within `folder` says."""
    source = _name(path, folder)
    place = place_of(path, folder)
    if place is None:
        why = f"The file's place does not say whose answer to which task it is. {LAYOUT}"
        return Submission(
            id=source,
            candidate="",
            task="",
            text="",
            source=source,
            problem=Reason.UNKNOWN_TASK,
            detail=why,
        )
    candidate, task = place
    text, problem = "", None
    try:
        text, detail = read_document(path)
    except UnreadableError as error:
        problem, detail = Reason.UNREADABLE, str(error)
    return Submission(
        id=f"{candidate}/{task}",
        candidate=candidate,
        task=task,
        text=text,
        source=source,
        problem=problem,
        detail=detail,
    )
