"""Answers as text: nothing of a value is lost, columns stand under their heads."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest
import rdflib
from models import EX, TEXTS
from rdflib.compare import isomorphic
from rich.cells import cell_len

from kg import results
from kg.errors import QueryError, UnknownFormat
from kg.graph import Graph
from kg.mapping import XSD

ALL_TEXTS = "SELECT ?text { ?s ex:text ?text } ORDER BY ?s"
TERMS = f"""SELECT ?term ?none {{ VALUES ?term {{
    place:guizhou <urn:x:y> <{EX}a/b#c> "plain" "中"@zh "2.50"^^xsd:decimal 7 UNDEF
}} }}"""


def render(graph: Graph, query: str, form: str | None = None, width: int | None = None) -> str:
    return results.render(graph.query(query), form, graph.prefixes, width=width)


PREFIXES = {"ex": EX, "place": EX + "place/"}


@pytest.mark.parametrize(
    ("term", "shown"),
    [
        (None, ""),
        (ox.NamedNode(EX + "place/x"), "place:x"),
        (ox.Literal("中", language="zh"), "中"),
        (ox.Literal("1", datatype=ox.NamedNode(XSD + "integer")), "1"),
        (ox.BlankNode("b1"), "_:b1"),
    ],
)
def test_a_term_is_shown_as_people_read_it(
    term: ox.NamedNode | ox.Literal | ox.BlankNode | None, shown: str
) -> None:
    assert results.shown(term, PREFIXES) == shown


def test_a_table_is_aligned_where_characters_are_wide(graph: Graph) -> None:
    """Numbers to the right, everything else to the left, no blanks at the ends of lines."""
    query = """SELECT ?place ?name ?area { ?place ex:area ?area ; rdfs:label ?name } ORDER BY ?place ?name"""
    assert render(graph, query).splitlines() == [
        "place           name         area",
        "─────────────────────────────────",
        "place:bijie     Bijie     26853.5",
        "place:bijie     毕节市    26853.5",
        "place:guizhou   Guizhou    176167",
        "place:guizhou   贵州省     176167",
        "place:jinsha    Jinsha       2528",
        "place:jinsha    金沙县       2528",
        "",
        "6 rows",
    ]


def test_every_row_of_a_table_is_one_line_without_a_width(graph: Graph) -> None:
    """Line breaks and tabs of a cell too; however long it is."""
    lines = render(graph, ALL_TEXTS).split("\n")
    assert lines[-2] == f"{len(TEXTS)} rows"
    assert len(lines) == len(TEXTS) + 5
    assert render(graph, f"SELECT ('{'毕' * 5000}' AS ?x) {{}}").count("\n") == 5
    assert all(line == line.rstrip() for line in lines)


@pytest.mark.parametrize("width", [40, 21])
def test_a_table_is_folded_to_the_width_of_the_terminal(width: int, graph: Graph) -> None:
    """Nothing is cut off."""
    text = "毕节市金沙县" * 10
    table = render(graph, f"SELECT ?a ?b {{ BIND('{text}' AS ?a) BIND('x' AS ?b) }}", width=width)
    assert max(map(cell_len, table.splitlines())) <= width
    assert "".join(re.findall("[毕节市金沙县]", table)) == text


def test_control_characters_do_not_reach_the_terminal(graph: Graph) -> None:
    """A cell cannot paint or clear the screen."""
    table = render(graph, r"SELECT ('\u001B[2Ja\u0007\u0008b' AS ?x) {}")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", table)


@pytest.mark.parametrize(
    ("query", "last"), [("SELECT ?x {}", "1 row"), ("SELECT ?x { ?x a ex:None }", "0 rows")]
)
def test_rows_are_counted(query: str, last: str, graph: Graph) -> None:
    assert render(graph, query).splitlines()[-1] == last


def test_markdown_keeps_each_row_on_a_line(graph: Graph) -> None:
    """Bars and backslashes are escaped, line breaks of every kind written as <br>."""
    lines = render(graph, ALL_TEXTS, "md").split("\n")
    assert lines[:2] == ["| text |", "| --- |"]
    assert len(lines) == len(TEXTS) + 3
    assert lines[4] == "| a<br>b<br>c |"
    assert lines[5] == "| tab \\|\\\\ pipe |"
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 2 for line in lines[:-1])


def test_csv_holds_the_texts_as_they_are(graph: Graph) -> None:
    found = list(csv.reader(io.StringIO(render(graph, ALL_TEXTS, "csv"), newline="")))
    assert [row[0] if row else "" for row in found] == ["text", *TEXTS]


def test_tsv_holds_terms(graph: Graph) -> None:
    """SPARQL 1.1 Query Results CSV and TSV Formats, section 4."""
    lines = render(graph, TERMS, "tsv").splitlines()
    assert lines[0] == "?term\t?none"
    assert lines[1:5] == [f"<{EX}place/guizhou>\t", "<urn:x:y>\t", f"<{EX}a/b#c>\t", '"plain"\t']
    assert len(render(graph, ALL_TEXTS, "tsv").split("\n")) == len(TEXTS) + 2


def test_json_holds_terms(graph: Graph) -> None:
    document = json.loads(render(graph, ALL_TEXTS, "json"))
    assert [row["text"]["value"] for row in document["results"]["bindings"]] == list(TEXTS)
    terms = json.loads(render(graph, TERMS, "json"))["results"]["bindings"]
    assert terms[0] == {"term": {"type": "uri", "value": EX + "place/guizhou"}}
    assert terms[4] == {"term": {"type": "literal", "value": "中", "xml:lang": "zh"}}
    assert terms[7] == {}


def test_xml_is_read_by_others(graph: Graph) -> None:
    root = ET.fromstring(render(graph, TERMS, "xml"))
    space = "{http://www.w3.org/2005/sparql-results#}"
    assert [each.text for each in root.iter(space + "uri")] == [EX + "place/guizhou", "urn:x:y", EX + "a/b#c"]


@pytest.mark.parametrize("form", [*results.TABLES, *results.W3C])
@pytest.mark.parametrize("query", ["SELECT ?s { ?s a ex:Place }", "SELECT ?s { ?s a ex:None }", "ASK {}"])
def test_every_format_ends_with_one_line_feed(form: str, query: str, graph: Graph) -> None:
    """So that a terminal and a file show the last line as they do the others."""
    text = render(graph, query, form)
    assert text.endswith("\n")
    assert not text.endswith(("\n\n", "\n\r\n"))


@pytest.mark.parametrize("form", [None, "table", "md"])
@pytest.mark.parametrize(("query", "text"), [("ASK {}", "true\n"), ("ASK { ?s a ex:None }", "false\n")])
def test_yes_or_no(form: str | None, query: str, text: str, graph: Graph) -> None:
    assert render(graph, query, form) == text


def test_yes_or_no_for_programs(graph: Graph) -> None:
    assert json.loads(render(graph, "ASK {}", "json"))["boolean"] is True
    assert "<boolean>true</boolean>" in render(graph, "ASK {}", "xml")
    assert render(graph, "ASK {}", "csv") == "true\n"


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize("form", [None, "turtle", "jsonld", "nt"])
@pytest.mark.parametrize("query", ["CONSTRUCT { ?s ex:text ?o } { ?s ex:text ?o }", "DESCRIBE place:bijie"])
def test_a_graph_is_written_whole(form: str | None, query: str, graph: Graph) -> None:
    """And the same each time."""
    text = render(graph, query, form)
    assert text == render(graph, query, form)
    assert text.endswith("\n")
    made = rdflib.Graph().parse(
        data=text, format={"jsonld": "json-ld"}.get(form or "turtle", form or "turtle")
    )
    triples = graph.query(query)
    assert isinstance(triples, ox.QueryTriples)
    expected = rdflib.Graph().parse(data="".join(f"{triple} .\n" for triple in triples), format="nt")
    assert len(made) >= 5
    assert isomorphic(made, expected)


@pytest.mark.parametrize(
    ("query", "form", "message"),
    [
        (
            "SELECT ?x {}",
            "tabel",
            "the answer is a table, which cannot be written as tabel; did you mean 'table'?",
        ),
        (
            "SELECT ?x {}",
            "turtle",
            "the answer is a table, which cannot be written as turtle; there are: table, md, csv, tsv, json, xml",
        ),
        (
            "ASK {}",
            "nt",
            "the answer is true or false, which cannot be written as nt; there are: table, md, csv, tsv, json, xml",
        ),
        (
            "ASK {}",
            "turtle",
            "the answer is true or false, which cannot be written as turtle; there are: table, md, csv, tsv, json, xml",
        ),
        (
            "DESCRIBE ex:a",
            "csv",
            "the answer is a graph, which cannot be written as csv; there are: turtle, jsonld, nt",
        ),
        (
            "DESCRIBE ex:a",
            "table",
            "the answer is a graph, which cannot be written as table; there are: turtle, jsonld, nt",
        ),
    ],
)
def test_a_format_that_does_not_suit(query: str, form: str, message: str, graph: Graph) -> None:
    with pytest.raises(UnknownFormat) as caught:
        render(graph, query, form)
    assert str(caught.value) == f"error[unknown-format]: {message}"


@pytest.mark.parametrize(
    "query", ["SELECT ?s {{ {0} }}", "CONSTRUCT {{ ?s ?p ?o }} {{ {0} }}", "ASK {{ {0} }}"]
)
@pytest.mark.parametrize("form", ["csv", None])
def test_what_goes_wrong_while_rows_are_made_is_an_error_of_the_query(
    query: str, form: str | None, graph: Graph
) -> None:
    """Here, another service that does not answer."""
    if form and query.startswith("CONSTRUCT"):
        form = "nt"
    with pytest.raises(QueryError):
        render(graph, query.format("SERVICE <http://127.0.0.1:9/> { ?s ?p ?o }"), form)


def test_a_service_that_may_be_silent_is(graph: Graph) -> None:
    assert "0 rows" in render(
        graph, "SELECT ?s { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } ?s a ex:None }"
    )
