"""Why a submission is not scored, or needs a person. Every record names its reasons from these lists."""

from enum import StrEnum


class Reason(StrEnum):
    """Why there is no score. Each is a state of the submission, never a low score."""

    BLANK = "blank"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"
    DUPLICATE_ID = "duplicate_id"
    UNKNOWN_TASK = "unknown_task"
    REFUSED = "refused"
    MALFORMED_ANSWER = "malformed_answer"
    PROVIDER_FAILED = "provider_failed"

    @property
    def sentence(self) -> str:
        """The reason in one plain sentence."""
        return _SENTENCES[self]


class ReviewReason(StrEnum):
    """Why a person should look before the score is used."""

    CANNOT_ASSESS = "cannot_assess"
    UNSUPPORTED = "unsupported"
    CRITICAL_PARTLY = "critical_partly"
    RED_FLAG = "red_flag"
    DISGUISED_TEXT = "disguised_text"
    SUSPICIOUS_TEXT = "suspicious_text"
    SUSPICIOUS_EVIDENCE = "suspicious_evidence"
    ABSTAINED = "abstained"
    CRITICAL_DOUBT = "critical_doubt"
    NEAR_CUT = "near_cut"
    ALL_ZERO = "all_zero"
    ALL_MAXIMUM = "all_maximum"
    REPEATS_DISAGREE = "repeats_disagree"
    JUDGES_DISAGREE = "judges_disagree"
    JUDGES_TIED = "judges_tied"

    @property
    def sentence(self) -> str:
        """The reason in one plain sentence."""
        return _SENTENCES[self]


_SENTENCES: dict[Reason | ReviewReason, str] = {
    Reason.BLANK: "The answer is empty.",
    Reason.TOO_SHORT: "The answer is too short to judge.",
    Reason.TOO_LONG: "The answer is longer than the rubric or the model allows.",
    Reason.UNREADABLE: "The file or field could not be read as text.",
    Reason.DUPLICATE_ID: "Another submission with this id came first.",
    Reason.UNKNOWN_TASK: "No rubric has this task id.",
    Reason.REFUSED: "The judge refused to answer.",
    Reason.MALFORMED_ANSWER: "The judge's answer was unusable, also when asked again.",
    Reason.PROVIDER_FAILED: "The judge could not be reached, or failed.",
    ReviewReason.CANNOT_ASSESS: "The judge could not assess a criterion, so there is no score.",
    ReviewReason.UNSUPPORTED: "A verdict came without evidence; it was not counted.",
    ReviewReason.CRITICAL_PARTLY: "A critical criterion is met only in part.",
    ReviewReason.RED_FLAG: "A red flag was raised; a person must confirm or reject it.",
    ReviewReason.DISGUISED_TEXT: "The text holds hidden or disguised characters; this alone costs nothing.",
    ReviewReason.SUSPICIOUS_TEXT: (
        "Some of the text may be meant for the grader, or be no answer of the candidate's own;"
        " this alone costs nothing."
    ),
    ReviewReason.SUSPICIOUS_EVIDENCE: (
        "The verdict rests on a passage that may be meant for the grader; it counts until a person decides."
    ),
    ReviewReason.ABSTAINED: "The machine is not sure enough of this verdict to decide it by itself.",
    ReviewReason.CRITICAL_DOUBT: "A must-have or a fault is in doubt.",
    ReviewReason.NEAR_CUT: "The score lies within two standard errors of a cut score.",
    ReviewReason.ALL_ZERO: "No points at all: a person looks at every such answer.",
    ReviewReason.ALL_MAXIMUM: "Full marks: a person looks at every such answer.",
    ReviewReason.REPEATS_DISAGREE: "The judge gave different verdicts when it was asked again.",
    ReviewReason.JUDGES_DISAGREE: "The judges of the panel differ; most of them decided.",
    ReviewReason.JUDGES_TIED: "The judges of the panel are evenly split; the more doubtful verdict stands.",
}
