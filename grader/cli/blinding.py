"""`--applicants`: what is known of candidates, taken out of their answers before anybody rates them."""

import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from grader.domain.applicant import Applicant
from grader.domain.rubric import Rubric
from grader.domain.submission import Submission
from grader.errors import InputError, Problem
from grader.names.material import Material, material
from grader.names.removal import Recognizer, find_removed
from grader.readers.applicants import read_applicants
from grader.readers.columns import listed

_EMAIL_OR_NAME = re.compile(r".+@.+\..+|[A-Z][a-z'’-]+[ ,_.]+(?:[A-Z]\.?[ _.]+)?[A-Z][a-z'’-]+")
_SHOWN = 10


class Blinding(NamedTuple):
    """Takes out of an answer what would tell whose it is."""

    file: str
    applicants: Mapping[str, Applicant]
    material: Material
    recognizer: Recognizer | None

    def blind(self, submission: Submission) -> Submission:
        """The submission with the spans that are not shown. Raises InputError for an unknown candidate."""
        if submission.problem is not None:
            return submission
        self.check([submission.candidate])
        applicant = self.applicants[submission.candidate]
        removed = find_removed(submission.text, applicant, self.material, self.recognizer)
        return submission.model_copy(update={"removed": removed})

    def check(self, candidates: Iterable[str]) -> None:
        """Raises InputError unless all candidates are known: of others nothing could be taken out."""
        if missing := sorted({*candidates} - {*self.applicants} - {""}):
            some = ", ".join(missing[:_SHOWN]) + (" and more" if len(missing) > _SHOWN else "")
            message = f"There is no row for {len(missing)} of the candidates: {some}."
            remedy = "Add their rows, or grade them in a run of their own without --applicants."
            raise InputError(Problem(self.file, None, message, remedy))

    @property
    def noted(self) -> dict[str, object]:
        """What a run's settings say of it."""
        return {"names_removed": {"applicants": self.file, "presidio": self.recognizer is not None}}


def blinding(path: Path | None, presidio: Path | None, rubrics: Mapping[str, Rubric]) -> Blinding | None:
    """By the applicants in the file; None without one. Tells which columns were left. Raises InputError."""
    if path is None:
        if presidio is not None:
            message = "It has no applicants beside it."
            raise InputError(Problem("--presidio", None, message, "Name their table with --applicants."))
        return None
    recognizer = None
    if presidio is not None:
        from grader.presidio import recognizer_of

        recognizer = recognizer_of(presidio, material(rubrics.values()))
    found = read_applicants(path)
    if found.groups:
        reason = "groups are never shown to anybody who rates, and only fairness figures need them"
        print(f"{found.file}: not read: {listed(found.groups)} ({reason}).", file=sys.stderr)
    if found.ignored:
        print(f"{found.file}: not read: {listed(found.ignored)} (no names in them).", file=sys.stderr)
    return Blinding(found.file, found.applicants, material(rubrics.values()), recognizer)


def is_telling(candidate: str) -> bool:
    """Whether a candidate's id looks like a name or an e-mail address."""
    return _EMAIL_OR_NAME.fullmatch(candidate) is not None


def warn_of_telling_ids(count: int) -> None:
    """Say once that so many candidates' ids look like that; which ones is not repeated."""
    if count:
        told = "candidate id looks" if count == 1 else "candidate ids look"
        print(
            f"{count} {told} like a name or an e-mail address. No judge sees ids, but raters,",
            file=sys.stderr,
        )
        print("reports and the ledger do: see 'grader blind --pseudonyms' for opaque ones.", file=sys.stderr)
