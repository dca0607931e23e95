"""Overall ratings as the CSV and configuration that ETS's RSMTool (`rsmeval`) reads."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path

from grader.domain.calibration_set import OVERALL, CalibrationSet, RaterKind
from grader.errors import InputError, Problem

COLUMNS = ("spkitemid", "candidate", "sc1", "sc2", "system")
PREDICTIONS, CONFIG = "predictions.csv", "rsmeval.json"

Row = dict[str, str]


def to_rsmtool(
    calibration_set: CalibrationSet,
    system: Mapping[str, float],
    *,
    human: str | None = None,
    second_human: str | None = None,
) -> list[Row]:
    """One row a response that has any score, keys as in `COLUMNS`; "" where there is none, never 0.

    `system`: response -> overall score. `human` and `second_human` are raters; without them the first two
    people with overall ratings. Raises InputError for a rater who is no person, and for unknown responses.
    """
    people = [rater.id for rater in calibration_set.manifest.raters if rater.kind is RaterKind.HUMAN]
    overall = [rating for rating in calibration_set.ratings if rating.criterion == OVERALL]
    active = [name for name in people if any(rating.rater == name for rating in overall)]
    responses = {response.id for response in calibration_set.responses}
    for name in filter(None, (human, second_human)):
        if name not in active:
            message = f'"{name}" is no person with overall ratings.'
            raise _error(calibration_set, message, f"These are: {', '.join(active) or 'none'}.")
    if not active:
        remedy = "RSMTool's sc1 is a human score; import ratings by people."
        raise _error(calibration_set, "No person gave overall ratings.", remedy)
    if strange := sorted(system.keys() - responses):
        message = f"System scores name unknown responses: {', '.join(strange[:5])}."
        raise _error(calibration_set, message, "Give scores of the set's own responses.")
    first = human or next((name for name in active if name != second_human), None)
    second = second_human or next((name for name in active if name != first), None)
    if first is None or first == second:
        raise _error(calibration_set, "One rater cannot be both human scores.", "Name two, or only sc1's.")
    scores = {(rating.response, rating.rater): rating.value for rating in overall}
    rows = [
        {
            "spkitemid": response.id,
            "candidate": response.candidate,
            "sc1": _shown(scores.get((response.id, first))),
            "sc2": _shown(scores.get((response.id, second or ""))),
            "system": _shown(system.get(response.id)),
        }
        for response in calibration_set.responses
    ]
    return [row for row in rows if row["sc1"] or row["sc2"] or row["system"]]


def write_rsmtool(rows: list[Row], calibration_set: CalibrationSet, folder: Path) -> tuple[Path, Path]:
    """Writes rows of `to_rsmtool` and a configuration for `rsmeval`, run in `folder`; returns both paths.

    Trims at the set's scale and keeps scores of zero, which RSMTool drops unless told otherwise. Raises
    InputError where the set has no scale, or one of the files is there already.
    """
    predictions, config = folder / PREDICTIONS, folder / CONFIG
    scale = calibration_set.manifest.scale
    if scale is None:
        message = "The set has no scale of overall ratings."
        raise _error(calibration_set, message, "Give set.yaml a scale: RSMTool trims scores to it.")
    for path in (predictions, config):
        if path.exists():
            raise InputError(Problem(str(path), None, "The file is there already.", "Name another folder."))
    fields = {
        "experiment_id": calibration_set.manifest.id,
        "predictions_file": PREDICTIONS,
        "id_column": "spkitemid",
        "candidate_column": "candidate",
        "human_score_column": "sc1",
        "system_score_column": "system",
        "trim_min": _number(scale.low),
        "trim_max": _number(scale.high),
        "exclude_zero_scores": False,
    }
    if any(row["sc2"] for row in rows):
        fields["second_human_score_column"] = "sc2"
    folder.mkdir(parents=True, exist_ok=True)
    with predictions.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    config.write_text(json.dumps(fields, indent=2) + "\n", encoding="utf-8")
    return predictions, config


def _number(value: float) -> int | float:
    return int(value) if value.is_integer() else value


def _shown(value: float | None) -> str:
    return "" if value is None else str(_number(float(value)))


def _error(calibration_set: CalibrationSet, message: str, remedy: str) -> InputError:
    return InputError(Problem(calibration_set.manifest.id, None, message, remedy))
