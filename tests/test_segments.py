import unicodedata
from itertools import pairwise
from textwrap import fill

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain.submission import SegmentKind
from grader.segments import is_visible, segment
from tests.support.builders import odd_texts

SENTENCES = [
    "Thank you for reaching out about the bill that you received for your visit on March 3.",
    "I understand how frustrating it must be to get a charge you did not expect, and I apologize.",
    "We met with Pat on Monday, and I will call Dr. Lee's office this Wednesday at 2:00 p.m. and ask.",
]
CLOSING = ["Best regards,", "Jane Roe", "Office Manager", "(555) 123-4567"]

CASES = [
    ("1. Call Dr. Lee at 2:00 p.m. and ask.", ["1. Call Dr. Lee at 2:00 p.m. and ask."]),
    ("2. Ask at 2:00 p.m. Then leave.", ["2. Ask at 2:00 p.m.", "Then leave."]),
    ("1) x 2) y", ["1) x", "2) y"]),
    (
        "I would: 1. call her 2. write it down 3. file it.",
        ["I would:", "1. call her", "2. write it down", "3. file it."],
    ),
    ("Step 1: Call. Step 2: Resubmit.", ["Step 1: Call.", "Step 2: Resubmit."]),
    ("STEP 1 - Call\nStep 2. Write", ["STEP 1 - Call", "Step 2. Write"]),
    ("I. think about it.\nII. do it.", ["I. think about it.", "II. do it."]),
    ("1.1 Call her\n1.2 Write", ["1.1 Call her", "1.2 Write"]),
    ("Sincerely,\nOffice Manager", ["Sincerely,", "Office Manager"]),
    ("Hi team!\nPlease log off. Thanks!", ["Hi team!", "Please log off.", "Thanks!"]),
    ("To: All\nRe: Screens\n\nLock them.", ["To: All", "Re: Screens", "Lock them."]),
    ("Use codes, e.g. 99213, i.e. the right one.", ["Use codes, e.g. 99213, i.e. the right one."]),
    ("It was approx. 3 days late. Call ext. 12.", ["It was approx. 3 days late.", "Call ext. 12."]),
    ("Order No. 5 is late. No, it is not.", ["Order No. 5 is late.", "No, it is not."]),
    ("You owe $1,200.50. Pay 3.5% now.", ["You owe $1,200.50.", "Pay 3.5% now."]),
    ("3.5% rose to 4.2%. Good.", ["3.5% rose to 4.2%.", "Good."]),
    ("See https://example.com/a.b?c=d. Write to j.doe@example.com. Bye.", None),
    ("We open at 9:30 a.m. Please come.", ["We open at 9:30 a.m.", "Please come."]),
    ('She said, "I am upset. Fix it." Then she left.', ['She said, "I am upset. Fix it."', "Then she left."]),
    ("“Why?” he asked. Well... I see. Wait… what?!", ["“Why?” he asked.", "Well... I see.", "Wait… what?!"]),
    ("no stops at all and it goes on and on", ["no stops at all and it goes on and on"]),
    ("i will call her. then we see", ["i will call her.", "then we see"]),
    ("P.S. Thanks for all. Bye.", ["P.S. Thanks for all.", "Bye."]),
    ("# Plan\nCall her today.\n**Then**\n- wait", ["# Plan", "Call her today.", "**Then**", "- wait"]),
    ("| Item | Sent |\n|---|---|\n| Gloves | 8 |", ["| Item | Sent |", "|---|---|", "| Gloves | 8 |"]),
    ("one\r\ntwo\rthree\u2028four\x85five", ["one", "two", "three", "four", "five"]),
    ("\ufeffDear Jane,\n\u200bHello there.", ["Dear Jane,", "Hello there."]),
    ("", []),
    (" \n\u200b\u2028\x00\ufeff", []),
]


def pieces(text: str) -> list[str]:
    return [text[s.start : s.end] for s in segment(text)]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_examples(text: str, expected: list[str] | None) -> None:
    wanted = expected
    if wanted is None:
        wanted = ["See https://example.com/a.b?c=d.", "Write to j.doe@example.com.", "Bye."]
    assert pieces(text) == wanted


@pytest.mark.parametrize("column", [66, 68, 70, 72, 74, 76, 78])
def test_a_hard_wrapped_email(column: int) -> None:
    opening = ["Subject: Order 4471", "Dear Ms. Doe,"]
    email = "\n\n".join([*opening, fill(" ".join(SENTENCES), column), "\n".join(CLOSING)])
    assert [" ".join(p.split()) for p in pieces(email)] == [*opening, *SENTENCES, *CLOSING]


def test_a_wrapped_line_may_begin_with_half_a_time_or_a_number() -> None:
    for begin in ("p.m. and ask for the person in charge", "3.5 percent of it has been paid"):
        line = "We will call the office of the insurer on Wednesday at about 2:00"
        assert pieces(f"{line}\n{begin}.") == [f"{line}\n{begin}."]


@pytest.mark.parametrize(
    "marker",
    [
        *"-*+•◦▪‣●○■☐☑✓✅➤>–—o",
        *("[x]", "1.", "1)", "(1)", "12.", "a.", "a)", "(a)", "A.", "iv.", "(iv)", "IV.", "1:", "2.1"),
        "[ ]",
        "Step 3:",
    ],
)
@pytest.mark.parametrize("indent", ["", "   ", "\t"])
def test_a_list_item_is_its_own_segment(marker: str, indent: str) -> None:
    first = f"{indent}{marker} Meet with each of the two people in private and hear them out"
    text = f"{first}\n{indent}{indent}{marker} Write down what was agreed"
    assert pieces(text) == [first.strip(), f"{marker} Write down what was agreed"]
    assert {s.kind for s in segment(text)} == {SegmentKind.ITEM}


@pytest.mark.parametrize(
    ("line", "after"),
    [
        (
            "Meet with each of the two people in private and hear them out as long as it takes",
            "Bring both of them to one table so that each can say in turn what he or she wants and why",
        ),
        ("x" * 120, "Call"),
        ("We look forward to hearing from you and will do all that we can to help you", "Sincerely,"),
        ("We look forward to hearing from you and will do all that we can to help", "## Next"),
        (
            "| gloves, medium, powder-free, box of one hundred, ordered | ten |",
            "| masks, box of fifty, ordered | five |",
        ),
    ],
)
def test_lines_that_the_writer_ended_are_not_joined(line: str, after: str) -> None:
    assert pieces(f"{line}\n{after}") == [line, after]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Subject: Bill\nHi Jane,\nI am so sorry.\nBest,\nPat", ["line", "line", "sentence", "line", "line"]),
        ("Next steps:\n1. Call her.\nNEXT WEEK\n- Wait", ["heading", "item", "heading", "item"]),
    ],
)
def test_kinds(text: str, kinds: list[str]) -> None:
    assert [s.kind.value for s in segment(text)] == kinds


@given(st.characters())
def test_what_is_visible_is_neither_space_nor_control(character: str) -> None:
    assert is_visible(character) == (unicodedata.category(character)[0] not in {"Z", "C"})


@given(odd_texts())
def test_segments_and_gaps_are_the_text(text: str) -> None:
    found = segment(text)
    borders = [0, *(p for s in found for p in (s.start, s.end)), len(text)]
    assert borders == sorted(borders)
    assert "".join(text[a:b] for a, b in pairwise(borders)) == text
    gaps = [text[a:b] for a, b in zip(borders[::2], borders[1::2], strict=True)]
    assert not any(is_visible(c) for gap in gaps for c in gap)
    assert all(is_visible(text[s.start]) and is_visible(text[s.end - 1]) for s in found)
    assert [s.number for s in found] == list(range(1, len(found) + 1))


@pytest.mark.parametrize(
    "unit",
    [
        "We call the payer, e.g. at 2:00 p.m., and ask. ",
        "word ",
        "1. Call\n",
        "a line without any end that goes on to the next one\n",
        "x",
        ". ",
    ],
)
def test_a_long_text_is_split_too(unit: str) -> None:
    text = unit * (50_000 // len(unit))
    found = segment(text)
    assert found[0].start == 0
    assert "".join(text[s.start : s.end] for s in found).replace(" ", "").replace("\n", "") == text.replace(
        " ", ""
    ).replace("\n", "")
