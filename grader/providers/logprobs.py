"""Probabilities of the verdicts, read from the tokens' log-probabilities. Pure."""

import json
import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from json.decoder import scanstring  # type: ignore[attr-defined]  # in CPython and PyPy, missing in the stubs

from grader.domain.rating import Verdict

Alternatives = Mapping[str, float]
"""Tokens that could have stood here, the chosen one among them, with their natural log-probabilities."""

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


def verdict_probabilities(
    text: str, tokens: Sequence[tuple[str, Alternatives]]
) -> dict[str, dict[Verdict, float]]:
    """Per criterion, the probability of each of the four verdicts; each criterion's values add up to 1.

    `text` is the answer, a JSON object `{criterion: {..., "verdict": "met"}}`; `tokens` are the tokens of the
    whole reply in order, each with its alternatives. They must spell the text just once; servers strip code
    fences from around it. Tokens that hold part of a character carry the odd bytes as lone surrogates
    (`bytes.decode("utf-8", "surrogateescape")`). An alternative counts for a verdict when, after the same
    leading characters as the chosen token (such as a quote), one is a prefix of the other. A criterion whose
    verdict is not among the alternatives is left out; where tokens and text do not line up, all are.
    """
    try:
        answer = text.encode()
        pieces = [token.encode("utf-8", "surrogateescape") for token, _ in tokens]
        json.loads(text)
    except (ValueError, RecursionError):
        return {}
    spelled = b"".join(pieces)
    begin = spelled.find(answer)
    places = list(_verdict_places(text))
    names = [criterion for criterion, _ in places]
    if begin < 0 or spelled.find(answer, begin + 1) >= 0 or len(set(names)) != len(names):
        return {}
    starts = [0, *accumulate(map(len, pieces))]
    found: dict[str, dict[Verdict, float]] = {}
    for criterion, place in places:
        offset = begin + len(text[:place].encode())
        index = bisect_right(starts, offset) - 1
        lead = spelled[starts[index] : offset].decode("utf-8", "surrogateescape")
        shares = _shares(lead, tokens[index][1])
        if any(shares.get(verdict) for verdict in Verdict if text.startswith(f'{verdict}"', place)):
            found[criterion] = shares
    return found


def _verdict_places(text: str) -> Iterator[tuple[str, int]]:
    """Criterion and offset of its verdict's first character, after the quote; `text` is valid JSON."""
    for criterion, value in _members(text, _skip(text, 0)):
        verdicts = [at for key, at in _members(text, value) if key == "verdict"]
        if len(verdicts) == 1 and text.startswith('"', verdicts[0]):
            yield criterion, verdicts[0] + 1


def _members(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Key and offset of the value of each member of the object at `start`; nothing if it is no object."""
    if not text.startswith("{", start):
        return
    at = _skip(text, start + 1)
    while not text.startswith("}", at):
        key, at = scanstring(text, at + 1)
        value = _skip(text, _skip(text, at) + 1)
        yield key, value
        _, at = _DECODER.raw_decode(text, value)
        at = _skip(text, at)
        if text.startswith(",", at):
            at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _shares(lead: str, alternatives: Alternatives) -> dict[Verdict, float]:
    masses = dict.fromkeys(Verdict, 0.0)
    for alternative, logprob in alternatives.items():
        rest = alternative.removeprefix(lead)
        if not alternative.startswith(lead) or not rest or not logprob <= 0:
            continue
        for verdict in Verdict:
            if verdict.startswith(rest) or rest.startswith(f'{verdict}"'):
                masses[verdict] += math.exp(logprob)
    total = math.fsum(masses.values())
    if total <= 0:
        return {}
    return {verdict: mass / total for verdict, mass in masses.items()}
