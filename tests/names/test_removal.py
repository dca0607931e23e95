"""What is taken out of answers, what stays, and that every span maps onto the original."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.datafiles import load_prompt, load_rubrics
from grader.disguise import blocked, plain_view
from grader.domain.applicant import Applicant
from grader.domain.exchange import JudgeSpec, Style
from grader.domain.rating import Claim, Verdict
from grader.domain.record import Removed
from grader.evidence import quote, verify
from grader.judge import build_requests, passages
from grader.names.folding import fold
from grader.names.material import material
from grader.names.removal import find_removed
from grader.segments import segment
from tests.support.builders import odd_texts

RUBRICS = load_rubrics()
MATERIAL = material(RUBRICS.values())
EMAIL, PHONE = "priya.s92@example.com", "+1 (312) 555-0187"
PRIYA = Applicant(candidate="x", names=("Priya Raghunathan",), emails=(EMAIL,), phones=(PHONE,))


def view(text: str, *names: str, applicant: Applicant | None = None) -> str:
    applicant = applicant or Applicant(candidate="x", names=names)
    return plain_view(text, removed=find_removed(text, applicant, MATERIAL))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Priya will call. priya's list. PRIYA!", "[name] will call. [name]'s list. [name]!"),
        ("Best,\nPriya Raghunathan\nOffice Manager", "Best, [name] Office Manager"),
        ("Raghunathan, Priya and P. Raghunathan", "[name] and [name]"),
        ("Regards,\nP.R.", "Regards, [name]."),
        ("Thank you!\n-- PR", "Thank you! -- [name]"),
        ("Pri\u200bya, Рriya and Prıya", "[name] and [name]"),
        ("in/priya-raghunathan, @praghunathan, praghunathan7", "in/[name], @[name], [name]7"),
        ("Write to PRIYA.S92@Example.com.", "Write to [email]."),
        ("priya.s92 (at) example (dot) com", "[email]"),
        ("or priya.s92 on chat", "or [email] on chat"),
        ("Call 312.555.0187 or 555-0187 or +1 312 555 0187.", "Call [phone] or [phone] or [phone]."),
        ("Call (312)5550187, or 0312 555 0187", "Call [phone], or [phone]"),
        ("Claim 4471-5550, order 3125550, 15550187", "Claim 4471-5550, order 3125550, 15550187"),
        ("Surprise, no spry Priyanka", "Surprise, no spry Priyanka"),
    ],
)
def test_what_is_known_of_the_candidate_is_taken_out(text: str, shown: str) -> None:
    assert view(text, applicant=PRIYA) == shown


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("Will Green", "Thank you. Will you send it? I will.", "Thank you. Will you send it? I will."),
        ("Will Green", "Will Green will call.", "[name] will call."),
        ("Will Green", "Thanks,\nWill", "Thanks, [name]"),
        ("Will Green", "thanks, will", "thanks, [name]"),
        (
            "Will Green",
            "My name is Will and I wrote to Dr. Green.",
            "My name is [name] and I wrote to Dr. Green.",
        ),
        ("Will Green", "My name is Will. From: Will", "My name is [name]. From: Will"),
        ("Will Green", "From: Will\nHello", "From: [name] Hello"),
        ("Mark Hill", "Mark the hill. Ask Mr. Hill.", "Mark the hill. Ask Mr. [name]."),
        (
            "May Long",
            "In May, not long. This is May from billing.",
            "In May, not long. This is [name] from billing.",
        ),
        ("Ada Li", "The ADA and Li-ion. Ada Li. Best, Ada", "The ADA and Li-ion. [name]. Best, [name]"),
        ("Jane Doe", "Dear Jane Doe, I am sorry. Ms. Doe!", "Dear Jane Doe, I am sorry. Ms. Doe!"),
        ("Jane Doe", "Sincerely,\nJane Doe", "Sincerely, [name]"),
        ("Rita Smith", "Dr. Smith and Rita, or Rita Smith", "Dr. Smith and [name], or [name]"),
        ("Jane Lee", "Dear Jane, Dr. Lee is late. Jane Lee", "Dear Jane, Dr. Lee is late. [name]"),
        ("Anna-Marie O'Brien", "OBrien, O’Brien; Anna Marie", "[name]; [name]"),
        ("José Müller", "Jose, JOSE\u0301 and Muller", "[name] and [name]"),
        ("王 小明", "我是王小明。谢谢小明", "我是[name]。谢谢[name]"),
    ],
)
def test_a_name_that_is_a_word_or_of_the_scenario_goes_only_where_a_name_stands(
    name: str, text: str, shown: str
) -> None:
    assert view(text, name) == shown


def test_made_up_addresses_and_numbers_go_and_those_of_the_task_stay() -> None:
    named = next(re.finditer(r"[\w.]+@[\w.]+\w", " ".join(r.canonical for r in RUBRICS.values())), None)
    kept = named[0] if named else "no address"
    text = f"Write to {kept} or billing@clinic.example, or call 312-555-0163. HIPAA, 60 days, 2026-11-22."
    shown = f"Write to {kept} or [email], or call [phone]. HIPAA, 60 days, 2026-11-22."
    assert view(text, "Priya Raghunathan") == shown


def test_a_street_line_goes_and_the_town_stays() -> None:
    applicant = Applicant(candidate="x", addresses=("12 Elm Street, Springfield, IL 62704",))
    assert (
        view("12 Elm  Street in Springfield, IL, 62704", applicant=applicant)
        == "[address] in Springfield, [address]"
    )


def test_examples_hold_nobody_of_this_name() -> None:
    """Texts without the known strings are untouched, also where names are words of every day."""
    applicants = [
        Applicant(candidate="x", names=(n,)) for n in ("Will Green", "May Price", "Mark Long", "Jane Doe")
    ]
    texts = [r.instructions for r in RUBRICS.values()]
    assert len(texts) > 20
    assert [find_removed(text, a, MATERIAL) for text in texts for a in applicants] == [()] * len(texts) * 4


PIECES = st.sampled_from(
    [
        "Priya",
        "priya raghunathan",
        "RAGHUNATHAN",
        "P. Raghunathan",
        EMAIL,
        EMAIL.upper(),
        PHONE,
        "312 555-0187",
    ]
)
TEXTS = st.lists(st.one_of(PIECES, odd_texts(6), st.sampled_from([" ", "\n", ". "])), max_size=12).map(
    " ".join
)
LEFT = re.compile(r"(?<![^\W\d_])(?:priya|raghunathan|priyaraghunathan)(?![^\W\d_])|priya\.s92|555.?0187")


@given(TEXTS)
def test_nothing_known_is_left_and_spans_lie_in_order_in_the_text(text: str) -> None:
    removed = find_removed(text, PRIYA, MATERIAL)
    assert not LEFT.search(fold(plain_view(text, removed=removed)).text)
    assert not LEFT.search(fold(blocked(text, removed)).text)
    assert all(r.start < r.end <= len(text) for r in removed)
    assert all(a.end <= b.start for a, b in pairwise(removed))
    again = find_removed(plain_view(text, removed=removed), PRIYA, MATERIAL)
    assert again == ()


@given(TEXTS)
def test_evidence_is_still_a_slice_of_the_original(text: str) -> None:
    removed, segments = find_removed(text, PRIYA, MATERIAL), segment(text)
    shown = passages(text, segments, removed)
    assert [p.n for p in shown] == [s.number for s in segments]
    claims = [
        Claim(criterion=f"c{s.number}", verdict=Verdict.MET, segments=(s.number,), reason="")
        for s in segments
    ]
    for rating, part, passage in zip(verify(claims, segments, "judge", {}), segments, shown, strict=True):
        assert [quote(text, e) for e in rating.evidence] == [text[part.start : part.end]]
        hidden = [r for r in removed if r.start < part.end and r.end > part.start]
        assert sum(passage.text.count(f"[{kind}]") for kind in ("name", "email", "phone")) >= len(hidden)
    assert len(blocked(text, removed)) == len(text)


@given(odd_texts(), st.sampled_from(["Zebulon Quixworthy", "Will Green"]))
def test_a_text_without_anything_known_is_shown_as_before(text: str, name: str) -> None:
    applicant = Applicant(candidate="x", names=(name,), emails=("z@q.example",), phones=("312 555 0187",))
    if find_removed(text, applicant, MATERIAL):
        assert re.search(r"zebulon|quix|will|green|@|\d|z.?q|w.?g", fold(text).text)
    else:
        assert passages(text, segment(text), ()) == passages(text, segment(text))


@pytest.mark.parametrize("style", Style)
def test_no_request_of_either_style_holds_a_name(style: Style) -> None:
    from grader.datafiles import DEFAULT_PROMPTS

    text = f"Order 4471 is short.\nBest,\nPriya Raghunathan\n{EMAIL}\n{PHONE}"
    shown = passages(text, segment(text), find_removed(text, PRIYA, MATERIAL))
    spec = JudgeSpec(provider="test", model="m", style=style)
    prompt = load_prompt(DEFAULT_PROMPTS[style])
    requests = build_requests(RUBRICS["vendor_email"], shown, prompt, spec, "one_call")
    assert requests
    for request in requests:
        assert "[name]" in request.canonical
        assert not LEFT.search(request.canonical.casefold())


def test_overlapping_spans_are_one() -> None:
    found = find_removed("Priya Ray", PRIYA, MATERIAL, lambda _: [Removed(kind="name", start=0, end=9)])
    assert found == (Removed(kind="name", start=0, end=9),)
