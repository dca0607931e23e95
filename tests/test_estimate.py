"""What grading would take, from invented earlier calls."""

from decimal import Decimal

import pytest

from grader.datafiles import load_prompt, load_rubrics
from grader.domain.exchange import Completion, JudgeRequest, Style, Usage
from grader.domain.prices import FREE, Prices
from grader.domain.run import AnswerOutcome
from grader.domain.submission import Submission
from grader.estimate import Pace, Past, Plan, Size, estimate, past, plan, size
from grader.judge import passages
from grader.pipeline import ATTEMPTS, Instrument, requests_for
from grader.segments import segment
from tests.support.builders import criterion, rubric
from tests.support.judges import SPEC, answer, completion

PROMPT = load_prompt("structured-v3")
SMALL = Instrument(rubric(criterion("a"), criterion("b")), PROMPT, "one_call")
PRICES = Prices(input=Decimal(2), cached=Decimal(1), output=Decimal(8))
AHEAD = Plan(12, 2, 3, 10, Size(characters=40_000, repeated=20_000, answer=4_000, criteria=20))
PACE = Pace(5)
TEXT = "Order 12 came without the needles. Please send them by Monday, or credit us. Thanks, the clinic"


def submissions(*texts: str) -> list[Submission]:
    return [
        Submission(id=f"s{n}", candidate=f"c{n}", task="vendor_email", text=text)
        for n, text in enumerate(texts)
    ]


def planned(*texts: str, instrument: Instrument = SMALL, known: frozenset[str] = frozenset()) -> Plan:
    instruments = {"vendor_email": instrument}
    return plan(submissions(*texts), instruments, SPEC, lambda digest: digest in known)


def asked(text: str) -> JudgeRequest:
    return requests_for(SMALL, passages(text, segment(text)), SPEC)[0]


def call(
    outcome: AnswerOutcome = AnswerOutcome.OK, **fields: object
) -> tuple[JudgeRequest, Completion, AnswerOutcome]:
    request = asked(TEXT)
    return request, completion(answer(request), **fields), outcome


def test_only_what_the_ledger_lacks_is_asked_and_the_same_text_once() -> None:
    known = frozenset({asked(TEXT).digest})
    found = planned(TEXT, TEXT + "!", TEXT + "!", "", known=known)
    assert (found.submissions, found.unasked, found.known, found.calls) == (4, 1, 1, 1)


@pytest.mark.parametrize(("mode", "repeats", "calls"), [("one_call", 1, 2), ("per_criterion", 3, 12)])
def test_calls_by_mode_and_repeats(mode: str, repeats: int, calls: int) -> None:
    found = planned(TEXT, TEXT + "!", instrument=SMALL._replace(mode=mode, repeats=repeats))
    assert found.calls == calls
    assert found.size.criteria == 4 * repeats


def test_what_stands_before_a_text_may_be_cached_from_its_second_call() -> None:
    one, two = planned(TEXT), planned(TEXT, TEXT + "!")
    assert one.size.repeated == 0
    assert two.size.repeated == size(asked(TEXT)).repeated > 0
    assert two.size.characters == 2 * one.size.characters + 1


def test_the_embedded_judge_reads_everything_again_for_each_question() -> None:
    rubrics = {"vendor_email": load_rubrics()["vendor_email"]}
    local = SPEC.model_copy(update={"style": Style.DECISIONS})
    instrument = Instrument(rubrics["vendor_email"], load_prompt("decisions-v1"), "one_call")
    found = plan(submissions(TEXT), {"vendor_email": instrument}, local, lambda _: False)
    assert found.size.characters > len(rubrics["vendor_email"].judged) * 2 * len(TEXT)


def test_without_earlier_calls_rules_of_thumb_are_named() -> None:
    found = estimate(SPEC, AHEAD, Past(), PRICES, PACE)
    assert (found.submissions.value, found.known.value, found.calls.value) == (12, 3, 10)
    assert (found.prompt_tokens.value, found.cacheable_tokens.value) == (10_000, 5_000)
    assert found.answer_tokens.value == 1_000
    assert found.usd.value == Decimal("0.028")
    assert found.usd.basis.endswith("nothing cached; 0.0230 if all that can be is")
    assert found.seconds.value is None
    assert "characters / 4" in found.prompt_tokens.basis
    assert "assumed" in found.answer_tokens.basis
    assert "not known yet" in found.calls.basis


def test_earlier_calls_give_rates_with_their_number() -> None:
    behind = Past(
        calls=8,
        usable=6,
        counted=8,
        size=Size(characters=8_000, criteria=16),
        usage=Usage(prompt_tokens=1_600, completion_tokens=480, cached_tokens=400),
        timed=8,
        seconds=4.0,
    )
    found = estimate(SPEC, AHEAD, behind, PRICES, PACE)
    assert found.calls.value == 14, "10 requests, of which each takes 8/6 calls"
    assert found.prompt_tokens.value == 10_667
    assert found.answer_tokens.value == 800
    assert found.cacheable_tokens.value == 5_333
    assert found.usd.value == PRICES.cost(
        Usage(prompt_tokens=10_667, completion_tokens=800, cached_tokens=10_667 // 4)
    )
    assert found.seconds.value == pytest.approx(10 * 8 / 6 * 0.5 / 5)
    for figure in (found.calls, found.prompt_tokens, found.answer_tokens, found.usd, found.seconds):
        assert "as in earlier calls (n = 8)" in figure.basis
    assert "25% of answers unusable" in found.calls.basis


def test_a_judge_that_never_gave_a_usable_answer_is_asked_as_often_as_it_may_be() -> None:
    assert estimate(SPEC, AHEAD, Past(calls=4), PRICES, PACE).calls.value == 10 * ATTEMPTS


def test_an_unknown_price_is_said_and_never_zero() -> None:
    found = estimate(SPEC, AHEAD, Past(), None, PACE)
    assert found.usd.value is None
    assert "--prices" in found.usd.basis
    assert estimate(SPEC, AHEAD, Past(), FREE, PACE).usd.value == 0


@pytest.mark.parametrize(
    ("behind", "pace", "seconds"),
    [
        (Past(), Pace(5, rpm=2), 300.0),
        (Past(calls=1, usable=1, timed=1, seconds=30.0), Pace(5, rpm=2), 300.0),
        (Past(calls=1, usable=1, timed=1, seconds=300.0), Pace(5, rpm=2), 600.0),
    ],
)
def test_of_latency_and_limit_the_narrower_counts(behind: Past, pace: Pace, seconds: float) -> None:
    found = estimate(SPEC, AHEAD, behind, PRICES, pace)
    assert found.seconds.value == seconds
    assert "2 calls a minute" in found.seconds.basis


def test_the_embedded_judge_answers_one_after_another() -> None:
    local = SPEC.model_copy(update={"style": Style.DECISIONS})
    behind = Past(calls=1, usable=1, timed=1, seconds=2.0)
    assert estimate(local, AHEAD, behind, FREE, PACE).seconds.value == 20.0


def test_nothing_to_ask_takes_nothing() -> None:
    found = estimate(SPEC, Plan(3, 0, 3, 0, Size()), Past(), PRICES, PACE)
    assert (found.calls.value, found.prompt_tokens.value, found.usd.value, found.seconds.value) == (
        0,
        0,
        0,
        0,
    )


def test_earlier_calls_in_sums() -> None:
    found = past([call(latency_s=2.0), call(AnswerOutcome.MALFORMED), call(usage=Usage())])
    assert (found.calls, found.usable, found.counted, found.timed) == (3, 2, 2, 1)
    assert found.usage == Usage(prompt_tokens=200, completion_tokens=20)
    assert found.size.characters == 2 * size(asked(TEXT)).characters
    assert found.seconds == 2.0
