"""Records of any source, one after the other, as an engine takes them in."""

from __future__ import annotations

from collections.abc import Iterator

from kg import (
    constant_records,
    csv_records,
    json_records,
    sheet_records,
    solution_records,
    sql_records,
    xml_records,
)
from kg.errors import Unsupported
from kg.mapping import LogicalSource
from kg.shapes import MOST_FINDINGS, Reader, Record, Table

READERS: dict[str, Reader] = {
    "": constant_records,
    "csv": csv_records,
    "json": json_records,
    "jsonl": json_records,
    "xml": xml_records,
    "parquet": sheet_records,
    "excel": sheet_records,
    "sparql": solution_records,
    "sql": sql_records,
}


def reader(source: LogicalSource) -> Reader:
    """What reads sources of its formulation. Raises Unsupported for one that is not run yet."""
    if source.formulation not in READERS:
        formulations = ", ".join(name for name in READERS if name)
        raise Unsupported(
            f"source {source.path!r} is {source.formulation}; this version reads {formulations}",
            place=source.place,
        )
    return READERS[source.formulation]


def records(given: Table, most: int = MOST_FINDINGS) -> Iterator[Record]:
    """The records of a source in their order, the cells in the order of the table's columns.

    Raises TableError for a file that breaks off; DataError with the cells that hold no value but a structure,
    when there are `most` of them, else after the last record: in the records they are None.
    """
    return reader(given.source).records(given, most)
