"""The page for everyone: what axe-core finds, the keyboard, small and enlarged screens, settings of the system.

Views are asked of the page itself, so that a new one is judged as it comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe import axe, faults  # noqa: F401  (a fixture)
from pages import HOSTILE, REPAIR, browsing, hostile, told

from kg.graph import Graph
from kg.network import network
from kg.page import render

pytestmark = browsing
EVENT = "https://kg.example/id/event/ninghe-connection"
PLACE = "https://kg.example/id/place/bijie"
# Everything that unfolds; a list of hits, a menu or the like is a state of its own.
UNFOLD = """() => { let n = 0;
  for (const item of document.querySelectorAll("details:not([open])")) { item.open = true; n += 1; }
  for (const item of document.querySelectorAll("button[aria-expanded=false]")) if (item.checkVisibility()) { item.click(); n += 1; }
  return n; }"""
# What Tab should reach: of radio buttons of one name only one, and nothing that is not shown.
STOPS = """() => { const names = new Set();
  window.stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter((item) => {
    if (item.tabIndex < 0 || item.disabled || !item.checkVisibility({ visibilityProperty: true })) return false;
    if (item.type !== "radio" || !item.name) return true;
    const fresh = !names.has(item.name);
    names.add(item.name);
    return fresh;
  });
  return window.stops.length; }"""
HERE = """() => { const item = document.activeElement;
  if (item === document.body) return null;
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(item);
  const box = (item.closest("label") ?? item).getBoundingClientRect();
  const seen = [[.5, .5], [.1, .5], [.9, .5], [.5, .1], [.5, .9]].some(([x, y]) => {
    const top = document.elementFromPoint(box.x + x * box.width, box.y + y * box.height);
    return top && (item.contains(top) || top.contains(item) || item.closest("label")?.contains(top));
  });
  const same = (stop) => stop === item || (item.type === "radio" && item.name && stop.name === item.name);
  return { number: window.stops.findIndex(same), seen, outline: outlineStyle === "none" ? 0 : parseFloat(outlineWidth),
    clear: outlineColor.replace(/.*,\\s*([\\d.]+)\\)/, "$1") !== "0",
    name: `${item.tagName}#${item.id}.${item.className} ${(item.ariaLabel ?? item.textContent).slice(0, 40)}` }; }"""
# Controls smaller than 24 px; a link within text is as high as its line (WCAG 2.2, 2.5.8, exception "inline").
SMALL = """() => [...document.querySelectorAll(
    "button, input, select, summary, [role=button], [role=tab], [role=option], [role=slider], [role=switch]")]
  .filter((item) => item.checkVisibility({ visibilityProperty: true }) && !item.disabled)
  .map((item) => { const label = item.matches("input") && item.closest("label");
    const { width, height } = (label || item).getBoundingClientRect();
    return [`${item.tagName}#${item.id}.${item.className?.baseVal ?? item.className} ${item.textContent.slice(0, 20)}`, Math.round(width * 10) / 10, Math.round(height * 10) / 10]; })
  .filter(([, width, height]) => width && height && (width < 24 || height < 24))"""
MOVING = """() => [...document.querySelectorAll("*")].flatMap((item) => [null, "::before", "::after"].flatMap((part) => {
    const { transitionDuration, animationName } = getComputedStyle(item, part);
    return /[1-9]/.test(transitionDuration) || animationName !== "none" ? [`${item.tagName}#${item.id}.${item.className} ${transitionDuration} ${animationName}`] : [];
  })).concat(document.getAnimations().filter(({ playState }) => playState === "running").map(({ effect }) => String(effect.target?.id)))"""
# What is chosen and its neighbours that are not must differ by more than a background, which forced colours take away.
ALIKE = """() => { const look = (item) => { const style = getComputedStyle(item);
    const box = style.outlineStyle === "none" ? "" : style.outlineWidth + style.outlineColor;
    return [style.color, style.fontWeight, style.textDecorationLine, style.borderTopStyle, style.borderTopColor, style.borderTopWidth,
      style.borderBottomColor, style.borderBottomWidth, style.borderLeftColor, style.borderLeftWidth, box].join(); };
  return ["aria-selected", "aria-pressed", "aria-current"].flatMap((key) =>
    [...document.querySelectorAll(`[${key}]:not([${key}=false])`)].filter((item) => item.checkVisibility()).filter((item) => {
      const other = [...item.parentNode.children].find((each) => each.tagName === item.tagName && [null, "false"].includes(each.getAttribute(key)));
      return other && look(other) === look(item);
    }).map((item) => `${key} ${item.tagName}#${item.id}.${item.className}`)); }"""
# Elements of the side that would have to be scrolled sideways, and those that reach over the edge of the window.
CUT = """() => [...document.querySelectorAll(".side *, .tabs")].filter((item) => item.checkVisibility() && !item.closest(".unseen"))
  .filter((item) => { const { overflowX } = getComputedStyle(item); const box = item.getBoundingClientRect();
    return (item.scrollWidth > item.clientWidth + 1 && ["auto", "scroll"].includes(overflowX) && !item.matches("input, .tabs, pre")) || (!item.closest(".tabs, pre") && box.right > innerWidth + 1); })
  .map((item) => `${item.tagName}#${item.id}.${item.className?.baseVal ?? item.className}`)"""

# Buttons over a picture of which the picture shows less than all.
HIDDEN = """() => { const stage = document.getElementById("stage").getBoundingClientRect();
  return [...document.querySelectorAll(".tools button")].filter((item) => item.checkVisibility({ visibilityProperty: true }))
    .filter((item) => { const box = item.getBoundingClientRect(); return box.top < stage.top || box.bottom > stage.bottom || box.left < stage.left || box.right > stage.right; })
    .map(({ id, title }) => id || title); }"""


@pytest.fixture(scope="module")
def own_page(repository: Graph, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of this repository's graph, which has all that a page can have."""
    file = repository.view(tmp_path_factory.mktemp("page") / "graph.html")
    return file.read_text(encoding="utf-8")


def go(page: Any, fragment: str) -> None:
    """To a state as an address names it, all else as at the beginning."""
    page.evaluate("(fragment) => { location.hash = fragment; }", fragment)
    page.wait_for_timeout(50)
    told(page, "view")


def each_view(page: Any, rest: str = "") -> Iterator[str]:
    """Shows one view after the other; `rest` is what else the address says."""
    for view in page.evaluate("kgPage.views"):
        go(page, f"#{rest}&view={view}".replace("#&", "#"))
        assert told(page, "view") == view
        yield view


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_view_of_either_language(
    own_page: str,
    axe: str,  # noqa: F811
    scheme: str,
    open_page: Callable[..., Any],
) -> None:
    page = open_page(own_page, color_scheme=scheme)
    page.evaluate(axe)
    found = []
    for lang in ("zh", "en"):
        for view in each_view(page, f"lang={lang}"):
            found += faults(page, f"{view} {lang} {scheme}")
    assert found == []


def test_axe_finds_nothing_on_a_small_screen(own_page: str, axe: str, open_page: Callable[..., Any]) -> None:  # noqa: F811
    page = open_page(own_page, viewport={"width": 390, "height": 844})
    page.evaluate(axe)
    found = [fault for view in each_view(page) for fault in faults(page, view)]
    go(page, f"#{EVENT}")
    assert found + faults(page, "selected") == []


def test_axe_finds_nothing_whatever_is_chosen_or_open(
    own_page: str,
    axe: str,  # noqa: F811
    open_page: Callable[..., Any],
) -> None:
    """A thing, a path, a query, filters that hide, hits, all that unfolds; and colours of the system."""
    page = open_page(own_page)
    page.evaluate(axe)
    found = []
    for view in each_view(page, f"{EVENT}&hide=Figure"):
        found += faults(page, f"{view}, selected")
    go(page, f"#{EVENT}&path={EVENT},{PLACE}")
    assert told(page, "emphasis") is not None
    found += faults(page, "path")
    go(page, "#view=queries&ask=five-operators")
    assert told(page, "emphasis") is not None
    found += faults(page, "query")
    go(page, f"#{EVENT}")
    assert page.evaluate(UNFOLD) > 0
    found += faults(page, "unfolded")
    page.fill("#search", "广电")
    assert page.locator("#hits [role=option]").count() > 1
    found += faults(page, "hits")
    page.fill("#search", "没有这个")
    found += faults(page, "no hit")
    page.keyboard.press("Escape")
    page.emulate_media(forced_colors="active")
    found += faults(page, "forced colours")
    assert found == []


def test_axe_finds_nothing_in_a_hostile_graph(axe: str, open_page: Callable[..., Any]) -> None:  # noqa: F811
    page = open_page(render(network(*hostile()), title=HOSTILE[0]))
    page.evaluate(axe)
    found = [
        fault
        for view in each_view(page, "javascript:window.__xss=0%2F%2F")
        for fault in faults(page, f"{view}, hostile")
    ]
    assert found == []


def walk(page: Any, most: int) -> Iterator[dict[str, Any]]:
    """Where Tab comes until it leaves the page, which it must after `most` steps."""
    for _ in range(most + 1):
        page.keyboard.press("Tab")
        step = page.evaluate(HERE)
        if step is None:
            return
        yield step
    pytest.fail("Tab does not leave the page")


@pytest.mark.parametrize("width", [1280, 390])
def test_tab_goes_through_all_of_each_view_and_shows_where_it_is(
    sample_page: str, width: int, open_page: Callable[..., Any]
) -> None:
    """Once to everything that takes the keyboard, out again at the end; an outline, and nothing over it."""
    page = open_page(sample_page, viewport={"width": width, "height": 800})
    for view in each_view(page, REPAIR):
        count = page.evaluate(STOPS)
        rounds = [[*walk(page, count)] for _ in range(2)]
        steps = rounds[1]
        assert sorted(step["number"] for step in steps) == list(range(count)), view
        unclear = [step["name"] for step in steps if step["outline"] < 2 or not step["clear"]]
        assert unclear == [], view
        assert [step["name"] for step in steps if not step["seen"]] == [], view


@pytest.mark.parametrize("width", [1280, 390])
def test_controls_are_large_enough_to_hit(own_page: str, width: int, open_page: Callable[..., Any]) -> None:
    """24 px each way, with everything unfolded that can be."""
    page = open_page(own_page, viewport={"width": width, "height": 844})
    small = {}
    for view in each_view(page, f"{EVENT}&hide=Figure"):
        page.evaluate(UNFOLD)
        small[view] = page.evaluate(SMALL)
    page.fill("#search", "广电")
    small["hits"] = page.evaluate(SMALL)
    assert {state: found for state, found in small.items() if found} == {}


def test_nothing_moves_for_those_who_asked_for_less_motion(
    sample_page: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page, reduced_motion="reduce")
    for view in each_view(page):
        page.evaluate(UNFOLD)
        assert page.evaluate(MOVING) == [], view
    page.keyboard.press("/")
    page.keyboard.type("织金")
    page.keyboard.press("Enter")
    assert page.evaluate(MOVING) == []


def test_what_is_chosen_is_told_without_backgrounds(sample_page: str, open_page: Callable[..., Any]) -> None:
    """In forced colours the chosen tab, row, hit and the like still differ from the others."""
    page = open_page(sample_page, forced_colors="active")
    for view in each_view(page, REPAIR):
        assert page.evaluate(ALIKE) == [], view
    page.fill("#search", "织金")
    assert page.locator("#hits [role=option]").count() > 1
    assert page.evaluate(ALIKE) == []


@pytest.mark.parametrize(("zoom", "width", "height"), [(200, 640, 400), (400, 320, 256)])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_enlarged_page_loses_nothing_and_scrolls_one_way(
    own_page: str, zoom: int, width: int, height: int, lang: str, open_page: Callable[..., Any]
) -> None:
    """A window of 1280 by 1024 px and less, enlarged: each part is there, none is cut or scrolls sideways."""
    page = open_page(own_page, viewport={"width": width, "height": height}, fragment=f"#{EVENT}&lang={lang}")
    for view in each_view(page, f"{EVENT}&lang={lang}"):
        page.evaluate(UNFOLD)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, view
        assert page.evaluate(CUT) == [], view
        for part in (f"#view-{view}", "#search", "#lang", "#theme", "#detail h2"):
            assert page.is_visible(part), (view, part)
        assert page.evaluate(HIDDEN) == [], view
        tabs = page.locator("[role=tab]")
        for i in range(tabs.count()):
            tabs.nth(i).scroll_into_view_if_needed()
            assert tabs.nth(i).bounding_box()["x"] >= 0
