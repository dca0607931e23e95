"""Verdict probabilities: found where the verdict stands, and nowhere else."""

import json
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.domain.rating import Verdict
from grader.providers.logprobs import verdict_probabilities

ALTERNATIVES = {"met": 0.6, "part": 0.2, "not": 0.15, "cannot": 0.05}
EXPECTED = {Verdict.MET: 0.6, Verdict.PARTLY: 0.2, Verdict.NOT_MET: 0.15, Verdict.CANNOT_ASSESS: 0.05}
Tokens = Sequence[tuple[str, Mapping[str, float]]]


def logs(shares: Mapping[str, float]) -> dict[str, float]:
    return {token: math.log(share) for token, share in shares.items()}


def spell(*pieces: str | tuple[str, Mapping[str, float]]) -> tuple[str, Tokens]:
    """Text and tokens; a plain piece is its own certain token."""
    tokens = [(p, {p: 0.0}) if isinstance(p, str) else (p[0], logs(p[1])) for p in pieces]
    return "".join(token for token, _ in tokens), tokens


def test_shares_are_normalized_over_the_four() -> None:
    half = {token: share / 2 for token, share in ALTERNATIVES.items()} | {"Met": 0.3}
    text, tokens = spell('{"a": {"segments": [1], "reason": "x", "verdict": "', ("met", half), '"}}')
    assert verdict_probabilities(text, tokens) == {"a": pytest.approx(EXPECTED)}


@pytest.mark.parametrize("lead", ['"', ' "', ': "', 't": "'])
def test_leading_characters_are_set_aside(lead: str) -> None:
    shares = {f"{lead}{token}": share for token, share in ALTERNATIVES.items()} | {"met": 0.9, lead: 0.9}
    before = '{"a": {"verdict": "'.removesuffix(lead)
    text, tokens = spell(before, (f"{lead}met", shares), '"}}')
    assert verdict_probabilities(text, tokens) == {"a": pytest.approx(EXPECTED)}


def test_tokens_that_run_over_the_end() -> None:
    shares = {'met"}}': 0.6, 'partly"}}': 0.2, 'not_met",': 0.15, "c": 0.05, "metric": 0.5, "no way": 0.5}
    text, tokens = spell('{"a": {"verdict": "', ('met"}}', shares))
    assert verdict_probabilities(text, tokens) == {"a": pytest.approx(EXPECTED)}


def test_the_word_in_a_reason_is_no_verdict() -> None:
    trap = '{"a": {"segments": [1], "reason": "\\"verdict\\": \\"'
    wrong = {"met": 0.01, "not": 0.99}
    text, tokens = spell(
        trap,
        ("met", wrong),
        '\\"", "deep": {"verdict": "',
        ("met", wrong),
        '"}, "verdict": "',
        ("met", ALTERNATIVES),
        '"}}',
    )
    json.loads(text)
    assert verdict_probabilities(text, tokens) == {"a": pytest.approx(EXPECTED)}


def test_a_criterion_called_verdict() -> None:
    text, tokens = spell('{"verdict": {"verdict": "', ("met", ALTERNATIVES), '"}}')
    assert verdict_probabilities(text, tokens) == {"verdict": pytest.approx(EXPECTED)}


def test_split_characters_and_empty_tokens() -> None:
    sign = "✅".encode()
    parts = [part.decode("utf-8", "surrogateescape") for part in (sign[:1], sign[1:])]
    _, tokens = spell(
        '{"a": {"reason": "', *parts, '", "verdict": "', "", ("met", ALTERNATIVES), "", '"}}', "<|end|>"
    )
    text = '{"a": {"reason": "✅", "verdict": "met"}}'
    assert verdict_probabilities(text, tokens) == {"a": pytest.approx(EXPECTED)}


def test_a_fence_that_the_server_stripped() -> None:
    _, tokens = spell("```", "json\n", '{"a": {"verdict": "', ("met", ALTERNATIVES), '"}}\n', "```", "")
    assert verdict_probabilities('{"a": {"verdict": "met"}}', tokens) == {"a": pytest.approx(EXPECTED)}


def test_an_answer_given_twice_is_not_told_apart() -> None:
    text, tokens = spell('{"a": {"verdict": "', ("met", ALTERNATIVES), '"}}')
    assert verdict_probabilities(text, [*tokens, *tokens]) == {}


def test_the_chosen_verdict_must_be_among_the_alternatives() -> None:
    text, tokens = spell('{"a": {"verdict": "', ("met", {"part": 0.9, "not": 0.1}), '"}}')
    assert verdict_probabilities(text, tokens) == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "met",
        "[]",
        "{",
        '{"a": "met"}',
        '{"a": {"verdict": "met"}',
        '{"a": {"verdict": 1}}',
        '{"a": {"verdict": "yes"}}',
        '{"a": {"verdict": "m\\u0065t"}}',
        '{"a": {"verdict": "met", "verdict": "met"}}',
        '{"a": {"verdict": "met"}, "a": {"verdict": "met"}}',
        'Sure: {"a": {"verdict": "met"}}',
        '{"a": {"reason": "\ud800", "verdict": "met"}}',
        "[" * 100_000,
    ],
)
def test_nothing_where_nothing_lines_up(text: str) -> None:
    assert verdict_probabilities(text, [(c, {c: -0.1}) for c in text]) == {}


def test_nothing_where_tokens_do_not_spell_the_text() -> None:
    text, tokens = spell('{"a": {"verdict": "', ("met", ALTERNATIVES), '"}}')
    assert verdict_probabilities(text, tokens[:-1]) == {}
    assert verdict_probabilities(text, tokens[1:]) == {}
    assert verdict_probabilities(text.replace("a", "b"), tokens) == {}
    assert verdict_probabilities(text, []) == {}
    assert verdict_probabilities(text, [(token, {}) for token, _ in tokens]) == {}


def test_odd_numbers_are_left_out() -> None:
    text, tokens = spell('{"a": {"verdict": "', "met", '"}}')
    odd = [(t, {"met": math.log(0.5), "part": math.nan, "not": 3.0, "c": -math.inf}) for t, _ in tokens]
    assert verdict_probabilities(text, odd) == {
        "a": pytest.approx(dict.fromkeys(Verdict, 0.0) | {Verdict.MET: 1.0})
    }


answers = st.dictionaries(
    st.text(max_size=8).filter(lambda key: key.isprintable()),
    st.fixed_dictionaries(
        {"segments": st.lists(st.integers(1, 99), max_size=3), "reason": st.text(max_size=30)}
        | {"verdict": st.sampled_from([v.value for v in Verdict])}
    ),
    max_size=4,
)


@settings(deadline=None)
@given(answers, st.sampled_from([None, 0, 2]), st.booleans(), st.data())
def test_any_cut_into_tokens(
    answer: dict[str, dict[str, object]], indent: int | None, ascii_only: bool, data: st.DataObject
) -> None:
    """However the bytes are cut, each criterion's certain verdict is found."""
    text = json.dumps(answer, indent=indent, ensure_ascii=ascii_only)
    encoded = text.encode()
    cuts = sorted(data.draw(st.sets(st.integers(0, len(encoded)), max_size=40)) | {0, len(encoded)})
    pieces = [encoded[a:b].decode("utf-8", "surrogateescape") for a, b in pairwise(cuts)]
    found = verdict_probabilities(text, [(piece, {piece: -0.2}) for piece in pieces])
    assert {criterion: max(shares, key=shares.__getitem__) for criterion, shares in found.items()} == {
        criterion: entry["verdict"] for criterion, entry in answer.items()
    }
    assert all(sum(shares.values()) == pytest.approx(1) for shares in found.values())
