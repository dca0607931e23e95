"""Facts of a calibration study as names and values: what it holds for, its counts, what produced it."""

from grader.calibration.study import Study
from grader.reports import study_wording as words
from grader.reports.study_info import StudyInfo
from grader.reports.wording import counted

Facts = tuple[tuple[str, str], ...]


def scope(study: Study) -> Facts:
    """What the calibration holds for: names and values."""
    calibration, manifest = study.calibration, study.manifest
    bound = calibration.binding
    judge: Facts = (
        (
            "Judge",
            f"{calibration.rater or 'unknown'}; its ratings were read from a file, so nothing more is known",
        ),
    )
    if bound:
        parameters = ", ".join(f"{name}: {value}" for name, value in sorted(bound.parameters.items()))
        judge = (
            ("Judge asked for", bound.judge),
            ("Model as returned", bound.model or "none was returned"),
            ("Prompt", bound.prompt),
            ("Rubric", bound.rubric),
            ("Answer schema", bound.answer_schema),
            ("Parameters", parameters or "none"),
            ("Mode", bound.mode.replace("_", " ")),
            ("Repeats", str(bound.repeats)),
        )
    return (
        *judge,
        ("Probabilities come from", words.signal_words(study)),
        ("Curves", calibration.method.value if calibration.method else "none were fitted"),
        ("Reference raters", words.raters_sentence(study)),
        ("Calibration set", f"{calibration.set_id}, task {calibration.task.replace('_', ' ')}"),
        ("Purpose of the set", manifest.purpose),
        ("License of the set", manifest.licence),
    )


def counts(study: Study) -> Facts:
    """How many answers, decisions and ratings there are."""
    found = study.counts
    return (
        ("Answers in the set", f"{found.responses:,}"),
        (
            "of which fitted on",
            f"{found.fit:,}, with {counted(found.decisions_fit, 'decision', 'decisions')}",
        ),
        (
            "of which held out",
            f"{found.held_out:,}, with {counted(found.decisions_held_out, 'decision', 'decisions')}",
        ),
        ("of which unused", f"{found.unused:,}"),
        ("Ratings by the reference raters", f"{found.ratings:,}"),
    )


def versions(study: Study, info: StudyInfo) -> Facts:
    """What the study was made with, and the digests of what it was made of."""
    sample = study.agreement[0].after if study.agreement else None
    resampled = (
        f"{sample.resamples:,} draws of candidates, seed {sample.seed}" if sample else "nothing was resampled"
    )
    return (
        ("Made", info.created.strftime("%Y-%m-%d %H:%M:%S") + " UTC"),
        ("Command", info.command),
        ("Program", info.version),
        ("Python", info.python),
        ("NumPy", info.numpy),
        ("scikit-learn", info.scikit_learn),
        ("SciPy", info.scipy),
        ("statsmodels", info.statsmodels),
        ("Intervals", resampled),
        ("Digest of the calibration", study.calibration.digest),
        ("Digest of the set", study.calibration.set_digest),
        (
            "Digest of the binding",
            study.calibration.binding.digest if study.calibration.binding else "bound to no judge",
        ),
    )
