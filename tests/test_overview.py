"""Communities, and the overview on which the page of a large graph opens."""

from __future__ import annotations

import random
from collections import Counter

from large import large

from kg.communities import communities
from kg.network import network
from kg.overview import LEAST, MOST, overview


def test_cliques_that_hang_together_by_one_link_are_communities() -> None:
    """A ring of twelve cliques of six."""
    links: list[list[int]] = [[j for j in range(i - i % 6, i - i % 6 + 6) if j != i] for i in range(72)]
    for i in range(0, 72, 6):
        links[i].append((i + 9) % 72)
        links[(i + 9) % 72].append(i)
    assert communities(links) == [list(range(i, i + 6)) for i in range(0, 72, 6)]


def test_every_node_is_in_one_community_and_those_without_links_are_alone() -> None:
    dice = random.Random(7)
    links: list[list[int]] = [[] for _ in range(500)]
    for _ in range(600):
        a, b = dice.randrange(480), dice.randrange(480)
        links[a].append(b)
        links[b].append(a)
    found = communities(links)
    assert sorted(node for group in found for node in group) == list(range(500))
    assert [len(group) for group in found] == sorted(map(len, found), reverse=True)
    assert all([node] in found for node in range(480, 500))
    assert communities(links) == found


def test_no_links_and_no_nodes_are_no_trouble() -> None:
    assert communities([]) == []
    assert communities([[], []]) == [[0], [1]]
    assert communities([[0]]) == [[0]]


def test_the_overview_has_few_parts_that_hold_every_node() -> None:
    graph = network(*large(2_000))
    found = overview(graph)
    assert len(found.of) == 2_000
    assert [part.count for part in found.parts] == [Counter(found.of)[i] for i in range(len(found.parts))]
    kept = [part for part in found.parts if part.hub]
    assert len(kept) <= MOST
    assert min(part.count for part in kept) >= LEAST
    assert len(found.parts) <= MOST + 10


def test_a_part_is_called_after_its_most_linked_node_or_what_was_gathered() -> None:
    graph = network(*large(2_000))
    found = overview(graph)
    keys = list(graph)
    for i, part in enumerate(found.parts):
        members = [key for key, of in zip(keys, found.of, strict=True) if of == i]
        classes = Counter(graph.nodes[key]["cls"] for key in members)
        assert classes[part.cls] == max(classes.values())
        if part.hub:
            assert part.hub in members
        elif part.gathered:
            assert {graph.graph["groups"][cls] for cls in classes} == {part.gathered}


def test_circles_do_not_touch_and_larger_parts_are_larger() -> None:
    parts = overview(network(*large(2_000))).parts
    for i, a in enumerate(parts):
        for b in parts[:i]:
            assert (a.x - b.x) ** 2 + (a.y - b.y) ** 2 > (a.size + b.size) ** 2
            assert (a.count - b.count) * (a.size - b.size) >= 0


def test_the_same_network_gives_the_same_overview() -> None:
    data, words = large(1_600)
    assert overview(network(data, words)) == overview(network(reversed(data), words))
