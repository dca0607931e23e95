import random
from collections import Counter

import pytest

from grader.calibration_files import load_set, shipped_sets
from grader.datafiles import load_rubrics
from grader.drift.checks import drawn, known_answers, mixed, pseudonym
from tests.support.calibrations import rated

RUBRIC = load_rubrics()["vendor_email"]
NAMES = [c.id for c in RUBRIC.criteria]


def test_known_verdicts_are_those_of_people_where_there_are_any() -> None:
    given = {"bot": {NAMES[0]: 0.0}, "ana": {NAMES[0]: 1.0}, "ben": {NAMES[0]: 0.5}, "cy": {NAMES[0]: 0.5}}
    kinds = {"bot": "model", "ana": "human", "ben": "human", "cy": "human"}
    found = known_answers(rated({"r": given}, kinds, texts={"r": "An answer."}), RUBRIC)
    assert [(k.response, k.text, dict(k.values)) for k in found] == [("r", "An answer.", {NAMES[0]: 0.5})]


def test_an_answer_without_text_is_no_check() -> None:
    assert known_answers(rated({"r": {"ana": {NAMES[0]: 1.0}}}, {"ana": "human"}), RUBRIC) == ()


def test_shipped_sets_are_check_answers() -> None:
    folder = next(path for path in shipped_sets() if path.name == "vendor_email")
    found = known_answers(load_set(folder), RUBRIC)
    assert len(found) == 24
    assert {len(known.values) for known in found} == {len(RUBRIC.judged)}


def test_the_same_seed_draws_the_same_and_each_answer_once() -> None:
    found = known_answers(load_set(next(p for p in shipped_sets() if p.name == "vendor_email")), RUBRIC)
    one, same, other = (drawn(found, 10, seed) for seed in ("a", "a", "b"))
    assert one == same != other
    assert len({known.response for known in one}) == 10
    assert len(drawn(found, 99, "a")) == 24


def test_mixing_keeps_the_order_of_the_items_and_every_place_is_as_likely() -> None:
    places: Counter[int] = Counter()
    for seed in range(3000):
        found = list(mixed(iter("abcd"), ["X", "Y"], 4, str(seed)))
        assert [item for item in found if item in "abcd"] == list("abcd")
        assert sorted(found) == sorted("abcdXY")
        places[found.index("X")] += 1
    assert sorted(places) == list(range(6))
    assert all(abs(times - 500) < 100 for times in places.values())


@pytest.mark.parametrize("count", [0, 3, 9])
def test_mixing_loses_nothing_where_the_count_is_wrong(count: int) -> None:
    assert sorted(mixed(iter("abcd"), ["X", "Y"], count, "s")) == sorted("abcdXY")


def test_a_pseudonym_has_the_form_of_the_names_and_is_none_of_them() -> None:
    taken = {f"cand-{n:02}" for n in range(60)}
    name = pseudonym(taken, "s")
    assert name not in taken
    assert name.startswith("cand-")
    assert len(name) == 7
    assert pseudonym({"ana", "ben"}, "s").isdigit()
    everything = {f"c{n}" for n in range(10)}
    assert pseudonym(everything, str(random.Random(0).random())) not in everything
