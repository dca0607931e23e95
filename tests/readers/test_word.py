import zipfile
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from grader.readers.encoding import UnreadableError
from grader.readers.word import read_docx


def read(document: Document) -> str:
    buffer = BytesIO()
    document.save(buffer)
    return read_docx(buffer.getvalue())[0]


def lists(document: Document, *levels: tuple[str, str], start: int = 1, override: int | None = None) -> str:
    """Adds a list form with these (format, text) levels; gives its id."""
    root = document.part.numbering_part.element
    number = str(900 + len(root))
    xml = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for i, (form, text) in enumerate(levels)
    )
    root.insert(
        0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}">{xml}</w:abstractNum>')
    )
    root.append(num(number, number, override))
    return number


def num(number: str, form: str, override: int | None) -> Any:
    again = (
        ""
        if override is None
        else (f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{override}"/></w:lvlOverride>')
    )
    return parse_xml(
        f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{form}"/>{again}</w:num>'
    )


def item(document: Document, text: str, number: str, level: int = 0, style: str | None = None) -> None:
    properties = document.add_paragraph(text, style)._p.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
    )


def test_paragraphs_and_tables_in_order() -> None:
    document = docx.Document()
    document.add_heading("Plan", 1)
    document.add_paragraph("Say “yes”\tnow\nand wait.")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ["who", "what", "Dr. Lee", "calls"], strict=True):
        cell.text = text
    document.add_paragraph("")
    document.add_paragraph("End.")
    assert read(document) == "Plan\nSay “yes”\tnow\nand wait.\nwho | what\nDr. Lee | calls\n\nEnd."


def test_an_answer_in_a_table_cell_keeps_its_lines_and_numbers() -> None:
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "Answer:"
    cell.add_paragraph("call", "List Number")
    cell.add_paragraph("note", "List Number")
    assert read(document) == "Answer:\n1. call\n2. note"


def test_list_styles_show_numbers_and_bullets() -> None:
    document = docx.Document()
    for text, style in [
        ("call", "List Number"),
        ("note", "List Number"),
        ("between", None),
        ("wait", "List Number"),
        ("pen", "List Bullet"),
    ]:
        document.add_paragraph(text, style)
    assert read(document) == "1. call\n2. note\nbetween\n3. wait\n• pen"


def test_levels_formats_and_restarts() -> None:
    document = docx.Document()
    outline = lists(document, ("decimal", "%1."), ("lowerLetter", "%2)"), ("lowerRoman", "%1.%2.%3"))
    for text, level in [("a", 0), ("b", 1), ("c", 1), ("d", 2), ("e", 2), ("f", 0), ("g", 1)]:
        item(document, text, outline, level)
    assert read(document).split("\n") == [
        "1. a",
        "  a) b",
        "  b) c",
        "    1.b.i d",
        "    1.b.ii e",
        "2. f",
        "  a) g",
    ]


def test_two_lists_on_one_counter_go_on_or_begin_anew() -> None:
    document = docx.Document()
    first = lists(document, ("decimal", "Step %1:"), start=3)
    root = document.part.numbering_part.element
    root.append(num("7001", first, None))
    root.append(num("7002", first, 1))
    for text, number in [("a", first), ("b", "7001"), ("c", "7002"), ("d", "7002")]:
        item(document, text, number)
    assert read(document) == "Step 3: a\nStep 4: b\nStep 1: c\nStep 2: d"


@pytest.mark.parametrize(
    ("form", "start", "shown"),
    [
        ("upperRoman", 4, "IV."),
        ("upperRoman", 1998, "MCMXCVIII."),
        ("upperLetter", 28, "BB."),
        ("decimalZero", 7, "07."),
        ("bullet", 1, "•"),
        ("ordinal", 2, "2."),
    ],
)
def test_numerals(form: str, start: int, shown: str) -> None:
    document = docx.Document()
    item(document, "x", lists(document, (form, "%1."), start=start))
    assert read(document) == f"{shown} x"


def test_numbering_can_be_absent_or_taken_away() -> None:
    document = docx.Document()
    item(document, "plain", "0", style="List Number")
    item(document, "unknown list", "4321")
    item(document, "hidden number", lists(document, ("none", "")))
    document.add_paragraph("", "List Number")
    assert read(document) == "plain\nunknown list\nhidden number\n"


W = nsdecls("w")


def add(document: Document, xml: str) -> None:
    document.element.body.insert(len(document.element.body) - 1, parse_xml(xml))


def test_what_a_reader_sees_is_read_and_what_not_is_not() -> None:
    document = docx.Document()
    add(
        document,
        f"<w:p {W}><w:ins><w:r><w:t>new </w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>old </w:delText></w:r></w:del>"
        "<w:hyperlink><w:r><w:t>link</w:t></w:r></w:hyperlink>"
        "<w:r><w:noBreakHyphen/><w:t>end</w:t></w:r></w:p>",
    )
    add(
        document,
        f"<w:sdt {W}><w:sdtContent><w:p><w:r><w:t>form field</w:t></w:r></w:p></w:sdtContent></w:sdt>",
    )
    box = "<w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent>"
    compat = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    add(
        document,
        f"<w:p {W} {compat}><w:r><w:t>beside</w:t><mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>",
    )
    document.sections[0].header.paragraphs[0].text = "Ann Roe"
    assert read(document) == "new link-end\nform field\nbeside\nboxed"


def test_hidden_text_is_left_out_and_noted() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("shown")
    paragraph.add_run(" hidden").font.hidden = True
    paragraph.add_run(" again").font.hidden = False
    buffer = BytesIO()
    document.save(buffer)
    assert read_docx(buffer.getvalue()) == ("shown again", "Hidden text was left out.")


def test_an_empty_document() -> None:
    assert read(docx.Document()) == ""


def test_what_is_no_word_file() -> None:
    other = BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "x")
    for data in (b"", b"text", other.getvalue()):
        with pytest.raises(UnreadableError, match="damaged or is no"):
            read_docx(data)
    with pytest.raises(UnreadableError, match="password-protected"):
        read_docx(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def test_a_file_that_unpacks_beyond_measure_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = BytesIO()
    docx.Document().save(buffer)
    read_docx(buffer.getvalue())
    monkeypatch.setattr("grader.readers.word.MOST_BYTES", 2 * len(buffer.getvalue()))
    with pytest.raises(UnreadableError, match="unpacks to more"):
        read_docx(buffer.getvalue())


def test_damaged_xml_within() -> None:
    buffer = BytesIO()
    docx.Document().save(buffer)
    broken = BytesIO()
    with zipfile.ZipFile(buffer) as archive, zipfile.ZipFile(broken, "w") as copy:
        for name in archive.namelist():
            copy.writestr(name, b"<cut" if name == "word/document.xml" else archive.read(name))
    with pytest.raises(UnreadableError, match="damaged"):
        read_docx(broken.getvalue())
