"""kg.page: one file that is safe, silent, readable and usable with keyboard and mouse."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import sample

from kg.errors import UsageError
from kg.network import network, positions
from kg.page import inert, render, to_pyvis

ZHIJIN = f"{sample.ID}place/zhijin"
HOSTILE = (
    "</script><script>window.__xss=1</script>",
    "<script>window.__xss=2</script>",
    "<img src=x onerror=window.__xss=3>",
    "<svg onload=window.__xss=4>",
    "<!--<script>",
    "\u2028window.__xss=5\u2029",
    "\"'`{{ 7*7 }}{% raw %}&lt;b&gt; href",
)


@pytest.fixture(scope="module")
def graph() -> Any:
    return network(sample.data(), sample.ontology())


@pytest.fixture(scope="module")
def html(graph: Any) -> str:
    return render(graph, title="应急 <图谱>")


def blocks(html: str, tag: str) -> list[str]:
    return re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.S)


# ---- the text of the page --------------------------------------------------------------------------------


def test_page_is_a_whole_document_in_the_language_asked_for(graph: Any) -> None:
    html = render(graph, title="A & B", lang="en")
    assert html.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert '<meta charset="utf-8">' in html
    assert "<title>A &amp; B</title>" in html


def test_another_language_is_refused(graph: Any) -> None:
    with pytest.raises(UsageError, match="zh, en"):
        render(graph, title="x", lang="fr")


def test_policy_names_exactly_the_blocks_of_the_page(html: str) -> None:
    quoted = re.search('Content-Security-Policy" content="([^"]*)"', html)
    assert quoted
    policy = unescape(quoted.group(1))
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["default-src"] == "'none'"
    for source, tag, count in (("script-src", "script", 2), ("style-src", "style", 1)):
        digests = [hashlib.sha256(block.encode()).digest() for block in blocks(html, tag)]
        wanted = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
        assert parts[source].split(" ") == wanted
        assert len(wanted) == count
    assert "unsafe" not in policy


def test_page_points_to_no_file_and_no_host(html: str) -> None:
    markup = re.sub(r"<(script|style).*?</\1>", "", html, flags=re.S)
    assert re.findall(r"\s(?:src|href|action|on\w+|style)=", markup) == []
    assert "sourceMappingURL" not in html


def test_data_block_is_json_without_any_markup(graph: Any) -> None:
    html = render(graph, title="x")
    data = html.split('<script type="application/json" id="data">')[1].split("</script>")[0]
    assert not set(data) & set("<>&\u2028\u2029")
    assert len(json.loads(data)["nodes"]) == len(graph)


@pytest.mark.parametrize("text", HOSTILE)
def test_inert_json_gives_back_what_went_in(text: str) -> None:
    assert json.loads(inert([text])) == [text]
    assert not set(inert([text])) & set("<>&\u2028\u2029")


def test_pyvis_carries_every_node_and_link(graph: Any) -> None:
    net = to_pyvis(graph, positions(graph))
    assert [node["kg"]["iri"] for node in net.nodes] == list(graph)
    assert len(net.edges) == graph.number_of_edges()
    key = next(iter(graph))
    assert (net.nodes[0]["x"], net.nodes[0]["y"]) == positions(graph)[key]


def test_positions_given_are_the_positions_drawn(graph: Any) -> None:
    places = {key: (float(i), float(-i)) for i, key in enumerate(graph)}
    html = render(graph, title="x", positions=places)
    data = html.split('id="data">')[1].split("</script>")[0]
    assert [(node["x"], node["y"]) for node in json.loads(data)["nodes"]] == list(places.values())


def test_page_of_200_nodes_stays_small(html: str) -> None:
    assert len(html.encode()) < 650_000


SCRIPT = """
import hashlib, sys, warnings
warnings.filterwarnings("error", category=EncodingWarning, module=r"kg(\\.|$)")
sys.path[:0] = sys.argv[1:]
import sample
from kg.network import network
from kg.page import render
html = render(network(sample.data(), sample.ontology()), title="\\u56fe\\u8c31")
print(hashlib.sha256(html.encode("utf-8")).hexdigest())
"""


def test_same_bytes_in_any_process_locale_and_folder_and_nothing_written(tmp_path: Path) -> None:
    """Hash seed, ASCII locale and folder change nothing; no text is read in the locale's encoding."""
    here = Path(__file__).parent
    digests = set()
    for seed in ("0", "1", "42"):
        folder = tmp_path / seed
        folder.mkdir()
        locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"} if seed == "1" else {}
        run = subprocess.run(
            [sys.executable, "-X", "warn_default_encoding", "-c", SCRIPT, str(here), str(here.parent)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONDONTWRITEBYTECODE": "1", **locale},
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert run.returncode == 0, run.stderr
        digests.add(run.stdout)
        assert list(folder.iterdir()) == []
    assert len(digests) == 1


# ---- in a browser ----------------------------------------------------------------------------------------

browsing = pytest.mark.browser


def kg(page: Any, expression: str) -> Any:
    """A value of window.kgPage after the next frame."""
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    return page.evaluate(f"window.kgPage.{expression}")


@browsing
def test_opens_from_a_file_and_draws(html: str, graph: Any, open_page: Callable[..., Any]) -> None:
    """Drawn at once, in standards mode, with no message and no request (the fixture fails on any)."""
    page = open_page(html)
    assert page.title() == "应急 <图谱>"
    assert len(kg(page, "visible")) == len(graph)
    assert len(kg(page, "labels")) > 50
    assert page.evaluate("document.compatMode") == "CSS1Compat"


@browsing
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_label_on_another_and_none_too_small_at_any_zoom(
    graph: Any, lang: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(render(graph, title="x", lang=lang))
    counts = []
    for scale in (0.1, 0.3, 0.7, 1.5, 4):
        page.evaluate(f"window.kgPage.zoomTo({scale})")
        assert kg(page, "overlaps") == 0
        assert min(label["size"] for label in kg(page, "labels")) >= 12
        counts.append(len(kg(page, "labels")))
    assert counts == sorted(counts)
    assert counts[-1] == len(graph)


@browsing
def test_nothing_moves_by_itself(html: str, open_page: Callable[..., Any]) -> None:
    page = open_page(html)
    before = [kg(page, f"at({ZHIJIN!r})"), page.locator("#graph").screenshot()]
    page.wait_for_timeout(400)
    assert [kg(page, f"at({ZHIJIN!r})"), page.locator("#graph").screenshot()] == before


@browsing
@pytest.mark.parametrize("text", ["织金县", "zhijin COUNTY", "place zhijin", "520500"])
def test_search_finds_by_name_slug_and_fact(html: str, text: str, open_page: Callable[..., Any]) -> None:
    """`/` goes to the box, Enter takes the first hit, which is selected, announced and in the address."""
    page = open_page(html)
    page.keyboard.press("/")
    page.keyboard.type(text.replace("place ", ""))
    assert page.get_attribute("#search", "aria-expanded") == "true"
    page.keyboard.press("Enter")
    assert kg(page, "selected") == ZHIJIN
    assert page.inner_text("#detail h2") == "织金县"
    assert "织金县" in page.inner_text("#live")
    assert page.url.endswith(f"#{ZHIJIN}")
    assert page.evaluate("document.activeElement.id") == "detail-title"


@browsing
def test_search_arrows_escape_and_no_hit(html: str, open_page: Callable[..., Any]) -> None:
    page = open_page(html)
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
    assert kg(page, "selected") is None


@browsing
def test_enter_that_ends_an_input_methods_word_selects_nothing(
    html: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(html)
    page.fill("#search", "织金")
    page.evaluate(
        "document.getElementById('search').dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    assert kg(page, "selected") is None


@browsing
def test_panel_tells_labels_class_facts_sources_and_links(html: str, open_page: Callable[..., Any]) -> None:
    repair = f"{sample.ID}repair/zhijin"
    page = open_page(html, fragment=f"#{repair}")
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
    assert kg(page, "selected") == f"{sample.ID}branch/zhijin"
    page.go_back()
    assert kg(page, "selected") == repair


@browsing
def test_click_selects_a_node_and_the_empty_paper_clears(html: str, open_page: Callable[..., Any]) -> None:
    page = open_page(html)
    corner = page.locator("#graph").bounding_box()
    point = kg(page, f"at({ZHIJIN!r})")
    page.mouse.click(corner["x"] + point["x"], corner["y"] + point["y"])
    page.wait_for_timeout(50)
    assert kg(page, "selected") == ZHIJIN
    page.mouse.click(corner["x"] + 3, corner["y"] + 3)
    page.wait_for_timeout(50)
    assert kg(page, "selected") is None
    assert "#http" not in page.url


@browsing
def test_graph_answers_to_the_keyboard(html: str, open_page: Callable[..., Any]) -> None:
    """Arrows move a cursor that is announced, Enter opens, Escape clears and gives the focus back."""
    page = open_page(html)
    page.focus("#graph")
    page.keyboard.press("ArrowRight")
    start = kg(page, "cursor")
    page.keyboard.press("ArrowRight")
    there = kg(page, "cursor")
    assert kg(page, f"at({there!r}).x") > kg(page, f"at({start!r}).x")
    assert page.inner_text("#live") != ""
    assert kg(page, "selected") is None
    page.keyboard.press("Enter")
    assert kg(page, "selected") == there
    page.keyboard.press("Escape")
    assert kg(page, "selected") is None
    assert page.evaluate("document.activeElement.id") == "graph"
    zoom = kg(page, "zoom")
    page.keyboard.press("+")
    assert kg(page, "zoom") > zoom


@browsing
def test_tab_reaches_graph_search_legend_and_links(html: str, open_page: Callable[..., Any]) -> None:
    page = open_page(html)
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        here = page.evaluate("document.activeElement.id || document.activeElement.tagName")
        if here != "BODY":  # between the last element and the first
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            reached.add(here)
    assert {"graph", "search", "lang", "theme", "in", "out", "fit", "INPUT", "A"} <= reached


@browsing
def test_legend_counts_and_filters(html: str, graph: Any, open_page: Callable[..., Any]) -> None:
    page = open_page(html)
    places = {key for key in graph if graph.nodes[key]["cls"].endswith("#Place")}
    entry = page.locator("#legend label", has_text="地点")
    assert entry.locator(".count").inner_text() == str(len(places))
    entry.locator("input").uncheck()
    assert set(kg(page, "visible")) == set(graph) - places
    assert not any(label["node"] in places for label in kg(page, "labels"))
    page.click("#all")
    assert len(kg(page, "visible")) == len(graph)
    assert entry.locator("input").is_checked()


@browsing
def test_selecting_a_filtered_node_shows_its_class_again(html: str, open_page: Callable[..., Any]) -> None:
    page = open_page(html)
    page.locator("#legend label", has_text="地点").locator("input").uncheck()
    page.evaluate(f"location.hash = {ZHIJIN!r}")
    page.wait_for_timeout(50)
    assert ZHIJIN in kg(page, "visible")


@browsing
def test_language_switch_changes_all_words_and_back(html: str, open_page: Callable[..., Any]) -> None:
    page = open_page(html, fragment=f"#{ZHIJIN}")
    page.click("#lang")
    assert page.get_attribute("html", "lang") == "en"
    assert page.inner_text("#detail h2") == "Zhijin County"
    assert "contained in" in page.inner_text("#detail")
    assert {"Zhijin County"} <= {label["text"] for label in kg(page, "labels")}
    assert "place" in page.inner_text("#legend")
    assert not re.search(
        "[\u4e00-\u9fff]", page.inner_text("#legend") + page.get_attribute("#search", "placeholder")
    )
    page.click("#lang")
    assert page.inner_text("#detail h2") == "织金县"


@browsing
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_theme_follows_the_system_and_its_switch(
    html: str, scheme: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(html, color_scheme=scheme)
    paper = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(paper)
    assert kg(page, "dark") is (scheme == "dark")
    page.click("#theme")
    assert kg(page, "dark") is (scheme == "light")
    assert page.evaluate(paper) != before


@browsing
def test_small_screen_needs_no_sideways_scrolling(html: str, open_page: Callable[..., Any]) -> None:
    page = open_page(html, viewport={"width": 390, "height": 844}, fragment=f"#{ZHIJIN}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.is_visible("#search")
    box = page.locator("#detail h2").bounding_box()
    assert 0 < box["y"] < 844
    assert kg(page, "overlaps") == 0


@browsing
def test_print_leaves_the_controls_out(html: str, open_page: Callable[..., Any]) -> None:
    page = open_page(html, fragment=f"#{ZHIJIN}")
    page.emulate_media(media="print")
    assert not page.is_visible("#search")
    assert not page.is_visible(".tools")
    assert page.is_visible("#detail h2")


def hostile() -> tuple[list[ox.Quad], list[ox.Quad]]:
    """A graph in which every text and every kind of IRI is an attack."""
    bad = list(HOSTILE)
    data, words = sample.data(), sample.ontology()
    for i, text in enumerate(bad):
        key = ox.NamedNode(f"javascript:window.__xss={i}//")
        kind, link = ox.NamedNode(f"javascript:class{i}"), ox.NamedNode(f"javascript:link{i}")
        source = ox.NamedNode(f"javascript:source{i}")
        label = ox.NamedNode(sample.RDFS + "label")
        literals = [ox.Literal(text, language="zh"), ox.Literal(text, language="en")]
        data += [ox.Quad(key, ox.NamedNode(sample.RDF + "type"), kind)]
        data += [ox.Quad(key, label, literal) for literal in literals]
        data += [ox.Quad(source, label, literal) for literal in literals]
        data += [ox.Quad(key, link, sample.iri(ZHIJIN)), ox.Quad(key, link, ox.Literal(text))]
        data += [ox.Quad(key, link, ox.NamedNode("javascript:window.__xss=9"))]
        data += [ox.Quad(key, link, ox.NamedNode("data:text/html,%3Cscript%3Ealert(1)%3C/script%3E"))]
        data += [ox.Quad(key, sample.iri("statedIn"), source)]
        words += [ox.Quad(term, label, literal) for term in (kind, link) for literal in literals]
    return data, words


@browsing
def test_hostile_texts_and_iris_stay_text(open_page: Callable[..., Any]) -> None:
    """Nothing runs of labels, classes, properties, facts, sources, IRIs and the title."""
    graph = network(*hostile())
    page = open_page(render(graph, title=HOSTILE[0]))
    assert page.title() == HOSTILE[0]
    for i, text in enumerate(HOSTILE):
        page.evaluate(f"location.hash = encodeURIComponent('javascript:window.__xss={i}//')")
        page.wait_for_timeout(30)
        assert kg(page, "selected") == f"javascript:window.__xss={i}//"
        assert page.evaluate("document.querySelector('#detail h2').textContent") == text
        page.fill("#search", text)
        page.evaluate("window.kgPage.zoomTo(1)")
        point = kg(page, f"at('javascript:window.__xss={i}//')")
        page.mouse.move(384 + point["x"], point["y"])
        links = page.evaluate(
            "[...document.querySelectorAll('a')].map((a) => [a.protocol, a.getAttribute('href')])"
        )
        assert {protocol for protocol, _ in links} <= {"file:", "http:", "https:"}
        page.keyboard.press("Escape")
    assert page.evaluate("typeof window.__xss") == "undefined"
    assert (
        page.evaluate(
            "document.querySelectorAll('#detail script, #detail img, #hits img, #legend img').length"
        )
        == 0
    )


@browsing
def test_policy_stops_an_injected_script_and_request(html: str, open_page: Callable[..., Any]) -> None:
    page = open_page(html, allow=("console: ", "error: ", "request: https://tracker.invalid/"))
    ends = []
    page.on("requestfailed", lambda request: ends.append(request.failure))
    page.on("requestfinished", lambda request: ends.append("finished"))
    page.evaluate(
        """() => {
          const script = document.createElement("script");
          try { script.textContent = "window.__xss = 1"; } catch { /* trusted types */ }
          document.body.append(script);
          const image = "<img src=x onerror='window.__xss = 2'>";
          try { document.body.insertAdjacentHTML("beforeend", image); } catch {}
          try { document.body.setAttribute("onclick", "window.__xss = 3"); } catch {}
          document.body.click();
          new Image().src = "https://tracker.invalid/pixel.png";
          return fetch("https://tracker.invalid/").then(() => { window.__xss = 4; }, () => {});
        }"""
    )
    page.wait_for_timeout(100)
    assert page.evaluate("typeof window.__xss") == "undefined"
    assert set(ends) == {"csp"}


@browsing
def test_a_graph_of_nothing_still_opens(open_page: Callable[..., Any]) -> None:
    page = open_page(render(network([], []), title="空"))
    assert kg(page, "visible") == []
