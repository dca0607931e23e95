import codecs
import os

import pytest

from grader.readers.encoding import UnreadableError, decode, stored

LETTER = "It’s the patient’s right – “yes” we’ll call them back at 2:00 p.m. and reschedule."


@pytest.mark.parametrize(
    "data",
    [
        LETTER.encode(),
        LETTER.encode("utf-8-sig"),
        LETTER.encode("utf-16"),
        codecs.BOM_UTF16_BE + LETTER.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + LETTER.encode("utf-32-le"),
        codecs.BOM_UTF32_BE + LETTER.encode("utf-32-be"),
        LETTER.encode("cp1252"),
        LETTER.encode("mac_roman"),
    ],
)
def test_smart_quotes_survive_every_encoding(data: bytes) -> None:
    assert decode(data) == LETTER


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("I’d", "cp1252"),
        ("Plan\n—————\n     call", "cp1252"),
        ("“Yes”", "cp1252"),
        ("• a\n• b – c 5°", "cp1252"),
        ("Dr. José Muñoz’s résumé – naïve café", "cp1252"),
        ("L’été, où ça ? Œuvre déjà là… à Noël", "cp1252"),
        ("Señora Núñez asked for the forms in français; 50° and ½ copies.", "latin-1"),
        ("Óscar called at 8; I’d call him back.", "cp1252"),
        ("I’d", "mac_roman"),
        ("“Yes”", "mac_roman"),
        ("I’d call “Ann” – and wait… • café", "mac_roman"),
        ("Zażółć gęślą jaźń, proszę o przełożenie wizyty na czwartek", "cp1250"),
        ("Здравствуйте, я позвоню пациенту и перенесу приём на четверг.", "cp1251"),
    ],
)
def test_guesses(text: str, codec: str) -> None:
    assert decode(text.encode(codec)) == text


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Please call Иван at 5 and tell him to wait for the doctor", "cp1251"),
        ("Please tell 你好 to them", "gb18030"),
        ("你好，我会给病人打电话。", "gb18030"),
        ("Здравствуйте, я позвоню.", "koi8-r"),
        ("café résumé", "cp437"),
    ],
)
def test_a_doubtful_guess_is_no_guess(text: str, codec: str) -> None:
    with pytest.raises(UnreadableError, match="confidence"):
        decode(text.encode(codec))


def test_newlines_become_line_feeds_and_nothing_else_changes() -> None:
    assert decode(b"a\r\nb\rc\nd\x0b\xc2\x85 e\t") == "a\nb\nc\nd\x0b\x85 e\t"


def test_what_cannot_be_stored_becomes_a_replacement_character() -> None:
    assert stored("a\x00b\ud83dc😀") == "a�b�c😀"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04 whatever", "zip-based"),
        (b"{\\rtf1 Dear}", "RTF"),
        (b"Dear\x00 team", "binary"),
        (b"Dear caf\xe9 team\n\x00", "binary"),
        (codecs.BOM_UTF16_LE + b"a\x00b", "damaged"),
        ("Muñoz, José, Núñez\nthe café".encode() + b"\nI\x92d call", "line 3"),
        (os.urandom(4000).replace(b"\x00", b"\x01") + b"\xff", "confidence"),
    ],
    ids=["zip", "rtf", "nul", "nul after a guess", "half utf-16", "mixed", "noise"],
)
def test_unreadable(data: bytes, message: str) -> None:
    with pytest.raises(UnreadableError, match=message):
        decode(data)


def test_a_guess_that_fails_further_down_is_unreadable() -> None:
    start = "It’s café time\n".encode("cp1252") * 20_000
    with pytest.raises(UnreadableError, match="changes in the middle"):
        decode(start + b"\x81\x8d\n")
