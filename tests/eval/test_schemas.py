import pytest

from eval.bench.schemas import TEXT, instance

VERDICT = {"type": "string", "enum": ["met", "not_met", "cannot_assess"]}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string"}, TEXT),
        ({"type": ["null", "integer"]}, 1),
        ({"type": "integer", "minimum": 3}, 3),
        ({"type": "number", "maximum": 0.5}, 0.5),
        ({"type": "boolean"}, True),
        ({"const": "x"}, "x"),
        ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, 1),
        ({"type": "array", "items": {"type": "integer"}}, [1]),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [1, 1]),
        ({"$ref": "#/$defs/A", "$defs": {"A": {"properties": {"v": {"const": 2}}}}}, {"v": 2}),
    ],
)
def test_instances_are_small_and_valid(schema, value):
    assert instance(schema, 0) == value


def test_every_verdict_is_drawn_but_that_nothing_can_be_said():
    assert {instance(VERDICT, draw) for draw in range(6)} == {"met", "not_met"}
