"""Scorecards to report on, put together by the real core from small rubrics."""

from collections.abc import Mapping, Sequence

from grader.digests import text_digest
from grader.domain.assessment import Assessment
from grader.domain.hiring import Choice, HiringDecided, HiringDecision
from grader.domain.rating import Claim, Verdict, verdict_of
from grader.domain.reasons import Reason
from grader.domain.record import Estimate, GradeRecord, Standing, State
from grader.domain.rubric import Rubric
from grader.domain.scorecard import Recommendation
from grader.domain.second_rater import Adjudication
from grader.evidence import verify
from grader.reports.carded import Carded
from grader.reports.graded import Graded
from grader.routing import reviews
from grader.scorecard.answers import Ruling, answer
from grader.scorecard.card import scorecard
from grader.scoring import score
from grader.segments import segment
from tests.reports.samples import PROSE, RUBRIC, criterion

LEVELED = Rubric.model_validate(
    {
        "task": "patient",
        "title": "An upset patient",
        "kind": "interview_answer",
        "section": "interview",
        "instructions": PROSE * 2,
        "criteria": [
            {
                "id": "story",
                "title": "Title of story",
                "points": 2,
                "levels": [
                    {
                        "level": n,
                        "text": f"Anchor text number {n}.",
                        "questions": ["Is it at least this good?"] if n > 1 else [],
                    }
                    for n in range(1, 6)
                ],
            },
            criterion("contempt", points=1, negative=True, red_flag=True).model_dump(mode="json"),
        ],
    }
)
EXACT = Rubric.model_validate(
    {
        "task": "rate",
        "title": "A rate",
        "kind": "exact_answer",
        "section": "cognitive",
        "instructions": PROSE * 2,
        "words": {"min": 1},
        "criteria": [{"id": "right", "title": "Gives the rate", "points": 1, "answer": {"number": 4711}}],
    }
)
RUBRICS = {rubric.task: rubric for rubric in (RUBRIC, LEVELED, EXACT)}
ASSESSMENT = Assessment.model_validate(
    {
        "id": "manager",
        "title": "Office manager",
        "rubrics": "manager",
        "parts": [
            {
                "id": "test",
                "title": "Test",
                "weight": 50,
                "sections": [
                    {"id": "writing", "title": "Writing", "weight": 60, "tasks": {"complaint": 1}},
                    {"id": "cognitive", "title": "Numbers", "weight": 40, "tasks": {"rate": 1}},
                ],
            },
            {
                "id": "interview",
                "title": "Interview",
                "weight": 50,
                "sections": [
                    {"id": "interview", "title": "Interview", "weight": 100, "tasks": {"patient": 1}}
                ],
            },
        ],
        "bands": {"strong": {"at_least": 80}, "clear_fail": {"below": 20}},
        "gates": [
            {"id": "tone_gate", "title": "Courtesy", "why": PROSE, "criteria": ["complaint.courteous"]},
            {
                "id": "level_gate",
                "title": "A good interview",
                "why": PROSE,
                "tasks": ["patient"],
                "level_at_least": 2,
            },
        ],
        "red_flags": [{"id": "rude", "title": "Contempt for people", "criteria": ["patient.contempt"]}],
    }
)
TEXTS = {
    "complaint": "Dear Ms. Lee. I am sorry. We will refund you.",
    "patient": "A patient shouted. I listened and fixed the bill. What a fool.",
    "rate": "The rate is 12 percent.",
}
Given = dict[str, dict[str, Verdict | int]]
"""By task and criterion, a verdict or a level; None in the place of the whole: a blank answer."""
MET, PARTLY, NOT_MET, UNSURE = Verdict.MET, Verdict.PARTLY, Verdict.NOT_MET, Verdict.CANNOT_ASSESS
BEST: Given = {
    "complaint": {"apologizes": MET, "offers": MET, "courteous": MET, "blames": NOT_MET},
    "patient": {"story": 5, "contempt": NOT_MET},
    "rate": {"right": MET},
}
WORST: Given = {
    "complaint": dict.fromkeys(BEST["complaint"], NOT_MET),
    "patient": {"story": 1, "contempt": NOT_MET},
    "rate": {"right": NOT_MET},
}
CASES: dict[Recommendation, Given] = {
    Recommendation.ADVANCE: BEST,
    Recommendation.DISCUSS: {
        **BEST,
        "patient": {"story": 3, "contempt": NOT_MET},
        "rate": {"right": NOT_MET},
    },
    Recommendation.DO_NOT_ADVANCE: WORST,
    Recommendation.GATE_FAILED: {**BEST, "complaint": {**BEST["complaint"], "courteous": NOT_MET}},
    Recommendation.RED_FLAG: {**BEST, "patient": {"story": 5, "contempt": MET}},
    Recommendation.INCOMPLETE: {task: given for task, given in BEST.items() if task != "rate"},
}


def graded(
    rubric: Rubric,
    given: Mapping[str, Verdict | int],
    *,
    candidate: str = "c01",
    text: str | None = None,
    standing: Standing = "uncalibrated",
) -> Graded:
    """A record with these verdicts or levels, each shown by the last segment, as `standing` has it."""
    text = TEXTS[rubric.task] if text is None else text
    segments = segment(text)
    claims = [
        Claim(
            criterion=name,
            segments=() if said in (NOT_MET, 1) else (segments[-1].number,),
            reason=f"The key is 4711: {name}.",
            verdict=verdict_of(said) if isinstance(said, int) else said,
            level=said if isinstance(said, int) else None,
        )
        for name, said in given.items()
    ]
    ratings = verify(claims, segments, "scripted:judge", {})
    counted = score(rubric, ratings)
    found = reviews(rubric, ratings, counted, ())
    record = GradeRecord(
        submission=f"{candidate}/{rubric.task}",
        candidate=candidate,
        task=rubric.task,
        source="answers.csv",
        text=text_digest(text),
        state=State.NEEDS_REVIEW if found else State.SCORED,
        reviews=found,
        ratings=ratings,
        score=counted,
        calibration="exact" if rubric.exact else standing,
        estimate=Estimate(percent=counted.percent, standard_error=4)
        if counted and standing != "uncalibrated"
        else None,
    )
    return Graded(record, text, rubric)


def blank(rubric: Rubric, candidate: str = "c01") -> Graded:
    """An empty answer."""
    record = GradeRecord(
        submission=f"{candidate}/{rubric.task}",
        candidate=candidate,
        task=rubric.task,
        source="answers.csv",
        text=text_digest(""),
        state=State.NOT_SCORED,
        reason=Reason.BLANK,
    )
    return Graded(record, "", rubric)


def carded(
    given: Given = BEST,
    *,
    candidate: str = "c01",
    texts: Mapping[str, str] | None = None,
    standing: Standing = "uncalibrated",
    more: Sequence[Graded] = (),
    adjudications: Sequence[Adjudication] = (),
) -> Carded:
    """A scorecard from what is given for each task; `more`: further answers."""
    found = [
        graded(RUBRICS[task], said, candidate=candidate, text=(texts or {}).get(task), standing=standing)
        for task, said in given.items()
    ]
    answers = {item.record.task: item for item in (*found, *more)}
    counted = {
        task: answer(item.record, item.rubric, _rulings(adjudications, item))
        for task, item in answers.items()
    }
    card = scorecard(ASSESSMENT, candidate, counted, RUBRICS)
    decided = {
        task: {name: a.ratings[name] for name in a.decided} for task, a in counted.items() if a.decided
    }
    return Carded(card, ASSESSMENT, answers, decided=decided)


def _rulings(adjudications: Sequence[Adjudication], item: Graded) -> list[Ruling]:
    assert item.rubric
    made = [a for a in adjudications if a.task == item.record.task]
    return [Ruling(a, item.rubric.criterion(a.criterion)) for a in made]


def adjudicated(item: Graded, name: str, verdict: Verdict) -> Adjudication:
    """A person's decision on a criterion."""
    assert item.rubric
    return Adjudication.model_validate(
        {
            "submission": item.record.submission,
            "text": item.record.text,
            "task": item.record.task,
            "rubric": item.rubric.digest,
            "criterion": name,
            "verdict": verdict,
            "name": "Jane Doe",
            "cause": "false_credit",
            "note": "Meant otherwise.",
            "run": "run-1",
        }
    )


def hired(found: Carded, *, scorecard: str = "", reason: str = "Two of us read all answers.") -> Carded:
    """With a person's decision on the candidate."""
    card = found.card
    decision = HiringDecision(
        candidate=card.candidate,
        assessment=card.assessment,
        assessment_digest=card.assessment_digest,
        scorecard=scorecard or card.digest,
        total=card.total.percent,
        recommendation=card.recommendation,
        choice=Choice.HOLD,
        name="Jane Doe",
        reason=reason,
    )
    made = HiringDecided(decision, "2026-03-04T05:06:07+00:00")
    return Carded(found.card, found.assessment, found.answers, (made,), found.decided)
