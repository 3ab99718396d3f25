"""Named queries held against the rows that are expected of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from models import write

import kg
from kg import expectations, query_text
from kg.errors import EmptyTable, Encoding, KgError, QueryError, UnknownFormat
from kg.expectations import Outcome
from kg.graph import Graph

Row = tuple[str, ...]


@pytest.fixture
def outcome(graph: Graph, tmp_path: Path) -> Callable[[str, str | bytes | None], Outcome]:
    """The outcome of a query with these expected rows."""

    def run(query: str, expected: str | bytes | None) -> Outcome:
        write(tmp_path, {"q.rq": query, "q.csv": expected})
        return expectations.outcome(graph, query_text.read(tmp_path / "q.rq"))

    return run


Run = Callable[[str, str | bytes | None], Outcome]
VALUES = "SELECT ?x ?y { VALUES (?x ?y) { %s } }"


def test_every_named_query_has_an_outcome(graph: Graph) -> None:
    """By name; parameters have their defaults."""
    found = list(expectations.outcomes(graph))
    assert [(each.query.name, each.passed) for each in found] == [("places", True), ("within", True)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ('("a" 1) ("b" 2)', "x,y\nb,2\na,1\n"),
        ('("a" 1)', "\ufeffx,y\r\na,1\r\n"),
        ('("a" 1)', "x,y\na,1"),
        ('("a" 1.50) ("b" 1E1)', "x,y\na,1.5\nb,10\n"),
        ('("a" 12345678901234567890123456789012345678)', "x,y\na,12345678901234567890123456789012345678.0\n"),
        ('("a" UNDEF)', "x,y\na,\n"),
        ('("a\\r\\nb" "c,d")', 'x,y\n"a\r\nb","c,d"\n'),
        ('("a" 1) ("a" 1)', "x,y\na,1\na,1\n"),
        ("", "x,y\n"),
        (f'("{"x" * 200_000}" 1)', f"x,y\n{'x' * 200_000},1\n"),
    ],
)
def test_rows_that_are_the_same(values: str, expected: str, outcome: Run) -> None:
    """In any order, numbers by their value."""
    assert outcome(VALUES % values, expected).passed


@pytest.mark.parametrize(
    ("values", "expected", "missing", "unexpected"),
    [
        ('("a" 1)', "x,y\na,2\n", [("a", "2")], [("a", "1")]),
        ('("a" 1)', "x,z\na,1\n", [("x", "z")], [("x", "y")]),
        ('("a" 1)', "x\na\n", [("x",), ("a",)], [("x", "y"), ("a", "1")]),
        ('("a" 1) ("a" 1)', "x,y\na,1\n", [], [("a", "1")]),
        ('("a" 1)', "x,y\na,1\na,1\n", [("a", "1")], []),
        ('("1_0" 1)', "x,y\n10,1\n", [("10", "1")], [("1_0", "1")]),
        ('("１" 1)', "x,y\n1,1\n", [("1", "1")], [("１", "1")]),
        ('(" 1" 1)', "x,y\n1,1\n", [("1", "1")], [(" 1", "1")]),
        (
            '("a" 12345678901234567890123456789012345678)',
            "x,y\na,12345678901234567890123456789012345679\n",
            [("a", "12345678901234567890123456789012345679")],
            [("a", "12345678901234567890123456789012345678")],
        ),
        ('("nan" "Infinity")', "x,y\nNaN,Infinity\n", [("NaN", "Infinity")], [("nan", "Infinity")]),
        ('("1e9999999" 1)', "x,y\n1e9999998,1\n", [("1e9999998", "1")], [("1e9999999", "1")]),
    ],
)
def test_rows_that_differ(
    values: str, expected: str, missing: list[Row], unexpected: list[Row], outcome: Run
) -> None:
    """What lacks and what is too many; each as often as it does."""
    found = outcome(VALUES % values, expected)
    assert not found.passed
    assert (sorted(found.missing), sorted(found.unexpected)) == (sorted(missing), sorted(unexpected))


def test_a_row_of_one_empty_cell_is_a_row(outcome: Run) -> None:
    query = "SELECT ?x { VALUES ?x { UNDEF 'a' } }"
    assert outcome(query, "x\n\na\n").passed
    assert outcome(query, 'x\n""\na\n').passed
    assert not outcome(query, "x\na\n").passed


@pytest.mark.parametrize(
    ("order", "misplaced"),
    [
        ("ORDER BY ?x", True),
        ("order\nby DESC(?x)", True),
        ("", False),
        ("# order by x", False),
    ],
)
def test_the_order_counts_where_the_query_gives_one(order: str, misplaced: bool, outcome: Run) -> None:
    """Not where only a part of it does, or a comment."""
    rows = "x\nb\na\n" if "DESC" not in order else "x\na\nb\n"
    found = outcome(f"SELECT ?x {{ VALUES ?x {{ 'a' 'b' }} }} {order}", rows)
    assert (found.misplaced, found.passed) == (misplaced, not misplaced)
    inner = f"SELECT ?x {{ {{ SELECT ?x {{ VALUES ?x {{ 'a' 'b' }} }} {order}\n }} }}"
    assert not outcome(inner, "x\nb\na\n").misplaced


def test_yes_or_no_may_be_expected(outcome: Run) -> None:
    assert outcome("ASK { ?s a ex:Place }", "true\n").passed
    assert not outcome("ASK { ?s a ex:None }", "true\n").passed


@pytest.mark.parametrize(
    ("query", "expected", "error"),
    [
        ("SELECT ?x {", "x\n", QueryError),
        ("SELECT ?x { ?x a no:thing }", "x\n", QueryError),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "s,p,o\n", UnknownFormat),
        ("ASK {}", "", EmptyTable),
        ("ASK {}", "x\n毕节\n".encode("gb18030"), Encoding),
        (b"# \xff\nASK {}", "true\n", Encoding),
        ("SELECT ?x { SERVICE <http://127.0.0.1:9/> { ?x ?y ?z } }", "x\n", QueryError),
    ],
)
def test_what_cannot_be_run_or_read_is_an_outcome_too(
    query: str | bytes, expected: str | bytes, error: type[KgError], project: Callable[..., Path]
) -> None:
    """The other queries still have theirs."""
    root = project(
        {
            "queries/a.rq": query,
            "queries/a.csv": expected,
            "queries/b.rq": "ASK {}",
            "queries/b.csv": "true\n",
        }
    )
    first, second = expectations.outcomes(kg.build(root))
    assert isinstance(first.error, error)
    assert not first.passed
    assert second.passed


def test_a_query_without_expected_rows_has_not_passed(outcome: Run) -> None:
    found = outcome("ASK {}", None)
    assert found.untested
    assert not found.passed
