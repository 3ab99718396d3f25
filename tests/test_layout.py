"""kg.layout: no overlaps, nothing random, also for shapes that make trouble."""

from __future__ import annotations

from itertools import combinations

import pytest

from kg.layout import Box, _push, arrange

SHAPES = {
    "one": [[]],
    "loose": [[] for _ in range(30)],
    "pair": [[1], [0]],
    "chain": [[1], *[[i - 1, i + 1] for i in range(1, 29)], [28]],
    "star": [list(range(1, 60)), *[[0] for _ in range(1, 60)]],
    "clique": [[j for j in range(15) if j != i] for i in range(15)],
    "parts": [[1], [0], [3], [2], [], []],
    "tree of 700": [
        [*([(i - 1) // 3] if i else []), *(j for j in range(3 * i + 1, 3 * i + 4) if j < 700)]
        for i in range(700)
    ],
}


@pytest.mark.parametrize("name", SHAPES)
def test_no_two_boxes_overlap(name: str) -> None:
    links = SHAPES[name]
    boxes = [Box(40 + 9 * (i % 7), 20 + 3 * (i % 5)) for i in range(len(links))]
    points = arrange(links, boxes)
    for i, j in combinations(range(len(links)), 2):
        wide = abs(points[i][0] - points[j][0]) >= (boxes[i].width + boxes[j].width) / 2 - 1
        high = abs(points[i][1] - points[j][1]) >= (boxes[i].height + boxes[j].height) / 2 - 1
        assert wide or high


def test_same_input_gives_the_same_numbers() -> None:
    boxes = [Box(60, 30)] * 60
    assert arrange(SHAPES["star"], boxes) == arrange(SHAPES["star"], boxes)


def test_nothing_to_arrange() -> None:
    assert arrange([], []) == []


def test_neighbours_in_a_chain_stay_neighbours() -> None:
    points = arrange(SHAPES["chain"], [Box(20, 20)] * 30)

    def far(i: int, j: int) -> float:
        return (points[i][0] - points[j][0]) ** 2 + (points[i][1] - points[j][1]) ** 2

    assert all(far(i, i + 1) < far(i, i + 5) for i in range(25))
    assert far(0, 29) == max(far(i, j) for i in range(30) for j in range(30))


@pytest.mark.parametrize("name", ["star", "clique", "loose", "parts"])
def test_squares_do_not_overlap_either(name: str) -> None:
    points = arrange(SHAPES[name], [Box(30, 30)] * len(SHAPES[name]))
    for a, b in combinations(points, 2):
        assert max(abs(a[0] - b[0]), abs(a[1] - b[1])) >= 29


def test_squares_on_the_same_spot_come_apart() -> None:
    assert _push(0.0, 0.0, Box(10, 10), Box(10, 10)) == (5.0, 0.0)
