"""Sheets of Excel and tables of Parquet, with the types of their cells."""

from __future__ import annotations

import gzip
from datetime import date, datetime, time
from pathlib import Path

import duckdb
import openpyxl
import pytest
from test_records import look, said

from kg import sources
from kg.errors import DataError, EmptyTable, Header, MappingError, Place, TableError
from kg.mapping import XSD
from kg.records import records
from kg.shapes import VALUE, VALUES, Record, Table


def sheet(folder: Path, *rows: tuple[object, ...], **source: object) -> Table:
    """A table over the second sheet, s, of a workbook."""
    book = openpyxl.Workbook()
    made = book.create_sheet("s")
    for row in rows:
        made.append(row)
    book.save(folder / "t.xlsx")
    content = (folder / "t.xlsx").read_bytes()
    return look(folder, content, formulation="excel", **{"iterator": "s", **source})


def parquet(folder: Path, query: str) -> bytes:
    duckdb.execute(f"COPY ({query}) TO '{folder}/t.parquet' (FORMAT parquet)")
    return (folder / "t.parquet").read_bytes()


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("甲", ("甲", "")),
        ("1.50", ("1.50", "")),
        (12, ("12", XSD + "integer")),
        (3.0, ("3", XSD + "integer")),
        (80.25, ("8.025E1", XSD + "double")),
        (True, ("true", XSD + "boolean")),
        (date(2020, 1, 31), ("2020-01-31", XSD + "date")),
        (datetime(2020, 1, 31, 8, 30), ("2020-01-31T08:30:00", XSD + "dateTime")),
        (time(8, 30), ("08:30:00", XSD + "time")),
        (None, None),
    ],
)
def test_cells_of_a_sheet_have_types(written: object, value: object, tmp_path: Path) -> None:
    """Excel knows one kind of number; a whole one is an integer."""
    table = sheet(tmp_path, ("id", "x"), (1, written))
    assert (table.columns, table.types) == (("id", "x"), (VALUE, VALUE))
    assert [*records(table)] == [(("1", XSD + "integer"), value)]


def test_rows_of_a_sheet(tmp_path: Path) -> None:
    """Empty ones are passed over, short ones filled, cells beside the header left; nulls are none."""
    table = sheet(tmp_path, ("id", "x", None), (), ("a",), ("b", "-", "note"), nulls=("-",))
    assert [*records(table)] == [(("a", ""), None), (("b", ""), None)]
    assert sources.locate(table, [(2, "x"), (1, "id")]) == {
        (2, "x"): Place(tmp_path / "t.txt", 4, 2),
        (1, "id"): Place(tmp_path / "t.txt", 3, 1),
    }


def test_the_first_sheet_is_the_default(tmp_path: Path) -> None:
    with pytest.raises(EmptyTable, match="the sheet is empty"):
        sheet(tmp_path, ("id",), iterator=None)


def test_what_a_workbook_must_not_be(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"m\.ttl:3: .*no sheet 'ss' in t\.txt; did you mean 's'"):
        sheet(tmp_path, ("id",), iterator="ss")
    with pytest.raises(
        TableError, match=r"t\.txt: .*the file is no workbook of Excel: .*; save it as \.xlsx"
    ):
        look(tmp_path, "id\n1\n", formulation="excel")
    for header, message in (
        (("id", "ID"), "column 2 is called 'ID'"),
        (("id", None, "x"), "column 2 has no name"),
    ):
        with pytest.raises(Header, match=rf"t\.txt:1:2: .*{message}"):
            sheet(tmp_path, header)


def test_errors_of_formulas_are_told_at_their_cells(tmp_path: Path) -> None:
    table = sheet(tmp_path, ("id", "x"), (1, "#REF!"), (2, "#N/A"))
    with pytest.raises(DataError) as caught:
        list(records(table))
    assert said(caught.value, tmp_path) == [
        f"t.txt:{line}:2: error[data-error]: the formula of 'x' gives {what}; mend the formula, or empty the cell"
        for line, what in ((2, "#REF!"), (3, "#N/A"))
    ]


def test_a_header_alone_is_a_warning(tmp_path: Path) -> None:
    assert [finding.rule for finding in sheet(tmp_path, ("id",)).warnings] == ["empty-table"]


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("5::SMALLINT", ("5", XSD + "integer")),
        ("80.250::DECIMAL(8, 3)", ("80.25", XSD + "decimal")),
        ("80.25::DOUBLE", ("8.025E1", XSD + "double")),
        ("true", ("true", XSD + "boolean")),
        ("DATE '2020-01-31'", ("2020-01-31", XSD + "date")),
        ("TIMESTAMP '2020-01-31 08:00:00.5'", ("2020-01-31T08:00:00.5", XSD + "dateTime")),
        ("TIMESTAMPTZ '2020-01-31 08:00:00+08'", ("2020-01-31T00:00:00Z", XSD + "dateTime")),
        ("'\\xAB'::BLOB", ("AB", XSD + "hexBinary")),
        ("'x'", ("x", "")),
        ("'-'", None),
        ("NULL::INTEGER", None),
        ("[1, NULL, 2]", [("1", XSD + "integer"), ("2", XSD + "integer")]),
        ("NULL::INTEGER[]", []),
    ],
)
def test_cells_of_parquet_have_types(sql: str, value: object, tmp_path: Path) -> None:
    """Lists are several values."""
    content = parquet(tmp_path, f'SELECT {sql} AS "a ""x"""')
    table = look(tmp_path, content, formulation="parquet", nulls=("-",))
    assert (table.columns, table.types) == (('a "x"',), (VALUES if isinstance(value, list) else VALUE,))
    expected: list[Record] = [(value,)]  # type: ignore[list-item]
    assert [*records(table)] == expected
    packed = look(tmp_path, gzip.compress(content), formulation="parquet", nulls=("-",), compression="gzip")
    assert [*records(packed)] == expected


def test_what_parquet_must_not_be(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"t\.txt: .*the file is no Parquet: .*; make it anew"):
        look(tmp_path, "id\n1\n", formulation="parquet")
    structured = parquet(tmp_path, "SELECT {'x': 1} AS a, [[1]] AS b, 2 AS c")
    fault = (
        r"m\.ttl:3: .*the column 'a' of t\.txt holds structures \(STRUCT.*; make columns of its parts\n.*'b'"
    )
    with pytest.raises(TableError, match=fault):
        look(tmp_path, structured, "a", "b", "c", formulation="parquet")
    with pytest.raises(TableError, match="'a' of"):
        look(tmp_path, parquet(tmp_path, "SELECT {'x': 1} AS a"), formulation="parquet")
    table = look(tmp_path, structured, "c", formulation="parquet")
    assert (table.columns, [*records(table)]) == (("c",), [(("2", XSD + "integer"),)])


@pytest.mark.parametrize(
    ("number", "text"),
    [(1.5, "1.5"), (1234567.89, "1234567.89"), (1e-7, "0.0000001"), (1e22, "1" + "0" * 22), (3, "3")],
)
def test_numbers_as_written_have_no_exponent(number: float, text: str, tmp_path: Path) -> None:
    """In headers too, however they are meant."""
    table = sheet(tmp_path, ("id", 1.5), (1, number), as_written=True)
    kind = XSD + ("decimal" if isinstance(number, float) and not number.is_integer() else "integer")
    assert (table.columns, [*records(table)]) == (("id", "1.5"), [(("1", XSD + "integer"), (text, kind))])
    content = parquet(tmp_path, f"SELECT {number!r}::DOUBLE AS a, [0.1::FLOAT] AS b, true AS c")
    made = look(tmp_path, content, formulation="parquet", as_written=True)
    others = [("0.1", XSD + "decimal")], ("true", XSD + "boolean")
    assert [*records(made)] == [((text, XSD + "decimal"), *others)]


def test_a_compressed_table_that_does_not_say_so(tmp_path: Path) -> None:
    content = gzip.compress(parquet(tmp_path, "SELECT 1 AS a"))
    with pytest.raises(TableError, match=r"it looks like gzip; let the source say rml:compression rml:gzip"):
        look(tmp_path, content, formulation="parquet")
    with pytest.raises(TableError, match="it looks like gzip"):
        look(tmp_path, gzip.compress(b"x"), formulation="excel")


def test_parquet_without_rows_is_a_warning_and_has_no_places(tmp_path: Path) -> None:
    table = look(tmp_path, parquet(tmp_path, "SELECT 1 AS a WHERE false"), formulation="parquet")
    assert [finding.rule for finding in table.warnings] == ["empty-table"]
    assert sources.locate(table, [(1, "a")]) == {(1, "a"): Place(tmp_path / "t.txt")}
