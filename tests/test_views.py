"""Pages of a graph, of a part of it, and of what a query makes or names."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from models import EX
from pages import unpacked

import kg
from kg import views
from kg.errors import Finding, KgError, QueryError, UnknownParameter, UnknownQuery, UsageError
from kg.graph import Graph

BIJIE, GUIZHOU, JINSHA = (f"{EX}place/{name}" for name in ("bijie", "guizhou", "jinsha"))


def data(page: views.Page) -> Any:
    return json.loads(unpacked(page.html))


def labels(page: views.Page) -> set[str]:
    return {text for node in data(page)["nodes"] for text in node[1] if text}


def test_the_named_queries_are_in_the_page_with_their_rows(graph: Graph) -> None:
    page = graph.page()
    assert [query["name"] for query in data(page)["queries"]] == ["places", "within"]
    assert len(data(page)["queries"][0]["answers"][""]["rows"]) == 3
    assert (data(page)["opening"], page.warnings) == ("", ())


def test_the_same_graph_gives_the_same_page(graph: Graph) -> None:
    assert graph.page(query="within").html == kg.open(graph.project.root).page(query="within").html


def test_a_page_opens_with_what_a_select_names(graph: Graph) -> None:
    """All of the graph is drawn; the query has the rows of the parameters that were given."""
    page = graph.page(query="within", params={"whole": "place:bijie"})
    assert {"毕节市", "贵州省", "金沙县"} <= labels(page)
    assert data(page)["opening"] == "ask=within"
    within = next(query for query in data(page)["queries"] if query["name"] == "within")
    assert within["own"]
    node = data(page)["nodes"][within["answers"][""]["rows"][0][0]]
    assert "金沙县" in node[1]


def test_a_query_given_as_text_stands_before_the_named_ones(graph: Graph, tmp_path: Path) -> None:
    page = graph.page(query="SELECT ?p { ?p ex:in place:bijie }")
    assert [query["name"] for query in data(page)["queries"]] == ["query", "places", "within"]
    file = tmp_path / "below.rq"
    file.write_text("SELECT ?p { ?p ex:in place:bijie }", encoding="utf-8")
    assert data(graph.page(query=str(file)))["opening"] == "ask=below"


@pytest.mark.parametrize(
    "query", ["CONSTRUCT { ?a ex:in ?b } WHERE { ?a ex:in ?b }", "DESCRIBE place:bijie place:jinsha"]
)
def test_a_page_is_of_the_graph_that_a_query_makes(query: str, graph: Graph) -> None:
    """With the names, classes and facts of what its triples name, and nothing else drawn."""
    page = graph.page(query=query)
    assert labels(page) == {"毕节市", "Bijie", "贵州省", "Guizhou", "金沙县", "Jinsha"}
    assert [data(page)["classes"][node[2]][1] for node in data(page)["nodes"]] == [["地点", "place"]] * 3
    facts = {text for _, text, _ in data(page)["facts"]}
    assert {"176167.00", "26853.5", "2528"} <= facts
    assert data(page)["opening"] == ""


def test_links_are_those_of_the_triples_alone(graph: Graph) -> None:
    page = graph.page(query="CONSTRUCT { ?b ex:holds ?a } WHERE { ?a ex:in+ ?b }")
    (link,) = data(page)["links"]
    assert len(link) == 1 + 2 * 3
    assert data(page)["properties"][link[0]][0].endswith(":holds")


def test_what_a_query_makes_may_be_shown_in_part(graph: Graph) -> None:
    page = graph.page(query="CONSTRUCT { ?a ex:in ?b } WHERE { ?a ex:in ?b }", focus="place:jinsha", hops=1)
    assert labels(page) == {"毕节市", "Bijie", "金沙县", "Jinsha"}


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        (
            {"query": "ASK { ?s ?p ?o }"},
            UsageError,
            "query is answered by true or false, which is nothing to draw; ",
        ),
        (
            {"query": "SELECT ?x { ?x ex:none ?y }"},
            UsageError,
            "query has no rows: there is nothing to draw; ",
        ),
        ({"query": "CONSTRUCT { ?x ex:in ?y } { ?x ex:none ?y }"}, UsageError, "query makes no triple: "),
        (
            {"query": "SELECT ?area { ?x ex:area ?area }"},
            UsageError,
            "the rows of query name nothing that is drawn; ",
        ),
        (
            {"query": "SELECT ?p { ?p ex:in place:bijie }", "focus": "place:guizhou", "hops": 1},
            UsageError,
            "the rows of query name nothing that is drawn near there; draw more with --hops",
        ),
        (
            {"query": "CONSTRUCT { ex:Place rdfs:label ?l } { ex:Place rdfs:label ?l }"},
            UsageError,
            "the triples of query name nothing that can be drawn; ",
        ),
        ({"query": "withn"}, UnknownQuery, "no query is called 'withn'; did you mean 'within'?"),
        ({"query": "within", "params": {"wole": "x"}}, UnknownParameter, "the query has no variable ?wole"),
        ({"params": {"whole": "place:bijie"}}, UsageError, "there is no query that takes parameters; "),
        ({"query": "SELECT {"}, QueryError, "'{' is not understood here"),
    ],
)
def test_what_a_query_gives_nothing_to_see_of_is_told(
    asked: dict[str, Any], error: type[KgError], message: str, graph: Graph, tmp_path: Path
) -> None:
    """Nothing is written."""
    with pytest.raises(error) as caught:
        graph.view(tmp_path / "page.html", **asked)
    assert f"]: {message}" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_named_query_that_fails_is_a_warning(project: Callable[..., Path], tmp_path: Path) -> None:
    """The page is written all the same, and says it too."""
    graph = kg.build(
        project({"queries/broken.rq": "SELECT {", "queries/all.rq": "SELECT ?s { ?s a ex:Place }"})
    )
    heard: list[Finding] = []
    graph.view(tmp_path / "page.html", tell=heard.append)
    assert [finding.severity for finding in heard] == ["warning"]
    assert str(heard[0]).endswith("broken.rq:1:8: warning[query-error]: '{' is not understood here")
    page = graph.page()
    assert [("fault" in query, query["name"]) for query in data(page)["queries"]] == [
        (False, "all"),
        (True, "broken"),
    ]


def test_queries_of_large_graphs_are_asked_only_if_wanted(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MANY", 5)
    page = graph.page()
    assert data(page)["queries"] == []
    assert [finding.rule for finding in page.warnings] == ["not-asked"]
    assert len(data(graph.page(queries=True))["queries"]) == 2
    assert [query["name"] for query in data(graph.page(query="within"))["queries"]] == ["within"]
    monkeypatch.undo()
    without = graph.page(queries=False)
    assert (data(without)["queries"], without.warnings) == ([], ())


def test_a_page_is_told_what_is_being_done(graph: Graph) -> None:
    said: list[str] = []
    graph.page(step=said.append)
    assert said == list(dict.fromkeys(said))
    assert "drawing the graph" in said
