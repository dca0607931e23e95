"""Which ids were seen before, and where first: kept on disk, so that memory doesn't grow with the input."""

import sqlite3


class Seen:
    """Ids and where each was first; SQLite's own temporary file, gone with this object."""

    def __init__(self) -> None:
        self._rows = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._rows.execute("PRAGMA journal_mode=OFF")
        self._rows.execute("CREATE TABLE seen (id BLOB PRIMARY KEY, source BLOB NOT NULL) WITHOUT ROWID")

    def add(self, identifier: str, source: str) -> bool:
        """Whether the id is new; then it is known from now on."""
        row = (_bytes(identifier), _bytes(source))
        return self._rows.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", row).rowcount == 1

    def source(self, identifier: str) -> str:
        """Where this id was first; it must have been added."""
        rows = self._rows.execute("SELECT source FROM seen WHERE id = ?", (_bytes(identifier),))
        return bytes(rows.fetchone()[0]).decode("utf-8", "surrogatepass")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
