"""CSV of all dialects, read in Python."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_records import look, rows, said

from kg import sources
from kg.errors import EmptyTable, Header, KgError, MappingError, Place, Ragged, TableError
from kg.mapping import Dialect
from kg.records import records
from kg.shapes import TEXT


@pytest.mark.parametrize(
    ("content", "dialect", "columns", "found"),
    [
        ("id,name\n1,a\n", Dialect(), ("id", "name"), [("1", "a")]),
        ("'id'|'na|me'\n1|'it''s'\n", Dialect("|", "'"), ("id", "na|me"), [("1", "it's")]),
        ('id,name\n1,"a\n', Dialect(quote=""), ("id", "name"), [("1", '"a')]),
        ('# by me\nid,name\n#x\n1,"a\n#b"\n', Dialect(comment="#"), ("id", "name"), [("1", "a\n#b")]),
        (' id , name\n 1 , "a, b"\n', Dialect(trim=True), ("id", "name"), [("1", "a, b")]),
        ("1,a\n2,b\n", Dialect(header=False), ("1", "2"), [("1", "a"), ("2", "b")]),
        ("id,name\n\n1,\n", Dialect(), ("id", "name"), [("1", "")]),
        ("ID,id,Id\n1,2,3\n", Dialect(), ("ID", "id", "Id"), [("1", "2", "3")]),
        (" id , name\n 1 ,a \n", Dialect(trim="start"), ("id ", "name"), [("1 ", "a ")]),
        (" id , name\n 1 ,a \n", Dialect(trim="end"), (" id", " name"), [(" 1", "a")]),
        ("It's\n\nid,name\n1,a\n", Dialect(quote="'", skip_rows=2), ("id", "name"), [("1", "a")]),
        ("#\n#\nid\n#\n1\n", Dialect(comment="#", skip_rows=1), ("id",), [("1",)]),
        ("x,id\nx,1\n'a,b',2\n", Dialect(quote="'", skip_columns=1), ("id",), [("1",), ("2",)]),
        ("x,1\n", Dialect(header=False, skip_columns=1), ("1",), [("1",)]),
        ("a,b\n,\n1,\n\n", Dialect(skip_blank=True), ("a", "b"), [("1", "")]),
        ('a\n\n1\n""\n', Dialect(skip_blank=True), ("a",), [("1",)]),
        ("id\na\n\n", Dialect(comment="#"), ("id",), [("a",), ("",)]),
    ],
)
def test_a_dialect_is_read(
    content: str, dialect: Dialect, columns: tuple[str, ...], found: list[tuple[str, ...]], tmp_path: Path
) -> None:
    """Delimiter, quotation mark, comments, spaces, no header, what is skipped; cells are texts."""
    table = look(tmp_path, content, dialect=dialect)
    assert (table.columns, table.types) == (columns, (TEXT,) * len(columns))
    assert [*records(table)] == found


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ({}, True),
        ({"dialect": Dialect(";")}, True),
        ({"encoding": "UTF-8"}, True),
        ({"compression": "none"}, True),
        ({"dialect": Dialect(quote="'")}, False),
        ({"dialect": Dialect(comment="#")}, False),
        ({"dialect": Dialect(trim=True)}, False),
        ({"dialect": Dialect(header=False)}, False),
        ({"dialect": Dialect(trim="end")}, False),
        ({"dialect": Dialect(skip_blank=True)}, False),
        ({"encoding": "latin-1"}, False),
    ],
)
def test_an_engine_reads_plain_csv_by_itself(given: dict[str, object], plain: bool, tmp_path: Path) -> None:
    assert look(tmp_path, "id\n1\n", **given).plain is plain


def test_columns_that_differ_only_in_case_are_read_here(tmp_path: Path) -> None:
    """SQL would take them for one; rows that do not fit are refused all the same."""
    assert not look(tmp_path, "ID,id\n1,2\n").plain
    assert look(tmp_path, "ID,name\n1,2\n").plain
    with pytest.raises(TableError, match="the row has 1 cells, the header 2"):
        rows(tmp_path, "ID,id\n1\n")


@pytest.mark.parametrize(
    ("references", "columns"),
    [
        (("1",), ("1", "2")),
        (("_col.2",), ("_col.1", "_col.2")),
        ((), ("1", "2")),
        (("_col.2", "1"), ("1", "2")),
    ],
)
def test_columns_without_names_have_numbers(
    references: tuple[str, ...], columns: tuple[str, ...], tmp_path: Path
) -> None:
    """As CSVW writes them where all references do."""
    table = look(tmp_path, "x,y\n", *references, dialect=Dialect(header=False))
    assert (table.columns, [*records(table)]) == (columns, [("x", "y")])


def test_nulls_are_none(tmp_path: Path) -> None:
    assert rows(tmp_path, "id,x\n1,-\n,y\n", nulls=("-", "")) == [("1", None), (None, "y")]


@pytest.mark.parametrize(
    ("content", "dialect", "error", "message"),
    [
        ("a,b\n#\n1,2\n3\n4,5,6\n", Dialect(comment="#"), Ragged, ["t.txt:4:1: error[ragged]: the row has 1 cells, the header 2; add what is missing after '3'", "t.txt:5:5: error[ragged]: the row has 3 cells, the header 2; quote a cell that holds a comma"]),
        ("1,2\n3\n", Dialect(header=False), Ragged, ["t.txt:2:1: error[ragged]: the row has 1 cells, the first 2; add what is missing after '3'"]),
        ("a,b\n1,'x\n", Dialect(quote="'"), TableError, ["t.txt:2: error[table-error]: this record is no CSV: unexpected end of data; check its quotes"]),
        ("a,'b\n", Dialect(quote="'"), TableError, ["t.txt:1: error[table-error]: this record is no CSV: unexpected end of data; check its quotes"]),
        ("#\na,a\n", Dialect(comment="#"), Header, ["t.txt:2:3: error[header]: two columns are called 'a'; give each column a name of its own"]),
        ("-,-\nx,a,a\n", Dialect(skip_rows=1, skip_columns=1), Header, ["t.txt:2:5: error[header]: two columns are called 'a'; give each column a name of its own"]),
        ("x,a\n1\n", Dialect(skip_columns=1), Ragged, ["t.txt:2:1: error[ragged]: the row has 1 cells, the header 2; add what is missing after '1'"]),
        ("a\nb\n", Dialect(skip_rows=2), EmptyTable, ["t.txt:1:1: error[empty-table]: the table is empty; give it a header and a row for each record"]),
        ("", Dialect(header=False), EmptyTable, ["t.txt:1:1: error[empty-table]: the table is empty; give it a header and a row for each record"]),
        ("a\n", Dialect("ab"), MappingError, ["m.ttl:3: error[mapping-error]: 'ab' cannot be a delimiter; such as , or ;"]),
        ("a\n", Dialect("|", "|"), MappingError, ["m.ttl:3: error[mapping-error]: '|' cannot be a delimiter; such as , or ;"]),
        ("a\n", Dialect(quote="ab"), MappingError, ["m.ttl:3: error[mapping-error]: 'ab' cannot be a quotation mark; such as \" or '"]),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_its_line(
    content: str, dialect: Dialect, error: type[KgError], message: list[str], tmp_path: Path
) -> None:
    """All rows at once, lines of comments counted."""
    with pytest.raises(TableError if error is Ragged else error) as caught:
        rows(tmp_path, content, dialect=dialect)
    assert said(caught.value, tmp_path) == message


@pytest.mark.parametrize(
    ("content", "dialect", "row", "line", "character"),
    [
        ("#\nid,a\n#\n\n1,'x,\ny',2\n2,'z\n',b\n", Dialect(quote="'", comment="#"), 2, 7, 3),
        ("1,2\n3,4\n", Dialect(header=False), 2, 2, 3),
        ("-\n-\na,x,y\nb,1,2\n,,\nb,3,4\n", Dialect(skip_rows=2, skip_columns=1, skip_blank=True), 2, 6, 5),
    ],
)
def test_a_cell_has_its_line_in_any_dialect(
    content: str, dialect: Dialect, row: int, line: int, character: int, tmp_path: Path
) -> None:
    table = look(tmp_path, content, dialect=dialect)
    cell = (row, table.columns[1])
    assert sources.locate(table, [cell]) == {cell: Place(tmp_path / "t.txt", line, character)}


@pytest.mark.parametrize(
    ("content", "dialect"), [("a,b\n", Dialect(comment="#")), ("a,b\n", Dialect(";", "'"))]
)
def test_a_table_without_rows_is_a_warning(content: str, dialect: Dialect, tmp_path: Path) -> None:
    content = content.replace(",", dialect.delimiter)
    (warning,) = look(tmp_path, content, dialect=dialect).warnings
    assert (warning.severity, warning.rule) == ("warning", "empty-table")
