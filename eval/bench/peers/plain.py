"""One call a letter with a short prompt of our own: what a client costs when no grader stands around it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from eval.bench.answers import CHECKLIST, TASK, letters
from eval.bench.measuring import Job, Outcome, Timing, measured

MODEL = "stand-in"
Ask = Callable[[dict[str, Any]], Awaitable[str]]
"""Sends a request's body and returns the text of the answer."""


def system_text() -> str:
    """The part of the prompt that is the same for every letter."""
    lines = "\n".join(f"{line.id} ({line.points} points): {line.met}" for line in CHECKLIST)
    asked = "Rate the letter by each criterion. Quote the passage that shows it."
    return f"{asked}\nTask: {TASK}\nCriteria:\n{lines}"


def schema() -> dict[str, Any]:
    """The answer's schema: verdict, quote and reason for each criterion."""
    fields = {
        "verdict": {"type": "string", "enum": ["met", "not_met"]},
        "quote": {"type": "string"},
        "reason": {"type": "string"},
    }
    rating = _closed(fields)
    return _closed({line.id: rating for line in CHECKLIST})


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def body(letter: str) -> dict[str, Any]:
    """A chat completion's request for one letter."""
    form = {"name": "ratings", "strict": True, "schema": schema()}
    return {
        "model": MODEL,
        "temperature": 0,
        "messages": [
            {"role": "system", "content": system_text()},
            {"role": "user", "content": f"<letter>{letter}</letter>"},
        ],
        "response_format": {"type": "json_schema", "json_schema": form},
    }


async def rate_all(ask: Ask, job: Job) -> tuple[Timing, Outcome]:
    """Rate one letter to warm up, then all. What cannot be read is an error that a caller would see."""
    await _rate(ask, job.warm_up())
    return await _rate(ask, job)


async def _rate(ask: Ask, job: Job) -> tuple[Timing, Outcome]:
    letters_left = iter(letters(job.responses))
    rated = failed = 0

    async def work() -> None:
        nonlocal rated, failed
        for letter in letters_left:
            try:
                found = len(json.loads(await ask(body(letter))))
            except Exception:
                failed += len(CHECKLIST)
            else:
                rated += found

    with measured(job) as timing:
        await asyncio.gather(*(work() for _ in range(job.in_flight)))
    return timing, Outcome(rated, failed)
