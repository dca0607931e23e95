from hypothesis import given
from hypothesis import strategies as st

from grader.domain.rating import Claim, Verdict
from grader.evidence import quote, verify
from grader.segments import segment
from tests.support.builders import odd_texts

TEXT = "Hello,\n\nThree boxes are missing. Send them by Friday."
SEGMENTS = segment(TEXT)


def claim(verdict: str, *segments: int) -> Claim:
    return Claim(criterion="a", segments=segments, reason="Because.", verdict=Verdict(verdict))


def test_evidence_is_the_passage_itself() -> None:
    (rating,) = verify([claim("met", 2, 3)], SEGMENTS, "x:y", {"a": {Verdict.MET: 0.75, Verdict.PARTLY: 0.2}})
    assert [quote(TEXT, e) for e in rating.evidence] == ["Three boxes are missing.", "Send them by Friday."]
    assert [e.segment for e in rating.evidence] == [2, 3]
    assert (rating.rater, rating.reason, rating.probability, rating.supported) == (
        "x:y",
        "Because.",
        0.75,
        True,
    )


def test_only_met_and_partly_need_evidence() -> None:
    ratings = verify([claim(v) for v in Verdict], SEGMENTS, "r", {})
    assert {r.verdict: r.supported for r in ratings} == {
        Verdict.MET: False,
        Verdict.PARTLY: False,
        Verdict.NOT_MET: True,
        Verdict.CANNOT_ASSESS: True,
    }
    assert all(r.probability is None for r in ratings)


@given(odd_texts(), st.lists(st.integers(), max_size=5))
def test_numbers_that_do_not_exist_support_nothing(text: str, numbers: list[int]) -> None:
    segments = segment(text)
    (rating,) = verify([claim("met", *numbers)], segments, "r", {})
    real = [n for n in numbers if 1 <= n <= len(segments)]
    assert [e.segment for e in rating.evidence] == real
    assert rating.supported == bool(real)
    assert all(quote(text, e) in text and quote(text, e) for e in rating.evidence)
