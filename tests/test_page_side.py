"""The page beside its views: search, legend, panel, language, theme, small screens and paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sample
from pages import ZHIJIN, browsing, told


@browsing
@pytest.mark.parametrize("text", ["织金县", "zhijin COUNTY", "place zhijin", "520500"])
def test_search_finds_by_name_slug_and_fact(
    sample_page: str, text: str, open_page: Callable[..., Any]
) -> None:
    """`/` goes to the box, Enter takes the first hit, which is selected, announced and in the address."""
    page = open_page(sample_page)
    page.keyboard.press("/")
    page.keyboard.type(text.replace("place ", ""))
    assert page.get_attribute("#search", "aria-expanded") == "true"
    page.keyboard.press("Enter")
    assert told(page, "selected") == ZHIJIN
    assert page.inner_text("#detail h2") == "织金县"
    assert "织金县" in page.inner_text("#live")
    assert page.url.endswith(f"#{ZHIJIN}")
    assert page.evaluate("document.activeElement.id") == "detail-title"


@browsing
def test_search_arrows_escape_and_no_hit(sample_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(sample_page)
    page.keyboard.press("/")
    page.keyboard.type("织金")
    first = page.inner_text("#hits [aria-selected=true]")
    page.keyboard.press("ArrowDown")
    assert page.inner_text("#hits [aria-selected=true]") != first
    assert page.get_attribute("#search", "aria-activedescendant") == "hit1"
    page.keyboard.press("Escape")
    assert not page.is_visible("#hits")
    page.fill("#search", "没有这个")
    assert page.inner_text("#hits") == "没有匹配的节点"
    page.keyboard.press("Enter")
    assert told(page, "selected") is None


@browsing
def test_enter_that_ends_an_input_methods_word_selects_nothing(
    sample_page: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page)
    page.fill("#search", "织金")
    page.evaluate(
        "document.getElementById('search').dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    assert told(page, "selected") is None


@browsing
def test_panel_tells_labels_class_facts_sources_and_links(
    sample_page: str, open_page: Callable[..., Any]
) -> None:
    repair = f"{sample.ID}repair/zhijin"
    page = open_page(sample_page, fragment=f"#{repair}")
    text = page.inner_text("#detail")
    for wanted in (
        "织金县光缆抢修恢复",
        "repair of the fibre route in Zhijin",
        "抢修恢复",
        "2020-01-25 20:00 +08:00",
        "指挥调度",
        "第 1 段摘要",
        "一篇报道",
        repair,
    ):
        assert wanted in text
    assert page.inner_text("#detail th:has-text('处置事件') + td") == "织金县光缆受损"
    page.click("#detail a:has-text('织金县分公司')")
    assert told(page, "selected") == f"{sample.ID}branch/zhijin"
    page.go_back()
    assert told(page, "selected") == repair


@browsing
def test_tab_reaches_graph_search_legend_and_links(sample_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(sample_page)
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        here = page.evaluate("document.activeElement.id || document.activeElement.tagName")
        if here != "BODY":  # between the last element and the first
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            reached.add(here)
    assert {"graph", "search", "lang", "theme", "in", "out", "fit", "INPUT", "A"} <= reached


@browsing
def test_legend_counts_and_filters(
    sample_page: str, sample_graph: Any, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page)
    places = {key for key in sample_graph if sample_graph.nodes[key]["cls"].endswith("#Place")}
    entry = page.locator("#legend label", has_text="地点")
    assert entry.locator(".count").inner_text() == str(len(places))
    entry.locator("input").uncheck()
    assert set(told(page, "visible")) == set(sample_graph) - places
    assert not any(label["node"] in places for label in told(page, "labels"))
    page.click("#all")
    assert len(told(page, "visible")) == len(sample_graph)
    assert entry.locator("input").is_checked()


@browsing
def test_selecting_a_filtered_node_shows_its_class_again(
    sample_page: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page)
    page.locator("#legend label", has_text="地点").locator("input").uncheck()
    page.evaluate(f"location.hash = {ZHIJIN!r}")
    page.wait_for_timeout(50)
    assert ZHIJIN in told(page, "visible")


@browsing
def test_language_switch_changes_all_words_and_back(sample_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(sample_page, fragment=f"#{ZHIJIN}")
    page.click("#lang")
    assert page.get_attribute("html", "lang") == "en"
    assert page.inner_text("#detail h2") == "Zhijin County"
    assert "contained in" in page.inner_text("#detail")
    assert {"Zhijin County"} <= {label["text"] for label in told(page, "labels")}
    assert "place" in page.inner_text("#legend")
    assert not re.search(
        "[\u4e00-\u9fff]", page.inner_text("#legend") + page.get_attribute("#search", "placeholder")
    )
    page.click("#lang")
    assert page.inner_text("#detail h2") == "织金县"


@browsing
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_theme_follows_the_system_and_its_switch(
    sample_page: str, scheme: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page, color_scheme=scheme)
    paper = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(paper)
    assert told(page, "dark") is (scheme == "dark")
    page.click("#theme")
    assert told(page, "dark") is (scheme == "light")
    assert page.evaluate(paper) != before


@browsing
def test_small_screen_needs_no_sideways_scrolling(sample_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(sample_page, viewport={"width": 390, "height": 844}, fragment=f"#{ZHIJIN}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.is_visible("#search")
    box = page.locator("#detail h2").bounding_box()
    assert 0 < box["y"] < 844
    assert told(page, "overlaps") == 0


@browsing
def test_print_leaves_the_controls_out(sample_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(sample_page, fragment=f"#{ZHIJIN}")
    page.emulate_media(media="print")
    assert not page.is_visible("#search")
    assert not page.is_visible(".tools")
    assert page.is_visible("#detail h2")
