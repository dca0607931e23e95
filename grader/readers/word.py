"""Word files: paragraphs and tables in document order, with list numbers and bullets as visible marks.

The XML is walked directly: python-docx's own `text` leaves out tracked insertions, content controls and text
boxes, all of which a reader of the document sees.
"""

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn

from grader.readers.encoding import UnreadableError
from grader.readers.numbering import Numbering

MOST_BYTES = 200_000_000
"""Largest size once unpacked: a small file can unpack to more than the memory."""

CORRUPT = (
    zipfile.BadZipFile,
    zlib.error,
    OpcError,
    SyntaxError,
    KeyError,
    ValueError,
    AttributeError,
    EOFError,
)

_WRAPPERS = {qn(f"w:{name}") for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}
_UNSEEN = {qn(f"w:{name}") for name in ("pPr", "rPr", "del", "moveFrom", "txbxContent", "sdtPr")}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MARKS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}


def read_docx(data: bytes) -> tuple[str, str]:
    """(text, note on hidden text left out) of a Word file. Raises UnreadableError."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableError(
            "This is an old .doc or a password-protected file; save it as .docx without a password."
        )
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
                raise UnreadableError("The file unpacks to more than 200 MB; save the answer alone.")
        document = docx.Document(BytesIO(data))
        body = document.element.body
        numbering = Numbering(document)
    except CORRUPT as error:
        raise UnreadableError(
            "The Word file is damaged or is no .docx; open it in Word and save it anew."
        ) from error
    note = "Hidden text was left out." if any(_hidden(run) for run in body.iter(qn("w:r"))) else ""
    return "\n".join(_lines(body, numbering)), note


def _children(node: Any) -> Iterator[Any]:
    """Children of a block container, those within wrappers included."""
    for child in node:
        if child.tag in _WRAPPERS:
            yield from _children(child)
        else:
            yield child


def _lines(node: Any, numbering: Numbering) -> Iterator[str]:
    for child in _children(node):
        if child.tag == qn("w:p"):
            mark, text = numbering.mark(child), _text(child)
            yield mark + text if text.strip() else text
            for box in _boxes(child):
                yield from _lines(box, numbering)
        elif child.tag == qn("w:tbl"):
            for row in _children(child):
                if row.tag == qn("w:tr"):
                    yield from _row(row, numbering)


def _row(row: Any, numbering: Numbering) -> Iterator[str]:
    """One line, unless a cell holds several: answers are written in tables too."""
    cells = [list(_lines(cell, numbering)) for cell in _children(row) if cell.tag == qn("w:tc")]
    if all(len(cell) <= 1 for cell in cells):
        yield " | ".join("".join(cell) for cell in cells)
    else:
        for cell in cells:
            yield from cell


def _text(node: Any) -> str:
    parts = []
    for child in node:
        if child.tag in _UNSEEN or child.tag == _FALLBACK or _hidden(child):
            continue
        if child.tag == qn("w:t") or child.tag == qn("m:t"):
            parts.append(child.text or "")
        else:
            parts.append(_MARKS.get(child.tag) or _text(child))
    return "".join(parts)


def _hidden(run: Any) -> bool:
    off = {"0", "false", "off"}
    return run.tag == qn("w:r") and any(
        mark.get(qn("w:val"), "1") not in off for mark in run.iterfind(f"{qn('w:rPr')}/{qn('w:vanish')}")
    )


def _boxes(paragraph: Any) -> Iterator[Any]:
    """Text boxes anchored in a paragraph; Word writes each a second time as a fallback."""
    for box in paragraph.iter(qn("w:txbxContent")):
        nearest = next(box.iterancestors(qn("w:p")))
        if nearest is paragraph and next(box.iterancestors(_FALLBACK), None) is None:
            yield box
