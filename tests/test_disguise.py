import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given

from grader.disguise import find_disguises, plain_view
from tests.support.builders import odd_texts


@pytest.mark.parametrize(
    "text",
    [
        "Plain words,\n\twith a tab and $5 <now>.",
        "naïve café Muñoz Łukasz Şahin Đorđe Straße Øystein Œuvre Nguyễn Żółć İstanbul Hawaiʻi Þór coöperate",
        "Yıldız Işık",
        "cafe\u0301 re\u0301sume\u0301",
        "“smart” ‘quotes’ it’s – — … «ça»",
        "👩🏽‍⚕️ ❤️‍🔥 👨‍👩‍👧 🏳️‍🌈 👍🏿 🙂‍↔️ ✔️ ☎️ 1️⃣ #️⃣ *️⃣ ‼️ ™️ ℹ️ 〰️ Ⓜ️",
        "Ελλάδα Αθήνα",
        "Москва Россия Привет она",
        "µg 5 µm Ω 30°C",
        "½ ¼ ™ ® © № ℃ 1º 2ª CO₂ 10 m² x³ 2ⁿᵈ Ⅳ ⅠⅡ",
        "oﬃce ﬁle from a PDF",
        "日本語 テキスト 한국어 中文",
        "שלום مرحبا",
        "a\xa0b\u202fc\u3000d\r\ne\u2028f\x85g\x0c",
        "\ud800 broken",
    ],
)
def test_honest_text_is_not_flagged(text: str) -> None:
    assert find_disguises(text) == ()


@pytest.mark.parametrize(
    ("text", "kind", "hidden", "shown"),
    [
        ("pay\u200bment", "zero_width", "\u200b", "payment"),
        ("\ufeff\ufeffa", "zero_width", "\ufeff\ufeff", "a"),
        ("so\u00adft", "zero_width", "\u00ad", "soft"),
        ("a\u200db", "zero_width", "\u200d", "ab"),
        ("❤\u200d", "zero_width", "\u200d", "❤"),
        ("a\u206ab", "zero_width", "\u206a", "ab"),
        ("a\ufff9b", "zero_width", "\ufff9", "ab"),
        ("a\u180bb", "zero_width", "\u180b", "ab"),
        ("a\U0001d173b", "zero_width", "\U0001d173", "ab"),
        ("a\u202eb\u202c", "bidi", "\u202e", "ab"),
        ("a\u2066b", "bidi", "\u2066", "ab"),
        ("x\U000e0041\U000e0042", "tag", "\U000e0041\U000e0042", "x"),
        ("x\U000e0080", "tag", "\U000e0080", "x"),
        ("a\ufe0f", "variation", "\ufe0f", "a"),
        ("😀\ufe01", "variation", "\ufe01", "😀"),
        ("😀\ufe0f\ufe0f", "variation", "\ufe0f", "😀\ufe0f"),
        ("😀\U000e0101\U000e0102", "variation", "\U000e0101\U000e0102", "😀"),
        ("a\x00\x07b", "control", "\x00\x07", "a b"),
        ("a\x9fb", "control", "\x9f", "a b"),
        ("p\u0430yment", "homoglyph", "\u0430", "payment"),
        ("раураl", "homoglyph", "раура", "paypal"),
        ("сору", "homoglyph", "сору", "copy"),
        ("Ηello", "homoglyph", "Η", "Hello"),
        ("αlpha", "homoglyph", "α", "alpha"),
        ("𝐛𝐨𝐥𝐝", "homoglyph", "𝐛𝐨𝐥𝐝", "bold"),
        ("ｆｕｌｌ", "homoglyph", "ｆｕｌｌ", "full"),
    ],
)
@pytest.mark.parametrize("before", ["", "é “Ok”: 👍 "])
def test_hidden_text_is_found_and_taken_out(
    text: str, kind: str, hidden: str, shown: str, before: str
) -> None:
    found = find_disguises(before + text)
    assert found[0].kind == kind
    assert (before + text)[found[0].start : found[0].end] == hidden
    assert found[0].start == len(before) + text.rindex(hidden)
    assert plain_view(before + text) == before + shown


def test_look_alikes_are_found_behind_hidden_characters() -> None:
    text = "p\u200b\u0430\u200by"
    assert [d.kind for d in find_disguises(text)] == ["zero_width", "homoglyph", "zero_width"]
    assert plain_view(text) == "pay"


@given(odd_texts())
def test_the_plain_view_hides_nothing(text: str) -> None:
    view = plain_view(text)
    assert find_disguises(view) == ()
    assert plain_view(view) == view
    assert view == " ".join(view.split())
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in view)
    view.encode()


@given(odd_texts())
def test_findings_are_in_order_and_apart(text: str) -> None:
    found = find_disguises(text)
    borders = [p for d in found for p in (d.start, d.end)]
    assert borders == sorted(borders)
    assert all(0 <= d.start < d.end <= len(text) for d in found)
    assert all(a.end < b.start or a.kind != b.kind for a, b in pairwise(found))


def test_a_part_is_seen_with_its_surroundings() -> None:
    text = "One. p\u0430y. Three."
    assert plain_view(text, 5, 9) == "pay."
    assert plain_view(text, 6, 7) == "a"
