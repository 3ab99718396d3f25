"""kg.page: one file that is safe, silent and the same bytes every time."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from pages import HOSTILE, browsing, told, unpacked

from kg import page as page_module
from kg.errors import UsageError
from kg.network import network, positions
from kg.page import SCRIPTS, SERVED, STYLES, compressed, program, render, stylesheet, to_pyvis


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
        texts = blocks(sample_page, tag)
        if tag == "script":
            texts.insert(0, unpacked(sample_page, "library"))
        assert len(texts) == count
        digests = [hashlib.sha256(text.encode()).digest() for text in texts]
        wanted = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
        assert parts[source].split(" ") == wanted
        assert len(wanted) == count
    assert "unsafe" not in policy


def test_page_points_to_no_file_and_no_host(sample_page: str) -> None:
    markup = re.sub(r"<(script|style).*?</\1>", "", sample_page, flags=re.S)
    assert re.findall(r"\s(?:src|href|action|on\w+|style)=", markup) == []
    assert "sourceMappingURL" not in sample_page


def test_blocks_that_travel_compressed_hold_no_markup(sample_graph: Any) -> None:
    html = render(sample_graph, title="x")
    for name in ("data", "library"):
        block = html.split(f'<script type="text/plain" id="{name}">')[1].split("</script>")[0]
        assert re.fullmatch(r"[A-Za-z0-9+/]+=*", block)
    assert len(json.loads(unpacked(html))["nodes"]) == len(sample_graph)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_compressed_text_comes_out_as_it_went_in(text: str) -> None:
    assert zlib.decompress(base64.b64decode(compressed(text))).decode() == text


@browsing
def test_a_browser_that_is_too_old_says_so(browser: Any, sample_page: str, tmp_path: Any) -> None:
    (tmp_path / "old.html").write_text(sample_page, encoding="utf-8")
    page = browser.new_page()
    page.add_init_script("delete window.DecompressionStream")
    page.goto((tmp_path / "old.html").as_uri())
    assert "too old" in page.inner_text("main")
    page.close()


def test_pyvis_carries_every_node_and_link(sample_graph: Any) -> None:
    net = to_pyvis(sample_graph, positions(sample_graph))
    assert [node["kg"]["iri"] for node in net.nodes] == list(sample_graph)
    assert len(net.edges) == sample_graph.number_of_edges()
    key = next(iter(sample_graph))
    assert (net.nodes[0]["x"], net.nodes[0]["y"]) == positions(sample_graph)[key]


def test_positions_given_are_the_positions_drawn(sample_graph: Any) -> None:
    places = {key: (float(i), float(-i)) for i, key in enumerate(sample_graph)}
    html = render(sample_graph, title="x", positions=places)
    assert [tuple(node[3:5]) for node in json.loads(unpacked(html))["nodes"]] == list(places.values())


def test_own_files_are_written_without_indentation_and_comments() -> None:
    """So no text may go over several lines; every script and style of the package is in the page."""
    here = Path(page_module.__file__).parent
    assert {path.name for path in here.glob("*.js")} == {*SCRIPTS, SERVED}
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
def test_a_graph_of_nothing_still_opens(open_page: Callable[..., Any]) -> None:
    page = open_page(render(network([], []), title="空"))
    assert told(page, "visible") == []


def test_only_a_page_that_is_served_may_ask_and_only_the_one_who_serves_it() -> None:
    made = network([], [])
    alone, served = render(made, title="x"), render(made, title="x", served="v1")
    assert "connect-src" not in alone
    assert "EventSource" not in alone
    assert "connect-src &#39;self&#39;; " in served
    assert "EventSource" in served
