"""Solutions of SPARQL queries as records."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_records import said

from kg import sources
from kg.errors import KgError, MappingError, Place, TableError, UnknownFormat
from kg.mapping import LogicalSource
from kg.records import records
from kg.shapes import TEXT, Table

DATA = '<urn:a> <urn:p> 1, "x"@en . <urn:b> <urn:p> "" .'


def asked(folder: Path, query: str, data: str = DATA, name: str = "t.ttl", **source: object) -> Table:
    (folder / name).write_text(data)
    given = {"formulation": "sparql", "query": query, "nulls": (), "place": Place(Path("m.ttl"), 3), **source}
    return sources.table(LogicalSource(name, **given), folder)  # type: ignore[arg-type]


def test_variables_are_columns_of_texts(tmp_path: Path) -> None:
    """Without their datatypes; what is unbound is none. The query may be the iterator."""
    query = "SELECT ?s ?o ?z { ?s <urn:p> ?o } ORDER BY ?s ?o"
    table = asked(tmp_path, query)
    assert (table.columns, table.types) == (("s", "o", "z"), (TEXT,) * 3)
    found = [("urn:a", "1", None), ("urn:a", "x", None), ("urn:b", "", None)]
    assert sorted(records(table)) == found  # type: ignore[type-var]
    assert sorted(records(asked(tmp_path, "", iterator=query))) == found  # type: ignore[type-var]
    assert sources.locate(table, [(1, "s")]) == {(1, "s"): Place(tmp_path / "t.ttl")}
    assert len([*records(asked(tmp_path, query, nulls=("x", "")))]) == 3


def test_named_graphs_are_seen(tmp_path: Path) -> None:
    table = asked(
        tmp_path, "SELECT ?s { ?s ?p ?o }", "<urn:a> <urn:p> 1 . <urn:g> { <urn:b> <urn:p> 1 }", "t.trig"
    )
    assert sorted(records(table)) == [("urn:a",), ("urn:b",)]  # type: ignore[type-var]


def test_a_query_without_solutions_is_a_warning(tmp_path: Path) -> None:
    assert "the query has no solution" in str(asked(tmp_path, "SELECT * { ?s <urn:q> ?o }").warnings[0])


@pytest.mark.parametrize(
    ("query", "data", "name", "error", "message"),
    [
        ("SELECT", DATA, "t.ttl", MappingError, "m.ttl:3: error[mapping-error]: the query cannot be read: "),
        ("ASK {}", DATA, "t.ttl", MappingError, "m.ttl:3: error[mapping-error]: the query of a source has no solutions; write SELECT"),
        ("SELECT * {}", "<urn:a>\n<urn:b> .", "t.ttl", TableError, "t.ttl:2:9: error[table-error]: the file is no RDF: "),
        ("SELECT * {}", DATA, "t.foo", UnknownFormat, "m.ttl:3: error[unknown-format]: t.foo is no RDF that I know by its suffix; did you mean '.rdf'?"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_told(
    query: str, data: str, name: str, error: type[KgError], message: str, tmp_path: Path
) -> None:
    with pytest.raises(error) as caught:
        asked(tmp_path, query, data, name)
    assert said(caught.value, tmp_path)[0].startswith(message)
