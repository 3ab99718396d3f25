"""A store brought up to date: a copy of the last build's, from which few quads go and to which few come.

The copy shares the files of the store it was made of (hard links), which Oxigraph never changes. Since
Oxigraph rewrites literals, several lines may be one quad in the store, and one line may be in both files: a
quad goes with the last of its lines.
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

Starting = Callable[[bytes], Iterable[bytes]]
"""Gives the lines that begin with a text."""


def update(
    last: Build, folder: Path, removed: Collection[bytes], added: Collection[bytes], now: Starting
) -> bool:
    """Make the store of a staging `folder` of the last build's; `now` gives lines of the new files.

    False where it cannot be done or does not hold what it must; there is then no store.
    """
    out = folder / STORE
    try:
        done = _updated(last, out, removed, added, now)
    except (OSError, RuntimeError, SyntaxError, NoBuild):
        done = False
    if not done:  # only now is the store closed, which may write
        shutil.rmtree(out, ignore_errors=True)
    return done


def _updated(
    last: Build, out: Path, removed: Collection[bytes], added: Collection[bytes], now: Starting
) -> bool:
    import pyoxigraph

    last.store().backup(str(out))
    with_same = {line for prefix in set(map(_alike, removed)) for line in now(prefix)}
    gone = _as_kept(removed) - _as_kept(with_same)
    come = _as_kept(added)
    store = pyoxigraph.Store(str(out))
    if any(quad not in store for quad in gone):
        return False
    store.extend(come)
    for quad in gone:
        store.remove(quad)
    if any(quad not in store for quad in come) or any(quad in store for quad in gone):
        return False
    store.flush()
    return True


def _as_kept(lines: Iterable[bytes]) -> set[pyoxigraph.Quad]:
    """The quads of lines as a store keeps them."""
    import pyoxigraph

    store = pyoxigraph.Store()
    text = b"\n".join(lines)
    how = pyoxigraph.RdfFormat.N_QUADS
    store.extend(pyoxigraph.parse(text, format=how, rename_blank_nodes=False))
    return set(store)


def _alike(line: bytes) -> bytes:
    """What lines begin with that may be the same quad: all of it, but the literal."""
    end = line.index(b">") + 1 if line[:1] == b"<" else line.index(b" ")
    literal = line.find(b'> "', end)
    return line[: literal + 2] if literal >= 0 else line
