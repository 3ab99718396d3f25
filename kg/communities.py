"""The communities of a large network: groups of nodes with more links among them than to others.

Found by modularity after Blondel and others (2008, the Louvain method) over numbered nodes in a fixed order:
the same links give the same communities, nothing is random.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

Links = Sequence[Sequence[int]]
Weights = list[dict[int, int]]

ROUNDS = 12  # over all nodes at one level; what still moves then hardly matters


def communities(links: Links) -> list[list[int]]:
    """The numbers of the nodes in groups, the largest first, then by their first node.

    `links` lists the neighbours of each node by number, both ways; a node without any is a group of its own.

    >>> communities([[1, 2], [0, 2], [0, 1, 3], [2, 4, 5], [3, 5], [3, 4], []])
    [[0, 1, 2], [3, 4, 5], [6]]
    """
    weights: Weights = [dict(Counter(other for other in row if other != i)) for i, row in enumerate(links)]
    loops = [0] * len(weights)  # links within a node that stands for a group
    groups = [[i] for i in range(len(weights))]
    while True:
        of = _moved(weights, loops)
        count = max(of, default=-1) + 1
        if count == len(weights):
            return sorted((sorted(group) for group in groups), key=lambda group: (-len(group), group[0]))
        groups, weights, loops = _merged(of, count, groups, weights, loops)


def _moved(weights: Weights, loops: list[int]) -> list[int]:
    """The group of each node, where modularity gains most; numbered in the order of their first nodes."""
    degrees = [sum(row.values()) + loop for row, loop in zip(weights, loops, strict=True)]
    whole = sum(degrees) or 1
    of = list(range(len(weights)))
    total = degrees[:]
    for _ in range(ROUNDS):
        moves = 0
        for node, row in enumerate(weights):
            if not row:
                continue
            home, degree = of[node], degrees[node]
            near = {home: 0}
            for other, weight in row.items():
                near[of[other]] = near.get(of[other], 0) + weight
            total[home] -= degree
            best, most = home, near[home] * whole - total[home] * degree
            for group, weight in near.items():
                gain = weight * whole - total[group] * degree
                if gain > most:
                    best, most = group, gain
            total[best] += degree
            if best != home:
                of[node] = best
                moves += 1
        if moves * 200 <= len(weights):
            break
    numbers: dict[int, int] = {}
    return [numbers.setdefault(group, len(numbers)) for group in of]


def _merged(
    of: list[int], count: int, groups: list[list[int]], weights: Weights, loops: list[int]
) -> tuple[list[list[int]], Weights, list[int]]:
    """Each group as one node, with the links of its nodes."""
    members: list[list[int]] = [[] for _ in range(count)]
    joined: Weights = [{} for _ in range(count)]
    inner = [0] * count
    for node, group in enumerate(of):
        members[group] += groups[node]
        inner[group] += loops[node]
        row = joined[group]
        for other, weight in weights[node].items():
            if of[other] == group:
                inner[group] += weight
            else:
                row[of[other]] = row.get(of[other], 0) + weight
    return members, joined, inner
