from itertools import islice

from eval.bench.answers import CHECKLIST, DIFFERENT, letters
from eval.bench.material import rows, rubric_fields, write_files
from grader.datafiles import load_rubrics
from grader.domain.rubric import Rubric
from grader.lint import refusals
from grader.readers.submissions import read_submissions


def test_letters_are_always_the_same_and_all_different():
    many = list(letters(3 * DIFFERENT))
    assert many[:50] == list(islice(letters(50), 50))
    assert len(set(many)) == len(many)


def test_one_of_six_criteria_is_a_fault():
    rubric = Rubric.model_validate(rubric_fields())
    assert len(rubric.criteria) == len(CHECKLIST) == 6
    assert [c.negative for c in rubric.criteria].count(True) == 1
    assert not list(refusals(rubric))


def test_files_hold_what_is_graded_directly(tmp_path):
    rubric_file, answers_file = write_files(tmp_path, 3)
    (rubric,) = load_rubrics(rubric_file).values()
    assert rubric == Rubric.model_validate(rubric_fields())
    read = list(read_submissions(answers_file, tasks={rubric.task}))
    assert [s.text for s in read] == [row["text"] for row in rows(3)]
    assert not any(s.problem for s in read)
