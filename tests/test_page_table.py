"""The page's table: the same entities as the network, to sort, to open, to take along."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pages import HOSTILE, REPAIR, ZHIJIN, browsing, hostile, told

from kg.network import network
from kg.page import render

TABLE = "#view=table"


def column(page: Any, name: str) -> list[str]:
    cell = "th" if name == "name" else f"td.{name}"
    return [text.strip() for text in page.locator(f".nodes tbody {cell}").all_inner_texts()]


@browsing
def test_rows_are_the_visible_nodes(
    sample_page: str, sample_graph: Any, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page, fragment=TABLE)
    assert page.locator(".nodes tbody tr").count() == len(sample_graph)
    page.locator("#legend label", has_text="地点").locator("input").uncheck()
    assert page.locator(".nodes tbody tr").count() == len(told(page, "visible"))
    assert f"，共 {len(sample_graph)} 个；" in page.inner_text(".nodes caption")


@browsing
def test_a_row_tells_names_class_links_time_place_and_sources(
    sample_page: str, sample_graph: Any, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page, fragment=TABLE)
    row = page.locator(".nodes tr", has=page.locator(f"a[href='#{REPAIR}']"))
    cells = ["repair of the fibre route in Zhijin", "抢修恢复", str(sample_graph.degree(REPAIR))]
    assert row.locator("th").inner_text() == "织金县光缆抢修恢复"
    assert row.locator("td").all_inner_texts() == [*cells, "2020年1月25日 20:00 起", "织金县", "第 1 段摘要"]


@browsing
def test_headers_sort_and_say_so(sample_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(sample_page, fragment=TABLE)
    degrees = [int(text) for text in column(page, "degree")]
    assert degrees == sorted(degrees, reverse=True)
    assert page.get_attribute("th:has([data-column=degree])", "aria-sort") == "descending"
    page.focus("[data-column=degree]")
    page.keyboard.press("Enter")
    assert [int(text) for text in column(page, "degree")] == sorted(degrees)
    assert page.evaluate("document.activeElement.dataset.column") == "degree"
    assert "升序" in page.inner_text("#live")
    page.click("[data-column=time]")
    times = column(page, "time")
    dated = [time for time in times if time]
    assert times[: len(dated)] == dated, "what has no time comes last"
    assert page.locator("[aria-sort]").count() == 1


@browsing
def test_rows_open_by_mouse_and_keyboard(sample_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(sample_page, fragment=TABLE)
    page.locator(".nodes tbody tr").nth(3).locator("td").nth(1).click()
    first = told(page, "selected")
    assert page.get_attribute(".nodes tr[aria-current] a", "href") == f"#{first}"
    page.focus(".nodes tbody tr:nth-child(4) a")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert told(page, "selected") != first
    assert page.evaluate("document.activeElement.id") == "detail-title"
    page.keyboard.press("Escape")
    assert told(page, "selected") is None
    assert page.evaluate("document.activeElement.closest('tr') !== null")


@browsing
def test_a_found_node_is_brought_into_sight(sample_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(sample_page, fragment=f"{TABLE}&sort=name")
    page.fill("#search", "织金县")
    page.keyboard.press("Enter")
    assert told(page, "selected") == ZHIJIN
    box = page.locator(".nodes tr[aria-current]").bounding_box()
    assert 40 < box["y"] < 780


@browsing
@pytest.mark.parametrize("hidden", ["", "&hide=Place"])
def test_csv_has_every_visible_node_without_any_request(
    hidden: str, sample_page: str, tmp_path: Path, open_page: Callable[..., Any]
) -> None:
    page = open_page(sample_page, fragment=TABLE + hidden, allow=("request: blob:",))
    with page.expect_download() as waiting:
        page.click("#csv")
    file = tmp_path / "table.csv"
    waiting.value.save_as(file)
    assert waiting.value.suggested_filename == "应急 图谱 .csv".replace(" .", ".")
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["标识"] for row in rows} == set(told(page, "visible"))
    assert {row["名称"] for row in rows} >= {"织金县光缆抢修恢复"}


@browsing
def test_copy_takes_the_rows_along(sample_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(sample_page, fragment=TABLE)
    page.evaluate(
        "navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }"
    )
    page.click("#copy")
    lines = page.evaluate("window.copied").split("\n")
    assert len(lines) == 1 + len(told(page, "visible"))
    assert lines[0].startswith("名称\t")
    assert "已复制" in page.inner_text("#live")


@browsing
def test_no_cell_is_a_formula_or_markup(open_page: Callable[..., Any]) -> None:
    """Texts of the worst kind are text in the table, and a spreadsheet calculates none of them."""
    data, words = hostile()
    page = open_page(render(network(data, words), title="=1+1"), fragment=TABLE)
    shown = page.evaluate("[...document.querySelectorAll('.nodes th a')].map((a) => a.textContent)")
    assert set(HOSTILE) <= set(shown)
    assert page.evaluate("typeof window.__xss") == "undefined"
    assert page.locator(".nodes img, .nodes script").count() == 0
    cells = [cell for row in csv.reader(told(page, "csv").splitlines()) for cell in row]
    assert [cell for cell in cells if cell[:1] in ("=", "+", "@", "-")] == []


@browsing
def test_table_on_a_small_screen_scrolls_in_itself(sample_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(sample_page, fragment=TABLE, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('.sheet').scrollWidth > 390")


@browsing
def test_headers_stay_clear_of_the_buttons(sample_page: str, open_page: Callable[..., Any]) -> None:
    """Also when the rows are scrolled, on any width."""
    page = open_page(sample_page, fragment=TABLE)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.evaluate("document.querySelector('.sheet').scrollTop = 400")
        head = page.locator(".nodes thead th").first.bounding_box()["y"]
        for button in ("#copy", "#csv"):
            box = page.locator(button).bounding_box()
            assert box["y"] + box["height"] <= head


@browsing
def test_table_is_printed_whole(sample_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(sample_page, fragment=TABLE)
    page.emulate_media(media="print")
    assert not page.is_visible("#tabs")
    assert not page.is_visible("#csv")
    assert page.evaluate("(s => s.scrollHeight <= s.clientHeight + 1)(document.querySelector('.sheet'))")
    assert page.locator(".nodes tbody tr").last.bounding_box()["y"] > 800
