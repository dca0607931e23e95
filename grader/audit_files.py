"""An auditor's files: exports of a ledger, JSON Lines (.gz: compressed), and checkpoints, JSON."""

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from pydantic import ValidationError

from grader.audit.checkpoints import Checkpoint
from grader.audit.entries import Entry, Line
from grader.errors import InputError, Problem

FORMAT = "grader-audit-export/1"
_TEXTS = ("previous", "table", "key", "digest", "hash")
_NOT_WHOLE = "Export the ledger again: grader audit export."


def write_export(path: Path, lines: Iterable[Line], *, version: str) -> None:
    """Write a head, then all lines."""
    with _opened(path, "w") as out:
        out.write(json.dumps({"format": FORMAT, "version": version}) + "\n")
        for line in lines:
            found: dict[str, Any] = {"table": line.table, "key": line.key}
            if line.entry is not None:
                found = line.entry._asdict()
            if line.row is not None:
                found["row"] = line.row
            out.write(json.dumps(found, ensure_ascii=False) + "\n")


def read_export(path: Path) -> Iterator[Line]:
    """The lines of an export. Raises InputError with the line that is none."""
    number = 1
    try:
        with _opened(path, "r") as file:
            head = json.loads(file.readline())
            if not isinstance(head, dict) or head.get("format") != FORMAT:
                raise ValueError("no head")
            for number, text in enumerate(file, start=2):  # noqa: B007 - told below
                yield _line(json.loads(text))
    except (OSError, EOFError) as error:
        message = f"Cannot be read: {getattr(error, 'strerror', None) or error}."
        raise InputError(Problem(str(path), None, message, _NOT_WHOLE)) from error
    except (ValueError, KeyError, TypeError) as error:
        message = "This is no line of an export, or it is not whole."
        raise InputError(Problem(str(path), number, message, _NOT_WHOLE)) from error


def _line(found: dict[str, Any]) -> Line:
    row = found.get("row")
    if row is not None and not isinstance(row, dict):
        raise TypeError("row")
    if "seq" not in found:
        return Line(str(found["table"]), str(found["key"]), None, row)
    texts = [found[name] for name in _TEXTS]
    if type(found["seq"]) is not int or not all(isinstance(text, str) for text in texts):
        raise TypeError("entry")
    for name in ("previous", "hash"):
        if len(bytes.fromhex(found[name])) != 32:
            raise ValueError(name)
    entry = Entry(found["seq"], *texts)
    return Line(entry.table, entry.key, entry, row)


def _opened(path: Path, mode: str) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, mode + "t", encoding="utf-8")  # type: ignore[return-value]
    return path.open(mode, encoding="utf-8")


def checkpoint_name(checkpoint: Checkpoint) -> str:
    """The name of its file: in the order of the chain."""
    return f"checkpoint-{checkpoint.entries:012}.json"


def write_checkpoint(folder: Path, checkpoint: Checkpoint) -> Path:
    """Write a checkpoint into a folder. Raises InputError where it can't be, or one as long is there."""
    path = folder / checkpoint_name(checkpoint)
    try:
        with path.open("x", encoding="utf-8") as out:
            out.write(checkpoint.model_dump_json(indent=2) + "\n")
    except OSError as error:
        message = f"Cannot be written: {error.strerror}."
        raise InputError(Problem(str(path), None, message, "Name another folder with --to.")) from error
    return path


def read_checkpoints(places: Sequence[Path]) -> dict[str, Checkpoint]:
    """By file, the checkpoints in these files and folders. InputError for what is none."""
    found = {}
    for place in places:
        files = sorted(place.glob("checkpoint-*.json")) if place.is_dir() else [place]
        for file in files:
            try:
                found[str(file)] = Checkpoint.model_validate_json(file.read_bytes())
            except OSError as error:
                message = f"Cannot be read: {error.strerror}."
                raise InputError(Problem(str(file), None, message, "Check the path.")) from error
            except ValidationError as error:
                message, remedy = (
                    "This is no checkpoint.",
                    "Name one that 'grader audit checkpoint' wrote.",
                )
                raise InputError(Problem(str(file), None, message, remedy)) from error
    return found
