"""The shortest path between two nodes of the page: found, told in words, in the address, and why there is none."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

import networkx as nx
import pytest
import sample
from pages import ZHIJIN, browsing, hostile, told

from kg.network import network
from kg.page import render

LI = f"{sample.ID}person/li"
INCIDENT = f"{sample.ID}incident/zhijin"


def knit(*links: str) -> Any:
    """A network of links such as "a-b"; each node is called as in the link."""
    quads = []
    for link in links:
        a, b = link.split("-")
        quads.append(sample.quad(sample.ID + a, "knows", sample.ID + b))
    return network(quads, [])


def path(page: Any) -> list[str] | None:
    found = told(page, "path")
    return found and [iri.removeprefix(sample.ID) for iri in found]


@browsing
def test_a_path_is_found_from_the_keyboard_alone(
    sample_page: str, sample_graph: Any, open_page: Callable[..., Any]
) -> None:
    """From the panel of a node: the button, pinyin, Enter; links count whichever way they point."""
    page = open_page(sample_page, fragment=f"#{LI}")
    page.focus("#path-here")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "path-to"
    assert page.input_value("#path-from") == "李工"
    page.keyboard.type("weiningxian")
    page.keyboard.press("ArrowDown")
    target = page.locator("#path-to-hits [aria-selected=true] [lang=zh]").first.inner_text()
    page.keyboard.press("Enter")
    found = told(page, "path")
    assert (found[0], page.input_value("#path-to")) == (LI, target)
    both = sample_graph.to_undirected()
    assert len(found) == nx.shortest_path_length(both, LI, found[-1]) + 1
    assert all(both.has_edge(a, b) for a, b in pairwise(found))
    assert told(page, "paths") == len(list(nx.all_shortest_paths(nx.Graph(both), LI, found[-1])))
    assert page.inner_text("#live").startswith(f"最短路径 {len(found) - 1} 步：李工、")
    assert told(page, "selected") == LI


@browsing
def test_a_path_is_told_in_words_with_the_way_of_each_link(
    sample_page: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page, fragment=f"#path={LI},{ZHIJIN}&lang=en")
    assert path(page) == ["person/li", "branch/zhijin", "place/zhijin"]
    names = page.locator("#way li > a").all_inner_texts()
    assert names == ["Engineer Li", "Zhijin branch", "Zhijin County"]
    relations = page.locator("#way .relation").evaluate_all(
        "(all) => all.map(({ textContent }) => textContent)"
    )
    assert relations == ["works for →to", "operates in →to"]
    page.click("#path .both button:first-child")
    assert path(page) == ["place/zhijin", "branch/zhijin", "person/li"]
    assert page.locator("#way .relation").first.evaluate("(e) => e.textContent") == "←from operates in"
    page.click("#way li:last-child a")
    assert told(page, "selected") == LI


@browsing
def test_every_link_of_a_path_stands_out_and_a_link_opens_it(
    sample_page: str, sample_graph: Any, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page, fragment=f"#path={LI},{INCIDENT}")
    found = told(page, "path")
    told_there = told(page, "emphasis")
    assert told_there["nodes"] == sorted(found)
    links = sum(
        sample_graph.number_of_edges(a, b) + sample_graph.number_of_edges(b, a) for a, b in pairwise(found)
    )
    assert told_there["links"] == links
    assert page.evaluate("document.getElementById('pathing').open")
    again = open_page(sample_page, fragment=page.evaluate("location.hash"))
    assert told(again, "path") == found
    assert again.inner_text("#marks").startswith("路径：从“李工”到“织金县光缆受损”")
    again.click("#marks button")
    assert told(again, "path") is None
    assert told(again, "emphasis") is None
    assert again.evaluate("location.hash") == ""


@browsing
def test_of_several_shortest_paths_each_can_be_seen(open_page: Callable[..., Any]) -> None:
    """What is linked less comes first; the ends of the list are ends; the address says which is shown."""
    graph = knit("a-hub", "hub-z", "a-m", "m-z", "a-n", "z-n", "hub-x1", "hub-x2", "n-x1")
    html = render(graph, title="x", lang="en")
    page = open_page(html, fragment=f"#path={sample.ID}a,{sample.ID}z")
    assert path(page) == ["a", "m", "z"]
    assert "1 of 3 shortest paths" in page.inner_text("#way")
    assert page.is_disabled("[data-turn='-1']")
    seen = []
    for _ in range(2):
        page.click("[data-turn='1']")
        seen.append(path(page))
    assert seen == [["a", "n", "z"], ["a", "hub", "z"]]
    assert page.is_disabled("[data-turn='1']")
    assert page.evaluate("document.activeElement.dataset.turn") == "-1"
    assert page.evaluate("location.hash").endswith("&way=3")
    assert path(open_page(html, fragment=page.evaluate("location.hash"))) == ["a", "hub", "z"]
    beyond = open_page(html, fragment=f"#path={sample.ID}a,{sample.ID}z&way=99")
    assert path(beyond) == ["a", "hub", "z"]


@browsing
def test_very_many_paths_and_a_very_long_one(open_page: Callable[..., Any]) -> None:
    diamonds = [f"s{i}-{side}{i}" for i in range(20) for side in "abc"]
    diamonds += [f"{side}{i}-s{i + 1}" for i in range(20) for side in "abc"]
    page = open_page(
        render(knit(*diamonds), title="x"), fragment=f"#path={sample.ID}s0,{sample.ID}s20&way=1000"
    )
    assert told(page, "paths") == 1001
    assert "最短路径超过 1000 条" in page.inner_text("#way")
    found = path(page)
    assert found is not None
    assert len(found) == len(set(found)) == 41
    chain = knit(*(f"n{i}-n{i + 1}" for i in range(3000)))
    places = {key: (float(i), 0.0) for i, key in enumerate(chain)}
    page = open_page(
        render(chain, title="x", positions=places),
        fragment=f"#path={sample.ID}n0,{sample.ID}n3000&view=table",
    )
    assert told(page, "path.length") == 3001


@browsing
def test_filters_cut_paths_and_are_named_as_the_reason(
    sample_page: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page, fragment=f"#path={LI},{ZHIJIN}&unlink=worksFor")
    direct = 2
    assert path(page) is None or len(path(page) or ()) > direct + 1
    page = open_page(sample_page, fragment=f"#path={LI},{ZHIJIN}&hide=Branch")
    assert path(page) is None
    text = page.inner_text("#way")
    assert "没有路径" in text
    assert f"全部显示时有 {direct} 步的路径" in text
    assert told(page, "emphasis") is None
    page.click("#way button")
    assert path(page) == ["person/li", "branch/zhijin", "place/zhijin"]
    page = open_page(sample_page, fragment=f"#path={LI},{ZHIJIN}&hide=Person")
    assert page.inner_text("#way").startswith("李工已被筛选隐藏。")


@browsing
def test_no_path_is_told(open_page: Callable[..., Any]) -> None:
    html = render(knit("a-b", "c-d"), title="x", lang="en")
    page = open_page(html, fragment=f"#path={sample.ID}a,{sample.ID}d")
    assert page.inner_text("#way") == "No path."
    page = open_page(html, fragment=f"#path={sample.ID}a,{sample.ID}a")
    assert page.inner_text("#way") == "Start and end are the same."
    assert path(page) is None


@browsing
@pytest.mark.parametrize(
    "fragment", ["#path=x,y", "#path=", "#path=,", "#way=5", f"#path={sample.ID}nothing&way=x"]
)
def test_an_address_of_no_path_opens_the_beginning(
    fragment: str, sample_page: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page, fragment=fragment)
    assert told(page, "path") is None
    assert not page.is_visible("#path-from")
    assert page.input_value("#path-from") == ""


@browsing
def test_iris_with_commas_and_other_signs_survive_the_address(open_page: Callable[..., Any]) -> None:
    a, b = f"{sample.ID}a,b&c=d#e%2Cf", f"{sample.ID}贵,州"
    html = render(network([sample.quad(a, "knows", b)], []), title="x")
    page = open_page(html)
    page.click("#pathing summary")
    for box, iri in (("#path-from", a), ("#path-to", b)):
        page.fill(box, iri)
        page.press(box, "Enter")
    assert told(page, "path") == [a, b]
    again = open_page(html, fragment=page.evaluate("location.hash"))
    assert told(again, "path") == [a, b]
    assert "path=" in unquote(again.evaluate("location.hash"))


@browsing
def test_boxes_are_emptied_and_left_as_they_were(sample_page: str, open_page: Callable[..., Any]) -> None:
    """What is typed and not chosen goes when the box is left; an emptied box has no node; Clear empties both."""
    page = open_page(sample_page, fragment=f"#path={LI},{ZHIJIN}")
    page.fill("#path-to", "dafang")
    page.keyboard.press("Escape")
    assert page.input_value("#path-to") == "织金县"
    page.fill("#path-to", "dafang")
    page.keyboard.press("Tab")
    assert page.input_value("#path-to") == "织金县"
    assert told(page, "path.length") == 3
    page.fill("#path-to", "no such name")
    page.keyboard.press("Enter")
    assert page.input_value("#path-to") == "no such name"
    assert page.is_visible("#path-to-hits")
    page.fill("#path-to", "")
    page.keyboard.press("Tab")
    assert told(page, "path") is None
    page.click("#path .both button:last-child")
    assert page.input_value("#path-from") == ""
    assert page.evaluate("location.hash") == ""


@browsing
def test_hostile_names_stay_text_in_a_path(open_page: Callable[..., Any]) -> None:
    graph = network(*hostile())
    ends = ",".join(f"javascript:window.__xss={i}//" for i in (0, 2))
    page = open_page(render(graph, title="x"), fragment=f"#path={ends}")
    assert told(page, "path.length") == 3
    assert page.locator("#path script, #path img").count() == 0
    assert page.evaluate("window.__xss") is None


@browsing
def test_a_path_is_printed_and_its_form_is_not(sample_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(sample_page, fragment=f"#path={LI},{ZHIJIN}")
    page.emulate_media(media="print")
    assert page.is_visible("#way ol")
    assert not page.is_visible("#path-from")
    assert not page.is_visible("#filters")
