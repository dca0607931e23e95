from typing import Any

import pytest

from grader.changes import Change, Kind, changes
from grader.domain.criterion import Criterion
from tests.support.builders import criterion, exact, leveled, rubric

BEFORE = rubric(criterion("a"), leveled("b"), exact("c"), criterion("d", negative=True))


def after(*criteria: Criterion, **fields: Any):
    """What changed when these took the place of those with their ids."""
    new = {c.id: c for c in criteria}
    return changes(BEFORE, rubric(*(new.get(c.id, c) for c in BEFORE.criteria), **fields))


def test_the_same_rubric_has_no_changes() -> None:
    found = after()
    assert not found
    assert (found.criteria, found.whole) == ((), ())


@pytest.mark.parametrize(
    ("changed", "kind", "fields"),
    [
        (criterion("a", points=3), Kind.RECOUNTED, ("points",)),
        (criterion("a", critical=True, partly=0), Kind.RECOUNTED, ("critical", "partly")),
        (criterion("a", met="Other words for met."), Kind.REWORDED, ("met",)),
        (criterion("a", questions=["Is it another one?"]), Kind.REWORDED, ("questions",)),
        (criterion("a", points=3, met="Other words for met."), Kind.REWORDED, ("points", "met")),
        (criterion("a", negative=True), Kind.REWORDED, ("negative",)),
        (criterion("d", negative=True, red_flag=True), Kind.RECOUNTED, ("red_flag",)),
        (leveled("b", points=3), Kind.RECOUNTED, ("points",)),
        (leveled("b", title="Another title"), Kind.REWORDED, ("title",)),
        (exact("c", points=3), Kind.RECOUNTED, ("points",)),
        (exact("c", answer={"number": 11, "unit": "percent"}), Kind.REWORDED, ("answer",)),
        (exact("c", cues=["rate"]), Kind.REWORDED, ("cues",)),
    ],
)
def test_a_change_names_its_fields_and_whether_it_asks_for_something_else(
    changed: Criterion, kind: Kind, fields: tuple[str, ...]
) -> None:
    found = after(changed)
    assert found.criteria == (Change(changed.id, changed.title, kind, fields),)
    assert found.whole == ()
    assert found


def test_another_form_is_another_wording() -> None:
    (found,) = after(leveled("a")).criteria
    assert found.kind is Kind.REWORDED
    assert {"met", "levels"} <= set(found.fields)


def test_added_and_removed_criteria_in_the_later_order() -> None:
    later = rubric(criterion("z"), *BEFORE.criteria[1:], criterion("y"))
    assert [(c.criterion, c.kind, c.fields) for c in changes(BEFORE, later).criteria] == [
        ("z", Kind.ADDED, ()),
        ("y", Kind.ADDED, ()),
        ("a", Kind.REMOVED, ()),
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Another title"),
        ("instructions", "Write to the vendor about what is wrong with the bill."),
        ("words", {"min": 20, "max": 90}),
        ("critical_cap", 40),
        ("cuts", (70.0,)),
    ],
)
def test_changes_of_the_rubric_itself(field: str, value: object) -> None:
    found = after(**{field: value})
    assert (found.criteria, found.whole) == ((), (field,))
    assert found


def test_where_it_is_filed_changes_no_score() -> None:
    assert not after(section="elsewhere")
