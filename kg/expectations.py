"""Named queries held against the rows that are expected of them: `queries/NAME.csv` beside `NAME.rq`.

Rows may come in any order unless the query orders them; numbers by their value, so 2 equals 2.00.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from kg import answers, encoding, query_text, results
from kg.errors import EmptyTable, KgError, Place, UnknownQuery
from kg.graph import Graph

Row = tuple[str, ...]
NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")


@dataclass(frozen=True)
class Outcome:
    """What came of one named query: rows that lack, rows that are too many, or why it could not run."""

    query: query_text.Query
    missing: tuple[Row, ...] = ()
    unexpected: tuple[Row, ...] = ()
    misplaced: bool = False
    error: KgError | None = None
    untested: bool = False

    @property
    def passed(self) -> bool:
        """Whether the answer is what was expected; a query without expected rows has not passed."""
        return not (self.missing or self.unexpected or self.misplaced or self.error or self.untested)


def outcomes(graph: Graph) -> Iterator[Outcome]:
    """The outcome of every named query of the project, by name. Raises UnknownQuery where there is none."""
    if not graph.project.queries:
        raise UnknownQuery("the project has no named query", fix="write queries/NAME.rq and NAME.csv")
    for path in graph.project.queries.values():
        try:
            yield outcome(graph, query_text.read(path))
        except KgError as error:
            yield Outcome(query_text.Query("", name=path.stem, title=path.name, file=path), error=error)


def outcome(graph: Graph, query: query_text.Query) -> Outcome:
    """Run one query with its default parameters and compare."""
    assert query.file is not None
    expected_file = query.file.with_suffix(".csv")
    if not expected_file.is_file():
        return Outcome(query, untested=True)
    try:
        expected = rows(expected_file)
        answer = answers.run(query, graph.store, graph.prefixes, {})
        found = _rows(results.render(answer, "csv", graph.prefixes))
    except KgError as error:
        return Outcome(query, error=error)
    return _compare(query, expected, found)


def rows(path: Path) -> list[Row]:
    """The rows of a CSV file, the header first. Raises Encoding, or EmptyTable where there is no header."""
    found = _rows(encoding.read(path))
    if not found:
        raise EmptyTable("no header", place=Place(path, 1, 1), fix="write the names of the query's columns")
    return found


def _rows(text: str) -> list[Row]:
    """A line with nothing on it is a row of one empty cell where there is one column, else no row."""
    csv.field_size_limit(2**31 - 1)
    every = [*csv.reader(io.StringIO(text, newline=""))]
    one_column = len(every[0]) == 1 if every else False
    return [tuple(row) or ("",) for row in every if row or one_column]


def _compare(query: query_text.Query, expected: list[Row], found: list[Row]) -> Outcome:
    wanted, got = [*map(normal, expected)], [*map(normal, found)]
    missing, unexpected = Counter(wanted) - Counter(got), Counter(got) - Counter(wanted)
    return Outcome(
        query,
        missing=tuple(missing.elements()),
        unexpected=tuple(unexpected.elements()),
        misplaced=not missing and not unexpected and query.is_ordered and wanted != got,
    )


def normal(row: Row) -> Row:
    """The row with its numbers in one form.

    >>> normal(("2.00", "2", "1E1", "二"))
    ('2', '2', '10', '二')
    """
    return tuple(map(_number, row))


def _number(cell: str) -> str:
    if not NUMBER.fullmatch(cell):
        return cell
    text = f"{Decimal(cell):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text.removeprefix("+")
