"""One answer in one file: txt, md, docx, pdf, eml. Each reader takes bytes and gives text and a note."""

import logging
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from grader.readers.encoding import UnreadableError, decode, stored

# libraries for single formats are loaded when a file needs them: together they take more memory than a run

MOST_BYTES = 50_000_000


def read_document(path: Path) -> tuple[str, str]:
    """(text, note on what was left out or "") of one file. Raises UnreadableError with one sentence."""
    try:
        reader = READERS[path.suffix.lower()]
    except KeyError:
        raise UnreadableError(f"{path.suffix or 'A file without ending'} is not read; {_ENDINGS}.") from None
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UnreadableError("The file is larger than 50 MB; save the answer alone in a smaller one.")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError(
            f"The file could not be opened ({error.strerror}); check its permissions."
        ) from error
    text, note = reader(data)
    return stored(text), note


def _read_text(data: bytes) -> tuple[str, str]:
    return decode(data), ""


def _read_docx(data: bytes) -> tuple[str, str]:
    from grader.readers.word import read_docx

    return read_docx(data)


def _read_eml(data: bytes) -> tuple[str, str]:
    from grader.readers.mail import read_eml

    return read_eml(data)


def _read_pdf(data: bytes) -> tuple[str, str]:
    import pypdf
    from pypdf.errors import DependencyError, FileNotDecryptedError

    logging.getLogger("pypdf").addHandler(logging.NullHandler())  # its remarks on odd files are not for users
    try:
        pages = [page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages]
    except (FileNotDecryptedError, DependencyError) as error:
        raise UnreadableError("The PDF is encrypted; save it without a password.") from error
    except (
        Exception
    ) as error:  # on damaged files pypdf raises nearly anything, and one file must not end a run
        kind = type(error).__name__
        raise UnreadableError(f"The PDF is damaged and could not be read ({kind}); save it anew.") from error
    if not any(page.strip() for page in pages):
        raise UnreadableError(
            "The PDF has no text layer and looks scanned; send it through text recognition (OCR)."
        )
    empty = [str(number) for number, page in enumerate(pages, 1) if not page.strip()]
    note = f"No text was found on page {', '.join(empty)} of {len(pages)}." if empty else ""
    return "\n".join(page.strip("\n") for page in pages if page.strip()), note


READERS: dict[str, Callable[[bytes], tuple[str, str]]] = {
    ".txt": _read_text,
    ".md": _read_text,
    ".docx": _read_docx,
    ".pdf": _read_pdf,
    ".eml": _read_eml,
}
_ENDINGS = f"save the answer as one of {', '.join(READERS)}"
