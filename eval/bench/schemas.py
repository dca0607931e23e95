"""A small valid instance of a JSON schema: what the stand-in server answers with."""

from collections.abc import Iterator, Mapping
from typing import Any

TEXT = "The letter says so in plain words."


def instance(schema: Mapping[str, Any], draw: int) -> Any:
    """A valid instance; `draw` picks among enums. Lists have one element, unless more are asked for.

    A value that says that nothing can be said is not picked, so that a verdict that is missing was lost.
    """
    return _instance(schema, schema, draw)


def _instance(schema: Mapping[str, Any], root: Mapping[str, Any], draw: int) -> Any:
    if "$ref" in schema:
        return _instance(_referred(schema["$ref"], root), root, draw)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            some = [option for option in schema[choice] if option.get("type") != "null"]
            return _instance(some[0], root, draw)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        sure = [v for v in schema["enum"] if v is not None and "cannot" not in str(v).lower()]
        return sure[draw % len(sure)]
    return _of_kind(_kind(schema), schema, root, draw)


def _of_kind(kind: str, schema: Mapping[str, Any], root: Mapping[str, Any], draw: int) -> Any:
    if kind == "object":
        return dict(_fields(schema, root, draw))
    if kind == "array":
        count = max(schema.get("minItems", 1), 1)
        return [_instance(schema.get("items", {}), root, draw + place) for place in range(count)]
    if kind in ("integer", "number"):
        value = max(1, schema.get("minimum", 1))  # 1 is the number of a segment that every text has
        return min(value, schema.get("maximum", value))
    return draw % 2 == 0 if kind == "boolean" else TEXT


def _fields(schema: Mapping[str, Any], root: Mapping[str, Any], draw: int) -> Iterator[tuple[str, Any]]:
    for place, (name, part) in enumerate(schema.get("properties", {}).items()):
        yield name, _instance(part, root, draw // (place + 1))


def _kind(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "object" if "properties" in schema else "string")
    return str(next(k for k in kind if k != "null") if isinstance(kind, list) else kind)


def _referred(reference: str, root: Mapping[str, Any]) -> Mapping[str, Any]:
    place = root
    for step in reference.removeprefix("#/").split("/"):
        place = place[step]
    return place
