import pytest
from pydantic import ValidationError

from grader.domain.submission import Submission
from tests.support.builders import exact, rubric


def test_values_are_frozen_and_refuse_unknown_fields() -> None:
    value = Submission(id="a", candidate="c", task="t", text="x")
    with pytest.raises(ValidationError, match="frozen"):
        value.text = "y"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="Extra inputs"):
        Submission.model_validate({**value.model_dump(), "group": "g"})


def test_equal_values_are_one_key_also_where_a_field_has_no_hash() -> None:
    answer = {"choice": "A", "options": {"A": "One", "B": "Two"}}
    one, same, other = rubric(exact("x", answer=answer)), rubric(exact("x", answer=answer)), rubric()
    assert {one, same, other} == {one, other}
    assert len({one, same, other}) == 2


def test_a_changed_copy_has_a_digest_of_its_own() -> None:
    before = rubric()
    digest = before.digest
    after = before.model_copy(update={"title": "Another title"})
    assert after.digest != digest
    assert after.digest == rubric(title="Another title").digest
    assert before.digest == digest
