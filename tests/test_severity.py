import numpy as np

from grader.severity import Observation, rater_views


def simulated(step: float = -0.2, start: int = 3, periods: int = 6, seed: int = 1) -> list[Observation]:
    """Three raters on 40 new texts a week; from week `start` on, rater_1 gives less by `step` on average."""
    random = np.random.default_rng(seed)
    found = []
    for week in range(periods):
        when = f"2026-{['10-05', '10-12', '10-19', '10-26', '11-02', '11-09'][week]}"
        for n in range(40):
            truth = random.uniform(0.3, 0.7)
            for criterion in "abcd":
                for rater in ("rater_1", "rater_2", "judge"):
                    p = truth + (step if rater == "rater_1" and week >= start else 0)
                    credit = float(random.random() < p)
                    found.append(Observation(rater, f"t{week}-{n}", criterion, credit, when))
    return found


def test_planted_severity_is_recovered_within_its_intervals() -> None:
    view = {v.rater: v for v in rater_views(simulated(), "week")}["rater_1"]
    assert (view.panel, view.n, view.shared, view.texts) == (("rater_2", "judge"), 960, 960, 240)
    for number, period in enumerate(view.periods):
        planted = -0.2 if number >= 3 else 0.0
        assert period.leniency.low <= planted <= period.leniency.high
        assert period.n == 160
    assert view.leniency.low <= -0.1 <= view.leniency.high
    weeks = np.arange(6)
    planted_slope = np.polyfit(weeks, np.where(weeks >= 3, -0.2, 0.0), 1)[0]
    assert view.drift.low <= planted_slope <= view.drift.high
    assert view.drift.high < 0


def test_intervals_cover_at_about_their_rate() -> None:
    hits = []
    for seed in range(12):
        view = rater_views(simulated(seed=seed, periods=4), "week", draws=200)[0]
        hits += [
            p.leniency.low <= (-0.2 if k >= 3 else 0) <= p.leniency.high for k, p in enumerate(view.periods)
        ]
    assert 0.88 <= np.mean(hits) <= 1.0


def test_the_same_input_gives_the_same_intervals() -> None:
    assert rater_views(simulated(), "week") == rater_views(simulated(), "week")


def test_figures_by_hand() -> None:
    seen = [
        Observation("a", "t1", "x", 1.0, "2026-01-31"),
        Observation("b", "t1", "x", 0.0, "2026-01-31"),
        Observation("c", "t1", "x", 0.5, "2026-01-31"),
        Observation("a", "t2", "x", 0.0, "2026-02-01T10:00:00+00:00"),
        Observation("b", "t2", "x", 0.0, "2026-02-01"),
        Observation("a", "t3", "x", 1.0, "2026-02-01"),
    ]
    a, b, c = rater_views(seen, "month")
    assert (a.leniency.value, b.leniency.value, c.leniency.value) == (0.375, -0.375, 0.0)
    assert (a.n, a.shared, a.texts, a.exact) == (3, 2, 2, 0.5)
    assert [(p.name, p.leniency.value) for p in a.periods] == [("2026-01", 0.75), ("2026-02", 0.0)]
    assert a.drift.value == -0.75
    assert a.drift.low is None
    assert a.drift.reason == "too few texts for an interval"
    assert c.leniency.reason == "one text has no interval"
    assert c.drift.reason == "all in one period"


def test_a_single_rater_has_no_figures() -> None:
    view = rater_views([Observation("a", "t", "x", 1.0, "2026-01-31")], "week")[0]
    assert (view.leniency.value, view.exact, view.periods, view.panel) == (None, None, (), ())
    assert view.leniency.reason == view.drift.reason == "nobody else rated the same"
