"""What is asked of a judge, and what comes back."""

import json
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, Protocol

from pydantic import Field
from pydantic_core import to_json

from grader.digests import canonical
from grader.domain.base import Identified, Value, absent
from grader.domain.rating import Verdict


class Message(Identified):
    """One chat message."""

    role: Literal["system", "user", "assistant"]
    content: str


class Decision(Value):
    """The plain yes/no questions on one criterion, for judges that answer one short question at a time."""

    criterion: str
    questions: tuple[str, ...]
    level: Annotated[int | None, Field(exclude_if=absent)] = None
    """Of a criterion with levels: yes means at least this one."""


class Passage(Value):
    """A numbered segment as the judge sees it."""

    n: int
    text: str


class Style(StrEnum):
    """How a judge is asked."""

    STRUCTURED = "structured"
    """One message exchange, answered as JSON by a schema."""
    DECISIONS = "decisions"
    """One short yes/no question after another, read as probabilities."""


class JudgeSpec(Value):
    """Which model is asked, and how: part of every request's identity."""

    provider: str
    model: str
    """The model's name as asked for; the digest of embedded weights is among the options."""
    temperature: float = 0.0
    seed: int = 7
    max_tokens: int = 2000
    context: int | None = None
    """Tokens that the model can read, where known."""
    style: Style = Style.STRUCTURED
    options: dict[str, str] = Field(default_factory=dict)
    """What else decides the answer: endpoint, output mode, digest of embedded weights."""

    @property
    def name(self) -> str:
        """`provider:model`, as the user writes it."""
        return f"{self.provider}:{self.model}"


class JudgeRequest(Identified):
    """Everything that a judge is given. Holds no candidate id, name or group."""

    judge: JudgeSpec
    prompt: str
    """Digest of the prompt file."""
    messages: tuple[Message, ...]
    """The stable part first, the candidate's text in the last message, alone."""
    answer_schema: dict[str, Any]
    """JSON Schema of the answer."""
    passages: tuple[Passage, ...] = ()
    """The numbered segments; for the decisions style, where no message holds them."""
    decisions: tuple[Decision, ...] = ()
    evidence_question: str = ""
    """Asks for the number of the passage that shows a decision best."""
    salt: Annotated[str | None, Field(exclude_if=absent)] = None
    """Makes it another request than the same one without, so that it is really asked; never sent."""

    @property
    def schema_text(self) -> str:
        """The answer's schema as canonical JSON."""
        return _canonical_schema(to_json(self.answer_schema))

    @cached_property
    def canonical(self) -> str:
        """As of any value, but that what many requests share, messages and schema, is written once."""
        rest = self.model_dump(mode="json", exclude={"answer_schema", "messages"})
        written = {name: canonical(content).decode() for name, content in rest.items()}
        written["answer_schema"] = self.schema_text
        written["messages"] = f"[{','.join(message.canonical for message in self.messages)}]"
        return "{" + ",".join(f'"{name}":{written[name]}' for name in sorted(written)) + "}"


@lru_cache(maxsize=64)
def _canonical_schema(schema: bytes) -> str:
    return canonical(json.loads(schema)).decode()


class Usage(Value):
    """Tokens of one call, as the provider counts them."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        """Sum of both."""
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
        )


class Completion(Value):
    """One answer of a judge, as it came."""

    text: str
    refusal: str | None = None
    finish_reason: str = "stop"
    model: str
    """The model as returned, which may differ from the one asked for."""
    fingerprint: str | None = None
    usage: Usage = Usage()
    cost_usd: float | None = None
    """None: price unknown."""
    latency_s: float = 0.0
    probabilities: dict[str, dict[Verdict, float]] = Field(default_factory=dict)
    """Per criterion, the probability of each verdict from log-probabilities, where given."""
    batch: Annotated[str | None, Field(exclude_if=absent)] = None
    """The provider's id of the batch that it came from; None: asked live."""


class Provider(Protocol):
    """A judge that can be asked. Raises TransientError or PermanentError, nothing else."""

    spec: JudgeSpec

    async def complete(self, request: JudgeRequest) -> Completion:
        """Ask once; no retries."""

    async def close(self) -> None:
        """Let go of connections and processes."""
