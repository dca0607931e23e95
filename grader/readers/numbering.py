"""List numbers and bullets of Word files, which the file states only as references to counters."""

import re
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc")),
    *((50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


@dataclass(frozen=True)
class Level:
    """One level of a list: how its number looks and where it starts."""

    format: str
    text: str
    start: int


@dataclass(frozen=True)
class ListForm:
    """A list as paragraphs refer to it; several may count on the same counter."""

    counter: str
    levels: dict[int, Level]
    restarts: dict[int, int]
    style_levels: dict[str, int]
    """Paragraph style -> level that belongs to it."""


class Numbering:
    """Counts the list items of one document, asked in document order."""

    def __init__(self, document: Any) -> None:
        self._sequences = _sequences(document)
        self._styles = {
            style.get(qn("w:styleId")): style for style in document.styles.element.iter(qn("w:style"))
        }
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()

    def mark(self, paragraph: Any) -> str:
        """The paragraph's number or bullet with indent and a space, or ""; counts it."""
        style = _value(paragraph.find(qn("w:pPr")), "pStyle")
        number, level = self._reference(paragraph.find(qn("w:pPr")), style)
        if number == "0":  # numbering taken away
            return ""
        sequence = self._sequences.get(number or "")
        if sequence is None or not sequence.levels:
            name = _value(self._styles.get(style), "name").lower()
            return "• " if name.startswith("list bullet") else ""
        if level is None:
            level = sequence.style_levels.get(style, 0)
        return self._count(number or "", sequence, level)

    def _reference(self, properties: Any, style: str) -> tuple[str | None, int | None]:
        """(list, level) that the paragraph or its style, or a style that this is based on, names."""
        seen = set()
        number, level = _numbers(properties)
        while number is None and style in self._styles and style not in seen:
            seen.add(style)
            number, own_level = _numbers(self._styles[style].find(qn("w:pPr")))
            level = own_level if level is None else level
            style = _value(self._styles[style], "basedOn")
        return number, level

    def _count(self, number: str, sequence: ListForm, level: int) -> str:
        counts = self._counts.setdefault(sequence.counter, {})
        if number not in self._begun:
            self._begun.add(number)
            for restarted in sequence.restarts:
                counts.pop(restarted, None)
        look = sequence.levels.get(level, Level("decimal", f"%{level + 1}.", 1))
        counts[level] = counts.get(level, sequence.restarts.get(level, look.start) - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        indent = "  " * level
        if look.format == "bullet":
            return f"{indent}• "
        shown = re.sub("%([1-9])", lambda m: _shown(sequence, counts, int(m[1]) - 1), look.text)
        return f"{indent}{shown} " if shown.strip() and look.format != "none" else ""


def _shown(sequence: ListForm, counts: dict[int, int], level: int) -> str:
    look = sequence.levels.get(level, Level("decimal", "", 1))
    return _numeral(counts.get(level, look.start), look.format)


def _numeral(count: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter") and count > 0:
        letters = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letters if form == "lowerLetter" else letters.upper()
    if form in ("lowerRoman", "upperRoman"):
        roman = ""
        for value, digits in _ROMAN:
            roman += digits * (count // value)
            count %= value
        return roman if form == "lowerRoman" else roman.upper()
    return f"{count:02}" if form == "decimalZero" else str(count)


def _value(node: Any, name: str, default: str = "") -> str:
    """`w:val` of the child `name`, or the default."""
    child = None if node is None else node.find(qn(f"w:{name}"))
    return default if child is None else str(child.get(qn("w:val"), default))


def _int(text: str, default: int) -> int:
    return int(text) if text.lstrip("-").isdecimal() else default


def _numbers(properties: Any) -> tuple[str | None, int | None]:
    numbers = None if properties is None else properties.find(qn("w:numPr"))
    level = _value(numbers, "ilvl")
    return _value(numbers, "numId") or None, _int(level, 0) if level else None


def _sequences(document: Any) -> dict[str, ListForm]:
    parts = [rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")]
    if not parts:
        return {}
    root = parts[0].element
    abstract = {node.get(qn("w:abstractNumId")): node for node in root.iter(qn("w:abstractNum"))}
    found = {}
    for number in root.iter(qn("w:num")):
        counter = _value(number, "abstractNumId")
        levels, restarts = _levels(abstract.get(counter)), {}
        for override in number.iter(qn("w:lvlOverride")):
            if start := _value(override, "startOverride"):
                restarts[_int(override.get(qn("w:ilvl"), ""), 0)] = _int(start, 1)
            levels |= _levels(override)
        styles = {
            style: _int(node.get(qn("w:ilvl"), ""), 0)
            for node in (() if counter not in abstract else abstract[counter].iter(qn("w:lvl")))
            if (style := _value(node, "pStyle"))
        }
        found[number.get(qn("w:numId"))] = ListForm(counter, levels, restarts, styles)
    return found


def _levels(node: Any) -> dict[int, Level]:
    return {
        _int(level.get(qn("w:ilvl"), ""), 0): Level(
            _value(level, "numFmt", "decimal"), _value(level, "lvlText"), _int(_value(level, "start"), 1)
        )
        for level in (() if node is None else node.iter(qn("w:lvl")))
    }
