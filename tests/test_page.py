"""kg.page: one file that is safe, silent and the same bytes every time."""

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

import pytest
from pages import HOSTILE, browsing, hostile, told

from kg import page as page_module
from kg.errors import UsageError
from kg.network import network, positions
from kg.page import SCRIPTS, STYLES, inert, program, render, stylesheet, to_pyvis


def blocks(html: str, tag: str) -> list[str]:
    return re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.S)


def test_page_is_a_whole_document_in_the_language_asked_for(sample_graph: Any) -> None:
    html = render(sample_graph, title="A & B", lang="en")
    assert html.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert '<meta charset="utf-8">' in html
    assert "<title>A &amp; B</title>" in html


def test_another_language_is_refused(sample_graph: Any) -> None:
    with pytest.raises(UsageError, match="zh, en"):
        render(sample_graph, title="x", lang="fr")


@pytest.mark.parametrize(
    ("titles", "lang", "shown"),
    [
        ({"zh": "甲", "en": "A"}, "zh", "甲"),
        ({"zh": "甲", "en": "A"}, "en", "A"),
        ({"zh-hans": "甲", "": "A"}, "zh", "甲"),
        ({"zh": "甲"}, "en", "甲"),
        ("A", "zh", "A"),
    ],
)
def test_title_stands_in_the_language_or_in_another(
    sample_graph: Any, titles: str | dict[str, str], lang: str, shown: str
) -> None:
    html = render(sample_graph, title=titles, lang=lang)
    assert re.findall("<(?:title|h1 [^>]*)>(.*?)</", html) == [shown, shown]


def test_page_without_a_title_is_refused(sample_graph: Any) -> None:
    with pytest.raises(UsageError, match="no title"):
        render(sample_graph, title={})


def test_policy_names_exactly_the_blocks_of_the_page(sample_page: str) -> None:
    quoted = re.search('Content-Security-Policy" content="([^"]*)"', sample_page)
    assert quoted
    policy = unescape(quoted.group(1))
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["default-src"] == "'none'"
    for source, tag, count in (("script-src", "script", 2), ("style-src", "style", 1)):
        digests = [hashlib.sha256(block.encode()).digest() for block in blocks(sample_page, tag)]
        wanted = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
        assert parts[source].split(" ") == wanted
        assert len(wanted) == count
    assert "unsafe" not in policy


def test_page_points_to_no_file_and_no_host(sample_page: str) -> None:
    markup = re.sub(r"<(script|style).*?</\1>", "", sample_page, flags=re.S)
    assert re.findall(r"\s(?:src|href|action|on\w+|style)=", markup) == []
    assert "sourceMappingURL" not in sample_page


def test_data_block_is_json_without_any_markup(sample_graph: Any) -> None:
    html = render(sample_graph, title="x")
    data = html.split('<script type="application/json" id="data">')[1].split("</script>")[0]
    assert not set(data) & set("<>&\u2028\u2029")
    assert len(json.loads(data)["nodes"]) == len(sample_graph)


@pytest.mark.parametrize("text", HOSTILE)
def test_inert_json_gives_back_what_went_in(text: str) -> None:
    assert json.loads(inert([text])) == [text]
    assert not set(inert([text])) & set("<>&\u2028\u2029")


def test_pyvis_carries_every_node_and_link(sample_graph: Any) -> None:
    net = to_pyvis(sample_graph, positions(sample_graph))
    assert [node["kg"]["iri"] for node in net.nodes] == list(sample_graph)
    assert len(net.edges) == sample_graph.number_of_edges()
    key = next(iter(sample_graph))
    assert (net.nodes[0]["x"], net.nodes[0]["y"]) == positions(sample_graph)[key]


def test_positions_given_are_the_positions_drawn(sample_graph: Any) -> None:
    places = {key: (float(i), float(-i)) for i, key in enumerate(sample_graph)}
    html = render(sample_graph, title="x", positions=places)
    data = html.split('id="data">')[1].split("</script>")[0]
    assert [tuple(node[3:5]) for node in json.loads(data)["nodes"]] == list(places.values())


def test_own_files_are_written_without_indentation_and_comments() -> None:
    """So no text may go over several lines; every script and style of the package is in the page."""
    here = Path(page_module.__file__).parent
    assert {path.name for path in here.glob("*.js")} == set(SCRIPTS)
    assert {path.name for path in here.glob("*.css")} == set(STYLES)
    for name in SCRIPTS:
        lines = (here / name).read_text(encoding="utf-8").splitlines()
        assert len(lines) < 300
        assert [line for line in lines if line.count("`") % 2] == []
    assert re.findall(r"^(?:\s.*|//.*|/\*.*|)$", program() + stylesheet(), re.M) == []


def test_page_of_200_nodes_stays_small(sample_page: str) -> None:
    assert len(sample_page.encode()) < 650_000


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


@browsing
def test_hostile_texts_and_iris_stay_text(open_page: Callable[..., Any]) -> None:
    """Nothing runs of labels, classes, properties, facts, sources, IRIs and the title."""
    graph = network(*hostile())
    page = open_page(render(graph, title=HOSTILE[0]))
    assert page.title() == HOSTILE[0]
    for i, text in enumerate(HOSTILE):
        page.evaluate(f"location.hash = encodeURIComponent('javascript:window.__xss={i}//')")
        page.wait_for_timeout(30)
        assert told(page, "selected") == f"javascript:window.__xss={i}//"
        assert page.evaluate("document.querySelector('#detail h2').textContent") == text
        page.fill("#search", text)
        page.evaluate("window.kgPage.zoomTo(1)")
        point = told(page, f"at('javascript:window.__xss={i}//')")
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
def test_policy_stops_an_injected_script_and_request(sample_page: str, open_page: Callable[..., Any]) -> None:
    page = open_page(sample_page, allow=("console: ", "error: ", "request: https://tracker.invalid/"))
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
    assert told(page, "visible") == []
