"""JSON and JSON Lines: what a JSONPath finds are the records; references are JSONPath too.

Numbers without fraction and exponent are xsd:integer, all others xsd:double; null is no value (RML-IO
registry, "JSON"; RML-Core, "Natural mapping"). A file is held in memory as a whole, of JSON Lines one line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from kg import files
from kg.errors import DataError, Finding, Place, TableError, each
from kg.json_paths import JsonPath
from kg.json_paths import path as json_path
from kg.mapping import XSD, LogicalSource
from kg.natural import Value, natural
from kg.shapes import MOST_FINDINGS, VALUE, VALUES, Cell, Cells, Places, Record, Table, nothing_found

LONGEST_INT = 4000  # digits that Python makes a number of without being told to
SURROGATE = re.compile("[\ud800-\udfff]")
STRUCTURES: dict[type, str] = {dict: "an object", list: "a list"}
ROOT = "$"


def table(source: LogicalSource, path: Path, references: tuple[str, ...] = ()) -> Table:
    """The references are the columns: one value of a definite path, any number of values of others.

    Raises MappingError with every path that is none, TableError, with line and column, for what is no JSON.
    """
    _, *found = each(lambda text: json_path(source, text), (_iterator(source), *references))
    given = Table(
        path,
        references,
        source,
        types=tuple(VALUE if reference.definite else VALUES for reference in found),
    )
    if next(_nodes(given), None) is not None:
        return given
    warnings = nothing_found(path, f"the iterator {_iterator(source)!r} finds no record")
    return Table(path, references, source, warnings, given.types)


def records(given: Table) -> Iterator[Record]:
    """Each record that the iterator finds. Raises DataError with every reference to an object or a list."""
    paths = [(name, json_path(given.source, name)) for name in given.columns]
    faults: list[tuple[int, str, str]] = []
    for row, (_, node) in enumerate(_nodes(given), 1):
        record: list[Cell] = []
        for name, reference in paths:
            values = reference.find(node)
            wrong = [STRUCTURES[type(value)] for value in values if type(value) in STRUCTURES]
            wrong += ["half a character" for value in values if _is_half(value)]
            faults += [(row, name, what) for what in wrong[:1]]
            if not faults:
                record.append(_cell(reference, values, given.source.nulls))
        if len(faults) >= MOST_FINDINGS:
            break
        if not faults:
            yield tuple(record)
    if faults:
        raise DataError.of(_told(given, faults[:MOST_FINDINGS]))


def places(given: Table, cells: Cells) -> Places:
    """Where records begin, as far as they are objects or lists."""
    wanted = tuple(cells)
    last = max((row for row, _ in wanted), default=0)
    rows = {row: place for row, (place, _) in enumerate(islice(_nodes(given, exact=True), last), 1)}
    return {(row, column): rows.get(row, Place(given.path)) for row, column in wanted}


def _iterator(source: LogicalSource) -> str:
    return source.iterator or ROOT


def _cell(reference: JsonPath, values: list[Any], nulls: tuple[str, ...]) -> Cell:
    there = [_value(value) for value in values if value is not None]
    there = [value for value in there if value[0] not in nulls] if nulls else there
    if reference.definite:
        return there[0] if there else None
    return there


def _value(value: Any) -> Value:
    return (str(value), XSD + "integer") if type(value) is Decimal else natural(value)


def _is_half(value: Any) -> bool:
    """Whether it holds one half of a character, which JSON can write and no text in UTF-8 can hold."""
    return type(value) is str and not value.isascii() and SURROGATE.search(value) is not None


def _told(given: Table, faults: list[tuple[int, str, str]]) -> list[Finding]:
    where = places(given, [(row, name) for row, name, _ in faults])
    return [
        DataError(
            f"{name!r} is {what} in record {row}, not a value",
            place=where[row, name],
            fix=f"refer to what is in it, such as {name if name[0] == ROOT else '$.' + name}[*]"
            if what == STRUCTURES[list]
            else "refer to one of its keys"
            if what == STRUCTURES[dict]
            else "mend the \\u escape",
        ).findings[0]
        for row, name, what in faults
    ]


def _nodes(given: Table, *, exact: bool = False) -> Iterator[tuple[Place, Any]]:
    """What the iterator finds; `exact` tells where it begins, which takes much longer."""
    iterator = json_path(given.source, _iterator(given.source))
    for line, text in _documents(given):
        document, starts = _parsed(given.path, line, text, exact=exact)
        for node in iterator.find(document):
            at = starts.get(id(node), -1)
            yield _place(given.path, line, text, at) if at >= 0 else Place(given.path, max(line, 0)), node


def _place(path: Path, line: int, text: str, at: int) -> Place:
    before = text[:at]
    return Place(path, max(line, 1) + before.count("\n"), at - before.rfind("\n"))


def _documents(given: Table) -> Iterator[tuple[int, str]]:
    """The file, or each of its lines that is not blank, with its number; 0 for a file."""
    with files.text(given.source, given.path) as file:
        if given.source.formulation == "json":
            yield 0, file.read()
            return
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, line


def _parsed(path: Path, line: int, text: str, *, exact: bool) -> tuple[Any, dict[int, int]]:
    starts: dict[int, int] = {}
    decoder = json.JSONDecoder(parse_int=_integer, parse_constant=_no_number)
    if exact:
        _remember(decoder, starts)
    try:
        return decoder.decode(text), starts
    except json.JSONDecodeError as error:
        place = _place(path, line, text, error.pos)
        raise TableError(f"this is no JSON: {error.msg}", place=place, fix="mend it there") from None
    except ValueError as error:
        place = _place(path, line, text, max(text.find(str(error)), 0))
        raise TableError(f"this is no JSON: {error} is no number", place=place, fix="write null") from None
    except RecursionError:
        raise TableError("the JSON is nested too deeply", place=Place(path, line)) from None


def _integer(digits: str) -> int | Decimal:
    """The number; as a Decimal where it is too long for Python's limit."""
    return int(digits) if len(digits) < LONGEST_INT else Decimal(digits)


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _remember(decoder: json.JSONDecoder, starts: dict[int, int]) -> None:
    """Make a decoder note where each object and list begins."""

    def noting(parse: Any) -> Any:
        def parsed(state: tuple[str, int], *rest: Any) -> tuple[Any, int]:
            value, end = parse(state, *rest)
            starts[id(value)] = state[1] - 1
            return value, end

        return parsed

    inner: Any = decoder
    inner.parse_object = noting(inner.parse_object)
    inner.parse_array = noting(inner.parse_array)
    inner.scan_once = json.scanner.py_make_scanner(decoder)  # type: ignore[attr-defined]
