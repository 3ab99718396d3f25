"""What the page of a large network opens on: its communities as circles, with the links between them.

A community is called after its hub. Small ones and nodes without links are gathered by the group of their
class, so that there are never more than MOST and a few parts.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.communities import communities
from kg.layout import Box, arrange

if TYPE_CHECKING:
    import networkx as nx

WHOLE = 1_500  # nodes: up to here the page draws all of them
MOST = 32  # communities
LEAST = 8  # nodes of a community that is not gathered
NEAREST = 3  # links of a part that pull it towards others
DRAWN = 5  # links of a part that are drawn, the strongest


@dataclass(frozen=True)
class Part:
    """Some nodes as one: their hub or, if they were gathered, the class by which; and their commonest class.

    What is too little for a class of its own has neither hub nor class by which it was gathered.
    """

    hub: str
    gathered: str
    cls: str
    count: int
    x: float
    y: float
    size: float


@dataclass(frozen=True)
class Overview:
    """The parts, the part of each node in the order of the network, and pairs of parts with their links.

    Of the links there are only the strongest of each community, none of what was gathered.
    """

    parts: tuple[Part, ...]
    of: tuple[int, ...]
    links: tuple[tuple[int, int, int], ...]


def overview(network: nx.MultiDiGraph[str]) -> Overview:
    """The parts of a network made by :func:`kg.network.network`; the same network gives the same parts."""
    keys = list(network)
    number = {key: i for i, key in enumerate(keys)}
    ends = [(number[s], number[o]) for s, o in network.edges() if s != o]
    around: list[list[int]] = [[] for _ in keys]
    for a, b in ends:
        around[a].append(b)
        around[b].append(a)
    classes = [network.nodes[key]["cls"] for key in keys]
    groups = network.graph["groups"]

    found = communities(around)
    kept = [part for part in found[:MOST] if len(part) >= LEAST]
    rest: dict[str, list[int]] = defaultdict(list)
    for part in found[len(kept) :]:
        for node in part:
            rest[groups.get(classes[node], classes[node])].append(node)
    few = [cls for cls in sorted(rest) if len(rest[cls]) < LEAST]
    mixed = [node for cls in few for node in rest.pop(cls)]
    gathered = sorted(rest.items(), key=lambda item: (-len(item[1]), item[0]))
    gathered += [("", mixed)] if mixed else []
    members = [*kept, *(nodes for _, nodes in gathered)]

    of = [0] * len(keys)
    for i, nodes in enumerate(members):
        for node in nodes:
            of[node] = i
    between = Counter((min(of[a], of[b]), max(of[a], of[b])) for a, b in ends if of[a] != of[b])
    sizes = _sizes([len(nodes) for nodes in members])
    places = _places(between, sizes, len(kept))
    hubs = [min(nodes, key=lambda node: (-len(around[node]), node)) for nodes in kept]
    kinds = [_commonest(classes[node] for node in nodes) for nodes in members]
    names = [*((keys[hub], "") for hub in hubs), *(("", cls) for cls, _ in gathered)]
    return Overview(
        tuple(
            Part(hub, name, cls, len(nodes), x, y, size)
            for (hub, name), cls, nodes, (x, y), size in zip(
                names, kinds, members, places, sizes, strict=True
            )
        ),
        tuple(of),
        tuple((a, b, between[a, b]) for a, b in sorted(_strongest(between, len(kept), DRAWN))),
    )


def _commonest(classes: Iterable[str]) -> str:
    counts = Counter(classes)
    return min(counts, key=lambda cls: (-counts[cls], cls))


def _sizes(counts: list[int]) -> list[float]:
    """Areas in proportion to the number of nodes, none too small to be clicked."""
    most = max(counts, default=1)
    return [round(max(9.0, 27 * math.sqrt(count / most)), 1) for count in counts]


def _strongest(between: Counter[tuple[int, int]], kept: int, most: int) -> set[tuple[int, int]]:
    """Pairs of communities with the most links, so many for each."""
    rows: list[list[tuple[int, int]]] = [[] for _ in range(kept)]
    for a, b in between:
        if b < kept:
            rows[a].append((a, b))
            rows[b].append((a, b))
    return {pair for row in rows for pair in sorted(row, key=lambda pair: (-between[pair], pair))[:most]}


def _places(between: Counter[tuple[int, int]], sizes: list[float], kept: int) -> list[tuple[float, float]]:
    """Near those that each has most links with, gathered ones below, with room for two lines of label."""
    links: list[set[int]] = [set() for _ in sizes]
    for a, b in _strongest(between, kept, NEAREST):
        links[a].add(b)
        links[b].add(a)
    boxes = [Box(max(2.8 * size, 84.0) + 24, 2.8 * size + 58) for size in sizes]
    return arrange([sorted(row) for row in links], boxes)
