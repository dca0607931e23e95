"""Checkpoints: how long the chain was and the root of its Merkle tree at a time, signed with Ed25519."""

import base64
import binascii
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import Field

from grader.digests import canonical
from grader.domain.base import Value


class Checkpoint(Value):
    """A signed statement on the first `entries` of a chain. It is of use only where the ledger's keepers
    cannot change it."""

    format: Literal["grader-checkpoint/1"] = "grader-checkpoint/1"
    entries: int = Field(ge=0)
    root: str = Field(pattern="^[0-9a-f]{64}$")
    """Of the tree of RFC 9162 over the entries' hashes, in hex."""
    created: str
    """UTC, ISO 8601, by the clock of the machine that signed."""
    public_key: str
    """Raw, in base64. It proves nothing by itself: who rewrites a ledger can sign with a new key."""
    signature: str = ""
    """Over the canonical JSON (RFC 8785) of all other fields, in base64."""

    @property
    def signed(self) -> bytes:
        """What the signature is over."""
        return canonical(self.model_dump(mode="json", exclude={"signature"}))


def encoded(key: Ed25519PublicKey) -> str:
    """A public key as it stands in checkpoints."""
    return base64.b64encode(key.public_bytes_raw()).decode()


def sign(key: Ed25519PrivateKey, entries: int, root: bytes, created: str) -> Checkpoint:
    """The checkpoint over a chain of so many entries."""
    unsigned = Checkpoint(
        entries=entries, root=root.hex(), created=created, public_key=encoded(key.public_key())
    )
    signature = base64.b64encode(key.sign(unsigned.signed)).decode()
    return unsigned.model_copy(update={"signature": signature})


def signature_problem(checkpoint: Checkpoint, trusted: Ed25519PublicKey | None) -> str:
    """What is wrong with its signature, checked with the trusted key, else with its own; empty if nothing."""
    if trusted is not None and checkpoint.public_key != encoded(trusted):
        return "is signed with another key than the trusted one"
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(checkpoint.public_key, validate=True))
        key.verify(base64.b64decode(checkpoint.signature, validate=True), checkpoint.signed)
    except (InvalidSignature, binascii.Error, ValueError):
        return "does not bear out its signature: it was changed after it was signed"
    return ""
