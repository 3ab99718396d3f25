"""Two states of a table compared by lines: exactly what differs, or nothing is said."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from kg import row_changes

MANY = 10**6


def compared(folder: Path, old: str, new: str, *, records: int = -1, most: int = MANY) -> object:
    for name, text in (("old", old), ("new", new)):
        (folder / name).write_text(text, encoding="utf-8", newline="")
    found = row_changes.between(folder / "old", folder / "new", lambda table: records, most=most)
    return found and (sorted(found.removed), sorted(found.added))


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=200)
@given(
    st.lists(st.sampled_from("abcdefgh")),
    st.lists(st.tuples(st.integers(0, 99), st.sampled_from("abcxyz"), st.booleans()), max_size=4),
    st.booleans(),
    st.booleans(),
)
def test_all_that_differs_is_told_as_often_as_it_does(
    tmp_path: Path, rows: list[str], edits: list[tuple[int, str, bool]], ends: bool, end: bool
) -> None:
    """Whether or not the last lines have an end."""
    new = list(rows)
    for at, row, there in edits:
        place = at % (len(new) + 1)
        new[place : place + there] = [row]
    texts = [
        "\n".join(["head", *each]) + "\n" * (ended or not each) for each, ended in ((rows, ends), (new, end))
    ]
    before, after = Counter(map(str.encode, rows)), Counter(map(str.encode, new))
    expected = sorted((before - after).elements()), sorted((after - before).elements())
    assert compared(tmp_path, *texts) == expected


def test_what_has_moved_has_not_changed(tmp_path: Path) -> None:
    rows = [f"row {number}" for number in range(5000)]
    old, new = ("\n".join(["head", *each, ""]) for each in (rows, rows[::-1]))
    assert compared(tmp_path, old, new) == ([], [])
    assert compared(tmp_path, old, new, most=100) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a\n1\n", "b\n1\n"),
        ("a\r\n1\r\n", "a\r\n2\r\n"),
        ("a\n1\n", "a\n1\r\n"),
        ("a\n1\n", "a\n1\n\n"),
        ("a\n\n1\n", "a\n1\n"),
        ("", "a\n1\n"),
        ("a", "a\n1\n"),
    ],
)
def test_where_lines_are_no_records_nothing_is_said(old: str, new: str, tmp_path: Path) -> None:
    assert compared(tmp_path, old, new) is None


def test_with_quotes_records_are_counted(tmp_path: Path) -> None:
    """One of two lines makes their number another one than that of lines."""
    old, new = 'a,b\n"1",2\n3,4\n', 'a,b\n"1",2\n3,5\n'
    assert compared(tmp_path, old, new, records=2) == ([b"3,4"], [b"3,5"])
    assert compared(tmp_path, old, new, records=1) is None


def test_a_new_cell_that_goes_on_to_old_lines_is_seen(tmp_path: Path) -> None:
    """The lines it takes are in both files, but no records any more."""
    old, new = "a,b\n1,x\n2,y\n3,z\n", 'a,b\n1,"x\n2,y\n3"\n'
    assert compared(tmp_path, old, new, records=1) is None
    assert compared(tmp_path, old, 'a,b\n1,"x"\n2,y\n3,z\n', records=3) == ([b"1,x"], [b'1,"x"'])


def test_lines_are_written_as_a_table(tmp_path: Path) -> None:
    found = row_changes.RowChanges(b"a,b", (b"1,2",), (b"3,4", b"5,6"))
    assert found.write(found.added, tmp_path / "out").read_bytes() == b"a,b\n3,4\n5,6\n"
