from pathlib import Path

import pytest

from grader.domain.reasons import Reason
from grader.domain.submission import Submission
from grader.errors import InputError
from grader.readers.submissions import is_blank, read_submissions

TASKS = frozenset({"no_show", "breach"})


def table(path: Path, text: str) -> list[Submission]:
    path.write_text(text, encoding="utf-8")
    return list(read_submissions(path, tasks=TASKS))


def test_every_reason_is_told_with_a_sentence(tmp_path: Path) -> None:
    found = table(
        tmp_path / "a.csv",
        "candidate,task,text\n"
        "C1,breach,fine\n"
        "C1,breach,again\n"
        "C1,breach,and again\n"
        "C2,breach, \u200b\ufeff\u3164 \n"
        "C3,breech,text\n"
        "C4,zzz,text\n"
        "C5,,text\n"
        ",breach,text\n",
    )
    assert [(s.id, s.problem) for s in found] == [
        ("C1/breach", None),
        ("C1/breach#2", Reason.DUPLICATE_ID),
        ("C1/breach#3", Reason.DUPLICATE_ID),
        ("C2/breach", Reason.BLANK),
        ("C3/breech", Reason.UNKNOWN_TASK),
        ("C4/zzz", Reason.UNKNOWN_TASK),
        ("C5/", Reason.UNKNOWN_TASK),
        ("a.csv:9", Reason.UNREADABLE),
    ]
    assert "used first in a.csv:2" in found[1].detail
    assert 'did you mean "breach"?' in found[4].detail
    assert "breach, no_show" in found[5].detail
    assert "names no task" in found[6].detail
    assert "names no candidate" in found[7].detail
    assert found[0].detail == ""
    assert found[1].text == "again"


def test_own_ids_and_their_duplicates(tmp_path: Path) -> None:
    found = table(
        tmp_path / "a.csv",
        "id,candidate,task,text\n7,C1,breach,a\n7#2,C1,breach,b\n7,C2,breach,c\n,C3,breach,d\n",
    )
    assert [(s.id, s.problem) for s in found] == [
        ("7", None),
        ("7#2", None),
        ("7#3", Reason.DUPLICATE_ID),
        ("C3/breach", None),
    ]


def test_each_task_cell_of_a_wide_table_is_a_submission(tmp_path: Path) -> None:
    found = table(tmp_path / "a.csv", "candidate,group,breach,No Show\nC1,f,Report.,Call.\nC2,m,,Call.\n")
    assert [(s.id, s.text, s.source, s.problem) for s in found] == [
        ("C1/breach", "Report.", "a.csv:2", None),
        ("C1/no_show", "Call.", "a.csv:2", None),
        ("C2/breach", "", "a.csv:3", Reason.BLANK),
        ("C2/no_show", "Call.", "a.csv:3", None),
    ]


def test_names_and_groups_never_come_through(tmp_path: Path) -> None:
    found = table(
        tmp_path / "a.csv",
        "name,candidate,email,task,text,groups\n"
        "Ann Roe,C1,ann@example.org,breach,Report it.,women\n"
        "Ann Roe,C1,ann@example.org,breach,,women\n"
        "Ann Roe,C1,ann@example.org,breach,Report, it.,women\n"
        "Ann Roe,,ann@example.org,breach,Report it.,women\n",
    )
    everything = "".join(s.model_dump_json() for s in found)
    assert len(found) == 4
    assert not any(word in everything for word in ("Ann", "Roe", "example.org", "women"))


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Call them.", encoding="utf-8")


def test_both_layouts_of_a_folder_in_natural_order(tmp_path: Path) -> None:
    write(tmp_path, "C10/breach.txt", "C2/breach.md", "C1__no_show.txt", "C_1__x__breach.TXT")
    found = list(read_submissions(tmp_path, tasks=TASKS))
    assert [(s.id, s.source, s.problem) for s in found] == [
        ("C1/no_show", "C1__no_show.txt", None),
        ("C2/breach", "C2/breach.md", None),
        ("C10/breach", "C10/breach.txt", None),
        ("C_1__x/breach", "C_1__x__breach.TXT", None),
    ]


def test_files_that_do_not_fit_are_told_and_system_files_skipped(tmp_path: Path) -> None:
    write(tmp_path, "C1/breach.txt", "notes.txt", "C1/old/breach.txt", "C1/no_show.rtf", "C1/hiring.txt")
    write(
        tmp_path, ".DS_Store", "Thumbs.db", "C1/~$no_show.docx", ".git/config.txt", "__MACOSX/C1/breach.txt"
    )
    found = {s.source: s for s in read_submissions(tmp_path, tasks=TASKS)}
    assert {source: s.problem for source, s in found.items()} == {
        "C1/breach.txt": None,
        "C1/hiring.txt": Reason.UNKNOWN_TASK,
        "C1/no_show.rtf": Reason.UNREADABLE,
        "C1/old/breach.txt": Reason.UNKNOWN_TASK,
        "notes.txt": Reason.UNKNOWN_TASK,
    }
    assert ".rtf is not read" in found["C1/no_show.rtf"].detail
    assert "<candidate>__<task>" in found["notes.txt"].detail
    assert found["notes.txt"].id == "notes.txt"


def test_the_same_answer_in_two_files_is_a_duplicate(tmp_path: Path) -> None:
    write(tmp_path, "C1/breach.md", "C1__breach.txt")
    _, second = read_submissions(tmp_path, tasks=TASKS)
    assert second.problem is Reason.DUPLICATE_ID
    assert "C1/breach.md" in second.detail


def test_a_single_document(tmp_path: Path) -> None:
    write(tmp_path, "C1__breach.txt")
    (found,) = read_submissions(tmp_path / "C1__breach.txt", tasks=TASKS)
    assert (found.id, found.text, found.source) == ("C1/breach", "Call them.", "C1__breach.txt")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.csv", "could not be opened"),
        ("missing", "no such file or folder"),
        ("answers.xls", 'kind ".xls" are not read'),
        ("answer.txt", "does not say whose"),
        ("empty", "The folder holds no file"),
        ("tables", "a table is given by its own path"),
    ],
)
def test_nothing_to_read(tmp_path: Path, name: str, message: str) -> None:
    write(tmp_path, "answers.xls", "answer.txt", "tables/answers.csv")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=message) as caught:
        read_submissions(tmp_path / name, tasks=TASKS)
    assert all(p.file and p.message and p.remedy for p in caught.value.problems)


def test_sheets_belong_to_workbooks(tmp_path: Path) -> None:
    write(tmp_path, "a.csv")
    with pytest.raises(InputError, match="Only XLSX"):
        read_submissions(tmp_path / "a.csv", tasks=TASKS, sheet="One")


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\u00a0\u200b\u2060", "\u2800\u3164", "\u202e\U000e0041", "\ufe0f"]
)
def test_blank(text: str) -> None:
    assert is_blank(text)


@pytest.mark.parametrize("text", [".", "a", "\u200bx", "不", "😀", "�"])
def test_not_blank(text: str) -> None:
    assert not is_blank(text)
