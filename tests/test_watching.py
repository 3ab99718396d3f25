"""A project that is watched: built again when it is saved, and its page with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any
from urllib.request import urlopen

import pytest

import kg
from kg.watching import Round

Make = Callable[..., Path]
ROWS = "id,name,parent,area\nguizhou,贵州省,,\n"


def saved(path: Path, text: str) -> None:
    """As editors save: another file takes the place of the old one."""
    beside = path.with_name(f".{path.name}.tmp")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)


@contextmanager
def watched(root: Path) -> Iterator[Iterator[Round]]:
    stop = Event()
    rounds = kg.watch(root, stop=stop)
    try:
        yield rounds
    finally:
        stop.set()
        for _ in rounds:
            pass


def page(done: Round) -> str:
    with urlopen(done.address, timeout=10) as answer:
        return str(answer.read().decode())


def test_each_save_makes_a_round(project: Make) -> None:
    """Of a table, of the mapping, of a new file of the ontology; the page is another one each time."""
    root, pages = project(), set()
    with watched(root) as rounds:
        for change in (
            lambda: None,
            lambda: saved(root / "data/places.csv", ROWS),
            lambda: saved(root / "data/mapping.yml", (root / "data/mapping.yml").read_text().replace("rdfs:label", "ex:name")),
            lambda: (root / "ontology").mkdir() or saved(root / "ontology/o.ttl", "<urn:a> a <urn:b> ."),
        ):  # fmt: skip
            change()
            done = next(rounds)
            assert done.graph
            assert done.graph.build == kg.open(root).build
            pages.add(page(done))
        assert done.graph.build.manifest.ontology_quads == 1
        assert len(pages) >= 3


def test_what_cannot_be_built_is_told_and_the_last_graph_stays(project: Make) -> None:
    """Also one that a build of before has made."""
    root = project()
    good = kg.build(root).build
    saved(root / "data/places.csv", ROWS + "bijie,毕节市,nowhere,\n")
    with watched(root) as rounds:
        first = next(rounds)
        assert first.graph is None
        assert [finding.rule for finding in first.findings] == ["dangling-reference"]
        assert kg.open(root).build == good
        before = page(first)
        assert '<script type="text/plain" id="data">' in before
        saved(root / "data/places.csv", ROWS)
        mended = next(rounds)
        assert mended.graph
        assert mended.findings == ()
        assert page(mended) != before


def test_without_any_build_the_page_waits(project: Make) -> None:
    root = project({"data/places.csv": ROWS + "bijie,毕节市,nowhere,\n"})
    with watched(root) as rounds:
        assert "http-equiv=refresh" in page(next(rounds))


@pytest.mark.browser
def test_an_open_page_follows(project: Make, browser: Any) -> None:
    """What is saved is there without a hand, in the view and with the choice of before; nothing else is asked."""
    root = project({"data/places.csv": ROWS})
    with watched(root) as rounds:
        address = next(rounds).address
        opened = browser.new_context().new_page()
        heard: list[str] = []
        opened.on("console", lambda message: heard.append(message.text))
        opened.on("pageerror", lambda error: heard.append(str(error)))
        opened.on("request", lambda request: request.url.startswith(address) or heard.append(request.url))
        opened.goto(address + "#view=table&lang=en")
        opened.get_by_text("贵州省").first.wait_for()
        saved(root / "data/places.csv", ROWS.replace("贵州省", "多彩贵州"))
        assert next(rounds).graph
        opened.get_by_text("多彩贵州").first.wait_for()
        assert opened.url == address + "#view=table&lang=en"
        opened.close()
    assert heard == []
