"""E-mail addresses, phone numbers and street lines: the applicant's own, and any that were made up."""

import re
from collections.abc import Iterator

from grader.domain.applicant import Applicant
from grader.domain.record import RemovedKind
from grader.names.folding import folded
from grader.names.material import Material

Found = tuple[int, int, RemovedKind]

_EMAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<![\w.+-])(?:(?:\+?1[-. ]?)?(?:\(\d{3}\)[ ]?|\d{3}[-. ])\d{3}[-. ]\d{4}"
    r"|\+\d[\d ().-]{7,16}\d)(?![\w-])"
)
_BETWEEN = r"[\s().\-/–·]{0,3}"
_FEWEST_DIGITS = 7
_SHORTEST_HANDLE = 5
_SHORTEST_ADDRESS = 6


def find_contacts(text: str, applicant: Applicant, material: Material) -> Iterator[Found]:
    """Spans of a folded text; whatever stands in the tasks' material is left."""
    for pattern, kind in _patterns(applicant):
        for match in re.finditer(pattern, text):
            yield match.start(), match.end(), kind
    for made_up, kind in ((_EMAIL, "email"), (_PHONE, "phone")):
        for match in made_up.finditer(text):
            if not material.has(match[0].rstrip(".")):
                yield match.start(), match.start() + len(match[0].rstrip(".'-")), kind


def _patterns(applicant: Applicant) -> Iterator[tuple[str, RemovedKind]]:
    for email in map(folded, applicant.emails):
        yield _email_pattern(email), "email"
        local = email.partition("@")[0]
        if len(local) >= _SHORTEST_HANDLE and not local.isalpha():
            yield rf"(?<![^\W_]){re.escape(local)}(?![^\W_])", "email"
    for phone in applicant.phones:
        if pattern := _phone_pattern(re.sub(r"\D", "", folded(phone))):
            yield pattern, "phone"
    for address in applicant.addresses:
        for line in re.split(r"[,;\n]", address):
            words = re.findall(r"\w+", folded(line))
            if any(word.isdigit() for word in words) and sum(map(len, words)) >= _SHORTEST_ADDRESS:
                spelled = r"[^\w]{1,3}".join(map(re.escape, words))
                yield rf"(?<!\w){spelled}(?!\w)", "address"


def _email_pattern(email: str) -> str:
    """Also with the at sign and the dots in words."""
    written = {
        "@": r"\s*(?:@|[(\[]\s*at\s*[)\]]|\sat\s)\s*",
        ".": r"(?:\.|\s*[(\[]\s*dot\s*[)\]]\s*|\sdot\s)",
    }
    spelled = "".join(written.get(c) or re.escape(c) for c in email)
    return rf"(?<![^\W_]){spelled}(?![^\W_])"


def _phone_pattern(digits: str) -> str:
    """The number in any punctuation: with or without the codes in front of its last seven digits."""
    if len(digits) < _FEWEST_DIGITS:
        return ""
    spelled = [_BETWEEN.join(digits[-n:]) for n in range(len(digits), _FEWEST_DIGITS - 1, -1)]
    country = rf"\(?(?:\+|00)\d{{1,3}}\)?{_BETWEEN}|\d{{1,3}}[\s.\-/]"
    prefix = rf"(?:{country})?(?:\(?0\)?{_BETWEEN})?\(?"
    return rf"(?<![\d+])(?:{prefix})(?:{'|'.join(spelled)})(?!\d)"
