from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.disguise import plain_view
from grader.domain.answer_key import AnswerKey, ChoiceKey, NumberKey, Unit
from grader.domain.rating import Evidence, Verdict
from grader.evidence import quote
from grader.exact import Cued, exact_answer
from grader.segments import segment
from tests.support.builders import odd_texts

RATE = NumberKey(number=10, unit=Unit.PERCENT, work=(50, 5))
PAYMENTS = (150, 200, 550, 850)
TOTAL: Cued = (NumberKey(number=900, unit=Unit.DOLLARS, work=PAYMENTS), ("total", "sum", "add up"))
SHORT: Cued = (
    NumberKey(number=50, unit=Unit.DOLLARS, work=PAYMENTS),
    ("short", "discrepancy", "difference", "off", "missing", "under", "less"),
)
CAPACITY = NumberKey(low=38, high=39, unit=Unit.PATIENTS, work=(20, 15, 35, 10, 1.1, 3.5, 3, 4, 110))
IMBALANCE = ChoiceKey(
    choice="A",
    options={
        "A": "Analyze the cause of the imbalance",
        "B": "Close the clinic on Mondays",
        "C": "Do nothing",
        "D": "Cut staff pay",
    },
)

RATE_CASES = {
    Verdict.MET: [
        "10%",
        "10",
        "10.",
        "10 percent",
        "10 pct",
        "ten percent",
        "0.10",
        "1/10",
        "one in ten",
        ".1",
        "10.0%",
        "１０％",
        "10 %",
        "The no-show rate is 10%.",
        "5 / 50 = 0.1 = 10%",
        "5/50 = 10%",
        "5 out of 50 patients missed, so the rate is 10 percent.",
        "About 10%",
        "~10%",
        "5 no-shows ÷ 50 appointments × 100 = 10%",
        "I divided 5 by 50 and got 10%.",
        "1 out of every 10",
        "Not 15% but 10%.",
        "10%, not 15%",
        "The rate is 10% rather than 15%.",
        "15%? No, the answer is 10%",
        "10% (5/50)",
        "**10%**",
        "1) 5/50\n2) = 10%",
        "A tenth of the appointments.",
        "1 in 10 patients did not show.",
        "10 per cent",
        "Ten",
        "15%... sorry, final answer: 10%",
        "The rate is ten percent (10%).",
        "10 - because 5/50",
        "No-show rate = 10%",
        "The no show rate is 10% (5 divided by 50 = 0.1, times 100).",
        "(5/50)*100 = 10%",
        "5/50*100=10",
        "5/50 x 100% = 10%",
        "Rate: 10%.\n\nWork: 5/50 = .10",
        "My answer is 10 %. I took 5 no shows and divided by 50.",
        "It's ten (10) percent",
        "10 out of 100, or 10%",
        "5 no shows over 50 appts = 10%",
        "10% no-show rate",
        "0.1 = 10%",
        "0.1",
        "1:10",
        "5 : 50 = 1:10 = 10%",
        "10percent",
        "Ten per cent.",
        "10 %.",
        "The rate is 10 % for the week of March 5, 2024.",
        "10% is the rate; it isn't 15%",
        "5 is 10% of 50",
        "The no-show rate for the week is 10%, which is high.",
        "10% - not great",
        "10% isn't bad",
        "Dr. Lee asked: the rate is 10%",
        "So 10%",
        "5 out of 50 were no-shows, a 10% no-show rate and a 90% show rate",
        "10%. A typical target is under 5%",
        "45/50 = 90% kept, so 10% no-shows",
        "10%. I would bring this down to 5% with text reminders",
        "10%, above the industry average of 5%",
        "10%; 90% showed up",
        "10%, better than the 12% last month",
        "10% didn't show up",
        "The rate of patients who did not show up is 10%",
        "Rate of patients not showing up: 10%",
    ],
    Verdict.NOT_MET: [
        "15%",
        "5%",
        "The no-show rate is 15%.",
        "10 patients",
        "$10",
        "No idea.",
        "It is not 10%.",
        "0.10%",
        "100%",
        "90%",
        "50/5",
        "1%",
        "5 / 50 = 0.05 = 5%",
        "one in five",
        "5 out of 50 is 15%",
        "10 dollars",
        "room 10",
        "The rate is 20 percent because 5 of 50.",
        "Five",
        "10/10/2024",
        "At 10:00.",
        "10 no-shows",
        "5/50 = 1%",
        "5 / 50 = 10% is wrong, it is 20%",
        "The rate is 5 percent",
        "11 %",
        "9.9%",
        "10.5%",
        "10,5%",
        "1000%",
        "010101",
        "110%",
        "−1%",
        "$10.00",
        "10 minutes",
        "10 days",
        "ten patients",
        "twenty percent",
        "45/50 = 90%",
        "10 appointments were missed",
        "I think it's not 10%",
        "12",
        "0.12",
        "50/5 = 10 patients",
        "90% show rate, 10% is wrong",
        "The target is 5%",
    ],
    Verdict.CANNOT_ASSESS: [
        "10% or 15%",
        "10% and 15%",
        "9-11%",
        "It could be 15% or 10%.",
        "5/50",
        "less than 10%",
        "50/5 = 10",
        "50 divided by 5 is 10",
        "10% or so, maybe 12%",
        "10%?",
        "10% of patients did not show, 90% did.",
        "50 × 10% = 5",
        "5 of 50 did not come",
        "5 out of 50",
        "10%, 20%",
        "between 5% and 15%",
        "over 10%",
        "either 10 or 12 percent",
        "15%, so 10% more than last week",
        "~10-12%",
        "10% show up",
        "The show rate is 10%",
        "10% of patients came",
        "The rate was 10% lower than last week",
        "The rate fell by 10%",
        "-10%",
        "The industry average is 10%",
        "10%; 85% showed up",
        "15%, the target is 10%",
        "10% of appointments were kept",
        "Only 10% turned up",
    ],
}
TOTAL_CASES = {
    Verdict.MET: [
        "$900",
        "900 dollars",
        "USD 900",
        "900.00",
        "$900.00",
        "nine hundred dollars",
        "The total is $900.",
        "The recorded total of $850 is wrong; the right total is $900, so it is $50 short.",
        "No. The total should be 900, short by 50.",
        "150+200+550 = 900, not 850",
        "not $850 but $900",
        "850 instead of 900 was recorded, it is off by 50. The right sum is $900",
        "recorded as 850, should be 900",
        "1. Total is 900\n2. Short by 50",
        "Total: 900. Discrepancy: 50.",
        "900 total, 50 short",
        "$50 short; it should be $900",
        "It should be 900 rather than 850.",
        "They add up to 900.",
        "The total is off by $50; it should be $900",
        "$150 + $200 + $550 = $900. $900 - $850 = $50 discrepancy.",
        "The total is short of 900 by 50.",
        "Total:\n$900\nDiscrepancy:\n$50",
        "The log recorded 850 instead of 900.",
        "I added all 3 payments and got $900.",
        "The total of 850 is wrong. It should be 900.",
        "850 → 900",
        "The sum is wrong by 50, it should be 900",
        "The recorded total is 850, but the right total is 900. It is $50 less than it should be.",
        "There is a discrepancy. It should be 900.",
        "There's a discrepancy, the log should show 900",
        "$900, short $50",
        "There's a discrepancy because 900 is the amount.",
        "No, it's wrong. 150+200+550=900. The discrepancy is 50.",
        "The total is incorrect; it should read $900, a discrepancy of $50.",
        "The correct total is $900, not $850. There is a $50 difference.",
        "It's $50 under; actual total 900.",
        "$900 is the right total and the log is off by $50",
        "The recorded total is $50 too low. Correct: $900.",
        "$900 (they wrote $850, so $50 less)",
        "Total = $900; short $50",
        "cash 150 check 200 card 550 total 900 so log 850 is off 50",
        "Right total: nine hundred dollars. Fifty dollars short.",
        "The sum of the payments is $900.00, which means $50.00 is missing.",
        "They're missing $50. The payments add up to $900.",
        "Discrepancy $50. Total $900.",
        "$850 is not right. It's $900.",
        "The log understates the total by $50: $900 vs $850",
        "Total\n900\nDifference\n50",
        "| Total | 900 |",
        "- Total: $900\n- Difference: $50",
        "850 is wrong. 900.",
        "$50 less than the actual total of $900",
        "900-850=50",
        "900 - 850 = 50",
        "9 hundred",
        "The total is 9 hundred dollars",
        "9 hundred, 50 short",
    ],
    Verdict.NOT_MET: [
        "$850",
        "The total is right.",
        "The total is 850.",
        "The total is $950.",
        "It is short by 900.",
        "The discrepancy is $900.",
        "It is 50 short.",
        "The total is 50.",
        "not 900",
        "900 patients",
        "The total should be 850, not 900.",
        "The total is 90.",
        "The recorded total of $850 is right.",
        "850 is correct, 900 is wrong.",
        "$90",
        "The total should be $1,000.",
        "The total is off by $900.",
        "The correct total is 950, not 900.",
        "It is not $900.",
        "nine hundred patients",
        "90000",
        "The sum is eight hundred and fifty",
        "9,000",
        "The difference is 900 dollars",
        "9 hundred and fifty",
    ],
    Verdict.CANNOT_ASSESS: [
        "$900 or $950",
        "900 or 850",
        "850 instead of 900",
        "The total is between 850 and 900",
        "over $900",
        "The difference between the real total of $900 and the recorded $850 is $50.",
        "The total is $900 or maybe $950",
        "Total 900. Actually total 950.",
        "950-900=50",
        "$900 over",
        "Overage of $900",
        "The total is $50 and it is $900 over",
    ],
}
DIFF_CASES = {
    Verdict.MET: [
        "$50",
        "-$50",
        "$50 short",
        "The recorded total of $850 is wrong; the right total is $900, so it is $50 short.",
        "No. The total should be 900, short by 50.",
        "Total: 900. Discrepancy: 50.",
        "900 total, 50 short",
        "$50 short; it should be $900",
        "off by 50, should be 900",
        "900 - 850 = 50",
        "The difference between 850 and 900 is 50",
        "$150 + $200 + $550 = $900. $900 - $850 = $50 discrepancy.",
        "The total is short of 900 by 50.",
        "Total:\n$900\nDiscrepancy:\n$50",
        "850 is 50 less than 900.",
        "The log is $50 under $900",
        "fifty dollars missing",
        "850 should be 900, a $50 difference",
        "No, it's wrong. 150+200+550=900. The discrepancy is 50.",
        "The total is incorrect; it should read $900, a discrepancy of $50.",
        "The correct total is $900, not $850. There is a $50 difference.",
        "It's $50 under; actual total 900.",
        "$900 is the right total and the log is off by $50",
        "The recorded total is $50 too low. Correct: $900.",
        "$900 (they wrote $850, so $50 less)",
        "Total = $900; short $50",
        "Right total: nine hundred dollars. Fifty dollars short.",
        "The sum of the payments is $900.00, which means $50.00 is missing.",
        "They're missing $50. The payments add up to $900.",
        "Total\n900\nDifference\n50",
        "- Total: $900\n- Difference: $50",
        "The log understates the total by $50: $900 vs $850",
        "900 - 850 = 50 short",
        "($50)",
        "The difference between the real total of $900 and the recorded $850 is $50.",
        "900 is 50 over the recorded 850",
        "It is off by 50",
        "$50 less than the actual total of $900",
        "900-850=50",
        "9 hundred, 50 short",
    ],
    Verdict.NOT_MET: [
        "It is short by 900.",
        "The total is 50.",
        "The total should be 900.",
        "It is short by 60; total 900.",
        "The recorded total is right.",
        "The total is 900.",
        "It is $40 short.",
        "It's short by $5.",
        "900",
        "Off by 100.",
    ],
    Verdict.CANNOT_ASSESS: [
        "$50 or $60 short",
        "Overage of $50",
        "$50 over",
        "over by $50",
        "The recorded total is $50 too high",
        "The log overstates the total by $50",
    ],
}
CAP_CASES = {
    Verdict.MET: [
        "38",
        "39",
        "38-39",
        "38 – 39",
        "38 to 39",
        "between 38 and 39",
        "38 or 39",
        "38.5",
        "~38",
        "about 39",
        "38 patients",
        "38½",
        "thirty-eight",
        "thirty-eight to thirty-nine patients",
        "35 x 1.1 = 38.5, so 38 or 39",
        "20+15=35; 10% of 35 is 3.5; 35+3.5=38.5",
        "They would need to see about 38 to 39 patients, which is 3 or 4 more than 35.",
        "from 35 to 38.5 patients",
        "35 * 1.10 = 38.5",
        "Around 38-39 patients a day; not feasible without overtime.",
        "thirty-eight and a half",
        "38–39",
        "38—39 patients",
        "Dr. Green sees 20, Dr. Blue 15, that is 35. Ten percent more is 38.5.",
        "110% of 35 is 38.5",
        "38 - 39 patients",
        "The clinic would aim for 38 or 39 patients, up from 35.",
        "They'd see 38-39 patients (35 + 10% = 38.5). Not feasible without longer hours.",
        "About 38.5, i.e. 39 patients",
        "The two see 35 now, so 38 or 39.",
        "39 (38.5 rounded up)",
        "35 patients now; 10% more = 3.5, so 38.5 or about 39 patients per day",
        "3.5 + 35 = 38.5",
        "35 × 10% = 3.5. 35 + 3.5 = 38.5",
        "Add 3.5 to 35 and you get 38.5",
        "The goal is 38 patients, i.e. 3 more. It would need 15-minute slots, 8 hours a day.",
        "38.5 (so 38 some days, 39 others)",
        "39 patients per day, i.e. 195 per week",
        "38 patients each day",
        "Dr. Green and Dr. Blue would see 38 to 39",
        "Increase to 39 patients",
        "39 patients is not feasible without overtime",
        "38 total, 19 per doctor",
        "If each doctor sees 3 more, 39",
    ],
    Verdict.NOT_MET: [
        "35",
        "45",
        "40 patients",
        "38%",
        "$38",
        "38 minutes",
        "385",
        "35-36 patients",
        "The answer is 35.",
        "3.5 more patients",
        "38.5%",
        "38 or 39 is wrong; 45.",
        "37 patients",
        "40",
        "35 + 10 = 45",
        "35*1.1 = 40",
        "38000",
        "3.8",
        "There are 2 doctors.",
    ],
    Verdict.CANNOT_ASSESS: [
        "38 or 40",
        "35 to 39 patients?",
        "30-40",
        "at least 38",
        "38 or 45 patients",
        "38 to 39; each doctor sees 2 more",
        "Dr. Green would see 22 and Dr. Blue 16.5, total 38.5.",
        "38 appointments",
        "39 more patients",
        "38 extra patients a day",
        "an additional 38",
        "Increase by 39",
        "39 patients each",
        "38 per doctor",
        "Each doctor would see 38",
        "Dr. Green would see 38",
        "Green 38, Blue 39",
        "Dr. Green 38 and Dr. Blue 39",
        "no, 39 is impossible",
        "38 patients per week",
        "raise the number by 39",
        "38 new patients",
        "38 for Green, 39 for Blue",
        "38 (Green) and 39 (Blue)",
        "They each see 38",
    ],
}
CHOICE_CASES = {
    Verdict.MET: [
        "A",
        "a",
        "a)",
        "(A)",
        "Option A",
        "Answer: A because B would be too early.",
        "A. Analyze the cause",
        "Analyze the cause of the imbalance",
        "A is best.",
        "I choose A.",
        "The answer is A",
        "A, because it comes first.",
        "A, not B",
        "Not B but A",
        "I would go with option a.",
        "**A**",
        "A because B would hurt staff.",
        "analyze the cause of the imbalance.",
        "The best option is A. B, C and D are wrong.",
        "Answer: A. A good manager looks first.",
        "a) Analyze the cause of the imbalance",
        "I'd pick A over B.",
        "I think it's a",
        "I'd say a.",
        "It's a because it comes first.",
        "Answer: A. Actually, B is wrong.",
    ],
    Verdict.NOT_MET: [
        "B",
        "Option C",
        "Answer: B",
        "A good first step is to talk to staff.",
        "I would think about it.",
        "Answer: a good first step is to ask.",
        "Do nothing",
        "I wouldn't choose A",
        "not A",
        "D) Cut staff pay",
        "A plan is needed.",
        "I think it's b",
        "I think it is a good plan.",
        "I would say a plan helps.",
        "I don't think it's A",
    ],
    Verdict.CANNOT_ASSESS: [
        "A or B",
        "A and B",
        "Both A and C",
        "A/B",
        "B. Analyze the cause of the imbalance",
        "Option A is fine. Option B is fine.",
        "Not B, C or D.",
        "My answer is B. Actually A.",
        "My answer is A. Actually B.",
        "B. No, A.",
        "B. No A.",
    ],
}

Cases = dict[Verdict, list[str]]


def _each(cases: Cases) -> list[tuple[str, Verdict]]:
    return [(text, verdict) for verdict, texts in cases.items() for text in texts]


def _graded(text: str, key: AnswerKey, cues: Sequence[str] = (), others: Sequence[Cued] = ()) -> Verdict:
    verdict, evidence, reason = exact_answer(text, segment(text), key, cues=cues, others=others)
    _check(text, evidence)
    assert reason.endswith(".")
    return verdict


def _check(text: str, evidence: Sequence[Evidence]) -> None:
    """Evidence is whole segments, in order, none twice."""
    spans = {s.number: (s.start, s.end) for s in segment(text)}
    assert [spans[e.segment] for e in evidence] == [(e.start, e.end) for e in evidence]
    assert sorted({e.segment for e in evidence}) == [e.segment for e in evidence]


@pytest.mark.parametrize(("text", "verdict"), _each(RATE_CASES))
def test_rate(text: str, verdict: Verdict) -> None:
    assert _graded(text, RATE) is verdict


@pytest.mark.parametrize(("text", "verdict"), _each(TOTAL_CASES))
def test_total_beside_a_discrepancy(text: str, verdict: Verdict) -> None:
    assert _graded(text, TOTAL[0], TOTAL[1], [SHORT]) is verdict


@pytest.mark.parametrize(("text", "verdict"), _each(DIFF_CASES))
def test_discrepancy_beside_a_total(text: str, verdict: Verdict) -> None:
    assert _graded(text, SHORT[0], SHORT[1], [TOTAL]) is verdict


def test_a_difference_is_no_total() -> None:
    cues = ("total", "should be", "correct", "actual")
    others = [(SHORT[0], ("short", "off by", "less", "too low"))]
    assert _graded("$900 over the log", TOTAL[0], cues, others) is Verdict.CANNOT_ASSESS
    assert _graded("The total is $50 and it is $900 off", TOTAL[0], cues, others) is Verdict.CANNOT_ASSESS
    assert _graded("It is 900, off by 50", TOTAL[0], cues, others) is Verdict.MET


@pytest.mark.parametrize(("text", "verdict"), _each(CAP_CASES))
def test_range(text: str, verdict: Verdict) -> None:
    assert _graded(text, CAPACITY) is verdict


@pytest.mark.parametrize(("text", "verdict"), _each(CHOICE_CASES))
def test_choice(text: str, verdict: Verdict) -> None:
    assert _graded(text, IMBALANCE) is verdict


@pytest.mark.parametrize(
    "text",
    [
        "recorded as 850, should be 900",
        "The log shows 850; the total should be 900.",
        "The total of 850 is wrong. It should be 900.",
        "not $850 but $900",
        "It should be 900 rather than 850.",
        "The log recorded 850 instead of 900.",
        "850 should be 900",
        "850 → 900",
        "$850. No, final answer: $900",
    ],
)
def test_a_corrected_number_is_none_even_where_the_key_does_not_list_it(text: str) -> None:
    key = NumberKey(number=900, unit=Unit.DOLLARS)
    assert _graded(text, key, TOTAL[1], [SHORT]) is Verdict.MET


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("15 minutes", Verdict.MET),
        ("a 15-minute slot", Verdict.MET),
        ("fifteen mins", Verdict.MET),
        ("15 hours", Verdict.CANNOT_ASSESS),
        ("at 9:15", Verdict.NOT_MET),
        ("15%", Verdict.NOT_MET),
    ],
)
def test_minutes(text: str, verdict: Verdict) -> None:
    assert _graded(text, NumberKey(number=15, unit=Unit.MINUTES)) is verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("7", Verdict.MET),
        ("7 boxes", Verdict.MET),
        ("seven", Verdict.MET),
        ("7%", Verdict.CANNOT_ASSESS),
        ("8 boxes", Verdict.NOT_MET),
        ("7²", Verdict.MET),
        ("⑦", Verdict.NOT_MET),
        ("7th", Verdict.NOT_MET),
    ],
)
def test_plain(text: str, verdict: Verdict) -> None:
    assert _graded(text, NumberKey(number=7)) is verdict


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("It is 10%.", RATE, "Read 10% as the answer."),
        ("It is 15%.", RATE, "Read 15%; 10% is right."),
        ("10% or 15%", RATE, "Two different answers are given: 10% and 15%; a person decides."),
        ("No idea.", RATE, "No number is given."),
        ("5 of 50", RATE, "5 of 50 stands in the working, but no answer is given; a person decides."),
        ("not 10%", RATE, "Read 10%, but not as the answer; 10% is right."),
        ("40", CAPACITY, "Read 40; 38 to 39 patients is right."),
        ("B", IMBALANCE, "Read B; A is right."),
        ("A or B", IMBALANCE, "It is not clear which option is chosen: A and B; a person decides."),
        ("Hm.", IMBALANCE, "No option is chosen."),
    ],
)
def test_the_reason_says_what_was_read(text: str, key: AnswerKey, reason: str) -> None:
    assert exact_answer(text, segment(text), key)[2] == reason


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("I am sure. The rate is 10%. Thanks.", ["The rate is 10%."]),
        ("I am sure. The rate is 15%. Thanks.", ["The rate is 15%."]),
        ("First: it is 10%. Later on: it is 15%.", ["First: it is 10%.", "Later on: it is 15%."]),
        ("First I took 15%. The final answer is 10%.", ["The final answer is 10%."]),
        ("I am not sure.", []),
    ],
)
def test_evidence_is_where_the_number_stands(text: str, quotes: list[str]) -> None:
    _, evidence, _ = exact_answer(text, segment(text), RATE)
    assert [quote(text, e) for e in evidence] == quotes


def test_hidden_and_imitated_characters_do_not_matter() -> None:
    text = "The r\u0430te is 1\u200b0\u00a0p\u0435rc\u0435nt."
    verdict, evidence, reason = exact_answer(text, segment(text), RATE)
    assert (verdict, reason) == (Verdict.MET, "Read 10 percent as the answer.")
    assert quote(text, evidence[0]) == text


def _percent(n: int) -> list[str]:
    return [
        f"{n}%",
        f"{n} percent",
        f"{n}.0 %",
        f"{n} pct",
        f"0.{n:02}",
        f"{n}/100",
        f"{n} out of 100",
        f"{n} in 100",
    ]


def _dollars(n: int) -> list[str]:
    return [
        f"${n:,}",
        f"$ {n}",
        f"{n} dollars",
        f"USD {n}",
        f"{n:,}.00",
        f"{n}$",
        f"US${n}",
        f"{n:,}",
        f"{n} bucks",
    ]


RATE_SENTENCES = [
    "{}",
    "The no-show rate is {}.",
    "5 / 50 = {}",
    "5 of 50 missed, so {}",
    "I get {}, which is high.",
]
TOTAL_SENTENCES = [
    "{}",
    "The total should be {}.",
    "850 is wrong, it is {}.",
    "They add up to {}, $50 short.",
]


@given(st.integers(1, 99), st.sampled_from(range(8)), st.sampled_from(RATE_SENTENCES))
def test_a_rate_is_met_by_the_right_number_only(number: int, form: int, sentence: str) -> None:
    right = NumberKey(number=number, unit=Unit.PERCENT, work=tuple({5, 50} - {number}))
    wrong = NumberKey(number=100 - number if number != 50 else 49, unit=Unit.PERCENT)
    text = sentence.format(_percent(number)[form])
    assert _graded(text, right) is Verdict.MET
    assert _graded(text, wrong) is not Verdict.MET


@given(
    st.integers(60, 9999), st.integers(60, 9999), st.sampled_from(range(9)), st.sampled_from(TOTAL_SENTENCES)
)
@example(900, 90, 0, TOTAL_SENTENCES[0])
def test_a_total_is_met_by_the_right_number_only(said: int, key: int, form: int, sentence: str) -> None:
    text = sentence.format(_dollars(said)[form])
    number = NumberKey(number=key, unit=Unit.DOLLARS, work=tuple({850} - {key}))
    verdict = _graded(text, number, TOTAL[1], [SHORT])
    assert (verdict is Verdict.MET) == (said == key and not (said == 850 and "850 is" in sentence))


@given(
    st.floats(0, 200).map(lambda x: round(x, 2)),
    st.sampled_from(["{}", "About {} patients.", "35 + 3.5 = {}"]),
)
def test_a_range_is_met_inside_only(number: float, sentence: str) -> None:
    verdict = _graded(sentence.format(number), NumberKey(low=38, high=39, unit=Unit.PATIENTS))
    assert verdict is (Verdict.MET if 38 <= number <= 39 else Verdict.NOT_MET)


@given(
    st.integers(1, 99).filter(lambda n: n != 10), st.sampled_from(["{a} or {b}", "{a}. Or {b}?", "{a}, {b}"])
)
def test_a_second_number_keeps_a_rate_from_being_met(other: int, form: str) -> None:
    for a, b in ((10, other), (other, 10)):
        text = form.format(a=f"The rate is {a}%", b=f"{b}%")
        assert _graded(text, RATE) is not Verdict.MET or (form.endswith("?") and a == 10)


@given(odd_texts())
def test_any_text_is_read(text: str) -> None:
    for key in (RATE, CAPACITY, IMBALANCE):
        verdict, evidence, _ = exact_answer(text, segment(text), key)
        assert verdict is not Verdict.PARTLY
        _check(text, evidence)
        assert all(plain_view(text, e.start, e.end) for e in evidence)
        assert evidence or verdict is Verdict.NOT_MET
