"""The page's network in a browser: readable at every zoom, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pages import ZHIJIN, browsing, told

from kg.page import render


@browsing
def test_opens_from_a_file_and_draws(
    sample_page: str, sample_graph: Any, open_page: Callable[..., Any]
) -> None:
    """Drawn at once, in standards mode, with no message and no request (the fixture fails on any)."""
    page = open_page(sample_page)
    assert page.title() == "应急 <图谱>"
    assert len(told(page, "visible")) == len(sample_graph)
    assert len(told(page, "labels")) > 50
    assert page.evaluate("document.compatMode") == "CSS1Compat"


@browsing
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_label_on_another_and_none_too_small_at_any_zoom(
    sample_graph: Any, lang: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(render(sample_graph, title="x", lang=lang))
    counts = []
    for scale in (0.1, 0.3, 0.7, 1.5, 4):
        page.evaluate(f"window.kgPage.zoomTo({scale})")
        assert told(page, "overlaps") == 0
        assert min(label["size"] for label in told(page, "labels")) >= 12
        counts.append(len(told(page, "labels")))
    assert counts == sorted(counts)
    assert counts[-1] == len(sample_graph)


@browsing
def test_nothing_moves_by_itself(sample_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(sample_page)
    before = [told(page, f"at({ZHIJIN!r})"), page.locator("#graph").screenshot()]
    page.wait_for_timeout(400)
    assert [told(page, f"at({ZHIJIN!r})"), page.locator("#graph").screenshot()] == before


@browsing
def test_click_selects_a_node_and_the_empty_paper_clears(
    sample_page: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page)
    corner = page.locator("#graph").bounding_box()
    point = told(page, f"at({ZHIJIN!r})")
    page.mouse.click(corner["x"] + point["x"], corner["y"] + point["y"])
    page.wait_for_timeout(50)
    assert told(page, "selected") == ZHIJIN
    page.mouse.click(corner["x"] + 3, corner["y"] + 3)
    page.wait_for_timeout(50)
    assert told(page, "selected") is None
    assert "#http" not in page.url


@browsing
def test_graph_answers_to_the_keyboard(sample_page: str, open_page: Callable[..., Any]) -> None:
    """Arrows move a cursor that is announced, Enter opens, Escape clears and gives the focus back."""
    page = open_page(sample_page)
    page.focus("#graph")
    page.keyboard.press("ArrowRight")
    start = told(page, "cursor")
    page.keyboard.press("ArrowRight")
    there = told(page, "cursor")
    assert told(page, f"at({there!r}).x") > told(page, f"at({start!r}).x")
    assert page.inner_text("#live") != ""
    assert told(page, "selected") is None
    page.keyboard.press("Enter")
    assert told(page, "selected") == there
    page.keyboard.press("Escape")
    assert told(page, "selected") is None
    assert page.evaluate("document.activeElement.id") == "graph"
    zoom = told(page, "zoom")
    page.keyboard.press("+")
    assert told(page, "zoom") > zoom
