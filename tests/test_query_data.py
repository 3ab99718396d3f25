"""kg.query_data: queries with their answers, as the page has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import networkx as nx
import pyoxigraph as ox
import pytest
from models import EX, PROJECT, write

import kg
from kg import query_data, query_text
from kg.errors import QueryError
from kg.graph import Graph
from kg.network import network
from kg.query_data import ask, named, packed

QUERIES = {
    "queries/labels.rq": "# title: Names\n# zh: 名称是什么？\n# en: What are the names?\n# param lang = zh\n"
    "SELECT ?name WHERE { ?place a ex:Place ; rdfs:label ?name FILTER(LANG(?name) = ?lang) }\n",
    "queries/broken.rq": "# title: Broken\nSELECT ?x WHERE { ?x\n",
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    return kg.build(write(tmp_path_factory.mktemp("project"), PROJECT | QUERIES))


@pytest.fixture(scope="module")
def drawn(graph: Graph) -> nx.MultiDiGraph[str]:
    return graph.network()


def number(drawn: nx.MultiDiGraph[str], name: str) -> int:
    return list(drawn).index(f"{EX}place/{name}")


def table(graph: Graph, text: str, **params: str) -> Any:
    """The one answer of a query given as text."""
    asked = ask(query_text.described(text), graph.store, graph.prefixes, params)
    return packed([asked], graph.network(), graph.prefixes)[0]["answers"][""]


def test_named_queries_come_with_title_questions_text_and_parameters(
    graph: Graph, drawn: nx.MultiDiGraph[str]
) -> None:
    every = packed(named(graph.project.queries.values(), graph.store, graph.prefixes), drawn, graph.prefixes)
    found = {query["name"]: query for query in every}
    assert list(found) == ["broken", "labels", "places", "within"]
    assert found["labels"]["questions"] == {"zh": "名称是什么？", "en": "What are the names?"}
    assert found["within"]["parameters"] == [["whole", number(drawn, "guizhou")]]
    assert found["within"]["answers"][""]["rows"] == [[number(drawn, "bijie")]]
    assert found["within"]["text"] == graph.project.queries["within"].read_text(encoding="utf-8")


def test_a_query_with_a_language_is_asked_in_each(graph: Graph, drawn: nx.MultiDiGraph[str]) -> None:
    """The language is no parameter to tell; rows without order are in that of their texts; labels name nodes."""
    (asked,) = named([graph.project.queries["labels"]], graph.store, graph.prefixes)
    (query,) = packed([asked], drawn, graph.prefixes)
    assert query["parameters"] == []
    rows = {lang: [row[0] for row in answer["rows"]] for lang, answer in query["answers"].items()}
    assert rows["zh"] == [number(drawn, name) for name in ("bijie", "guizhou", "jinsha")]
    assert rows["en"] == [number(drawn, name) for name in ("bijie", "guizhou", "jinsha")]


def test_variables_have_the_names_that_the_head_gives(drawn: nx.MultiDiGraph[str]) -> None:
    text = "# zh names: ?name = 名称, whole = 所在 地点，n=数\n# en names: n = Number of\nSELECT * {}"
    (query,) = packed([query_data.Asked(query_text.described(text), "q")], drawn, {})
    assert query["names"] == {
        "zh": {"name": "名称", "whole": "所在 地点", "n": "数"},
        "en": {"n": "Number of"},
    }
    assert query["questions"] == {}


def test_the_queries_of_the_repository_name_all_that_they_show_in_chinese(repository: Graph) -> None:
    asked = named(repository.project.queries.values(), repository.store, repository.prefixes)
    lacking = {
        (each.name, variable)
        for each in asked
        for variable in {
            *each.parameters,
            *(name for answer in each.answers.values() for name in answer.columns),
        }
        if ("zh", variable) not in {(language, name) for language, name, _ in each.query.names}
    }
    assert lacking == set()


def test_a_language_that_is_given_is_the_only_one(graph: Graph) -> None:
    query = query_text.read(graph.project.queries["labels"])
    asked = ask(query, graph.store, graph.prefixes, {"lang": "en"})
    assert list(asked.answers) == [""]
    assert asked.parameters == {"lang": "en"}
    assert not asked.own


def test_a_query_that_fails_tells_where_and_the_others_go_on(
    graph: Graph, drawn: nx.MultiDiGraph[str]
) -> None:
    """Without the folder of this machine."""
    asked = named(graph.project.queries.values(), graph.store, graph.prefixes)
    broken = next(query for query in packed(asked, drawn, graph.prefixes) if query["name"] == "broken")
    assert broken["fault"].startswith("broken.rq:")
    assert str(graph.project.root) not in broken["fault"]
    assert "answers" not in broken
    assert [each.fault is None for each in asked] == [False, True, True, True]


def test_a_file_that_cannot_be_read_is_told_by_its_name(graph: Graph, tmp_path: Path) -> None:
    file = tmp_path / "latin.rq"
    file.write_bytes(b"# \xe9\nSELECT * {}")
    (asked,) = named([file], graph.store, graph.prefixes)
    assert (asked.name, asked.fault is None) == ("latin", False)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("1.50", ["n", "1.5"]),
        ("'2020-01-24'^^xsd:date", ["t", "2020-01-24"]),
        ("true", ["b", "true"]),
        ("'text'", "text"),
        ("'Text'@en", ["@", "Text", "en"]),
        ("'x'^^ex:t", ["d", "x"]),
        ("place:bijie", "bijie"),
        ("'毕节市'@zh", "bijie"),
        ("'毕节市'", "bijie"),
        ("'毕节市'@en", ["@", "毕节市", "en"]),
        ("ex:Place", ["i", EX + "Place", "ex:Place"]),
        ("<javascript:alert(1)>", ["i", "javascript:alert(1)", "<javascript:alert(1)>"]),
        ("?none", None),
    ],
)
def test_a_cell_says_what_it_is(value: str, cell: Any, graph: Graph, drawn: nx.MultiDiGraph[str]) -> None:
    rows = table(graph, f"SELECT ?x WHERE {{ BIND({value} AS ?x) }}")["rows"]
    expected = number(drawn, cell) if cell == "bijie" else cell
    assert rows == [[expected]]


def test_a_label_beside_its_own_node_is_a_text(graph: Graph, drawn: nx.MultiDiGraph[str]) -> None:
    rows = table(graph, "SELECT ?p ?n { BIND(place:bijie AS ?p) BIND('毕节市'@zh AS ?n) }")["rows"]
    assert rows == [[number(drawn, "bijie"), ["@", "毕节市", "zh"]]]


def test_a_label_of_two_nodes_names_neither() -> None:
    label, text = (
        ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label"),
        ox.Literal("中心", language="zh"),
    )
    both = network([ox.Quad(ox.NamedNode(f"{EX}{name}"), label, text) for name in "ab"], [])
    assert query_data.Names.of(both).node(text) is None
    assert query_data.Names.of(both).node(ox.NamedNode(EX + "a")) == EX + "a"


def test_long_answers_are_cut_and_counted(graph: Graph, drawn: nx.MultiDiGraph[str]) -> None:
    """What the rows beyond name is told too."""
    names = " ".join(f"'{i:04}'" for i in range(query_data.MOST_SHOWN))
    long = table(
        graph, f"SELECT ?x {{ VALUES ?x {{ {names} place:jinsha 'z' }} }} ORDER BY ISIRI(?x) STR(?x)"
    )
    assert len(long["rows"]) == query_data.MOST_SHOWN
    assert (long["total"], long["more"]) == (query_data.MOST_SHOWN + 2, False)
    assert long["beyond"] == [number(drawn, "jinsha")]


def test_an_answer_without_end_is_not_read_to_its_end(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_data, "MOST_READ", 600)
    wide = " ".join(f"'{i}'" for i in range(30))
    answer = table(graph, f"SELECT ?a ?b {{ VALUES ?a {{ {wide} }} VALUES ?b {{ {wide} }} }}")
    assert (answer["total"], answer["more"]) == (600, True)


def test_graphs_and_truths_are_told_as_such(graph: Graph, drawn: nx.MultiDiGraph[str]) -> None:
    made = table(graph, "CONSTRUCT { ?b ex:in ?a . ?a ex:holds _:x } WHERE { ?a ex:in ?b }")
    assert made["form"] == "graph"
    assert [number(drawn, "guizhou"), ["i", EX + "in", "ex:in"], number(drawn, "bijie")] in made["rows"]
    assert {row[2] for row in made["rows"] if row[1][1] == EX + "holds"} == {"_:1", "_:2"}
    assert table(graph, "ASK { place:bijie ex:in ?x }") == {"form": "ask", "truth": True}


def test_a_row_that_cannot_be_made_is_an_error_of_the_query(graph: Graph) -> None:
    with pytest.raises(QueryError):
        ask(
            query_text.described("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"),
            graph.store,
            {},
            {},
        )
