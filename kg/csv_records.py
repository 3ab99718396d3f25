"""CSV as RFC 4180 says and as CSVW's dialects vary it: header, records, faults, and where a cell stands.

An engine reads plain CSV by itself; this module reads what the engine does not tell, the header before and
the exact place of a fault after, and all records of CSV that is not plain. Blank lines and comments are no
records.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO

from kg import files
from kg.errors import EmptyTable, Finding, FullWidth, Header, MappingError, Place, Ragged, TableError
from kg.mapping import ROW, Dialect, LogicalSource
from kg.shapes import MOST_FINDINGS, TEXT, UTF_8, Cells, Places, Record, Table, plain

FULL_WIDTH_COMMA = "，"
SEPARATORS = {";": "semicolons", "\t": "tabs", ",": "commas"}
LINE_ENDS = {"\n": "LF", "\r\n": "CR LF", "\r": "CR"}
UNNAMED = "_col."
"""What CSVW puts before the number of a column without a name ("Parsing Tabular Data")."""
TRIMS: dict[bool | str, Callable[[str], str]] = {
    False: str,
    True: str.strip,
    "start": str.lstrip,
    "end": str.rstrip,
}


def table(source: LogicalSource, path: Path, references: tuple[str, ...] = ()) -> Table:
    """Look at a table. Columns without names have numbers, `1`; as in CSVW, `_col.1`, if all references do.

    Raises MappingError for a dialect that cannot be, Encoding (with the encoding it seems to be),
    EmptyTable for a file without a header, FullWidth and Header for a header that names no columns.
    """
    _check(source)
    if plain(source):
        files.check(source, path)
    columns = _header(path, source, references)
    return Table(path, columns, source, tuple(_warnings(path, source)), (TEXT,) * len(columns))


def records(given: Table, most: int = MOST_FINDINGS) -> Iterator[Record]:
    """Each record, its nulls None. Raises TableError with every row that does not fit."""
    dialect, nulls, trimmed = given.source.dialect, given.source.nulls, TRIMS[given.source.dialect.trim]
    for _, _, cells in islice(_records(given), int(dialect.header), None):
        if len(cells) != _width(given):
            raise TableError.of(faults(given))
        texts = map(trimmed, cells[dialect.skip_columns :])
        yield tuple(None if text in nulls else text for text in texts)


def faults(given: Table) -> tuple[Finding, ...]:
    """Everything about the shape of the table that a CSV reader cannot accept, at most `MOST_FINDINGS`."""
    return tuple(islice(_faults(given), MOST_FINDINGS))


def places(given: Table, cells: Cells) -> Places:
    """The places of the first characters of cells. The table is read once, up to the last of them."""
    wanted: dict[int, set[str]] = {}
    for row, column in cells:
        wanted.setdefault(row, set()).add(column)
    found, dialect = {}, given.source.dialect
    rows = enumerate(_records(given), 0 if dialect.header else 1)
    for row, (line, raw, _) in islice(rows, max(wanted, default=-1) + 1):
        for column in wanted.get(row, ()):
            index = dialect.skip_columns + given.columns.index(column)
            lines, at = _start_of_cell(raw, index, dialect)
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
        skipinitialspace=dialect.trim in (True, "start"),
        strict=strict,
    )


class Lines:
    """The lines of a file for a CSV reader, without comments; `raw` are those of the record at hand."""

    def __init__(self, file: IO[str], dialect: Dialect) -> None:
        self._file = islice(file, dialect.skip_rows, None)
        self._comment = dialect.comment
        self._count = dialect.skip_rows
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


def _width(given: Table) -> int:
    """How many cells a record has, those that are skipped too."""
    return given.source.dialect.skip_columns + len(given.columns)


def _header(path: Path, source: LogicalSource, references: tuple[str, ...]) -> tuple[str, ...]:
    dialect, skipped = source.dialect, source.dialect.skip_columns
    with files.text(source, path) as file:
        lines = Lines(file, dialect)
        names = next(_reader(lines, dialect, strict=False), [])[skipped:]
    line, raw = lines.begins, lines.raw
    if not dialect.header and dialect.names:
        _check_names(dialect, names, Place(path, line, 1))
        return dialect.names
    if not dialect.header and names:
        by_csvw = references and all(name.startswith(UNNAMED) for name in references)
        before = UNNAMED if by_csvw else ""
        return tuple(f"{before}{number}" for number in range(1, len(names) + 1))
    names = [*map(TRIMS[dialect.trim], names)]
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
            fix=f"separate them by {dialect.delimiter!r}, or let the source name its delimiter: "
            f"csvw:delimiter {_quoted(other)} in its csvw:dialect, in YARRRML delimiter: {_quoted(other)}",
        )
    for index, name in enumerate(names):
        if fault := _fault_of_name(name, names[:index]):
            lines_after, column = _start_of_cell("".join(raw), skipped + index, dialect)
            place = Place(path, line + lines_after, column)
            raise Header(fault, place=place, fix="give each column a name of its own")
    return tuple(names)


def _check_names(dialect: Dialect, cells: list[str], place: Place) -> None:
    """Raise Header for names that the first row, if there is one, or the engine cannot have."""
    fault = next((_fault_of_name(name, []) for name in dialect.names if name.lower() == ROW), "")
    if cells and len(cells) != len(dialect.names):
        fault = f"the row has {len(cells)} cells, the mapping names {len(dialect.names)} columns"
    if fault:
        raise Header(fault, place=place, fix="name each column in the csvw:tableSchema")


def _quoted(delimiter: str) -> str:
    """The delimiter as Turtle and YAML write it."""
    return '"\\t"' if delimiter == "\t" else f'"{delimiter}"'


def _fault_of_name(name: str, before: list[str]) -> str:
    """What is wrong with the name of a column."""
    if not name.strip():
        return f"column {len(before) + 1} has no name"
    if name in before:
        return f"two columns are called {name!r}"
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
        lines = Lines(file, source.dialect)
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
        lines = Lines(file, dialect)
        try:
            for cells in _reader(lines, dialect):
                if any(cells) if dialect.skip_blank else cells or _width(given) == 1:
                    yield lines.begins, "".join(lines.raw), cells or [""]
                lines.raw.clear()
        except csv.Error as error:
            raise _no_csv(given.path, lines.begins, error) from None


def _faults(given: Table) -> Iterator[Finding]:
    first_end = ""
    try:
        for line, raw, cells in _records(given):
            if len(cells) != _width(given):
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
    width = _width(given)
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
