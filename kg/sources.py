"""Sources looked at: what columns they have, what is wrong with them, and where a record's cell stands.

What differs between formulations is in their modules (:mod:`kg.csv_records`, :mod:`kg.json_records` …), each
a :class:`~kg.shapes.Reader`. The engine reads plain CSV; :func:`faults` goes through the whole table in
Python and is called only when the engine has refused it.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Map
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from kg import csv_records, databases, documents, files
from kg.errors import Finding, Place, each
from kg.mapping import LogicalSource
from kg.records import reader
from kg.shapes import MOST_FINDINGS, Cells, Places, Table

__all__ = ["MOST_FINDINGS", "Table", "faults", "locate", "table", "tables"]


Look = Callable[[LogicalSource, Path, tuple[str, ...]], Table]
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
    with ExitStack() as until_then:
        looking = _in_databases(until_then) if any(source.formulation == "sql" for source in used) else None
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
    return _table(source, folder, references)


def _in_databases(until: ExitStack) -> Look:
    """What looks at tables of databases, by connections that stay open until then."""
    from kg import connections, sql_records

    return partial(sql_records.table, opened=until.enter_context(connections.Pool()).opened)


def _table(
    source: LogicalSource, folder: Path, references: tuple[str, ...], in_databases: Look | None = None
) -> Table:
    look = in_databases if in_databases and source.formulation == "sql" else reader(source).table
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
