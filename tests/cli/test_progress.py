import io

import pytest
from rich.console import Console

from grader.cli.progress import LINE_EVERY_S, Watch, progress


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def told(total: int, done: int, step: float, *, terminal: bool) -> str:
    out, clock = io.StringIO(), Clock()
    console = Console(file=out, force_terminal=terminal, width=150, color_system=None)
    with progress(total, lambda: "0.5 US dollars spent", console=console, clock=clock) as note:
        for _ in range(done):
            clock.now += step
            note()
    return out.getvalue()


def test_elsewhere_than_on_a_terminal_a_line_now_and_then() -> None:
    lines = told(100, 60, LINE_EVERY_S / 20, terminal=False).splitlines()
    assert lines == [
        *(
            f"Grading: {n} of 100, 40 a minute, 0.5 US dollars spent, {left} left"
            for n, left in ((20, "2 min"), (40, "90 s"), (60, "60 s"), (60, "60 s"))
        )
    ]


def test_on_a_terminal_a_bar_with_the_same_words() -> None:
    shown = told(10, 5, 1.0, terminal=True)
    assert "5/10" in shown
    assert "60 a minute, 0.5 US dollars spent, 5 s left" in shown


def test_nothing_done_says_no_rate() -> None:
    assert told(3, 0, 1.0, terminal=False) == "Grading: 0 of 3, 0.5 US dollars spent\n"


@pytest.mark.parametrize(("quick", "slow"), [(1000, 200), (10, 400)])
def test_the_rate_is_that_of_late(quick: int, slow: int) -> None:
    watch, now = Watch(10_000, 0.0), 0.0
    for step, count in ((0.001, quick), (1.0, slow)):
        for _ in range(count):
            now += step
            watch.note(now)
    assert watch.words(now, "").startswith("60 a minute")
