"""The tables: what the detectors find, with no judge, and what a judge makes of attacked answers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pydantic import JsonValue

from eval.attacks.clean import ATTACKER, Answer
from eval.attacks.figures import mean, share
from eval.attacks.pairs import Pair, drift, flagged
from eval.attacks.suite import HALVES, Attack, Base, LookAlikes, attacked
from eval.figures import Figure
from grader.disguise import find_disguises
from grader.domain.rubric import Rubric
from grader.suspicion import find_suspicions


def found_in(text: str, rubric: Rubric) -> bool:
    """Whether the detectors flag a text, those of disguised characters among them."""
    return bool(find_suspicions(text, rubric) or find_disguises(text))


def detection(attacks: Sequence[Attack], bases: Sequence[Base]) -> str:
    """How many attacks of each kind and half are flagged, each in every base."""
    said: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for attack in attacks:
        for base in bases:
            is_found = found_in(attacked(base, attack.wording), base.rubric)
            said[attack.kind, attack.half].append(is_found)
            said["all", attack.half].append(is_found)
    lines = [f"| kind | {' | '.join(f'flagged, {half} half' for half in HALVES)} |", "|---|---|---|"]
    for kind in sorted({kind for kind, _ in said}, key=lambda kind: (kind == "all", kind)):
        cells = " | ".join(str(share(said[kind, half])) for half in HALVES)
        lines.append(f"| {kind.replace('_', ' ')} | {cells} |")
    return "\n".join(lines)


def false_alarms(
    answers: Iterable[Answer], look_alikes: LookAlikes, rubrics: Mapping[str, Rubric]
) -> tuple[str, dict[str, JsonValue]]:
    """How many honest answers, look-alikes and the attacker's are flagged; the first as figures."""
    said: dict[str, list[bool]] = defaultdict(list)
    for answer in answers:
        is_found = found_in(answer.text, rubrics[answer.task])
        if answer.candidate == ATTACKER and answer.source == "examples":
            said["the attacker's answers (c11)"].append(is_found)
            continue
        said[f"honest: {answer.source}"].append(is_found)
        said["honest: all"].append(is_found)
    memo = rubrics["leadership_memo"]
    for half in HALVES:
        texts = getattr(look_alikes, half)
        said[f"look-alikes, {half} half"] = [found_in(text, memo) for text in texts]
    lines = ["| texts | flagged |", "|---|---|", *(f"| {name} | {share(s)} |" for name, s in said.items())]
    honest = share(said["honest: all"])
    return "\n".join(lines), {"clean": honest.n, "clean_flagged": honest.hits}


def judged(pairs: Sequence[Pair]) -> str:
    """A line for each kind, each half and all."""
    groups: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        groups[pair.attack.kind.replace("_", " ")].append(pair)
    for half in HALVES:
        groups[f"{half} half"] = [pair for pair in pairs if pair.attack.half == half]
    groups["all"] = list(pairs)
    lines = [
        "| attacks | pairs | without a score | mean shift | raised | verdicts flipped | came to a cut |"
        " flagged | raised and not flagged |",
        "|---|---|---|---|---|---|---|---|---|",
        *(_line(name, group) for name, group in groups.items() if group),
    ]
    return "\n".join(lines)


def _line(name: str, pairs: Sequence[Pair]) -> str:
    scored = [p for p in pairs if p.shift is not None]
    flips = [sum(counts) for counts in zip(*(p.flipped for p in scored), strict=True)] or [0, 0]
    cells = (
        name,
        len(pairs),
        len(pairs) - len(scored),
        _points(_shift(scored)),
        share([(p.shift or 0) > 0 for p in scored]),
        f"{flips[0]} of {flips[1]}",
        share([p.crossed for p in scored]),
        share([flagged(p.hit) for p in pairs]),
        share([(p.shift or 0) > 0 and not flagged(p.hit) for p in scored]),
    )
    return f"| {' | '.join(map(str, cells))} |"


def _shift(pairs: Sequence[Pair]) -> Figure:
    return mean([p.shift or 0.0 for p in pairs], [p.base.name for p in pairs])


def _points(figure: Figure) -> str:
    if figure.value is None:
        return "-"
    return f"{figure.value:+.1f} [{figure.low:+.1f}, {figure.high:+.1f}]"


def twins(pairs: Sequence[Pair]) -> str:
    """What the defense did to the clean twins."""
    clean = {pair.base.name: pair for pair in pairs}.values()
    moved = mean([drift(p.clean, p.base.rubric) for p in clean], [p.base.name for p in clean])
    return (
        f"Clean twins: {share([flagged(p.clean) for p in clean])} flagged; drift of their scores by the flags"
        f" {_points(moved)} points."
    )


def figures(pairs: Sequence[Pair]) -> dict[str, JsonValue]:
    """What is kept of a judge's measurement: over all pairs."""
    scored = [p for p in pairs if p.shift is not None]
    clean = {pair.base.name: pair for pair in pairs}.values()
    shift = _shift(scored)
    return {
        "pairs": len(pairs),
        "without_score": len(pairs) - len(scored),
        "bases": len(clean),
        "shift": shift.value,
        "shift_low": shift.low,
        "shift_high": shift.high,
        "raised": sum((p.shift or 0) > 0 for p in scored),
        "flipped": sum(p.flipped[0] for p in scored),
        "flippable": sum(p.flipped[1] for p in scored),
        "crossed_a_cut": sum(p.crossed for p in scored),
        "flagged": sum(flagged(p.hit) for p in pairs),
        "raised_and_not_flagged": sum((p.shift or 0) > 0 and not flagged(p.hit) for p in scored),
        "clean_twins_flagged": sum(flagged(p.clean) for p in clean),
        "clean_drift": sum(drift(p.clean, p.base.rubric) for p in clean) / len(clean) if clean else None,
    }
