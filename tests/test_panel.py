import pytest

from grader.domain.rating import Rating
from grader.domain.reasons import ReviewReason
from grader.panel import merge
from tests.support.builders import rating

CLAIMS = {"met", "partly"}


def said(*verdicts: str) -> list[list[Rating]]:
    """One criterion by as many judges as there are verdicts; each claim has evidence at its own place."""
    return [[rating("a", v, *([n] if v in CLAIMS else []), reason=f"{n}")] for n, v in enumerate(verdicts)]


@pytest.mark.parametrize(
    ("verdicts", "merged", "places", "reason"),
    [
        (["met", "met"], "met", [0, 1], None),
        (["not_met", "met", "met"], "met", [1, 2], ReviewReason.JUDGES_DISAGREE),
        (["met", "not_met", "not_met"], "not_met", [], ReviewReason.JUDGES_DISAGREE),
        (["met", "not_met"], "not_met", [], ReviewReason.JUDGES_TIED),
        (["met", "partly"], "partly", [1], ReviewReason.JUDGES_TIED),
        (["not_met", "partly"], "partly", [1], ReviewReason.JUDGES_TIED),
        (["not_met", "cannot_assess"], "cannot_assess", [], ReviewReason.JUDGES_TIED),
        (["met", "not_met", "partly"], "partly", [2], ReviewReason.JUDGES_TIED),
        (["met", "met", "not_met", "not_met", "partly"], "not_met", [], ReviewReason.JUDGES_TIED),
    ],
)
def test_the_majority_decides_and_of_an_even_split_the_more_doubtful(
    verdicts, merged: str, places, reason: ReviewReason | None
) -> None:
    found = merge(said(*verdicts), "A + B")
    (one,) = found.ratings
    assert (one.verdict, one.rater, one.probability) == (merged, "A + B", None)
    assert [e.start for e in one.evidence] == places
    assert one.reason == str(verdicts.index(merged))
    assert [(r.reason, r.detail) for r in found.reviews] == ([(reason, "a")] if reason else [])


@pytest.mark.parametrize(
    ("levels", "merged"), [([4, 4, 2], 4), ([2, 4], 2), ([5, 2, 3], 3), ([None, 4], None), ([3, 3, None], 3)]
)
def test_of_levels_split_evenly_the_middle_one_stands(levels, merged: int | None) -> None:
    words = {None: "cannot_assess", 1: "not_met", 5: "met"}
    judges = [
        [rating("a", words.get(level, "partly"), *([n] if level else []), level=level)]
        for n, level in enumerate(levels)
    ]
    assert merge(judges, "r").ratings[0].level == merged


@pytest.mark.parametrize(
    ("verdicts", "merged"),
    [
        (["met", "not_met"], "met"),
        (["not_met", "met"], "met"),
        (["partly", "not_met"], "partly"),
        (["partly", "met"], "met"),
        (["met", "cannot_assess"], "cannot_assess"),
        (["met", "not_met", "not_met"], "not_met"),
    ],
)
def test_of_an_even_split_a_fault_is_not_dropped(verdicts, merged: str) -> None:
    assert merge(said(*verdicts), "r", ["a"]).ratings[0].verdict == merged


@pytest.mark.parametrize(
    ("bare", "shown", "merged", "reasons"),
    [
        (["met"], ["met"], "met", [ReviewReason.UNSUPPORTED]),
        (["met"], ["not_met"], "not_met", [ReviewReason.UNSUPPORTED]),
        (["met", "met"], ["not_met"], "not_met", [ReviewReason.UNSUPPORTED]),
        (["met", "met"], ["partly"], "partly", [ReviewReason.UNSUPPORTED]),
        (["partly"], ["met", "met"], "met", [ReviewReason.UNSUPPORTED]),
        (["met"], ["cannot_assess"], "cannot_assess", [ReviewReason.UNSUPPORTED]),
        (["met"], ["met", "not_met"], "not_met", [ReviewReason.JUDGES_TIED, ReviewReason.UNSUPPORTED]),
        (
            ["met"],
            ["met", "not_met", "met"],
            "met",
            [ReviewReason.JUDGES_DISAGREE, ReviewReason.UNSUPPORTED],
        ),
    ],
)
def test_what_has_no_evidence_has_no_voice_and_is_told(bare, shown, merged: str, reasons) -> None:
    judges = [[rating("a", verdict, supported=False)] for verdict in bare] + said(*shown)
    found = merge(judges, "r")
    assert (found.ratings[0].verdict, found.ratings[0].supported) == (merged, True)
    assert [r.reason for r in found.reviews] == reasons


@pytest.mark.parametrize(
    ("verdicts", "merged", "reasons"),
    [(["met", "met"], "met", []), (["met", "partly"], "partly", [ReviewReason.JUDGES_TIED])],
)
def test_where_nobody_has_evidence_the_rating_counts_for_nothing(verdicts, merged: str, reasons) -> None:
    found = merge([[rating("a", verdict, supported=False)] for verdict in verdicts], "r")
    assert (found.ratings[0].verdict, found.ratings[0].supported) == (merged, False)
    assert [r.reason for r in found.reviews] == reasons, "that there is no evidence is read from the rating"


def test_the_same_passage_is_shown_once_and_one_judge_with_evidence_is_enough() -> None:
    bare = rating("a", "met", supported=False, reason="none")
    shown = rating("a", "met", 3, reason="there")
    (one,) = merge([[bare], [shown], [shown]], "r").ratings
    assert ([e.start for e in one.evidence], one.supported, one.reason) == ([3], True, "there")
    assert not merge([[bare], [bare]], "r").ratings[0].supported
