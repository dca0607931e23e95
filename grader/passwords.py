"""Passwords in database URLs: hidden wherever a command or a URL is shown or kept."""

import re
import shlex
from collections.abc import Iterable

_NAMED = re.compile(r"([?&][^=&]*(?:password|passwd|pwd)[^=&]*=)[^&]*", re.IGNORECASE)
_AFTER_USER = re.compile(r"(://[^:/@]*:).*@", re.DOTALL)


def masked(word: str) -> str:
    """A URL, or a word of a command that may hold one, with *** for passwords."""
    return _AFTER_USER.sub(r"\1***@", _NAMED.sub(r"\1***", word))


def masked_command(words: Iterable[str]) -> str:
    """A command as it is written in a shell, with *** for passwords in URLs."""
    return shlex.join(map(masked, words))


def holds_password(url: str) -> bool:
    """Whether a password stands in a URL."""
    return masked(url) != url
