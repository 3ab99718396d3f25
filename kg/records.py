"""Records of any source, one after the other, as an engine takes them in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kg.errors import Unsupported
from kg.mapping import LogicalSource
from kg.shapes import MOST_FINDINGS, Reader, Record, Table


def _constant() -> Reader:
    from kg import constant_records

    return constant_records


def _csv() -> Reader:
    from kg import csv_records

    return csv_records


def _json() -> Reader:
    from kg import json_records

    return json_records


def _sheet() -> Reader:
    from kg import sheet_records

    return sheet_records


def _solution() -> Reader:
    from kg import solution_records

    return solution_records


def _sql() -> Reader:
    from kg import sql_records

    return sql_records


def _xml() -> Reader:
    from kg import xml_records

    return xml_records


READERS: dict[str, Callable[[], Reader]] = {
    "": _constant,
    "csv": _csv,
    "json": _json,
    "jsonl": _json,
    "xml": _xml,
    "parquet": _sheet,
    "excel": _sheet,
    "sparql": _solution,
    "sql": _sql,
}
"""What reads each formulation, loaded when a source has it."""


def reader(source: LogicalSource) -> Reader:
    """What reads sources of its formulation. Raises Unsupported for one that is not run yet."""
    if source.formulation not in READERS:
        formulations = ", ".join(name for name in READERS if name)
        raise Unsupported(
            f"source {source.path!r} is {source.formulation}; this version reads {formulations}",
            place=source.place,
        )
    return READERS[source.formulation]()


def records(given: Table, most: int = MOST_FINDINGS) -> Iterator[Record]:
    """The records of a source in their order, the cells in the order of the table's columns.

    Raises TableError for a file that breaks off; DataError with the cells that hold no value but a structure,
    when there are `most` of them, else after the last record: in the records they are None.
    """
    return reader(given.source).records(given, most)
