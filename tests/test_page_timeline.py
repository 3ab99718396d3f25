"""The page's timeline: times drawn as what they are, on an axis to zoom, and a choice of time for all views."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pyoxigraph as ox
import pytest
import sample
from pages import HOSTILE, browsing, hostile, told

from kg.network import network
from kg.page import render

VIEW = "#view=timeline"
LONG = "从一月二十三日起在各地陆续设立的一批隔离点与集中医学观察点的有线电视信号接入和设备安装调试工作" * 3


def event(name: str, start: str, end: str = "", stated: str = "", precision: str = "") -> list[ox.Quad]:
    """An event with a time; a start alone that begins with = is a moment."""
    key = f"{sample.ID}event/{name}"
    kind = {4: "gYear", 5: "gYear", 10: "date"}.get(len(start.strip("=") or end), "dateTime")
    moment = start.startswith("=")
    ends = [("startsAt", start.strip("=")), ("endsAt", start.strip("=") if moment else end)]
    quads = sample.thing("Event", name, LONG if name == "long" else f"事件 {name}", f"event {name}")
    quads += [
        sample.quad(key, prop, ox.Literal(text, datatype=sample.iri(sample.XSD + kind)))
        for prop, text in ends
        if text
    ]
    quads += [sample.quad(key, "timeText", ox.Literal(stated, language="zh"))] if stated else []
    return quads + (
        [sample.quad(key, "timePrecision", ox.Literal(precision, language="en"))] if precision else []
    )


def day(number: int, clock: str = "00:00:00") -> str:
    return f"2020-01-{number}T{clock}+08:00"


EVENTS = [
    *(quad for i in range(20) for quad in event(f"m{i}", f"={day(23 + i // 4, f'{5 * (i % 4):02}:30:00')}")),
    *event("interval", day(24), day(26, "12:00:00")),
    *event("day", day(25), day(25, "23:59:59"), "25日"),
    *event("date", "=2020-01-26"),
    *event("morning", day(25, "06:00:00"), day(25, "12:00:00"), "一大早", "part of a day"),
    *event("hour", f"={day(25, '18:00:00')}", "", "18点", "to the hour"),
    *event("since", day(24, "09:00:00")),
    *event("until", "", day(27, "09:00:00")),
    *event("words", "", "", "春节期间"),
    *event("long", f"={day(24, '06:00:00')}"),
    *event("utc", "=2020-01-25T04:00:00Z"),
    *event("founded", "=2003"),
    *event("listed", "=2015"),
    *event("caesar", "=-0044"),
    sample.quad(f"{sample.ID}event/m1", "resolves", f"{sample.ID}event/m2"),
]


def iri(name: str) -> str:
    return f"{sample.ID}event/{name}"


def without_times(quads: list[ox.Quad]) -> list[ox.Quad]:
    return [quad for quad in quads if not quad.predicate.value.endswith(("sAt", "timeText"))]


@pytest.fixture(scope="module")
def dated_page() -> str:
    return render(network(without_times(sample.data()) + EVENTS, sample.ontology()), title="时间")


def timeline(page: Any) -> Any:
    return told(page, "timeline")


def boxes(page: Any, selector: str) -> list[dict[str, float]]:
    """Boxes of what is seen below the head."""
    script = """(found) => found.map((each) => each.getBoundingClientRect()).filter((box) => box.width)
      .map(({ left, right, top, bottom }) => ({ left, right, top, bottom }))"""
    return page.locator(selector).evaluate_all(script)  # type: ignore[no-any-return]


def overlaps(found: list[dict[str, float]]) -> int:
    ways = (("left", "right"), ("top", "bottom"))
    pairs = combinations(found, 2)
    return sum(all(a[x] < b[y] - 0.5 and b[x] < a[y] - 0.5 for x, y in ways) for a, b in pairs)


@browsing
def test_there_is_no_timeline_without_times(open_page: Callable[..., Any]) -> None:
    net = network(without_times(sample.data()), sample.ontology())
    page = open_page(render(net, title="t"), fragment=VIEW)
    assert "timeline" not in told(page, "views")
    assert told(page, "timeline") is None


@browsing
def test_each_time_is_drawn_as_what_it_is(dated_page: str, open_page: Callable[..., Any]) -> None:
    """Moments, stretches, open ends, and what is known only to the day, the hour or roughly."""
    page = open_page(dated_page, fragment=VIEW)
    kinds = {mark["iri"]: mark["kind"] for mark in timeline(page)["marks"]}
    wanted = {"m0": "instant", "interval": "interval", "since": "open", "until": "open", "utc": "instant"}
    wanted |= dict.fromkeys(("day", "date", "morning", "hour"), "imprecise")
    assert {name: kinds[iri(name)] for name in wanted} == wanted
    assert timeline(page)["words"] == [iri("words")]
    assert iri("words") not in kinds

    def row(name: str) -> Any:
        return page.locator(f".tl-row:has-text('事件 {name}') .tl-mark").first

    page.set_viewport_size({"width": 1280, "height": 2000})
    assert "open-right" in row("since").get_attribute("class")
    assert "open-left" in row("until").get_attribute("class")
    assert row("day").evaluate("(each) => getComputedStyle(each).borderTopStyle") == "dashed"
    assert row("interval").evaluate("(each) => getComputedStyle(each).borderTopStyle") == "solid"
    assert row("hour").locator("svg").evaluate("(each) => getComputedStyle(each).strokeDasharray") != "none"
    assert row("m0").locator("svg").evaluate("(each) => getComputedStyle(each).strokeDasharray") == "none"


@browsing
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_marks_stand_in_order_within_the_axis_and_no_word_over_another(
    width: int, lang: str, dated_page: str, open_page: Callable[..., Any]
) -> None:
    size = {"width": width, "height": 844}
    page = open_page(dated_page, fragment=f"{VIEW}&lang={lang}", viewport=size)
    marks = timeline(page)["marks"]
    keys = [mark["key"] for mark in marks]
    assert keys == sorted(keys)
    assert [mark["y"] for mark in marks] == sorted({mark["y"] for mark in marks})
    assert all(mark["x"] >= 0 and mark["x"] + mark["w"] <= 100.001 for mark in marks)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert overlaps(boxes(page, ".tl-axis span")) == 0
    texts = boxes(page, ".tl-text, .tl-when:not(.on), .tl-words, .tl-heading, .tl-mark:not(.tl-key *)")
    assert len(texts) > 12
    assert overlaps(texts) == 0
    assert all(box["right"] <= width and box["left"] >= 0 for box in texts)


@browsing
def test_an_offset_is_converted_to_the_zone_of_the_axis(
    dated_page: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(dated_page, fragment=VIEW)
    marks = {mark["iri"]: mark["x"] for mark in timeline(page)["marks"]}
    assert marks[iri("morning")] < marks[iri("utc")] < marks[iri("hour")]
    assert "UTC+08:00" in page.inner_text(".tl-context")
    assert "2020年" in page.inner_text(".tl-context")


@browsing
def test_what_is_far_off_does_not_squash_the_rest(dated_page: str, open_page: Callable[..., Any]) -> None:
    """The axis opens on where most are; what is earlier or later is counted, and one press away."""
    page = open_page(dated_page, fragment=VIEW)
    first = timeline(page)
    assert [end[:7] for end in first["range"]] == ["2020-01", "2020-01"]
    assert first["early"] == 3
    assert first["late"] == 0
    page.get_by_text("更早 3 项").click()
    earlier = timeline(page)
    assert {mark["iri"] for mark in earlier["marks"]} >= {iri("founded"), iri("listed")}
    assert earlier["late"] > 20
    assert page.evaluate("document.activeElement.textContent").startswith("更早")
    page.keyboard.press("0")
    assert timeline(page)["range"] == first["range"]


@browsing
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_ticks_are_dates_as_people_write_them_at_every_zoom(
    lang: str, dated_page: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(dated_page, fragment=f"{VIEW}&lang={lang}")
    seen = []
    page.focus(".tl-row[tabindex='0']")
    for key in ["+"] * 9 + ["0"] + ["-"] * 30:
        page.keyboard.press(key)
        ticks = timeline(page)["ticks"]
        xs = [tick["x"] for tick in ticks]
        assert len(ticks) >= 2
        assert xs == sorted(set(xs))
        assert 0 <= xs[0] <= xs[-1] <= 100
        assert overlaps(boxes(page, ".tl-axis span")) == 0
        seen += [tick["text"] for tick in ticks]
    expected = {"zh": {"1月24日", "12:00", "2020年"}, "en": {"24 Jan", "12:00", "2020"}}
    assert expected[lang] <= set(seen)
    assert any("公元前" in text or "BC" in text for text in seen)
    assert timeline(page)["early"] == 0


@browsing
def test_zooming_keeps_what_the_keyboard_is_on(dated_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(dated_page, fragment=VIEW)
    page.focus(".tl-row[tabindex='0']")
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    name = page.evaluate("document.activeElement.textContent")
    before = timeline(page)["range"]
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert page.evaluate("document.activeElement.textContent") == name
    after = timeline(page)["range"]
    assert before[0] < after[0] < after[1] < before[1]
    page.keyboard.press("Shift+ArrowRight")
    assert timeline(page)["range"][0] > after[0]
    before = timeline(page)["range"]
    page.mouse.move(1000, 400)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    page.wait_for_function("(start) => kgPage.timeline.range[0] > start", arg=before[0])


@browsing
def test_handles_choose_a_stretch_of_time_for_every_view(
    dated_page: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(dated_page, fragment=VIEW)
    since, till = page.get_by_role("slider").all()
    assert [since.get_attribute("aria-valuetext"), till.get_attribute("aria-valuetext")] == ["不限", "不限"]
    everything = len(told(page, "visible"))
    page.evaluate("kgPage.set({ time: '2020-01-24..2020-01-25' })")
    since.focus()
    page.keyboard.press("ArrowRight")
    assert since.get_attribute("aria-valuetext") == "2020年1月25日"
    assert "time=2020-01-25..2020-01-25" in page.url
    page.keyboard.press("ArrowRight")
    assert "time=2020-01-25..2020-01-25" in page.url, "the beginning is never after the end"
    till.focus()
    page.keyboard.press("ArrowRight")
    assert page.inner_text(".tl-range") == "2020年1月25日–26日"
    visible = told(page, "visible")
    assert iri("day") in visible
    assert iri("words") in visible
    assert iri("m0") not in visible
    low, now, high = (float(till.get_attribute(f"aria-value{name}")) for name in ("min", "now", "max"))
    assert low < now <= high
    page.keyboard.press("End")
    since.focus()
    page.keyboard.press("Home")
    assert "time=" not in page.url
    assert len(told(page, "visible")) == everything
    page.evaluate("kgPage.set({ time: '2020-01-24..' })")
    page.click(".tl-bar >> text=取消时间筛选")
    assert page.inner_text(".tl-range") == "全部时间"


@browsing
def test_a_stretch_can_be_dragged(dated_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(dated_page, fragment=VIEW)
    box = page.locator(".tl-strip").bounding_box()
    across = [box["x"] + box["width"] * part for part in (0.3, 0.6)]
    page.mouse.move(across[0], box["y"] + 20)
    page.mouse.down()
    page.mouse.move(across[1], box["y"] + 25, steps=4)
    page.mouse.up()
    page.wait_for_function("location.hash.includes('time=')")
    chosen = page.url.split("time=")[1].split("..")
    assert chosen[0] < chosen[1]
    edge = page.locator(".tl-shade").bounding_box()
    assert abs(edge["x"] - across[0]) < 60
    grip = page.locator(".tl-handle.till").bounding_box()
    assert grip["width"] >= 24
    page.mouse.move(grip["x"] + 8, grip["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 30, grip["y"] + 20, steps=3)
    page.mouse.up()
    page.wait_for_function("location.hash.endsWith('..')")


@browsing
def test_events_are_walked_and_opened_by_keyboard(dated_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(dated_page, fragment=VIEW)
    assert page.locator(".tl-row[tabindex='0']").count() == 1
    page.focus(".tl-row[tabindex='0']")
    page.keyboard.press("End")
    assert "事件 words" in page.evaluate("document.activeElement.textContent")
    assert page.locator("#tl-tip").is_visible()
    for key in ("ArrowUp", "Home", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    marks = timeline(page)["marks"]
    assert told(page, "selected") == marks[1]["iri"]
    assert page.evaluate("document.activeElement.id") == "detail-title"
    assert page.locator(".tl-row[aria-current]").count() == 1
    page.keyboard.press("Escape")
    assert told(page, "selected") is None
    assert page.evaluate("document.activeElement.matches('.tl-row')")
    assert page.locator(".tl-row[aria-current]").count() == 0


@browsing
def test_a_mark_tells_all_while_pointed_at(dated_page: str, open_page: Callable[..., Any]) -> None:
    """The words stay while they are pointed at themselves, and Escape puts them away."""
    page = open_page(dated_page, fragment=VIEW, viewport={"width": 1280, "height": 1800})
    row = page.locator(".tl-row:has-text('事件 morning')")
    row.locator(".tl-mark").hover()
    tip = page.locator("#tl-tip")
    tip.wait_for(state="visible")
    text = tip.inner_text()
    assert all(part in text for part in ("事件 morning", "6:00", "12:00", "part of a day", "一大早"))
    assert row.get_attribute("aria-describedby") == "tl-tip"
    tip.hover()
    page.wait_for_timeout(400)
    assert tip.is_visible()
    page.keyboard.press("Escape")
    assert not tip.is_visible()


@browsing
def test_what_is_found_is_brought_into_sight(dated_page: str, open_page: Callable[..., Any]) -> None:
    """Also if it is far off on the axis, or has no date."""
    page = open_page(dated_page, fragment=VIEW)
    for name in ("founded", "words", "m19"):
        page.fill("#search", f"event {name}")
        page.keyboard.press("Enter")
        assert told(page, "selected") == iri(name)
        box = page.locator(".tl-row[aria-current]").bounding_box()
        assert page.locator(".tl-head").bounding_box()["y"] + 100 < box["y"] < 760
    marks = {mark["iri"] for mark in timeline(page)["marks"]}
    assert iri("m19") in marks


@browsing
def test_what_is_not_on_the_path_is_faint(dated_page: str, open_page: Callable[..., Any]) -> None:
    """Faint is told by weight and ground too, and no text of it is hard to read."""
    page = open_page(dated_page, fragment=VIEW)
    assert page.locator(".tl-row.faint, .tl-row.strong").count() == 0
    page.evaluate("(ends) => kgPage.set({ path: ends })", f"{iri('m1')},{iri('m2')}")
    assert told(page, "emphasis")["nodes"] == [iri("m1"), iri("m2")]
    assert page.locator(".tl-row.strong .tl-text").all_inner_texts() == ["事件 m1", "事件 m2"]
    assert page.locator(".tl-row:not(.strong):not(.faint)").count() == 0
    opacity = "(each) => getComputedStyle(each).opacity"
    assert page.locator(".tl-row.faint .tl-text").first.evaluate(opacity) == "1"
    assert float(page.locator(".tl-row.faint .tl-mark").first.evaluate(opacity)) < 0.5


@browsing
def test_hidden_classes_are_not_drawn(dated_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(dated_page, fragment=f"{VIEW}&hide=Event")
    assert timeline(page)["marks"] == []
    assert "没有可显示的事件" in page.inner_text(".tl-rows")
    assert timeline(page)["most"] == 0
    page.click("#all")
    assert len(timeline(page)["marks"]) > 20


@browsing
def test_thousands_of_events_are_drawn_as_far_as_they_are_in_sight(open_page: Callable[..., Any]) -> None:
    stamps = (day(10 + i % 20, f"{i % 24:02}:{i % 60:02}:00") for i in range(1500))
    many = [quad for i, stamp in enumerate(stamps) for quad in event(f"n{i}", f"={stamp}")]
    net = network(many, sample.ontology())
    places = {key: (i % 60 * 30.0, i // 60 * 30.0) for i, key in enumerate(net)}
    page = open_page(render(net, title="t", positions=places), fragment=VIEW)
    now = timeline(page)
    assert now["rows"] == 1500
    assert now["drawn"] < 60
    page.focus(".tl-row[tabindex='0']")
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.parentNode.ariaPosInSet") == "1500"
    assert timeline(page)["drawn"] < 60
    page.locator(".tl-scroll").evaluate("(each) => { each.scrollTop = 0; }")
    assert timeline(page)["drawn"] < 60
    assert page.evaluate("document.activeElement.parentNode.ariaPosInSet") == "1500", (
        "the keyboard is not lost"
    )


@browsing
def test_the_timeline_is_printed_whole_and_light(dated_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(dated_page, fragment=VIEW, color_scheme="dark")
    rows = timeline(page)["rows"]
    assert timeline(page)["drawn"] < rows
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert timeline(page)["drawn"] == rows
    assert not told(page, "dark")
    items = boxes(page, ".tl-rows > li")
    assert len(items) == rows
    assert overlaps(items) == 0
    assert not page.is_visible(".tl-handle")
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert timeline(page)["drawn"] < rows


@browsing
def test_no_text_of_the_timeline_is_markup(open_page: Callable[..., Any]) -> None:
    data, words = hostile()
    page = open_page(render(network(data, words), title="t"), fragment=VIEW)
    page.focus(".tl-row[tabindex='0']")
    page.keyboard.press("End")
    shown = page.evaluate("[...document.querySelectorAll('.tl-text')].map((each) => each.textContent)")
    assert set(HOSTILE) & set(shown)
    assert page.evaluate("typeof window.__xss") == "undefined"
    assert page.locator("#view-timeline img, #view-timeline script").count() == 0
