"""Records of any source, one after the other, as an engine takes them in."""

from __future__ import annotations

from collections.abc import Iterator

from kg import constant_records, csv_records, json_records, sheet_records, solution_records, xml_records
from kg.errors import Unsupported
from kg.mapping import LogicalSource
from kg.shapes import Reader, Record, Table

READERS: dict[str, Reader] = {
    "": constant_records,
    "csv": csv_records,
    "json": json_records,
    "jsonl": json_records,
    "xml": xml_records,
    "parquet": sheet_records,
    "excel": sheet_records,
    "sparql": solution_records,
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


def records(given: Table) -> Iterator[Record]:
    """The records of a source in their order, the cells in the order of the table's columns.

    Raises TableError for a file that breaks off, DataError with every cell that holds
    no value but a structure.
    """
    return reader(given.source).records(given)
