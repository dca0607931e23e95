"""The system card as one HTML file that asks nothing of the network."""

from pydantic import JsonValue

from grader.domain.measurement import Measured
from grader.domain.system_card import FigureRow, SystemCard
from grader.reports import study_wording
from grader.reports.pages import asset, environment, policy
from grader.reports.wording import STANDINGS, STATE_WORDS, number

KINDS = {
    Measured.ATTACKS: ("Attacks", "Answers that try to steer the judge, each beside its clean twin."),
    Measured.SWAP: ("Name swap", "The same answers below other names and group cues."),
    Measured.FAIRNESS: (
        "Fairness",
        "Rates and agreement by group, from a groups file kept apart from scoring.",
    ),
    Measured.DRIFT: ("Drift", "Check answers with known ratings, graded again over time."),
}
_TIME = len("2026-11-22T15:04")


def render_card(card: SystemCard) -> str:
    """The whole card as one HTML document; the same card gives the same bytes."""
    templates = environment()
    templates.filters.update(
        figure=figure,
        bounds=bounds,
        time=lambda when: when[:_TIME].replace("T", " "),
        digest=lambda digest: digest.removeprefix("sha256:")[:12],
        material=lambda name: name[:19] if name.startswith("sha256:") else name,
        interval=study_wording.interval,
        bar=study_wording.bar,
    )
    style = asset(templates, "style.css") + asset(templates, "study.css") + asset(templates, "card.css")
    return templates.get_template("card.html").render(
        style=style,
        policy=policy(style),
        card=card,
        kinds=KINDS,
        states=STATE_WORDS,
        standings=STANDINGS,
        gauge_value=study_wording.gauge_value,
        symbols=study_wording.OUTCOME_SYMBOLS,
        reference_kinds=study_wording.KINDS,
        NONE=study_wording.NONE,
    )


def figure(value: JsonValue) -> str:
    """A value to be read: small numbers keep three digits that tell something."""
    if value is None:
        return study_wording.NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}".replace("-", "−")
    if not isinstance(value, float):
        return str(value)
    if value != 0 and abs(value) < 0.001:
        return f"{value:.2g}".replace("-", "−")
    return number(value, 3)


def bounds(row: FigureRow) -> str:
    """From where to where; a dash where there is no interval."""
    if row.low is None or row.high is None:
        return study_wording.NONE
    return f"{figure(row.low)} to {figure(row.high)}"
