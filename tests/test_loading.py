"""Quads into a store: all of them, blank nodes under their own labels, what is no term told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import loading
from kg.datatypes import IRI, LANGUAGE
from kg.errors import InvalidTerm

Load = Callable[[ox.Store, Iterable[Path], Callable[[int], None]], None]
QUADS = (
    '<http://e/a> <http://e/p> "甲\\n_:b"@zh .',
    "<http://e/a> <http://e/p> _:b1 .",
    "_:b1 <http://e/p> <http://e/a_:b> <http://e/g> .",
    "_:b1 <http://e/q> _:fAr2 _:b1 .",
    *(f'<http://e/{number}> <http://e/p> "{number}" .' for number in range(40)),
    *(f"<http://e/{number}> <http://e/p> _:c14n{number} <urn:o> ." for number in range(10)),
)


def pieces(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    for name in ("PIECE", "TRANSACTION"):
        monkeypatch.setattr(loading, name, size)


def empty_stores(folder: Path) -> tuple[tuple[Load, ox.Store], ...]:
    """A store on disk and one in memory, with what loads them."""
    return ((loading.on_disk, ox.Store(str(folder / "store"))), (loading.in_memory, ox.Store()))


def stores(folder: Path, *files: Path) -> list[tuple[ox.Store, list[int]]]:
    """A store on disk and one in memory that hold the files, with what was told meanwhile."""
    loaded = []
    for load, store in empty_stores(folder):
        told: list[int] = []
        load(store, files, told.append)
        loaded.append((store, told))
    return loaded


@pytest.mark.parametrize("piece", [1, 64, 1000, loading.PIECE])
def test_every_quad_is_in_with_the_labels_of_its_blank_nodes(
    piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the size of the pieces: a label in two files, or in two pieces, is one node."""
    pieces(monkeypatch, piece)
    files = [tmp_path / "graph.nq", tmp_path / "empty.nq", tmp_path / "ontology.nq"]
    for file, lines in zip(files, (QUADS[:30], (), QUADS[30:]), strict=True):
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    expected = {str(quad) for quad in ox.parse("\n".join(QUADS), format=ox.RdfFormat.N_QUADS)}
    for store, told in stores(tmp_path, *files):
        assert {str(quad) for quad in store} == expected
        assert told == sorted(told)
        assert told[-1] == len(QUADS)


def test_what_is_no_term_is_told_with_its_line(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also what the checks of data cannot see, an address of no network."""
    good = "<http://e/a> <http://e/p> _:b .\n" * 9
    file = tmp_path / "graph.nq"
    for size in (8, loading.PIECE):
        pieces(monkeypatch, size)
        for bad in (
            "<http://[1:2]/> <http://e/p> <http://e/a> .",
            "_:b <http://e/p> <http://x@[1:2]/> .",
            "<urn:a> <urn",
        ):
            file.write_text(f"{good}{bad}\n{good}", encoding="utf-8")
            for load, store in empty_stores(tmp_path_factory.mktemp("stores")):
                with pytest.raises(InvalidTerm) as raised:
                    load(store, [file], lambda done: None)
                assert f": {bad}" in str(raised.value)


SIGNS = st.sampled_from(
    [*":/?#[]@!$&'()*+,;=-._~%aZ09甲\ue000\U0001f600\ufdd0\u00a0", "//", "%4e", "..", "://"]
)


@settings(max_examples=500)
@given(st.lists(SIGNS).map("".join))
def test_an_iri_that_passes_the_checks_is_one_for_oxigraph(rest: str) -> None:
    """So that lenient loading lets nothing through."""
    for iri in (f"x:{rest}", f"http://{rest}", f"http://e/{rest}"):
        if IRI.has(iri) and not loading.bracketed(iri.encode()):
            assert ox.NamedNode(iri).value == iri


@given(st.from_regex(LANGUAGE.pattern, fullmatch=True))
def test_a_language_tag_that_passes_the_checks_is_one_for_oxigraph(tag: str) -> None:
    assert ox.Literal("a", language=tag).language == tag.lower()


def test_the_same_quad_in_two_pieces_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces(monkeypatch, 500)
    file = tmp_path / "graph.nq"
    file.write_text("".join(f"{line}\n" for line in QUADS * 2), encoding="utf-8")
    for store, _ in stores(tmp_path, file):
        assert Counter(str(quad) for quad in store).most_common(1)[0][1] == 1
        assert len(store) == len(QUADS)
