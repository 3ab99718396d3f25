"""Finding in the page: search in both languages and pinyin, filters by relation, place and time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyoxigraph as ox
import pytest
import sample
from pages import REPAIR, ZHIJIN, browsing, hostile, told

from kg.network import network
from kg.page import render

GUIZHOU = f"{sample.ID}place/guizhou"
NAMES = {  # local name: label, other names
    "cq": ("重庆有线", ()),
    "cs": ("長沙市", ()),
    "gg": ("贵州广电", ("贵广网络", "Guiguang")),
    "gz": ("贵州", ()),
    "hs": ("花石镇（贵州）", ()),
    "lx": ("旅行社", ()),
    "xa": ("西安", ()),
    "cafe": ("Café Guilin", ()),
    "wide": ("ＡＢＣ公司", ()),
}


def named() -> tuple[list[ox.Quad], list[ox.Quad]]:
    quads = []
    for key, (label, others) in NAMES.items():
        subject = sample.ID + key
        quads += [sample.quad(subject, "knows", sample.ID + "gz")]
        quads += [sample.quad(subject, f"{sample.RDFS}label", ox.Literal(label, language="zh"))]
        quads += [sample.quad(subject, "nick", ox.Literal(other, language="zh")) for other in others]
    return quads, [sample.quad("nick", f"{sample.RDFS}subPropertyOf", f"{sample.SKOS}altLabel")]


@pytest.fixture(scope="module")
def named_page() -> str:
    return render(network(*named()), title="x")


def hits(page: Any, text: str) -> list[str]:
    page.fill("#search", text)
    return [iri.removeprefix(sample.ID) for iri in told(page, "hits")]


@browsing
def test_search_in_pinyin(named_page: str, open_page: Callable[..., Any]) -> None:
    """Whole syllables, initials, both mixed, with characters and marks of tone; the best first."""
    page = open_page(named_page)
    for text, first in {
        "guizhou": "gz gg hs",
        "gui zhou": "gz gg hs",
        "GUÌZHŌU": "gz gg hs",
        "gz": "gz gg hs",
        "贵zhou": "gz gg hs",
        "gzhou": "gz gg hs",
        "guizh": "gz gg hs",
        "gzgd": "gg",
        "guizhouguangd": "gg",
        "zhougd": "gg",
        "chongqing": "cq",
        "cqyx": "cq",
        "changsha": "cs",
        "lvxing": "lx",
        "luxing": "lx",
        "lyuxing": "lx",
        "lüxing": "lx",
        "xi'an": "xa",
        "xian": "xa",
        "ggwl": "gg",
        "guiguangwangluo": "gg",
        "贵广": "gg",
        "guiguang": "gg",
        "cafe": "cafe",
        "abc gs": "wide",
        "abc": "wide",
        "广电 贵州": "gg",
        "guangdian gui": "gg",
    }.items():
        wanted = first.split()
        assert hits(page, text)[: len(wanted)] == wanted, text
    for text in ("zgn", "guizhouz", "iz", "nx"):
        assert hits(page, text) == [], text


@browsing
def test_a_name_comes_before_pinyin_and_the_beginning_before_the_inside(
    named_page: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(named_page)
    found = hits(page, "gui")
    assert found.index("gg") < found.index("cafe")
    assert found.index("cafe") < found.index("hs")
    assert hits(page, "cs")[0] == "cs"


@browsing
def test_what_was_typed_is_marked(named_page: str, open_page: Callable[..., Any]) -> None:
    """Of pinyin the characters that it says; another name is told if it is why."""
    page = open_page(named_page)
    for text, marked in {
        "guizhougd": ["贵州广电"],
        "zhougd": ["州广电"],
        "广电 贵": ["贵", "广电"],
        "guizhou g": ["贵州广"],
        "ggwl": ["贵广网络"],
        "café": ["Café"],
        "abc": ["ＡＢＣ"],
    }.items():
        page.fill("#search", text)
        assert page.locator("#hits li").first.locator("mark").all_inner_texts() == marked, text


@browsing
def test_more_hits_than_are_listed_are_counted(sample_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(sample_page)
    page.fill("#search", "光缆")
    total = page.evaluate("kgPage.find('光缆').total")
    assert len(told(page, "hits")) == 30 < total
    assert page.locator("#hits li").last.inner_text().startswith(f"还有 {total - 30} 个")
    assert page.inner_text("#live") == f"{total} 个结果"


@browsing
def test_a_hit_is_taken_by_touch_on_a_phone(sample_page: str, open_page: Callable[..., Any]) -> None:
    """Nothing lies over the list."""
    page = open_page(sample_page, viewport={"width": 390, "height": 844}, has_touch=True)
    page.fill("#search", "zhijin")
    page.locator("#hits [role=option]").first.tap(timeout=5000)
    assert told(page, "selected") == ZHIJIN


@browsing
def test_search_goes_round_from_the_keyboard(sample_page: str, open_page: Callable[..., Any]) -> None:
    """Up from the first hit is the last one that can be taken; a hit that a filter hides says so and is shown."""
    page = open_page(sample_page, fragment="#hide=Place")
    page.keyboard.press("/")
    page.keyboard.type("zhijinxian")
    found = told(page, "hits")
    assert found[0] == ZHIJIN
    assert "被筛选隐藏" in page.inner_text("#hit0")
    assert "被筛选隐藏" not in page.inner_text("#hit1")
    page.keyboard.press("ArrowUp")
    assert page.get_attribute("#search", "aria-activedescendant") == f"hit{len(found) - 1}"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert told(page, "selected") == ZHIJIN
    assert ZHIJIN in told(page, "visible")


@browsing
def test_a_place_is_chosen_from_the_keyboard_with_all_that_is_in_it(
    sample_page: str, sample_graph: Any, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page)
    page.focus("#filtering summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "place"
    page.keyboard.type("guizhou")
    counted = int(page.inner_text("#place0 .count"))
    page.keyboard.press("Enter")
    shown = told(page, "visible")
    assert {GUIZHOU, ZHIJIN, REPAIR} <= set(shown)
    assert f"{sample.ID}place/qianxi" not in shown
    assert len(shown) == counted
    assert page.evaluate("location.hash") == f"#in={GUIZHOU}"
    assert told(page, "filters") == {"place": len(sample_graph) - counted}
    assert page.inner_text("#by-place .state").startswith(f"隐藏 {len(sample_graph) - counted} 个节点")
    page.click("#by-place .state button")
    assert len(told(page, "visible")) == len(sample_graph)
    assert page.evaluate("document.activeElement.id") == "place"


@browsing
def test_places_stand_under_the_place_they_lie_in(
    sample_page: str, sample_graph: Any, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page)
    page.click("#filtering summary")
    page.click("#place")
    listed = page.locator("#places li .tree").evaluate_all(
        "(all) => all.map((each) => [each.innerText, each.classList.contains('deep1')])"
    )
    assert len(listed) == sum(sample_graph.nodes[key]["place"] for key in sample_graph)
    above = None
    for name, deep in listed:
        above = above if deep else name
        if name == "织金县":
            assert (deep, above) == (True, "贵州")
    page.keyboard.press("Escape")
    assert not page.is_visible("#places")
    page.fill("#place", "")
    page.keyboard.press("Tab")
    assert told(page, "filters") == {}


@browsing
@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2020", "2020"),
        ("2020-01", "2020-01"),
        ("2020年1月24日", "2020-01-24"),
        ("2020/1/24", "2020-01-24"),
        ("2020-01-24T10:00", "2020-01-24T10:00"),
        ("２０２０-01-24 9:05", "2020-01-24T09:05"),
        ("2020-01-24T10:00:30+08:00", "2020-01-24T10:00:30+08:00"),
        ("-0044-03-15", "-0044-03-15"),
    ],
)
def test_a_time_is_read_as_people_write_it(
    typed: str, read: str, sample_page: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page)
    page.click("#filtering summary")
    page.fill("#timeFrom", typed)
    page.keyboard.press("Enter")
    assert page.inner_text("#time-error") == ""
    assert page.evaluate("decodeURIComponent(location.hash)") == f"#time={read}.."
    again = open_page(sample_page, fragment=page.evaluate("location.hash"))
    assert again.evaluate("document.getElementById('filtering').open")
    assert again.input_value("#timeFrom") == read.replace("T", " ")
    assert told(again, "visible") == told(page, "visible")


@browsing
def test_what_is_no_date_is_told_and_changes_nothing(
    sample_page: str, sample_graph: Any, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page)
    page.click("#filtering summary")
    assert page.get_attribute("#timeFrom", "placeholder") == "2020-01-25"
    for text in ("soon", "2020-02-30", "2020-13", "2020-01-24 25:00", "24"):
        page.fill("#timeTo", text)
        page.keyboard.press("Enter")
        assert text in page.inner_text("#time-error")
        assert page.get_attribute("#timeTo", "aria-invalid") == "true"
        assert len(told(page, "visible")) == len(sample_graph)
    page.fill("#timeTo", "2020-01-24")
    page.fill("#timeFrom", "2020-01-25")
    page.keyboard.press("Enter")
    assert page.inner_text("#time-error") == "开始晚于结束，没有符合的日期。"
    assert page.get_attribute("#timeTo", "aria-invalid") is None
    page.click("#by-time .state button")
    assert page.inner_text("#time-error") == page.input_value("#timeFrom") == ""


@browsing
def test_relations_are_counted_and_hidden(
    sample_page: str, sample_graph: Any, open_page: Callable[..., Any]
) -> None:
    """Most frequent first; all and none; the nodes stay, and what is hidden is counted."""
    page = open_page(sample_page)
    page.click("#filtering summary")
    counts = [int(text) for text in page.locator(".ticks .count").all_inner_texts()]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == sample_graph.number_of_edges()
    row = page.locator(".ticks label", has_text="发生地")
    row.locator("input").uncheck()
    count = int(row.locator(".count").inner_text())
    assert page.inner_text("#hides") == f"已隐藏 {count} 条关系"
    assert told(page, "filters") == {"unlinked": count}
    assert page.evaluate("location.hash") == "#unlink=tookPlaceIn"
    page.click("#nothing")
    assert told(page, "filters") == {"unlinked": sum(counts)}
    assert page.locator(".ticks input:checked").count() == 0
    assert len(told(page, "visible")) == len(sample_graph)
    page.click("#every")
    assert page.locator(".ticks input:not(:checked)").count() == 0
    assert not page.is_visible("#hidden")


@browsing
def test_the_filters_speak_both_languages_and_say_how_many_are_on(
    sample_page: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page, fragment=f"#in={GUIZHOU}&time=2020&unlink=partOf")
    assert page.inner_text("#filtering summary") == "筛选\n3 项生效"
    assert page.input_value("#place") == "贵州"
    page.click("#lang")
    assert page.inner_text("#filtering summary") == "Filters\n3 on"
    assert page.input_value("#place") == "Guizhou"
    words = page.inner_text("#filters")
    assert not [letter for letter in words if "\u4e00" <= letter <= "\u9fff"]
    page.click("#all")
    assert page.inner_text("#filtering summary") == "Filters"
    assert page.input_value("#place") == page.input_value("#timeFrom") == ""


@browsing
def test_a_graph_without_times_places_and_links_has_no_filter_for_them(open_page: Callable[..., Any]) -> None:
    a = f"{sample.ID}a"
    page = open_page(render(network([sample.quad(a, f"{sample.RDF}type", "Person")], []), title="x"))
    assert not page.is_visible("#filters")
    assert not page.is_visible("#path")
    page = open_page(render(network([sample.quad(a, "knows", f"{a}b")], []), title="x"))
    page.click("#filtering summary")
    assert page.locator("#filters fieldset").count() == 1


@browsing
def test_hostile_names_stay_text_in_hits_and_filters(open_page: Callable[..., Any]) -> None:
    page = open_page(render(network(*hostile()), title="x"))
    for text in ("script", "window.__xss", "<img", "'`{{", "javascript:"):
        page.fill("#search", text)
        assert told(page, "hits")
    page.click("#filtering summary")
    assert page.locator("#hits script, #hits img, #filters script, #filters img").count() == 0
    assert page.evaluate("window.__xss") is None
