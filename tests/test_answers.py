"""kg.answers: parameters as terms, queries asked, and which graphs they see."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from models import EX, values, write

from kg import answers
from kg.errors import UnknownParameter
from kg.graph import Graph
from kg.mapping import XSD

PREFIXES = {"ex": EX, "place": EX + "place/"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("place:guizhou", ox.NamedNode(EX + "place/guizhou")),
        ("place:a/b-c.d%20", ox.NamedNode(EX + "place/a/b-c.d%20")),
        ("place:", ox.NamedNode(EX + "place/")),
        ("place:毕节", ox.NamedNode(EX + "place/毕节")),
        ("<urn:x:y>", ox.NamedNode("urn:x:y")),
        ("https://x.org/a?b=c#d", ox.NamedNode("https://x.org/a?b=c#d")),
        ("42", ox.Literal("42", datatype=ox.NamedNode(XSD + "integer"))),
        ("-007", ox.Literal("-007", datatype=ox.NamedNode(XSD + "integer"))),
        ("3.50", ox.Literal("3.50", datatype=ox.NamedNode(XSD + "decimal"))),
        ("1e6", ox.Literal("1e6", datatype=ox.NamedNode(XSD + "double"))),
        ("true", ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean"))),
        ("毕节市", ox.Literal("毕节市")),
        ("Bijie City", ox.Literal("Bijie City")),
        ("", ox.Literal("")),
        ("12:30", ox.Literal("12:30")),
        ("note: hello", ox.Literal("note: hello")),
        ('"x:y"', ox.Literal("x:y")),
        ('"42"', ox.Literal("42")),
        ('"毕节市"@zh', ox.Literal("毕节市", language="zh")),
        ('"1"^^<urn:d>', ox.Literal("1", datatype=ox.NamedNode("urn:d"))),
        ('"1"^^ex:d', ox.Literal("1", datatype=ox.NamedNode(EX + "d"))),
        ('"a\\"b"', ox.Literal('a"b')),
    ],
)
def test_a_parameter_is_the_term_that_a_person_means(value: str, expected: object) -> None:
    assert answers.term(value, PREFIXES) == expected


@pytest.mark.parametrize(
    "value",
    [
        "plaze:x",
        "place:%",
        "<x",
        "<no scheme>",
        '"open',
        '"x"@',
        '"x" ; <urn:p> 1',
        "<urn:a> . <urn:b> <urn:c> <urn:d>",
        'https://x"y',
        '"x"^^no:t',
    ],
)
def test_a_parameter_that_is_no_term_is_refused(value: str) -> None:
    """Nothing of a value becomes part of a query."""
    with pytest.raises(UnknownParameter):
        answers.term(value, PREFIXES, "whole")


def test_the_message_for_an_unknown_prefix_of_a_parameter() -> None:
    with pytest.raises(UnknownParameter) as caught:
        answers.term("plaze:x", PREFIXES, "whole")
    hint = "did you mean 'place'?; for a text write '\"plaze:x\"'"
    assert str(caught.value) == f"error[unknown-parameter]: whole: the prefix 'plaze' is not known; {hint}"


IN = "SELECT ?part WHERE { ?part ex:in ?whole }"
BY_NAME = "SELECT ?place WHERE { ?place rdfs:label ?name }"


@pytest.mark.parametrize(
    ("query", "params", "expected"),
    [
        ("within", {}, ["bijie"]),
        ("within", {"whole": "place:bijie"}, ["jinsha"]),
        (IN, {"whole": f"<{EX}place/bijie>"}, ["jinsha"]),
        (IN, {"whole": f"{EX}place/bijie"}, ["jinsha"]),
        (BY_NAME, {"name": '"毕节市"@zh'}, ["bijie"]),
        (BY_NAME, {"name": "毕节市"}, []),
        ("SELECT ?place { ?place ex:area ?a FILTER(?a > ?least) }", {"least": "20000"}, ["bijie", "guizhou"]),
        ("SELECT ?place { ?place rdfs:label ?n FILTER(STR(?n) = ?text) }", {"text": "Bijie"}, ["bijie"]),
        (
            "SELECT ?place { ?place rdfs:label ?n FILTER(STR(?n) = ?text) }",
            {"text": 'Bijie") || ("" = "'},
            [],
        ),
        ("SELECT ?place { ?place rdfs:label ?n FILTER(STR(?n) = ?text) }", {"text": "\\\"'\n"}, []),
        (
            "SELECT ?part { ?part ex:in+ ?whole FILTER NOT EXISTS { ?whole ex:in ?x } }",
            {"whole": "place:guizhou"},
            ["bijie", "jinsha"],
        ),
        ("SELECT ?part ?whole { ?part ex:in ?whole }", {"whole": "place:bijie"}, ["jinsha"]),
        (
            "SELECT ?part { ?part ex:in ?w BIND(?whole AS ?other) FILTER(?w = ?other) }",
            {"whole": "place:bijie"},
            ["jinsha"],
        ),
        (
            "SELECT ?part { ?part ex:in ?whole FILTER('?whole' = '?whole') } # ?whole",
            {"whole": "place:bijie"},
            ["jinsha"],
        ),
        ("SELECT ?part { ?part ex:in $whole }", {"whole": "place:bijie"}, ["jinsha"]),
    ],
)
def test_a_parameter_is_put_in_for_its_variable(
    query: str, params: dict[str, str], expected: list[str], graph: Graph
) -> None:
    """Wherever the variable stands; a value is one term, whatever is in it."""
    found = values(graph, query, params)
    assert sorted(str(row[0]).removeprefix(EX + "place/") for row in found) == expected


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?part { { SELECT ?part ?whole { ?part ex:in ?whole } } }",
        "SELECT ?part { ?part ex:in ?whole } ORDER BY ?whole ?part",
        "SELECT ?part { ?part ex:in ?whole FILTER(BOUND(?whole)) }",
        "SELECT ?part { ?part ex:in ?whole } GROUP BY ?part ?whole",
        "SELECT ?part { ?part ex:in ?w BIND(?w AS ?whole) }",
    ],
)
def test_a_parameter_cannot_stand_where_only_a_variable_may(query: str, graph: Graph) -> None:
    with pytest.raises(UnknownParameter, match=r"\?whole can be no parameter here: .*"):
        graph.query(query, {"whole": "place:bijie"})


def test_a_parameter_that_is_not_in_the_graph_is_told_with_what_is(graph: Graph) -> None:
    """It could only give no rows; in the query itself it may stand, and a text is not looked for."""
    with pytest.raises(UnknownParameter) as caught:
        graph.query(IN, {"whole": "place:bijei"})
    message = f"whole: the graph has no {EX}place/bijei; did you mean 'bijie'?"
    assert str(caught.value) == f"error[unknown-parameter]: {message}"
    assert values(graph, IN.replace("?whole", "place:bijei")) == []
    assert values(graph, BY_NAME, {"name": "no such text"}) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("贵州省", "贵州省"),
        ("guizhou", "guizhou"),
        ("42", "42"),
        ('"place:guizhou"', "place:guizhou"),
        ('"贵州省"@zh', "贵州省"),
    ],
)
def test_a_text_cannot_stand_where_the_query_wants_an_iri(value: str, text: str, graph: Graph) -> None:
    """That is, where its default is one: it could only give no rows."""
    with pytest.raises(UnknownParameter) as caught:
        graph.query("within", {"whole": value})
    message = f"whole: {text!r} is a text, the query wants an IRI; write it as place:guizhou, or as <IRI>"
    assert str(caught.value) == f"error[unknown-parameter]: {message}"


@pytest.mark.parametrize(
    ("value", "found"),
    [("20000", ["bijie", "guizhou"]), ("26853.5", ["guizhou"]), ('"20000"', ["bijie", "guizhou"])],
)
def test_a_value_gets_the_datatype_of_the_default(
    value: str, found: list[str], graph: Graph, tmp_path: Path
) -> None:
    """Whatever it looks like by itself; a text that is no value of it is told."""
    text = "# param least = 30000.5\nSELECT ?p { ?p ex:area ?a FILTER(?a > ?least && DATATYPE(?least) = xsd:decimal) }"
    path = str(write(tmp_path, {"q.rq": text}) / "q.rq")
    assert values(graph, path) == [(EX + "place/guizhou",)]
    rows = values(graph, path, {"least": value})
    assert sorted(str(row[0]).removeprefix(EX + "place/") for row in rows) == found
    with pytest.raises(UnknownParameter) as caught:
        graph.query(path, {"least": "many"})
    message = "least: the query wants a number such as 3 or 93.18, not 'many'"
    assert str(caught.value) == f"error[unknown-parameter]: {message}"


def test_a_text_may_stand_where_the_default_is_a_text(graph: Graph, tmp_path: Path) -> None:
    text = f"# param name = 贵州省\n{BY_NAME.replace('?name', '?n FILTER(STR(?n) = ?name)')}"
    path = str(write(tmp_path, {"q.rq": text}) / "q.rq")
    assert values(graph, path) == [(EX + "place/guizhou",)]
    assert values(graph, path, {"name": "毕节市"}) == [(EX + "place/bijie",)]


def test_a_parameter_that_is_no_variable_is_told_with_those_that_are(graph: Graph) -> None:
    with pytest.raises(UnknownParameter) as caught:
        graph.query("within", {"hole": "place:bijie"})
    assert (
        str(caught.value)
        == "error[unknown-parameter]: the query has no variable ?hole; did you mean 'whole'?"
    )


def test_parameters_are_pairs() -> None:
    given = ["?a=x", "$b=y=z", "c=", "d= 毕 "]
    assert answers.parameters(given) == {"a": "x", "b": "y=z", "c": "", "d": " 毕 "}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["a"], "'a' has no value; write --param a=VALUE"),
        (["?a"], "'?a' has no value; write --param a=VALUE"),
        (["b=1", "a"], "'a' has no value; write --param a=VALUE"),
        (["a=1", "a=1"], "a is given twice; give each parameter once"),
        (["?a=1", "b=2", "$a=3"], "a is given twice; give each parameter once"),
    ],
)
def test_what_is_no_pair_or_comes_twice_is_told(given: list[str], message: str) -> None:
    with pytest.raises(UnknownParameter) as caught:
        answers.parameters(given)
    assert str(caught.value) == f"error[unknown-parameter]: {message}"


def test_a_query_sees_data_and_ontology_as_one(graph: Graph) -> None:
    """And tells them apart by the named graph."""
    both = "SELECT ?label { ?s a ?class . ?class rdfs:label ?label } GROUP BY ?label"
    assert {row[0] for row in values(graph, both)} == {"地点", "place"}
    named = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    assert values(graph, named) == [("urn:kg:ontology",)]


COUNT = "SELECT (COUNT(*) AS ?n) %s { ?s ?p ?o }"
ALL, ONTOLOGY = 31, 8


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (COUNT % "", ALL),
        (COUNT % "FROM <urn:kg:ontology>", ONTOLOGY),
        (COUNT % "from\n<urn:kg:ontology>", ONTOLOGY),
        (COUNT % "FROM <urn:none>", 0),
        (COUNT % "FROM NAMED <urn:kg:ontology>", 0),
        (COUNT.replace("?s ?p ?o", "GRAPH ?g { ?s ?p ?o }") % "FROM NAMED <urn:kg:ontology>", ONTOLOGY),
        ("# FROM <urn:x>\n" + COUNT.replace("?s", "?from") % "", ALL),
        (
            COUNT.replace("}", "FILTER('FROM <x>' != \"\" && !sameTerm(?s, <urn:FROM>) && ?s != ex:FROM) }")
            % "",
            ALL,
        ),
    ],
)
def test_from_says_which_graphs_a_query_sees(text: str, count: int, graph: Graph) -> None:
    """SPARQL 1.1, section 13.2; the word in texts, names and comments says nothing."""
    assert graph.build.manifest.quads + graph.build.manifest.ontology_quads == ALL
    assert graph.build.manifest.ontology_quads == ONTOLOGY
    assert values(graph, text) == [(str(count),)]
