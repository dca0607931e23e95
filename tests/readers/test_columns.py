import pytest

from grader.errors import InputError
from grader.readers.columns import ColumnMap, Layout, resolve

TASKS = {"no_show", "breach"}


def layout(*header: str, **columns: str) -> Layout:
    return resolve(header, ColumnMap(**columns), TASKS, file="a.csv", line=1)


@pytest.mark.parametrize(
    "header",
    [
        ("candidate", "task", "text"),
        ("Candidate ID", "TASK-ID", "Answer"),
        ("applicant", "question", "response"),
        ("prompt", "submission", "applicant_id"),
    ],
)
def test_usual_names_are_found(header: tuple[str, ...]) -> None:
    found = layout(*header)
    assert {found.candidate, found.task, *found.answers} == set(header)


def test_an_id_goes_before_a_name() -> None:
    found = layout("candidate", "candidate_id", "task title", "task_id", "text", "id")
    assert (found.candidate, found.task, found.id) == ("candidate_id", "task_id", "id")


def test_the_users_choice_wins() -> None:
    found = layout("text", "answer", "who", "task", "candidate", text="answer", candidate="WHO")
    assert found == Layout(candidate="who", id=None, task="task", answers={"answer": ""})


def test_a_wide_table_has_a_column_for_each_task() -> None:
    found = layout("candidate", "group", "Breach", "no show")
    assert found == Layout(
        candidate="candidate", id=None, task=None, answers={"Breach": "breach", "no show": "no_show"}
    )


def test_a_long_table_stays_long_even_if_a_column_is_named_like_a_task() -> None:
    assert layout("candidate", "task", "text", "breach").answers == {"text": ""}


@pytest.mark.parametrize(
    ("header", "columns", "message"),
    [
        (("candidate", "task", "essay"), {}, r'a\.csv:1: No column for text .*"essay".*--column text='),
        (("text", "task"), {}, "--column candidate="),
        (("candidate", "task", "text", "answer"), {}, 'More than one .* "text", "answer"'),
        (("candidate", "task", "text", "Text"), {}, "More than one"),
        (("candidate", "task", "text"), {"text": "essay"}, 'no column "essay"'),
        (("candidate", "breach", "Breach"), {}, "same task"),
        (("breach", "no_show"), {}, "No column for candidate"),
    ],
)
def test_what_is_wrong_is_named(header: tuple[str, ...], columns: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        layout(*header, **columns)
