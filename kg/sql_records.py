"""Rows of databases: tables and queries (R2RML, "Logical tables"), asked for the columns in use alone.

The name of a table is SQL: it stands in the FROM clause as it is written. References are the names of the
result's columns (R2RML, section 5.2, "effective SQL query"): in R2RML identifiers of SQL, elsewhere exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from pathlib import Path

from kg import connections, databases, sql_names, sql_values
from kg.errors import DatabaseError, Header, MappingError, MissingTable
from kg.grammar import identifier, regular
from kg.mapping import ROW, LogicalSource
from kg.shapes import MOST_FINDINGS, VALUE, Cell, Cells, Places, Record, Table
from kg.sql_values import Column, Raw

Opened = Callable[[LogicalSource, Path], AbstractContextManager[connections.Connection]]
ALIAS = "kg"
FORBIDDEN = "\0"
FOLDING = "postgresql:"  # the system whose regular identifiers are in lower case


def table(
    source: LogicalSource,
    path: Path,
    references: tuple[str, ...] = (),
    opened: Opened = connections.opened,
) -> Table:
    """The columns that the mapping refers to; all columns where one of those is not there.

    `opened` gives the connection, such as that of a :class:`~kg.connections.Pool`. The database describes the
    query and does not run it. Raises Unreachable, MissingTable, DatabaseError, or Header for columns in use
    that have the same name.
    """
    rows, described = _described(source, path, opened)
    names = [column.name for column in described]
    if source.identifiers:
        folds = databases.of(source).url.startswith(FOLDING)
        labels = sql_names.labels(references, names, folds=folds, lenient=bool(source.query))
    else:
        labels = {name: name for name in dict.fromkeys(names) if name in references}
    for name, label in labels.items():
        several = names.count(label) > 1
        if several or name == ROW:
            fault = "two columns are" if several else "a column is"
            raise Header(
                f"{databases.shown(source)}: {fault} called {label!r}",
                place=source.place,
                fix="give each a name of its own with AS",
            )
    if set(references) > set(labels):
        shown = sql_names.spelled if source.identifiers and folds else str
        labels |= {shown(label): label for label in names if label not in labels.values()}
    comparisons = {column.name: column.comparison for column in described}
    return Table(
        path,
        tuple(labels),
        source,
        types=(VALUE,) * len(labels),
        asked=f"SELECT {', '.join(map(identifier, labels.values())) or '1'} FROM ({rows}) AS {ALIAS}",
        comparisons=tuple(comparisons[label] for label in labels.values()),
        labels=tuple(labels.values()),
        rows=rows,
    )


def _described(source: LogicalSource, path: Path, opened: Opened) -> tuple[str, tuple[Column, ...]]:
    """The query of all rows, and its columns.

    A name such as `Country Info`, which no table has as SQL reads it, is that of a table that has it exactly.
    """
    rows = query(source)
    try:
        with opened(source, path) as connection:
            return rows, connection.described(f"SELECT * FROM ({rows}) AS {ALIAS}")
    except (MissingTable, DatabaseError):
        if source.query or regular(source.path):
            raise
        exactly = query(replace(source, path=identifier(source.path)))
        try:
            with opened(source, path) as connection:
                return exactly, connection.described(f"SELECT * FROM ({exactly}) AS {ALIAS}")
        except (MissingTable, DatabaseError):
            pass
        raise


def records(given: Table, most: int = MOST_FINDINGS) -> Iterator[Record]:
    """The rows, as the database gives them. Raises DatabaseError where it breaks off."""
    with (
        connections.opened(given.source, given.path) as connection,
        closing(connection.rows(given.asked)) as rows,
    ):
        columns: tuple[Column, ...] = next(rows)
        if not given.columns:
            yield from (() for _ in rows)
            return
        if given.source.stored:
            columns = tuple(replace(each, convert=sql_values.stored(each.convert)) for each in columns)
        nulls = given.source.nulls
        for row in rows:
            yield tuple(_cell(column, value, nulls) for column, value in zip(columns, row, strict=True))


def places(given: Table, cells: Cells) -> Places:
    """The table as a whole: rows have no places."""
    place = connections.place(given.source, given.path)
    return dict.fromkeys(cells, place)


def narrowed(given: Table, needed: Iterable[tuple[str, ...]]) -> Table:
    """The table without the rows in which each of the sets of columns lacks a value."""
    labels = dict(zip(given.columns, given.labels, strict=True))
    sets = [" AND ".join(f"{identifier(labels[name])} IS NOT NULL" for name in names) for names in needed]
    where = " OR ".join(f"({each})" for each in sets) if len(sets) > 1 else "".join(sets)
    return replace(given, asked=f"{given.asked}\nWHERE {where}") if where else given


def _cell(column: Column, value: Raw | None, nulls: tuple[str, ...]) -> Cell:
    if value is None:
        return None
    found = column.convert(value)
    return None if found[0] in nulls else found


def query(source: LogicalSource) -> str:
    """The effective SQL query of a source. A comment at its end ends with its line.

    Raises MappingError for characters that no query has.
    """
    text = f"\n{source.query}\n" if source.query else f"SELECT * FROM {source.path}"
    if not text.isprintable() and (FORBIDDEN in text or any("\ud800" <= char <= "\udfff" for char in text)):
        raise MappingError(f"{databases.shown(source)} has a character that SQL has not", place=source.place)
    return text
