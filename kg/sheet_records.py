"""Sheets of Excel and tables of Parquet: columns with names, cells with types of their own.

The iterator of a workbook is the name of a sheet, the first one if there is none; its first row is the
header.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import files
from kg.errors import DataError, EmptyTable, Finding, Header, KgError, MappingError, Place, TableError
from kg.mapping import ROW, LogicalSource
from kg.natural import Value, natural
from kg.shapes import (
    MOST_FINDINGS,
    VALUE,
    VALUES,
    Cell,
    Cells,
    Places,
    Record,
    Table,
    nothing_found,
)

if TYPE_CHECKING:
    import duckdb

AT_ONCE = 10_000  # rows
LISTS = "[]"
ZONED = "TIMESTAMP WITH TIME ZONE"


def table(source: LogicalSource, path: Path, references: tuple[str, ...] = ()) -> Table:
    """The columns and what they hold, whatever the mapping refers to: lists of Parquet are several values.

    Raises TableError for a file that is neither, MappingError for a sheet that is not there, Header for
    columns without a name or of the same name.
    """
    return _excel(source, path) if source.formulation == "excel" else _parquet(source, path)


def records(given: Table) -> Iterator[Record]:
    """The rows. Raises DataError for the errors of formulas and for cells that hold a structure."""
    return _excel_records(given) if given.source.formulation == "excel" else _parquet_records(given)


def places(given: Table, cells: Cells) -> Places:
    """In a sheet the row and the column, by number; Parquet has no places."""
    if given.source.formulation != "excel":
        return {}
    wanted = {row for row, _ in cells}
    numbers = {
        row: number for row, (number, _) in enumerate(_rows(given.source, given.path)) if row in wanted
    }
    return {
        (row, column): Place(given.path, numbers.get(row, 0), given.columns.index(column) + 1)
        for row, column in cells
    }


def _checked(source: LogicalSource, path: Path, names: list[str]) -> tuple[str, ...]:
    """The names of columns, which SQL does not tell apart by case."""
    for index, name in enumerate(names):
        before = [each.lower() for each in names[:index]]
        if not name.strip() or name.lower() in (*before, ROW):
            fault = (
                f"column {index + 1} is called {name!r}"
                if name.strip()
                else f"column {index + 1} has no name"
            )
            raise Header(fault, place=Place(path, 1, index + 1), fix="give each column a name of its own")
    return tuple(names)


def _cells(row: tuple[Any, ...], types: tuple[str, ...], nulls: tuple[str, ...]) -> Record:
    return tuple(_cell(value, kind, nulls) for value, kind in zip(row, types, strict=True))


def _cell(value: Any, kind: str, nulls: tuple[str, ...]) -> Cell:
    if kind == VALUES:
        several = (_cell(each, VALUE, nulls) for each in value or ())
        return [each for each in several if isinstance(each, tuple)]
    found = None if value is None else natural(value)
    return None if found is None or found[0] in nulls else found


@contextmanager
def _workbook(source: LogicalSource, path: Path) -> Iterator[Any]:
    from zipfile import BadZipFile

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    with files.binary(source, path) as file:
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
            raise TableError(
                f"the file is no workbook of Excel: {error}", place=Place(path), fix="save it as .xlsx"
            ) from None
        try:
            yield book
        finally:
            book.close()


def _rows(source: LogicalSource, path: Path) -> Iterator[tuple[int, list[Any]]]:
    """The rows that are not empty, the header first, with their numbers."""
    with _workbook(source, path) as book:
        name = source.iterator or book.sheetnames[0]
        if name not in book.sheetnames:
            raise MappingError(
                f"no sheet {name!r} in {source.path}", place=source.place, value=name, exists=book.sheetnames
            )
        for number, cells in enumerate(book[name].iter_rows(), 1):
            if any(cell.value is not None for cell in cells):
                yield number, list(cells)


def _excel(source: LogicalSource, path: Path) -> Table:
    rows = _rows(source, path)
    header = [cell.value for cell in next(rows, (0, []))[1]]
    while header and header[-1] is None:
        header.pop()
    if not header:
        raise EmptyTable("the sheet is empty", place=Place(path), fix="give it a header and rows")
    names = ["" if value is None else natural(value)[0] for value in header]
    columns = _checked(source, path, names)
    empty = next(rows, None) is None
    rows.close()  # type: ignore[attr-defined]
    warnings = nothing_found(path, "the sheet has a header and no row, so it adds nothing") if empty else ()
    return Table(path, columns, source, warnings, (VALUE,) * len(columns))


def _excel_records(given: Table) -> Iterator[Record]:
    width, faults = len(given.columns), list[Finding]()
    rows = _rows(given.source, given.path)
    next(rows, None)
    for number, cells in rows:
        values = [_excel_value(cell) for cell in cells[:width]]
        faults += [
            DataError(
                f"the formula of {given.columns[index]!r} gives {cell.value}",
                place=Place(given.path, number, index + 1),
                fix="mend the formula, or empty the cell",
            ).findings[0]
            for index, cell in enumerate(cells[:width])
            if cell.value is not None and cell.data_type == "e"
        ]
        if len(faults) >= MOST_FINDINGS:
            break
        row = (*values, *[None] * (width - len(values)))
        yield _cells(row, given.types, given.source.nulls)
    if faults:
        raise DataError.of(faults)


def _excel_value(cell: Any) -> Any:
    """Its value; a date where its format shows no time of day; a number that is whole without a fraction."""
    value = cell.value
    if isinstance(value, datetime):
        return value if "h" in cell.number_format.lower() else value.date()
    return int(value) if isinstance(value, float) and value.is_integer() else value


@contextmanager
def _asked(source: LogicalSource, path: Path, columns: str = "*") -> Iterator[duckdb.DuckDBPyConnection]:
    """All rows of some columns, as yet to be fetched."""
    import duckdb

    with files.local(source, path) as file, duckdb.connect() as connection:
        try:
            yield connection.execute(f"SELECT {columns} FROM read_parquet($1)", [str(file)])
        except duckdb.Error as error:
            raise _no_parquet(path, error) from error


def _no_parquet(path: Path, error: Exception) -> KgError:
    return TableError(
        f"the file is no Parquet: {str(error).splitlines()[0]}",
        place=Place(path),
        fix="make it anew",
    )


def _parquet(source: LogicalSource, path: Path) -> Table:
    with _asked(source, path) as rows:
        described = rows.description or []
        columns = _checked(source, path, [column[0] for column in described])
        types = tuple(str(column[1]) for column in described)
    with _asked(source, path, "count(*) > 0") as rows:
        empty = rows.fetchall() == [(False,)]
    for name, kind in zip(columns, types, strict=True):
        if kind.removesuffix(LISTS).startswith(("STRUCT", "MAP", "UNION")) or kind.endswith(LISTS * 2):
            raise TableError(
                f"the column {name!r} holds structures ({kind})",
                place=Place(path),
                fix="make columns of its parts",
            )
    shapes = tuple(VALUES if kind.endswith("]") else VALUE for kind in types)
    return Table(path, columns, source, nothing_found(path, "the table has no row") if empty else (), shapes)


def _parquet_records(given: Table) -> Iterator[Record]:
    with _asked(given.source, given.path) as rows:
        zoned = [str(column[1]) == ZONED for column in rows.description or []]
    selected = ", ".join(map(_selected, given.columns, zoned))
    with _asked(given.source, given.path, selected) as rows:
        while several := rows.fetchmany(AT_ONCE):
            for row in several:
                yield tuple(map(_in_utc, _cells(row, given.types, given.source.nulls), zoned))


def _selected(name: str, zoned: bool) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    return f"make_timestamp(epoch_us({quoted})) AS {quoted}" if zoned else quoted


def _in_utc(cell: Cell, zoned: bool) -> Cell:
    match cell:
        case (str() as text, str() as datatype) if zoned:
            in_utc: Value = (text + "Z", datatype)
            return in_utc
    return cell
