"""The state of the page: its address opens the same view, what filters hide is counted, tabs switch views."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sample
from pages import REPAIR, ZHIJIN, browsing, told

GUIZHOU = f"{sample.ID}place/guizhou"


def nodes(graph: Any, *kinds: str) -> set[str]:
    return {key for key in graph if graph.nodes[key]["cls"].removeprefix(sample.KG) in kinds}


def within(graph: Any, place: str) -> set[str]:
    """A place, all in it, and what stands or happened in any of these."""
    inner = {key for key in graph if key == place or place in graph.nodes[key]["within"]}
    return inner | {key for key in graph if set(graph.nodes[key]["places"]) & inner}


@browsing
def test_an_address_opens_what_it_says(
    sample_page: str, sample_graph: Any, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page, fragment=f"#{ZHIJIN}&view=table&lang=en&hide=Person,System&sort=name")
    assert told(page, "view") == "table"
    assert told(page, "lang") == "en"
    assert told(page, "selected") == ZHIJIN
    assert set(told(page, "visible")) == set(sample_graph) - nodes(sample_graph, "Person", "System")
    assert page.get_attribute("[aria-sort] button", "data-column") == "name"
    again = open_page(sample_page, fragment=page.evaluate("location.hash"))
    assert told(again, "visible") == told(page, "visible")
    assert again.evaluate("location.hash") == page.evaluate("location.hash")


@browsing
@pytest.mark.parametrize(
    "fragment", ["#nothing=1&view=nowhere&lang=xx&hide=Nothing&in=x&time=soon&sort=x", "#%zz", "#a&b=%"]
)
def test_an_address_that_makes_no_sense_opens_the_beginning(
    fragment: str, sample_page: str, sample_graph: Any, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page, fragment=fragment)
    assert len(told(page, "visible")) == len(sample_graph)
    assert told(page, "selected") is None
    assert page.is_visible("#graph")
    assert told(page, "lang") == "zh"


@browsing
def test_an_address_of_a_node_that_is_not_there_says_so(
    sample_page: str, open_page: Callable[..., Any]
) -> None:
    """Until a node is chosen."""
    page = open_page(sample_page, fragment="#https://example.org/gone&view=table")
    assert "https://example.org/gone" in page.inner_text("#detail .missing")
    assert "https://example.org/gone" in page.inner_text("#live")
    assert told(page, "view") == "table"
    page.click(".hubs a")
    page.keyboard.press("Escape")
    assert page.locator("#detail .missing").count() == 0


@browsing
def test_what_a_reader_does_is_in_the_address_and_back_undoes_it(
    sample_page: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page)
    page.click("#tab-table")
    page.locator("#legend label", has_text="地点").locator("input").uncheck()
    assert page.evaluate("location.hash") == "#view=table&hide=Place"
    page.click(f"#view-table a[href='#{REPAIR}']")
    assert page.evaluate("location.hash") == f"#{REPAIR}&view=table&hide=Place"
    page.go_back()
    assert told(page, "selected") is None
    assert told(page, "view") == "table"
    page.go_back()
    assert told(page, "view") == "network"
    assert page.evaluate("location.hash") == ""
    page.go_forward()
    assert told(page, "view") == "table"


@browsing
def test_language_stays_when_going_back(sample_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(sample_page)
    page.evaluate(f"location.hash = '{ZHIJIN}'")
    page.click("#lang")
    page.go_back()
    assert told(page, "selected") is None
    assert told(page, "lang") == "en"


@browsing
def test_what_filters_hide_is_counted_and_shown_again(
    sample_page: str, sample_graph: Any, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page)
    assert not page.is_visible("#hidden")
    page.locator("#legend label", has_text="地点").locator("input").uncheck()
    places = nodes(sample_graph, "Place")
    links = sum(1 for a, b in sample_graph.edges() if {a, b} & places)
    assert page.inner_text("#hides") == f"已隐藏 {len(places)} 个节点、{links} 条关系"
    page.click("#all")
    assert not page.is_visible("#hidden")
    assert len(told(page, "visible")) == len(sample_graph)


@browsing
def test_a_place_keeps_what_lies_and_happened_in_it(
    sample_page: str, sample_graph: Any, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page, fragment=f"#in={GUIZHOU}")
    assert set(told(page, "visible")) == within(sample_graph, GUIZHOU)
    assert len(within(sample_graph, GUIZHOU)) > 20


@browsing
@pytest.mark.parametrize(
    ("time", "shown"),
    [
        ("2020-01-24..2020-01-25", "instant and interval and open"),
        ("2020-01-26", "interval and open"),
        ("2020-01-27..", "open"),
        ("..2020-01-24", ""),
        ("2020", "instant and interval and open"),
    ],
)
def test_a_time_keeps_what_overlaps_it(
    time: str, shown: str, sample_page: str, sample_graph: Any, open_page: Callable[..., Any]
) -> None:
    """Repairs end at once, after four hours or at a time that is not known; undated nodes stay."""
    kinds = {"open": 0, "instant": 1, "interval": 2}
    kept = {kinds[kind] for kind in shown.split(" and ") if kind}
    page = open_page(sample_page, fragment=f"#time={time}")
    figures = {f"{sample.ID}figure/f{number:02}" for number in range(28)}
    assert figures <= set(told(page, "visible"))
    by_number = {
        edge[1]: int(edge[0][-2:])
        for edge in sample_graph.edges(keys=True)
        if edge[2] == f"{sample.KG}describes"
    }
    wanted = {key for key, number in by_number.items() if number % 3 in kept}
    assert nodes(sample_graph, "Repair") & set(told(page, "visible")) == wanted


@browsing
def test_a_hidden_relation_hides_links_and_no_nodes(
    sample_page: str, sample_graph: Any, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page, fragment="#unlink=tookPlaceIn")
    assert len(told(page, "visible")) == len(sample_graph)
    count = sum(1 for *_, key in sample_graph.edges(keys=True) if key.endswith("#tookPlaceIn"))
    assert page.inner_text("#hides") == f"已隐藏 {count} 条关系"


@browsing
def test_tabs_by_keyboard(sample_page: str, open_page: Callable[..., Any]) -> None:
    """Arrows go round the tabs, one of which Tab comes to; the panel shown is named by its tab."""
    page = open_page(sample_page)
    views = told(page, "views")
    page.focus("#tab-network")
    seen = []
    for _ in views:
        page.keyboard.press("ArrowRight")
        seen.append(told(page, "view"))
        assert page.evaluate("document.activeElement.id") == f"tab-{seen[-1]}"
        assert page.locator("#tabs [tabindex='0']").count() == 1
        assert page.get_attribute(f"#view-{seen[-1]}", "aria-labelledby") == f"tab-{seen[-1]}"
        assert [view for view in views if page.is_visible(f"#view-{view}")] == [seen[-1]]
    assert seen == [*views[1:], views[0]]


@browsing
def test_network_is_whole_after_another_view_came_first(
    sample_page: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page, fragment="#view=table")
    page.click("#tab-network")
    assert len(told(page, "labels")) > 50
    assert told(page, "overlaps") == 0
    page.click("#tab-table")
    page.set_viewport_size({"width": 900, "height": 500})
    page.click("#tab-network")
    box = page.locator("#graph canvas").bounding_box()
    assert abs(box["width"] - (900 - 384)) < 2
    assert told(page, "overlaps") == 0
