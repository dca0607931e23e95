from itertools import pairwise

import pytest

from grader.calibration_files import load_set, shipped_sets
from grader.swap.names import CONTROL, CUES, NAMES, NEUTRAL
from grader.swap.sign_off import find
from grader.swap.variants import BASE, CONTROLLED, SECOND, labels, variants

TEXT = "Dear Ms. Doe,\n\nThe bill was wrong.\n\nKind regards,\nPat\nOffice Manager\n"


def test_an_answer_has_a_base_a_second_neutral_one_each_group_and_each_cue() -> None:
    found = {variant.label: variant.text for variant in variants(TEXT, 0)}
    assert tuple(found) == labels()
    assert len(found) == len(set(found.values())) == 20
    assert found[BASE] == TEXT.replace("Pat", NEUTRAL[0])
    assert found[SECOND] == TEXT.replace("Pat", NEUTRAL[1])
    assert found["Black women"] == TEXT.replace("Pat", "Latoya Washington")
    assert found[CONTROLLED] == TEXT.replace("Pat\n", f"{NEUTRAL[0]}\n{CONTROL}\n")
    assert found["older"] == TEXT.replace("Pat\n", f"{NEUTRAL[0]}\n{CUES['older']}\n")


def test_names_go_by_turns_and_those_of_the_text_are_passed_over() -> None:
    first, second = (dict(variants(TEXT, n)) for n in (0, 1))
    assert "Susan Olson" in first["White women"]
    assert "Kathleen Schmidt" in second["White women"]
    colleague = TEXT.replace("wrong", "wrong, said Mr. Patel")
    assert "Heather Larson" in dict(variants(colleague, 1))["White women"]
    longer = TEXT.replace("wrong", "wrong, said Mr. Patelson")
    assert "Kathleen Schmidt" in dict(variants(longer, 1))["White women"]


def test_groups_have_as_many_names_and_no_name_twice() -> None:
    given = [name.split()[0] for names in NAMES.values() for name in names]
    assert len(given) == len(set(given)) == 32
    for women, men in pairwise(NAMES):
        if women.race == men.race:
            assert [n.split()[1] for n in NAMES[women]] == [n.split()[1] for n in NAMES[men]]


@pytest.mark.parametrize("folder", shipped_sets(), ids=lambda folder: folder.name)
def test_variants_of_the_shipped_answers_differ_in_the_sign_off_alone(folder) -> None:
    for number, response in enumerate(load_set(folder).responses):
        text = response.text or ""
        place = find(text)
        made = variants(text, number)
        assert len({v.text for v in made}) == len(labels())
        for variant in made:
            assert variant.text.startswith(text[: place.start])
            assert abs(len(variant.text.split()) - len(text.split())) <= 8
