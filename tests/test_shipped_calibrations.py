"""The embedded judge ships calibrated: for exactly the rubrics, prompt and model that ship with it."""

import pytest

from grader.calibration_files import shipped_calibrations, shipped_sets
from grader.datafiles import DEFAULT_PROMPTS, data_folder, load_prompt, load_rubrics
from grader.digests import digest
from grader.domain.calibration import Calibration, Status
from grader.domain.exchange import JudgeSpec, Style
from grader.judge import answer_schema
from grader.providers.local_worker import FORM
from grader.providers.probe import fitted_probe, load_probe
from grader.providers.weights import CATALOG

NAME = "qwen2.5-coder-1.5b"
WEIGHTS = CATALOG[NAME]
SHIPPED = shipped_calibrations()


def test_there_is_one_for_each_shipped_set() -> None:
    assert sorted(c.task for c in SHIPPED) == sorted(folder.name for folder in shipped_sets())
    assert {c.task for c in SHIPPED} <= set(load_rubrics())


@pytest.mark.parametrize("calibration", SHIPPED, ids=lambda c: c.task)
def test_it_holds_for_what_ships(calibration: Calibration) -> None:
    rubric = load_rubrics()[calibration.task]
    held = calibration.binding
    assert held is not None
    assert held.rubric == rubric.digest
    assert held.prompt == load_prompt(DEFAULT_PROMPTS[Style.DECISIONS]).digest
    assert held.answer_schema == digest(answer_schema(rubric.judged))
    assert held.model == f"{WEIGHTS.file}@sha256:{WEIGHTS.sha256}"
    probe = fitted_probe(data_folder("prompts") / "probes", WEIGHTS.sha256)
    assert probe is not None
    spec = JudgeSpec(
        provider="local",
        model=NAME,
        style=Style.DECISIONS,
        options={"weights": f"sha256:{WEIGHTS.sha256}", "form": FORM, "probe": probe.digest},
    )
    assert held.parameters == spec.model_dump(mode="json")
    assert (held.judge, held.mode, held.repeats) == (f"local:{NAME}", "one_call", 1)


@pytest.mark.parametrize("calibration", SHIPPED, ids=lambda c: c.task)
def test_it_is_a_demonstration_with_a_threshold_for_each_criterion(calibration: Calibration) -> None:
    assert calibration.status is Status.DEMONSTRATION
    assert calibration.reference_kinds == ("constructed", "model")
    assert {c.criterion for c in calibration.criteria} == {
        c.id for c in load_rubrics()[calibration.task].criteria
    }
    assert any(c.threshold is not None for c in calibration.criteria)


@pytest.mark.parametrize("calibration", SHIPPED, ids=lambda c: c.task)
def test_it_was_made_from_the_set_as_it_is(calibration: Calibration) -> None:
    from grader.calibration_files import load_set

    folder = next(f for f in shipped_sets() if f.name == calibration.task)
    assert calibration.set_digest == load_set(folder).digest


def test_the_probe_was_fitted_to_the_prompt_and_form_that_ship() -> None:
    located = fitted_probe(data_folder("prompts") / "probes", WEIGHTS.sha256)
    assert located is not None
    probe = load_probe(located.path)
    assert (probe.prompt, probe.form) == (load_prompt(DEFAULT_PROMPTS[Style.DECISIONS]).digest, FORM)
