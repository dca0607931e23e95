import pytest

from grader.domain.reasons import Reason, ReviewReason


@pytest.mark.parametrize("reason", [*Reason, *ReviewReason])
def test_every_reason_has_a_sentence_of_its_own(reason: Reason | ReviewReason) -> None:
    assert reason.sentence.endswith(".")
    assert [r for r in [*Reason, *ReviewReason] if r.sentence == reason.sentence] == [reason]
