"""The child process that holds the weights: JSON lines in, numbers out; it knows nothing of verdicts.

Run as a module, with the path of a GGUF file. Exactness: llama.cpp's numbers differ a little with the shape
of a batch, so every token is always computed in the same chunk. The head (the examples) is computed alone,
from nothing, with one token after it that no text can begin with; asking for that again sets the cache to
exactly the head. From there a request is the same sequence of chunks, whatever was asked before it.
"""

import argparse
import http.client
import json
import math
import os
import queue
import secrets
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

FORM = "lines-3"
"""How texts and questions are put together here: in every request's identity, so raise it with any change."""
POSSIBLE = 0.4
"""A passage is sought from this probability on: a calibration may put the line of met below one half."""
TINY = 1e-6
"""Added to probabilities before they are divided."""
_ALTERNATIVES = 60
"""Likeliest next tokens that are read; the rest has no weight."""
_LONGEST_BEGINNING = 256
"""Tokens of a passage that may have to be copied to tell it from the others."""


class TooLongError(Exception):
    """The request does not fit into the model's context."""


class Runtime:
    """llama.cpp's server in this process, spoken to over loopback under a key of this run."""

    def __init__(self, weights: str, threads: int, context: int) -> None:
        import xllamacpp

        params = xllamacpp.CommonParams()
        params.model.path = weights
        params.n_ctx = context
        params.n_parallel = 1
        params.cpuparams.n_threads = threads
        params.cpuparams_batch.n_threads = threads
        params.warmup = False
        params.cache_ram_mib = 0
        key = secrets.token_urlsafe(24)
        params.api_keys = [key]
        self.version = f"xllamacpp {xllamacpp.__version__}"
        self._server = xllamacpp.Server(params)
        address = urlsplit(self._server.listening_address)
        self._http = http.client.HTTPConnection(address.hostname or "127.0.0.1", address.port)
        self._headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        properties = self.call("GET", "/props")
        self.context = int(properties["default_generation_settings"]["n_ctx"])
        self.mark = self.tokens(str(properties["eos_token"]), special=True)[:1]
        self._known: dict[str, list[int]] = {}

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One exchange with the server. Raises RuntimeError for anything but 200."""
        self._http.request(method, path, json.dumps(body) if body is not None else None, self._headers)
        response = self._http.getresponse()
        content = response.read()
        if response.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{path}: {response.status} {content[:300].decode(errors='replace')}")
        return json.loads(content)

    def tokens(self, text: str, *, special: bool = False, start: bool = False) -> list[int]:
        """Token ids; only with `special` does text like "<|im_end|>" become a control token."""
        body = {"content": text, "add_special": start, "parse_special": special}
        return [int(t) for t in self.call("POST", "/tokenize", body)["tokens"]]

    def fixed(self, text: str) -> list[int]:
        """Token ids of a text that comes again and again, such as a question."""
        if text not in self._known:
            self._known[text] = self.tokens(text)
        return self._known[text]

    def ask(self, ids: Sequence[int], wanted: Mapping[str, Any], *, cached: bool = True) -> dict[str, Any]:
        """The completion after `ids`: one token, unless `wanted` (more fields) says otherwise."""
        if len(ids) + 4 > self.context:
            raise TooLongError(f"{len(ids)} tokens, and {self.context} fit")
        body = {"prompt": list(ids), "n_predict": 1, "temperature": 0, "cache_prompt": cached, **wanted}
        answer: dict[str, Any] = self.call("POST", "/completion", body)
        return answer


class Session:
    """Asks requests one after another and counts tokens."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._head: list[int] = []
        self._usage: dict[str, int] = {}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The numbers for one request.

        `checks`: per decision and question, the probabilities of [true, false]. `passages`: per decision, the
        number of the passage that shows it best, null where it is not likely enough. `usage`: tokens.
        """
        self._usage = {"prompt_tokens": 0, "cached_tokens": 0, "completion_tokens": 0}
        lines = {p["n"]: shown(p["text"]) for p in request["passages"]}
        text = "".join(f"{line}\n" for line in lines.values()) + '"""\n'
        prefix = self._opened(request["examples"] + "\n") + self._runtime.tokens(text)
        self._ask(prefix + self._runtime.mark, {})
        checks, passages = [], []
        for questions in request["decisions"]:
            asked = [prefix + self._runtime.fixed(question) for question in questions]
            # The first one last: what the passage is asked after is then still in the cache.
            *others, first = [self._check(ids) for ids in (*asked[1:], asked[0])]
            checks.append([first, *others])
            shows = asked[0] + self._runtime.fixed(request["evidence"])
            passages.append(self._passage(shows, lines) if possible(checks[-1]) else None)
        return {"checks": checks, "passages": passages, "usage": self._usage}

    def _opened(self, examples: str) -> list[int]:
        """The head, with the cache set to exactly it: computed alone, from nothing."""
        head = self._runtime.tokens(examples, start=True)
        self._ask(head + self._runtime.mark, {}, cached=self._head == head)
        self._head = head
        return head

    def _check(self, ids: list[int]) -> tuple[float, float]:
        """Probabilities of true and of false as the next word, whatever the case."""
        answer = self._ask(ids, {"n_probs": _ALTERNATIVES})
        words = {"true": 0.0, "false": 0.0}
        for token in answer["completion_probabilities"][0]["top_logprobs"]:
            word = str(token["token"]).strip().lower()
            if word in words:
                words[word] += math.exp(float(token["logprob"]))
        return words["true"], words["false"]

    def _passage(self, ids: list[int], lines: Mapping[int, str]) -> int | None:
        """The number of the line that the model begins to copy, with nothing else open to it."""
        left, copied, step = endings(lines), list(ids), 1
        while len(left) > 1 and len(copied) + step <= len(ids) + _LONGEST_BEGINNING:
            choice = " | ".join(json.dumps(ending, ensure_ascii=False) for ending in left)
            asked = {"n_predict": step, "n_probs": 1, "grammar": f"root ::= {choice}"}
            tokens = self._ask(copied, asked)["completion_probabilities"]
            rest = after(left, bytes(byte for token in tokens for byte in token["bytes"]))
            if rest is None:
                step += 1
            else:
                left, copied, step = rest, [*copied, *(token["id"] for token in tokens)], 1
        return next(iter(left.values()), None) if len(left) == 1 else None

    def _ask(self, ids: list[int], wanted: Mapping[str, Any], *, cached: bool = True) -> dict[str, Any]:
        answer = self._runtime.ask(ids, wanted, cached=cached)
        fresh = int(answer["timings"]["prompt_n"])
        self._usage["prompt_tokens"] += len(ids)
        self._usage["cached_tokens"] += len(ids) - fresh
        self._usage["completion_tokens"] += int(answer["tokens_predicted"])
        return answer


def possible(checks: Sequence[tuple[float, float]]) -> bool:
    """Whether true is likely enough for a passage to be sought, by the mean of the questions' log-odds."""
    odds = sum(math.log((yes + TINY) / (no + TINY)) for yes, no in checks) / len(checks)
    return odds >= math.log(POSSIBLE / (1 - POSSIBLE))


def endings(lines: Mapping[int, str]) -> dict[str, int]:
    """By all that is still to be copied of a line, its closing quote included: the line's number.

    Of equal lines the first stands for all; empty ones are left out.
    """
    return {f'{line}"': number for number, line in reversed(list(lines.items())) if line}


def after(left: Mapping[str, int], copied: bytes) -> dict[str, int] | None:
    """What is still to be copied of the lines that go on with `copied`.

    None where it ends inside a character and more than one line goes on: no grammar can go on from there.
    """
    going = {ending.encode(): number for ending, number in left.items()}
    rest = {ending[len(copied) :]: number for ending, number in going.items() if ending.startswith(copied)}
    try:
        copied.decode()
    except UnicodeDecodeError:
        return {"": next(iter(rest.values()))} if len(rest) == 1 else None
    return {ending.decode(): number for ending, number in rest.items()}


def shown(text: str) -> str:
    """`text` as one line, with single for double quotes: it must not end the ones that it stands in."""
    return " ".join(text.split()).replace('"', "'")


def serve(weights: str, threads: int, context: int) -> None:
    """Load the weights, say so, then answer each line of standard input with one of standard output."""
    # The runtime may print: standard output is kept for the answers alone.
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def reply(body: dict[str, Any]) -> None:
        replies.write(json.dumps(body) + "\n")
        replies.flush()

    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(lines,), daemon=True).start()
    runtime = Runtime(weights, threads, context)
    session = Session(runtime)
    reply({"runtime": runtime.version, "context": runtime.context})
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
    """Command line: WEIGHTS --threads N --context N."""
    parser = argparse.ArgumentParser()
    parser.add_argument("weights")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--context", type=int, required=True)
    given = parser.parse_args()
    serve(given.weights, given.threads, given.context)


if __name__ == "__main__":
    main()
