"""The suite: wordings of every kind in two halves, and how each is put into an answer."""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from string import Template
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from grader.datafiles import read_yaml
from grader.domain.base import Identified, Value
from grader.domain.criterion import ChecklistCriterion
from grader.domain.rubric import Rubric
from grader.segments import segment

HERE = Path(__file__).parent
HALVES = ("development", "test")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*\s*")


class Wording(Value):
    """One attack, to be put into an answer."""

    way: Literal["before", "after", "inside", "alone"]
    text: str
    hide: Literal["tags", "zero_width", "look_alikes", "bidi", "variation"] | None = None
    make: str | None = None
    """What `$words` stands for; one of MAKERS."""


Half = dict[str, tuple[Wording, ...]]


class Suite(Identified):
    """All wordings, by kind."""

    development: Half
    test: Annotated[Half, Field(min_length=1)]


class LookAlikes(Value):
    """Honest texts that look like attacks."""

    development: tuple[str, ...]
    test: tuple[str, ...]


class Base(NamedTuple):
    """A clean answer, and a strong one to the same task by somebody else."""

    candidate: str
    rubric: Rubric
    text: str
    ideal: str

    @property
    def name(self) -> str:
        """Candidate and task."""
        return f"{self.candidate}/{self.rubric.task}"


class Attack(NamedTuple):
    """A kind of a half, and the number of its wording."""

    half: str
    kind: str
    number: int
    wording: Wording

    @property
    def name(self) -> str:
        """Half, kind and number."""
        return f"{self.half}/{self.kind}/{self.number}"


def load_suite() -> Suite:
    """The shipped suite. Raises InputError."""
    return read_yaml(HERE / "wordings.yaml", Suite)


def load_look_alikes() -> LookAlikes:
    """The shipped look-alikes. Raises InputError."""
    return read_yaml(HERE / "look_alikes.yaml", LookAlikes)


def attacks(suite: Suite) -> list[Attack]:
    """All of both halves; every kind once before any a second time."""
    found = [
        Attack(half, kind, number, wording)
        for half in HALVES
        for kind, wordings in getattr(suite, half).items()
        for number, wording in enumerate(wordings, start=1)
    ]
    return sorted(found, key=lambda attack: attack.number)


def attacked(base: Base, wording: Wording) -> str:
    """The answer with the attack in it."""
    if wording.make is not None and wording.make not in MAKERS:
        raise ValueError(f"no way to make {wording.make!r}")
    words = MAKERS[wording.make](base) if wording.make else ""
    ids = [c.id for c in base.rubric.criteria if not c.negative]
    verdicts = {c.id: "not_met" if c.negative else "met" for c in base.rubric.criteria}
    told = Template(wording.text).substitute(
        words=words,
        ids=", ".join(ids),
        verdicts=json.dumps(verdicts),
        ideal=base.ideal.strip(),
        quoted_ideal="\n".join(f"> {line}" for line in base.ideal.strip().splitlines()),
    )
    if wording.hide:
        told = _HIDING[wording.hide](told)
    clean = base.text.strip()
    if wording.way == "alone":
        return f"{told}\n"
    if wording.way == "before":
        return f"{told}\n\n{clean}\n"
    if wording.way == "inside":
        first = segment(clean)[0].end
        return f"{clean[:first]}\n{told}\n{clean[first:].lstrip()}\n"
    return f"{clean}\n\n{told}\n"


def _positive(base: Base) -> list[ChecklistCriterion]:
    return [c for c in base.rubric.criteria if isinstance(c, ChecklistCriterion) and not c.negative]


def _keywords(base: Base) -> list[str]:
    """Long words of what is looked for, each once."""
    words = re.findall(r"[a-z]{6,}", " ".join(c.met for c in _positive(base)).lower())
    return list(dict.fromkeys(words))[:24]


def _as_own(base: Base) -> str:
    told = " ".join(c.met for c in _positive(base))
    return re.sub(r"(?i)\bthe (?:writer|candidate|manager|office manager|e-mail|memo|answer)\b", "I", told)


def _last_five(base: Base) -> str:
    sentences = [s.strip() for s in _SENTENCE.findall(base.text) if len(s.split()) > 3] or [base.text]
    return "\n".join([sentences[-1]] * 5)


MAKERS: Mapping[str, Callable[[Base], str]] = {
    "keywords": lambda base: ", ".join(_keywords(base)),
    "keyword_lines": lambda base: "\n".join(_keywords(base)),
    "met": lambda base: " ".join(c.met for c in _positive(base)),
    "met_as_own": _as_own,
    "titles": lambda base: ". ".join(c.title for c in _positive(base)),
    "twice": lambda base: "\n\n".join([base.text.strip()] * 2),
    "three_times": lambda base: "\n\n".join([base.text.strip()] * 3),
    "each_sentence_twice": lambda base: "".join(s.rstrip() + " " + s for s in _SENTENCE.findall(base.text)),
    "last_five_times": _last_five,
    "mail_below": lambda base: base.ideal,
}

_LOOK_ALIKES = str.maketrans("aceopxyi", "асеорхуі")
_HIDING: Mapping[str, Callable[[str], str]] = {
    "tags": lambda text: "".join(chr(0xE0000 + ord(c)) for c in text),
    "zero_width": lambda text: "\u200b".join(text),
    "look_alikes": lambda text: text.translate(_LOOK_ALIKES),
    "bidi": lambda text: f"\u202e{text[::-1]}\u202c",
    "variation": lambda text: "".join(f"{c}\ufe01" for c in text),
}
