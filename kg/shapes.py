"""The shape of a source: its columns, what each of them holds, and what a reader of it gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from kg.errors import EmptyTable, Finding, Place, UnknownColumn
from kg.mapping import Dialect, LogicalSource
from kg.natural import Value

TEXT = "string"
VALUE = "struct<v: string, t: string>"
VALUES = f"array<{VALUE}>"
MOST_FINDINGS = 100
ALL_FINDINGS = 2**63 - 1
UNCOMPRESSED = ("", "none")
UTF_8 = ("utf-8", "utf8")

Cell = None | str | Value | list[Value]
"""By the type of its column: a text or None; a value or None; a list of values."""
Record = tuple[Cell, ...]
Cells = Iterable[tuple[int, str]]
"""Cells by the ordinals of their records, from 1, and their columns."""
Places = dict[tuple[int, str], Place]


@dataclass(frozen=True)
class Table:
    """A readable source: its file, its columns in order, and what each holds.

    `types` are as Ibis writes them, one for each column: TEXT, VALUE or VALUES. `asked` is the SQL that a
    database is asked, `comparisons` says how it compares the values of each column ("" for: not as texts),
    `labels` are the names that it has for them, `rows` is the query that gives all of them.
    """

    path: Path
    columns: tuple[str, ...]
    source: LogicalSource
    warnings: tuple[Finding, ...] = field(default=(), compare=False)
    types: tuple[str, ...] = ()
    asked: str = ""
    comparisons: tuple[str, ...] = field(default=(), compare=False)
    labels: tuple[str, ...] = field(default=(), compare=False)
    rows: str = field(default="", compare=False)

    @property
    def plain(self) -> bool:
        """Whether it is CSV that an engine can read by itself; all else is read by :mod:`kg.records`.

        SQL does not tell upper from lower case in the names of columns.
        """
        return plain(self.source) and distinct(self.columns) == self.columns


class Reader(Protocol):
    """What a module does that reads sources of one formulation.

    The source's bytes are read anew by each.
    """

    def table(self, source: LogicalSource, path: Path, references: tuple[str, ...]) -> Table:
        """Look at a source; raises what is wrong with it or with the references."""

    def records(self, given: Table, most: int = MOST_FINDINGS) -> Iterator[Record]:
        """The records, their cells in the order of the table's columns.

        Cells that hold no value are None; a DataError about them ends it, once there are `most`.
        """

    def places(self, given: Table, cells: Cells) -> Places:
        """Where cells stand, as exactly as the format allows."""


def plain(source: LogicalSource) -> bool:
    """Whether a source is CSV as RFC 4180 says, with any delimiter, in a file of UTF-8 as it is."""
    as_usual = source.dialect == Dialect(source.delimiter)
    whole = (
        source.encoding.lower() in UTF_8 and source.compression.lower() in UNCOMPRESSED and is_file(source)
    )
    return source.formulation == "csv" and as_usual and whole


def is_file(source: LogicalSource) -> bool:
    """Whether its path names a file of this machine."""
    return source.path != "-" and not source.path.startswith(("http://", "https://"))


def nothing_found(path: Path, message: str) -> tuple[Finding, ...]:
    """The warning that a source has no record."""
    return (Finding(EmptyTable.rule(), message, Place(path), severity="warning"),)


def unfound(source: LogicalSource, path: Path, reference: str, exists: Iterable[str]) -> UnknownColumn:
    """The error that no record of a source has what a reference names."""
    message = f"no record of {path.name} has {reference!r}"
    return UnknownColumn(message, place=source.place, value=reference, exists=exists)


def at(path: Path, rows: Iterable[tuple[int, Place]], cells: Cells) -> Places:
    """The places of whole records for their cells; of a record without any, the file."""
    found = dict(rows)
    return {(row, column): found.get(row, Place(path)) for row, column in cells}


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Names that also differ where upper and lower case do not: if needed, with their capitals marked.

    >>> distinct(("Name", "id"))
    ('Name', 'id')
    """
    given = tuple(names)
    same = len({name.lower() for name in given}) < len(given)
    return tuple(map(marked, given)) if same else given


def marked(name: str) -> str:
    """The name with a noncharacter, which no text may hold, before each capital letter."""
    return "".join("\ufdd1" * (char != char.lower()) + char for char in name)
