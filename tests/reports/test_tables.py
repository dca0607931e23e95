import io
from dataclasses import replace

import pytest
from rich.console import Console, RenderableType

from grader.domain.rating import Verdict
from grader.domain.reasons import Reason
from grader.reports.graded import Graded
from grader.reports.tables import overview_table, run_summary, submission_view
from tests.reports.card_samples import EXACT, LEVELED
from tests.reports.card_samples import graded as with_levels
from tests.reports.samples import GOOD, HOSTILE, RUBRIC, blank, graded, run_of, unassessed


def shown(content: RenderableType, width: int = 100) -> str:
    stream = io.StringIO()
    Console(file=stream, width=width, color_system=None).print(content)
    return stream.getvalue()


def field(candidates: int, tasks: int) -> list[Graded]:
    rubrics = [RUBRIC.model_copy(update={"task": f"announcement_number_{t}"}) for t in range(tasks)]
    return [graded(candidate=f"c{c:02}", rubric=rubric) for c in range(candidates) for rubric in rubrics]


@pytest.mark.parametrize(("candidates", "tasks"), [(1, 1), (3, 9), (12, 9), (12, 30)])
def test_overview_fits_a_hundred_columns(candidates: int, tasks: int) -> None:
    items = field(candidates, tasks)
    wide = shown(overview_table(items), width=400)
    assert max(len(line.rstrip()) for line in wide.splitlines()) <= 100
    assert shown(overview_table(items)).count("85 ✓") == candidates * tasks
    assert all(f"c{c:02}" in wide for c in range(candidates))


def test_overview_shows_states_gates_flags_and_sum() -> None:
    bad = {**GOOD, "apologizes": (Verdict.NOT_MET, []), "blames": (Verdict.MET, [2])}
    text = shown(overview_table([graded(bad, candidate="c00"), blank(), unassessed()]))
    assert "1 gate failed" in text
    assert "⚑ 1 red flag" in text
    assert "– ✗ not scored" in text
    assert "c02, complaint: The answer is empty." in text
    assert "3 submissions: 0 scored, 2 needs review, 1 not scored" in text
    assert "Not for decisions" in text


def test_submission_marks_evidence_in_the_text() -> None:
    text = shown(submission_view(graded()))
    assert "I am sorry for the mistake.[1][2] We will refund you by Friday.[2]" in text
    assert "3 + 1.5 + 4 = 8.5 of 10 points = 85 of 100." in text


def test_levels_and_exact_answers_read_as_such() -> None:
    text = shown(submission_view(with_levels(LEVELED, {"story": 3, "contempt": Verdict.NOT_MET})))
    assert "◐ level 3 of 5" in text
    assert "Anchor text number 3." in text
    text = shown(submission_view(with_levels(EXACT, {"right": Verdict.NOT_MET})))
    assert "✗ not right" in text
    assert "Gives the rate (answer key)" in text


def test_no_score_is_never_a_number() -> None:
    text = shown(submission_view(unassessed()))
    assert "of 100" not in text
    assert "– of 3" in text
    assert "There is no text." in shown(submission_view(blank()))


def test_hostile_text_cannot_steer_the_terminal() -> None:
    item = graded(text=HOSTILE, candidate="[red]x\x1b[2J", reason="\x1b]0;title\x07 [bold]b[/bold]")
    text = shown(submission_view(item)) + shown(overview_table([item]))
    assert not {"\x1b", "\x07", "\u202e", "\u200b"} & set(text)
    assert "[bold]b[/bold]" in text
    assert "[red]x" in text
    assert "[bold]x[/bold]" in text


def test_run_summary_says_what_is_missing() -> None:
    items = [graded(), blank()]
    text = shown(run_summary(run_of(items, unreached=3)))
    assert "5: 1 scored, 0 needs review, 1 not scored, 3 not reached yet" in text
    assert "price unknown" in text


def test_run_summary_counts_each_reason_for_no_score() -> None:
    items = [blank(), blank("c03"), graded()]
    items.append(replace(items[0], record=items[0].record.model_copy(update={"reason": Reason.REFUSED})))
    text = " ".join(shown(run_summary(run_of(items))).split())
    assert "Not scored 2: The answer is empty. 1: The judge refused to answer." in text
    assert "Not scored none" in " ".join(shown(run_summary(run_of([graded()]))).split())


def test_run_summary_says_how_many_tokens_came_from_a_cache() -> None:
    text = " ".join(shown(run_summary(run_of([graded()]))).split())
    assert "1,200 read (400 of them from a cache), 30 written" in text
