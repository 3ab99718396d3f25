"""Sources looked at: what columns they have, what is wrong with them, and where a record's cell stands.

What differs between formulations is in their modules (:mod:`kg.csv_records`, :mod:`kg.json_records` …), each
a :class:`~kg.shapes.Reader`. The engine reads plain CSV; :func:`faults` goes through the whole table in
Python and is called only when the engine has refused it.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Map
from functools import partial
from pathlib import Path

from kg import connections, csv_records, databases, documents, files, sql_records
from kg.errors import Finding, Place, each
from kg.mapping import LogicalSource
from kg.records import reader
from kg.shapes import MOST_FINDINGS, Cells, Places, Table

__all__ = ["MOST_FINDINGS", "Table", "faults", "locate", "table", "tables"]


# Where sources are that are no files by their path.
FOUND: dict[str, Callable[[LogicalSource, Path], Path]] = {
    "": lambda source, folder: Path(),
    "sql": lambda source, folder: databases.file(databases.of(source), folder),
}


def tables(used: Map[LogicalSource, tuple[str, ...]], folder: Path) -> dict[LogicalSource, Table]:
    """Look at sources as :func:`table` does, each with its references; a database is connected to once.

    Those of one file are looked at together. Raises everything that is wrong with any of them.
    """
    together = [source for group in documents.by_file(used, lambda source: source.path) for source in group]
    with connections.Pool() as pool:
        looking = partial(sql_records.table, opened=pool.opened)
        found = each(lambda source: _table(source, folder, used[source], looking), together)
    documents.forget("xml")  # later, other things stand behind it in memory, and it is not given back
    looked_at = dict(zip(together, found, strict=True))
    return {source: looked_at[source] for source in used}


def table(source: LogicalSource, folder: Path, references: tuple[str, ...] = ()) -> Table:
    """Look at a source, whose path is relative to `folder`; `references` are what the mapping uses of it.

    Of JSON and XML the references are the columns. Raises Unsupported for a formulation that is not run yet,
    MissingTable, Encoding, TableError for a file that is not what it is said to be, and MappingError for an
    iterator or a reference that is none in its language.
    """
    return _table(source, folder, references, sql_records.table)


def _table(
    source: LogicalSource, folder: Path, references: tuple[str, ...], in_database: Callable[..., Table]
) -> Table:
    look = in_database if source.formulation == "sql" else reader(source).table
    find = FOUND.get(source.formulation, files.find)
    return look(source, find(source, folder), references)


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
