"""Figures of a measurement, which are free JSON, as rows of a table."""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from grader.domain.system_card import FigureRow

_NAMES = ("name", "id", "group", "criterion", "title", "task", "kind")
"""What tells the items of a list apart, the first that they have."""
_PARTS = ("value", "low", "high", "n")


def figure_rows(figures: Mapping[str, JsonValue]) -> tuple[FigureRow, ...]:
    """A row for each figure. One with an interval is an object with `value`, and maybe `low`, `high`, `n`."""
    return tuple(_rows("", dict(figures)))


def _rows(name: str, found: JsonValue) -> Iterator[FigureRow]:
    if isinstance(found, dict) and "value" in found:
        yield _figure(name, found)
    elif isinstance(found, dict):
        for key, value in found.items():
            yield from _rows(_joined(name, key.replace("_", " ")), value)
    elif isinstance(found, list) and any(isinstance(item, dict | list) for item in found):
        for place, item in enumerate(found, start=1):
            label, rest = _labeled(item, place)
            yield from _rows(_joined(name, label), rest)
    elif isinstance(found, list):
        yield FigureRow(name=name, value=", ".join(map(str, found)) or None)
    else:
        yield FigureRow(name=name, value=found)


def _figure(name: str, found: Mapping[str, JsonValue]) -> FigureRow:
    numbers = {part: _number(found.get(part)) for part in _PARTS[1:]}
    others = {key: value for key, value in found.items() if key not in _PARTS and value not in (None, "")}
    note = "; ".join(f"{key.replace('_', ' ')}: {value}" for key, value in others.items())
    return FigureRow(name=name, value=found["value"], note=note, **numbers)


def _number(value: JsonValue) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _labeled(item: JsonValue, place: int) -> tuple[str, JsonValue]:
    if isinstance(item, dict):
        for key in _NAMES:
            if isinstance(item.get(key), str):
                return str(item[key]), {k: v for k, v in item.items() if k != key}
    return str(place), item


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
