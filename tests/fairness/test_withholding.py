from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.fairness.impact import impact
from grader.fairness.outcomes import attribute
from grader.fairness.withholding import Margin, shown, withheld
from tests.fairness.people import people, table


def gone(sizes: dict[str, int], unknown: int = 0) -> set[str]:
    return {cell[0] for cell in withheld({(name,): n for name, n in sizes.items()}, 10, unknown)}


@pytest.mark.parametrize(
    ("sizes", "unknown", "expected"),
    [
        ({"a": 10, "b": 40}, 0, set()),
        ({"a": 9, "b": 40, "c": 30}, 0, {"a", "c"}),  # the smallest shown group goes with the only one
        ({"a": 9, "b": 40, "c": 30}, 1, {"a"}),  # the unknown are part of what the total leaves
        ({"a": 9, "b": 2, "c": 30}, 0, {"a", "b"}),
        ({"a": 9}, 0, {"a"}),
        ({}, 0, set()),
    ],
)
def test_a_single_withheld_group_takes_another_with_it(
    sizes: dict[str, int], unknown: int, expected: set[str]
) -> None:
    assert gone(sizes, unknown) == expected


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 40)), st.integers(0, 5))
def test_no_total_gives_one_group_away(sizes: dict[str, int], unknown: int) -> None:
    hidden = gone(sizes, unknown)
    assert {name for name, n in sizes.items() if n < 10} <= hidden
    assert len(hidden) != 1 or unknown or len(sizes) == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=9, max_size=9))
def test_no_categorys_own_table_gives_a_part_of_it_away(numbers: list[int]) -> None:
    cells = [f"{a}/{b}" for a, b in product("xyz", "pqr")]
    counts = {cell: (n // 2, n) for cell, n in zip(cells, numbers, strict=True) if n}
    stage, groups = people(counts, ("one", "two"))
    both = attribute(groups, ["one", "two"])
    alone = [attribute(groups, ["one"]), attribute(groups, ["two"])]
    left = shown(stage, both, 10, alone)
    for place, of in enumerate(alone):
        for category in shown(stage, of, 10):
            line = [tuple(cell.split("/")) for cell in counts if cell.split("/")[place] == category[0]]
            hidden = [cell for cell in line if cell not in left]
            assert len(hidden) != 1 or len(line) == 1
    assert all(len(names) >= 10 for names in left.values())


def test_what_is_withheld_alone_is_withheld_in_the_intersection() -> None:
    sizes = {("f", "w"): 30, ("f", "b"): 30, ("m", "w"): 30, ("m", "b"): 30}
    margins = [Margin({"f": 60, "m": 60}, frozenset("f")), Margin({"w": 60, "b": 60}, frozenset())]
    assert {cell for cell in withheld(sizes, 10, 0, margins) if cell[0] == "f"} == {("f", "w"), ("f", "b")}


def test_a_withheld_group_has_no_figure_and_counts_with_the_unknown() -> None:
    found = table({"f": (12, 40), "m": (20, 40), "x": (4, 4), "": (2, 8)}, minimum=10)
    (x,) = [row for row in found.rows if row.group == ("x",)]
    assert x.model_dump(exclude={"group", "withheld", "finding"}, exclude_none=True) == {}
    assert (found.withheld, found.rest) == (1, 12)
    assert found.rest_rate is not None
    assert found.rest_rate.value == 0.5


def test_few_of_unknown_group_have_no_rate() -> None:
    assert table({"f": (12, 40), "m": (20, 40), "": (2, 8)}, minimum=10).rest_rate is None


def test_a_group_is_no_reference_while_it_is_withheld() -> None:
    stage, groups = people({"f": (10, 40), "m": (20, 40), "x": (4, 4), "y": (5, 5)})
    found = impact(stage, attribute(groups, ["sex"]), stage.outcomes.keys(), 10)
    assert [row.group for row in found.rows if row.is_reference] == [("m",)]
