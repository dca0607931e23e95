"""The composition root: the one place that knows which provider, ledger and data files are used."""

import os
import secrets
import shlex
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from grader.budget import Meter, metered
from grader.calibration_files import shipped_calibrations
from grader.datafiles import DEFAULT_PROMPTS, data_folder, load_prompt
from grader.domain.calibration import Calibration
from grader.domain.criterion import LeveledCriterion
from grader.domain.exchange import JudgeSpec, Provider, Style
from grader.domain.measurement import Measured
from grader.domain.prices import FREE, Prices
from grader.domain.record import Mode
from grader.domain.rubric import Rubric
from grader.domain.run import Run
from grader.drift.suspension import Suspension, suspensions
from grader.errors import InputError, Problem
from grader.judge import NORMALIZER
from grader.ledger.store import SqlLedger
from grader.passwords import masked_command
from grader.pipeline import Instrument
from grader.providers.endpoint import is_address
from grader.providers.limits import LimitedProvider, Limits
from grader.providers.output import OutputMode
from grader.providers.price_list import listed_prices

if TYPE_CHECKING:
    from grader.providers.openai_batches import OpenAIBatches

PROVIDERS = ("local", "openai", "litellm", "scripted")
DEFAULT_JUDGE = os.environ.get("GRADER_JUDGE", "local:qwen2.5-coder-1.5b")


def new_run(command: str, judge: JudgeSpec, settings: Mapping[str, Any], *, judges: str | None = None) -> Run:
    """A run that starts now; `judges`: all of them in words, where there are several."""
    now = datetime.now(UTC)
    return Run(
        id=f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}",
        started=now.isoformat(timespec="milliseconds"),
        command=masked_command(shlex.split(command)),
        judge=judges or judge.name,
        settings={
            **settings,
            "judge": judge.model_dump(mode="json"),
            "program": {"version": version("open-response-grader"), "normalizer": NORMALIZER},
        },
    )


class JudgeOptions(NamedTuple):
    """How to reach a judge, beside its name."""

    base_url: str | None = None
    """Endpoint of an OpenAI-compatible server; None: the vendor's own."""
    output: OutputMode = OutputMode.JSON_SCHEMA
    logprobs: bool = False
    sampling: bool = True
    """False for reasoning models, which refuse temperature and seed."""
    prices: tuple[float, float, float] | None = None
    """US dollars per million tokens: input, cached input, output. None: list prices, where known."""
    timeout_s: float = 120.0
    tries: int = 6
    """Calls for one answer when the network or the server fails."""
    first_wait_s: float = 1.0
    """Wait before the second call; it doubles from call to call."""
    in_flight: int = 8
    """Calls under way at once, at most: fewer while the judge refuses calls or is slow."""
    rpm: int | None = None
    """Requests a minute; None: no limit."""
    tpm: int | None = None
    """Tokens a minute, read and written; None: no limit."""
    patience_s: float = 900.0
    """How long a judge that answers "not now" (429, Retry-After) may put off one answer."""
    threads: int | None = None
    """Threads of the embedded judge; None: all cores."""


def open_judge(name: str, options: JudgeOptions, meter: Meter | None = None) -> LimitedProvider:
    """The judge `provider:model`; `meter` counts every try, and may stop a run.

    Raises InputError for an unknown one, PermanentError if it is not ready.
    """
    kind, model = _named(name, options)
    limits = Limits(
        in_flight=options.in_flight,
        rpm=options.rpm,
        tpm=options.tpm,
        tries=options.tries,
        first_wait_s=options.first_wait_s,
        patience_s=options.patience_s,
    )
    return LimitedProvider(metered(_provider(kind, model, options), meter, name), limits)


def _named(name: str, options: JudgeOptions) -> tuple[str, str]:
    """Provider and model of a judge's name, if they and the endpoint can be."""
    kind, _, model = name.partition(":")
    if kind not in PROVIDERS or not model:
        known = ", ".join(f"{p}:MODEL" for p in PROVIDERS)
        raise InputError(Problem("--judge", None, f"{name!r} names no judge.", f"Use one of {known}."))
    if options.base_url is not None and not is_address(options.base_url):
        remedy = "Write it as http://HOST:PORT/v1; a key goes into GRADER_API_KEY."
        raise InputError(Problem("--base-url", None, "This is no plain web address.", remedy))
    return kind, model


def prices_of(name: str, options: JudgeOptions) -> Prices | None:
    """What the judge's tokens cost: as the options say, else the list price at the vendor's own endpoint.

    None: unknown, as is the price at any other endpoint.
    """
    kind, _, model = name.partition(":")
    if kind in {"local", "scripted"}:
        return FREE
    if options.prices is not None:
        fresh, cached, output = (Decimal(str(price)) for price in options.prices)
        return Prices(input=fresh, cached=cached, output=output)
    vendor, _, named = model.partition("/") if kind == "litellm" else ("openai", "", model)
    # the SDKs read these too
    elsewhere = vendor == "openai" and any(map(os.environ.get, ("OPENAI_BASE_URL", "OPENAI_API_BASE")))
    return None if options.base_url or elsewhere else listed_prices(vendor, named)


def _provider(kind: str, model: str, options: JudgeOptions) -> Provider:
    # Each SDK is imported only when its judge is asked for.
    if kind == "local":
        return _local(model, options)
    if kind == "scripted":
        from grader.providers.scripted import ScriptedProvider

        return ScriptedProvider(model)
    spec = _hosted(kind, model, options)
    if kind == "openai":
        from grader.providers.openai import OpenAIProvider

        return OpenAIProvider(
            spec,
            base_url=options.base_url,
            # without an endpoint of the user's own, OpenAI's key is taken from the environment
            api_key=os.environ.get("GRADER_API_KEY"),
            timeout_s=options.timeout_s,
            output=options.output,
            logprobs=options.logprobs,
            sampling=options.sampling,
            prices=prices_of(f"{kind}:{model}", options),
        )
    from grader.providers.litellm import LiteLLMProvider

    return LiteLLMProvider(
        spec,
        api_base=options.base_url,
        api_key=os.environ.get("GRADER_API_KEY"),
        timeout_s=options.timeout_s,
        output=options.output,
        logprobs=options.logprobs,
        sampling=options.sampling,
        prices=prices_of(f"{kind}:{model}", options),
    )


def _hosted(kind: str, model: str, options: JudgeOptions) -> JudgeSpec:
    """A judge behind an endpoint: what decides its answers is part of every request's identity."""
    asked = {"output": options.output.value}
    if options.base_url:
        asked["endpoint"] = options.base_url
    if options.logprobs:
        asked["logprobs"] = "yes"
    if not options.sampling:
        asked["sampling"] = "the vendor's own"
    return JudgeSpec(provider=kind, model=model, options=asked)


def batch_judge(name: str, options: JudgeOptions) -> JudgeSpec:
    """The judge `openai:model`, as `open_judge` asks it. Raises InputError for one without a batch API."""
    kind, model = _named(name, options)
    if kind != "openai":
        remedy = "Use openai:MODEL; with --base-url, any server that speaks OpenAI's batch API."
        raise InputError(Problem("--judge", None, f"{name!r} has no batch API here.", remedy))
    return _hosted(kind, model, options)


def open_batches(judge: JudgeSpec, prices: tuple[float, float, float] | None = None) -> "OpenAIBatches":
    """The batch API of a `batch_judge`. Raises PermanentError without a key."""
    from grader.providers.chat_format import ChatForm, token_limit
    from grader.providers.openai_batches import OpenAIBatches

    base_url = judge.options.get("endpoint")
    output = OutputMode(judge.options["output"])
    form = ChatForm(
        output, "logprobs" in judge.options, "sampling" not in judge.options, token_limit(base_url)
    )
    return OpenAIBatches(
        judge,
        base_url=base_url,
        api_key=os.environ.get("GRADER_API_KEY"),
        form=form,
        prices=prices_of(judge.name, JudgeOptions(base_url=base_url, prices=prices)),
    )


def _local(model: str, options: JudgeOptions) -> Provider:
    from grader.providers.local import LocalProvider
    from grader.providers.local_worker import FORM
    from grader.providers.probe import fitted_probe
    from grader.providers.weights import file_digest, located

    weights = located(model)
    if weights is None:
        remedy = f"Fetch them once with 'grader models fetch {model}', or name a GGUF file."
        raise InputError(Problem("--judge", None, f"The weights {model!r} are not on this machine.", remedy))
    digest = file_digest(weights)
    asked = {"weights": f"sha256:{digest}", "form": FORM}
    probe = fitted_probe(data_folder("prompts") / "probes", digest)
    if probe is not None:
        asked["probe"] = probe.digest
    spec = JudgeSpec(provider="local", model=Path(model).name, style=Style.DECISIONS, options=asked)
    return LocalProvider(spec, weights, threads=options.threads, probe=probe)


class Asking(NamedTuple):
    """How each submission is put to a judge."""

    mode: Mode = "one_call"
    repeats: int = 1


def load_instruments(
    rubrics: Mapping[str, Rubric],
    prompt: str | None,
    style: Style,
    asking: Asking,
    calibrations: Mapping[str, Calibration] = MappingProxyType({}),
) -> Mapping[str, Instrument]:
    """By task id, what its submissions are graded with. Raises InputError."""
    wording = load_prompt(prompt or DEFAULT_PROMPTS[style])
    if wording.style is not style:
        message = f"The prompt is for {wording.style} judges; this one is asked in the {style} style."
        raise InputError(Problem("--prompt", None, message, f"Use {DEFAULT_PROMPTS[style]}."))
    if style is Style.STRUCTURED and wording.leveled is None:
        for rubric in rubrics.values():
            if any(isinstance(c, LeveledCriterion) for c in rubric.criteria):
                message = f"The prompt {wording.id} has no `leveled` text, and {rubric.task} has levels."
                raise InputError(Problem("--prompt", None, message, f"Use {DEFAULT_PROMPTS[style]}."))
    return {
        task: Instrument(rubric, wording, asking.mode, asking.repeats, calibrations)
        for task, rubric in rubrics.items()
    }


def licensed(ledger: SqlLedger, judge: JudgeSpec) -> dict[str, Calibration]:
    """Calibrations that scores of this judge may be put through, by what they hold for; see `usable`.

    Those that an alarm suspended are not among them; see `grader.drift.suspension`.
    """
    kept = suspended(ledger)
    return {held: found for held, found in usable(ledger, judge).items() if held not in kept}


def suspended(ledger: SqlLedger) -> dict[str, Suspension]:
    """The alarms that hold, by what the calibrations hold for that they suspend."""
    return suspensions(ledger.measurements(Measured.DRIFT), ledger.calibration_rows()[1])


def usable(ledger: SqlLedger, judge: JudgeSpec) -> dict[str, Calibration]:
    """Calibrations that turned out good enough for this judge's scores, by what they hold for.

    The ledger's own, newest first, go before the shipped ones; one that turned out not good enough, or
    with not enough data, suspends what was there. Shipped ones are kept in the ledger, so that a score that
    went through one can be computed again.
    """
    own = ledger.own_calibrations()
    found = dict(own)
    for calibration in shipped_calibrations():
        held = calibration.binding
        if held is not None and held.judge == judge.name and held.digest not in own:
            ledger.append_calibration(calibration, shipped=True)
            found[held.digest] = calibration
    return {held: calibration for held, calibration in found.items() if calibration.usable}
