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
from kg.natural import Value, natural, written
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
WORKBOOK = "zip"
"""How workbooks of Excel are compressed themselves."""
ZONED = "TIMESTAMP WITH TIME ZONE"
# What is asked of columns instead of their values: of numbers of 32 bits those of 64 that are written alike.
ASKED = {
    ZONED: "make_timestamp(epoch_us({}))",
    "FLOAT": "{}::VARCHAR::DOUBLE",
    "FLOAT[]": "{}::VARCHAR[]::DOUBLE[]",
}


def table(source: LogicalSource, path: Path, references: tuple[str, ...] = ()) -> Table:
    """The columns and what they hold: lists of Parquet are several values, structures are no columns.

    Raises TableError for a file that is neither, and for a structure that the mapping refers to; MappingError
    for a sheet that is not there, Header for columns without a name or of the same name.
    """
    if source.formulation == "excel":
        return _excel(source, path)
    return _parquet(source, path, references)


def records(given: Table, most: int = MOST_FINDINGS) -> Iterator[Record]:
    """The rows. Raises DataError for the errors of formulas and for cells that hold a structure."""
    return _excel_records(given, most) if given.source.formulation == "excel" else _parquet_records(given)


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


def _cells(row: tuple[Any, ...], types: tuple[str, ...], source: LogicalSource) -> Record:
    return tuple(_cell(value, kind, source) for value, kind in zip(row, types, strict=True))


def _cell(value: Any, kind: str, source: LogicalSource) -> Cell:
    if kind == VALUES:
        several = (_cell(each, VALUE, source) for each in value or ())
        return [each for each in several if isinstance(each, tuple)]
    if value is None:
        return None
    found = written(value) if source.as_written else natural(value)
    return None if found[0] in source.nulls else found


@contextmanager
def _workbook(source: LogicalSource, path: Path) -> Iterator[Any]:
    from zipfile import BadZipFile

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    with files.binary(source, path) as file:
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
            raise files.compressed(source, path, WORKBOOK) or TableError(
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
    names = ["" if value is None else written(value)[0] for value in header]
    columns = _checked(source, path, names)
    empty = next(rows, None) is None
    rows.close()  # type: ignore[attr-defined]
    warnings = nothing_found(path, "the sheet has a header and no row, so it adds nothing") if empty else ()
    return Table(path, columns, source, warnings, (VALUE,) * len(columns))


def _excel_records(given: Table, most: int) -> Iterator[Record]:
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
        if len(faults) >= most:
            break
        row = (*values, *[None] * (width - len(values)))
        yield _cells(row, given.types, given.source)
    if faults:
        raise DataError.of(faults)


def _excel_value(cell: Any) -> Any:
    """Its value; a date where its format shows no time of day; a number that is whole without a fraction."""
    value = cell.value if cell.data_type != "e" else None
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
            raise _no_parquet(source, path, error) from error


def _no_parquet(source: LogicalSource, path: Path, error: Exception) -> KgError:
    return files.compressed(source, path) or TableError(
        f"the file is no Parquet: {str(error).splitlines()[0]}",
        place=Place(path),
        fix="make it anew",
    )


def _parquet(source: LogicalSource, path: Path, references: tuple[str, ...]) -> Table:
    with _asked(source, path) as rows:
        described = rows.description or []
        columns = _checked(source, path, [column[0] for column in described])
        types = tuple(str(column[1]) for column in described)
    with _asked(source, path, "count(*) > 0") as rows:
        empty = rows.fetchall() == [(False,)]
    structures = {name: kind for name, kind in zip(columns, types, strict=True) if _is_structure(kind)}
    faults = [
        TableError(
            f"the column {name!r} of {path.name} holds structures ({kind})",
            place=source.place or Place(path),
            fix="make columns of its parts",
        ).findings[0]
        for name, kind in structures.items()
        if name in references or len(structures) == len(columns)
    ]
    if faults:
        raise TableError.of(faults)
    shapes = {
        name: VALUES if kind.endswith("]") else VALUE
        for name, kind in zip(columns, types, strict=True)
        if name not in structures
    }
    warnings = nothing_found(path, "the table has no row") if empty else ()
    return Table(path, tuple(shapes), source, warnings, tuple(shapes.values()))


def _is_structure(kind: str) -> bool:
    """Whether a type of DuckDB's has parts, other than the items of one list."""
    return kind.removesuffix(LISTS).startswith(("STRUCT", "MAP", "UNION")) or kind.endswith(LISTS * 2)


def _parquet_records(given: Table) -> Iterator[Record]:
    with _asked(given.source, given.path) as rows:
        types = {column[0]: str(column[1]) for column in rows.description or []}
    zoned = [types[name] == ZONED for name in given.columns]
    selected = ", ".join(_selected(name, types[name]) for name in given.columns)
    with _asked(given.source, given.path, selected) as rows:
        while several := rows.fetchmany(AT_ONCE):
            for row in several:
                yield tuple(map(_in_utc, _cells(row, given.types, given.source), zoned))


def _selected(name: str, kind: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    return f"{ASKED[kind].format(quoted)} AS {quoted}" if kind in ASKED else quoted


def _in_utc(cell: Cell, zoned: bool) -> Cell:
    match cell:
        case (str() as text, str() as datatype) if zoned:
            in_utc: Value = (text + "Z", datatype)
            return in_utc
    return cell
