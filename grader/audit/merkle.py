"""The Merkle tree of RFC 9162, section 2.1.1, grown leaf by leaf; only roots of full parts are kept."""

import hashlib


class Tree:
    """A tree over hashes of leaves, which come with their zero byte already hashed in."""

    def __init__(self) -> None:
        self.size = 0
        self._full: list[bytes] = []
        """The roots of the full subtrees from left to right, one for each bit of the size."""

    def add(self, leaf: bytes) -> None:
        """Append the hash of a leaf."""
        self.size += 1
        node = leaf
        for _ in range((self.size & -self.size).bit_length() - 1):
            node = _parent(self._full.pop(), node)
        self._full.append(node)

    def root(self) -> bytes:
        """The root over all leaves so far; of none it is the hash of nothing."""
        if not self._full:
            return hashlib.sha256(b"").digest()
        *left, node = self._full
        for part in reversed(left):
            node = _parent(part, node)
        return node


def _parent(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()
