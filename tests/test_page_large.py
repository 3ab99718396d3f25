"""Pages of large graphs: an overview that opens part by part, never more than can be read, the way back."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from axe import axe, faults  # noqa: F401  (a fixture)
from large import large, node
from pages import browsing, told

from kg.network import network
from kg.page import render

MOST = 300  # items of a scene
HUB = node(0)


@cache
def page_of(nodes: int) -> str:
    return render(network(*large(nodes)), title="样例")


def click(page: Any, name: str) -> None:
    """Click the item of that name in the picture."""
    corner = page.locator("#graph").bounding_box()
    spot = told(page, f"spot({name!r})")
    page.mouse.click(corner["x"] + spot["x"], corner["y"] + spot["y"])
    page.wait_for_timeout(50)


def kinds(page: Any) -> dict[str, int]:
    scene = told(page, "scene")
    return {kind: sum(item["kind"] == kind for item in scene) for kind in ("node", "part", "more")}


def readable(page: Any) -> bool:
    sizes = [label["size"] for label in told(page, "labels")]
    return bool(told(page, "overlaps") == 0 and sizes and min(sizes) >= 12)


@browsing
def test_hundreds_of_nodes_open_on_hubs(open_page: Callable[..., Any]) -> None:
    """All are drawn, only hubs have names until one comes near; the selected comes with its neighbours."""
    page = open_page(page_of(400))
    assert kinds(page) == {"node": 400, "part": 0, "more": 0}
    few = len(told(page, "labels"))
    assert 15 <= few <= 24
    assert readable(page)
    page.evaluate("window.kgPage.zoomTo(1.2)")
    assert len(told(page, "labels")) > 4 * few
    assert readable(page)
    page.evaluate(f"window.kgPage.set({{}}), location.hash = {'#' + HUB!r}")
    page.wait_for_timeout(50)
    assert HUB in {label["node"] for label in told(page, "labels")}
    assert readable(page)
    assert page.locator(".trail").count() == 0


@browsing
@pytest.mark.parametrize("nodes", [2_000, 6_000])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_thousands_open_on_an_overview(nodes: int, lang: str, open_page: Callable[..., Any]) -> None:
    """Every node is in one group; few groups, most with a name, none on another."""
    page = open_page(page_of(nodes), fragment=f"#lang={lang}")
    scene = told(page, "scene")
    assert {item["kind"] for item in scene} == {"part"}
    assert sum(item["count"] for item in scene) == nodes
    assert 10 < len(scene) <= 45
    assert len(told(page, "labels")) > 0.6 * len(scene)
    assert f"{nodes:,}" in told(page, "trail")[-1]
    for scale in (0.3, 0.7, 1.5):
        page.evaluate(f"window.kgPage.zoomTo({scale})")
        assert readable(page)


@browsing
def test_a_group_opens_on_a_click_and_there_is_a_way_back(open_page: Callable[..., Any]) -> None:
    """By the button over the picture, and by the browser's own."""
    page = open_page(page_of(2_000))
    overview = told(page, "scene")
    first = overview[0]
    click(page, first["name"])
    assert kinds(page) == {"node": first["count"], "part": 0, "more": 0}
    assert told(page, "trail")[2] == first["name"]
    assert f"{first['count']}" in told(page, "trail")[-1]
    assert page.inner_text("#live") != ""
    assert readable(page)
    page.go_back()
    page.wait_for_timeout(100)
    assert told(page, "scene") == overview
    page.go_forward()
    page.wait_for_timeout(100)
    assert kinds(page)["node"] == first["count"]
    page.click(".trail button")
    assert told(page, "scene") == overview
    assert "open=" not in page.url
    assert page.evaluate("document.activeElement.id") == "graph"


@browsing
def test_a_group_that_is_too_large_shows_the_most_linked_and_more_on_a_click(
    open_page: Callable[..., Any],
) -> None:
    page = open_page(page_of(6_000))
    first = told(page, "scene")[0]
    click(page, first["name"])
    some = kinds(page)
    assert some["node"] == 120
    assert some["more"] == 1
    more = told(page, "scene")[-1]
    assert more["count"] == first["count"] - 120
    click(page, more["name"])
    assert kinds(page)["node"] == 180
    assert told(page, "scene")[-1]["count"] == first["count"] - 180


@browsing
def test_a_node_comes_with_some_neighbours_by_each_relation(open_page: Callable[..., Any]) -> None:
    """What is left out is told by number and opens on a click; the address says what is opened."""
    page = open_page(page_of(6_000), fragment=f"#{HUB}")
    stubs = [item for item in told(page, "scene") if item["kind"] == "more"]
    assert stubs
    assert all("+" in stub["name"] for stub in stubs)
    shown = kinds(page)["node"]
    assert shown + sum(stub["count"] for stub in stubs) >= len(
        set(network(*large(6_000)).to_undirected()[HUB]) | {HUB}
    )
    click(page, stubs[0]["name"])
    assert kinds(page)["node"] > shown
    assert stubs[0]["name"] not in [item["name"] for item in told(page, "scene")]
    assert readable(page)
    scene = told(page, "scene")
    again = open_page(page_of(6_000), fragment="#" + page.url.partition("#")[2])
    assert told(again, "scene") == scene


@browsing
def test_the_scene_stays_small_however_much_is_opened(open_page: Callable[..., Any]) -> None:
    """The oldest goes; what is selected last is always there with its neighbours."""
    page = open_page(page_of(6_000))
    click(page, told(page, "scene")[0]["name"])
    for _ in range(8):
        hubs = [item["iri"] for item in told(page, "scene") if item["kind"] == "node"]
        click(page, told(page, "scene")[len(hubs) // 2]["name"])
        assert kinds(page)["node"] <= MOST
        assert told(page, "overlaps") == 0


@browsing
def test_the_overview_answers_to_the_keyboard(open_page: Callable[..., Any]) -> None:
    """Arrows go from group to group, Enter opens, Escape leads back, each is announced."""
    page = open_page(page_of(2_000))
    page.focus("#graph")
    page.keyboard.press("ArrowRight")
    name = told(page, "cursor")
    assert name in page.inner_text("#live")
    page.keyboard.press("Enter")
    assert kinds(page)["part"] == 0
    assert name in page.inner_text("#live")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert told(page, "selected") is not None
    page.keyboard.press("Escape")
    assert told(page, "selected") is None
    assert kinds(page)["part"] == 0
    page.keyboard.press("Escape")
    assert kinds(page)["node"] == 0


@browsing
def test_search_opens_a_node_on_its_own_and_filters_reach_the_overview(open_page: Callable[..., Any]) -> None:
    page = open_page(page_of(2_000))
    page.fill("#search", "织金县")
    page.keyboard.press("Enter")
    assert told(page, "selected") is not None
    assert kinds(page)["part"] == 0
    assert told(page, "selected") in [item["iri"] for item in told(page, "scene")]
    page.click(".trail button")
    assert kinds(page)["node"] == 0
    page.evaluate("window.kgPage.set({hidden: 'Person'})")
    assert sum(item["count"] for item in told(page, "scene")) == len(told(page, "visible")) < 2_000


@browsing
def test_another_language_keeps_the_scene(open_page: Callable[..., Any]) -> None:
    page = open_page(page_of(2_000), fragment=f"#{HUB}")
    before = [item["iri"] for item in told(page, "scene")]
    spot = told(page, f"at({HUB!r})")
    page.click("#lang")
    assert [item["iri"] for item in told(page, "scene")] == before
    assert told(page, f"at({HUB!r})") == spot
    assert told(page, "trail")[0] == "Overview"
    assert readable(page)


@browsing
def test_the_page_says_what_part_of_the_graph_it_holds(open_page: Callable[..., Any]) -> None:
    graph = network(*large(60))
    graph.graph["excerpt"] = (60, 180_000)
    page = open_page(render(graph, title="样例"))
    assert "180,000" in page.inner_text("#detail")
    assert "--focus" in page.inner_text("#detail")


@browsing
def test_what_is_emphasised_is_in_the_scene_with_the_names_of_its_links(
    open_page: Callable[..., Any],
) -> None:
    """A path through a large graph is drawn by itself, in a smaller one over all the rest."""
    for nodes, ends in ((400, (30, 390)), (2_000, (700, 1_800))):
        page = open_page(page_of(nodes), fragment=f"#path={node(ends[0])},{node(ends[1])}")
        path = set(told(page, "emphasis.nodes"))
        drawn = {item["iri"] for item in told(page, "scene")}
        assert path <= drawn
        assert len(path) > 2
        assert (drawn == path) == (nodes > 1_500)
        labels = told(page, "labels")
        assert path >= {label["node"] for label in labels if label["node"]} != set()
        assert any(label["node"] is None for label in labels)
        assert readable(page)


@browsing
def test_axe_finds_nothing_in_the_overview_nor_in_what_is_opened(
    axe: str,  # noqa: F811
    open_page: Callable[..., Any],
) -> None:
    page = open_page(page_of(2_000))
    page.evaluate(axe)
    assert faults(page, "overview") == []
    click(page, told(page, "scene")[0]["name"])
    assert faults(page, "opened") == []
