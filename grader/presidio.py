"""Optional: names and phone numbers of people whom nobody named, found by Presidio with a local spaCy model.

Never by its defaults, which take out HIPAA and deadlines, and not its e-mail recognizer, which asks the
network: addresses are found without it.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from grader.domain.record import Removed, RemovedKind
from grader.errors import InputError, Problem
from grader.names.folding import folded
from grader.names.material import LETTERS, Material
from grader.names.removal import Recognizer
from grader.names.words import COMMON

_KINDS: dict[str, RemovedKind] = {"PERSON": "name", "PHONE_NUMBER": "phone"}
_NAME = re.compile(r"[^\W\d_]+(?:[ \n.,'’-]+[^\W\d_]+)*\.?")
_ACRONYM = 4
_SURE = 0.4
"""Presidio's score from which a finding counts: its phone numbers without context have 0.4."""


def recognizer_of(model: Path, material: Material) -> Recognizer:
    """Finds with the model in this folder; names of the tasks' material stay. Raises InputError."""
    if not (model / "meta.json").is_file():
        message = "There is no spaCy model in this folder."
        remedy = "Give the folder that holds its meta.json: models are not downloaded."
        raise InputError(Problem(str(model), None, message, remedy))
    try:
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
        from presidio_analyzer.nlp_engine import NlpEngineProvider
        from presidio_analyzer.predefined_recognizers import PhoneRecognizer, SpacyRecognizer
    except ImportError as error:
        remedy = "Install it: pip install 'open-response-grader[presidio]'."
        raise InputError(Problem("--presidio", None, "Presidio is not installed.", remedy)) from error
    configuration = {
        "nlp_engine_name": "spacy",
        "models": [{"lang_code": "en", "model_name": str(model.resolve())}],
    }
    recognizers = [SpacyRecognizer(supported_entities=["PERSON"]), PhoneRecognizer()]
    engine = AnalyzerEngine(
        registry=RecognizerRegistry(recognizers=recognizers),
        nlp_engine=NlpEngineProvider(nlp_configuration=configuration).create_engine(),
    )

    def find(text: str) -> Iterator[Removed]:
        for found in engine.analyze(text, language="en", entities=[*_KINDS], score_threshold=_SURE):
            if span := kept_apart(text, _KINDS[found.entity_type], found.start, found.end, material):
                yield span

    return find


def kept_apart(text: str, kind: RemovedKind, start: int, end: int, material: Material) -> Removed | None:
    """What of a finding is removed: nothing that the tasks name, nor what is no name at all."""
    piece = text[start:end]
    if kind == "name":
        name = _NAME.match(piece)
        if name is None or name.end() < len(piece.rstrip()) or (piece.isupper() and len(piece) <= _ACRONYM):
            return None
        words = LETTERS.findall(folded(piece))
        if all(word in material.words or word in COMMON for word in words):
            return None
    elif material.has(folded(piece)):
        return None
    return Removed(kind=kind, start=start, end=start + len(piece.rstrip()))
