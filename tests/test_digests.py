import hashlib
from enum import IntEnum, StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from grader.digests import canonical, digest, text_digest

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
NUMBERS = st.one_of(
    st.floats(),
    st.floats(-1e-3, 1e-3),
    st.integers(),
    st.integers(-(2**60), 2**60).map(float),
    st.decimals(allow_nan=False, allow_infinity=False, places=4).map(float),
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text() | st.characters(categories=["Cs", "Cc"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


class Word(StrEnum):
    A = "a"


class Number(IntEnum):
    ONE = 1


def outcome(write: Any, value: object) -> object:
    try:
        return write(value)
    except rfc8785.CanonicalizationError as error:
        return str(error)


@given(ANYTHING)
@example({"\uffff": 1, "\U00010000": 2})
@example([-0.0, 1e-4, 9e-5, 1e16, 9999999999999998.0, 2**53 - 1, 2**53, float("nan")])
@example({"a": (1.0, Word.A, Number.ONE, {Word.A: 2.0}), "\x7f\x1f\u2028/": '"\\\b\t'})
@example({1: 2})
@example({"a": {None: 1, "b": 2}})
@example([{1, 2}, b"x"])
def test_form_is_that_of_rfc_8785(value: object) -> None:
    assert outcome(canonical, value) == outcome(rfc8785.dumps, value)


def test_deep_nesting_is_written_too() -> None:
    value: object = 1.0
    for _ in range(400):
        value = [{"a": value}]
    assert canonical(value) == b'[{"a":' * 400 + b"1" + b"}]" * 400


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
