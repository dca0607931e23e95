"""Invented answers to one task, from seeded templates, and the checklist that every system rates them by."""

import random
from collections.abc import Iterator
from typing import NamedTuple

TASK = (
    "You manage a medical office. Jane Doe's referral to a specialist was never sent, and she has waited "
    "three weeks for a call that could not come. Write the letter that you would send her."
)
DIFFERENT = 200
"""Bodies of letters; after these they come again, each with a number of its own, so that no two are equal."""
_SEED = 20261121


class Line(NamedTuple):
    """A line of the checklist. `points` below 0: a fault, which `met` says is there."""

    id: str
    title: str
    points: int
    met: str
    not_met: str
    partly: str
    question: str


CHECKLIST = (
    Line(
        "apology",
        "Apologizes for the lost weeks",
        3,
        "The writer says sorry for the referral or the wait and treats it as the office's own failing.",
        "No word of regret, or regret about her feelings alone.",
        "Partly: sorry, but with the fault handed to somebody else.",
        "Does the writer apologize for the referral that was not sent?",
    ),
    Line(
        "cause",
        "Says what went wrong",
        2,
        "She learns that the referral was not sent, and at which point in the office it stopped.",
        "She is told of a delay or a problem without learning what it was.",
        "Partly: the referral is named, but not what happened to it.",
        "Does the letter say what happened to the referral?",
    ),
    Line(
        "repair",
        "Says what has been done",
        3,
        "A step to put it right has been taken or is dated today: referral sent, specialist called.",
        "Only good intentions, or the step is left to the patient.",
        "Partly: a step is promised without a day.",
        "Has the office already taken a step to put it right?",
    ),
    Line(
        "deadline",
        "Says by when she hears",
        2,
        "A day or a span of days is given by which she will hear from the office or the specialist.",
        "No time, or words such as soon and shortly.",
        "Partly: a time is given for something else than her next news.",
        "Does the letter say by when the patient will hear?",
    ),
    Line(
        "contact",
        "Gives a direct contact",
        1,
        "A named person, or a number or an address that goes past the front desk.",
        "She is to call the office, or nothing is said.",
        "Partly: a role without a number.",
        "Does the letter give a direct contact?",
    ),
    Line(
        "blame",
        "Hands her the blame",
        -2,
        "The letter says or suggests that she should have asked earlier or did something wrong.",
        "Nothing of the kind; an offer that she may call at any time is none.",
        "Partly: a mild hint that it is good to ask in time.",
        "Does the letter blame the patient?",
    ),
)
_OPENINGS = (
    "Dear Ms. Doe, I am writing about your referral to the heart clinic.",
    "Dear Jane Doe, thank you for calling us on Monday.",
    "Hello, this concerns the referral that you asked about.",
    "Dear patient, we have looked into your question.",
)
_APOLOGIES = (
    "I am sorry that you lost three weeks; this was our mistake alone.",
    "Please accept my apology for the wait, although the clinic's fax is known to be unreliable.",
    "I understand that you are upset.",
    "We regret that we let you down.",
)
_CAUSES = (
    "Your referral was signed and then left in a tray that nobody cleared while a colleague was away.",
    "The request was typed but never sent, because our system holds back forms without an insurance number.",
    "There was a delay in the processing of your case.",
    "Something went wrong with the referral.",
)
_REPAIRS = (
    "This morning I sent it myself and had the clinic confirm on the telephone that it is there.",
    "I have marked it as urgent and sent it again today with all your records.",
    "We will take care of it.",
    "You may want to call the clinic and ask for a visit.",
)
_DEADLINES = (
    "The clinic will call you by Thursday; if they do not, I shall call you on Friday before noon.",
    "You will hear from us within two working days.",
    "You should hear from them soon.",
    "",
)
_CONTACTS = (
    "My own line is extension 318, and I pick it up myself.",
    "Our referral coordinator will be glad to help.",
    "If there is anything else, please call the office.",
    "",
)
_FAULTS = (
    "",
    "",
    "",
    "It usually helps when patients ask after a few days.",
    "A call from you in the first week would have saved us both this trouble.",
)
_CLOSINGS = (
    "From now on every referral is checked at the end of the day, so that it happens to nobody else.",
    "We value your trust.",
    "Kind regards, the office manager.",
)
_PARTS = (_OPENINGS, _APOLOGIES, _CAUSES, _REPAIRS, _DEADLINES, _CONTACTS, _FAULTS, _CLOSINGS)


def letters(count: int) -> Iterator[str]:
    """So many letters, one at a time, always the same ones, all different."""
    for number in range(count):
        draw = random.Random(_SEED + number % DIFFERENT)
        parts = [draw.choice(choices) for choices in _PARTS]
        parts.insert(-1, f"The reference of this letter is {number + 1}.")
        yield " ".join(part for part in parts if part)
