from grader.domain.scorecard import Recommendation
from tests.reports.card_samples import CASES, carded, hired
from tests.reports.test_scorecards import in_terminal

CARDS = [carded(given, candidate=f"c0{n}") for n, given in enumerate(CASES.values())]


def test_a_row_for_each_candidate_within_a_hundred_columns() -> None:
    text = in_terminal(CARDS)
    assert max(len(line.rstrip()) for line in text.splitlines()) <= 100
    assert all(f"c0{n}" in text for n in range(len(CARDS)))


def test_gates_flags_missing_and_waiting_stand_beside_the_total() -> None:
    text = in_terminal([carded(CASES[Recommendation.GATE_FAILED])])
    assert "✗ gate failed: Courtesy" in text
    text = " ".join(in_terminal([carded(CASES[Recommendation.RED_FLAG])]).split())
    assert "⚑ red flag, not confirmed:" in text
    assert "1 task without a score" in in_terminal([carded(CASES[Recommendation.INCOMPLETE])])
    assert "2 answers wait for a person" in in_terminal([carded()])


def test_it_says_that_nothing_is_decided() -> None:
    text = in_terminal(CARDS)
    assert "Nothing is decided until a named person records it: grader decide …" in text
    assert "Jane Doe decided on 2026-03-04 05:06 UTC: hold." in in_terminal([hired(CARDS[0])])
