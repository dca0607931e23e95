"""Finds what was done to a ledger behind the program's back, from its lines and checkpoints alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from grader.audit.checkpoints import Checkpoint, signature_problem
from grader.audit.entries import START, Entry, Line, entry_hash, row_digest
from grader.audit.merkle import Tree


class Verdict(NamedTuple):
    """What was found."""

    entries: int
    root: bytes
    """Of the tree over all entries."""
    findings: tuple[str, ...]
    """A sentence each; none: nothing was found."""
    covered: int
    """The entries that the newest checkpoint which holds covers; what comes after it could be cut unseen."""


def verify(
    lines: Callable[[], Iterable[Line]],
    checkpoints: Mapping[str, Checkpoint],
    trusted: Ed25519PublicKey | None,
) -> Verdict:
    """Go through all lines; `checkpoints` by the names of their files.

    The chain shows what was changed without hashing anew all that follows. Only checkpoints show what was
    cut off at the end, or hashed anew.
    """
    tree, last, number = Tree(), START, 0
    roots = {checkpoint.entries: b"" for checkpoint in checkpoints.values()}
    found: list[str] = []
    misplaced: list[Entry] = []
    if 0 in roots:
        roots[0] = tree.root()
    for line in lines():
        entry = line.entry
        if entry is None:
            found.append(f"The row {line.key!r} of {line.table} was put in: no entry of the chain seals it.")
            continue
        if entry.seq != number + 1:
            found.append(_gap(number, entry.seq))
        elif entry.previous != last:
            misplaced.append(entry)
        found += _of_entry(entry, line)
        tree.add(bytes.fromhex(entry.hash))
        last, number = entry.hash, entry.seq
        if tree.size in roots:
            roots[tree.size] = tree.root()
    if misplaced:
        found += _moved(misplaced, lines())
    problems, covered = _against(checkpoints, trusted, roots, tree.size, intact=not found)
    return Verdict(tree.size, tree.root(), (*found, *problems), covered)


def _gap(number: int, seq: int) -> str:
    if seq <= number:
        return f"Entry {seq} is out of order: it stands after entry {number}."
    missing = f"Entry {seq - 1} is" if seq == number + 2 else f"Entries {number + 1} to {seq - 1} are"
    return f"{missing} missing: deleted from the chain."


def _of_entry(entry: Entry, line: Line) -> list[str]:
    """What is wrong with an entry by itself, and with the row that it seals."""
    found = []
    if entry_hash(entry.previous, entry.table, entry.key, entry.digest) != entry.hash:
        found.append(f"Entry {entry.seq} was changed: its hash is not that of what it says.")
    row = f"The row {entry.key!r} of {entry.table}"
    if line.row is None:
        found.append(f"{row} was deleted: entry {entry.seq} seals it, and it is not there.")
    elif row_digest(line.row) != entry.digest:
        found.append(f"{row} was changed after entry {entry.seq} had sealed it.")
    return found


def _moved(misplaced: Sequence[Entry], lines: Iterable[Line]) -> list[str]:
    """Of entries that don't follow the one before them: whether what they follow stands elsewhere."""
    wanted = {entry.previous for entry in misplaced}
    places = {e.hash: e.seq for line in lines if (e := line.entry) is not None and e.hash in wanted}
    found = []
    for entry in misplaced:
        if entry.previous in places:
            place = places[entry.previous]
            found.append(f"Entry {entry.seq} is out of order: it follows what is now entry {place}.")
        else:
            found.append(
                f"Entry {entry.seq} does not follow entry {entry.seq - 1}: what it follows was changed, "
                "taken out or replaced."
            )
    return found


def _against(
    checkpoints: Mapping[str, Checkpoint],
    trusted: Ed25519PublicKey | None,
    roots: Mapping[int, bytes],
    entries: int,
    *,
    intact: bool,
) -> tuple[list[str], int]:
    """What the checkpoints tell against the chain, and how many entries the newest that holds covers."""
    found, covered = [], 0
    for name, checkpoint in sorted(checkpoints.items(), key=lambda item: item[1].entries):
        count, told = checkpoint.entries, f"Checkpoint {name} of {checkpoint.created}"
        if problem := signature_problem(checkpoint, trusted):
            found.append(f"{told} {problem}.")
        elif count > entries:
            found.append(
                f"The chain was cut off: it ends with entry {entries}, and {told[0].lower() + told[1:]} "
                f"covers {count} entries."
            )
        elif roots[count].hex() != checkpoint.root:
            but = "the chain holds in itself, so it was rewritten" if intact else "see what else was found"
            found.append(
                f"{told} does not fit: among entries {covered + 1} to {count} some are others; {but}."
            )
        else:
            covered = count
    return found, covered
