"""A store brought up to date: a copy of the last build's, from which few quads go and to which few come.

The copy shares the files of the store it was made of (hard links), which Oxigraph never changes. Since
Oxigraph rewrites literals, several lines may be one quad in the store: it goes with the last of them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import NoBuild
from kg.store import STORE, Build

if TYPE_CHECKING:
    import pyoxigraph

TYPED = b'"^^<'
Starting = Callable[[bytes], Iterable[bytes]]
"""Gives the lines that begin with a text."""


def update(
    last: Build, folder: Path, removed: Collection[bytes], added: Collection[bytes], now: Starting
) -> bool:
    """Make the store of a staging `folder` of the last build's; `now` gives lines of the new files.

    False where it cannot be done or does not hold what it must; there is then no store.
    """
    import pyoxigraph

    out = folder / STORE
    try:
        last.store().backup(str(out))
        with_same = {line for each in removed if TYPED in each for line in now(_pattern(each))}
        gone = _as_kept(removed) - _as_kept(with_same)
        come = _as_kept(added)
        store = pyoxigraph.Store(str(out))
        if any(quad not in store for quad in gone):
            return _none(out)
        store.extend(come)
        for quad in gone:
            store.remove(quad)
        if any(quad not in store for quad in come) or any(quad in store for quad in gone):
            return _none(out)
        store.flush()
    except (OSError, RuntimeError, SyntaxError, NoBuild):
        return _none(out)
    return True


def _none(out: Path) -> bool:
    shutil.rmtree(out, ignore_errors=True)
    return False


def _as_kept(lines: Iterable[bytes]) -> set[pyoxigraph.Quad]:
    """The quads of lines as a store keeps them."""
    import pyoxigraph

    store = pyoxigraph.Store()
    text = b"\n".join(lines)
    how = pyoxigraph.RdfFormat.N_QUADS
    store.extend(pyoxigraph.parse(text, format=how, rename_blank_nodes=False))
    return set(store)


def _pattern(line: bytes) -> bytes:
    """Subject and predicate of a line, with the spaces after them."""
    end = line.index(b">") + 1 if line[:1] == b"<" else line.index(b" ")
    return line[: line.index(b"> ", end) + 2]
