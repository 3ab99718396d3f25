"""The document of a file, parsed once for all the sources of a run that read it.

Only the last one is kept, so that no more than one is in memory, and none after the run.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from kg.mapping import LogicalSource
from kg.shapes import is_file

Made = TypeVar("Made")
Item = TypeVar("Item")


@dataclass
class Shelf:
    """Room for one document, with what it was made of."""

    key: Hashable = None
    document: Any = None
    formulation: str = ""


SHELF: ContextVar[Shelf | None] = ContextVar("SHELF", default=None)


@contextmanager
def kept() -> Iterator[None]:
    """Keep the last document until the end of this, or of what this is in."""
    if SHELF.get():
        yield
        return
    token = SHELF.set(Shelf())
    try:
        yield
    finally:
        SHELF.reset(token)


def document(source: LogicalSource, path: Path, make: Callable[[], Made], *how: Hashable) -> Made:
    """What `make` makes of the file of a source, or has made if that is kept and the file still the same.

    `how` tells apart what is made of one file in several ways.
    """
    shelf = SHELF.get()
    if shelf is None:
        return make()
    key = (path, _state(source, path), source.formulation, source.encoding, source.compression, *how)
    if shelf.key != key:
        forget()  # before the next: two may be too large
        document = make()
        shelf.key, shelf.document, shelf.formulation = key, document, source.formulation
    made: Made = shelf.document
    return made


def forget(*formulations: str) -> None:
    """Keep nothing any more, or nothing of these formulations, but what is made from now on."""
    shelf = SHELF.get()
    if shelf and (not formulations or shelf.formulation in formulations):
        shelf.key = shelf.document = None


def by_file(items: Iterable[Item], file: Callable[[Item], Hashable]) -> list[list[Item]]:
    """The items of each file together, the files in the order of their first items.

    >>> by_file(["b1", "a1", "b2"], lambda item: item[0])
    [['b1', 'b2'], ['a1']]
    """
    groups: dict[Hashable, list[Item]] = {}
    for item in items:
        groups.setdefault(file(item), []).append(item)
    return [*groups.values()]


def _state(source: LogicalSource, path: Path) -> tuple[int, int] | None:
    """What changes with a file."""
    if not is_file(source):
        return None
    try:
        stat = path.stat()
    except OSError:  # told by who opens it
        return None
    return stat.st_mtime_ns, stat.st_size


class Found(Generic[Made]):
    """A document with what iterators find in it, each once."""

    def __init__(self, root: Made) -> None:
        self.root = root
        self._found: dict[Hashable, list[Any]] = {}

    def by(self, iterator: Hashable, find: Callable[[Made], list[Any]]) -> list[Any]:
        """What `find` finds, which is told by `iterator`."""
        if iterator not in self._found:
            self._found[iterator] = find(self.root)
        return self._found[iterator]
