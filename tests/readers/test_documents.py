from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from grader.domain.reasons import Reason
from grader.readers.documents import MOST_BYTES, read_document
from grader.readers.encoding import UnreadableError
from grader.readers.submissions import read_submissions


def pdf(*pages: str) -> bytes:
    """A PDF with a text line per line of each page, written out by hand."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for i, page in enumerate(pages):
        shown = b" ".join(b"(" + line.encode("cp1252") + b") Tj T*" for line in page.split("\n") if line)
        stream = b"BT /F1 12 Tf 14 TL 72 720 Td " + shown + b" ET"
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
            b"/Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % (5 + 2 * i)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    data, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n" % (
        size,
        table,
        size,
    )
    return data + trailer + b"startxref\n%d\n%%%%EOF\n" % len(data)


def test_text_and_markdown_stay_as_they_are(tmp_path: Path) -> None:
    text = "# Plan\n\n* call “Ann”\n* note\n"
    for name in ("a.txt", "a.md", "a.TXT"):
        (tmp_path / name).write_bytes(text.replace("\n", "\r\n").encode("cp1252"))
        assert read_document(tmp_path / name) == (text, "")


def test_a_pdf_with_a_text_layer(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf("1. Call the patient’s aunt.\n2. Note it.", "3. Wait."))
    assert read_document(path) == ("1. Call the patient’s aunt.\n2. Note it.\n3. Wait.", "")


def test_a_pdf_page_without_text_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf("Call.", ""))
    assert read_document(path) == ("Call.", "No text was found on page 2 of 2.")


def test_a_scanned_pdf(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf("", ""))
    with pytest.raises(UnreadableError, match="looks scanned"):
        read_document(path)


def test_an_encrypted_pdf(tmp_path: Path) -> None:
    (tmp_path / "plain.pdf").write_bytes(pdf("Call."))
    writer = PdfWriter(PdfReader(tmp_path / "plain.pdf"))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "a.pdf")
    with pytest.raises(UnreadableError, match="encrypted"):
        read_document(tmp_path / "a.pdf")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4\n", b"no pdf", pdf("Call.")[:300]])
@pytest.mark.parametrize("ending", [".pdf", ".docx"])
def test_damaged_files(tmp_path: Path, data: bytes, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    path.write_bytes(data)
    with pytest.raises(UnreadableError, match="damaged"):
        read_document(path)


def test_unknown_endings_and_sizes(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_bytes(b"x")
    with pytest.raises(UnreadableError, match=r"\.rtf is not read; save the answer as one of \.txt, \.md"):
        read_document(tmp_path / "a.rtf")
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(UnreadableError, match="larger than 50 MB"):
        read_document(tmp_path / "a.txt")
    with pytest.raises(UnreadableError, match="could not be opened"):
        read_document(tmp_path / "missing.txt")


def test_one_bad_file_costs_nobody_else(tmp_path: Path) -> None:
    (tmp_path / "C1__breach.pdf").write_bytes(b"broken")
    (tmp_path / "C2__breach.pdf").write_bytes(pdf("Report it."))
    (tmp_path / "C3__breach.txt").write_bytes(b"\x00\x01")
    found = list(read_submissions(tmp_path, tasks={"breach"}))
    assert [(s.id, s.text, s.problem) for s in found] == [
        ("C1/breach", "", Reason.UNREADABLE),
        ("C2/breach", "Report it.", None),
        ("C3/breach", "", Reason.UNREADABLE),
    ]
