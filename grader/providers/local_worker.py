"""The child process that holds the weights: JSON lines in, numbers out; it knows nothing of verdicts.

Run as a module, with the path of a GGUF file. What texts have in common is read once: the head (the examples)
for all requests, the candidate's text for all questions on it, which are then read side by side as rows.
"""

import argparse
import itertools
import json
import math
import os
import queue
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from grader.providers.local_model import Array, Model, State, converted, runtime
from grader.providers.probe import Probe, load_probe

FORM = "rows-1"
"""How texts and questions are put together here: in every request's identity, so raise it with any change."""
POSSIBLE = 0.1
"""A passage is sought from this probability on: a calibration may put the line of met far below one half."""
TINY = 1e-6
"""Added to probabilities before they are divided."""
_ROWS = 16
"""Questions that are read side by side."""
_HEADS = 16
"""Heads that are kept, as one for each task may come."""
_LONGEST_BEGINNING = 256
"""Tokens of a passage that may have to be copied to tell it from the others."""
_WORDS = {"true": (" True", "True", " true", "true"), "false": (" False", "False", " false", "false")}


class TooLongError(Exception):
    """The request does not fit into the model's context."""


class _Found(NamedTuple):
    """What is found on one decision."""

    checks: list[tuple[float, float]]
    inner: list[list[float]]
    passage: int | None


class Session:
    """Asks requests one after another and counts tokens."""

    def __init__(self, model: Model, context: int, probe: Probe | None) -> None:
        self._model = model
        self._context = context
        self._probe = probe
        self._heads: dict[str, State] = {}
        self._known: dict[str, list[int]] = {}
        self._true, self._false = (
            sorted({tokens[0] for w in words if len(tokens := model.tokens(w)) == 1})
            for words in _WORDS.values()
        )
        self._quote = model.tokens('"')
        self._usage: dict[str, int] = {}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The numbers for one request.

        `checks`: per decision and question, the probabilities of [true, false]. `passages`: per decision, the
        number of the passage that shows it best, null where it is not likely enough. `usage`: tokens. With
        `inner` in the request also the model's state after each question, per decision and question.
        """
        self._usage = {"prompt_tokens": 0, "cached_tokens": 0, "completion_tokens": 0}
        lines = {p["n"]: shown(p["text"]) for p in request["passages"]}
        text = self._model.tokens("".join(f"{line}\n" for line in lines.values()) + '"""\n')
        asked = [[self._fixed(question) for question in questions] for questions in request["decisions"]]
        evidence = self._fixed(request["evidence"])
        longest = max(len(ids) for questions in asked for ids in questions)
        self._open(request["examples"] + "\n", len(text) + longest + len(evidence))
        self._read([text])
        here = self._model.keep()
        found: list[_Found] = []
        for chunk in chunks(asked):
            if found:
                self._model.go_back(here)
            found += self._side_by_side(chunk, evidence, lines)
        reply = {
            "checks": [f.checks for f in found],
            "passages": [f.passage for f in found],
            "usage": self._usage,
        }
        return {**reply, "inner": [f.inner for f in found]} if request.get("inner") else reply

    def _side_by_side(
        self, chunk: Sequence[Sequence[list[int]]], evidence: list[int], lines: Mapping[int, str]
    ) -> list["_Found"]:
        """What is found on these decisions, their questions read as rows after the text."""
        chances, states = self._read([ids for questions in chunk for ids in questions])
        firsts = np.cumsum([0, *(len(questions) for questions in chunk)]).tolist()
        spans = [range(start, stop) for start, stop in itertools.pairwise(firsts)]
        checks = [[self._check(chances[row], states[row]) for row in span] for span in spans]
        sought = [n for n, check in enumerate(checks) if evidence and possible(check)]
        shown_by = dict(
            zip(sought, self._passages([firsts[n] for n in sought], evidence, lines), strict=True)
        )
        return [
            _Found(check, [states[row].tolist() for row in span], shown_by.get(n))
            for n, (check, span) in enumerate(zip(checks, spans, strict=True))
        ]

    def _open(self, head: str, rest: int) -> None:
        """Have read exactly the head; `rest`: tokens to come. Raises TooLongError."""
        if head not in self._heads:
            ids = self._model.tokens(head)
            if len(ids) + rest > self._context:
                raise TooLongError(f"{len(ids) + rest} tokens, and {self._context} fit")
            self._model.start()
            self._read([ids])
            while len(self._heads) >= _HEADS:
                del self._heads[next(iter(self._heads))]
            self._heads[head] = self._model.keep()
            return
        state = self._heads[head]
        if state.length + rest > self._context:
            raise TooLongError(f"{state.length + rest} tokens, and {self._context} fit")
        self._model.go_back(state)
        self._usage["prompt_tokens"] += state.length
        self._usage["cached_tokens"] += state.length

    def _read(self, rows: Sequence[Sequence[int]], after: Sequence[int] | None = None) -> tuple[Array, Array]:
        self._usage["prompt_tokens"] += sum(map(len, rows))
        return self._model.read(rows, after)

    def _fixed(self, text: str) -> list[int]:
        """Token ids of a text that comes again and again, such as a question."""
        if text not in self._known:
            self._known[text] = self._model.tokens(text)
        return self._known[text]

    def _check(self, chances: Array, state: Array) -> tuple[float, float]:
        """Probabilities of true and of false: by the probe, else as the next word, whatever the case."""
        if self._probe is not None:
            true = self._probe.chance(state)
            return true, 1 - true
        return float(chances[self._true].sum()), float(chances[self._false].sum())

    def _passages(self, after: list[int], evidence: list[int], lines: Mapping[int, str]) -> list[int | None]:
        """For each of these rows, the line that the model begins to copy, with nothing else open to it."""
        left = [self._endings(lines) for _ in after]
        found: list[int | None] = [None] * len(after)
        going = list(range(len(after)))
        rows = [evidence for _ in after]
        for step in range(_LONGEST_BEGINNING):
            for place in [place for place in going if len(left[place]) <= 1]:
                found[place] = next(iter(left[place].values()), None)
            kept = [n for n, place in enumerate(going) if len(left[place]) > 1]
            if not kept:
                break
            after = [after[n] if step == 0 else n for n in kept]
            rows, going = [rows[n] for n in kept], [going[n] for n in kept]
            chances, _ = self._read(rows, after)
            rows = []
            for place, chance in zip(going, chances, strict=True):
                open_to_it = sorted({ending[0] for ending in left[place]})
                token = open_to_it[int(np.argmax(chance[open_to_it]))]
                left[place] = {e[1:]: number for e, number in left[place].items() if e[0] == token}
                rows.append([token])
            self._usage["completion_tokens"] += len(rows)
        return found

    def _endings(self, lines: Mapping[int, str]) -> dict[tuple[int, ...], int]:
        """By the tokens of a line, its closing quote included: the line's number.

        Of equal lines the first stands for all; empty ones are left out.
        """
        in_turn = reversed(list(lines.items()))
        return {(*self._model.tokens(line), *self._quote): number for number, line in in_turn if line}


def chunks(decisions: Sequence[Sequence[list[int]]]) -> list[list[Sequence[list[int]]]]:
    """The decisions in groups of no more questions than are read side by side, each decision whole."""
    found: list[list[Sequence[list[int]]]] = []
    room = 0
    for questions in decisions:
        if not found or len(questions) > room:
            found.append([])
            room = _ROWS
        found[-1].append(questions)
        room -= len(questions)
    return found


def possible(checks: Sequence[tuple[float, float]]) -> bool:
    """Whether true is likely enough for a passage to be sought, by the mean of the questions' log-odds."""
    odds = sum(math.log((yes + TINY) / (no + TINY)) for yes, no in checks) / len(checks)
    return odds >= math.log(POSSIBLE / (1 - POSSIBLE))


def shown(text: str) -> str:
    """`text` as one line that neither ends the quotes that it stands in nor names a control token."""
    return " ".join(text.split()).replace('"', "'").replace("<|", "< |")


def serve(weights: Path, digest: str, kept: Path, probe: Path | None, threads: int, context: int) -> None:
    """Load the weights, say so, then answer each line of standard input with one of standard output."""
    # The runtime may print: standard output is kept for the answers alone.
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def reply(body: dict[str, Any]) -> None:
        replies.write(json.dumps(body) + "\n")
        replies.flush()

    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(lines,), daemon=True).start()
    fitted = load_probe(probe) if probe is not None else None
    model = Model(converted(weights, digest, kept), threads, fitted.layer if fitted else None)
    session = Session(model, context, fitted)
    reply({"runtime": runtime(), "context": context})
    while True:
        try:
            reply(session.answer(json.loads(lines.get())))
        except TooLongError as error:
            reply({"too_long": str(error)})
        except RuntimeError as error:
            reply({"failed": str(error)})


def _listen(lines: "queue.Queue[str]") -> None:
    """Pass lines on; when the parent is gone, so is this process, also in the middle of an answer."""
    for line in sys.stdin:
        lines.put(line)
    os._exit(0)


def main() -> None:
    """Command line: WEIGHTS DIGEST KEPT --threads N --context N [--probe FILE]."""
    parser = argparse.ArgumentParser()
    parser.add_argument("weights", type=Path)
    parser.add_argument("digest")
    parser.add_argument("kept", type=Path)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--context", type=int, required=True)
    parser.add_argument("--probe", type=Path)
    given = parser.parse_args()
    serve(given.weights, given.digest, given.kept, given.probe, given.threads, given.context)


if __name__ == "__main__":
    main()
