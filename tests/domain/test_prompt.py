import pytest
from pydantic import ValidationError

from grader.datafiles import load_prompt
from grader.domain.prompt import Prompt, fill

SHIPPED = load_prompt("structured-v1")


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("system", "It costs $5.", "without a name"),
        ("task", " ", "at least 1 character"),
        ("id", "structured", "pattern"),
        ("style", "chat", "structured"),
        ("task", "$titel", "no place .titel"),
        ("criterion", "[$id] $step", "no place .step"),
        ("again", "$reason", "no place .reason"),
        ("system", "Rate $title", "no place .title"),
    ],
)
def test_what_is_wrong_with_a_prompt_is_said(field: str, value: str, complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Prompt.model_validate({**SHIPPED.model_dump(), field: value})


@pytest.mark.parametrize("field", sorted(set(Prompt.model_fields) - {"style", "id", "phrasings"}))
def test_each_text_changes_the_digest(field: str) -> None:
    assert SHIPPED.model_copy(update={field: "Other words"}).digest != SHIPPED.digest


def test_what_is_filled_in_is_never_read_as_a_template() -> None:
    assert fill("$a costs $$5", a="$b ${c} $") == "$b ${c} $ costs $5"
    with pytest.raises(KeyError):
        fill("$a", b="x")
