"""A graph in a notebook: its page in a frame of its own, which works there and reaches nothing outside."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from models import EX
from pages import browsing

import kg
from kg.graph import Graph
from kg.views import Page

HOST = '<!DOCTYPE html><html lang="en"><title>notebook</title><main><p id="cell">cell</p>%s</main></html>'


@pytest.fixture
def frame(graph: Graph, open_page: Callable[..., Any]) -> Any:
    """The frame of the graph in a page that stands for a notebook."""
    page = open_page(HOST % graph._repr_html_(), allow=("request: blob:",))
    (found,) = [each for each in page.frames if each.parent_frame]
    found.wait_for_selector("main:not([aria-busy])", state="attached")
    return found


class Frames(HTMLParser):
    """The elements of a text of HTML with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_graph_is_one_frame_with_its_page_and_nothing_beside(graph: Graph) -> None:
    ((tag, attributes),) = Frames(graph._repr_html_()).found
    assert tag == "iframe"
    assert attributes["srcdoc"] == graph.page().html
    assert attributes["title"] == "地点图"
    assert int(attributes["height"] or 0) >= 480


def test_the_frame_is_a_stranger_to_the_notebook(graph: Graph) -> None:
    """Scripts and the same origin together would be no sandbox."""
    ((_, attributes),) = Frames(graph._repr_html_()).found
    allowed = set((attributes["sandbox"] or "").split())
    assert "allow-scripts" in allowed
    assert not allowed & {"allow-same-origin", "allow-top-navigation", "allow-forms", "allow-modals"}


def test_the_same_graph_shows_itself_by_the_same_text(graph: Graph) -> None:
    assert graph._repr_html_() == kg.open(graph.project.root)._repr_html_()


def test_titles_and_pages_cannot_leave_their_attributes() -> None:
    page = Page('<p title="x">\'&amp;</p>', '"><script>alert(1)</script>')
    ((tag, attributes),) = Frames(page._repr_html_()).found
    assert (tag, attributes["title"], attributes["srcdoc"]) == ("iframe", page.title, page.html)
    assert html.escape(page.title) in page._repr_html_()


def test_a_page_is_told_briefly_as_text(graph: Graph) -> None:
    """What a notebook prints where it shows no HTML."""
    assert re.fullmatch(r"<Page '地点图', \d+ kB>", repr(graph.page()))


@browsing
def test_the_page_works_in_its_frame(frame: Any) -> None:
    """Without an address, a history or an origin of its own."""
    assert frame.evaluate("[location.href, origin]") == ["about:srcdoc", "null"]
    frame.click("#tab-queries")
    frame.click("[data-ask=within]")
    frame.click(".rows a")
    assert frame.evaluate("window.kgPage.selected") == EX + "place/bijie"
    assert frame.inner_text("#detail-title") == "毕节市"
    frame.click("#lang")
    assert frame.evaluate("[kgPage.lang, kgPage.view]") == ["en", "queries"]


@browsing
def test_the_frame_cannot_reach_the_notebook(frame: Any) -> None:
    reached = frame.evaluate(
        "(() => { try { return parent.document.title; } catch (error) { return error.name; } })()"
    )
    assert reached == "SecurityError"


@browsing
@pytest.mark.parametrize("modifiers", [[], ["Control"], ["Shift"]])
def test_links_to_nodes_stay_in_the_frame(modifiers: list[str], frame: Any) -> None:
    """However they are clicked: the address before the # would be the notebook's."""
    address = frame.page.url
    frame.click(".hubs a >> nth=0", modifiers=modifiers)
    assert frame.evaluate("window.kgPage.selected") == EX + "place/bijie"
    assert frame.page.url == address
    assert len(frame.page.context.pages) == 1


@browsing
def test_rows_can_be_taken_out_of_the_frame(frame: Any, tmp_path: Path) -> None:
    frame.click("#tab-table")
    with frame.page.expect_download() as waiting:
        frame.click("#csv")
    waiting.value.save_as(tmp_path / "t.csv")
    assert "毕节市" in (tmp_path / "t.csv").read_text(encoding="utf-8-sig")


@browsing
@pytest.mark.parametrize(("done", "told"), [("true", "已复制"), ("false", "浏览器不允许复制")])
def test_a_clipboard_that_is_refused_is_told(done: str, told: str, frame: Any) -> None:
    """There is another way to copy; where that is refused too, it is said."""
    frame.evaluate(
        f"""() => {{
        document.execCommand = () => {done};
        if (navigator.clipboard) navigator.clipboard.writeText = () => Promise.reject(new Error("refused"));
        }}"""
    )
    frame.click("#tab-table")
    frame.click("#copy")
    frame.wait_for_function("document.getElementById('live').textContent.includes('复制')")
    assert frame.inner_text("#live").startswith(told)
