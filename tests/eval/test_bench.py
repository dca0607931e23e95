import re

import pytest

from eval.bench.answers import letters
from eval.bench.environments import ROOT, requirements_of
from eval.bench.killing import Broken, Unbroken, moments
from eval.bench.measuring import Outcome
from eval.bench.parts import PARTS, faults, kills, memory, nodes, speed
from eval.bench.rows import Row
from eval.bench.settings import Settings, chosen
from eval.bench.systems import FLOOR, GRADERS, OURS, SYSTEMS, DidNotRunError, Load, Result
from eval.bench.tables import Section, as_markdown

SERVER = {
    "requests": 1200,
    "peak_in_flight": 50,
    "prompt_chars": 480_000,
    "prefix_share": 0.85,
    "cpu_s": 0.6,
    "too_many": 31,
    "broken": 19,
    "truncated": 35,
}
RESULT = Result(9.6, 3.0, 1.5, 100.4, Outcome(1170, 10, 5), SERVER)


def test_speed_is_told_against_the_ideal():
    six = next(system for system in GRADERS if system.calls == 6)
    told = speed.figures(six, Load(200), RESULT)
    assert told["ideal s"] == pytest.approx(4.8)
    assert told["wall / ideal"] == pytest.approx(2.0)
    assert (told["CPU ms a call"], told["server CPU ms a call"]) == (2.5, 0.5)
    assert told["prompt tokens a response"] == 600
    letters_only = 6 * sum(len(letter) for letter in letters(200))
    assert told["of them beside the letter"] == round((480_000 - letters_only) / 4 / 200)


def test_criteria_without_a_verdict_are_lost():
    told = faults.figures(Load(200), RESULT)
    assert (told["criteria lost"], told["of these reported"], told["scored in part"]) == (30, 10, 5)


def test_nodes_are_told_against_one():
    assert nodes.figures(2, 20.0, 10.5, 400)["share of the ideal"] == pytest.approx(0.952, abs=0.001)
    assert nodes.figures(2, None, 10.5, 400)["speedup"] is None


def test_a_system_that_does_not_run_is_told_with_its_words(monkeypatch):
    for part in (speed, memory, faults, nodes):
        monkeypatch.setattr(part, "tried", lambda system, load: f"did not run: no {system.module}")
    rows = [row for part in (speed, memory, faults, nodes) for row in part.run(Settings())]
    assert len(rows) > len(GRADERS)
    assert all(row.remark.startswith("did not run: no ") and not row.figures for row in rows)
    assert "| did not run: no ours |" in as_markdown(Section("Faults", "About.", faults.run(Settings())))


def test_kills_come_in_order_all_through_a_run_and_at_the_same_moments_each_time():
    load = Load(2000)
    found = moments(load, 50)
    assert found == moments(load, 50) == sorted(found, key=lambda moment: moment.kept)
    assert len({moment.kept for moment in found}) > 40
    assert found[0].kept < 200
    assert 1700 < found[-1].kept < 1950
    assert all(0 <= moment.after_s <= load.latency_s for moment in found)


@pytest.mark.parametrize(("records", "equal"), [("sha", "yes"), ("other", "no")])
def test_what_kills_cost_is_told_against_an_undisturbed_run(monkeypatch, records, equal):
    monkeypatch.setattr(kills, "unbroken_run", lambda *given: Unbroken("sha", 60, 2.0))
    monkeypatch.setattr(kills, "broken_run", lambda *given: Broken(records, 71, 5.0, len(given[-1])))
    (row,) = kills.run(Settings(quick=True))
    assert row.figures == {
        "kills": 3,
        "calls": 71,
        "asked twice": 11,
        "at most": 24,
        "records equal": equal,
        "wall s": 5.0,
        "wall / undisturbed": 2.5,
    }


def test_a_command_that_ends_in_an_error_is_told_with_its_words(monkeypatch):
    def fails(*given):
        raise DidNotRunError("The ledger is a folder.")

    monkeypatch.setattr(kills, "unbroken_run", fails)
    (row,) = kills.run(Settings(quick=True))
    assert row.remark == "did not run: The ledger is a folder."


def test_the_floor_runs_between_the_others_and_its_drift_is_told(monkeypatch):
    ratios = iter([1.0, 2.0, 2.0, 1.5])
    ideal = speed.ideal_s(1000, 50, 0.2)
    monkeypatch.setattr(speed, "tried", lambda system, load: RESULT._replace(wall_s=ideal * next(ratios)))
    rows = speed.run(Settings(systems=frozenset({FLOOR.name, "ours"})))
    assert [row.name == FLOOR.name for row in rows[:-1]] == [True, False, False, True]
    assert rows[-1].figures == {"wall / ideal": "+50%"}


def test_names_are_parts_or_systems():
    assert chosen(["faults", "deepeval"], PARTS) == (["faults"], {"deepeval"})
    assert chosen(["ours"], PARTS) == (list(PARTS), {"ours"})
    assert Settings(systems=frozenset({"our"})).wants(OURS)
    assert not Settings(systems=frozenset({"deepeval"})).wants(OURS)


def test_markdown_has_a_line_a_row():
    text = as_markdown(Section("Speed", "About it.", [Row("a", {"x": 1}), Row("b", {"x": 2}, "late | slow")]))
    assert text == (
        "## Speed\n\nAbout it.\n\n|  | x | remark |\n| --- | ---: | --- |\n"
        "| a | 1 |  |\n| b | 2 | late \\| slow |\n"
    )


@pytest.mark.parametrize("peer", sorted({s.environment for s in SYSTEMS if s.environment}))
def test_what_is_installed_holds_to_the_pins(peer):
    installed = (ROOT / f"eval/bench/peers/requirements/{peer}.txt").read_text().splitlines()
    assert {re.sub(r"\[.*\]", "", pin) for pin in requirements_of(peer)} <= set(installed)
