import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.fairness.audit import Outcomes, audit
from grader.fairness.impact import impact
from grader.fairness.outcomes import Attribute, Groups, Level, Stage, UnknownColumnError
from grader.fairness.report import Comparison, Finding, Row, Table
from tests.fairness.people import Counts, people, table


def row(of: Table, group: str) -> Row:
    (found,) = [one for one in of.rows if one.group == (group,)]
    return found


def compared(of: Table, group: str) -> Comparison:
    found = row(of, group).comparison
    assert found is not None
    return found


def test_a_table_by_hand() -> None:
    found = table({"f": (12, 40), "m": (48, 80), "": (3, 5)})
    assert (found.n, found.without, found.rest) == (125, 0, 5)
    f, m = row(found, "f"), row(found, "m")
    assert (f.n, f.selected, f.share) == (40, 12, pytest.approx(1 / 3))
    assert m.is_reference
    assert m.comparison is None
    assert compared(found, "f").ratio.value == 0.5
    assert compared(found, "f").shortfall == 8
    assert not compared(found, "f").exact
    assert f.finding is Finding.BELOW_AND_SIGNIFICANT


@pytest.mark.parametrize(
    ("counts", "finding", "exact"),
    [
        ({"f": (30, 100), "m": (60, 100)}, Finding.BELOW_AND_SIGNIFICANT, False),
        ({"f": (6, 12), "m": (9, 12)}, Finding.BELOW, True),
        ({"f": (850, 1000), "m": (950, 1000)}, Finding.SIGNIFICANT, False),
        ({"f": (45, 60), "m": (48, 60)}, Finding.NEITHER, False),
        ({"f": (0, 40), "m": (30, 40)}, Finding.BELOW_AND_SIGNIFICANT, False),
        ({"f": (8, 10), "m": (10, 10)}, Finding.NEITHER, True),
    ],
)
def test_what_a_comparison_says(counts: Counts, finding: Finding, exact: bool) -> None:
    found = table(counts)
    assert row(found, "f").finding is finding
    assert compared(found, "f").exact is exact


@pytest.mark.parametrize(
    ("counts", "minimum", "reason"),
    [
        ({"f": (0, 20), "m": (0, 20)}, 1, "nobody got through"),
        ({"f": (3, 20)}, 1, "all candidates whose group is known are of one group"),
        ({"": (3, 20)}, 1, "no candidate with an outcome has a known group"),
        ({"f": (3, 20), "m": (1, 3)}, 10, "fewer than two groups are large enough to be compared"),
    ],
)
def test_why_nothing_is_compared(counts: Counts, minimum: int, reason: str) -> None:
    found = table(counts, minimum)
    assert found.reason == reason
    assert all(one.comparison is None and one.finding is Finding.NOT_COMPARED for one in found.rows)


def test_where_everybody_got_through_the_ratio_is_one_and_z_is_none() -> None:
    of = table({"f": (20, 20), "m": (30, 30)})
    (other,) = [one for one in of.rows if not one.is_reference]
    found = other.comparison
    assert found is not None
    assert (found.ratio.value, found.z, found.fisher_p) == (1.0, None, 1.0)
    assert other.finding is Finding.NEITHER


def test_under_two_percent_a_group_is_in_no_ratio_and_keeps_its_rate() -> None:
    found = table({"f": (30, 600), "m": (60, 600), "x": (12, 12)})
    assert row(found, "x").reason == "under 2% of the candidates: left out of the ratios"
    assert row(found, "x").rate is not None
    assert row(found, "m").is_reference
    assert compared(found, "f").ratio.value == 0.5


def scores(by_group: dict[str, list[float]]) -> Table:
    outcomes = {f"{group}{i}": score for group, own in by_group.items() for i, score in enumerate(own)}
    cells = {f"{group}{i}": (group,) for group, own in by_group.items() if group for i in range(len(own))}
    stage = Stage("total", "Total", Level.TOTAL, outcomes, scored=True)
    return impact(stage, Attribute(("sex",), cells), outcomes.keys() | {"nobody"}, 1)


def test_scoring_rates_are_above_the_median_of_all_and_ties_are_told() -> None:
    found = scores({"f": [1, 3, 3, 5], "m": [3, 4, 5, 3], "": [1, 1, 3]})
    assert (found.median, found.without) == (3, 1)
    assert found.ties is not None
    assert found.ties.value == pytest.approx(5 / 11)
    f, m = row(found, "f"), row(found, "m")
    assert (f.selected, f.ties, m.selected, m.ties) == (1, 2, 2, 2)
    assert f.at_least is not None
    assert f.at_least.value == 0.75
    assert compared(found, "f").ratio.value == 0.5


def test_equal_scores_put_nobody_above_the_median() -> None:
    found = scores({"f": [2, 2], "m": [2, 2, 2]})
    assert found.reason == "nobody scored above the median"


COUNTS = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d"]),
    st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda two: (two[0], sum(two) + 1)),
    min_size=2,
)


def told(of: Table) -> list[object]:
    """What a table says of its groups, without their names and with the reference as a ratio of 1."""
    ratios = [one.comparison.ratio.value if one.comparison else 1.0 for one in of.rows]
    return sorted((one.n, one.selected, ratio) for one, ratio in zip(of.rows, ratios, strict=True))


@settings(max_examples=30, deadline=None)
@given(COUNTS)
def test_other_names_permute_the_table(counts: Counts) -> None:
    names = dict(zip("abcd", "zyxw", strict=True))
    renamed = {names[group]: own for group, own in counts.items()}
    assert told(table(renamed)) == told(table(counts))


@settings(max_examples=30, deadline=None)
@given(COUNTS, st.integers(1, 40))
def test_unknowns_change_no_ratio_of_decisions(counts: Counts, unknown: int) -> None:
    more = table({**counts, "": (unknown // 2, unknown)})
    assert more.rows == table(counts).rows
    assert more.rest == unknown


def test_a_gate_that_carries_the_impact_is_found_and_the_others_are_not() -> None:
    names = [f"{sex}{i}" for sex in "fm" for i in range(100)]
    groups = Groups(("sex",), {name: {"sex": name[0]} for name in names})
    gate = {name: float(name[0] == "m" or int(name[1:]) % 2) for name in names}
    other = {name: float(int(name[1:]) % 10 > 1) for name in names}
    total = {name: float(int(name[1:])) for name in names}
    stages = (
        Stage("total", "Total", Level.TOTAL, total, scored=True),
        Stage("planted", "Planted", Level.GATE, gate, scored=False),
        Stage("other", "Other", Level.GATE, other, scored=False),
    )
    report = audit(Outcomes("set", frozenset(names), stages), groups, ["sex"])
    (found,) = report.attributes
    assert {t.stage: t.rows[0].finding for t in found.tables} == {
        "total": Finding.REFERENCE,
        "planted": Finding.BELOW_AND_SIGNIFICANT,
        "other": Finding.REFERENCE,
    }
    assert [t.rows[1].finding for t in found.tables] == [Finding.NEITHER, Finding.REFERENCE, Finding.NEITHER]


def test_a_column_that_is_not_there() -> None:
    stage, groups = people({"f": (1, 2)})
    with pytest.raises(UnknownColumnError, match="age"):
        audit(Outcomes("set", frozenset(stage.outcomes), (stage,)), groups, ["age"])
