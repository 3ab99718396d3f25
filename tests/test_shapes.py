"""The shape of a source."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import Place
from kg.mapping import LogicalSource
from kg.shapes import at, is_file, nothing_found


@pytest.mark.parametrize(
    ("path", "is_one"),
    [("t.csv", True), ("a/-", True), ("-", False), ("https://kg.example/t.csv", False), ("http/t.csv", True)],
)
def test_a_path_may_name_no_file(path: str, is_one: bool) -> None:
    """Standard input and what is on the web are none."""
    assert is_file(LogicalSource(path)) is is_one


def test_a_record_without_a_place_is_in_the_file() -> None:
    file = Path("t.xml")
    assert at(file, [(1, Place(file, 4))], [(1, "a"), (2, "a")]) == {
        (1, "a"): Place(file, 4),
        (2, "a"): Place(file),
    }


def test_no_record_is_a_warning() -> None:
    (finding,) = nothing_found(Path("t.xml"), "there is none")
    assert str(finding) == "t.xml: warning[empty-table]: there is none"
