"""JSONPath, and names of keys instead of paths."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import MappingError, Place
from kg.json_paths import path
from kg.mapping import LogicalSource

SOURCE = LogicalSource("t.json", "json", place=Place(Path("m.ttl"), 7))
VALUE = {
    "a": {"b": [1, {"c": 2}]},
    "Country Code": "BE",
    "first-name": "x",
    "{Name}": "y",
    "年": 3,
    "3166": 4,
}


@pytest.mark.parametrize(
    ("text", "found", "definite"),
    [
        ("$", [VALUE], True),
        ("$.a.b[0]", [1], True),
        ("$.a.b[-1].c", [2], True),
        ("$.a.b[5]", [], True),
        ("$.a['x']", [], True),
        ("$['a'][0]", [], True),
        ("$.a.b.c", [], True),
        ("$['{Name}']", ["y"], True),
        ("$['Country Code']", ["BE"], True),
        ("$.a.b[*]", [1, {"c": 2}], False),
        ("$.a.*[*].c", [2], False),
        ("$[*][*][*]", [1, {"c": 2}], False),
        ("$.a[1]", [], True),
        ("$.a.b['c', 0]", [1], False),
        ("$.a.b[0:1]", [1], False),
        ("$..c", [2], False),
        ("$.a.b[?@.c == 2].c", [2], False),
        ("a.b[0]", [1], True),
        ("['a'].b[0]", [1], True),
        ("a.b[*].c", [2], False),
        ("Country Code", ["BE"], True),
        ("first-name", ["x"], True),
        ("年", [3], True),
        ("{Name}", ["y"], True),
        ("3166", [4], True),
        ("gone", [], True),
    ],
)
def test_what_a_path_finds(text: str, found: list[object], definite: bool) -> None:
    """And whether it finds one node at most; without $ it is a path from the record, or one key."""
    made = path(SOURCE, text)
    assert (made.find(VALUE), made.definite) == (found, definite)


@pytest.mark.parametrize(
    "text",
    [
        "$.a[*]]",
        "$.Country Code",
        "$.",
        "",
        "a[",
        "a.first-name",
        "$[?@.a ==]",
        "a;b",
        "a]",
        "@id",
        "(a",
        "{a",
        "a}",
    ],
)
def test_what_is_no_path_is_named(text: str) -> None:
    """Also a name that has signs of a path in it: nobody is to guess."""
    with pytest.raises(MappingError) as caught:
        path(SOURCE, text)
    assert str(caught.value).startswith(f"m.ttl:7: error[mapping-error]: {text!r} is no JSONPath: ")
    assert str(caught.value).endswith("; write a key with other signs than letters as $['key']")
