"""Reads which option of a multiple-choice question a text chooses. Two at once go to a person."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.disguise import plain_view
from grader.domain.answer_key import ChoiceKey
from grader.domain.rating import Evidence, Verdict
from grader.domain.submission import Segment

_SAID, _CHOSEN, _ANSWER = range(3)
"""How plainly a letter is the answer: only said, alone or at the head of the text, called the answer."""
_LETTER = re.compile(r"(?<![\w'.-])[(\[\"']{0,2}([A-Za-z])(?!\w|'\w|\.\w)[)\]\"']{0,2}")
_ANSWER_BEFORE = re.compile(
    r"(?:\b(?:answer|choice|solution)\b(?:\s(?:is|would\sbe|should\sbe))?\s*[:=-]?"
    r"|\b(?:choose|pick|select|chose|go(?:ing)?\swith|went\swith)"
    r"|\b(?:best|right|correct)\s(?:\w+\s){0,3}?(?:is|would\sbe))\s*(?:(?:option|letter|answer|choice)\s*)?$",
    re.IGNORECASE,
)
_NAMED_BEFORE = re.compile(r"\b(?:option|letter|answer|choice)s?\s*$", re.IGNORECASE)
_SAID_BEFORE = re.compile(
    r"\b(?:it's|it\sis|that's|i(?:'d|\swould)?\s(?:think|say|guess|believe|suppose)|i'd\sgo)\s(?:for\s)?$",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\s*(?:[.)!]|because\b|since\b|$)", re.IGNORECASE)
_TAKES_BACK = re.compile(
    r"\b(?:actually|wait|sorry|correction|i\smean(?:t)?|scratch\sthat|on\ssecond\sthought|no|make\s(?:it|that)"
    r"|chang(?:e|ed|ing)\s(?:it|that|my\s\w+)\sto)\b[\s.,:;!-]*"
    r"(?:(?:it's|it\sis|it|is|i|i'd|i'll|say|think|go|with|for|take|would|be|option|letter|make|that)\s){0,5}$",
    re.IGNORECASE,
)
"""Put what follows in place of what was chosen before."""
_ANSWER_AFTER = re.compile(
    r"\s(?:is|would\sbe|seems)\s(?:clearly\s|obviously\s)?(?:the\s|my\s)?"
    r"(?:best|right|correct|most|answer|choice|first\sstep)\b",
    re.IGNORECASE,
)
_DELIMITED = re.compile(r"\s*(?:[.):\]\-–—,;/&]|because\b|since\b|as\b|$)", re.IGNORECASE)
_VERB_NEXT = re.compile(
    r"\s(?:is|was|would|will|could|should|may|because|since|as|and|or|nor|not|but|for|due|so|seems|looks|makes|only"
    r"|does|can|can't|isn't|wouldn't|doesn't|over|instead|rather|than)\b"
)
_DENIED_BEFORE = re.compile(
    r"(?:\b(?:not|never|rather\sthan|instead\sof|rul(?:e|es|ed|ing)\sout|reject(?:ed)?|eliminate[ds]?|avoid|except|neither"
    r"|nor|unlike|than)|n't)\s(?:(?:option|options|choose|pick|select|answer|the|letter|with|go|be|say|think|believe|it's|it|is)\s){0,4}$",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"\s(?:(?:is|are|was|were|would\sbe|seems?|looks?)\s(?:clearly\s|also\s|both\s|all\s|simply\s)?"
    r"(?:wrong|incorrect|inappropriate|bad|worse|not\s(?:the\s)?(?:right|correct|best|appropriate|good|ideal|answer|an?\s))"
    r"|(?:isn't|aren't|is\snot|are\snot)\s(?:the\s)?(?:right|correct|best|appropriate|good|ideal|answer|an?\s))",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s?(?:,|/|&)?\s?(?:(?:or|and|nor)\s)?(?:options?\s)?", re.IGNORECASE)
_FOLLOWS = re.compile(r"[\s.):\]\-–—,\"'(]*")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class _Mention:
    letter: str
    segment: Segment
    start: int
    end: int
    level: int
    denied: bool = False
    text: bool = False
    """The option's text, not its letter."""
    instead: bool = False
    """Said after words that take back what was chosen before."""


def choice_answer(
    text: str, segments: Sequence[Segment], key: ChoiceKey
) -> tuple[Verdict, tuple[Evidence, ...], str]:
    """Verdict, evidence and reason for a letter; see `exact_answer`."""
    found = [m for i, s in enumerate(segments) for m in _mentions(_plain(text, s), s, key, first=i == 0)]
    kept = [m for m in found if not m.denied]
    denied = {m.letter for m in found if m.denied}
    if not kept:
        return _nothing_chosen(found, denied, key)
    level = max(m.level for m in kept)
    chosen = [m for m in kept if m.level == level or m.instead]
    letters = sorted({m.letter for m in chosen})
    evidence = _evidence(chosen)
    if len(letters) > 1 or letters[0] in denied:
        named = " and ".join(letters) if len(letters) > 1 else f"{letters[0]}, which is also rejected"
        return (
            Verdict.CANNOT_ASSESS,
            evidence,
            f"It is not clear which option is chosen: {named}; a person decides.",
        )
    if letters[0] == key.choice:
        return Verdict.MET, evidence, f"Read {key.choice} as the answer."
    return Verdict.NOT_MET, evidence, f"Read {letters[0]}; {key.choice} is right."


def _nothing_chosen(
    found: Sequence[_Mention], denied: set[str], key: ChoiceKey
) -> tuple[Verdict, tuple[Evidence, ...], str]:
    if denied == key.options.keys() - {key.choice}:
        reason = f"All options but {key.choice} are rejected, and none is chosen; a person decides."
        return Verdict.CANNOT_ASSESS, _evidence(found), reason
    if found:
        return Verdict.NOT_MET, _evidence(found), f"Options are only rejected: {', '.join(sorted(denied))}."
    return Verdict.NOT_MET, (), "No option is chosen."


def _plain(text: str, segment: Segment) -> str:
    quotes = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "*": "", "_": "", "（": "(", "）": ")"})
    return plain_view(text[segment.start : segment.end].translate(quotes))


def _mentions(text: str, segment: Segment, key: ChoiceKey, *, first: bool) -> list[_Mention]:
    """Options named in one segment, with what the words around them make of them."""
    found = sorted(
        [*_letters(text, segment, key, first=first), *_option_texts(text, segment, key)],
        key=lambda m: m.start,
    )
    groups: list[list[_Mention]] = []
    for mention in found:
        if groups and _joins(text, groups[-1][-1], mention):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    return [m for group in groups for m in _agreed(text, group)]


def _joins(text: str, a: _Mention, b: _Mention) -> bool:
    between = text[a.end : b.start]
    pattern = _FOLLOWS if b.text and not a.text else _JOINED
    return pattern.fullmatch(between) is not None


def _agreed(text: str, group: Sequence[_Mention]) -> list[_Mention]:
    """Joined options ("A or B", "A. Analyze ...") stand or fall together."""
    before, after = text[: group[0].start], text[group[-1].end :]
    denied = bool(_DENIED_BEFORE.search(before[-80:]) or _DENIED_AFTER.match(after[:80]))
    level = max(m.level for m in group)
    return [replace(m, level=level, denied=denied) for m in group]


def _letters(text: str, segment: Segment, key: ChoiceKey, *, first: bool) -> Iterator[_Mention]:
    for hit in _LETTER.finditer(text):
        letter = hit[1].upper()
        if letter not in key.options:
            continue
        before, after = text[: hit.start()][-80:], text[hit.end() :][:80]
        level = _level(hit, before, after, first=first)
        if level is not None:
            instead = bool(_TAKES_BACK.search(before))
            yield _Mention(letter, segment, hit.start(), hit.end(), level, instead=instead)


def _level(hit: re.Match[str], before: str, after: str, *, first: bool) -> int | None:
    """How plainly the letter is the answer; None for an article, a pronoun and the like."""
    framed = hit[0] != hit[1]
    ends = framed or bool(_DELIMITED.match(after))
    if hit[1].islower():
        opens = not before.strip() and ends and not re.match(r"\s*,", after)
        named = ends and (_ANSWER_BEFORE.search(before) or _NAMED_BEFORE.search(before))
        said = _SAID_BEFORE.search(before) or _TAKES_BACK.search(before)
        named = named or (said and _ENDS.match(after))
        if not (opens or named or hit[0].endswith(")")):
            return None
    elif not (ends or (hit[1] == "A" and _VERB_NEXT.match(after)) or hit[1] not in "AI"):
        return None
    if _ANSWER_BEFORE.search(before) or _ANSWER_AFTER.match(after):
        return _ANSWER
    alone = not (before + after).strip(" .):]-")
    opens = first and not re.sub(r"(?i)option|letter", "", before).strip() and ends
    return _CHOSEN if alone or opens else _SAID


def _option_texts(text: str, segment: Segment, key: ChoiceKey) -> list[_Mention]:
    """Options whose text stands there, capitals and punctuation aside; the longer of two that overlap."""
    words = [(m[0].casefold(), m.start(), m.end()) for m in _WORD.finditer(text)]
    found: list[_Mention] = []
    for letter, option in sorted(key.options.items(), key=lambda o: len(o[1]), reverse=True):
        wanted = [w.casefold() for w in _WORD.findall(plain_view(option))]
        for i in range(len(words) - len(wanted) + 1 if wanted else 0):
            piece = words[i : i + len(wanted)]
            start, end = piece[0][1], piece[-1][2]
            if [w for w, _, _ in piece] == wanted and all(end <= f.start or start >= f.end for f in found):
                found.append(_Mention(letter, segment, start, end, _CHOSEN, text=True))
    return found


def _evidence(mentions: Sequence[_Mention]) -> tuple[Evidence, ...]:
    segments = dict.fromkeys(m.segment.number for m in mentions)
    by_number = {m.segment.number: m.segment for m in mentions}
    return tuple(Evidence(segment=n, start=by_number[n].start, end=by_number[n].end) for n in segments)
