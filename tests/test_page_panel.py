"""The panel of the selected entity: facts told together, dates and numbers as people write them, paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pyoxigraph as ox
import pytest
import sample
from pages import REPAIR, ZHIJIN, browsing, told
from sample import ID, RDFS, SKOS, XSD, iri, quad

from kg.network import network
from kg.page import render

DAY = "2020-01-25T"
EAST = "+08:00"
DATES = [
    ("2020-01-24T10:00:00+08:00", "2020年1月24日 10:00", "24 January 2020, 10:00"),
    (
        "2020-01-24T10:00:05.50+05:30",
        "2020年1月24日 10:00:05.5（UTC+5:30）",
        "24 January 2020, 10:00:05.5 (UTC+5:30)",
    ),
    ("2020-01-24T10:00:00Z", "2020年1月24日 10:00（UTC）", "24 January 2020, 10:00 (UTC)"),
    ("2020-01-24T10:00:00-03:00", "2020年1月24日 10:00（UTC−3）", "24 January 2020, 10:00 (UTC−3)"),
    ("2020-01-24", "2020年1月24日", "24 January 2020"),
    ("2020-01", "2020年1月", "January 2020"),
    ("2020", "2020年", "2020"),
    ("0000", "公元前1年", "1 BC"),
    ("-0043-03-15", "公元前44年3月15日", "15 March 44 BC"),
    ("12020", "12,020年", "12,020"),
    ("-13800000000", "公元前13,800,000,001年", "13,800,000,001 BC"),
    ("--01-24", "1月24日", "24 January"),
    ("--10", "10月", "October"),
    ("---24", "24日", "24"),
    ("20:05:00", "20:05", "20:05"),
    ("someday", "someday", "someday"),
    ("2020-13-01", "2020-13-01", "2020-13-01"),
]
SPANS = [
    (f"{DAY}10:00:00{EAST}", f"{DAY}14:00:00{EAST}", "2020年1月25日 10:00–14:00", "25 January 2020, 10:00–14:00"),
    (f"{DAY}00:00:00{EAST}", f"{DAY}12:00:00{EAST}", "2020年1月25日 00:00–12:00", "25 January 2020, 00:00–12:00"),
    (f"{DAY}00:00:00{EAST}", f"{DAY}23:59:59{EAST}", "2020年1月25日", "25 January 2020"),
    (f"{DAY}00:00:00{EAST}", f"{DAY}00:00:00{EAST}", "2020年1月25日 00:00", "25 January 2020, 00:00"),
    (f"{DAY}20:00:00{EAST}", "2020-01-26T00:00:00+08:00", "2020年1月25日 20:00 – 1月26日 00:00",
     "25 January 2020, 20:00 – 26 January 2020, 00:00"),
    ("2020-01-23T00:00:00+08:00", "2020-01-26T23:59:59+08:00", "2020年1月23日–26日", "23–26 January 2020"),
    ("2020-01-30", "2020-02-02", "2020年1月30日–2月2日", "30 January – 2 February 2020"),
    ("2019-12-30", "2020-01-02", "2019年12月30日–2020年1月2日", "30 December 2019 – 2 January 2020"),
    ("2020-01", "2020-03", "2020年1月–3月", "January–March 2020"),
    ("2019-11", "2020-03", "2019年11月–2020年3月", "November 2019 – March 2020"),
    ("2019", "2020", "2019–2020年", "2019–2020"),
    ("2019", f"{DAY}23:59:59{EAST}", "2019年–2020年1月25日", "2019 – 25 January 2020"),
    ("-0044", "-0043", "公元前45年–公元前44年", "45 BC – 44 BC"),
    ("-0001", "0009", "公元前2年–公元9年", "2 BC – AD 9"),
    (f"{DAY}00:00:00{EAST}", "", "2020年1月25日起", "from 25 January 2020"),
    (f"{DAY}10:00:00{EAST}", "", "2020年1月25日 10:00 起", "from 25 January 2020, 10:00"),
    ("", f"{DAY}23:59:59{EAST}", "至2020年1月25日", "until 25 January 2020"),
    (f"{DAY}10:00:00Z", f"{DAY}12:00:00Z", "2020年1月25日 10:00–12:00（UTC）", "25 January 2020, 10:00–12:00 (UTC)"),
    (f"{DAY}10:00:00Z", f"{DAY}12:00:00+09:00", "2020年1月25日 10:00（UTC） – 2020年1月25日 12:00（UTC+9）",
     "25 January 2020, 10:00 (UTC) – 25 January 2020, 12:00 (UTC+9)"),
]  # fmt: skip
DURATIONS = [
    ("PT2H", "2 小时", "2 hours"),
    ("P1DT2H30M", "1 天 2 小时 30 分钟", "1 day 2 hours 30 minutes"),
    ("-P1Y2M", "−1 年 2 个月", "−1 year 2 months"),
    ("PT1.5S", "1.5 秒", "1.5 seconds"),
    ("PT0S", "0 秒", "0 seconds"),
    ("P", "P", "P"),
]
NUMBERS = [
    ("2020", "2020", "2020"),
    ("12345.678", "12,345.678", "12,345.678"),
    ("-1000000", "−1,000,000", "−1,000,000"),
    ("1E3", "1E3", "1E3"),
]
QUANTITIES = [
    ("5000", "5,000", "5,000"),
    ("122600", "122,600", "122,600"),
    ("14000000", "1,400 万", "14,000,000"),
    ("300000000.0", "3 亿", "300,000,000.0"),
    ("0", "0", "0"),
    ("93.18", "93.18", "93.18"),
]


@browsing
def test_dates_durations_and_numbers_are_as_people_write_them(
    sample_page: str, open_page: Callable[..., Any]
) -> None:
    """In both languages; the zone of the data, +08:00, goes without saying; what is no value stays as it is."""
    page = open_page(sample_page)
    cases = {
        "datetime": DATES,
        "when": SPANS,
        "duration": DURATIONS,
        "number": NUMBERS,
        "quantity": QUANTITIES,
    }
    for column in (-2, -1):
        for name, rows in cases.items():
            found = page.evaluate(
                f"cases => cases.map((ends) => kgPage.{name}(...ends))", [row[:-2] for row in rows]
            )
            assert found == [row[column] for row in rows]
        page.click("#lang")


def figure(**values: Any) -> list[ox.Quad]:
    """A figure with its number in a vocabulary of its own, of which only the ends of the names are known."""
    data = [quad(f"{ID}f", sample.RDF + "type", "Figure"), quad(f"{ID}f", "about", ZHIJIN)]
    return data + [quad(f"{ID}f", name, value) for name, value in values.items()]


def number(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=iri(XSD + "decimal"))


def terms() -> list[ox.Quad]:
    words = {
        "moreThan": ("多于", "more than"),
        "household": ("户", "household"),
        "percent": ("百分比", "percent"),
    }
    quads = []
    for name, (zh, en) in words.items():
        quads += [quad(name, sample.RDF + "type", SKOS + "Concept")]
        quads += [
            quad(name, SKOS + "prefLabel", ox.Literal(text, language=lang))
            for text, lang in ((zh, "zh"), (en, "en"))
        ]
    return quads


def rows(page: Any) -> dict[str, str]:
    """The facts by the names of their properties."""
    return {
        row.locator("th").inner_text(): row.locator("td").inner_text().replace("\n", " | ")
        for row in page.locator("#detail .facts tr").all()
    }


@browsing
def test_a_quantity_is_told_in_one_row(open_page: Callable[..., Any]) -> None:
    """With unit, comparator and the words as stated; bounds are told if they say more than the number."""
    words = [
        *sample.ontology(),
        *terms(),
        quad("sum", RDFS + "subPropertyOf", "http://qudt.org/schema/qudt/numericValue"),
    ]
    values = {
        "unit": "household",
        "comparator": "moreThan",
        "valueText": ox.Literal("1300多万户", language="zh"),
    }
    data = sample.data() + figure(
        sum=number("13000000"), lowerBound=number("13000000"), code=ox.Literal("x"), **values
    )
    page = open_page(render(network(data, words), title="x"), fragment=f"#{ID}f")
    assert rows(page) == {"sum": "多于 1,300 万户 | 原文“1300多万户”", "代码": "x"}
    assert page.locator("#detail .facts [title='13000000']").count() == 1
    page.click("#lang")
    assert rows(page)["sum"] == "more than 13,000,000 households | stated as “1300多万户”"
    assert page.locator("#detail .facts [lang=zh]").inner_text() == "“1300多万户”"
    apart = figure(value=number("93.18"), unit="percent", upperBound=number("95"), minValue=number("90.5"))
    page = open_page(render(network(sample.data() + apart, words), title="x"), fragment=f"#{ID}f")
    assert rows(page) == {"数值": "93.18% | minValue 90.5；upperBound 95"}


@browsing
def test_two_numbers_are_not_told_as_one(open_page: Callable[..., Any]) -> None:
    both = [*figure(value=number("3"), unit="household"), *figure(value=number("4"))]
    page = open_page(
        render(network(sample.data() + both, sample.ontology() + terms()), title="x"), fragment=f"#{ID}f"
    )
    assert rows(page) == {"unit": "户", "数值": "3 | 4"}


@browsing
def test_a_time_is_told_in_one_row(open_page: Callable[..., Any]) -> None:
    """With how exact it is, the words of the source and what of it is inferred; the exact values are in reach."""
    words = [*sample.ontology(), *terms()]
    words += [
        quad("inferredYear", sample.RDF + "type", SKOS + "Concept"),
        quad("inferredYear", SKOS + "prefLabel", ox.Literal("推断的年份", language="zh")),
    ]
    words += [
        quad("inferredPlace", sample.RDF + "type", SKOS + "Concept"),
        quad("toTheDay", sample.RDF + "type", SKOS + "Concept"),
    ]
    words += [quad("toTheDay", SKOS + "prefLabel", ox.Literal("精确到日", language="zh"))]
    node = f"{ID}e"
    data = [
        quad(node, "about", ZHIJIN),
        quad(node, "timePrecision", "toTheDay"),
        quad(node, "timeText", ox.Literal("“元宵”25日", language="zh")),
    ]
    ends = {"startsAt": f"{DAY}00:00:00{EAST}", "endsAt": f"{DAY}23:59:59{EAST}"}
    data += [
        quad(node, name, ox.Literal(text, datatype=iri(XSD + "dateTime"))) for name, text in ends.items()
    ]
    data += [quad(node, "inferredPart", part) for part in ("inferredYear", "inferredPlace")]
    data += [quad(node, "issued", ox.Literal("2020-02", datatype=iri(XSD + "gYearMonth")))]
    page = open_page(render(network(sample.data() + data, words), title="x"), fragment=f"#{node}")
    assert rows(page) == {
        "时间": "2020年1月25日 | 精确到日；原文“‘元宵’25日” | 推断的年份",
        "issued": "2020年2月",
        "inferredPart": "inferredPlace",
    }
    assert page.locator("#detail .badge").all_inner_texts() == ["推断的年份", "inferredPlace"]
    assert page.get_attribute("#detail .facts td span >> nth=0", "title") == " / ".join(ends.values())


@browsing
def test_values_are_told_by_their_kind(open_page: Callable[..., Any]) -> None:
    """Only http and https lead anywhere; line ends are kept; the exact value is in the title."""
    texts = {
        "yes": ("true", "boolean"),
        "no": ("0", "boolean"),
        "long": ("PT48H", "duration"),
        "many": ("1234567", "integer"),
        "home": ("https://a.test.example.org/", "anyURI"),
    }
    data = [*sample.data(), quad(f"{ID}v", "about", ZHIJIN), quad(f"{ID}v", "lines", ox.Literal("a\nb"))]
    data += [quad(f"{ID}v", "post", ox.Literal("mailto:a@b.example"))]
    data += [
        quad(f"{ID}v", name, ox.Literal(text, datatype=iri(XSD + kind)))
        for name, (text, kind) in texts.items()
    ]
    page = open_page(render(network(data, sample.ontology()), title="x"), fragment=f"#{ID}v")
    assert rows(page) == {
        "home": "https://a.test.example.org/", "lines": "a | b", "long": "48 小时", "many": "1,234,567",
        "no": "否", "post": "mailto:a@b.example", "yes": "是",
    }  # fmt: skip
    assert page.locator("#detail .facts a").all_inner_texts() == ["https://a.test.example.org/"]
    assert page.get_attribute("#detail .facts [title='1234567']", "title") == "1234567"


@browsing
def test_many_neighbours_come_by_and_by(open_page: Callable[..., Any]) -> None:
    """In both directions and in order, itself too; the focus goes to the first that is new."""
    hub = f"{ID}hub"
    data = [quad(hub, RDFS + "label", ox.Literal("hub")), quad(hub, "knows", hub)]
    for i in range(500):
        data += [quad(f"{ID}n{i}", "knows", hub), quad(f"{ID}n{i}", RDFS + "label", ox.Literal(f"n {i}"))]
    page = open_page(render(network(data, []), title="x", lang="en"), fragment=f"#{hub}")
    outward, inward = page.locator("#detail .near").all()
    assert outward.locator("a").all_inner_texts() == ["hub"]
    assert inward.locator("a").count() == 12
    for shown in (212, 412, 500):
        first = inward.locator("a").count()
        inward.locator("button").focus()
        page.keyboard.press("Enter")
        assert inward.locator("a").count() == shown
        assert page.evaluate("document.activeElement.innerText") == f"n {first}"
    assert inward.locator("a").all_inner_texts() == [f"n {i}" for i in range(500)]
    assert inward.locator("button").count() == 0


@browsing
@pytest.mark.parametrize("view", ["network", "table", "timeline", "map"])
@pytest.mark.parametrize("landscape", [False, True], ids=["portrait", "landscape"])
def test_paper_has_title_picture_legend_and_panel(
    sample_page: str, view: str, landscape: bool, open_page: Callable[..., Any]
) -> None:
    """In this order, as wide as the sheet, in light colours, without what only a screen needs."""
    sheet = {"width": 1017, "height": 688} if landscape else {"width": 688, "height": 1017}
    page = open_page(sample_page, fragment=f"#{ZHIJIN}&view={view}", viewport=sheet, color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    tops = [
        page.locator(part).bounding_box()["y"]
        for part in ("#title", f"#view-{view}", "#legend", "#detail h2")
    ]
    assert tops == sorted(tops)
    assert page.evaluate("document.documentElement.scrollWidth") <= sheet["width"]
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "light"
    for hidden in ("#search", ".tabs", "#detail .plain", ".turtle"):
        assert not page.locator(hidden).first.is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert told(page, "dark") is True


@browsing
def test_paper_shows_no_classes_that_are_filtered_and_no_overview(
    sample_page: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page, fragment="#hide=Place")
    page.emulate_media(media="print")
    legend = page.inner_text("#legend")
    assert "地点" not in legend
    assert "技术系统" in legend
    assert not page.is_visible("#detail")
    assert "已隐藏" in page.inner_text("#hidden")


@browsing
def test_network_on_paper_is_as_sharp_as_a_printer(sample_page: str, open_page: Callable[..., Any]) -> None:
    """The canvas has three dots for each of the screen while it prints, and as before afterwards."""
    page = open_page(sample_page)
    dots = "(({ width, clientWidth }) => width / clientWidth)(document.querySelector('#graph canvas'))"
    assert page.evaluate(dots) == 1
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(dots) == pytest.approx(3, abs=0.01)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert told(page, "zoom") > 0
    assert page.evaluate(dots) == 1


@browsing
def test_legend_stands_in_columns(open_page: Callable[..., Any]) -> None:
    """However long the words: the boxes of each column are in line, and so are the counts."""
    names = [
        "行动者",
        "an organisation with a rather long name",
        "地点",
        "技术系统",
        "事件",
        "emergency communication",
        "数据",
    ]
    words = [quad(f"k{i}", RDFS + "label", ox.Literal(name)) for i, name in enumerate(names)]
    data = [quad(f"x{i}n{n}", sample.RDF + "type", f"k{i}") for i in range(len(names)) for n in range(i + 1)]
    page = open_page(render(network(data, words), title="x"))
    lefts = {round(box.bounding_box()["x"]) for box in page.locator("#legend > li > .item input").all()}
    assert len(lefts) <= 2


@browsing
def test_panel_fits_a_phone(repository: Any, open_page: Callable[..., Any]) -> None:
    """Nothing runs over the edge, not even with the Turtle open."""
    page = open_page(
        repository.page(lang="en").html,
        viewport={"width": 390, "height": 844},
        fragment="#" + next(iter(repository.network())),
    )
    page.click("#detail summary")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    over = page.evaluate(
        "[...detail.querySelectorAll('*:not(pre *)')].filter((each) => each.getBoundingClientRect().right > 390).map((each) => each.className)"
    )
    assert over == []
    assert re.search(r"@prefix", page.inner_text("#detail pre"))
    assert page.locator(f"#detail a[href*='{REPAIR}']").count() == 0
