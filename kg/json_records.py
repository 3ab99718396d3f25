"""JSON and JSON Lines: what a JSONPath finds are the records; references are JSONPath too.

Numbers without fraction and exponent are xsd:integer, all others xsd:double; null is no value (RML-IO
registry, "JSON"; RML-Core, "Natural mapping"). Of a source whose values are as they are written, numbers and
truth values are texts. A file is held in memory as a whole, of JSON Lines one line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from kg import documents, files
from kg.errors import DataError, Finding, Place, TableError, UnknownColumn, each
from kg.json_paths import ROOT, JsonPath
from kg.json_paths import iterator as json_iterator
from kg.json_paths import path as json_path
from kg.mapping import XSD, LogicalSource
from kg.natural import Value, double
from kg.shapes import MOST_FINDINGS, VALUE, VALUES, Cell, Cells, Places, Record, Table, nothing_found, unfound

LONGEST_INT = 4000  # digits that Python makes a number of without being told to
SURROGATE = re.compile("[\ud800-\udfff]")
STRUCTURES: dict[type, str] = {dict: "an object", list: "a list"}


def table(source: LogicalSource, path: Path, references: tuple[str, ...] = ()) -> Table:
    """The references are the columns: one value of a definite path, any number of values of others.

    Raises MappingError with every path that is none, TableError, with line and column, for what is no JSON;
    UnknownColumn for references that no record of a source has which is to be complete.
    """
    _, *found = each(
        lambda text: json_iterator(source) if text is None else json_path(source, text), (None, *references)
    )
    given = Table(
        path,
        references,
        source,
        types=tuple(VALUE if reference.definite else VALUES for reference in found),
    )
    keys = _keys(given, dict(zip(references, found, strict=True)) if source.complete else {})
    if keys is not None:
        return given
    warnings = nothing_found(path, f"the iterator {_iterator(source)!r} finds no record")
    return Table(path, references, source, warnings, given.types)


def _keys(given: Table, paths: dict[str, JsonPath]) -> tuple[str, ...] | None:
    """The keys of the first record, None without any; null is something that a path leads to.

    Raises UnknownColumn with every one of `paths` that leads to nothing in all records.
    """
    keys: tuple[str, ...] | None = None
    for _, node in _nodes(given):
        if keys is None:
            keys = tuple(node) if isinstance(node, dict) else ()
        paths = {name: path for name, path in paths.items() if not path.find(node)}
        if not paths:
            return keys
    if keys is None:
        return None
    absent = (unfound(given.source, given.path, name, keys) for name in paths)
    raise UnknownColumn.of(finding for error in absent for finding in error.findings)


def records(given: Table, most: int = MOST_FINDINGS) -> Iterator[Record]:
    """Each record that the iterator finds. Raises DataError with every reference to an object or a list."""
    source, nulls = given.source, given.source.nulls
    spelled = SPELLED[source.as_written]
    paths = [(name, path, path.get) for name in given.columns for path in (json_path(source, name),)]
    faults: list[tuple[int, str, str]] = []
    for row, (_, node) in enumerate(_nodes(given), 1):
        record: list[Cell] = []
        for name, reference, get in paths:
            if get:  # as most are: this is run for each cell
                value = get(node)
                if value is None:
                    record.append(None)
                    continue
                spell = spelled.get(type(value))
                if spell and not _is_half(value):
                    made = spell(value)
                    record.append(None if made[0] in nulls else made)
                    continue
            values = reference.find(node)
            wrong = [STRUCTURES[type(value)] for value in values if type(value) in STRUCTURES]
            wrong += ["half a character" for value in values if _is_half(value)]
            faults += [(row, name, what) for what in wrong[:1]]
            record.append(None if wrong else _cell(reference, values, source))
        if len(faults) >= most:
            break
        yield tuple(record)
    if faults:
        raise DataError.of(_told(given, faults[:most]))


def places(given: Table, cells: Cells) -> Places:
    """Where records begin, as far as they are objects or lists."""
    wanted = tuple(cells)
    last = max((row for row, _ in wanted), default=0)
    rows = {row: place for row, (place, _) in enumerate(islice(_nodes(given, exact=True), last), 1)}
    return {(row, column): rows.get(row, Place(given.path)) for row, column in wanted}


def _iterator(source: LogicalSource) -> str:
    return source.iterator or ROOT


def _cell(reference: JsonPath, values: list[Any], source: LogicalSource) -> Cell:
    spelled = SPELLED[source.as_written]
    there = [spelled[type(value)](value) for value in values if value is not None]
    if source.nulls:
        there = [value for value in there if value[0] not in source.nulls]
    if reference.definite:
        return there[0] if there else None
    return there


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
    name = _iterator(given.source)
    iterator = json_iterator(given.source)
    for document in _documents(given, exact=exact):
        whole = Place(given.path, document.line)
        for node in document.by(name, iterator.find):
            at = document.starts.get(id(node), -1)
            yield _place(given.path, document.line, document.text, at) if at >= 0 else whole, node


def _place(path: Path, line: int, text: str, at: int) -> Place:
    before = text[:at]
    return Place(path, max(line, 1) + before.count("\n"), at - before.rfind("\n"))


class Document(documents.Found[Any]):
    """A value; if wanted with where its objects and lists begin. Its line is 0 for that of a file."""

    def __init__(self, value: Any, line: int, text: str, starts: dict[int, int]) -> None:
        super().__init__(value)
        self.line, self.text, self.starts = line, text, starts


def _documents(given: Table, *, exact: bool) -> Iterator[Document]:
    """The file, or each of its lines that is not blank."""
    source, path = given.source, given.path
    if source.formulation == "json":
        yield documents.document(source, path, lambda: _whole(given, exact), source.as_written, exact)
        return
    with files.text(source, path) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield _parsed(given, number, line, exact)


def _whole(given: Table, exact: bool) -> Document:
    with files.text(given.source, given.path) as file:
        return _parsed(given, 0, file.read(), exact)


def _parsed(given: Table, line: int, text: str, exact: bool) -> Document:
    path, starts = given.path, dict[int, int]()
    whole, fraction = NUMBERS[given.source.as_written]
    decoder = json.JSONDecoder(parse_int=whole, parse_float=fraction, parse_constant=_no_number)
    if exact:
        _remember(decoder, starts)
    try:
        return Document(decoder.decode(text), line, text if exact else "", starts)
    except json.JSONDecodeError as error:
        place = _place(path, line, text, error.pos)
        raise TableError(f"this is no JSON: {error.msg}", place=place, fix="mend it there") from None
    except ValueError as error:
        place = _place(path, line, text, max(text.find(str(error)), 0))
        raise TableError(f"this is no JSON: {error} is no number", place=place, fix="write null") from None
    except RecursionError:
        raise TableError("the JSON is nested too deeply", place=Place(path, line)) from None


class Written(float):
    """A number, for the filters of paths, that keeps its text."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Written:
        """The number that a text is."""
        made = super().__new__(cls, text)
        made.text = text
        return made


def _integer(digits: str) -> int | Decimal:
    """The number; as a Decimal where it is too long for Python's limit."""
    return int(digits) if len(digits) < LONGEST_INT else Decimal(digits)


def _written_integer(digits: str) -> float | Decimal:
    return Written(digits) if digits == "-0" else _integer(digits)


# How numbers are read, those without fraction and the others: as they are meant, and as they are written.
NUMBERS: dict[bool, tuple[Callable[[str], float | Decimal], Callable[[str], float]]] = {
    False: (_integer, float),
    True: (_written_integer, Written),
}


def _text(value: object) -> Value:
    return str(value), ""


def _boolean(value: bool) -> Value:
    return "true" if value else "false", XSD + "boolean"


def _whole_number(value: float | Decimal) -> Value:
    return str(value), XSD + "integer"


def _number(value: float) -> Value:
    return double(value), XSD + "double"


def _number_as_written(value: Written) -> Value:
    return value.text, ""


# The values of JSON by their types, as they are meant and as they are written.
SPELLED: dict[bool, dict[type, Callable[[Any], Value]]] = {
    False: {str: _text, int: _whole_number, Decimal: _whole_number, bool: _boolean, float: _number},
    True: {
        **{str: _text, int: _text, Decimal: _text, Written: _number_as_written},
        bool: lambda value: (_boolean(value)[0], ""),
    },
}


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
