"""One record without any column: what a triples map of constants alone is run over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.mapping import LogicalSource
from kg.shapes import MOST_FINDINGS, Cells, Places, Record, Table


def table(source: LogicalSource, path: Path, references: tuple[str, ...] = ()) -> Table:
    """It has no columns, whatever the mapping refers to."""
    return Table(path, (), source)


def records(given: Table, most: int = MOST_FINDINGS) -> Iterator[Record]:
    """The one record."""
    yield ()


def places(given: Table, cells: Cells) -> Places:
    """There is nothing to point at."""
    return {}
