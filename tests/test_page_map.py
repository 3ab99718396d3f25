"""The page's map: places at their coordinates, what is at them, and what of a map one can do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import cos, hypot, radians
from typing import Any

import pyoxigraph as ox
import pytest
import sample
from pages import HOSTILE, REPAIR, ZHIJIN, browsing, hostile, told

from kg.network import network
from kg.page import render

MAP = "#view=map"
GUIZHOU = f"{sample.ID}place/guizhou"
WEINING = f"{sample.ID}place/weining"
Opener = Callable[..., Any]


def place(slug: str, lat: float | None = None, long: float | None = None, above: str = "") -> list[ox.Quad]:
    key = f"{sample.ID}place/{slug}"
    quads = sample.thing("Place", slug, f"{slug}地", f"{slug} place")
    if lat is not None and long is not None:
        quads += [
            sample.quad(key, "latitude", ox.Literal(f"{lat:.5f}")),
            sample.quad(key, "longitude", ox.Literal(f"{long:.5f}")),
        ]
    return quads + ([sample.quad(key, "containedIn", f"{sample.ID}place/{above}")] if above else [])


def page_of(*quads: Iterable[ox.Quad], lang: str = "zh") -> str:
    data = [each for some in quads for each in some]
    graph = network(data, sample.ontology())
    return render(
        graph, title="t", lang=lang, positions={key: (i * 40.0, 0.0) for i, key in enumerate(graph)}
    )


def seen(page: Any) -> dict[str, Any]:
    found: dict[str, Any] = told(page, "map")
    return found


def point(page: Any, iri: str) -> dict[str, Any]:
    return next(each for each in seen(page)["points"] if each["iri"] == iri)


def press_at(page: Any, at: dict[str, Any]) -> None:
    corner = page.locator("#view-map .globe").bounding_box()
    page.mouse.click(corner["x"] + at["x"], corner["y"] + at["y"])


def inside(found: dict[str, Any]) -> bool:
    return all(
        24 <= p["x"] <= found["width"] and 0 <= p["y"] <= found["height"] - 24 for p in found["points"]
    )


@browsing
def test_places_stand_at_their_coordinates(sample_page: str, sample_graph: Any, open_page: Opener) -> None:
    """Every place with coordinates, its own or those from above; distances as on the earth, the north above."""
    found = seen(open_page(sample_page, fragment=MAP))
    points = {each["iri"]: each for each in found["points"]}
    assert set(points) == {key for key in sample_graph if sample_graph.nodes[key]["point"]}
    a, b = points[GUIZHOU], points[f"{sample.ID}place/guangdong"]
    assert b["x"] > a["x"]
    assert b["y"] < a["y"]
    middle = cos(radians((26 + 38) / 2))
    assert (b["x"] - a["x"]) / (a["y"] - b["y"]) == pytest.approx(middle, abs=0.05)
    assert inside(found), "the map opens with all places in sight"
    assert points[WEINING]["from"] == GUIZHOU
    assert not points[WEINING]["own"]


@browsing
@pytest.mark.parametrize("context", [{}, {"viewport": {"width": 390, "height": 844}}])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_names_cover_nothing_at_any_zoom(
    sample_page: str, open_page: Opener, context: dict[str, Any], lang: str
) -> None:
    page = open_page(sample_page, fragment=f"{MAP}&lang={lang}", **context)
    names = []
    for _ in range(6):
        found = seen(page)
        assert found["overlaps"] == 0
        assert all(label["size"] >= 12 for label in found["labels"])
        names.append(sum(1 for item in found["items"]))
        page.locator("#view-map .tools button").nth(0).click()
    assert names[0] < max(names), "nearer, what was counted together stands apart"


@browsing
def test_a_place_without_coordinates_stands_beside_the_place_above_it(open_page: Opener) -> None:
    """Dashed, off its point, and it is told whose coordinates they are."""
    page = open_page(
        page_of(place("up", 26, 106), place("a", above="up"), place("b", above="up")), fragment=MAP
    )
    up, a, b = (point(page, f"{sample.ID}place/{slug}") for slug in ("up", "a", "b"))
    assert [hypot(each["x"] - up["x"], each["y"] - up["y"]) for each in (a, b)] == pytest.approx([26, 26])
    assert hypot(a["x"] - b["x"], a["y"] - b["y"]) >= 24
    assert page.locator("#view-map .borrowed").count() == 2
    assert "坐标取自上级：up地" in page.get_attribute("#view-map .borrowed >> nth=0", "aria-label")
    press_at(page, a)
    assert told(page, "selected") == f"{sample.ID}place/a"
    assert page.inner_text("#view-map .where") == "坐标取自上级：up地"
    page.mouse.move(5, 5)
    corner = page.locator("#view-map .globe").bounding_box()
    b = point(page, f"{sample.ID}place/b")
    page.mouse.move(corner["x"] + b["x"], corner["y"] + b["y"])
    assert "坐标取自上级：up地" in page.inner_text("#view-map .tip")


@browsing
def test_the_graticule_is_labelled_and_the_scale_true(open_page: Opener) -> None:
    html = page_of(place("a", 26, 106), place("b", 27, 106))
    page = open_page(html, fragment=MAP)
    found = seen(page)
    assert "北纬26°30′" in found["graticule"]["parallels"]
    assert "东经106°" in found["graticule"]["meridians"]
    a, b = (point(page, f"{sample.ID}place/{slug}") for slug in "ab")
    kilometres = (a["y"] - b["y"]) / found["scale"]["pixels"] * found["scale"]["km"]
    assert kilometres == pytest.approx(111.2, rel=0.02)
    assert found["scale"]["text"] in page.inner_text("#view-map .scale")
    page.click("#lang")
    assert "106°E" in seen(page)["graticule"]["meridians"]
    assert page.inner_text("#tab-map") == "Map"


@browsing
def test_the_antimeridian_and_the_poles_are_no_edges(open_page: Opener) -> None:
    """Neighbours across 180 degrees stay neighbours; a pole and a place on the other side are drawn too."""
    page = open_page(page_of(place("fiji", -17, 179), place("samoa", -14, -171)), fragment=MAP)
    fiji, samoa = (point(page, f"{sample.ID}place/{slug}") for slug in ("fiji", "samoa"))
    found = seen(page)
    assert samoa["x"] - fiji["x"] == pytest.approx(10 * found["zoom"] * cos(radians(15.5)), rel=0.01)
    assert "180°" in found["graticule"]["meridians"]
    assert all("南纬" in text for text in found["graticule"]["parallels"])
    wide = [
        place("south", -90, 0),
        place("north", 90, 0),
        place("east", 0, 179.9),
        place("west", 0, -179.9),
        place("null", 0, 0),
    ]
    page = open_page(page_of(*wide), fragment=MAP)
    found = seen(page)
    assert inside(found)
    assert len(found["points"]) == 5
    assert found["overlaps"] == 0
    east, west = (point(page, f"{sample.ID}place/{slug}") for slug in ("east", "west"))
    assert abs(west["x"] - east["x"]) < 30
    for _ in range(6):
        page.locator("#view-map .tools button").nth(1).click()
    assert all(text.strip("北南纬°") <= "90" for text in seen(page)["graticule"]["parallels"])


@browsing
def test_glyphs_grow_with_what_is_there(sample_page: str, open_page: Opener) -> None:
    page = open_page(sample_page, fragment=f"#{GUIZHOU}&view=map")
    item = {each["iri"]: each for each in seen(page)["items"]}
    small = next(
        each for iri, each in item.items() if iri != GUIZHOU and each["count"] == 1 and not each["spread"]
    )
    assert item[GUIZHOU]["r"] > small["r"]


@browsing
def test_a_place_tells_what_is_there(sample_page: str, sample_graph: Any, open_page: Opener) -> None:
    """Events, organisations and systems in it and in places within it, each to be opened; the places within it too."""
    page = open_page(sample_page, fragment=f"#{ZHIJIN}&view=map")
    card = page.locator("#view-map .here")
    assert card.locator(".sum").inner_text().startswith("在此：")
    kinds = {
        sample_graph.nodes[key]["cls"] for key in sample_graph if ZHIJIN in sample_graph.nodes[key]["places"]
    }
    links = card.locator("a").evaluate_all("(all) => all.map((each) => each.hash.slice(1))")
    there = {key for key in sample_graph if ZHIJIN in sample_graph.nodes[key]["places"]}
    assert kinds
    assert there <= set(links)
    card.locator(f"a[href='#{REPAIR}']").click()
    assert told(page, "selected") == REPAIR
    assert seen(page)["marked"] == [ZHIJIN], "where the selected happened is marked"
    assert page.locator("#view-map .rings .chosen").count() == 1
    assert card.locator(f"a[href='#{ZHIJIN}']").count() == 1
    page.goto(page.url.split("#")[0] + f"#{GUIZHOU}&view=map")
    assert card.locator("h3", has_text="其中的地点").count() == 1
    assert seen(page)["lines"] > 0, "thin lines lead to the places within the selected"


@browsing
def test_only_this_place_filters_and_is_undone(sample_page: str, open_page: Opener) -> None:
    page = open_page(sample_page, fragment=f"#{GUIZHOU}&view=map")
    everything = len(told(page, "visible"))
    page.click("#view-map .only")
    only = told(page, "visible")
    assert 1 < len(only) < everything
    assert GUIZHOU in only
    assert {each["iri"] for each in seen(page)["points"]} <= set(only)
    assert inside(seen(page)), "the map moves to what is left"
    assert page.get_attribute("#view-map .only", "aria-pressed") == "true"
    page.click("#view-map .lift")
    assert len(told(page, "visible")) == everything
    page.click("#view-map .only")
    page.click("#view-map .only")
    assert len(told(page, "visible")) == everything


@browsing
def test_what_is_not_on_the_map_is_counted(sample_page: str, sample_graph: Any, open_page: Opener) -> None:
    page = open_page(sample_page, fragment=MAP)
    nodes = [sample_graph.nodes[key] for key in sample_graph]
    placeless = sum(1 for node in nodes if not node["place"] and not node["places"])
    assert seen(page)["placeless"] == placeless > 0
    assert f"另有 {placeless} 个节点没有地点" in page.inner_text("#view-map .note")
    page.evaluate("window.kgPage.set({ hidden: 'Place' })")
    found = seen(page)
    assert found["points"] == []
    assert found["filtered"] > 0
    assert "没有可显示的地点" in page.inner_text("#view-map .note")
    page.evaluate("window.kgPage.set({ hidden: '' })")
    assert len(seen(page)["points"]) == sum(1 for node in nodes if node["point"])


@browsing
def test_buttons_wheel_drag_and_keys_move_the_map(sample_page: str, open_page: Opener) -> None:
    page = open_page(sample_page, fragment=MAP)
    start = seen(page)
    corner = page.locator("#view-map .globe").bounding_box()
    x, y = corner["x"] + 500, corner["y"] + 300
    page.mouse.move(x, y)
    page.mouse.wheel(0, -300)
    near = seen(page)
    assert near["zoom"] > start["zoom"] * 1.5
    page.mouse.down()
    page.mouse.move(x + 60, y + 40, steps=4)
    page.mouse.up()
    assert seen(page)["centre"][0] < near["centre"][0]
    assert seen(page)["centre"][1] > near["centre"][1]
    assert told(page, "selected") is None, "a drag is no choice"
    page.focus("#view-map .globe")
    page.keyboard.press("0")
    assert seen(page)["zoom"] == pytest.approx(start["zoom"])
    page.keyboard.press("+")
    assert seen(page)["zoom"] == pytest.approx(start["zoom"] * 1.4)
    page.keyboard.press("-")
    assert seen(page)["zoom"] == pytest.approx(start["zoom"])


@browsing
def test_two_fingers_zoom(sample_page: str, open_page: Opener) -> None:
    page = open_page(sample_page, fragment=MAP, has_touch=True)
    start = seen(page)["zoom"]
    session = page.context.new_cdp_session(page)
    for kind, wide in [("touchStart", 50), ("touchMove", 80), ("touchMove", 110), ("touchEnd", 0)]:
        touches = [{"x": 800 + way * wide, "y": 400} for way in (-1, 1)] if wide else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
    assert seen(page)["zoom"] > start * 1.4


@browsing
def test_arrows_go_from_place_to_place_and_say_so(sample_page: str, open_page: Opener) -> None:
    page = open_page(sample_page, fragment=MAP)
    page.focus("#view-map .globe")
    page.keyboard.press("ArrowRight")
    first = seen(page)["cursor"]
    page.keyboard.press("ArrowRight")
    second = seen(page)["cursor"]
    assert first
    assert second
    assert first != second
    assert point(page, second)["x"] > point(page, first)["x"]
    assert page.inner_text("#live")
    while next(item for item in seen(page)["items"] if item["iri"] == second)["count"] > 1:
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert told(page, "selected") == second
    assert page.evaluate("document.activeElement.id") == "detail-title"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "globe"


@browsing
def test_thousands_of_places_are_counted_and_open_on_a_click(open_page: Opener) -> None:
    """However many: few things are drawn, all places are in one of them, and a bubble opens."""
    many = [place(f"p{i}", 20 + i * 0.618 % 20, 90 + i * 0.414 % 30) for i in range(3000)]
    page = open_page(page_of(*many), fragment=MAP)
    found = seen(page)
    assert len(found["items"]) < 900
    assert sum(item["count"] for item in found["items"]) == 3000
    assert found["overlaps"] == 0
    largest = max(found["items"], key=lambda item: item["count"])
    press_at(page, largest)
    nearer = seen(page)
    assert nearer["zoom"] > found["zoom"] * 1.4
    same = next(item for item in nearer["items"] if item["iri"] == largest["iri"])
    assert same["count"] < largest["count"]
    assert told(page, "selected") is None


@browsing
def test_very_many_at_one_point_are_listed(open_page: Opener) -> None:
    page = open_page(page_of(*[place(f"p{i}", 30, 100) for i in range(60)]), fragment=MAP)
    found = seen(page)
    assert [item["count"] for item in found["items"]] == [60]
    press_at(page, found["items"][0])
    assert page.inner_text("#view-map .here h2") == "此处 60 个地点"
    page.locator("#view-map .here a").first.click()
    assert told(page, "selected") == f"{sample.ID}place/p0"
    assert page.locator("#view-map .here h3", has_text="同一位置").count() == 1


@browsing
def test_others_fade_where_something_stands_out(
    sample_page: str, sample_graph: Any, open_page: Opener
) -> None:
    page = open_page(sample_page, fragment=f"#view=map&path={ZHIJIN},{GUIZHOU}")
    assert told(page, "emphasis")["nodes"], "a path stands out"
    faded = seen(page)["faded"]
    assert f"{sample.ID}place/guangdong" in faded
    assert not {ZHIJIN, GUIZHOU} & set(faded)
    assert page.locator("#view-map .spot.faded").count() == len(faded)
    page.locator("#marks button").first.click()
    assert seen(page)["faded"] == []


@browsing
def test_names_are_seen_whole_on_a_phone(open_page: Opener) -> None:
    """A long name at an edge stands on the side where there is room."""
    towns = [
        place(f"{side}-place-with-a-long-name", 26.0, long)
        for side, long in (("west", 105.0), ("east", 109.0))
    ]
    page = open_page(page_of(*towns, lang="en"), fragment=MAP, viewport={"width": 390, "height": 844})
    found = told(page, "map")
    assert len(found["labels"]) == 2
    for label in found["labels"]:
        assert label["x"] >= 24
        assert label["x"] + label["w"] <= found["width"]


@browsing
def test_one_place_none_and_hostile_names(sample_page: str, open_page: Opener) -> None:
    page = open_page(page_of(place("one", 89.99, -180)), fragment=MAP)
    found = seen(page)
    assert inside(found)
    assert len(found["items"]) == 1
    assert found["labels"]
    plain = page_of(sample.thing("Person", "li", "李工", "Li"))
    assert "map" not in told(open_page(plain), "views")
    data, words = hostile()
    html = render(network(data, words), title="t")
    page = open_page(html, fragment=f"#{ZHIJIN}&view=map")
    assert page.evaluate("window.__xss") is None
    assert HOSTILE[1] in page.inner_text("#view-map .here")


@browsing
def test_the_map_takes_the_theme_the_size_and_the_sheet(sample_page: str, open_page: Opener) -> None:
    page = open_page(sample_page, fragment=MAP)
    light = page.evaluate("getComputedStyle(document.querySelector('.names text')).fill")
    page.click("#theme")
    assert page.evaluate("getComputedStyle(document.querySelector('.names text')).fill") != light
    page.set_viewport_size({"width": 700, "height": 900})
    found = seen(page)
    assert inside(found)
    assert found["width"] <= 700
    assert found["overlaps"] == 0
    page.emulate_media(media="print")
    box = page.locator("#view-map .globe").bounding_box()
    assert box["height"] > 400
    assert page.locator("#view-map .tools").is_hidden()
