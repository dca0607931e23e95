import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.digests import canonical, digest, text_digest

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_form_is_canonical_json() -> None:
    assert canonical({"b": [1.0, "é", None], "a": True}) == '{"a":true,"b":[1,"é",null]}'.encode()
    assert digest({}) == "sha256:" + hashlib.sha256(b"{}").hexdigest()
    assert text_digest("é") == "sha256:" + hashlib.sha256("é".encode()).hexdigest()


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_order_of_names_does_not_matter(value: dict[str, object]) -> None:
    assert digest(value) == digest(dict(reversed(value.items())))


@given(JSON, JSON)
def test_equal_digests_mean_equal_content(a: object, b: object) -> None:
    assert (digest(a) == digest(b)) == (canonical(a) == canonical(b))


@given(st.text(), st.text())
def test_texts_are_told_apart(a: str, b: str) -> None:
    assert (text_digest(a) == text_digest(b)) == (a == b)


@pytest.mark.parametrize(
    ("a", "b"), [("é", "e\u0301"), ("a\n", "a\r\n"), ("\ud800", "\ud801"), ("a", "a "), ("", "\0")]
)
def test_texts_that_look_alike_are_told_apart(a: str, b: str) -> None:
    assert text_digest(a) != text_digest(b)
