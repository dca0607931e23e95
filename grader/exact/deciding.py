"""Decides whether a text gives the right number. Where it can be read in two ways, a person decides."""

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import groupby, pairwise
from typing import NamedTuple

from grader.domain.answer_key import NumberKey, Unit
from grader.domain.rating import Evidence, Verdict
from grader.domain.submission import Segment, SegmentKind
from grader.exact.doubts import is_beside, is_doubtful
from grader.exact.matching import Match, is_work, match
from grader.exact.owning import Claim, claims
from grader.exact.plain import plain
from grader.exact.reading import Reading, readings
from grader.exact.wording import Role, is_corrected, is_final, is_result, role

Cued = tuple[NumberKey, Sequence[str]]
"""A key, and the words that go with its number."""
Answer = tuple[Verdict, tuple[Evidence, ...], str]
_OR = re.compile(r"\s*,?\s*(?:n?or)\s+")
_JOINS = re.compile(r"\s*(?:,|,?\s*or|and|to|/)\s*(?:about\s|even\s)?")
_LESS = re.compile(r"\s*-\s*\$?[\d.,]+\s*(?:=|equals)", re.IGNORECASE)
_HEADS = frozenset({SegmentKind.HEADING, SegmentKind.LINE})
_UNIT_FORMS = {
    Unit.PLAIN: "{}",
    Unit.PERCENT: "{}%",
    Unit.DOLLARS: "${}",
    Unit.PATIENTS: "{} patients",
    Unit.MINUTES: "{} minutes",
}


class Standing(Enum):
    """What a number is worth."""

    RIGHT = "right"
    WRONG = "wrong"
    UNCLEAR = "unclear"
    SHOWN = "shown"
    """Right, but not given as the answer; counts where nothing else is."""
    BESIDE = "beside"
    """No answer to this question."""


class Number(NamedTuple):
    """A number with the text and the segment that it stands in."""

    text: str
    segment: Segment
    reading: Reading
    standing: Standing

    @property
    def written(self) -> str:
        return self.text[self.reading.start : self.reading.end]


def number_answer(text: str, segments: Sequence[Segment], own: Cued, others: Sequence[Cued]) -> Answer:
    """Verdict, evidence and reason for the key `own`; see `exact_answer`."""
    numbers = [
        number
        for passage, segment, found in _passages(text, segments, own[0])
        for number in _standings(passage, segment, found, own, others)
    ]
    given = [n for n in numbers if n.standing in {Standing.RIGHT, Standing.WRONG, Standing.UNCLEAR}]
    if not given:
        return _without_answer(numbers, own[0])
    kinds = {n.standing for n in given}
    if len(kinds) > 1 and (last := _settled(given)):
        given, kinds = last, {last[0].standing}
    evidence = _evidence(given)
    if kinds == {Standing.RIGHT}:
        return Verdict.MET, evidence, f"Read {_listed(given)} as the answer."
    if kinds == {Standing.WRONG}:
        return Verdict.NOT_MET, evidence, f"Read {_listed(given)}; {_right(own[0])} is right."
    if kinds == {Standing.UNCLEAR}:
        return (
            Verdict.CANNOT_ASSESS,
            evidence,
            f"It is not clear what {_listed(given)} answers; a person decides.",
        )
    different = "Two different answers are" if len(_texts(given)) == 2 else "Different answers are"
    return Verdict.CANNOT_ASSESS, evidence, f"{different} given: {_listed(given)}; a person decides."


def _without_answer(numbers: Sequence[Number], key: NumberKey) -> Answer:
    shown = [n for n in numbers if n.standing is Standing.SHOWN]
    if shown:
        reason = f"{_listed(shown)} stands in the working, but no answer is given; a person decides."
        return Verdict.CANNOT_ASSESS, _evidence(shown), reason
    if numbers:
        reason = f"Read {_listed(numbers[:6])}, but not as the answer; {_right(key)} is right."
        return Verdict.NOT_MET, _evidence(numbers), reason
    return Verdict.NOT_MET, (), "No number is given."


def _passages(
    text: str, segments: Sequence[Segment], key: NumberKey
) -> Iterator[tuple[str, Segment, tuple[Reading, ...]]]:
    """Segments with numbers, each with its heading before it, so that a heading's words count as near."""
    head = ""
    for segment in segments:
        piece = plain(text, segment)
        found = readings(piece, key)
        if found:
            yield head + piece, segment, tuple(r.moved(len(head)) for r in found)
        is_head = not found and (segment.kind in _HEADS or piece.endswith(":"))
        head = f"{piece} " if is_head else ""


def _standings(
    text: str, segment: Segment, found: Sequence[Reading], own: Cued, others: Sequence[Cued]
) -> list[Number]:
    countable = [r for r in found if not (r.operand or r.label)]
    owners = claims(text, countable, [own[1], *(cues for _, cues in others)])
    owner_of = {countable[i].start: claim for i, claim in owners.items()}
    roles = _roles(text, found)
    numbers = []
    for reading, following, said in zip(found, [*found[1:], None], roles, strict=True):
        claim = owner_of.get(reading.start)
        standing = _standing(text, reading, following, said, claim, own, others)
        numbers.append(Number(text, segment, reading, standing))
    return _hedged(_measured(numbers, others), roles, own[0])


def _measured(numbers: list[Number], others: Sequence[Cued]) -> list[Number]:
    """What the difference that another key asks for is taken from ("900 - 850 = 50") is given as right."""
    given = list(numbers)
    for i, (number, result) in enumerate(zip(numbers, numbers[2:], strict=False)):
        from_it = number.standing is Standing.SHOWN and _LESS.match(number.text, number.reading.end)
        if from_it and any(match(result.text, result.reading, key) is Match.RIGHT for key, _ in others):
            given[i] = number._replace(standing=Standing.RIGHT)
    return given


def _hedged(numbers: list[Number], roles: Sequence[Role | None], key: NumberKey) -> list[Number]:
    """A number of the working that is offered as well ("900 or 850") is an answer, and a wrong one."""
    hedged = list(numbers)
    for i, (a, b) in enumerate(pairwise(numbers)):
        if not _OR.fullmatch(a.text, a.reading.end, b.reading.start):
            continue
        for j, one, other in ((i, a, b), (i + 1, b, a)):
            beside = one.standing is Standing.BESIDE and other.standing is Standing.RIGHT and not roles[j]
            if beside and match(one.text, one.reading, key) is Match.WRONG:
                hedged[j] = one._replace(standing=Standing.WRONG)
    return hedged


def _roles(text: str, found: Sequence[Reading]) -> list[Role | None]:
    """Roles of the numbers; of two joined by "or" both are denied, or none is."""
    roles = [role(text, r.start, r.end) for r in found]
    for i, (a, b) in enumerate(pairwise(found)):
        if Role.DENIED in roles[i : i + 2] and _OR.fullmatch(text, a.end, b.start):
            roles[i : i + 2] = [Role.DENIED, Role.DENIED]
    return roles


def _standing(
    text: str,
    reading: Reading,
    following: Reading | None,
    said: Role | None,
    claim: Claim | None,
    own: Cued,
    others: Sequence[Cued],
) -> Standing:
    key, cues = own
    found = match(text, reading, key)
    right = found is Match.RIGHT
    if reading.label or reading.operand:
        return Standing.SHOWN if right and said is not Role.DENIED else Standing.BESIDE
    if said is Role.DENIED or found is Match.ELSEWHERE:
        return Standing.BESIDE
    is_others = any(match(text, reading, other) is Match.RIGHT for other, _ in others)
    if claim and claim.owner > 0:
        return Standing.UNCLEAR if right and not claim.firm and not is_others else Standing.BESIDE
    if not right and is_others and not (claim and claim.firm):
        return Standing.BESIDE
    if following and is_corrected(text, reading.end, following.start):
        others_answer = any(match(text, following, other) is Match.RIGHT for other, _ in others)
        if not (right and others_answer):
            return Standing.BESIDE
    if is_work(reading, key) and not is_final(text, reading.start, reading.end):
        return Standing.SHOWN if right else Standing.BESIDE
    if said is Role.REPORTED:
        return Standing.UNCLEAR if right else Standing.BESIDE
    if said is Role.ASIDE:
        return Standing.SHOWN if right else Standing.BESIDE
    if found is Match.WRONG and is_beside(text, reading, key):
        return Standing.BESIDE
    doubtful = right and (said is Role.LIMIT or is_doubtful(text, reading, key, cues))
    if found is Match.UNCLEAR or doubtful:
        return Standing.UNCLEAR
    return Standing.RIGHT if right else Standing.WRONG


def _settled(given: Sequence[Number]) -> list[Number]:
    """The last number, with those joined to it by "or", if the wording makes it the answer; else nothing."""
    first = len(given) - 1
    while first > 0 and _joined(given[first - 1], given[first]):
        first -= 1
    last = list(given[first:])
    head, tail = last[0], last[-1]
    if len({n.standing for n in last}) > 1:
        return []
    start, end = head.reading.start, tail.reading.end
    same_segment = all(n.segment == head.segment for n in given)
    if is_final(head.text, start, end) or (same_segment and is_result(head.text, start, end)):
        return last
    return []


def _joined(a: Number, b: Number) -> bool:
    between = a.text[a.reading.end : b.reading.start]
    return a.segment == b.segment and _JOINS.fullmatch(between) is not None


def _evidence(numbers: Sequence[Number]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(segment=s.number, start=s.start, end=s.end) for s, _ in groupby(n.segment for n in numbers)
    )


def _texts(numbers: Sequence[Number]) -> list[str]:
    return list(dict.fromkeys(n.written for n in numbers))


def _listed(numbers: Sequence[Number]) -> str:
    *head, last = _texts(numbers)
    return f"{', '.join(head)} and {last}" if head else last


def _right(key: NumberKey) -> str:
    low, high = (f"{end.normalize():f}" for end in key.bounds)
    return _UNIT_FORMS[key.unit].format(low if low == high else f"{low} to {high}")
