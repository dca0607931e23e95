import csv
import io
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.domain.reasons import Reason
from grader.domain.submission import Submission
from grader.errors import InputError
from grader.readers.columns import ColumnMap
from grader.readers.encoding import stored
from grader.readers.submissions import read_submissions
from grader.readers.tables import read_csv

TASKS = {"no_show", "breach"}


def read(path: Path, data: str | bytes, columns: ColumnMap | None = None) -> list[Submission]:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return list(read_submissions(path, tasks=TASKS, columns=columns))


def test_a_plain_table(tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", "candidate,task,text\nC1,no_show,Call them.\nC2,breach,Report it.\n")
    assert found == [
        Submission(id="C1/no_show", candidate="C1", task="no_show", text="Call them.", source="a.csv:2"),
        Submission(id="C2/breach", candidate="C2", task="breach", text="Report it.", source="a.csv:3"),
    ]


def test_lines_are_those_of_an_editor_after_quoted_newlines_and_blank_lines(tmp_path: Path) -> None:
    first = 'C1,no_show,"1. Call\r\n2. ""Note"", and wait\r\n\r\n"\r\n'
    data = f"candidate,task,text\r\n{first}\r\n,,\r\nC2,breach,x y\r\n"
    found = read(tmp_path / "a.csv", data)
    assert [(s.source, s.text) for s in found] == [
        ("a.csv:2", '1. Call\n2. "Note", and wait\n\n'),
        ("a.csv:8", "x y"),
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_delimiters_and_encodings(tmp_path: Path, mark: str, codec: str) -> None:
    rows = [["candidate", "task", "text, in full"], ["C1", "no_show", "I’d call; then | wait,\tand note it"]]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=mark).writerows(rows)
    found = read(tmp_path / "a.csv", buffer.getvalue().encode(codec), ColumnMap(text="text, in full"))
    assert [s.text for s in found] == [rows[1][2]]


def test_ragged_rows_are_named_and_cost_nobody_else(tmp_path: Path) -> None:
    data = "candidate,task,text\nC1,no_show,Call, then wait\nC2,no_show\nC3,no_show,fine,,\n"
    found = read(tmp_path / "a.csv", data)
    assert [(s.source, s.problem) for s in found] == [
        ("a.csv:2", Reason.UNREADABLE),
        ("a.csv:3", Reason.UNREADABLE),
        ("a.csv:4", None),
    ]
    assert "4 cells but the header has 3" in found[0].detail
    assert found[0].id == found[0].source


def test_quotes_that_do_not_match_are_named(tmp_path: Path) -> None:
    found = read(tmp_path / "a.csv", 'candidate,task,text\nC1,no_show,"say "yes" now"\nC2,no_show,fine\n')
    assert [(s.source, s.problem) for s in found] == [("a.csv:2", Reason.UNREADABLE), ("a.csv:3", None)]
    assert "quotation marks" in found[0].detail


def test_a_quote_that_never_closes_is_an_error_with_its_line(tmp_path: Path) -> None:
    data = 'candidate,task,text\nC1,no_show,fine\nC2,no_show,"open\nC3,no_show,lost\n'
    with pytest.raises(InputError, match=r"a\.csv:3: A quotation mark opens here"):
        read(tmp_path / "a.csv", data)


def test_large_cells(tmp_path: Path) -> None:
    text = "word " * 100_000
    assert read(tmp_path / "a.csv", f"candidate,task,text\nC1,breach,{text}\n")[0].text == text


def test_rows_are_read_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('candidate,task,text\nC1,no_show,fine\nC2,no_show,"never closed\n')
    found = read_submissions(path, tasks=TASKS)
    assert next(found).candidate == "C1"
    with pytest.raises(InputError):
        next(found)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.csv", b"", "a.csv:1: The table is empty"),
        ("a.csv", b"\n\n", "The table is empty"),
        ("a.csv", b"candidate,task,text\n", "a.csv:1: The table has a header but no rows"),
        ("a.csv", b"\ncandidate,task,essay\nC1,breach,x\n", "a.csv:2: No column for text"),
        ("a.csv", b'"candidate,task,text\n', "A quotation mark opens here"),
        ("a.csv", b"PK\x03\x04", "zip-based"),
        ("a.csv", b"a,b\x00\n", "binary"),
        ("a.jsonl", b"", "The table is empty"),
        ("a.jsonl", b'[\n{"candidate": "C1"}\n]\n', None),
        ("a.jsonl", b"[1, 2]\n", "not a JSON object"),
        (
            "a.jsonl",
            b'{"candidate": "C1", "task": "breach"}\n',
            r'a\.jsonl:1: No column for text.*"candidate", "task"',
        ),
    ],
)
def test_whole_file_failures(tmp_path: Path, name: str, data: bytes, message: str | None) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path / name, data)


def test_json_lines(tmp_path: Path) -> None:
    lines = [
        json.dumps({"candidate": 17, "task": "breach", "text": "one\r\ntwo “three”", "name": "Ann Roe"}),
        "",
        '{"candidate": "C2", "task": "breach", "text": "half a pair \\ud83d"}',
        '{"candidate": "C3", "task": "breach", "text": "cut',
        '{"candidate": "C4", "task": "breach", "text": ["a"]}',
        '{"candidate": "C5", "task": "breach"}',
        '{"candidate": "C6", "task": "breach", "text": null}',
        "[" * 100_000,
        '{"candidate": {"name": "Ann Roe"}, "task": "breach", "text": "x"}',
    ]
    found = read(tmp_path / "a.jsonl", "\n".join(lines))
    assert [(s.source, s.candidate, s.text, s.problem) for s in found] == [
        ("a.jsonl:1", "17", "one\ntwo “three”", None),
        ("a.jsonl:3", "C2", "half a pair �", None),
        ("a.jsonl:4", "", "", Reason.UNREADABLE),
        ("a.jsonl:5", "C4", "", Reason.UNREADABLE),
        ("a.jsonl:6", "C5", "", Reason.UNREADABLE),
        ("a.jsonl:7", "C6", "", Reason.BLANK),
        ("a.jsonl:8", "", "", Reason.UNREADABLE),
        ("a.jsonl:9", "", "", Reason.UNREADABLE),
    ]
    assert "column 51" in found[2].detail
    assert 'no "text"' in found[4].detail
    assert "Ann" not in "".join(s.model_dump_json() for s in found)


def test_a_table_whose_encoding_changes_is_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    row = "C1,breach,It’s a café and that’s that\n".encode("cp1252")
    path.write_bytes(b"candidate,task,text\n" + row * 8000 + b"C2,breach,\x81\n")
    with pytest.raises(InputError, match="not cp1252 throughout"):
        list(read_csv(path).rows)


odd_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)


@settings(deadline=None, max_examples=60)
@given(st.lists(odd_text, min_size=1, max_size=8), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_csv_round_trip(texts: list[str], codec: str) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    writer.writerow(["candidate", "task", "text"])
    writer.writerows([f"C{i}", "breach", text] for i, text in enumerate(texts))
    with tempfile.TemporaryDirectory() as folder:
        found = read(Path(folder, "a.csv"), buffer.getvalue().encode(codec))
    assert [s.text for s in found] == [stored(text) for text in texts]
    assert [s.candidate for s in found] == [f"C{i}" for i in range(len(texts))]


cell = st.text(st.sampled_from('ab",;\n\r \t#/'), max_size=6)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("AB"), cell, cell), min_size=1, max_size=8))
def test_rows_in_equal_submissions_out_and_ids_are_unique(rows: list[tuple[str, str, str]]) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows([("candidate", "task", "text"), *rows])
    with tempfile.TemporaryDirectory() as folder:
        found = read(Path(folder, "a.csv"), buffer.getvalue())
    assert len(found) == len(rows) == len({s.id for s in found})
