"""The page's questions: a menu of the named queries, their rows, and what they name highlighted."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import sample
from pages import HOSTILE, ZHIJIN, browsing, hostile, told

from kg import query_data, query_text
from kg.network import network
from kg.page import render

PREFIXES = {
    "": sample.KG,
    "rdfs": sample.RDFS,
    "id": sample.ID,
    "place": f"{sample.ID}place/",
    "repair": f"{sample.ID}repair/",
}
HEAD = "# title: {}\n# zh: {}\n# en: {}\n"
REPAIRS = (
    HEAD.format("Repairs", "抢修用了多久？", "How long did the repairs take?")
    + """# zh names: repair = 抢修, hours = 小时数
# param lang = zh
SELECT ?repair ?starts_at ?hours ?place WHERE {
  ?figure :describes ?r ; :value ?hours . ?r :startsAt ?starts_at ; :tookPlaceIn ?p ; rdfs:label ?repair .
  ?p rdfs:label ?place FILTER(LANG(?repair) = ?lang && LANG(?place) = ?lang)
} ORDER BY ?place
"""
)
WITHIN = (
    HEAD.format("Within", "织金县在哪里？", "Where is Zhijin?")
    + "# param part = place:zhijin\nSELECT ?whole WHERE { ?part :containedIn ?whole }\n"
)
QUERIES = {
    "repairs": REPAIRS,
    "within": WITHIN,
    "made": HEAD.format("Made", "谁在哪里抢修？", "Who repaired where?")
    + "CONSTRUCT { ?r :tookPlaceIn ?p } WHERE { ?r a :Repair ; :tookPlaceIn ?p . ?p rdfs:label '织金县'@zh }",
    "truth": HEAD.format("Truth", "有没有抢修？", "Were there repairs?") + "ASK { ?x a :Repair }",
    "empty": HEAD.format("Empty", "谁也没有？", "Nobody?") + "SELECT ?x { ?x :none ?y }",
    "codes": HEAD.format("Codes", "区划代码有哪些？", "Which codes?")
    + "SELECT ?code ?kind { ?p :code ?code ; a ?kind } ORDER BY ?code",
}
ONE = "#view=queries&ask=repairs"


def asked(texts: dict[str, str], quads: list[ox.Quad]) -> list[query_data.Asked]:
    filled = ox.Store()
    filled.extend(quads)
    found = (query_text.described(text, Path(f"{name}.rq")) for name, text in texts.items())
    return [query_data.ask(query, filled, PREFIXES, {}) for query in found]


def page_of(
    texts: dict[str, str], data: list[ox.Quad], words: list[ox.Quad], *, opening: str = "", lang: str = "zh"
) -> str:
    drawn = network(data, words)
    queries = query_data.packed(asked(texts, [*data, *words]), drawn, PREFIXES)
    return render(drawn, title="问题", queries=queries, opening=opening, lang=lang)


@pytest.fixture(scope="module")
def html() -> str:
    """The sample with all its queries; not to be changed."""
    return page_of(QUERIES, sample.data(), sample.ontology())


def column(page: Any, number: int) -> list[str]:
    return [text.strip() for text in page.locator(f".rows tbody td:nth-child({number})").all_inner_texts()]


@browsing
def test_without_queries_there_is_no_tab(sample_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(sample_page, fragment="#view=queries&ask=repairs")
    assert "queries" not in told(page, "views")
    assert (told(page, "ask"), told(page, "emphasis")) == ("", None)


@browsing
def test_a_question_is_chosen_from_the_menu(html: str, open_page: Callable[..., Any]) -> None:
    """In the language of the page; it is kept in the address."""
    page = open_page(html, fragment="#view=queries")
    assert page.locator(".menu button").all_inner_texts()[:2] == ["抢修用了多久？", "织金县在哪里？"]
    page.click("[data-ask=repairs]")
    assert page.inner_text("#question") == "抢修用了多久？"
    assert page.locator(".rows thead th").all_inner_texts() == ["抢修", "starts at", "小时数", "place"]
    assert len(column(page, 1)) == 28
    assert "ask=repairs" in page.url
    page.click("#lang")
    assert page.inner_text("#question") == "How long did the repairs take?"
    assert "Zhijin County" in column(page, 4)
    assert page.locator(".rows thead th").all_inner_texts() == ["repair", "starts at", "hours", "place"]
    page.go_back()
    page.wait_for_function("window.kgPage.ask === ''")
    assert page.locator(".rows").count() == 0


@browsing
def test_what_the_rows_name_is_highlighted_until_the_mark_is_taken_away(
    html: str, open_page: Callable[..., Any]
) -> None:
    """Repairs, places, and the links between what one row names; a mark in the side panel says so."""
    page = open_page(html, fragment=ONE)
    emphasis = told(page, "emphasis")
    assert len(emphasis["nodes"]) == 56
    assert emphasis["links"] == 28
    assert page.inner_text("#marks li span") == "抢修用了多久？"
    assert "突出显示 56 个节点" in page.inner_text(".counts")
    page.click("#marks button")
    assert (told(page, "emphasis"), told(page, "ask"), page.is_visible("#marks")) == (None, "", False)


@browsing
def test_parameters_are_told_and_highlighted(html: str, open_page: Callable[..., Any]) -> None:
    page = open_page(html, fragment="#view=queries&ask=within")
    assert page.inner_text(".given").replace("\n", "") == "part：织金县"
    assert ZHIJIN in told(page, "emphasis")["nodes"]
    page.click(".given a")
    assert told(page, "selected") == ZHIJIN


@browsing
def test_a_graph_is_shown_as_links_and_these_are_highlighted(
    html: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(html, fragment="#view=queries&ask=made")
    assert page.locator(".rows thead th").all_inner_texts() == ["从", "关系", "到"]
    assert [column(page, i) for i in (1, 2, 3)] == [["织金县光缆抢修恢复"], ["发生地"], ["织金县"]]
    assert told(page, "emphasis")["links"] == 1


@browsing
@pytest.mark.parametrize(("name", "says"), [("truth", "是"), ("empty", "没有符合的内容")])
def test_answers_without_rows_say_what_they_are(
    name: str, says: str, html: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(html, fragment=f"#view=queries&ask={name}")
    assert says in page.inner_text(".about")
    assert page.locator(".rows").count() == 0
    assert told(page, "emphasis") is None


@browsing
def test_cells_are_as_people_read_them(html: str, open_page: Callable[..., Any]) -> None:
    """Nodes are links, numbers stand to the right, times are written out, words of the ontology have names."""
    page = open_page(html, fragment=ONE)
    assert page.get_attribute(".rows tbody tr:first-child td:first-child a", "href").startswith(
        f"#{sample.ID}repair/"
    )
    assert page.evaluate("getComputedStyle(document.querySelector('.rows td.number')).textAlign") == "right"
    assert "T" not in column(page, 2)[0]
    page.click("[data-ask=codes]")
    assert set(column(page, 2)) == {"地点"}
    assert column(page, 1)[0] == "520500"
    assert page.get_attribute(".rows tbody td:nth-child(2) span", "title") == f"{sample.KG}Place"


@browsing
def test_columns_sort_by_value_and_back(html: str, open_page: Callable[..., Any]) -> None:
    page = open_page(html, fragment=ONE)
    as_asked = column(page, 3)
    for way in ("ascending", "descending", None):
        page.click(".rows [data-column='2']")
        assert page.get_attribute(".rows th:nth-child(3)", "aria-sort") == way
        assert page.evaluate("document.activeElement.dataset.column") == "2"
        numbers = [int(text) for text in column(page, 3)]
        if way:
            assert numbers == sorted(numbers, reverse=way == "descending")
    assert column(page, 3) == as_asked


@browsing
def test_everything_is_done_with_the_keyboard(html: str, open_page: Callable[..., Any]) -> None:
    """From tab to menu to rows to the panel, and back with Escape."""
    page = open_page(html)
    page.focus("#tab-network")
    page.keyboard.press("End")
    assert told(page, "view") == "queries"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert told(page, "ask") == "repairs"
    assert page.evaluate("document.activeElement.dataset.ask") == "repairs"
    page.focus(".rows tbody a[tabindex='0']")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    text = page.evaluate("document.activeElement.textContent")
    assert text == column(page, 4)[1]
    page.keyboard.press("Enter")
    assert page.inner_text("#detail-title") == text
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == text
    assert page.locator(".rows a[tabindex='0']").count() == 1


@browsing
def test_the_selected_is_marked_in_the_rows(html: str, open_page: Callable[..., Any]) -> None:
    page = open_page(html, fragment=f"#{ZHIJIN}&view=queries&ask=repairs")
    assert page.locator(".rows td[aria-current]").all_inner_texts() == ["织金县"]


@browsing
def test_the_rows_are_taken_along(html: str, tmp_path: Path, open_page: Callable[..., Any]) -> None:
    """As a file and as text, in the order that is seen; the query too."""
    page = open_page(html, fragment=ONE, allow=("request: blob:",))
    with page.expect_download() as waiting:
        page.click("#csv-rows")
    assert waiting.value.suggested_filename == "repairs.csv"
    waiting.value.save_as(tmp_path / "rows.csv")
    with (tmp_path / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["抢修", "starts at", "小时数", "place"]
    assert [row[3] for row in rows[1:]] == column(page, 4)
    page.evaluate(
        "() => { navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }; }"
    )
    page.click("#copy-rows")
    assert len(page.evaluate("window.copied").split("\n")) == 29
    page.click(".sparql summary")
    page.click(".sparql button")
    assert (
        page.evaluate("window.copied")
        == REPAIRS
        == page.evaluate("document.querySelector('.sparql pre').textContent")
    )


@browsing
def test_the_page_opens_as_it_was_asked_to(open_page: Callable[..., Any]) -> None:
    """Its address, where it has one, decides."""
    html = page_of(QUERIES, sample.data(), sample.ontology(), opening="ask=within")
    page = open_page(html)
    assert (told(page, "view"), told(page, "ask")) == ("network", "within")
    assert len(told(page, "emphasis")["nodes"]) == 2
    assert told(open_page(html, fragment=f"#{ZHIJIN}"), "ask") == ""


@browsing
def test_a_question_asked_with_other_parameters_says_so(open_page: Callable[..., Any]) -> None:
    data, words = sample.data(), sample.ontology()
    drawn, filled = network(data, words), ox.Store()
    filled.extend([*data, *words])
    query = query_text.described(WITHIN, Path("within.rq"))
    own = query_data.ask(query, filled, PREFIXES, {"part": "place:weining"})
    html = render(drawn, title="x", queries=query_data.packed([own], drawn, PREFIXES), opening="ask=within")
    page = open_page(html, fragment="#view=queries&ask=within")
    assert page.inner_text("#question") == "织金县在哪里？（改问 part：威宁县）"


@browsing
def test_the_table_has_what_is_highlighted_first(html: str, open_page: Callable[..., Any]) -> None:
    page = open_page(html, fragment="#view=table&ask=within")
    rows = page.locator("#view-table tbody tr")
    assert {rows.nth(i).locator("th").inner_text().split("\n")[0] for i in (0, 1)} == {"织金县", "贵州"}
    assert page.locator("#view-table tr.marked").count() == 2
    assert "突出显示的 2 个排在最前" in page.inner_text("#view-table caption")


@browsing
def test_a_timeline_without_what_is_highlighted_says_so(html: str, open_page: Callable[..., Any]) -> None:
    """And fades nothing; else it says how many, and shows the first."""
    page = open_page(html, fragment="#view=timeline&ask=within")
    assert page.inner_text(".tl-marked") == "突出显示的节点都没有时间"
    assert page.locator(".tl-row.faint").count() == 0
    page = open_page(html, fragment="#view=timeline&ask=made", viewport={"width": 1280, "height": 420})
    assert page.inner_text(".tl-marked") == f"突出显示 {page.locator('.tl-row.strong').count()} 项"
    assert page.locator(".tl-row.faint").count() > 0
    box = page.locator(".tl-row.strong").first.bounding_box()
    assert 0 < box["y"] < 420


@browsing
def test_many_questions_can_be_searched(open_page: Callable[..., Any]) -> None:
    many = {
        f"q{i:02}": HEAD.format(f"t{i}", f"问题{i}？", f"Question {i}?") + WITHIN.split("\n", 3)[3]
        for i in range(20)
    }
    page = open_page(page_of(many, sample.data(), sample.ontology()), fragment="#view=queries")
    assert page.locator(".menu button").count() == 20
    page.fill(".menu input", "question 17")
    assert page.locator(".menu button").all_inner_texts() == ["问题17？"]
    page.fill(".menu input", "没有")
    assert page.inner_text(".menu .none") == "没有匹配的问题"


@browsing
def test_long_answers_say_how_much_is_shown(open_page: Callable[..., Any]) -> None:
    """What the rows beyond name is highlighted all the same."""
    values = " ".join(f"'{i:04}'" for i in range(700))
    long = f"SELECT ?x {{ VALUES ?x {{ {values} place:zhijin }} }} ORDER BY ISIRI(?x) ?x"
    page = open_page(
        page_of({"long": long}, sample.data(), sample.ontology()), fragment="#view=queries&ask=long"
    )
    assert "前 500 行，共 701 行" in page.inner_text(".counts")
    assert page.locator(".rows tbody tr").count() == 500
    assert told(page, "emphasis")["nodes"] == [ZHIJIN]


@browsing
def test_a_question_that_failed_says_why(open_page: Callable[..., Any]) -> None:
    from kg.errors import QueryError

    drawn = network(sample.data(), sample.ontology())
    fault = query_data.Asked(
        query_text.Query("SELECT {", title="Broken"), "broken", fault=QueryError("a <b>fault</b>")
    )
    html = render(drawn, title="x", queries=query_data.packed([fault], drawn, {}))
    page = open_page(html, fragment="#view=queries&ask=broken")
    assert page.inner_text(".fault") == "这个问题没能得到回答：a <b>fault</b>"
    assert "未能回答" in page.inner_text(".menu")


@browsing
def test_no_text_of_a_query_is_markup(open_page: Callable[..., Any]) -> None:
    data, words = hostile()
    texts = {
        f"h{i}": HEAD.format(*[text.replace("\u2028", " ").replace("\u2029", " ")] * 3)
        + "SELECT ?s ?o WHERE { ?s rdfs:label ?o FILTER(CONTAINS(STR(?s), 'javascript')) }"
        for i, text in enumerate(HOSTILE)
    }
    page = open_page(page_of(texts, data, words), fragment="#view=queries&ask=h0")
    page.click("[data-ask=h2]")
    assert page.inner_text("#question") == HOSTILE[2]
    assert page.locator(".asking img, .asking script, .asking a[href^=javascript]").count() == 0
    assert page.evaluate("typeof window.__xss") == "undefined"


@browsing
def test_on_a_small_screen_one_thing_is_shown_at_a_time(html: str, open_page: Callable[..., Any]) -> None:
    """The menu or the answer; what is wider scrolls in itself."""
    page = open_page(html, fragment="#view=queries", viewport={"width": 390, "height": 844})
    page.click("[data-ask=repairs]")
    assert not page.is_visible(".menu")
    assert page.evaluate("document.activeElement.id") == "question"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("tabs.scrollWidth <= tabs.clientWidth")
    page.click(".back")
    assert page.is_visible(".menu")
    assert page.evaluate("document.activeElement.closest('.menu') !== null")


@browsing
def test_an_answer_is_printed_whole(html: str, open_page: Callable[..., Any]) -> None:
    page = open_page(html, fragment=ONE)
    page.emulate_media(media="print")
    assert not page.is_visible(".menu")
    assert not page.is_visible(".does")
    assert page.is_visible("#question")
    assert page.locator(".rows tbody tr").last.bounding_box()["y"] > 800
