"""Places of nodes that are drawn again: those that stay stand still."""

from __future__ import annotations

from itertools import combinations
from math import hypot

import networkx as nx

from kg.network import positions
from kg.places import APART, Places


def network(count: int) -> nx.MultiDiGraph[str]:
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for number in range(count):
        made.add_node(str(number), labels={"": str(number)})
        if number:
            made.add_edge(str(number), str(number // 2), key="p")
    return made


def test_what_stays_stands_still_and_what_comes_stands_beside_it() -> None:
    places = Places()
    first = dict(places(network(30)))
    assert first == positions(network(30))
    after = places(network(32))
    assert {key: after[key] for key in first} == first
    assert all(
        hypot(after[new][0] - x, after[new][1] - y) >= APART
        for new in ("30", "31")
        for x, y in first.values()
    )
    assert places(network(30)) == first
    assert len({after[a] == after[b] for a, b in combinations(after, 2)}) == 1


def test_where_much_is_new_all_is_arranged() -> None:
    places = Places()
    places(network(5))
    assert places(network(30)) == positions(network(30))
    assert Places()(network(0)) == {}


def test_what_is_linked_to_nothing_finds_a_place() -> None:
    places = Places()
    places(network(30))
    lonely = network(30)
    lonely.add_node("lonely", labels={"": "lonely"})
    assert "lonely" in places(lonely)
