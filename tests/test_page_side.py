"""The page beside its views: search, legend, panel, language, theme, small screens and paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product
from typing import Any

import pyoxigraph as ox
import pytest
import sample
from pages import REPAIR, ZHIJIN, browsing, told

from kg.network import network, subgraph
from kg.page import render


@browsing
@pytest.mark.parametrize("text", ["织金县", "zhijin COUNTY", "place zhijin", "520500", ZHIJIN, f"<{ZHIJIN}>"])
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
def test_search_finds_the_iri_that_the_panel_shows_and_the_one_of_its_link(
    open_page: Callable[..., Any],
) -> None:
    iri = "https://graph.example.org/id/毕节"
    data = [sample.quad(iri, "knows", iri + "2"), sample.quad(iri + "2", "knows", iri)]
    page = open_page(render(network(data, []), title="x"))
    for text in (iri, "https://graph.example.org/id/%E6%AF%95%E8%8A%82"):
        page.fill("#search", text)
        page.press("#search", "Enter")
        assert page.inner_text("#detail .iri") == told(page, "selected") == iri
        page.keyboard.press("Escape")
    page.fill("#search", "graph.example.org/id/")
    assert page.locator("#hits [role=option]").count() == 2


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
        "2020年1月25日 20:00 起",
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
def test_language_switch_changes_the_title_if_it_has_both(
    sample_graph: Any, sample_page: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(render(sample_graph, title={"zh": "图 <谱>", "en": "A <graph>"}))
    for title, lang in (("图 <谱>", "zh"), ("A <graph>", "en"), ("图 <谱>", "zh")):
        assert (page.title(), page.inner_text("h1"), page.get_attribute("h1", "lang")) == (title, title, lang)
        page.click("#lang")
    page = open_page(sample_page, fragment="#lang=en")
    assert page.title() == page.inner_text("h1") == "应急 <图谱>"


@browsing
def test_english_headings_and_counts_are_in_order(sample_page: str, open_page: Callable[..., Any]) -> None:
    """Headings begin with a capital letter, and of one there is no plural."""
    page = open_page(sample_page, fragment=f"#{REPAIR}&lang=en")
    headings = page.locator("#detail h3").all_inner_texts()
    assert headings == ["Facts", "Connections", "Sources", "Identifier (IRI)"]
    page.evaluate(f"location.hash = '{sample.ID}person/li'")
    page.wait_for_timeout(50)
    assert re.search(", 1 link$", page.inner_text("#live"))
    page.click("#detail .near a")
    assert re.search(r", \d+ links$", page.inner_text("#live"))
    page.fill("#search", "Engineer Li")
    assert page.inner_text("#live") == "1 result"


@browsing
@pytest.mark.parametrize("width", [1280, 390])
def test_legend_breaks_no_word(width: int, open_page: Callable[..., Any]) -> None:
    """Each word stands in one line beside the switch for the classes below, and nothing over the edge."""
    tops = ["organisation", "emergency communication", "administrative division", *"abcdef"]
    words = [sample.quad(f"k{i}", f"{sample.RDFS}label", ox.Literal(top)) for i, top in enumerate(tops)]
    data = []
    for i, n in product(range(len(tops)), range(2)):
        words.append(sample.quad(f"k{i}n{n}", f"{sample.RDFS}subClassOf", f"k{i}"))
        data += [sample.quad(f"x{i}n{n}m{m}", f"{sample.RDF}type", f"k{i}n{n}") for m in range(50)]
    html = render(network(data, words), title="x", lang="en")
    page = open_page(html, viewport={"width": width, "height": 800})
    assert page.locator("#legend > li .more").count() == len(tops)
    broken = page.evaluate(
        """() => [...document.querySelectorAll("#legend > li > .item .name")].flatMap((name) =>
          [...name.textContent.matchAll(/\\S+/g)].filter(({ index, 0: word }) => {
            const range = document.createRange();
            range.setStart(name.firstChild, index);
            range.setEnd(name.firstChild, index + word.length);
            return range.getClientRects().length > 1 || name.scrollWidth > name.clientWidth;
          }).map(([word]) => word))"""
    )
    assert broken == []
    assert page.evaluate("(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)(legend)")


@browsing
def test_notes_are_told_in_the_language_of_the_page(open_page: Callable[..., Any]) -> None:
    """What has no language is always told, and what is in neither language in both."""
    a = f"{sample.ID}a"
    notes = {"note": [("注", "zh-hans"), ("note", "en"), ("R-1", None)], "only": [("seul", "fr")]}
    data = [sample.quad(a, "knows", a)]
    for name, texts in notes.items():
        data += [sample.quad(a, name, ox.Literal(text, language=lang)) for text, lang in texts]
    page = open_page(render(network(data, []), title="x"), fragment=f"#{a}")
    for told_there in (["R-1", "注", "seul"], ["R-1", "note", "seul"]):
        assert page.locator("#detail table:first-of-type td > span").all_inner_texts() == told_there
        page.click("#lang")


@browsing
def test_overview_counts_the_sources_that_are_cited(sample_graph: Any, open_page: Callable[..., Any]) -> None:
    part = subgraph(sample_graph, REPAIR, 0)
    page = open_page(render(part, title="x", lang="en"))
    assert page.locator(".figures div").all_inner_texts() == ["1\nnode", "0\nlinks", "1\nsource"]
    page = open_page(render(part, title="x"), fragment=f"#{REPAIR}")
    assert "一篇报道" in page.inner_text("#detail .sources")


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
