"""Content identity: SHA-256 over canonical JSON (RFC 8785)."""

import hashlib
from typing import Any

import rfc8785


def canonical(value: Any) -> bytes:
    """`value` (JSON types only) as canonical JSON bytes, RFC 8785."""
    return rfc8785.dumps(value)


def digest(value: Any) -> str:
    """`sha256:<hex>` of the canonical JSON of `value`. Equal content, equal digest."""
    return "sha256:" + hashlib.sha256(canonical(value)).hexdigest()


def text_digest(text: str) -> str:
    """`sha256:<hex>` of the UTF-8 bytes of `text`; lone surrogates keep an identity of their own."""
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
