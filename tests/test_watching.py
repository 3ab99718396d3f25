"""A project that is watched: built again when it is saved, and its page with it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any
from urllib.request import urlopen

import pytest

import kg
from kg import watching
from kg.watching import Round

Make = Callable[..., Path]
ROWS = "id,name,parent,area\nguizhou,贵州省,,\n"


def saved(path: Path, text: str) -> None:
    """As editors save: another file takes the place of the old one."""
    beside = path.with_name(f".{path.name}.tmp")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)


@contextmanager
def watched(root: Path, **how: Any) -> Iterator[Iterator[Round]]:
    stop = Event()
    rounds = kg.watch(root, stop=stop, **how)
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


def told(done: Round) -> list[str]:
    return [finding.rule for finding in done.findings]


def test_what_has_gone_is_told_until_it_is_back(project: Make) -> None:
    """The mapping, a table, their whole folder."""
    root = project({"data/places.csv": ROWS})
    mapping = (root / "data/mapping.yml").read_text(encoding="utf-8")
    with watched(root) as rounds:
        assert next(rounds).graph
        for name, rule in (("mapping.yml", "missing-file"), ("places.csv", "missing-table")):
            content = (root / "data" / name).read_text(encoding="utf-8")
            (root / "data" / name).unlink()
            assert told(next(rounds)) == [rule]
            saved(root / "data" / name, content)
            assert next(rounds).graph
        shutil.rmtree(root / "data")
        assert told(next(rounds))
        while (root / "data").mkdir(exist_ok=True) or not (root / "data/mapping.yml").exists():
            saved(root / "data/places.csv", ROWS)
            saved(root / "data/mapping.yml", mapping)
        assert any(done.graph for done in rounds)


def test_tables_are_watched_wherever_they_are(project: Make) -> None:
    """In a folder below, before the first build with them; in that of the project; also the functions."""
    root = project({"data/places.csv": ROWS, "more.csv": "id,on\n1,2020-01-24\n"})
    mapping = (root / "data/mapping.yml").read_text(encoding="utf-8").replace(
        "mappings:\n", "mappings:\n"
        "  below: {sources: [[below/b.csv~csv]], s: ex:b/$(id), po: [[ex:on, $(on), xsd:date]]}\n"
        "  more: {sources: [[../more.csv~csv]], s: ex:m/$(id), po: [[ex:on, $(on), xsd:date]]}\n",
    )  # fmt: skip
    with watched(root) as rounds:
        assert next(rounds).graph
        saved(root / "data/mapping.yml", mapping)
        assert told(next(rounds)) == ["missing-table"]
        (root / "data/below").mkdir()
        saved(root / "data/below/b.csv", "id,on\n1,never\n")
        assert told(next(rounds)) == ["ill-typed"]
        saved(root / "data/below/b.csv", "id,on\n1,2020-01-24\n")
        done = next(rounds)
        assert done.graph
        quads = done.graph.build.manifest.quads
        saved(root / "more.csv", "id,on\n1,2020-01-24\n2,2020-01-25\n")
        done = next(rounds)
        assert done.graph
        assert done.graph.build.manifest.quads == quads + 1


def test_functions_are_watched_also_those_that_come(project: Make) -> None:
    """In data/ or where they are named."""
    mapping = (project({"data/places.csv": ROWS}) / "data/mapping.yml").read_text(encoding="utf-8")
    call = "      - p: ex:said\n        o: {function: ex:said, parameters: [[ex:text, $(id)]]}\n"
    python = (
        'import kg\n@kg.function("https://example.org/said")\ndef said(text: str) -> str:\n    return "one"\n'
    )
    root = project({"data/mapping.yml": mapping + call, "own.py": python})
    with watched(root) as rounds:
        assert next(rounds).graph is None
        saved(root / "data/functions.py", python)
        assert (graph := next(rounds).graph)
        assert '"one"' in graph.build.graph.read_text(encoding="utf-8")
    with watched(root, functions=root / "own.py") as rounds:
        assert next(rounds).graph
        saved(root / "own.py", python.replace("one", "two"))
        assert (graph := next(rounds).graph)
        assert '"two"' in graph.build.graph.read_text(encoding="utf-8")


def test_a_page_follows_the_prefixes(project: Make) -> None:
    """Which names are shortened by, though the quads are the same."""
    root = project({"data/places.csv": ROWS})
    mapping = root / "data/mapping.yml"
    with watched(root) as rounds:
        before = page(next(rounds))
        saved(mapping, mapping.read_text(encoding="utf-8").replace("ex:", "mine:"))
        done = next(rounds)
        assert done.graph
        assert done.graph.changes
        assert (done.graph.changes.added, done.graph.changes.removed) == (0, 0)
        assert page(done) != before


def test_what_the_system_refuses_ends_nothing(project: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told as on the command line."""
    root = project({"data/places.csv": ROWS, "queries/q.rq": "SELECT * {}"})

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "q.rq")

    monkeypatch.setattr(watching.store, "hashes", refuse)
    with watched(root) as rounds:
        assert [str(finding) for finding in next(rounds).findings][-1:] == [
            "error[system]: Permission denied: q.rq"
        ]
