import pytest

from grader.domain.system_card import FigureRow
from grader.system_card.figures import figure_rows

INTERVAL = {"value": 0.5, "low": 0.2, "high": 0.8, "n": 40}


@pytest.mark.parametrize(
    ("figures", "rows"),
    [
        ({"exact_rate": 0.9}, [FigureRow(name="exact rate", value=0.9)]),
        ({"ok": True, "why": None}, [FigureRow(name="ok", value=True), FigureRow(name="why", value=None)]),
        ({"rate": INTERVAL}, [FigureRow(name="rate", **INTERVAL)]),
        (
            {"rate": {"value": None, "n": 3, "reason": "withheld", "note": ""}},
            [FigureRow(name="rate", value=None, n=3, note="reason: withheld")],
        ),
        ({"a": {"b": {"c": 1}}}, [FigureRow(name="a, b, c", value=1)]),
        (
            {"by": [{"group": "x", "rate": INTERVAL}, {"rate": 2}]},
            [FigureRow(name="by, x, rate", **INTERVAL), FigureRow(name="by, 2, rate", value=2)],
        ),
        ({"list": [1, "b"]}, [FigureRow(name="list", value="1, b")]),
        ({"none": []}, [FigureRow(name="none", value=None)]),
        ({"grid": [[1, 2]]}, [FigureRow(name="grid, 1", value="1, 2")]),
        ({"n": {"value": 1, "n": True}}, [FigureRow(name="n", value=1)]),
        ({}, []),
    ],
)
def test_any_figures_become_rows(figures, rows) -> None:
    assert list(figure_rows(figures)) == rows
