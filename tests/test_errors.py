"""Faults as values: where, what, what exists, how to mend it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import errors
from kg.errors import DataError, Finding, KgError, Place, UsageError


def tree(cls: type[KgError]) -> Iterator[type[KgError]]:
    for child in cls.__subclasses__():
        yield child
        yield from tree(child)


CLASSES = sorted(set(tree(KgError)), key=lambda cls: cls.__name__)


def test_all_errors_are_in_the_tree() -> None:
    defined = {
        each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Exception)
    }
    assert defined == {KgError, *CLASSES}


@pytest.mark.parametrize("cls", CLASSES)
def test_the_tree_is_drawn_as_it_is(cls: type[KgError]) -> None:
    """The picture in the module names each error below its parent."""
    assert errors.__doc__ is not None
    picture = [line for line in errors.__doc__.splitlines() if "──" in line]
    (at,) = (index for index, line in enumerate(picture) if line.split("── ")[1].split()[0] == cls.__name__)
    depth = picture[at].index("──")
    parents = (line for line in reversed(picture[:at]) if line.index("──") < depth)
    parent = next(parents, None)
    (base,) = cls.__bases__
    assert (parent.split("── ")[1].split()[0] if parent else "KgError") == base.__name__


@pytest.mark.parametrize("cls", CLASSES)
def test_wrong_use_ends_with_2_and_everything_else_with_1(cls: type[KgError]) -> None:
    assert cls.exit_code == (2 if issubclass(cls, UsageError) else 1)
    assert cls.__doc__


@pytest.mark.parametrize("cls", [cls for cls in CLASSES if cls is not UsageError])
def test_every_error_is_met_by_a_test(cls: type[KgError]) -> None:
    """Some test names it beside its imports: each is raised by what a user can cause."""
    here = Path(__file__)
    met = {
        node.id
        for path in here.parent.glob("test_*.py")
        if path != here
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name)
    }
    assert cls.__name__ in met


def test_every_error_has_its_heading_in_the_documentation(root: Path) -> None:
    """The id in brackets is what a person looks for."""
    text = (root / "docs" / "errors.md").read_text(encoding="utf-8")
    headings = {line.strip("# `") for line in text.splitlines() if line.startswith("#")}
    raised = {cls.rule() for cls in CLASSES if cls is not UsageError}
    assert raised - headings == set()


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(Path("data/events.csv"), 8, 5), "data/events.csv:8:5"),
        (Place(Path("data/events.csv"), 8), "data/events.csv:8"),
        (Place(Path("data/events.csv")), "data/events.csv"),
    ],
)
def test_a_place_is_what_editors_open(place: Place, text: str) -> None:
    assert str(place) == text


def test_places_are_in_the_order_of_the_text() -> None:
    places = [
        Place(Path("a"), 2, 1),
        Place(Path("a"), 10, 1),
        Place(Path("a"), 10, 3),
        Place(Path("b"), 1, 1),
    ]
    assert sorted([places[3], places[1], places[0], places[2]]) == places


MANY = tuple(f"zz{n:02}" for n in range(20))


@pytest.mark.parametrize(
    ("finding", "text"),
    [
        (Finding("r", "message"), "error[r]: message"),
        (Finding("r", "message", severity="warning"), "warning[r]: message"),
        (Finding("r", "message", Place(Path("f"), 1), fix="mend it"), "f:1: error[r]: message; mend it"),
        (
            Finding("r", "m", value="nmae", exists=("id", "name"), fix="f"),
            "error[r]: m; did you mean 'name'?; f",
        ),
        (Finding("r", "m", value="x", exists=("id", "name")), "error[r]: m; there are: id, name"),
        (
            Finding("r", "m", value="x", exists=MANY),
            "error[r]: m; there are: " + ", ".join(MANY[:8]) + " and 12 more",
        ),
        (Finding("r", "m", value="毕节", exists=("贵阳", "毕节市")), "error[r]: m; did you mean '毕节市'?"),
        (Finding("r", "m", value="x"), "error[r]: m"),
    ],
)
def test_a_finding_is_one_line(finding: Finding, text: str) -> None:
    assert str(finding) == text


@pytest.mark.parametrize("cls", CLASSES)
def test_an_error_carries_its_finding(cls: type[KgError]) -> None:
    error = cls("message", place=Place(Path("f"), 1), value="x", exists=iter(["xy"]), fix="mend")
    finding = Finding(cls.rule(), "message", Place(Path("f"), 1), "x", ("xy",), "mend")
    assert error.findings == (finding,)
    assert str(error) == str(finding)


def test_one_error_carries_several_findings() -> None:
    """Also through pickling, as between processes."""
    findings = [Finding("a", "first"), Finding("b", "second")]
    error = DataError.of(iter(findings))
    assert type(error) is DataError
    assert error.findings == tuple(findings)
    assert str(error) == "error[a]: first\nerror[b]: second"


def test_ids_are_words_with_hyphens() -> None:
    ids = [cls.rule() for cls in CLASSES]
    assert len(set(ids)) == len(ids)
    assert all(part.isalpha() and part.islower() for rule in ids for part in rule.split("-"))
