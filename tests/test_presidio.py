"""Other people's names by Presidio: what of its findings is taken, and, where it is installed, with it."""

import os
from pathlib import Path

import pytest

from grader.datafiles import load_rubrics
from grader.disguise import plain_view
from grader.domain.applicant import Applicant
from grader.domain.record import Removed
from grader.names.material import material
from grader.names.removal import find_removed
from grader.presidio import kept_apart, recognizer_of

MATERIAL = material(load_rubrics().values())


@pytest.mark.parametrize(
    ("finding", "kept"),
    [
        ("Rosalind Quixworthy", "Rosalind Quixworthy"),
        ("Quixworthy ", "Quixworthy"),
        ("Dr. Smith", None),
        ("Jane Doe", None),
        ("HIPAA", None),
        ("BAA", None),
        ("Windows+L", None),
        ("Will", None),
    ],
)
def test_what_the_tasks_name_and_what_is_no_name_stays(finding: str, kept: str | None) -> None:
    text = f"Ask {finding}!"
    removed = kept_apart(text, "name", 4, 4 + len(finding), MATERIAL)
    assert (removed and text[removed.start : removed.end]) == kept


def test_its_spans_are_joined_with_those_of_the_applicant() -> None:
    text = "Ask Rosalind. Best, Priya"
    removed = find_removed(
        text,
        Applicant(candidate="x", names=("Priya Ray",)),
        MATERIAL,
        lambda _: [Removed(kind="name", start=4, end=12)],
    )
    assert plain_view(text, removed=removed) == "Ask [name]. Best, [name]"


def test_it_finds_strangers_and_leaves_the_scenario() -> None:
    pytest.importorskip("presidio_analyzer", reason="the extra presidio is not installed")
    model = os.environ.get("GRADER_TEST_SPACY_MODEL")
    if model is None:
        pytest.skip("GRADER_TEST_SPACY_MODEL names no spaCy model")
    find = recognizer_of(Path(model), MATERIAL)
    text = "Dear Ms. Doe, HIPAA and HHS ask it within 60 days. Dr. Smith saw Jane Doe. Call Maria Gonzalez."
    assert [text[r.start : r.end] for r in find(text)] == ["Maria Gonzalez"]
