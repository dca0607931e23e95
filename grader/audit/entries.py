"""Entries of the chain: each seals one row as it is stored, and hashes the entry before it."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from grader.digests import canonical, digest

START = "0" * 64
"""What the first entry follows."""


class Entry(NamedTuple):
    """One link of the chain."""

    seq: int
    """From 1 on, without gaps."""
    previous: str
    """The hash of the entry before it, in hex."""
    table: str
    key: str
    """Of the row: its primary key as text, its parts parted by spaces."""
    digest: str
    """Of the row as stored, see `row_digest`."""
    hash: str
    """SHA-256 over a zero byte, `previous`, and the canonical JSON of table, key and digest; in hex."""


def entry_hash(previous: str, table: str, key: str, row: str) -> str:
    """The hash of an entry. It is the hash of a leaf of RFC 9162's tree too: hence the zero byte."""
    # written out, because each row needs it; what JSON escapes is left to `canonical`
    body = f'{{"digest":"{row}","key":"{key}","table":"{table}"}}'.encode()
    said = row + key + table
    if not (said.isascii() and said.isprintable()) or '"' in said or "\\" in said:
        body = canonical({"digest": row, "key": key, "table": table})
    return hashlib.sha256(b"\0" + bytes.fromhex(previous) + body).hexdigest()


def following(previous: str, seq: int, table: str, key: str, row: str) -> Entry:
    """The entry that seals this row after the entry with the hash `previous`."""
    return Entry(seq, previous, table, key, row, entry_hash(previous, table, key, row))


def as_stored(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as JSON: bytes in base64; columns without a value are left out, so that one can be added."""
    return {
        name: base64.b64encode(value).decode() if isinstance(value, (bytes, memoryview)) else value
        for name, value in row.items()
        if value is not None
    }


def row_digest(stored: Mapping[str, Any]) -> str:
    """The digest over all columns of a row `as_stored`: of ciphertext where texts are kept as such."""
    return digest(stored)


class Line(NamedTuple):
    """A line of an export: an entry with its row; a row that no entry seals; or an entry without its row."""

    table: str
    key: str
    entry: Entry | None
    row: Mapping[str, Any] | None
    """As stored, see `as_stored`."""
