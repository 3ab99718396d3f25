"""kg.network: what is drawn, what is told beside it, and where it stands; for any ontology."""

from __future__ import annotations

import random
from itertools import combinations
from typing import Any

import networkx as nx
import pyoxigraph as ox
import pytest
import sample
from sample import ID, KG, quad

from kg.errors import UnknownEntity
from kg.network import Fact, network, positions, radius, subgraph

TYPE, LABEL = sample.RDF + "type", sample.RDFS + "label"
XSD = sample.XSD
A, B, C = "https://a.example/a", "https://a.example/b", "https://a.example/c"


@pytest.fixture(scope="module")
def graph() -> Any:
    return network(sample.data(), sample.ontology())


def test_nodes_are_the_described_things_and_no_sources(graph: Any) -> None:
    kinds = {graph.nodes[key]["cls"].removeprefix(KG) for key in graph}
    assert kinds == {"Place", "Operator", "Branch", "System", "Repair", "Incident", "Figure", "Person"}
    assert len(graph) == 158


def test_a_node_has_labels_class_facts_and_sources(graph: Any) -> None:
    node = graph.nodes[f"{ID}repair/zhijin"]
    assert node["labels"] == {"en": "repair of the fibre route in Zhijin", "zh": "织金县光缆抢修恢复"}
    assert node["cls"] == f"{KG}Repair"
    assert node["facts"] == (
        Fact(f"{KG}purpose", "https://graph.example/concept/command", f"{XSD}anyURI"),
        Fact(f"{KG}startsAt", "2020-01-25T20:00:00+08:00", f"{XSD}dateTime"),
    )
    assert node["sources"] == ((f"{KG}statedIn", f"{ID}passage/p1"),)


def test_edges_are_keyed_by_predicate(graph: Any) -> None:
    assert graph.has_edge(f"{ID}repair/zhijin", f"{ID}place/zhijin", f"{KG}tookPlaceIn")
    assert not graph.has_edge(f"{ID}place/zhijin", f"{ID}repair/zhijin")


def test_concepts_are_facts_with_labels(graph: Any) -> None:
    assert graph.graph["terms"] == {
        "https://graph.example/concept/command": {"en": "command", "zh": "指挥调度"}
    }


def test_sources_tell_their_facts_and_their_whole(graph: Any) -> None:
    source = graph.graph["sources"][f"{ID}passage/p1"]
    assert source.labels["zh"] == "第 1 段摘要"
    assert source.facts == (Fact(f"{KG}paragraph", "1", f"{XSD}integer"),)
    assert source.part_of == (f"{ID}document/article",)
    assert graph.graph["sources"][f"{ID}document/article"].labels["en"] == "an article"


def test_a_source_that_links_to_a_node_is_told_there(graph: Any) -> None:
    assert graph.nodes[f"{ID}person/li"]["sources"] == ((f"{KG}spokenBy", f"{ID}passage/p3"),)


def test_a_source_that_nothing_cites_is_not_drawn_beside_its_siblings() -> None:
    ontology = [
        quad("cites", sample.RDFS + "subPropertyOf", "mid"),
        quad("mid", sample.RDFS + "subPropertyOf", DC("source")),
    ]
    data = [
        quad(A, "cites", B),
        quad(B, DC("isPartOf"), "whole"),
        quad(C, DC("isPartOf"), "whole"),
        quad(A, "x", A),
    ]
    graph = network(data, ontology)
    assert list(graph) == [A]
    assert set(graph.graph["sources"]) == {B, C, KG + "whole"}


def test_a_whole_that_something_else_is_linked_to_is_drawn() -> None:
    data = [
        quad(A, DC("source"), B),
        quad(B, DC("isPartOf"), C),
        quad(A, "about", C),
        quad(C, "x", ox.Literal("y")),
    ]
    graph = network(data, [])
    assert list(graph) == [A, C]
    assert graph.graph["sources"][B].part_of == (C,)


def test_parts_of_things_that_are_no_sources_are_drawn() -> None:
    graph = network([quad(A, DC("isPartOf"), B), quad(B, "x", ox.Literal("y"))], [])
    assert list(graph.edges(keys=True)) == [(A, B, DC("isPartOf"))]


def DC(name: str) -> str:  # noqa: N802
    return sample.DCTERMS + name


def test_class_is_the_most_specific_even_among_inferred_types() -> None:
    types = [
        quad(A, TYPE, kind) for kind in ("Agent", "Branch", "Organisation", sample.OWL + "NamedIndividual")
    ]
    assert network(types, sample.ontology()).nodes[A]["cls"] == f"{KG}Branch"


def test_untyped_things_are_resources() -> None:
    graph = network([quad(A, LABEL, ox.Literal("x"))], [])
    cls = graph.nodes[A]["cls"]
    assert graph.graph["classes"][cls] == {"en": "resource", "zh": "资源"}


def test_circles_of_classes_and_properties_end() -> None:
    circle = [
        quad(a, sample.RDFS + way, b)
        for way in ("subClassOf", "subPropertyOf")
        for a, b in (("P", "Q"), ("Q", "P"))
    ]
    graph = network(
        [quad(A, TYPE, "P"), quad(A, TYPE, "Q")],
        [*circle, quad("P", LABEL, ox.Literal("p")), quad("Q", LABEL, ox.Literal("q"))],
    )
    assert graph.nodes[A]["cls"] == f"{KG}P"


def test_classes_of_others_do_not_join_groups_that_the_ontology_keeps_apart(graph: Any) -> None:
    """Figure and System are both prov:Entity, which the ontology mentions but does not label."""
    assert graph.graph["parents"][f"{KG}Figure"] == ""
    assert graph.graph["groups"][f"{KG}Figure"] != graph.graph["groups"][f"{KG}System"]


def test_groups_stay_few_and_cover_every_class() -> None:
    wide = [quad(f"k{i}", sample.RDFS + "subClassOf", f"top{i % 4}") for i in range(40)]
    named = [
        quad(name, LABEL, ox.Literal(name))
        for name in [f"k{i}" for i in range(40)] + [f"top{i}" for i in range(4)]
    ]
    graph = network([quad(f"{A}{i}", TYPE, f"k{i}") for i in range(40)], [*wide, *named])
    assert set(graph.graph["groups"]) == {f"{KG}k{i}" for i in range(40)}
    assert set(graph.graph["groups"].values()) == {f"{KG}top{i}" for i in range(4)}


def test_one_root_class_is_split_into_the_classes_below() -> None:
    below = [quad(kind, sample.RDFS + "subClassOf", "Thing") for kind in ("Cat", "Dog")]
    named = [quad(name, LABEL, ox.Literal(name)) for name in ("Cat", "Dog", "Thing")]
    graph = network([quad(A, TYPE, "Cat"), quad(B, TYPE, "Dog")], [*below, *named])
    assert set(graph.graph["groups"].values()) == {f"{KG}Cat", f"{KG}Dog"}


def test_labels_fall_back_to_preferred_labels_and_the_end_of_the_iri() -> None:
    data = [
        quad(A, sample.SKOS + "prefLabel", ox.Literal("甲", language="zh")),
        quad(A, "knows", B),
        quad(B, "x", A),
    ]
    graph = network(data, [])
    assert graph.nodes[A]["labels"] == {"zh": "甲"}
    assert graph.nodes[B]["labels"] == {"": "b"}


def test_a_second_label_in_a_language_is_a_fact() -> None:
    data = [quad(A, LABEL, ox.Literal(text, language="zh")) for text in ("乙", "甲")]
    node = network(data, []).nodes[A]
    assert node["labels"] == {"zh": "乙"}
    assert node["facts"] == (Fact(LABEL, "甲", "zh"),)


def test_undescribed_iris_are_nodes_at_home_and_facts_abroad() -> None:
    data = [quad(A, "knows", B), quad(A, "seeAlso", "https://elsewhere.example/page")]
    graph = network(data, [])
    assert list(graph) == [A, B]
    assert graph.nodes[A]["facts"] == (
        Fact(f"{KG}seeAlso", "https://elsewhere.example/page", f"{XSD}anyURI"),
    )


def test_blank_nodes_and_quoted_triples() -> None:
    blank = ox.BlankNode("b1")
    said = ox.Triple(ox.NamedNode(A), ox.NamedNode(B), ox.Literal("x"))
    data = [
        quad(A, "has", blank),
        ox.Quad(blank, sample.iri("value"), ox.Literal(3)),
        ox.Quad(blank, sample.iri("says"), said),
    ]
    graph = network(data, [])
    assert graph.has_edge(A, "_:b1", f"{KG}has")
    assert [fact.property for fact in graph.nodes["_:b1"]["facts"]] == [f"{KG}says", f"{KG}value"]


def test_a_thesaurus_is_drawn() -> None:
    concept = sample.SKOS + "Concept"
    data = [quad(A, TYPE, concept), quad(B, TYPE, concept), quad(A, sample.SKOS + "broader", B)]
    graph = network(data, [])
    assert list(graph.edges(keys=True)) == [(A, B, sample.SKOS + "broader")]


def test_an_ontology_among_the_data_is_not_drawn() -> None:
    graph = network([*sample.data(), *sample.ontology()], sample.ontology())
    assert set(graph) == set(network(sample.data(), sample.ontology()))


def test_order_of_quads_changes_nothing(graph: Any) -> None:
    data, ontology = sample.data(), sample.ontology()
    random.Random(7).shuffle(data)
    random.Random(8).shuffle(ontology)
    other = network(data + data[:50], ontology)
    assert list(other.nodes(data=True)) == list(graph.nodes(data=True))
    assert list(other.edges(keys=True)) == list(graph.edges(keys=True))
    assert other.graph == graph.graph
    assert list(other.graph["groups"]) == list(graph.graph["groups"])
    assert positions(other) == positions(graph)


def test_nothing_gives_an_empty_network() -> None:
    graph = network([], [])
    assert len(graph) == 0
    assert positions(graph) == {}


def test_subgraph_reaches_as_far_as_told_whichever_way_links_point(graph: Any) -> None:
    place = f"{ID}place/zhijin"
    assert set(subgraph(graph, place, 0)) == {place}
    near = subgraph(graph, place, 1)
    assert set(near) == {place, *nx.all_neighbors(graph, place)}
    words = set(graph.graph) - {"sources", "wholes"}
    assert all(near.graph[name] == graph.graph[name] for name in words)
    far = nx.single_source_shortest_path_length(graph.to_undirected(as_view=True), place, 3)
    assert set(subgraph(graph, place, 3)) == set(far)


def test_subgraph_has_the_order_of_the_whole(graph: Any) -> None:
    """Not that of a set, which differs from process to process."""
    part = subgraph(graph, f"{ID}place/zhijin", 2)
    assert 10 < len(part) < len(graph) / 2
    assert list(part) == [key for key in graph if key in part]


def test_subgraph_has_the_sources_that_it_cites_and_the_names_of_their_wholes(graph: Any) -> None:
    before = dict(graph.graph["sources"])
    part = subgraph(graph, f"{ID}repair/zhijin", 0)
    passage, article = f"{ID}passage/p1", f"{ID}document/article"
    assert part.graph["sources"] == {passage: graph.graph["sources"][passage]}
    assert part.graph["wholes"] == {article: {"en": "an article", "zh": "一篇报道"}}
    assert graph.graph["sources"] == before


def test_subgraph_of_an_unknown_node_names_the_nearest() -> None:
    with pytest.raises(UnknownEntity, match="place/zhijin"):
        subgraph(network(sample.data(), sample.ontology()), f"{ID}place/zhijn", 1)


def test_no_two_nodes_stand_on_each_other(graph: Any) -> None:
    places = positions(graph)
    assert set(places) == set(graph)
    for a, b in combinations(graph, 2):
        apart = sum((p - q) ** 2 for p, q in zip(places[a], places[b], strict=True)) ** 0.5
        assert apart > radius(graph.degree(a)) + radius(graph.degree(b))


def test_linked_nodes_stand_nearer_than_others(graph: Any) -> None:
    places = positions(graph)

    def mean(pairs: list[tuple[str, str]]) -> float:
        far = [sum((p - q) ** 2 for p, q in zip(places[a], places[b], strict=True)) ** 0.5 for a, b in pairs]
        return sum(far) / len(far)

    assert mean(list(graph.edges())) < mean(list(combinations(graph, 2))) / 4


def test_positions_are_centred_and_rounded(graph: Any) -> None:
    xs, ys = zip(*positions(graph).values(), strict=True)
    assert all(round(value, 1) == value for value in (*xs, *ys))
    assert abs(min(xs) + max(xs)) < 100
    assert abs(min(ys) + max(ys)) < 100
