"""The store of the last build brought up to date: the same quads as one that is loaded anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg import store, store_changes

Make = Callable[..., Path]
XSD = "http://www.w3.org/2001/XMLSchema#"
BIJIE = "<https://example.org/place/bijie> <https://example.org/area>"
GUIZHOU = "<https://example.org/place/guizhou> <https://example.org/area>"


@pytest.mark.parametrize(
    ("gone", "come"),
    [
        ([], [f'{BIJIE} "1.5"^^<{XSD}decimal> .']),
        ([f'{GUIZHOU} "176167.00"^^<{XSD}decimal> .'], []),
        ([f'{GUIZHOU} "176167.00"^^<{XSD}decimal> .'], [f'{GUIZHOU} "176167.0"^^<{XSD}decimal> .']),
        ([], ['_:b1 <urn:p> "1" .', f"{BIJIE} _:b1 ."]),
    ],
)
def test_few_quads_go_and_come(gone: list[str], come: list[str], project: Make, tmp_path: Path) -> None:
    """One that is the same in the store stays; the last build is left as it was."""
    build = kg.build(project()).build
    before = set(map(str, build.store()))
    (tmp_path / "staged").mkdir()
    lines = {*build.graph.read_text(encoding="utf-8").splitlines()} - {*gone} | {*come}

    def now(prefix: bytes) -> list[bytes]:
        return [line.encode() for line in lines if line.encode().startswith(prefix)]

    changes = ([line.encode() for line in each] for each in (gone, come))
    assert store_changes.update(build, tmp_path / "staged", *changes, now)
    anew = ox.Store()
    text = "\n".join(lines)
    anew.extend(ox.parse(text, format=ox.RdfFormat.N_QUADS, rename_blank_nodes=False))
    updated = ox.Store.read_only(str(tmp_path / "staged" / store.STORE))
    assert set(map(str, updated)) == set(map(str, anew))
    assert set(map(str, build.store())) == before


def as_one(last: kg.store.Build, folder: Path, gone: list[str], left: list[str]) -> set[str]:
    folder.mkdir()

    def now(prefix: bytes) -> list[bytes]:
        return [line.encode() for line in left if line.encode().startswith(prefix)]

    assert store_changes.update(last, folder, [line.encode() for line in gone], [], now)
    return set(map(str, ox.Store.read_only(str(folder / store.STORE))))


@pytest.mark.parametrize(
    "lines",
    [
        ["<urn:a> <urn:p> <urn:b> <urn:kg:ontology> ."] * 2,
        ['<urn:a> <urn:p> "x"@zh-hans .', '<urn:a> <urn:p> "x"@zh-Hans .'],
        ['<urn:a> <urn:p> "x" .', f'<urn:a> <urn:p> "x"^^<{XSD}string> .'],
        [f'<urn:a> <urn:p> "1"^^<{XSD}integer> .', f'<urn:a> <urn:p> "01"^^<{XSD}integer> .'],
    ],
)
def test_a_quad_stays_while_a_line_of_it_is_there(lines: list[str], project: Make, tmp_path: Path) -> None:
    """In either file, however it spells the literal; it goes with the last."""
    build = kg.build(project()).build
    (tmp_path / "first").mkdir()
    assert store_changes.update(
        build, tmp_path / "first", [], [line.encode() for line in lines], lambda _: []
    )
    both = store.Build(tmp_path / "first", build.manifest)
    for name, gone, left in (("one", 0, 1), ("other", 1, 0)):
        assert len(as_one(both, tmp_path / name, [lines[gone]], [lines[left]])) == 7
    assert len(as_one(both, tmp_path / "none", lines, [])) == 6


@pytest.mark.parametrize("gone", [b"<urn:not> <urn:there> <urn:x> .", b"no quad at all"])
def test_what_cannot_be_done_leaves_nothing(gone: bytes, project: Make, tmp_path: Path) -> None:
    build = kg.build(project()).build
    (tmp_path / "staged").mkdir()
    assert not store_changes.update(build, tmp_path / "staged", [gone], [], lambda prefix: [])
    assert [*(tmp_path / "staged").iterdir()] == []


def test_after_what_could_not_be_done_the_store_is_loaded(project: Make, tmp_path: Path) -> None:
    """Although quads were written: what was begun does not get in the way of it."""
    build = kg.build(project()).build
    for number in range(5):
        staged = tmp_path / str(number)
        staged.mkdir()
        for file in (build.graph, build.ontology):
            shutil.copy(file, staged)
        gone, come = f'{GUIZHOU} "176167.00"^^<{XSD}decimal> .', f'{GUIZHOU} "176167.0"^^<{XSD}decimal> .'
        assert not store_changes.update(build, staged, [gone.encode()], [come.encode()], lambda _: [])
        store.load(staged)
        assert len(ox.Store.read_only(str(staged / store.STORE))) == 6
