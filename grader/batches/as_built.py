"""Requests out of the ledger, which sorts names, with the names of their schemas in the order of asking.

Evidence and reason stand before the verdict, and judges answer in the order of the schema.
"""

from typing import Any

from grader.domain.exchange import JudgeRequest

_ORDER = ("$ref", "type", "properties", "items", "enum", "required", "additionalProperties", "$defs")


def as_built(request: JudgeRequest) -> JudgeRequest:
    """The same request, as `grader.judge.build_requests` made it to the letter."""
    return request.model_copy(update={"answer_schema": _in_order(request.answer_schema)})


def _in_order(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema whose objects require all their properties, in the order in which they require them."""
    found = {name: schema[name] for name in _ORDER if name in schema}
    if "properties" in found:
        found["properties"] = {name: _in_order(found["properties"][name]) for name in found["required"]}
    if "$defs" in found:
        found["$defs"] = {name: _in_order(found["$defs"][name]) for name in sorted(found["$defs"])}
    return found
