"""The base of all values: frozen, and strict about unknown fields."""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict

from grader.digests import canonical, text_digest


def absent(value: object) -> bool:
    """For fields that came later: where they hold nothing, an identity is what it was without them."""
    return value is None


def carries(content: object, name: str) -> bool:
    """Whether a value, or the content of one before it is checked, has this field: tells forms apart."""
    return name in content if isinstance(content, dict) else hasattr(content, name)


def storable(text: str) -> str:
    """The text with U+FFFD for what no database takes: NUL and halves of characters."""
    return "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)


Storable = Annotated[str, AfterValidator(storable)]
"""Words of a provider's that are kept beside what they are about."""


class Value(BaseModel):
    """An immutable value; two values with the same content are equal."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some fields changed; what was computed from the old ones is not carried over."""
        copy = super().model_copy(update=update, deep=deep)
        for name in copy.__dict__.keys() - type(self).model_fields.keys():
            del copy.__dict__[name]
        return copy


class Identified(Value):
    """A value with an identity over all of its content: one changed character is another one."""

    @cached_property
    def canonical(self) -> str:
        """The content as canonical JSON: the form in which it is kept."""
        return canonical(self.model_dump(mode="json")).decode()

    @cached_property
    def digest(self) -> str:
        """Digest of the canonical form."""
        return text_digest(self.canonical)

    def __hash__(self) -> int:
        """By the digest, which is computed once; fields may hold what has no hash."""
        return hash(self.digest)
