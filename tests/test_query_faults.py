"""kg.query_faults: what is wrong with a query, where, and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest
from models import EX, values, write

from kg.errors import Place, QueryError
from kg.graph import Graph

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
