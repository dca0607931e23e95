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
LEAST_COHERENCE = 0.2
"""Least likeness to a known language's letter frequencies at which a guess is believed."""
SAMPLE_BYTES = 200_000

_LOST = re.compile("[\x00\ud800-\udfff]")
_FOREIGN = re.compile("[a-z][À-ÖØ-Þ]|[A-Za-z][À-ÖØ-Þ][a-zß-öø-ÿ]|[À-ÖØ-öø-ÿ]{3}|[À-ÿºª°¼½¾²³¡¿´£]{4}")
"""A capital within a word, or many accents in a row: the text is not Western European in this codec."""
_WESTERN = re.compile("[\x00-\x7fÀ-ÖØ-öø-ÿŒœŸ‘’“”„–—…•·€£°ºª¼½¾²³×™®©§«»¿¡´\u00a0\u00ad]*")
_NOT_PLAIN = ["utf_16", "utf_32", "utf_7", "cp037", "cp273", "cp424", "cp500", "cp1026", "cp1140"]
"""Never seen without a byte order mark, or only on mainframes; any short text "fits" them."""


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
    # Statistics fail on a short English text with one curly quote, so what office programs write goes first.
    for codec in ("cp1252", "mac_roman"):
        western = sample.decode(codec, "replace")
        if _WESTERN.fullmatch(western) and not _FOREIGN.search(western):
            return codec
    best = from_bytes(
        sample,
        threshold=MOST_MESS,
        cp_exclusion=_NOT_PLAIN,
        preemptive_behaviour=False,
        enable_fallback=False,
    ).best()
    if best is None or best.coherence < LEAST_COHERENCE:
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
