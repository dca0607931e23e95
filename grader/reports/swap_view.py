"""A swap test in words, rows and a plot: the same in every report."""

from typing import TYPE_CHECKING, NamedTuple

from grader.domain.swap import Found, SwapKind, SwapRow, SwapTest, SwapVerdict
from grader.reports.plots import JUDGE, RATERS, SOFT, Plot, draw
from grader.reports.study_wording import NONE, fixed, share

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NOT_RUN = (
    "Swap test: not run. Whether this judge's scores move with the name under an answer is not known. "
    "Run it with --swap N."
)
TONES = {
    SwapVerdict.PASSED: "good",
    SwapVerdict.MOVED: "bad",
    SwapVerdict.UNSTEADY: "mixed",
    SwapVerdict.OPEN: "mixed",
}
_KINDS = {
    SwapKind.NAME: "Name, less initials",
    SwapKind.CONTRAST: "Names, group less group",
    SwapKind.CUE: "Line, less a neutral line",
}
_VERDICTS = {
    SwapVerdict.PASSED: "Passed: scores stay where they are, whoever signs, within the bounds.",
    SwapVerdict.MOVED: "Moved: scores depend on who signs. They can't be used.",
    SwapVerdict.UNSTEADY: (
        "Unsteady: verdicts change as well between sign-offs that suggest nothing, so whether names matter "
        "can't be told. Ask with --repeats."
    ),
    SwapVerdict.OPEN: "Not enough data to say that scores stay, nor that they move.",
}


class Line(NamedTuple):
    """One row of the table."""

    label: str
    shift: str
    interval: str
    largest: str
    sd: str
    probability: str
    unscored: str


class Part(NamedTuple):
    """Rows that are compared alike."""

    title: str
    lines: tuple[Line, ...]


def headline(test: SwapTest) -> str:
    """The verdict in a sentence."""
    return _VERDICTS[test.verdict]


def sentences(test: SwapTest) -> tuple[str, ...]:
    """Why, what was compared, and the figures that are of no single group."""
    out = (
        f"{test.answers} answers, each under {test.variants} sign-offs. {test.left_out} more lack a score "
        f"under some sign-off, {test.unscored_bases} have none to compare with."
    )
    flips = (
        f"Verdicts that flip: {_rate(test.flips)}. Between two sign-offs that suggest nothing: "
        f"{_rate(test.noise_flips)}."
    )
    noise = test.noise
    shifts = (
        f"Between those two, scores differ by {_signed(noise.shift.value)} points on average, SD "
        f"{fixed(noise.sd)}. The largest single shift under any sign-off is {_signed(test.largest)} points."
    )
    asked = (
        f"Asked for: mean shifts within ± {test.bounds.shift:g} percent points, and at most "
        f"{share(test.bounds.flips, 1)} of verdicts that flip, with the whole of each 95% interval."
    )
    return (*test.reasons, out, flips, shifts, *_trials(test), asked)


def parts(test: SwapTest) -> tuple[Part, ...]:
    """The table: names, contrasts and cues."""
    return tuple(
        Part(title, tuple(_line(row) for row in test.rows if row.kind is kind))
        for kind, title in _KINDS.items()
    )


def shift_plot(test: SwapTest) -> Plot | None:
    """Mean shifts with intervals and the bound; None without answers."""
    known = [row for row in test.rows if row.shift.value is not None]
    if not known:
        return None
    places = range(len(known), 0, -1)

    def paint(figure: "Figure") -> None:
        axes = figure.subplots()
        axes.axvspan(-test.bounds.shift, test.bounds.shift, color=SOFT, alpha=0.18, linewidth=0)
        axes.axvline(0, color=SOFT, linewidth=1)
        for place, row in zip(places, known, strict=True):
            color, mark = (RATERS, "D") if row.kind is SwapKind.CONTRAST else (JUDGE, "o")
            if row.shift.low is not None and row.shift.high is not None:
                axes.plot([row.shift.low, row.shift.high], [place, place], color=color, linewidth=1.6)
            axes.plot([row.shift.value or 0.0], [place], mark, color=color)
        axes.set_yticks(list(places), [row.label for row in known])
        axes.set(ylim=(0.3, len(known) + 0.7), xlabel="Mean shift of scores, percent points")
        axes.grid(visible=False, axis="y")

    said = "; ".join(f"{row.label} {_signed(row.shift.value)}" for row in known)
    return Plot(
        draw("swap", (7.8, 1.0 + 0.27 * len(known)), paint), f"Mean shifts in percent points: {said}."
    )


def _line(row: SwapRow) -> Line:
    return Line(
        label=row.label,
        shift=_signed(row.shift.value),
        interval=_interval(row.shift),
        largest=_signed(row.largest),
        sd=fixed(row.sd),
        probability=_signed(row.probability.value) if row.probability else NONE,
        unscored=NONE if row.kind is SwapKind.CONTRAST else str(row.unscored),
    )


def _trials(test: SwapTest) -> tuple[str, ...]:
    return tuple(
        f"If groups made no difference to {trial.of}, differences as large as these would come up with "
        f"p {_p(trial.permutation)} (names shuffled within answers; Friedman's test: p "
        f"{_p(trial.friedman)})."
        for trial in test.trials
        if trial.permutation is not None
    )


def _p(value: float | None) -> str:
    return NONE if value is None else f"= {value:.3f}" if value >= 0.001 else "< 0.001"


def _signed(value: float | None) -> str:
    if value is None:
        return NONE
    return f"+{fixed(value)}" if round(value, 2) > 0 else fixed(value)


def _interval(found: Found) -> str:
    if found.low is None or found.high is None:
        return found.reason or NONE
    return f"{_signed(found.low)} to {_signed(found.high)}"


def _rate(found: Found) -> str:
    if found.value is None or found.low is None or found.high is None:
        return NONE
    between = f"{share(found.low, 1)} to {share(found.high, 1)}"
    return f"{share(found.value, 1)} of {found.n:,} (95% interval {between})"
