"""What may come twice, told from how terms are made."""

from __future__ import annotations

import pytest

from kg.duplicates import Once, apart, columns_of, nodes, one_to_one, settled
from kg.forms import Line
from kg.parts import Lines
from kg.terms import Column, Pieces

ID, X = Column("id", "in an IRI"), Column("x", "in an IRI")
TYPES = {"id": "string", "x": "string", "v": "struct<v: string, t: string>"}
P: Pieces = ("<e:p>",)


def terms(subject: Pieces, obj: Pieces, predicate: Pieces = P, *graph: Pieces) -> tuple[Pieces, ...]:
    return (subject, predicate, obj, *graph)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (terms(("<e:s/", ID, ">"), ('"', X, '"')), terms(("<e:s/", X, ">"), ('"', ID, '"')), False),
        (terms(("<e:s/", ID, ">"), P), terms(("<e:t/", ID, ">"), P), True),
        (terms(("<e:s/", ID, ">"), P), terms(("<e:s/", ID, "/x>"), P), True),
        (terms(("<e:s/", ID, ">"), P), terms(("<e:s/", ID, "/", X, ">"), P), True),
        (terms(("<e:s/", ID, ">"), P), terms(("<e:s/", ID, "-", X, ">"), P), False),
        (terms(("<e:s/", Column("id"), ">"), P), terms(("<e:s/", ID, "/", X, ">"), P), False),
        (terms(P, ('"', X, '"')), terms(P, ('"', X, '"@zh')), True),
        (terms(P, ('"', X, '"')), terms(P, ("<e:", X, ">")), True),
        (terms(P, P), terms(P, P, ("<e:q>",)), True),
        (terms(P, P), terms(P, P, P, ("<e:g>",)), True),
        (terms(P, P, (Column("x"),)), terms(P, P), False),
        (terms(P, P), terms(P, P), False),
    ],
)  # fmt: skip
def test_quads_are_apart_if_one_term_must_differ(
    one: tuple[Pieces, ...], other: tuple[Pieces, ...], expected: bool
) -> None:
    assert apart(one, other) is expected
    assert apart(other, one) is expected


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (P, True),
        (('"', Column("x", "escaped"), '"'), True),
        (("<e:", ID, "/", X, ">"), True),
        (("<e:", ID, "-", X, ">"), False),
        (("<e:", ID, X, ">"), False),
        (('"', Column("id", "escaped"), "/", Column("x", "escaped"), '"'), False),
        (('"', Column("v", "escaped"), '"'), False),
        (('"', Column("x", "lower case"), '"'), False),
    ],
)  # fmt: skip
def test_a_term_pictures_its_columns(term: Pieces, expected: bool) -> None:
    assert one_to_one(term, TYPES) is expected
    assert bool(columns_of(Line((), (), (), (P, P, (*term, Column("id"))[: len(term)])), TYPES)) is (
        expected and term != P
    )


def lines(subject: Pieces, *objects: tuple[str, Pieces], table: str = "t") -> Lines:
    made = tuple(Line((), (), (), (subject, (predicate,), obj)) for predicate, obj in objects)
    return Lines(table, tuple(TYPES.items()), "subject", Line(subject), made)


def test_lines_of_a_key_stay_together() -> None:
    part = lines(("<e:s/", ID, ">"), ("<e:p>", ('"', X, '"')), ("<e:q>", ('"', X, '"')))
    assert settled([part], lambda node: True) == (part,)
    assert [node.line for node in nodes([part])] == [part.subject]


def test_lines_without_a_key_are_made_unique_one_by_one() -> None:
    part = lines(("<e:s/", X, ">"), ("<e:p>", ('"', X, '"')), ("<e:q>", ('"', X, '"')))
    first, second = (lines(("<e:s/", X, ">"), (p, ('"', X, '"'))) for p in ("<e:p>", "<e:q>"))
    assert settled([part], lambda node: False) == (Once((first,)), Once((second,)))


def test_lines_of_two_parts_that_meet_are_made_unique_together() -> None:
    """The others of these parts are left alone."""
    one = lines(("<e:s/", ID, ">"), ("<e:p>", ('"', X, '"')), ("<e:q>", P))
    other = lines(("<e:s/", X, ">"), ("<e:p>", ('"', ID, '"')), table="u")
    found = settled([one, other], lambda node: True)
    assert found == (
        lines(("<e:s/", ID, ">"), ("<e:q>", P)),
        Once((lines(("<e:s/", ID, ">"), ("<e:p>", ('"', X, '"'))), other)),
    )


def test_a_predicate_of_a_column_may_be_any() -> None:
    one = lines(("<e:s/", ID, ">"), ("<e:p>", P))
    other = Lines(
        "t",
        tuple(TYPES.items()),
        "subject",
        Line(P),
        (Line((), (), (), (("<e:s/", ID, ">"), ("<", Column("x"), ">"), P)),),
    )
    assert settled([one, other], lambda node: True) == (Once((one, other)),)
