"""What one call costs in prompt tokens, counted, and how much of it a vendor's cache can serve.

The tokenizers are OpenAI's, from the files that litellm carries: nothing is fetched.
"""

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
import tiktoken
from pydantic_core import to_json

from grader.datafiles import DEFAULT_PROMPTS, load_prompt, load_rubrics
from grader.domain.criterion import ChecklistCriterion
from grader.domain.exchange import JudgeRequest, JudgeSpec, Style
from grader.domain.rubric import Rubric, TaskKind, WordLimits
from grader.judge import build_requests, passages
from grader.providers.chat_format import ChatForm, chat_body
from grader.providers.output import OutputMode
from grader.segments import segment

MOST = 900
"""Prompt tokens of a call with six criteria, beside the submission and with the answer's schema."""
LEAST_STABLE = 0.6
JUDGE = JudgeSpec(provider="openai", model="m")
PROMPT = load_prompt(DEFAULT_PROMPTS[Style.STRUCTURED])
SHIPPED = load_rubrics()
TEXT = """Dear patient, thank you for writing to us about your visit on Tuesday. I am truly sorry that you had
to wait for fifty minutes, and for the way in which our front desk spoke to you. I have looked at
the schedule of that morning: two urgent visits came in, and nobody told the people who were
waiting. That was our mistake. I have talked to the team, and from Monday on the front desk tells
everybody who waits for longer than a quarter of an hour what is going on. I will call you on Friday
before noon to hear whether there is anything else that we should know. Until then you can reach me
at extension 214. If you would like to, we find you a new appointment at a time when the office is
quiet, early in the morning, say. Your trust matters much to us."""
LINES = (
    (
        "apologizes",
        "The reply says sorry for the long wait and for how the front desk behaved, in plain words.",
        "Only regret in general, such as any inconvenience, or an excuse in place of an apology.",
        "Partly: the reply says sorry for the wait and leaves out the front desk, or the other way round.",
    ),
    (
        "names_the_complaint",
        "The fifty minutes or the rude words are named, so that the patient sees that the letter was read.",
        "A reply that would do for any complaint.",
        "It is met when one of the two is named and the other can be told from the text.",
    ),
    (
        "looks_into_it",
        "The writer says that the visit is reviewed, or was, with the staff who were there.",
        "Nothing is looked into, or it is left to somebody who is not named.",
        "Partly: a review is promised, and nobody of the staff takes part in it.",
    ),
    (
        "next_step",
        "One next step with a person or a number to turn to, and a day by which it is done.",
        "The patient is only invited to get in touch.",
        "Partly: there is a contact and no day, or a day and no contact.",
    ),
    (
        "keeps_the_tone",
        "The reply is calm, polite and on the patient's side throughout.",
        "The patient is blamed, lectured or told that others have it worse.",
        "A stiff but polite letter is met.",
    ),
    (
        "tells_secrets",
        "Something private about another patient or about a member of the staff is told.",
        "Other people are spoken of in general, without anything private.",
        "That somebody was ill that day counts as private when the person can be told.",
    ),
)
SIX = Rubric(
    task="complaint_reply",
    title="Reply to a complaint",
    kind=TaskKind.WRITTEN_RESPONSE,
    section="soft_skills",
    instructions="A patient complains of a wait of fifty minutes and a rude front desk. Write the reply.",
    words=WordLimits(min=20, max=300),
    criteria=tuple(
        ChecklistCriterion(
            id=name,
            title=name.replace("_", " "),
            points=2,
            negative=name == "tells_secrets",
            met=met,
            not_met=not_met,
            borderline=borderline,
            questions=("Is it so in this e-mail?",),
        )
        for name, met, not_met, borderline in LINES
    ),
)
Count = Callable[[str], int]


@pytest.fixture(params=["cl100k_base", "o200k_base"])
def count(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Count:
    litellm = find_spec("litellm")
    assert litellm is not None
    assert litellm.origin is not None
    carried = Path(litellm.origin).parent / "litellm_core_utils" / "tokenizers"
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(carried))
    encoding = tiktoken.get_encoding(request.param)
    return lambda text: len(encoding.encode(text))


def asked(rubric: Rubric, text: str) -> JudgeRequest:
    shown = passages(text, segment(text))
    (request,) = build_requests(rubric, shown, PROMPT, JUDGE, "one_call")
    return request


def parts(rubric: Rubric, count: Count) -> tuple[int, int, int]:
    """Tokens before the submission, of the submission, and of the answer's schema."""
    request = asked(rubric, TEXT)
    *stable, submission = (count(message.content) for message in request.messages)
    return sum(stable), submission, count(json.dumps(request.answer_schema, separators=(",", ":")))


def test_the_submission_has_150_words() -> None:
    assert len(TEXT.split()) == 150


def test_a_call_with_six_criteria(count: Count) -> None:
    before, submission, schema = parts(SIX, count)
    assert len(SIX.judged) == 6
    # vendors print the schema into the prompt, each in a way of its own; here it is plain JSON
    assert before + schema <= MOST
    assert before / (before + submission) >= LEAST_STABLE


@pytest.mark.parametrize("task", sorted(task for task, rubric in SHIPPED.items() if rubric.judged))
def test_the_larger_part_of_every_shipped_call_is_stable(task: str, count: Count) -> None:
    before, submission, schema = parts(SHIPPED[task], count)
    assert (before + schema) / (before + schema + submission) >= LEAST_STABLE
    if len(SHIPPED[task].judged) > 1:
        assert before / (before + submission) >= LEAST_STABLE


def test_what_is_sent_differs_from_the_submission_on() -> None:
    """Byte for byte: what a cache can serve ends where the candidate's text begins."""
    first, second = (
        to_json(chat_body(asked(SIX, text), ChatForm(OutputMode.JSON_SCHEMA))) for text in (TEXT, "Yes.")
    )
    begin = first.index(TEXT[:20].encode())
    assert first[:begin] == second[:begin]
    assert first.partition(b"response_format")[2] == second.partition(b"response_format")[2]
