"""Tables on disk: their header, what is wrong with them, and where a record's cell stands in the file.

Tables are CSV as RFC 4180 says, in UTF-8. The engine reads them; this module reads what the engine does not
tell: the header before, and the exact place of a fault after. :func:`faults` goes through the whole table in
Python and is called only when the engine has refused it.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO

from kg import encoding
from kg.errors import (
    EmptyTable,
    Finding,
    FullWidth,
    Header,
    KgError,
    MappingError,
    MissingTable,
    Place,
    Ragged,
    TableError,
    Unsupported,
)
from kg.mapping import ROW, LogicalSource

MOST_FINDINGS = 100
FULL_WIDTH_COMMA = "，"
SEPARATORS = {";": "semicolons", "\t": "tabs", ",": "commas"}
LINE_ENDS = {"\n": "LF", "\r\n": "CR LF", "\r": "CR"}


@dataclass(frozen=True)
class Table:
    """A readable table: its file and its columns in order."""

    path: Path
    columns: tuple[str, ...]
    source: LogicalSource
    warnings: tuple[Finding, ...] = field(default=(), compare=False)


def table(source: LogicalSource, folder: Path) -> Table:
    """Look at the table of `source`, whose path is relative to `folder`.

    Raises Unsupported for what is no CSV, MissingTable, Encoding (with the encoding it seems to be),
    EmptyTable for a file without a header, FullWidth and Header for a header that names no columns.
    """
    if source.formulation != "csv":
        raise Unsupported(
            f"source {source.path!r} is {source.formulation}; this version reads CSV", place=source.place
        )
    if len(source.delimiter) != 1 or source.delimiter in '"\r\n':
        raise MappingError(
            f"{source.delimiter!r} cannot be a delimiter", place=source.place, fix="such as , or ;"
        )
    path = folder / source.path
    if path.is_dir():
        raise MissingTable(f"{source.path} is a folder, not a table", place=source.place)
    if not path.is_file():
        raise _missing(source, path)
    encoding.check(path)
    return Table(path, _header(path, source.delimiter), source, tuple(_warnings(path)))


def faults(given: Table) -> tuple[Finding, ...]:
    """Everything about the shape of the table that a CSV reader cannot accept, at most `MOST_FINDINGS`."""
    return tuple(islice(_faults(given), MOST_FINDINGS))


def locate(given: Table, cells: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Place]:
    """The places of the first characters of cells, each an ordinal of a record, from 1, and a column.

    The table is read once, up to the last of them.
    """
    wanted: dict[int, set[str]] = {}
    for row, column in cells:
        wanted.setdefault(row, set()).add(column)
    places = {}
    for row, (line, raw, _) in enumerate(islice(_records(given), max(wanted, default=-1) + 1)):
        for column in wanted.get(row, ()):
            lines, at = _start_of_cell(raw, given.columns.index(column), given.source.delimiter)
            places[row, column] = Place(given.path, line + lines, at)
    return places


def _missing(source: LogicalSource, path: Path) -> KgError:
    beside = sorted(p.name for p in path.parent.glob("*" + path.suffix)) if path.parent.is_dir() else []
    return MissingTable(
        f"there is no table {source.path} in {path.parent}",
        place=source.place,
        value=path.name,
        exists=beside,
    )


def _header(path: Path, delimiter: str) -> tuple[str, ...]:
    raw: list[str] = []
    with _opened(path) as file:
        names = next(csv.reader(_kept(file, raw), delimiter=delimiter), [])
    if not "".join(names).strip():
        raise EmptyTable(
            "the table is empty", place=Place(path, 1, 1), fix="give it a header and a row for each record"
        )
    if len(names) == 1 and FULL_WIDTH_COMMA in names[0]:
        raise _full_width(Place(path, 1, raw[0].index(FULL_WIDTH_COMMA) + 1))
    if len(names) == 1 and (other := next((each for each in SEPARATORS if each in names[0]), "")):
        raise Header(
            f"the columns are separated by {SEPARATORS[other]}",
            place=Place(path, 1, raw[0].index(other) + 1),
            fix=f"separate them by {delimiter!r}",
        )
    for index, name in enumerate(names):
        if fault := _fault_of_name(name, names[:index]):
            lines, column = _start_of_cell("".join(raw), index, delimiter)
            place = Place(path, 1 + lines, column)
            raise Header(fault, place=place, fix="give each column a name of its own")
    return tuple(names)


def _fault_of_name(name: str, before: list[str]) -> str:
    """What is wrong with the name of a column; SQL does not tell upper case from lower case."""
    if not name.strip():
        return f"column {len(before) + 1} has no name"
    if name in before:
        return f"two columns are called {name!r}"
    same = [each for each in before if each.lower() == name.lower()]
    if same:
        return f"the columns {same[0]!r} and {name!r} differ only in case"
    return f"the name {name!r} is kept for the number of the record" if name.lower() == ROW else ""


def _full_width(place: Place) -> FullWidth:
    return FullWidth(
        "cells are separated by full-width commas (，)", place=place, fix="separate them by ASCII commas (,)"
    )


def _warnings(path: Path) -> Iterator[Finding]:
    with path.open("rb") as file:
        marked = file.read(3) == codecs.BOM_UTF8
    if marked:
        yield Finding(
            "byte-order-mark",
            "the table begins with a byte order mark, which is passed over",
            Place(path, 1, 1),
            fix="save it as UTF-8 without BOM",
            severity="warning",
        )
    with _opened(path) as file:
        header_only = len([*islice(csv.reader(file), 2)]) == 1
    if header_only:
        yield Finding(
            EmptyTable.rule(),
            "the table has a header and no row, so it adds nothing",
            Place(path, 1, 1),
            severity="warning",
        )


def _opened(path: Path) -> IO[str]:
    """The file for a CSV reader, whose limit on the size of a cell is lifted: DuckDB has its own on a row."""
    csv.field_size_limit(2**31 - 1)
    return path.open(encoding="utf-8-sig", newline="")


def _records(given: Table) -> Iterator[tuple[int, str, list[str]]]:
    """Each record, the header too, with the line it starts on and its raw text. Blank lines are none."""
    raw: list[str] = []
    line = 1
    with _opened(given.path) as file:
        reader = csv.reader(_kept(file, raw), delimiter=given.source.delimiter, strict=True)
        try:
            for cells in reader:
                if cells or len(given.columns) == 1:
                    yield line, "".join(raw), cells or [""]
                line = reader.line_num + 1
                raw.clear()
        except csv.Error as error:
            place = Place(given.path, line)
            raise TableError(f"this record is no CSV: {error}", place=place, fix="check its quotes") from None


def _kept(lines: Iterator[str], raw: list[str]) -> Iterator[str]:
    for line in lines:
        raw.append(line)
        yield line


def _faults(given: Table) -> Iterator[Finding]:
    first_end = ""
    try:
        for line, raw, cells in _records(given):
            if len(cells) != len(given.columns):
                yield _ragged(given, line, raw, cells)
            end = raw[len(raw.rstrip("\r\n")) :]
            first_end = first_end or end
            if end not in (first_end, ""):
                what = f"the line ends with {LINE_ENDS[end]}, those before it with {LINE_ENDS[first_end]}"
                yield from TableError(
                    what, place=Place(given.path, line), fix="save the table with one kind of line ends"
                ).findings
                return
    except TableError as error:
        yield from error.findings


def _ragged(given: Table, line: int, raw: str, cells: list[str]) -> Finding:
    width = len(given.columns)
    if len(cells) < width and FULL_WIDTH_COMMA in raw:
        place = Place(given.path, line, raw.index(FULL_WIDTH_COMMA) + 1)
        return _full_width(place).findings[0]
    lines, column = _start_of_cell(raw, min(width, len(cells) - 1), given.source.delimiter)
    missing = f"add what is missing after {cells[-1]!r}"
    return Ragged(
        f"the row has {len(cells)} cells, the header {width}",
        place=Place(given.path, line + lines, column),
        fix="quote a cell that holds a comma" if len(cells) > width else missing,
    ).findings[0]


def _start_of_cell(raw: str, index: int, delimiter: str) -> tuple[int, int]:
    """How many lines after the start of the record, and at which character, cell `index` begins.

    A quotation mark opens a quoted cell at its start only; inside, two of them are one.
    """
    begins, quoted, inside = True, False, False
    lines, column = 0, 1
    for char, following in zip(raw, raw[1:] + "\0", strict=True):
        if index == 0:
            break
        quoted = char == '"' if begins else quoted
        inside ^= quoted and char == '"'
        begins = char == delimiter and not inside
        index -= begins
        ends = char == "\n" or (char == "\r" and following != "\n")
        lines, column = (lines + 1, 1) if ends else (lines, column + 1)
    return lines, column
