import hashlib

from hypothesis import given
from hypothesis import strategies as st

from grader.audit.entries import START, as_stored, entry_hash, following, row_digest
from grader.audit.merkle import Tree
from grader.digests import canonical, digest

WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@given(WORDS, WORDS, WORDS)
def test_an_entry_hashes_the_one_before_and_canonical_json(table: str, key: str, row: str) -> None:
    body = canonical({"table": table, "key": key, "digest": row})
    expected = hashlib.sha256(b"\0" + bytes.fromhex(START) + body).hexdigest()
    assert entry_hash(START, table, key, row) == expected
    assert following(START, 1, table, key, row).hash == expected


def test_a_row_is_hashed_as_stored() -> None:
    row = {"a": b"\xff\0", "b": 1, "c": None, "d": False, "e": 1.5}
    assert as_stored(row) == {"a": "/wA=", "b": 1, "d": False, "e": 1.5}
    assert row_digest(as_stored(row)) == digest({"a": "/wA=", "b": 1, "d": False, "e": 1.5})
    assert row_digest(as_stored(row | {"later": None})) == row_digest(as_stored(row))


def test_the_tree_is_that_of_the_rfc() -> None:
    def expected(leaves: list[bytes]) -> bytes:
        """MTH as RFC 9162, 2.1.1, defines it: split at the largest power of two below the number."""
        if len(leaves) < 2:
            return leaves[0] if leaves else hashlib.sha256(b"").digest()
        split = 1 << (len(leaves) - 1).bit_length() - 1
        return hashlib.sha256(b"\1" + expected(leaves[:split]) + expected(leaves[split:])).digest()

    tree, leaves = Tree(), []
    assert tree.root() == expected(leaves)
    for number in range(70):
        leaves.append(hashlib.sha256(b"\0" + bytes([number])).digest())
        tree.add(leaves[-1])
        assert (tree.root(), tree.size) == (expected(leaves), number + 1)


def test_the_tree_has_the_roots_of_certificate_transparency() -> None:
    """Known answers: the test vectors of RFC 6962's reference implementation."""
    inputs = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    tree = Tree()
    for data in inputs:
        tree.add(hashlib.sha256(b"\0" + bytes.fromhex(data)).digest())
    assert tree.root().hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
