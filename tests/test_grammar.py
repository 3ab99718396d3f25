"""The small grammars: what templates, IRIs, columns and names of files mean."""

import pytest

from kg import grammar
from kg.errors import MappingError
from kg.mapping import Call, Constant, Expression, Fresh, Reference, Template

A = Reference("a")
CALL = Call("http://example.org/f", (("http://example.org/p", A),))


@pytest.mark.parametrize(
    ("said", "path", "formulation"),
    [
        ("csv", "a.csv", "csv"),
        ("csv", "A.XLSX", "excel"),
        ("csv", "folder.parquet/a.csv", "csv"),
        ("json", "a.parquet", "json"),
        ("json", "a.ndjson.gz", "jsonl"),
        ("xml", "a.jsonl", "xml"),
    ],
)
def test_formulations(said: str, path: str, formulation: str):
    """The name of a file tells formats that have no formulation of their own."""
    assert grammar.formulation(said, path) == formulation


@pytest.mark.parametrize(
    ("written", "name"),
    [('"ID"', "ID"), ('"a ""b"""', 'a "b"'), ("ID", "ID"), ('"', '"'), ('""', '""'), ('"a"b"', '"a"b"')],
)
def test_delimited_identifiers(written: str, name: str):
    """Only what is a delimited identifier of SQL as a whole loses its quotes."""
    assert grammar.undelimited(written) == name


@pytest.mark.parametrize(
    ("expression", "rebased"),
    [
        (Template((A, "/x")), Template(("http://b/", A, "/x"))),
        (Template(("p/", A)), Template(("http://b/p/", A))),
        (Template(("http://c/", A)), Template(("http://c/", A))),
        (A, A),
        (Fresh(), Fresh()),
    ],
)
def test_rebased(expression: Expression, rebased: Expression):
    """A relative template gets the base in front; nothing else changes."""
    assert grammar.rebased(expression, "http://b/") == rebased


@pytest.mark.parametrize("expression", [A, Fresh(), CALL])
def test_what_makes_its_iris_later(expression: Expression):
    """References, calls and fresh blank nodes are checked when there are values."""
    assert grammar.iri(expression, None) is expression


def test_unsafe_iris():
    """Only an unsafe IRI may have a blank; it must be absolute like all others."""
    spaced = Template(("http://x.org/ ", A))
    assert grammar.iri(spaced, None, safe=False) == spaced
    with pytest.raises(MappingError, match="no IRI may have"):
        grammar.iri(spaced, None)
    with pytest.raises(MappingError, match="no absolute IRI"):
        grammar.iri(Constant("a b"), None, safe=False)


def test_calls_as_text():
    """Messages show a call with its arguments, and a fresh blank node as Turtle writes it."""
    assert grammar.written(CALL) == "http://example.org/f({a})"
    assert grammar.written(Fresh()) == "[]"
