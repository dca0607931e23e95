import pytest
from pydantic import ValidationError

from grader.datafiles import data_folder, read_yaml
from grader.domain.notice import FROM_LEDGER, NoticeForm
from grader.system_card.notice import fill_notice, in_plain_text

SHIPPED = read_yaml(data_folder("notices") / "candidate-notice-v1.yaml", NoticeForm)
KNOWN = {name: f"<{name}>" for name in FROM_LEDGER}


def form(text: str, **fields: str) -> NoticeForm:
    point = {"id": "one", "title": "What", "laws": ["GDPR"], "text": text}
    content = {"id": "f-v1", "title": "Title", "note": "A note.", "fields": fields, "points": [point]}
    return NoticeForm.model_validate(content)


def test_nothing_that_only_the_employer_knows_is_filled_in() -> None:
    notice = fill_notice(SHIPPED, KNOWN, {})
    assert notice.fields == len(notice.blanks) == len(SHIPPED.fields)
    marked = {p.text for point in notice.points for p in point.pieces if p.blank}
    assert marked == set(SHIPPED.fields.values()) == set(notice.blanks)
    text = in_plain_text(notice)
    assert all(f"[employer: {label}]" in text for label in SHIPPED.fields.values())
    assert all(value in text for value in KNOWN.values())
    assert "$" not in text


def test_filled_fields_are_no_blanks_and_stay_as_they_were_written() -> None:
    notice = fill_notice(
        form("Of $employer, at ${place}, for $$5.", employer="name", place="town"), {}, {"employer": "$place"}
    )
    assert notice.blanks == ("town",)
    assert in_plain_text(notice).endswith("Of $place, at [employer: town], for $5.\n")


def test_the_points_of_each_law_are_there() -> None:
    by_law: dict[str, set[str]] = {}
    for point in SHIPPED.points:
        for law in point.laws:
            by_law.setdefault(law, set()).add(point.id)
    assert by_law["NYC LL144"] >= {"what", "data", "alternative"}
    assert by_law["Colorado SB 26-189"] >= {"what", "review", "correction", "explanation"}
    assert by_law["GDPR"] >= {"how", "quality", "person", "review"}


@pytest.mark.parametrize(
    ("text", "fields", "problem"),
    [
        ("To $nobody here.", {}, "no field: \\$nobody"),
        ("It costs $ 5.", {}, "without a name"),
        ("Nothing to fill.", {"employer": "name"}, "no point has a place for the field employer"),
    ],
)
def test_a_form_that_cannot_be_filled_is_refused(text: str, fields: dict[str, str], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        form(text, **fields)
