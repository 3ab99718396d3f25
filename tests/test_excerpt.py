"""The part of a large graph that a page holds."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
import pytest
from large import large, node, quads
from models import EX
from pages import unpacked
from sample import KG, ontology

import kg
import kg.excerpt
from kg.errors import UnknownEntity
from kg.excerpt import most_linked, named, near
from kg.graph import Graph
from kg.network import network
from kg.vocabulary import node_key

GRAPH = sorted(quads(800), key=str)


def read() -> list[ox.Quad]:
    return GRAPH


def subjects(found: Any) -> set[str]:
    return {node_key(quad.subject) for quad in found.quads}


def degrees() -> dict[str, int]:
    whole = network(*large(800))
    return {key: whole.degree(key) for key in whole}


def test_holds_the_entities_with_the_most_links() -> None:
    found = most_linked(read, nodes=100)
    most = sorted(degrees().values(), reverse=True)[:100]
    held = [degrees()[key] for key in subjects(found)]
    assert found.entities == 800
    assert 90 <= found.shown == len(held) <= 100
    assert min(held) >= most[-1] - 1
    assert node(0) in subjects(found)


def test_has_all_that_is_said_of_them_but_links_to_others() -> None:
    """So what is left out is not drawn as a thing of which nothing is known."""
    found = most_linked(read, nodes=100)
    kept = set(found.quads)
    held = subjects(found)
    for quad in GRAPH:
        if node_key(quad.subject) in held and isinstance(quad.object, ox.Literal):
            assert quad in kept
    assert set(network(found.quads, ontology())) == held


def test_words_of_the_ontology_and_links_to_elsewhere_stay() -> None:
    concept, elsewhere = "https://graph.example/concept/command", "https://elsewhere.example/1"
    extra = [
        ox.Quad(ox.NamedNode(node(0)), ox.NamedNode(KG + "purpose"), ox.NamedNode(each))
        for each in (concept, elsewhere)
    ]
    extra += [ox.Quad(ox.NamedNode(node(0)), ox.NamedNode(KG + "purpose"), ox.NamedNode(node(700)))]
    graph = sorted([*GRAPH, *extra], key=str)
    kept = most_linked(lambda: graph, {concept}, nodes=20).quads
    assert [quad in kept for quad in extra] == [True, True, False]


def test_counts_in_bounded_memory_and_finds_the_hubs_all_the_same() -> None:
    """With room for 8 x 60 of the counts of 800 nodes, those of the hubs survive the pruning."""
    hubs = sorted(degrees().items(), key=lambda item: (-item[1], item[0]))[:3]
    assert {key for key, _ in hubs} <= subjects(most_linked(read, nodes=60))


def test_a_limit_of_quads_holds_too() -> None:
    assert len(most_linked(read, quads=1_000).quads) < 1_300


def test_the_same_quads_give_the_same_excerpt() -> None:
    assert most_linked(read, nodes=50) == most_linked(read, nodes=50)


def test_near_follows_links_both_ways_as_far_as_asked() -> None:
    store = ox.Store()
    store.extend(GRAPH)
    whole = network(*large(800)).to_undirected()
    one = subjects(near(read, store, [node(0)], 1))
    assert set(whole[node(0)]) | {node(0)} == one
    assert one < subjects(near(read, store, [node(0)], 2))


def test_an_entity_is_found_by_iri_prefixed_name_or_label() -> None:
    prefixes = {"thing": node(0)[:-6]}
    label = network(*large(800)).nodes[node(0)]["labels"]["zh"]
    for name in (node(0), f"<{node(0)}>", "thing:000000"):
        assert named(read, name, prefixes) == [node(0)]
    assert node(0) in named(read, label, prefixes)
    assert named(read, "thing:none", prefixes) == []


def test_the_page_of_a_graph_that_is_too_large_holds_a_part_and_says_so(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert json.loads(unpacked(graph.page().html))["excerpt"] is None
    whole = len(json.loads(unpacked(graph.page().html))["nodes"])
    monkeypatch.setattr(kg.excerpt, "QUADS", 10)
    monkeypatch.setattr(kg.excerpt.most_linked, "__kwdefaults__", {"nodes": 3, "quads": 100})
    heard: list[str] = []
    data = json.loads(unpacked(graph.page(step=heard.append).html))
    shown, entities = data["excerpt"]
    assert len(data["nodes"]) <= shown <= 3 < whole <= entities
    assert "choosing what a page can hold" in heard


@pytest.mark.parametrize("focus", [EX + "place/bijie", "毕节市"])
def test_what_is_near_an_entity_is_the_same_however_large_the_graph(
    graph: Graph, focus: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = json.loads(unpacked(graph.page(focus=focus).html))
    monkeypatch.setattr(kg.excerpt, "QUADS", 10)
    found = json.loads(unpacked(graph.page(focus=focus).html))
    assert [row[1] for row in found["nodes"]] == [row[1] for row in expected["nodes"]]
    assert sum(map(len, found["links"])) == sum(map(len, expected["links"])) > 0
    assert [row[1] for row in found["sources"]] == [row[1] for row in expected["sources"]]


def test_an_unknown_entity_is_told_in_a_large_graph_too(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kg.excerpt, "QUADS", 10)
    with pytest.raises(UnknownEntity, match="no entity 'nowhere'"):
        graph.page(focus="nowhere")
