"""Sources looked at: what columns they have, what is wrong with them, and where a record's cell stands.

What differs between formulations is in their modules (:mod:`kg.csv_records`, :mod:`kg.json_records` …), each
a :class:`~kg.shapes.Reader`. The engine reads plain CSV; :func:`faults` goes through the whole table in
Python and is called only when the engine has refused it.
"""

from __future__ import annotations

from pathlib import Path

from kg import csv_records, files
from kg.errors import Finding, Place
from kg.mapping import LogicalSource
from kg.records import reader
from kg.shapes import MOST_FINDINGS, Cells, Places, Table

__all__ = ["MOST_FINDINGS", "Table", "faults", "locate", "table"]


def table(source: LogicalSource, folder: Path, references: tuple[str, ...] = ()) -> Table:
    """Look at a source, whose path is relative to `folder`; `references` are what the mapping uses of it.

    Of JSON and XML the references are the columns. Raises Unsupported for a formulation that is not run yet,
    MissingTable, Encoding, TableError for a file that is not what it is said to be, and MappingError for an
    iterator or a reference that is none in its language.
    """
    given = reader(source)
    path = files.find(source, folder) if source.formulation else Path()
    return given.table(source, path, references)


def faults(given: Table) -> tuple[Finding, ...]:
    """Everything about the shape of a plain table that no CSV reader accepts, at most `MOST_FINDINGS`."""
    return csv_records.faults(given) if given.plain else ()


def locate(given: Table, cells: Cells) -> Places:
    """The places of cells, each an ordinal of a record, from 1, and a column, as exactly as can be.

    The source is read once.
    """
    wanted = tuple(cells)
    found = reader(given.source).places(given, wanted)
    if given.source.formulation == "csv":
        return found
    return {cell: found.get(cell, Place(given.path)) for cell in wanted}
