import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.calibration_files import load_set, shipped_sets
from grader.swap.sign_off import find, signed

BODY = "Dear Ms. Doe,\n\nThe bill was wrong. It is mended now.\n"


@pytest.mark.parametrize(
    ("end", "name"),
    [
        ("\nKind regards,\nJane Doe\nOffice Manager\n(555) 010-4471\n", "Jane Doe"),
        ("\nWith kindest regards,\n\nJane\n", "Jane"),
        ("\nthanks\njane\n", "jane"),
        ("\nJane Doe\n", "Jane Doe"),
        ("\n- Jane\n", "Jane"),
        ("\nJane\nOffice Manager, Elm Street Clinic\n", "Jane"),
        ("\nCall me any day. Sincerely, Jane", "Jane"),
        ("\nYours, Jane, Office Manager\n", "Jane"),
        ("\ngot to run, phone again - jane\n", "jane"),
        ("\nOnward and upward,\nJane, office mgr\n", "Jane"),
        ("\nSee you Monday, Jane\n", "Jane"),
    ],
)
def test_a_sign_off_is_found_and_nothing_but_the_name_is_replaced(end: str, name: str) -> None:
    text = BODY + end
    place = find(text)
    assert text[place.start : place.end] == name
    assert signed(text, place, "Ann Lee") == BODY + end.replace(name, "Ann Lee")


@pytest.mark.parametrize(
    ("end", "becomes"),
    [
        ("", "\n\nAnn Lee\n"),
        ("\nRespectfully,\nOffice Manager\n", "\n\nRespectfully,\nAnn Lee\nOffice Manager\n"),
        ("\nOffice Manager\n(555) 010-2290\n", "\n\nAnn Lee\n\nOffice Manager\n(555) 010-2290\n"),
        ("\nThank you for reading.\n", "\n\nThank you for reading.\n\nAnn Lee\n"),
        ("\nFinally, we check it all again.\n", "\n\nFinally, we check it all again.\n\nAnn Lee\n"),
        ("\nLATER\nWe check it.\n", "\n\nLATER\nWe check it.\n\nAnn Lee\n"),
        ("\n- cake for the whole clinic\n", "\n\n- cake for the whole clinic\n\nAnn Lee\n"),
    ],
)
def test_where_nobody_signed_a_name_is_put_in_its_place(end: str, becomes: str) -> None:
    text = BODY + end
    assert signed(text, find(text), "Ann Lee") == BODY.rstrip("\n") + becomes


def test_a_further_line_stands_below_the_name_and_what_follows_it() -> None:
    text = BODY + "\nYours, Jane, Office Manager\n555-0119\n"
    expected = BODY + "\nYours, Ann Lee, Office Manager\nClass of 1979\n555-0119\n"
    assert signed(text, find(text), "Ann Lee", "Class of 1979") == expected
    bare = "We mend it."
    assert signed(bare, find(bare), "Ann Lee", "Class of 1979") == "We mend it.\n\nAnn Lee\nClass of 1979"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_can_be_signed_and_the_rest_of_it_stays(text: str) -> None:
    place = find(text)
    assert 0 <= place.start <= place.end <= len(text)
    assert signed(text, place, text[place.start : place.end])[: place.start] == text[: place.start]
    assert signed(text, place, "Ann Lee").endswith(text[place.end :])


def test_in_the_shipped_answers_what_is_replaced_is_short_and_near_the_end() -> None:
    texts = [r.text for folder in shipped_sets() for r in load_set(folder).responses if r.text is not None]
    places = [find(text) for text in texts]
    signed_by = [text[p.start : p.end] for text, p in zip(texts, places, strict=True) if p.end > p.start]
    assert len(texts) == 216
    assert len(signed_by) == 43
    assert all(len(name.split()) <= 3 for name in signed_by)
    assert all(len(text) - p.start < 120 for text, p in zip(texts, places, strict=True))
