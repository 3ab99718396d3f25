"""CSV as RFC 4180 says and as CSVW's dialects vary it: header, records, faults, and where a cell stands.

An engine reads plain CSV by itself; this module reads what the engine does not tell, the header before and
the exact place of a fault after, and all records of CSV that is not plain. Blank lines and comments are no
records.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from kg import encoding, files
from kg.errors import EmptyTable, Finding, FullWidth, Header, MappingError, Place, Ragged, TableError
from kg.mapping import ROW, Dialect, LogicalSource
from kg.shapes import MOST_FINDINGS, TEXT, UTF_8, Cells, Places, Record, Table, plain

FULL_WIDTH_COMMA = "，"
SEPARATORS = {";": "semicolons", "\t": "tabs", ",": "commas"}
LINE_ENDS = {"\n": "LF", "\r\n": "CR LF", "\r": "CR"}


def table(source: LogicalSource, path: Path, references: tuple[str, ...] = ()) -> Table:
    """Look at a table, whatever the mapping refers to.

    Raises MappingError for a dialect that cannot be, Encoding (with the encoding it seems to be),
    EmptyTable for a file without a header, FullWidth and Header for a header that names no columns.
    """
    _check(source)
    if plain(source):
        encoding.check(path)
    columns = _header(path, source)
    return Table(path, columns, source, tuple(_warnings(path, source)), (TEXT,) * len(columns))


def records(given: Table) -> Iterator[Record]:
    """Each record, its nulls None. Raises TableError with every row that does not fit."""
    dialect, nulls, width = given.source.dialect, given.source.nulls, len(given.columns)
    for _, _, cells in islice(_records(given), int(dialect.header), None):
        if len(cells) != width:
            raise TableError.of(faults(given))
        texts = map(str.strip, cells) if dialect.trim else cells
        yield tuple(None if text in nulls else text for text in texts)


def faults(given: Table) -> tuple[Finding, ...]:
    """Everything about the shape of the table that a CSV reader cannot accept, at most `MOST_FINDINGS`."""
    return tuple(islice(_faults(given), MOST_FINDINGS))


def places(given: Table, cells: Cells) -> Places:
    """The places of the first characters of cells. The table is read once, up to the last of them."""
    wanted: dict[int, set[str]] = {}
    for row, column in cells:
        wanted.setdefault(row, set()).add(column)
    found = {}
    rows = enumerate(_records(given), 0 if given.source.dialect.header else 1)
    for row, (line, raw, _) in islice(rows, max(wanted, default=-1) + 1):
        for column in wanted.get(row, ()):
            lines, at = _start_of_cell(raw, given.columns.index(column), given.source.dialect)
            found[row, column] = Place(given.path, line + lines, at)
    return found


def _check(source: LogicalSource) -> None:
    """Raise MappingError for a delimiter, quote or comment that cannot be told from the rest."""
    dialect = source.dialect
    if len(dialect.delimiter) != 1 or dialect.delimiter in dialect.quote + "\r\n":
        raise MappingError(
            f"{dialect.delimiter!r} cannot be a delimiter", place=source.place, fix="such as , or ;"
        )
    if len(dialect.quote) > 1 or dialect.quote in ("\r", "\n"):
        raise MappingError(
            f"{dialect.quote!r} cannot be a quotation mark", place=source.place, fix="""such as " or '"""
        )


def _reader(lines: Iterable[str], dialect: Dialect, *, strict: bool = True) -> Iterator[list[str]]:
    """A CSV reader, whose limit on the size of a cell is lifted: DuckDB has its own on a row."""
    csv.field_size_limit(2**31 - 1)
    return csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        skipinitialspace=dialect.trim,
        strict=strict,
    )


class Lines:
    """The lines of a file for a CSV reader, without comments; `raw` are those of the record at hand."""

    def __init__(self, file: IO[str], comment: str) -> None:
        self._file = file
        self._comment = comment
        self._count = 0
        self.begins = 1
        self.raw: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._file:
            self._count += 1
            if not self.raw:
                self.begins = self._count
                if self._comment and line.startswith(self._comment):
                    continue
            self.raw.append(line)
            yield line


def _header(path: Path, source: LogicalSource) -> tuple[str, ...]:
    dialect = source.dialect
    with files.text(source, path) as file:
        lines = Lines(file, dialect.comment)
        names = next(_reader(lines, dialect, strict=False), [])
    line, raw = lines.begins, lines.raw
    if not dialect.header and names:
        return tuple(str(number) for number in range(1, len(names) + 1))
    names = [name.strip() for name in names] if dialect.trim else names
    if not "".join(names).strip():
        raise EmptyTable(
            "the table is empty", place=Place(path, 1, 1), fix="give it a header and a row for each record"
        )
    if len(names) == 1 and FULL_WIDTH_COMMA in names[0]:
        raise _full_width(Place(path, line, raw[0].index(FULL_WIDTH_COMMA) + 1))
    if len(names) == 1 and (other := next((each for each in SEPARATORS if each in names[0]), "")):
        raise Header(
            f"the columns are separated by {SEPARATORS[other]}",
            place=Place(path, line, raw[0].index(other) + 1),
            fix=f"separate them by {dialect.delimiter!r}",
        )
    for index, name in enumerate(names):
        if fault := _fault_of_name(name, names[:index]):
            lines_after, column = _start_of_cell("".join(raw), index, dialect)
            place = Place(path, line + lines_after, column)
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


def _no_csv(path: Path, line: int, error: csv.Error) -> TableError:
    return TableError(f"this record is no CSV: {error}", place=Place(path, line), fix="check its quotes")


def _warnings(path: Path, source: LogicalSource) -> Iterator[Finding]:
    with files.binary(source, path) as binary:
        marked = source.encoding.lower() in UTF_8 and binary.read(3) == codecs.BOM_UTF8
    if marked:
        yield Finding(
            "byte-order-mark",
            "the table begins with a byte order mark, which is passed over",
            Place(path, 1, 1),
            fix="save it as UTF-8 without BOM",
            severity="warning",
        )
    with files.text(source, path) as file:
        lines = Lines(file, source.dialect.comment)
        found = len([*islice(_reader(lines, source.dialect, strict=False), 2)])
    if found == int(source.dialect.header):
        has = "has a header and no row" if source.dialect.header else "has no row"
        yield Finding(
            EmptyTable.rule(), f"the table {has}, so it adds nothing", Place(path, 1, 1), severity="warning"
        )


def _records(given: Table) -> Iterator[tuple[int, str, list[str]]]:
    """Each record, the header too, with the line it starts on and its raw text. Blank lines are none."""
    dialect = given.source.dialect
    with files.text(given.source, given.path) as file:
        lines = Lines(file, dialect.comment)
        try:
            for cells in _reader(lines, dialect):
                if cells or len(given.columns) == 1:
                    yield lines.begins, "".join(lines.raw), cells or [""]
                lines.raw.clear()
        except csv.Error as error:
            raise _no_csv(given.path, lines.begins, error) from None


def _faults(given: Table) -> Iterator[Finding]:
    first_end = ""
    try:
        for line, raw, cells in _records(given):
            if len(cells) != len(given.columns):
                yield _ragged(given, line, raw, cells)
            end = raw[len(raw.rstrip("\r\n")) :]
            first_end = first_end or end
            if given.plain and end not in (first_end, ""):
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
    lines, column = _start_of_cell(raw, min(width, len(cells) - 1), given.source.dialect)
    first = "header" if given.source.dialect.header else "first"
    missing = f"add what is missing after {cells[-1]!r}"
    return Ragged(
        f"the row has {len(cells)} cells, the {first} {width}",
        place=Place(given.path, line + lines, column),
        fix="quote a cell that holds a comma" if len(cells) > width else missing,
    ).findings[0]


def _start_of_cell(raw: str, index: int, dialect: Dialect) -> tuple[int, int]:
    """How many lines after the start of the record, and at which character, cell `index` begins.

    A quotation mark opens a quoted cell at its start only; inside, two of them are one.
    """
    begins, quoted, inside = True, False, False
    lines, column = 0, 1
    for char, following in zip(raw, raw[1:] + "\0", strict=True):
        if index == 0:
            break
        quoted = char == dialect.quote if begins else quoted
        inside ^= quoted and char == dialect.quote
        begins = char == dialect.delimiter and not inside
        index -= begins
        ends = char == "\n" or (char == "\r" and following != "\n")
        lines, column = (lines + 1, 1) if ends else (lines, column + 1)
    return lines, column
