"""`grader decide`: a named person's decision on a candidate; nothing else decides."""

from enum import StrEnum
from typing import Annotated

import typer

from grader.cli.options import DEFAULT_LEDGER, LedgerOption
from grader.cli.scorecard import AssessmentOption, RunsOption


class DecisionChoice(StrEnum):
    """What can be decided."""

    ADVANCE = "advance"
    HOLD = "hold"
    DECLINE = "decline"


def decide(
    candidate: Annotated[str, typer.Argument(help="The candidate's reference.")],
    choice: Annotated[DecisionChoice, typer.Option(help="What you decide.")],
    name: Annotated[str, typer.Option(help="Who decides.")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence or two.")],
    assessment: AssessmentOption = "medical_office_manager",
    run: RunsOption = None,
    ledger: LedgerOption = DEFAULT_LEDGER,
) -> None:
    """Record your decision beside the scorecard as it is now. Earlier decisions stay."""
    from grader.assessment_files import load_assessment
    from grader.cli.carding import Wanted, cards
    from grader.cli.committing import checked_name
    from grader.domain.hiring import Choice, HiringDecision
    from grader.errors import InputError, Problem
    from grader.ledger.store import SqlLedger
    from grader.reports.wording import recommendation_words, visible

    decider = checked_name(name, "--name")
    if len(reason.strip()) < 10:
        remedy = "Give them in a sentence, so that others can follow."
        raise InputError(Problem("--reason", None, "The grounds are too short.", remedy))
    loaded = load_assessment(assessment)
    with SqlLedger(ledger, create=False) as store:
        (found,) = cards(store, loaded, Wanted(run or (), [candidate]))
        card = found.card
        decision = HiringDecision(
            candidate=candidate,
            assessment=card.assessment,
            assessment_digest=card.assessment_digest,
            scorecard=card.digest,
            total=card.total.percent,
            recommendation=card.recommendation,
            choice=Choice(choice.value),
            name=decider,
            reason=reason,
        )
        kept = store.append_hiring_decision(decision)
    print(visible(f"{candidate}: {choice.value}, decided by {decider} at {kept.created}."))
    print(visible(f"The scorecard says: {recommendation_words(card).sentence}"))
    if found.decisions:
        print(f"Earlier decisions that remain listed: {len(found.decisions)}.")
