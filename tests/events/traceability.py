"""The outline of aedt-audit's schema of a score-traceability record: names, types and what must be there."""

from typing import Any

_TEXT = {"type": "string"}
_NUMBER = {"type": "number"}


def _strict(required: list[str], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required,
        "additionalProperties": False,
        "properties": properties,
    }


RECORD = _strict(
    ["record_id", "timestamp", "tool", "subject_ref", "score", "factors"],
    record_id=_TEXT,
    timestamp={"type": "string", "format": "date-time"},
    tool=_strict(["name", "version"], name=_TEXT, version=_TEXT, model_ref=_TEXT),
    subject_ref=_TEXT,
    position_ref=_TEXT,
    score=_strict(["value"], value=_NUMBER, scale_min=_NUMBER, scale_max=_NUMBER),
    factors={
        "type": "array",
        "minItems": 1,
        "items": _strict(
            ["name", "contribution"], name=_TEXT, contribution=_NUMBER, weight=_NUMBER, input_ref=_TEXT
        ),
    },
    gates={
        "type": "array",
        "items": _strict(["name", "passed"], name=_TEXT, passed={"type": "boolean"}, detail=_TEXT),
    },
    human_review=_strict(
        [],
        occurred={"type": "boolean"},
        reviewer_ref=_TEXT,
        action={"type": "string", "enum": ["confirmed", "overridden", "escalated"]},
        reason=_TEXT,
    ),
)
