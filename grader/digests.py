"""Content identity: SHA-256 over canonical JSON (RFC 8785)."""

import hashlib
import json
from typing import Any

import rfc8785

_SAFE_INTEGER = 2**53 - 1
_SMALLEST_PLAIN, _LARGEST_PLAIN = 1e-4, 1e16
"""Between these Python writes a float without an exponent, as RFC 8785 does."""
_AS_IT_IS = frozenset({str, bool, type(None)})
_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":"))


def canonical(value: Any) -> bytes:
    """`value` (JSON types only) as canonical JSON bytes, RFC 8785.

    Python's own encoder writes the same, several times as fast, for all but rare values. Those, and what is
    no JSON, are left to rfc8785.
    """
    try:
        return _ENCODER.encode(_plain(value)).encode()
    except (_RareError, TypeError, UnicodeEncodeError, RecursionError):
        return rfc8785.dumps(value)


class _RareError(Exception):
    """Python's encoder may write this otherwise than RFC 8785 says."""


def _plain(value: Any) -> Any:
    """`value` with whole floats as integers: "1", not "1.0"."""
    kind = type(value)
    if kind in _AS_IT_IS:
        return value
    if kind is dict:
        if not "".join(value).isascii():
            raise _RareError  # RFC 8785 sorts names by UTF-16 units, Python by code points
        return {name: v if type(v) in _AS_IT_IS else _plain(v) for name, v in value.items()}
    if kind is list:
        return [v if type(v) in _AS_IT_IS else _plain(v) for v in value]
    if kind is int and -_SAFE_INTEGER <= value <= _SAFE_INTEGER:
        return value
    if kind is float and (value == 0 or _SMALLEST_PLAIN <= abs(value) < _LARGEST_PLAIN):
        return int(value) if value.is_integer() else value
    raise _RareError


def digest(value: Any) -> str:
    """`sha256:<hex>` of the canonical JSON of `value`. Equal content, equal digest."""
    return "sha256:" + hashlib.sha256(canonical(value)).hexdigest()


def text_digest(text: str) -> str:
    """`sha256:<hex>` of the UTF-8 bytes of `text`; lone surrogates keep an identity of their own."""
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
