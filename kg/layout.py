"""Where the nodes of a picture stand: pure geometry, the same numbers for the same input.

Each connected part is laid out by stress (nodes as far apart as their shortest path is long), by stochastic
gradient descent after Zheng, Pawar and Goodman (2019) with a fixed order of the pairs in place of a random
one; turned so that it is widest from left to right; freed of overlaps; and packed beside the others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from heapq import heappop, heappush
from typing import NamedTuple

Point = tuple[float, float]
Links = Sequence[Sequence[int]]

FULL = 500  # up to here every pair of nodes pulls, above only pairs with a pivot
PIVOTS = 40
ROUNDS = 30
UNIT = 75.0  # about the length of a link
GAP = 40.0  # between connected parts
ROOM = 1.5  # the least area, as a multiple of what the boxes take
SHAPE = 1.25  # width by height


class Box(NamedTuple):
    """The room that a node needs, around its middle."""

    width: float
    height: float


def arrange(links: Links, boxes: Sequence[Box]) -> list[Point]:
    """A place for each node; `links` lists the neighbours of each by number, both ways.

    No two boxes overlap. Coordinates are rounded to a tenth, y grows downwards, the middle is (0, 0).

    >>> arrange([[1], [0], []], [Box(10, 10)] * 3)
    [(-63.1, -25.0), (63.1, -25.0), (-63.1, 25.0)]
    """
    places: list[Point] = [(0.0, 0.0)] * len(links)
    parts = []
    for part in components(links):
        index = {node: i for i, node in enumerate(part)}
        inner = [[index[other] for other in links[node]] for node in part]
        sizes = [boxes[node] for node in part]
        parts.append((part, _freed(_landscape(_stress(inner), _hub(inner)), sizes), sizes))
    for part, points in _packed(parts):
        for node, point in zip(part, points, strict=True):
            places[node] = point
    return [(round(x, 1) + 0.0, round(y, 1) + 0.0) for x, y in places]


def components(links: Links) -> list[list[int]]:
    """The connected parts, the largest first, then by their first node.

    >>> components([[], [2], [1]])
    [[1, 2], [0]]
    """
    parts: list[list[int]] = []
    seen: set[int] = set()
    for start in range(len(links)):
        if start in seen:
            continue
        seen.add(start)
        part = [start]
        for node in part:
            for other in links[node]:
                if other not in seen:
                    seen.add(other)
                    part.append(other)
        parts.append(sorted(part))
    return sorted(parts, key=lambda part: (-len(part), part[0]))


def _stress(links: Links) -> list[Point]:
    """Places at which distances are near to the lengths of the shortest paths."""
    points = _spiral(links)
    pairs = _pairs(links)
    if not pairs:
        return points
    xs, ys = [x for x, _ in points], [y for _, y in points]
    longest, shortest = max(d for _, _, d in pairs), min(d for _, _, d in pairs)
    step, last = longest * longest, 0.1 * shortest * shortest
    decay = (last / step) ** (1 / (ROUNDS - 1))
    for _ in range(ROUNDS):
        for i, j, distance in pairs:
            dx, dy = xs[i] - xs[j], ys[i] - ys[j]
            length = math.sqrt(dx * dx + dy * dy) or 1e-9
            move = min(1.0, step / (distance * distance)) * (length - distance) / 2 / length
            xs[i] -= move * dx
            ys[i] -= move * dy
            xs[j] += move * dx
            ys[j] += move * dy
        step *= decay
    return list(zip(xs, ys, strict=True))


def _hub(links: Links) -> int:
    """The node with the most links, the first of several."""
    return max(range(len(links)), key=lambda node: (len(links[node]), -node))


def _spiral(links: Links) -> list[Point]:
    """A start: outwards from the hub, in the order in which the links reach the nodes."""
    hub = _hub(links)
    order, seen = [hub], {hub}
    for node in order:
        fresh = [other for other in links[node] if other not in seen]
        seen.update(fresh)
        order.extend(fresh)
    points = [(0.0, 0.0)] * len(links)
    for i, node in enumerate(order):
        angle, distance = i * 2.399963229728653, UNIT * math.sqrt(i) / 2
        points[node] = (round(distance * math.cos(angle), 6), round(distance * math.sin(angle), 6))
    return points


def _pairs(links: Links) -> list[tuple[int, int, float]]:
    """Pairs with the distance they should have, so ordered that one after another has little in common."""
    count = len(links)
    if count <= FULL:
        far = [_paths(links, i) for i in range(count)]
        pairs = [(i, j, far[i][j]) for i in range(count) for j in range(i)]
    else:
        pairs = [(i, j, _length(links, i, j)) for i in range(count) for j in links[i] if j < i]
        nearest = [math.inf] * count
        pivot = _hub(links)
        for _ in range(PIVOTS):
            reach = _paths(links, pivot)
            pairs.extend((pivot, j, reach[j]) for j in range(count) if j != pivot)
            nearest = [min(a, b) for a, b in zip(nearest, reach, strict=True)]
            pivot = max(range(count), key=lambda node: (nearest[node], -node))
    stride = int(len(pairs) * 0.618) | 1
    while math.gcd(stride, len(pairs)) > 1:
        stride += 2
    return [pairs[i * stride % len(pairs)] for i in range(len(pairs))]


def _length(links: Links, i: int, j: int) -> float:
    """The length of a link: longer where many others need room around its ends."""
    return UNIT * (0.7 + 0.1 * math.sqrt(len(links[i]) + len(links[j])))


def _paths(links: Links, start: int) -> list[float]:
    """The lengths of the shortest paths from `start` (Dijkstra)."""
    reach = [math.inf] * len(links)
    reach[start] = 0.0
    heap = [(0.0, start)]
    while heap:
        distance, node = heappop(heap)
        if distance > reach[node]:
            continue
        for other in links[node]:
            if (through := distance + _length(links, node, other)) < reach[other]:
                reach[other] = through
                heappush(heap, (through, other))
    return reach


def _landscape(points: list[Point], hub: int) -> list[Point]:
    """Turned so that the points spread most from left to right, the hub to the upper left of the middle.

    Where they stand too square for SHAPE they are stretched a little.
    """
    count = len(points)
    mx, my = sum(x for x, _ in points) / count, sum(y for _, y in points) / count
    xx = sum((x - mx) ** 2 for x, _ in points)
    yy = sum((y - my) ** 2 for _, y in points)
    xy = sum((x - mx) * (y - my) for x, y in points)
    angle = -math.atan2(2 * xy, xx - yy) / 2
    cos, sin = math.cos(angle), math.sin(angle)
    turned = [((x - mx) * cos - (y - my) * sin, (x - mx) * sin + (y - my) * cos) for x, y in points]
    wide, high = (max(p[i] for p in turned) - min(p[i] for p in turned) for i in (0, 1))
    stretch = min(1.25, max(1.0, math.sqrt(SHAPE * high / wide))) if wide else 1.0
    across = -stretch if turned[hub][0] > 0 else stretch
    down = -1 / stretch if turned[hub][1] > 0 else 1 / stretch
    return [(x * across, y * down) for x, y in turned]


def _freed(points: list[Point], boxes: Sequence[Box]) -> list[Point]:
    """The points, moved apart until no two boxes overlap; grown a little whenever pushing does not end."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    taken = sum(box.width * box.height for box in boxes)
    area = (max(xs) - min(xs)) * (max(ys) - min(ys))
    room = math.sqrt(min(4.0, max(1.0, ROOM * taken / area))) if area else 1.0
    xs, ys = [x * room for x in xs], [y * room for y in ys]
    wide, high = max(box.width for box in boxes), max(box.height for box in boxes)
    rounds = 0
    while _pushed(xs, ys, boxes, wide, high):
        rounds += 1
        if rounds % 30 == 0:
            xs, ys = [x * 1.03 for x in xs], [y * 1.03 for y in ys]
    return list(zip(xs, ys, strict=True))


def _pushed(xs: list[float], ys: list[float], boxes: Sequence[Box], wide: float, high: float) -> bool:
    """One round: each overlapping pair moves apart along the shorter way; whether there was one."""
    cells: dict[tuple[int, int], list[int]] = {}
    for i in range(len(xs)):
        cells.setdefault((int(xs[i] // wide), int(ys[i] // high)), []).append(i)
    moved = False
    for i in range(len(xs)):
        column, row = int(xs[i] // wide), int(ys[i] // high)
        around = [(column + c, row + r) for c in (-1, 0, 1) for r in (-1, 0, 1)]
        for j in (j for cell in around for j in cells.get(cell, ()) if j < i):
            px, py = _push(xs[i] - xs[j], ys[i] - ys[j], boxes[i], boxes[j])
            if px or py:
                moved = True
                xs[i], xs[j], ys[i], ys[j] = xs[i] + px, xs[j] - px, ys[i] + py, ys[j] - py
    return moved


def _push(dx: float, dy: float, a: Box, b: Box) -> Point:
    """How far each of two boxes has to give way: squares along the line between them, others up or aside."""
    over_x = (a.width + b.width) / 2 - abs(dx)
    over_y = (a.height + b.height) / 2 - abs(dy)
    if over_x <= 0.2 or over_y <= 0.2:
        return 0.0, 0.0
    if a.width == a.height and b.width == b.height:
        length = math.sqrt(dx * dx + dy * dy)
        if length < 0.1:
            return over_x / 2, 0.0
        by = (min(over_x, over_y) / 2 + 0.2) / max(abs(dx), abs(dy))
        return dx * by, dy * by
    if over_y <= 0.7 * over_x:
        return 0.0, math.copysign(over_y / 2 + 0.2, dy)
    return math.copysign(over_x / 2 + 0.2, dx), 0.0


def _packed(parts: list[tuple[list[int], list[Point], list[Box]]]) -> list[tuple[list[int], list[Point]]]:
    """The parts on shelves from the largest down, all centred on (0, 0)."""
    frames = []
    for _, points, boxes in parts:
        left = min(x - box.width / 2 for (x, _), box in zip(points, boxes, strict=True))
        right = max(x + box.width / 2 for (x, _), box in zip(points, boxes, strict=True))
        top = min(y - box.height / 2 for (_, y), box in zip(points, boxes, strict=True))
        foot = max(y + box.height / 2 for (_, y), box in zip(points, boxes, strict=True))
        frames.append((left, top, right - left + GAP, foot - top + GAP))
    area = sum(width * height for _, _, width, height in frames)
    room = max([math.sqrt(area * SHAPE), *(width for _, _, width, _ in frames)])
    corners: list[Point] = []
    x = y = shelf = 0.0
    for _, _, width, height in frames:
        if x and x + width > room:
            x, y, shelf = 0.0, y + shelf, 0.0
        corners.append((x, y))
        x, shelf = x + width, max(shelf, height)
    across = max((c[0] + f[2] for c, f in zip(corners, frames, strict=True)), default=0.0) - GAP
    down = y + shelf - GAP
    return [
        (part, [(px - left + cx - across / 2, py - top + cy - down / 2) for px, py in points])
        for (part, points, _), (left, top, _, _), (cx, cy) in zip(parts, frames, corners, strict=True)
    ]
