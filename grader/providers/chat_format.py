"""The chat completion format that both SDKs speak: what is sent, and how an answer is read."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from grader.domain.exchange import Completion, JudgeRequest, JudgeSpec, Usage
from grader.domain.rating import Verdict
from grader.providers.logprobs import Alternatives, verdict_probabilities
from grader.providers.output import OutputMode
from grader.providers.status import Fault, Kind, provider_error

ANSWER_NAME = "grading"
TOP_LOGPROBS = 20
SAMPLING = ("temperature", "seed")


@dataclass(frozen=True)
class Prices:
    """USD per million tokens."""

    input: float
    cached: float
    output: float

    def cost(self, usage: Usage) -> float:
        """USD of one call; cached tokens are part of the prompt's and cost their own price."""
        fresh = usage.prompt_tokens - usage.cached_tokens
        total = fresh * self.input + usage.cached_tokens * self.cached + usage.completion_tokens * self.output
        return total / 1_000_000


class ChatForm(NamedTuple):
    """How an endpoint wants to be asked."""

    output: OutputMode
    logprobs: bool = False
    sampling: bool = True
    """False for models that refuse temperature and seed."""
    limit: str = "max_tokens"
    """The endpoint's name for the most tokens of an answer."""


def chat_body(request: JudgeRequest, form: ChatForm) -> dict[str, Any]:
    """The body that asks `request`: the same live and in a batch. Model and limits are the request's own."""
    return {
        "model": request.judge.model,
        "messages": messages(request),
        form.limit: request.judge.max_tokens,
        **logprob_arguments(form.logprobs),
        **sampling_arguments(request.judge, SAMPLING if form.sampling else ()),
        **output_arguments(request.answer_schema, form.output),
    }


def token_limit(base_url: str | None) -> str:
    """The name of the limit: OpenAI's newer models take only the long one, which Mistral answers with 422."""
    return "max_completion_tokens" if base_url is None else "max_tokens"


def messages(request: JudgeRequest) -> list[Any]:
    """The request's messages as the endpoint takes them."""
    return [{"role": message.role, "content": message.content} for message in request.messages]


def sampling_arguments(judge: JudgeSpec, wanted: Sequence[str]) -> dict[str, Any]:
    """Those of SAMPLING that are wanted: of the request's own judge, since repeats differ in their seed."""
    return {name: getattr(judge, name) for name in wanted}


def output_arguments(schema: dict[str, Any], output: OutputMode) -> dict[str, Any]:
    """The arguments of a call that hold the answer to `schema` in the way of `output`."""
    if output is OutputMode.JSON_OBJECT:
        return {"response_format": {"type": "json_object"}}
    if output is OutputMode.JSON_SCHEMA:
        form = {"name": ANSWER_NAME, "strict": True, "schema": schema}
        return {"response_format": {"type": "json_schema", "json_schema": form}}
    function = {
        "name": ANSWER_NAME,
        "description": "Record the grading.",
        "strict": True,
        "parameters": schema,
    }
    # "required" rather than the tool's name: with one tool it is the same, and more servers accept it.
    return {"tools": [{"type": "function", "function": function}], "tool_choice": "required"}


def logprob_arguments(wanted: bool) -> dict[str, Any]:
    """The arguments that ask for log-probabilities, or none."""
    return {"logprobs": True, "top_logprobs": TOP_LOGPROBS} if wanted else {}


def parse_body(judge: str, content: str | bytes) -> dict[str, Any]:
    """The JSON object of a response's body. Raises TransientError where it is none."""
    try:
        body = json.loads(content)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise provider_error(judge, Fault(Kind.GARBLED)) from None
    return body


def read_completion(
    judge: str, body: Mapping[str, Any], *, latency_s: float, cost_usd: float | None = None
) -> Completion:
    """A chat completion's body as a Completion; `judge` is provider:model, for messages.

    Raises the ProviderError of the status that some gateways put into the body of a `200`, and
    TransientError where the body holds no answer.
    """
    choice = _choice(judge, body)
    try:
        return _completion(judge, body, choice, latency_s, cost_usd)
    except (AttributeError, KeyError, TypeError, ValueError):
        # an answer in a shape of its own; its words are not repeated
        raise provider_error(judge, Fault(Kind.GARBLED)) from None


def _completion(
    judge: str, body: Mapping[str, Any], choice: Mapping[str, Any], latency_s: float, cost_usd: float | None
) -> Completion:
    message = choice.get("message") or {}
    text = _answer_text(message)
    finish_reason = choice.get("finish_reason") or "unknown"
    return Completion(
        text=text,
        refusal=_refusal(message) or ("content_filter" if finish_reason == "content_filter" else None),
        finish_reason=finish_reason,
        model=body.get("model") or judge.partition(":")[2],
        fingerprint=body.get("system_fingerprint"),
        usage=read_usage(body),
        cost_usd=cost_usd,
        latency_s=latency_s,
        probabilities=_probabilities(text, choice),
    )


def read_usage(body: Mapping[str, Any]) -> Usage:
    """Tokens as counted by the endpoint; zeros where it does not say."""
    usage = body.get("usage") or {}
    details = usage.get("prompt_tokens_details") or {}
    return Usage(
        prompt_tokens=usage.get("prompt_tokens") or 0,
        completion_tokens=usage.get("completion_tokens") or 0,
        cached_tokens=details.get("cached_tokens") or 0,
    )


def _choice(judge: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = body.get("choices")
    if isinstance(choices, list) and choices and isinstance(choices[0], dict):
        return choices[0]
    error = body.get("error")
    status = error.get("code") if isinstance(error, dict) else None
    if isinstance(status, int) and status >= 400:
        raise provider_error(judge, Fault(Kind.STATUS, status=status))
    raise provider_error(judge, Fault(Kind.GARBLED))


def _answer_text(message: Mapping[str, Any]) -> str:
    """The tool's arguments, else the content. Two calls are joined by a line break: no valid answer."""
    calls = message.get("tool_calls") or []
    content = message.get("content") or ""
    if isinstance(content, list):
        content = "".join(part["text"] for part in content if part.get("type") == "text")
    return "\n".join(call["function"]["arguments"] for call in calls) or content


def _refusal(message: Mapping[str, Any]) -> str | None:
    """The refusal's words; litellm moves them among the fields that it does not know."""
    return message.get("refusal") or (message.get("provider_specific_fields") or {}).get("refusal")


def _probabilities(text: str, choice: Mapping[str, Any]) -> dict[str, dict[Verdict, float]]:
    entries = (choice.get("logprobs") or {}).get("content") or []
    return verdict_probabilities(text, list(_tokens(entries)))


def _tokens(entries: list[dict[str, Any]]) -> Iterator[tuple[str, Alternatives]]:
    for entry in entries:
        options = [*(entry.get("top_logprobs") or []), entry]
        yield _spelling(entry), {_spelling(option): option["logprob"] for option in options}


def _spelling(option: dict[str, Any]) -> str:
    """A token's text; its bytes, where given, tell parts of characters from replacement characters."""
    spelled = option.get("bytes")
    return bytes(spelled).decode("utf-8", "surrogateescape") if spelled else str(option["token"])
