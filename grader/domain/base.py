"""The base of all values: frozen, and strict about unknown fields."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable value; two values with the same content are equal."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")
