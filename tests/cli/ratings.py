"""Files of ratings as users bring them."""

import csv
import json
import random
from pathlib import Path

from grader.datafiles import load_rubrics
from tests.cli.conftest import TEXT

RUBRIC = load_rubrics()["vendor_email"]
CANDIDATES = 24
PEOPLE = ("--human", "ana", "--human", "ben")


def long_csv(path: Path, *, texts: bool = True, criterion: str | None = None) -> Path:
    """Two people and a model on every criterion, a row a rating. `criterion`: one more, once."""
    rng = random.Random(0)
    header = ["response_id", "candidate", "rater_id", "criterion_id", "verdict", "probability"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*header, "text"] if texts else header)
        for n in range(CANDIDATES):
            text = [f"{TEXT} Number {n}."] if texts else []
            for c in RUBRIC.criteria:
                met = rng.random() < 0.5
                for rater in ("ana", "ben"):
                    verdict = "met" if met != (rng.random() < 0.05) else "not met"
                    writer.writerow([f"r{n}", f"p{n}", rater, c.id, verdict, "", *text])
                sure = round(0.5 + rng.random() / 2.1, 3)
                right = met != (rng.random() < 0.1)
                p = sure if right else round(1 - sure, 3)
                writer.writerow([f"r{n}", f"p{n}", "bot", c.id, "met" if p >= 0.5 else "not met", p, *text])
        if criterion:
            writer.writerow(
                ["r0", "p0", "ana", criterion, "met", "", *([f"{TEXT} Number 0."] if texts else [])]
            )
    return path


def overall_csv(path: Path) -> Path:
    """Overall scores as RSMTool reads them: a row an answer, a column a rater."""
    rng = random.Random(1)
    lines = ["spkitemid,candidate,sc1,sc2,system"]
    for n in range(60):
        truth = rng.uniform(1, 6)
        scores = [min(6, max(1, round(truth + rng.gauss(0, 0.5)))) for _ in range(2)]
        lines.append(f"r{n},p{n},{scores[0]},{scores[1]},{min(6.0, max(1.0, truth + rng.gauss(0, 0.5))):.2f}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def set_folder(path: Path, *, texts: bool = True, people: bool = True) -> Path:
    """A calibration set of twelve answers of the vendor email, rated by two."""
    rng = random.Random(2)
    kind = "human" if people else "constructed"
    path.mkdir(parents=True)
    names = [f"k{n}" for n in range(12)]
    path.joinpath("set.yaml").write_text(
        "id: own\ntask: vendor_email\npurpose: A small set for a test.\nlicence: CC0-1.0\n"
        f"raters:\n  - {{id: ana, kind: {kind}}}\n  - {{id: ben, kind: {kind}}}\n"
        f"fit: {json.dumps(names[:6])}\nheld_out: {json.dumps(names[6:])}\n",
        encoding="utf-8",
    )
    responses = ["response,candidate,text"]
    responses += [f'{name},{name},"{TEXT} Number {name}."' if texts else f"{name},{name}," for name in names]
    path.joinpath("responses.csv").write_text("\n".join(responses) + "\n", encoding="utf-8")
    ratings = ["response,criterion,rater,rating"]
    for name in names:
        for c in RUBRIC.criteria:
            verdict = rng.choice(["met", "not_met"])
            ratings += [f"{name},{c.id},{rater},{verdict}" for rater in ("ana", "ben")]
    path.joinpath("ratings.csv").write_text("\n".join(ratings) + "\n", encoding="utf-8")
    return path
