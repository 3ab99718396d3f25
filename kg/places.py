"""Where the nodes of a page stand that is drawn again and again: those that were there stay."""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, hypot, sin
from typing import TYPE_CHECKING

from kg.network import positions

if TYPE_CHECKING:
    import networkx

Point = tuple[float, float]
MOST_NEW = 10  # of so many nodes one may be new, or all are arranged anew
APART = 90.0
TURN = 2.4  # radians, the golden angle: a spiral that leaves no gaps


class Places:
    """Gives the places of the nodes of one network after the other."""

    def __init__(self) -> None:
        self._known: dict[str, Point] = {}

    def __call__(self, network: networkx.MultiDiGraph[str]) -> dict[str, Point]:
        """The places of all nodes: of new ones beside those that they are linked to."""
        found = {key: self._known[key] for key in network if key in self._known}
        new = [key for key in network if key not in found]
        if not found or len(new) * MOST_NEW > len(network):
            self._known = positions(network)
            return self._known
        for key in new:
            linked = [*network.successors(key), *network.predecessors(key)]
            found[key] = _free(_middle([found[other] for other in linked if other in found]), found.values())
        self._known = {key: found[key] for key in network}
        return self._known


def _middle(points: list[Point]) -> Point:
    """The middle of some points, or of everything."""
    xs, ys = [x for x, _ in points] or [0.0], [y for _, y in points] or [0.0]
    return sum(xs) / len(xs), sum(ys) / len(ys)


def _free(near: Point, taken: Iterable[Point]) -> Point:
    """The nearest point on a spiral that is not too close to others."""
    others, step = [*taken], 0
    while True:
        away = APART / 3 * step**0.5
        point = round(near[0] + away * cos(step * TURN), 1), round(near[1] + away * sin(step * TURN), 1)
        if all(hypot(point[0] - x, point[1] - y) >= APART for x, y in others):
            return point
        step += 1
