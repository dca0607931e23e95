import pytest

from eval.bench.rows import Row, cells, headings, ideal_s, shown, spread, tokens


@pytest.mark.parametrize(
    ("calls", "in_flight", "seconds"), [(1000, 50, 4.0), (1001, 50, 4.2), (1, 50, 0.2), (1200, 50, 4.8)]
)
def test_ideal_time_is_that_of_whole_rounds(calls, in_flight, seconds):
    assert ideal_s(calls, in_flight, 0.2) == pytest.approx(seconds)


def test_tokens_are_four_characters_each():
    assert tokens(8_000, 10) == 200


def test_spread_is_a_share_of_the_smallest():
    assert spread([1.2, 1.0, 1.5]) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("figure", "text"),
    [(None, "-"), (0, "0"), (1000, "1,000"), (0.126, "0.13"), (123.4, "123"), ("+7%", "+7%")],
)
def test_figures_are_shown(figure, text):
    assert shown(figure) == text


def test_columns_are_those_of_all_rows():
    rows = [Row("a", {"x": 1}), Row("b", {"x": 2, "y": 0.5}), Row("c", remark="did not run: why")]
    columns = headings(rows)
    assert columns == ["x", "y"]
    assert [cells(row, columns) for row in rows] == [["1", "-"], ["2", "0.50"], ["-", "-"]]
