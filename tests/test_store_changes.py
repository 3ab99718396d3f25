"""The store of the last build brought up to date: the same quads as one that is loaded anew."""

from __future__ import annotations

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


@pytest.mark.parametrize("gone", [b"<urn:not> <urn:there> <urn:x> .", b"no quad at all"])
def test_what_cannot_be_done_leaves_nothing(gone: bytes, project: Make, tmp_path: Path) -> None:
    build = kg.build(project()).build
    (tmp_path / "staged").mkdir()
    assert not store_changes.update(build, tmp_path / "staged", [gone], [], lambda prefix: [])
    assert [*(tmp_path / "staged").iterdir()] == []
