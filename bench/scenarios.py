"""What is mapped: tables that are made, the same bytes each time, and their mapping.

A name says what and how much, such as raw-100000x20; `KINDS` lists them. A scenario becomes a folder of CSV
files, `mapping.ttl` (legacy RML, which every engine reads), `core.ttl` (RML-Core) and `mapping.json`.

>>> [table.name for table in scenario("joins-5-1-50-1000").tables]
['children.csv', 'parents.csv']
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import curated
import transport
from mappings import Column, Join, Map, Template
from sources import Scenario, Table, scattered

EX = "http://example.com/"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
ROWS, COLUMNS = 100_000, 20


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
            return kind.made(name, *numbers)
    known = "\n".join(f"  {kind.shown:28} {kind.about}" for kind in KINDS)
    raise ValueError(f"no scenario is called {name!r}; there are\n{known}")


@dataclass(frozen=True)
class Kind:
    """A family of scenarios: how its names look, and what makes them."""

    shown: str
    pattern: str
    made: Callable[..., Scenario]
    about: str


KINDS = (
    Kind("raw-ROWSxCOLUMNS", r"raw-(\d+)x(\d+)", raw, "every cell a triple"),
    Kind(
        "duplicates-PERCENT[-ROWS]",
        r"duplicates-(\d+)(?:-(\d+))?",
        duplicates,
        "a row repeated in its table",
    ),
    Kind("empty-PERCENT[-ROWS]", r"empty-(\d+)(?:-(\d+))?", empty, "cells without a value"),
    Kind("maps-MAPSxPAIRS[-ROWS]", r"maps-(\d+)x(\d+)(?:-(\d+))?", many, "many triples maps, one table"),
    Kind(
        "joins-N-M-PERCENT[-ROWS]",
        r"joins-(\d+)-(\d+)-(\d+)(?:-(\d+))?",
        joins,
        "N rows meet M rows of another table",
    ),
    Kind(
        "transport-SCALE", r"transport-(\d+)", transport.transport, "13 maps of public transport, after GTFS"
    ),
    Kind(
        "curated-ROWS",
        r"curated-(\d+)",
        partial(curated.curated, hostile=False),
        "tables as in data/ of this repository",
    ),
    Kind("register-ROWS", r"register-(\d+)", register, "one long table of a project"),
    Kind(
        "hostile-ROWS",
        r"hostile-(\d+)",
        partial(curated.curated, hostile=True),
        "the same with quotes, line ends, odd keys",
    ),
)
