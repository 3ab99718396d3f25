"""What is mapped: tables that are made, the same bytes each time, and their mapping.

A name says what and how much, such as raw-100000x20; `KINDS` lists them. A scenario becomes a folder of CSV
files, `mapping.ttl` (legacy RML, which every engine reads), `core.ttl` (RML-Core) and `mapping.json`.

>>> [table.name for table in scenario("joins-5-1-50-1000").tables]
['children.csv', 'parents.csv']
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

import mappings
from mappings import Column, Join, Map, Template

EX = "http://example.com/"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
ROWS, COLUMNS = 100_000, 20
VERSION = 1
"""Goes up when a generator writes something else."""


@dataclass(frozen=True)
class Table:
    """A table that writes itself: `rows` gives them afresh; `plain`, faster, gives them as CSV text."""

    name: str
    columns: tuple[str, ...]
    rows: Callable[[], Iterable[Iterable[str]]]
    plain: Callable[[], Iterable[str]] | None = None

    def write(self, folder: Path) -> None:
        """The CSV file in the folder."""
        with (folder / self.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self.columns)
            if self.plain:
                file.writelines(self.plain())
            else:
                writer.writerows(self.rows())


@dataclass(frozen=True)
class Scenario:
    """Tables and the mapping that reads them."""

    name: str
    tables: tuple[Table, ...]
    maps: tuple[Map, ...]

    def write(self, folder: Path) -> Path:
        """Make the folder, unless it is there already; half of one never is."""
        whole = folder / f"made-{VERSION}"
        if whole.exists():
            return folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for table in self.tables:
            table.write(folder)
        for name, text in self.mappings().items():
            (folder / name).write_text(text, encoding="utf-8")
        whole.touch()
        return folder

    def mappings(self) -> dict[str, str]:
        """The mapping as each of its files."""
        return {
            "mapping.ttl": mappings.rml(self.maps, mappings.LEGACY),
            "core.ttl": mappings.rml(self.maps, mappings.CORE),
            "mapping.json": mappings.as_json(self.maps),
        }


def scattered(number: int, below: int, salt: int = 0) -> int:
    """A number under `below` that looks like chance and never changes, whatever the version of Python."""
    mixed = (
        number * 0x9E3779B97F4A7C15 + salt * 0xC2B2AE3D27D4EB4F + 0x165667B19E3779F9
    ) & 0xFFFFFFFFFFFFFFFF
    mixed = ((mixed ^ (mixed >> 31)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    return (mixed ^ (mixed >> 29)) % below


def _names(columns: int) -> tuple[str, ...]:
    return ("id", *(f"c{number}" for number in range(1, columns + 1)))


def _filled(rows: Iterable[int], columns: int) -> Iterator[str]:
    """Lines of which every value holds its row's number, so none comes twice."""
    pattern = ",".join(["#", *(f"{name}-#" for name in _names(columns)[1:])]) + "\n"
    yield from (pattern.replace("#", str(row)) for row in rows)


def _row(row: int, columns: int) -> list[str]:
    return [str(row), *(f"{name}-{row}" for name in _names(columns)[1:])]


def _columns_map(name: str, subject: str, columns: int) -> Map:
    objects = tuple((f"{EX}{column}", Column(column)) for column in _names(columns)[1:])
    return Map(name, "rows.csv", EX + subject, objects=objects)


def raw(name: str, rows: int, columns: int) -> Scenario:
    """Every cell becomes a triple, and no triple comes twice."""
    table = Table(
        "rows.csv",
        _names(columns),
        lambda: (_row(row, columns) for row in range(1, rows + 1)),
        lambda: _filled(range(1, rows + 1), columns),
    )
    return Scenario(name, (table,), (_columns_map("row", "row/{id}", columns),))


def duplicates(name: str, percent: int, rows: int = ROWS, columns: int = COLUMNS) -> Scenario:
    """So many of a hundred rows are one and the same row."""

    def made() -> Iterator[list[str]]:
        for row in range(1, rows + 1):
            # Spread evenly, and an exact share of them: where the count of repeated rows so far goes up.
            repeated = row * percent // 100 > (row - 1) * percent // 100
            yield _row(0 if repeated else row, columns)

    table = Table("rows.csv", _names(columns), made)
    return Scenario(name, (table,), (_columns_map("row", "row/{id}", columns),))


def empty(name: str, percent: int, rows: int = ROWS, columns: int = COLUMNS) -> Scenario:
    """So many of a hundred cells are empty, in no order."""

    def made() -> Iterator[list[str]]:
        for row in range(1, rows + 1):
            cells = _row(row, columns)
            gaps = (scattered(row * columns + at, 100) < percent for at in range(1, columns + 1))
            yield [cells[0], *("" if gap else cell for gap, cell in zip(gaps, cells[1:], strict=True))]

    table = Table("rows.csv", _names(columns), made)
    return Scenario(name, (table,), (_columns_map("row", "row/{id}", columns),))


def many(name: str, maps: int, pairs: int, rows: int = ROWS) -> Scenario:
    """Many triples maps over one table, each with so many predicates; their subjects differ."""
    columns = max(pairs, COLUMNS)
    table = raw(name, rows, columns).tables[0]
    made = (_columns_map(f"m{number}", f"m{number}/{{id}}", pairs) for number in range(1, maps + 1))
    return Scenario(name, (table,), tuple(made))


def joins(name: str, children: int, parents: int, percent: int, rows: int = ROWS) -> Scenario:
    """Two tables: a key that is met has so many rows in each, and so many of a hundred rows have such a key.

    All triples come of the join: `children` times `parents` for each key.
    """
    keys = rows * percent // 100 // max(children, parents)

    def side(each: int, alone: str) -> Iterator[list[str]]:
        met = keys * each
        for row in range(1, rows + 1):
            place = (
                row * 7919
            ) % rows  # a permutation: 7919 is prime and divides no number of rows used here
            key = f"k{place % keys}" if place < met else f"{alone}{row}"
            yield [str(row), key, *_row(row, COLUMNS)[2:]]

    tables = (
        Table("children.csv", _names(COLUMNS), lambda: side(children, "c")),
        Table("parents.csv", _names(COLUMNS), lambda: side(parents, "p")),
    )
    maps = (
        Map(
            "child", "children.csv", EX + "child/{id}", objects=((EX + "meets", Join("parent", "c1", "c1")),)
        ),
        Map("parent", "parents.csv", EX + "parent/{id}"),
    )
    return Scenario(name, tables, maps)


def register(name: str, rows: int) -> Scenario:
    """A long table and a short one that it refers to: three triples a row, fit for a project."""
    groups = 1_000

    def entries() -> Iterator[str]:
        yield from (f"e{row},Entry number {row},g{scattered(row, groups)}\n" for row in range(rows))

    tables = (
        Table("entries.csv", ("id", "name", "group"), lambda: csv.reader(entries()), entries),
        Table("groups.csv", ("id", "name"), lambda: ([f"g{at}", f"Group {at}"] for at in range(groups))),
    )
    label = (LABEL, Column("name"))
    belongs = (EX + "group", Template(EX + "group/{group}"))
    maps = (
        Map("entries", "entries.csv", EX + "entry/{id}", EX + "Entry", (label, belongs)),
        Map("groups", "groups.csv", EX + "group/{id}", EX + "Group", (label,)),
    )
    return Scenario(name, tables, maps)


def scenario(name: str) -> Scenario:
    """The scenario of this name. Raises ValueError, which lists what there is, for another."""
    for kind in KINDS:
        found = re.fullmatch(kind.pattern, name)
        if found:
            numbers = [int(number) for number in found.groups() if number is not None]
            return kind.made()(name, *numbers)
    known = "\n".join(f"  {kind.shown:28} {kind.about}" for kind in KINDS)
    raise ValueError(f"no scenario is called {name!r}; there are\n{known}")


def fingerprint(folder: Path) -> str:
    """What the files of a scenario hold, as a hash."""
    found = sha256()
    for file in sorted(each for each in folder.iterdir() if each.suffix in (".csv", ".ttl")):
        found.update(file.name.encode())
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


@dataclass(frozen=True)
class Kind:
    """A family of scenarios: how its names look, and what makes them."""

    shown: str
    pattern: str
    made: Callable[[], Callable[..., Scenario]]
    about: str


def _transport() -> Callable[..., Scenario]:
    import transport

    return transport.transport


def _curated(hostile: bool) -> Callable[..., Scenario]:
    import curated

    return partial(curated.curated, hostile=hostile)


KINDS = (
    Kind("raw-ROWSxCOLUMNS", r"raw-(\d+)x(\d+)", lambda: raw, "every cell a triple"),
    Kind(
        "duplicates-PERCENT[-ROWS]",
        r"duplicates-(\d+)(?:-(\d+))?",
        lambda: duplicates,
        "a row repeated in its table",
    ),
    Kind("empty-PERCENT[-ROWS]", r"empty-(\d+)(?:-(\d+))?", lambda: empty, "cells without a value"),
    Kind(
        "maps-MAPSxPAIRS[-ROWS]", r"maps-(\d+)x(\d+)(?:-(\d+))?", lambda: many, "many triples maps, one table"
    ),
    Kind(
        "joins-N-M-PERCENT[-ROWS]",
        r"joins-(\d+)-(\d+)-(\d+)(?:-(\d+))?",
        lambda: joins,
        "N rows meet M rows of another table",
    ),
    Kind("transport-SCALE", r"transport-(\d+)", _transport, "13 maps of public transport, after GTFS"),
    Kind("curated-ROWS", r"curated-(\d+)", partial(_curated, False), "tables as in data/ of this repository"),
    Kind("register-ROWS", r"register-(\d+)", lambda: register, "one long table of a project"),
    Kind(
        "hostile-ROWS", r"hostile-(\d+)", partial(_curated, True), "the same with quotes, line ends, odd keys"
    ),
)
