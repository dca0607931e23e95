import pytest

from grader.datafiles import load_rubrics
from grader.lint import texts_of
from grader.matters import MATTERS
from grader.unscoreable import unscoreable

REFUSED = {
    "health": [
        "The candidate is fit for duty.",
        "Shows no concern about fitness for duty",
        "Appears physically able to stand at the front desk all day.",
        "Is in good health.",
        "Does the candidate have a disability?",
        "The candidate’s sick leave in the last year was short.",
        "The writer seems mentally stable.",
        "Is the applicant pregnant?",
        "Can stand the sight of blood.",
        "Has a chronic medical condition.",
        "Physical stamina",
        "Health",
        "The candidate rarely calls in sick.",
    ],
    "age": [
        "Seems energetic for their age.",
        "Is young and energetic.",
        "A digital native who takes to software.",
        "Names the graduation year.",
        "The candidate is close to retirement.",
        "Graduated after 2015.",
        "Is the applicant over 50?",
        "The age of the candidate suits the team.",
        "Is too old to learn the new system.",
    ],
    "sex and family": [
        "The candidate is married.",
        "Has young children at home.",
        "The applicant's childcare plans are settled.",
        "Does the candidate plan to start a family?",
        "Gender of the candidate",
        "The candidate has childcare arrangements for late shifts.",
        "The candidate's sexual orientation is mentioned.",
    ],
    "origin": [
        "Writes like a native speaker.",
        "Is a native speaker of English.",
        "Has a noticeable accent.",
        "The candidate's national origin is clear.",
        "Is the candidate a US citizen?",
        "Candidate's race",
        "Speaks without any foreign accent.",
    ],
    "religion": [
        "The candidate is religious.",
        "Attends church.",
        "The applicant's faith suits the clinic.",
        "The candidate observes the Sabbath.",
        "Does the candidate wear a headscarf?",
    ],
    "genetics": [
        "The candidate has a genetic condition.",
        "The applicant's family medical history is clean.",
        "Has a family history of heart disease.",
        "Is without genetic risks.",
    ],
    "military service": [
        "The candidate is a veteran.",
        "Served in the Army.",
        "Candidate's military service",
        "Received an honorable discharge.",
    ],
    "union": [
        "The candidate belongs to a union.",
        "Is a union member.",
        "Union membership of the candidate is disclosed.",
        "Does the applicant support unions?",
    ],
    "job history": [
        "No job hopping.",
        "Has stayed at each job more than two years.",
        "Frequent short stints are explained.",
        "No gaps in employment.",
        "Explains each employment gap.",
        "Does the candidate have a stable work history?",
        "Changed jobs often.",
        "Left the last job after a few months.",
    ],
    "references": [
        "Former manager speaks well of the candidate.",
        "Has good references.",
        "Negative references or reputation",
        "The candidate's reputation in the field is good.",
        "Back-channel feedback was positive.",
        "The reference check raised no concern.",
        "Liked by former colleagues.",
    ],
    "punctuality": [
        "Arrives to the interview on time.",
        "Was late for the interview.",
        "Is punctual.",
        "Punctuality",
        "The candidate is available for weekend shifts.",
        "The candidate can work evenings.",
        "The applicant missed the first interview.",
        "Lateness of the candidate",
    ],
    "resume": [
        "Has a messy resume.",
        "The résumé has no mistakes.",
        "Is the resume free of typing errors?",
        "The candidate's CV lists a degree.",
        "The applicant's cover letter is short.",
    ],
    "look and voice": [
        "Looks tidy.",
        "Keeps eye contact with the interviewer.",
        "Calm body language.",
        "With patients in the room, the candidate uses body language well.",
        "Non-verbal cues show composure.",
        "The candidate's voice is pleasant.",
        "Is professionally dressed.",
        "The candidate looks well-groomed.",
        "The applicant's photo is professional.",
        "Comes across well on camera.",
    ],
    "social media": [
        "The candidate's social media accounts are clean.",
        "Has an active LinkedIn profile.",
        "The applicant's Facebook page shows nothing odd.",
    ],
    "credit and record": [
        "Has no criminal record.",
        "The candidate's credit score is good.",
        "Was the candidate ever arrested?",
        "Passed the background check.",
        "The candidate has been convicted.",
    ],
    "pay history": [
        "Salary history",
        "Names the current salary.",
        "The candidate's pay was modest.",
        "What the candidate earned at the last job.",
    ],
    "address": [
        "The candidate lives near the clinic.",
        "Has a short commute.",
        "The applicant's address is in the city.",
        "Lives within commuting distance.",
        "The candidate has a car.",
    ],
    "culture fit": [
        "Is a culture fit.",
        "Seems likeable.",
        "Good cultural fit with the practice.",
        "The candidate is an extrovert.",
        "Would fit in with our doctors.",
        "The candidate's personality is warm.",
        "Shows the right personality type.",
    ],
    "handwriting": ["Neat handwriting.", "The candidate's penmanship is clear."],
    "years of experience": [
        "Has at least five years of experience.",
        "10+ years of medical office experience.",
        "The candidate has managed an office for eight years.",
        "Length of experience",
        "Many years in healthcare.",
        "Has ten years' experience with billing.",
    ],
    "not in the text": [
        "We know that this is a hard worker.",
        "In the interview the candidate seemed nervous.",
        "According to the recruiter, this is a strong candidate.",
        "The recruiter felt that the answer was honest.",
        "The candidate came across as cold on the phone.",
        "The candidate is known to be careful.",
    ],
}
INNOCENT = [
    "The e-mail protects the patient's health information.",
    "Names protected health information that has no place here.",
    "Two staff members called in sick; the plan covers the front desk.",
    "Does the answer find cover for the receptionist who is sick?",
    "Checks the patient's age and date of birth to tell two charts apart.",
    "The claim was sent late, and the answer says why.",
    "Appointments run late, and the waiting patients are told.",
    "Reference guides are welcome and not needed.",
    "The e-mail gives a reference number.",
    "Order reference",
    "Health and safety",
    "The candidate's health and safety plan is complete.",
    "Is sick leave approved before the day?",
    "Is single sign-on planned for?",
    "Is the mother of the child told?",
    "Is white space used well?",
    "Takes sick leave into account.",
    "Has credit been asked for?",
    "The patient gets the vaccines due for her age.",
    "Speaks well of former employers.",
    "Staff turnover",
    "Credit",
    "The nurse stays home until fit for work.",
    "Handles blood samples safely.",
    "Checks the name on her photo ID.",
    "Says which shipment is the one we would like replaced.",
    "Acts according to HR policy.",
    "Does the candidate offer to look into the bill on the phone?",
    "The order reference is given in the subject line.",
    "Disability access for patients is planned for.",
    "Does the candidate mention disability access at the entrance?",
    "Thanks the vendor for punctual delivery.",
    "Asks the vendor to deliver on time from now on.",
    "The accents on the names of patients are kept.",
    "The accent of the memo lies on the figures.",
    "Explains the race condition in the scheduling software.",
    "The clinic will resume visits on Monday.",
    "Appointments resume once the system is up.",
    "Asks for a credit or a refund.",
    "The address book is fixed, so that the error cannot come back.",
    "Gives a direct number or address for questions.",
    "Posts about patients on social media are forbidden.",
    "Does the message warn staff against posting on social media?",
    "Announces cover for a nurse's maternity leave.",
    "Staff with childcare needs are asked before the hours change.",
    "An interpreter is offered to patients who are not native speakers.",
    "The reputation of the clinic is defended without a threat.",
    "Is the tone professional and calm?",
    "Does the writer sound positive about the change?",
    "The layout looks tidy.",
    "The writer's voice stays friendly throughout the e-mail.",
    "Keeps eye contact with the patient and listens.",
    "The doctor's handwriting is checked with the doctor.",
    "Hand-written sign-in sheets are put out of sight.",
    "New hires are paired with staff who have years of experience.",
    "Records family medical history on the intake form.",
    "Genetic test results went to the wrong patient.",
    "The patient's marital status is corrected in the record.",
    "Compares with the month or year before.",
    "Is the current salary budget set against the plan?",
    "Speaks with each of the two alone before they meet.",
    'Partly: a stock phrase ("we know that this was a surprise").',
    "Does the answer give the reason for the delay in a single sentence?",
    "Says that the phone line is open in the evenings.",
    "Dr. Smith is available for Friday afternoon shifts.",
    "The meeting is late in the day and short.",
    "Two patients of the same age and sex were mixed up.",
    "The candidate names the step that protects patients' health.",
    "Does the candidate say what to do when staff arrive late?",
    "Does the candidate have the sick employee's shifts covered?",
    "The candidate's plan covers health, safety and sick days of staff.",
    "Does the candidate explain the patient's medical condition to nobody else?",
    "Describes the old system and the new one.",
    "The union of both lists is checked for duplicates.",
    "The team's personality conflicts are dealt with in private.",
    "Does the candidate blame or belittle a former employer?",
    "Tells of a former manager's request and what was done about it.",
    "Describes a time when the candidate handled a backlog, and the result.",
]


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in REFUSED.items() for text in texts]
)
def test_a_matter_is_found_in_many_wordings(name: str, text: str) -> None:
    assert name in [matter.name for matter, _ in unscoreable(text)]


@pytest.mark.parametrize("text", INNOCENT)
def test_what_is_about_the_scenario_passes(text: str) -> None:
    assert unscoreable(text) == ()


def test_the_words_are_those_of_the_text() -> None:
    ((matter, words),) = unscoreable("It is met when the candidate is\n  Fit for Duty.")
    assert (matter.name, words) == ("health", "Fit for Duty")


def test_every_matter_is_tried_and_has_a_ground_and_a_remedy() -> None:
    assert sorted(matter.name for matter in MATTERS) == sorted(REFUSED)
    assert all(m.why.endswith(".") and m.remedy.endswith(".") and m.why.count(". ") == 0 for m in MATTERS)


def test_shipped_criteria_name_no_such_matter() -> None:
    texts = [text for r in load_rubrics().values() for c in r.criteria for _, text in texts_of(c)]
    assert len(texts) > 300
    assert [(text, found) for text in texts if (found := unscoreable(text))] == []
