"""Files that commands write: whether they can be is found out before any work is done."""

from pathlib import Path

from grader.errors import InputError, Problem


def make_way(path: Path, option: str) -> None:
    """Make the folder of a file to be written, and see that the file can be opened. Raises InputError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = not path.exists()
        path.open("ab").close()
        if new:
            path.unlink()
    except OSError as error:
        message = f"Cannot be written: {error.strerror}."
        raise InputError(Problem(str(path), None, message, f"Give another file to {option}.")) from error
