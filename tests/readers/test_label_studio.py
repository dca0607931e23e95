import json
from pathlib import Path
from typing import Any

import pytest

from grader.errors import InputError
from grader.readers.gathering import Imported
from grader.readers.rating_columns import RatingColumns
from grader.readers.ratings import read_ratings


def choice(name: str, *chosen: str) -> dict[str, Any]:
    return {"from_name": name, "to_name": "t", "type": "choices", "value": {"choices": list(chosen)}}


def annotation(by: Any, *results: Any, **fields: Any) -> dict[str, Any]:
    return {"id": 9, "completed_by": by, "was_cancelled": False, "result": list(results), **fields}


def task(number: int, *annotations: Any, data: Any = None, predictions: Any = ()) -> dict[str, Any]:
    return {
        "id": number,
        "data": {"text": "Some answer."} if data is None else data,
        "annotations": list(annotations),
        "predictions": list(predictions),
    }


def read(folder: Path, content: Any, **options: Any) -> Imported:
    path = folder / "export.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_ratings(path, **options)


def brief(imported: Imported) -> list[tuple[str, str, str, float]]:
    return [(r.response, r.criterion, r.rater, r.value) for r in imported.ratings]


def test_annotations_are_ratings(tmp_path: Path) -> None:
    imported = read(
        tmp_path,
        [
            task(
                17,
                annotation(
                    3,
                    choice("contain", "met"),
                    {"from_name": "overall", "type": "rating", "value": {"rating": 4}},
                    {"from_name": "why", "type": "textarea", "value": {"text": ["fine"]}},
                    created_at="2026-01-02T03:04:05.000006Z",
                    lead_time=12.5,
                ),
                annotation(
                    {"id": 4, "email": "rater@example.org"},
                    {"from_name": "overall", "type": "number", "value": {"number": 0}},
                    choice("contain", "no"),
                    ground_truth=True,
                ),
                annotation({"email": "rater@example.org"}, choice("contain", "partly")),
                data={"id": "a1", "candidate": 12, "text": "One.\r\nTwo."},
            ),
            task(18, annotation("7", choice("contain", "met"))),
        ],
    )
    assert brief(imported) == [
        ("a1", "contain", "3", 1),
        ("a1", "overall", "3", 4),
        ("a1", "overall", "4", 0),
        ("a1", "contain", "4", 0),
        ("a1", "contain", "rater@example.org", 0.5),
        ("18", "contain", "7", 1),
    ]
    assert [(r.id, r.candidate, r.text) for r in imported.responses] == [
        ("a1", "12", "One.\nTwo."),
        ("18", "18", "Some answer."),
    ]
    assert imported.ratings[0].rated == "2026-01-02T03:04:05.000006Z"
    assert imported.models == frozenset()
    assert imported.exclusions == ()


def test_canceled_and_empty_annotations_are_left_out(tmp_path: Path) -> None:
    imported = read(
        tmp_path,
        [
            task(
                17,
                annotation(3, choice("contain", "met"), was_cancelled=True),
                annotation(3, choice("contain", "met")),
                annotation(4),
                annotation(5, choice("contain")),
                annotation(6, choice("contain", "cannot_assess")),
            )
        ],
    )
    assert brief(imported) == [("17", "contain", "3", 1)]
    assert [(e.place, e.reason) for e in imported.exclusions] == [
        ("export.json: task 1 (id 17), annotation 9", "It was canceled (skipped) by 3."),
        ("export.json: task 1 (id 17), annotation 9", "There is no rating in it by 4."),
        ("export.json: task 1 (id 17), annotation 9", "contain of response 17 by 5: the rating is blank."),
        (
            "export.json: task 1 (id 17), annotation 9",
            "contain of response 17 by 6: the rater could not assess it.",
        ),
    ]


def test_predictions_are_a_models(tmp_path: Path) -> None:
    prediction = {"id": 1, "model_version": "v2", "score": 0.9, "result": [choice("contain", "met")]}
    nameless = {"id": 2, "model_version": None, "result": [choice("contain", "not_met")]}
    imported = read(
        tmp_path, [task(17, annotation(3, choice("contain", "met")), predictions=[prediction, nameless, 44])]
    )
    assert brief(imported) == [
        ("17", "contain", "3", 1),
        ("17", "contain", "model:v2", 1),
        ("17", "contain", "model:unversioned", 0),
    ]
    assert imported.models == {"model:v2", "model:unversioned"}
    assert imported.ratings[1].probability is None
    assert [e.reason for e in imported.exclusions] == ["Of a prediction only the id was exported."]


def test_every_fault_names_its_task(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(
            tmp_path,
            [
                task(17, annotation(3, choice("contain", "met"))),
                task(18, annotation(None, choice("contain", "met"))),
                task(19, annotation(3, choice("contain", "met", "partly"))),
                task(20, annotation(3, choice("contain", "good"))),
                task(21, annotation(3, choice("tone", "met"))),
                task(22, annotation(3, choice("contain", "met")), annotation(3, choice("contain", "met"))),
                task(23, annotation(3, {"type": "choices", "value": {"choices": ["met"]}})),
                task(24, "annotation"),
                task(25, annotation(3, choice("contain", "met")), data={"text": 5}),
                {"id": 26, "contain": "met"},
                "task",
            ],
            criteria=["contain"],
        )
    assert [(p.line, p.message) for p in caught.value.problems] == [
        (None, "task 2 (id 18), annotation 9: It does not say who completed it (completed_by)."),
        (None, 'task 3 (id 19), annotation 9: "contain" does not hold one choice or number.'),
        (None, 'task 4 (id 20), annotation 9: "good" is no rating of contain.'),
        (None, 'task 5 (id 21), annotation 9: There is no criterion "tone".'),
        (
            None,
            'task 6 (id 22), annotation 9: "3" rated contain of response "22" already '
            "(task 6 (id 22), annotation 9).",
        ),
        (None, "task 7 (id 23), annotation 9: A result does not say what was rated (from_name)."),
        (None, "task 8 (id 24): An annotation is not an object."),
        (None, "task 9 (id 25): The answer is not a text."),
        (None, "task 10 (id 26): The task has no list of annotations."),
        (None, "task 11 (id none): The task has no list of annotations."),
    ]


def test_own_keys_and_left_out_controls(tmp_path: Path) -> None:
    data = {"ref": "x-1", "reply": "Yes.", "person": "C1"}
    stars = {"from_name": "stars", "type": "rating", "value": {"rating": 3}}
    content = [task(17, annotation(3, stars, choice("mood", "happy", "sad")), data=data)]
    columns = RatingColumns(response="ref", text="reply", candidate="person", overall="stars")
    imported = read(tmp_path, content, columns=columns, criteria=["contain"], ignored=["mood"])
    assert brief(imported) == [("x-1", "overall", "3", 3)]
    assert [(r.id, r.candidate, r.text) for r in imported.responses] == [("x-1", "C1", "Yes.")]
    with pytest.raises(InputError, match=r'task 1 \(id 17\): Its data have no "nothing"'):
        read(tmp_path, content, columns=RatingColumns(text="nothing", overall="stars"), ignored=["mood"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[{"id": 1, "text": "x", "contain": "met"}]', "nothing tells who rated"),
        ('{"id": 1}', "not a list of Label Studio's tasks"),
        ("[]", "not a list of Label Studio's tasks"),
        ('[{"id": 1,\n]', r"export\.json:2: The file is not valid JSON"),
        ("[" * 100_000, "size or depth"),
    ],
)
def test_what_is_no_export(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path, content)


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    content = "﻿" + json.dumps([task(1, annotation(2, choice("contain", "met")))])
    assert brief(read(tmp_path, content)) == [("1", "contain", "2", 1)]
