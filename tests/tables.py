"""Tables of records written as files of many formats, for cases that want the same of each."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

Record = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """Records, and all their columns in order."""

    name: str
    records: tuple[Record, ...]
    columns: tuple[str, ...]

    @property
    def flat(self) -> bool:
        """Whether every value is one text, number or truth."""
        return not any(isinstance(value, list | dict) for record in self.records for value in record.values())

    @property
    def gaps(self) -> bool:
        """Whether a record lacks a value."""
        return any(record.get(name) is None for record in self.records for name in self.columns)


def write_json(path: Path, table: Table) -> None:
    path.write_text(json.dumps({"records": table.records}, ensure_ascii=False), encoding="utf-8")


def write_lines(path: Path, table: Table) -> None:
    lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in table.records)
    path.write_text("".join(lines), encoding="utf-8")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def write_csv(path: Path, table: Table) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_MINIMAL)
        writer.writerow(table.columns)
        writer.writerows([_text(record.get(name)) for name in table.columns] for record in table.records)


def element(name: str) -> str:
    """The name of an element for a key."""
    return re.sub(r"\W", "_", name)


def write_xml(path: Path, table: Table) -> None:
    root = ElementTree.Element("root")
    for record in table.records:
        made = ElementTree.SubElement(root, "record")
        for name, value in record.items():
            for each in value if isinstance(value, list) else [value]:
                if each is not None:
                    ElementTree.SubElement(made, element(name)).text = _text(each)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def write_attributes(path: Path, table: Table) -> None:
    root = ElementTree.Element("root")
    for record in table.records:
        there = {element(name): _text(value) for name, value in record.items() if value is not None}
        ElementTree.SubElement(root, "record", there)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def write_parquet(path: Path, table: Table) -> None:
    import duckdb

    lines = path.with_suffix(".ndjson")
    full = [{name: record.get(name) for name in table.columns} for record in table.records]
    write_lines(lines, Table("", tuple(full), ()))
    with duckdb.connect() as connection:
        connection.sql(
            f"COPY (FROM read_json('{lines}', format='newline_delimited')) TO '{path}' (FORMAT parquet)"
        )
    lines.unlink()


def write_sheet(path: Path, table: Table) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(table.columns))
    for record in table.records:
        sheet.append([record.get(name) for name in table.columns])
    book.save(path)


DATABASE = "data.db"


def quoted(name: str) -> str:
    """A delimited identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def sql(table: Table) -> list[str]:
    """The statements that make a table: a column of whole numbers has them, others have texts."""
    given = {name: [record.get(name) for record in table.records] for name in table.columns}
    kinds = {
        name: "INTEGER"
        if values and all(isinstance(value, int) for value in values if value is not None)
        else "VARCHAR(200)"
        for name, values in given.items()
    }
    columns = ", ".join(f"{quoted(name)} {kind}" for name, kind in kinds.items())
    rows = (", ".join(_sql(record.get(name)) for name in table.columns) for record in table.records)
    inserted = (f"INSERT INTO {table.name} VALUES ({values})" for values in rows)
    return [f"CREATE TABLE {table.name} ({columns})", *inserted]


def _sql(value: Any) -> str:
    return "NULL" if value is None else "'" + _text(value).replace("'", "''") + "'"


def write_sqlite(path: Path, table: Table) -> None:
    with closing(sqlite3.connect(path.parent / DATABASE)) as connection:
        for statement in sql(table):
            connection.execute(statement)
        connection.commit()
