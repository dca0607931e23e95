"""The key that signs checkpoints: a file that only its owner can read, or a variable of the environment."""

import os
import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from grader.errors import InputError, Problem

VARIABLE = "GRADER_SIGNING_KEY"
"""Holds the private key itself, in PEM."""
_MAKE_ONE = "Make one: grader audit key FILE."


def make(path: Path) -> Path:
    """Write a new private key, for its owner alone, and its public half beside it; returns the latter's path.

    Raises InputError where either is already.
    """
    key, public = Ed25519PrivateKey.generate(), path.with_name(path.name + ".pub")
    written = (
        (path, 0o600, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())),
        (public, 0o644, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)),
    )
    for file, mode, content in written:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
                out.write(content)
        except OSError as error:
            message = f"Cannot be written: {error.strerror}."
            raise InputError(Problem(str(file), None, message, "Name a new file.")) from error
    return public


def private_key(path: Path | None) -> Ed25519PrivateKey:
    """The signing key in this file, else in the environment. InputError where others can read the file."""
    if path is not None:
        content, place = _read(path), str(path)
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            message = "Others than its owner can read or change this key."
            remedy = f"Run: chmod 600 {path}. If others had access to it, make another."
            raise InputError(Problem(place, None, message, remedy))
    elif content := os.environ.get(VARIABLE, "").encode():
        place = VARIABLE
    else:
        message = f"There is no key to sign with: neither --key nor {VARIABLE} is given."
        raise InputError(Problem("--key", None, message, _MAKE_ONE))
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        message = "This is no private key in PEM without a password."
        raise InputError(Problem(place, None, message, _MAKE_ONE)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError(Problem(place, None, "This is no Ed25519 key.", _MAKE_ONE))
    return key


def public_key(path: Path) -> Ed25519PublicKey:
    """The public key in this file. InputError where there is none."""
    remedy = "Name the .pub file that 'grader audit key' wrote."
    try:
        key = load_pem_public_key(_read(path))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InputError(Problem(str(path), None, "This is no public key in PEM.", remedy)) from error
    if not isinstance(key, Ed25519PublicKey):
        raise InputError(Problem(str(path), None, "This is no Ed25519 key.", remedy))
    return key


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(Problem(str(path), None, f"Cannot be read: {error.strerror}.", _MAKE_ONE)) from error
