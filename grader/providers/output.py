"""How a chat model is held to the answer's shape."""

from enum import StrEnum


class OutputMode(StrEnum):
    """The three ways that chat endpoints offer; each yields the same JSON text."""

    JSON_SCHEMA = "json_schema"
    """Strict structured output: the endpoint enforces the schema."""
    TOOL_CALL = "tool_call"
    """One tool whose parameters are the schema; its arguments are the answer."""
    JSON_OBJECT = "json_object"
    """Any JSON object: the shape is only what the prompt asks for."""
