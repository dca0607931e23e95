"""Bytes to text: byte order marks, UTF-8, then a guess with a floor.

The stored original of a submission is the text as `stored` leaves it: newlines are "\\n", all else is kept.
"""

import codecs
import re
from io import BytesIO
from typing import BinaryIO

from charset_normalizer import from_bytes

BYTE_ORDER_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
OTHER_KINDS = (
    (b"PK\x03\x04", "a zip-based file (such as docx or xlsx)"),
    (b"%PDF-", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old or password-protected Office file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip file"),
)
MOST_MESS = 0.1
"""Highest share of improbable characters (charset-normalizer's "chaos") at which a guess is believed."""
SAMPLE_BYTES = 200_000

_LOST = re.compile("[\x00\ud800-\udfff]")
_CASE_BREAK = re.compile("[a-zß-öø-ÿ][À-ÖØ-Þ]")
"""A capital after a small letter: in code page 1252 the sign of a text from an old Mac."""


class UnreadableError(Exception):
    """A file or field that gives no text; the message is one sentence with the remedy."""


def stored(text: str) -> str:
    """`text` as it is kept: \\r\\n and \\r become \\n; NUL and lone surrogates U+FFFD."""
    return _LOST.sub("�", text.replace("\r\n", "\n").replace("\r", "\n"))


def decode(data: bytes) -> str:
    """The text of a whole file. Raises UnreadableError for binary data and unbelievable encodings."""
    try:
        return stored(data.decode(codec_of(BytesIO(data))))
    except UnicodeDecodeError as error:  # the sample that the guess rests on was not like the rest
        raise UnreadableError("The text's encoding changes in the middle; save it as UTF-8.") from error


def codec_of(stream: BinaryIO) -> str:
    """The codec that reads all of `stream` (seekable, read from its start, in bounded memory).

    Raises UnreadableError as `decode` does. A guess, unlike a byte order mark or UTF-8, rests on a sample.
    """
    stream.seek(0)
    head = stream.read(8)
    for mark, kind in OTHER_KINDS:
        if head.startswith(mark):
            raise UnreadableError(f"This is {kind} under another file ending; give it its right ending.")
    stream.seek(0)
    for mark, codec in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            _check(stream, codec)
            return codec
    damaged = _first_line_not_utf8(stream)
    return _guess(stream, damaged) if damaged else "utf-8"


def _check(stream: BinaryIO, codec: str) -> None:
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        while chunk := stream.read(1 << 20):
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError as error:
        raise UnreadableError(f"The file is marked as {codec} but is damaged; save it as UTF-8.") from error


def _first_line_not_utf8(stream: BinaryIO) -> int:
    """Number of the first line that is not UTF-8, or 0. The whole stream is searched for NUL bytes."""
    damaged = 0
    for number, line in enumerate(stream, 1):
        if b"\0" in line:
            raise UnreadableError("The file is binary, not text (it holds NUL bytes); save it as UTF-8 text.")
        try:
            line.decode()
        except UnicodeDecodeError:
            damaged = damaged or number
    return damaged


def _guess(stream: BinaryIO, damaged: int) -> str:
    sample = _sample(stream)
    as_utf8 = sample.decode("utf-8", "replace")
    broken = as_utf8.count("�")
    if sum(character > "\x7f" for character in as_utf8) >= 2 * broken:
        # Another codec would decode the good majority into garbage without a word.
        raise UnreadableError(
            f"The text is UTF-8 but for damaged bytes, first in line {damaged}; save it anew as UTF-8."
        )
    matches = from_bytes(sample, threshold=MOST_MESS, preemptive_behaviour=False, enable_fallback=False)
    plausible = [name for match in matches for name in match.could_be_from_charset]
    # On short texts many code pages tie; what office programs write is by far the likeliest of them.
    for codec in ("cp1252", "mac_roman"):
        if codec in plausible and not _CASE_BREAK.search(sample.decode(codec, "replace")):
            return codec
    best = matches.best()
    if best is None:
        raise UnreadableError("The text's encoding could not be told with confidence; save it as UTF-8.")
    return best.encoding


def _sample(stream: BinaryIO) -> bytes:
    """The lines that are not plain ASCII, up to SAMPLE_BYTES: only they tell encodings apart."""
    stream.seek(0)
    sample = bytearray()
    while len(sample) < SAMPLE_BYTES and (line := stream.readline(SAMPLE_BYTES)):
        if not line.isascii():
            sample += line
    return bytes(sample)
