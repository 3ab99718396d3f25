"""Queries by name, file or text; parameters as terms; faults by line and column."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest
from models import EX, PROJECT, write

import kg
from kg import answers
from kg.errors import Encoding, KgError, MissingFile, Place, QueryError, UnknownParameter, UnknownQuery
from kg.graph import Graph
from kg.mapping import XSD

PREFIXES = {"ex": EX, "place": EX + "place/"}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    return kg.build(write(tmp_path_factory.mktemp("project"), PROJECT))


def values(graph: Graph, query: str, params: Mapping[str, str] | None = None) -> list[tuple[str | None, ...]]:
    solutions = graph.query(query, params)
    assert isinstance(solutions, ox.QuerySolutions)
    return [tuple(value.value if value else None for value in solution) for solution in solutions]  # type: ignore[union-attr]


def test_a_query_is_a_name_a_file_or_text(graph: Graph, tmp_path: Path) -> None:
    text = PROJECT["queries/places.rq"]
    (tmp_path / "q.rq").write_text(text, encoding="utf-8")
    (tmp_path / "plain").write_text(text, encoding="utf-8")
    expected = [
        (f"{EX}place/bijie", "毕节市"),
        (f"{EX}place/guizhou", "贵州省"),
        (f"{EX}place/jinsha", "金沙县"),
    ]
    for given in ("places", text, str(tmp_path / "q.rq"), str(tmp_path / "plain")):
        assert values(graph, given) == expected


def test_text_needs_no_blank_but_a_brace(graph: Graph) -> None:
    assert bool(graph.query("ASK{?place?p?o}"))


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ("place", UnknownQuery, "error[unknown-query]: no query is called 'place'; did you mean 'places'?"),
        ("zzz", UnknownQuery, "error[unknown-query]: no query is called 'zzz'; there are: places, within"),
        ("", UnknownQuery, "error[unknown-query]: no query is called ''; there are: places, within"),
        ("gone.rq", MissingFile, "error[missing-file]: there is no file gone.rq"),
        (
            "x" * 5000,
            UnknownQuery,
            f"error[unknown-query]: no query is called '{'x' * 5000}'; there are: places, within",
        ),
    ],
)
def test_what_is_no_query_is_told_with_what_exists(
    given: str, error: type[KgError], message: str, graph: Graph
) -> None:
    with pytest.raises(error) as caught:
        graph.query(given)
    assert str(caught.value) == message


def test_the_head_of_a_file_describes_it(tmp_path: Path) -> None:
    text = (
        "# title: Parts of a place\n#zh:哪些?\n# en : Which: these?\n# param whole = place:guizhou\n"
        "# param ?name = a = b\n# other: x\nSELECT * WHERE { ?part ex:in ?whole }\n"
    )
    path = write(tmp_path, {"parts.rq": text}) / "parts.rq"
    query = answers.read(path)
    assert (query.name, query.title, query.file, query.text) == ("parts", "Parts of a place", path, text)
    assert query.questions == (("zh", "哪些?"), ("en", "Which: these?"))
    assert query.defaults == (("whole", "place:guizhou"), ("name", "a = b"))
    assert query.variables == {"part", "whole"}
    bare = answers.read(write(tmp_path, {"bare.rq": "ASK {}"}) / "bare.rq")
    assert (bare.title, bare.questions, bare.defaults) == ("bare", (), ())


def test_variables_in_texts_iris_and_comments_are_none() -> None:
    text = "SELECT ?a $b { # ?c\n ?a <http://x.org/?d> '?e', \"?f\", '''\n?g''' . FILTER(?名>1) }"
    assert answers.Query(text).variables == {"a", "b", "名"}


def test_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    """It is told by line and column, with what it seems to be."""
    path = write(tmp_path, {"q.rq": "ASK {} # ok\n# 毕节\n".encode("gb18030")}) / "q.rq"
    with pytest.raises(Encoding, match=r"it looks like GB18030; save it as UTF-8, .*q\.rq$") as caught:
        answers.read(path)
    assert caught.value.findings[0].place == Place(path, 2, 3)


def test_a_byte_order_mark_is_no_part_of_a_query(graph: Graph, tmp_path: Path) -> None:
    path = write(tmp_path, {"q.rq": "\ufeff# title: Marked\nASK {}"}) / "q.rq"
    assert answers.read(path).title == "Marked"
    assert bool(graph.query(str(path)))


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


FORMS = "SELECT, ASK, CONSTRUCT, DESCRIBE"


@pytest.mark.parametrize(
    ("text", "line", "column", "found"),
    [
        ("SELECT ?s {\n  # 毕节\n  '毕节市' ?p }}", 3, 12, "'}' is not understood here"),
        ("SELEC ?s { ?s ?p ?o }", 1, 1, f"'SELEC' is not understood here; a query is one of {FORMS}"),
        ("# 毕节\n\n{ ?s ?p ?o }", 3, 1, f"'{{' is not understood here; a query is one of {FORMS}"),
        ("SELECT ?s WHER { ?s ?p ?o }", 1, 11, "'WHER' is not understood here"),
        ("SELECT ?s\r\n{ FILTR(?s) ?s ?p ?o }", 2, 3, "'FILTR' is not understood here"),
        ("SELECT ?s { ?s a 'x' .\n\n ?s ?p ?o ?o ?p } ORDER BY ?s", 3, 11, "'?' is not understood here"),
        ("SELECT ?s { ?s ?p ?o } ORDR BY ?s", 1, 24, "'ORDR' is not understood here"),
        ("SELECT ?s WHERE ?s ?p ?o }", 1, 17, """'?' is not understood here; expected one of "{\""""),
        ("SELECT * { ?s ?p ?o } LIMIT -1", 1, 29, "'-' is not understood here"),
        ("SELECT ?s { ?s ?p ?o", 1, 21, """the query ends too early; expected one of ",", ".", ";", "{","""),
        ("SELECT ?s { ?s ?p ?o }\n\n  LIMIT", 3, 8, "the query ends too early"),
        ("DELETE WHERE { ?s ?p ?o }", 1, 1, f"this is an update; kg only reads: {FORMS}"),
        ("load <urn:毕节> # {", 1, 1, f"this is an update; kg only reads: {FORMS}"),
        (
            "# 毕\n\nPREFIX x: <urn:x#> INSERT DATA { x:a x:b x:c }",
            3,
            20,
            f"this is an update; kg only reads: {FORMS}",
        ),
        (
            "PREFIX x: <urn:x#>\n SELCT ?s {}",
            2,
            2,
            f"'SELCT' is not understood here; a query is one of {FORMS}",
        ),
        ("# {\n", 2, 1, f"the query ends too early; a query is one of {FORMS}"),
        ("SELECT{", 1, 7, "'{' is not understood here"),
        ("SELECT\n\n {", 3, 2, "'{' is not understood here"),
        ("ASK {} ASK {}", 1, 8, "'ASK' is not understood here"),
        ("SELECT ?s { ?s ?p ?o FILTER(?o > ) }", 1, 34, "')' is not understood here"),
        ("SELECT ?s { ?s ?p ?o FILTER() ?s ?p 1 }", 1, 29, "')' is not understood here"),
        ("SELECT ?s { ?s ?p\n\n 毕节 }", 3, 5, """'}' is not understood here; expected one of ".", ":\""""),
        ("SELECT ?s {\n ?s rdfs:label “毕节” }", 2, 16, "'“' is a full-width sign; use the ASCII one"),
        ("SELECT ?s（COUNT(?s) AS ?n) {}", 1, 10, "'（' is a full-width sign; use the ASCII one"),
        ("SELECT ?s {\n ?s a ex:Place。\n}", 2, 15, "'。' is a full-width sign; use the ASCII one"),
    ],
)
@pytest.mark.parametrize("as_file", [True, False])
def test_a_syntax_error_has_its_line_and_character(
    text: str, line: int, column: int, found: str, as_file: bool, graph: Graph, tmp_path: Path
) -> None:
    """Where what is not understood begins, in the file or in the text that was given."""
    path = write(tmp_path, {"q.rq": text}) / "q.rq"
    with pytest.raises(QueryError) as caught:
        graph.query(str(path) if as_file else text)
    (finding,) = caught.value.findings
    assert finding.place == Place(path if as_file else Path("query"), line, column)
    said = str(finding).split("error[query-error]: ")[1]
    assert said.startswith(found)
    if "expected" not in found:
        assert said == found
    assert "\n" not in said
    assert len(said) < 200


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("SELECT ?s (COUNT(?s) AS ?n) { ?s ?p ?o }", "The SELECT contains a variable that is unbound"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", "SELECT * is not authorized with GROUP BY"),
        ("SELECT (1 AS ?x) (2 AS ?x) {}", "Duplicated variable name in SELECT"),
    ],
)
def test_a_sentence_of_the_parser_is_the_message(text: str, sentence: str, graph: Graph) -> None:
    """It has no place: the parser stands behind all of the query by then."""
    with pytest.raises(QueryError) as caught:
        graph.query(text)
    assert str(caught.value) == f"query: error[query-error]: {sentence}"


def test_full_width_signs_in_texts_names_and_comments_are_text(graph: Graph) -> None:
    text = "SELECT ?地点 { ?地点 a <urn:x，y> FILTER('，' != \"（。）\" && ?地点 != place:甲） } # ，"
    with pytest.raises(QueryError, match=r"^query:1:67: .*'）' is a full-width sign"):
        graph.query(text)
    assert values(graph, text.replace("甲）", "甲)")) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "SELECT * {\n ?s exx:in ?o }",
            "query:2:5: error[query-error]: the prefix 'exx' is not known; did you mean 'ex'?",
        ),
        (
            "SELECT (ex:f(?s) AS ?x) { ?s ?p ?o }",
            f"query: error[query-error]: The custom function <{EX}f> is not supported",
        ),
        (
            "SELECT * { " + "{ " * 300 + "?s ?p ?o" + " }" * 300 + " }",
            "query:1:410: error[query-error]: nested deeper than 200",
        ),
    ],
)
def test_what_a_query_must_not_have(text: str, message: str, graph: Graph) -> None:
    with pytest.raises(QueryError) as caught:
        graph.query(text)
    assert str(caught.value) == message


def test_prefixes_of_the_query_itself_count(graph: Graph) -> None:
    """A name of the project may be declared anew, in any case of PREFIX."""
    text = f"prefix p: <{EX}> PREFIX ex: <urn:none:> SELECT ?s {{ ?s p:in place:guizhou . MINUS {{ ?s ex:in ?o }} }}"
    assert values(graph, text) == [(EX + "place/bijie",)]


def test_what_looks_like_a_prefix_in_texts_and_comments_is_none(graph: Graph) -> None:
    text = "SELECT ?s { ?s a ex:Place . # no:prefix\n FILTER('no:prefix' != \"no:prefix\") FILTER(STR(?s) = '''no:\nno:''') }"
    assert values(graph, text) == []


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


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { " + "OPTIONAL { ?s ?p ?o } " * 2001 + "}",
        "SELECT * { FILTER(" + "!" * 2001 + "true) }",
        "SELECT * { FILTER(" + " || ".join(["true"] * 2002) + ") }",
    ],
    ids=["clauses", "negations", "operators"],
)
def test_a_chain_that_would_end_the_process_is_refused(repository: Graph, text: str) -> None:
    with pytest.raises(QueryError, match="more than 2000 clauses and operators"):
        repository.query(text)


def test_many_values_are_no_chain(repository: Graph) -> None:
    text = "SELECT * { VALUES ?x { " + " ".join(map(str, range(-3000, 3000))) + " } }"
    assert len(list(repository.query(text))) == 6000
