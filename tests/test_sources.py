"""What is wrong with a table, at its exact place, and where a cell stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from models import SOURCE, ex, lines, literal, mapping, pom, put, triples_map

from kg import sources
from kg.errors import (
    EmptyTable,
    Encoding,
    FullWidth,
    Header,
    KgError,
    MissingTable,
    Place,
    TableError,
    Unsupported,
)
from kg.mapping import Dialect, LogicalSource


def place_of(folder: Path, row: int, column: str) -> Place:
    """The place of one cell of t.csv."""
    return sources.locate(sources.table(SOURCE, folder), [(row, column)])[row, column]


AS_UTF_8 = "save it as UTF-8, for example: iconv -f {} -t UTF-8 t.csv"
ASCII_COMMAS = "separate them by ASCII commas (,)"
OWN_NAMES = "give each column a name of its own"
GB = "第一条，《网络安全法》（修订）：毕节市"


def said(error: KgError, folder: Path) -> list[str]:
    """The findings, their files as seen from the folder."""
    return [str(finding).replace(f"{folder.as_posix()}/", "") for finding in error.findings]


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (
            "id,name\n1,金沙\n2,毕节市,中国\n".encode("gb18030"),
            Encoding,
            "t.csv:2:3: error[encoding]: the file is not UTF-8; it looks like GB18030; "
            + AS_UTF_8.format("GB18030"),
        ),
        (
            f"id,name\n1,{GB}\n".encode("gb18030"),
            Encoding,
            "t.csv:2:3: error[encoding]: the file is not UTF-8; it looks like GB18030; "
            + AS_UTF_8.format("GB18030"),
        ),
        (
            "id,name\n1,毕节\n".encode("utf-16"),
            Encoding,
            "t.csv:1:1: error[encoding]: the file is not UTF-8; it looks like UTF-16; "
            + AS_UTF_8.format("UTF-16"),
        ),
        (
            "\ufeffid,name\n1,毕节\n".encode("utf-16-be"),
            Encoding,
            "t.csv:1:1: error[encoding]: the file is not UTF-8; it looks like UTF-16; "
            + AS_UTF_8.format("UTF-16"),
        ),
        (
            "id,name\n1,caf\u00e9\n".encode("latin-1"),
            Encoding,
            "t.csv:2:6: error[encoding]: the file is not UTF-8; save it as UTF-8",
        ),
        (
            "id,name\n1,毕节".encode()[:-1],
            Encoding,
            "t.csv:2:4: error[encoding]: the file is not UTF-8; save it as UTF-8",
        ),
        (
            "id,name\n1,臺灣群體\n".encode("big5"),
            Encoding,
            "t.csv:2:3: error[encoding]: the file is not UTF-8; save it as UTF-8",
        ),
        (
            "id,name\n1,織金縣廣播電視網路公司，應對疫情之經驗\n".encode("big5"),
            Encoding,
            "t.csv:2:4: error[encoding]: the file is not UTF-8; save it as UTF-8",
        ),
        (
            b"",
            EmptyTable,
            "t.csv:1:1: error[empty-table]: the table is empty; give it a header and a row for each record",
        ),
        (
            b"\n\n",
            EmptyTable,
            "t.csv:1:1: error[empty-table]: the table is empty; give it a header and a row for each record",
        ),
        (
            "id，name\n1，毕节\n",
            FullWidth,
            "t.csv:1:3: error[full-width]: cells are separated by full-width commas (，); " + ASCII_COMMAS,
        ),
        (
            "id;name\n1;毕节\n",
            Header,
            "t.csv:1:3: error[header]: the columns are separated by semicolons; separate them by ','"
            ', or let the source name its delimiter: csvw:delimiter ";" in its csvw:dialect, '
            'in YARRRML delimiter: ";"',
        ),
        (
            "id\tname\n1\t毕节\n",
            Header,
            "t.csv:1:3: error[header]: the columns are separated by tabs; separate them by ','"
            r', or let the source name its delimiter: csvw:delimiter "\t" in its csvw:dialect, '
            r'in YARRRML delimiter: "\t"',
        ),
        ("id,name,id\n", Header, f"t.csv:1:9: error[header]: two columns are called 'id'; {OWN_NAMES}"),
        ('"id","id"\n', Header, f"t.csv:1:6: error[header]: two columns are called 'id'; {OWN_NAMES}"),
        ("id,,name\n", Header, f"t.csv:1:4: error[header]: column 2 has no name; {OWN_NAMES}"),
        ("id, ,name\n", Header, f"t.csv:1:4: error[header]: column 2 has no name; {OWN_NAMES}"),
        ("id,name,\n", Header, f"t.csv:1:9: error[header]: column 3 has no name; {OWN_NAMES}"),
    ],
)
def test_a_table_is_refused_before_it_is_read(
    content: str | bytes, error: type[KgError], message: str, tmp_path: Path
) -> None:
    put(tmp_path, t=content)
    with pytest.raises(error) as caught:
        sources.table(SOURCE, tmp_path)
    assert said(caught.value, tmp_path) == [message]


def test_the_name_of_the_record_number_is_kept(tmp_path: Path) -> None:
    put(tmp_path, t="id,#row\n1,2\n")
    with pytest.raises(Header, match=r"t\.csv:1:4: .*'#row' is kept"):
        sources.table(SOURCE, tmp_path)


def test_columns_that_differ_only_in_case_are_two(tmp_path: Path) -> None:
    put(tmp_path, t="id,ID,name\n1,2,3\n")
    table = sources.table(SOURCE, tmp_path)
    assert table.columns == ("id", "ID", "name")
    assert sources.locate(table, [(1, "ID")]) == {(1, "ID"): Place(tmp_path / "t.csv", 2, 3)}


@pytest.mark.parametrize(
    ("content", "messages"),
    [
        (
            "id,name\n1,a,b\n2,c\n3\n",
            [
                "t.csv:2:5: error[ragged]: the row has 3 cells, the header 2; quote a cell that holds a comma",
                "t.csv:4:1: error[ragged]: the row has 1 cells, the header 2; add what is missing after '3'",
            ],
        ),
        (
            'id,name,x\n1,"a\n\nb",c\n2,"d\ne"\n',
            [
                "t.csv:5:3: error[ragged]: the row has 2 cells, the header 3; add what is missing after 'd\\ne'"
            ],
        ),
        (
            'id,name\n1,"a\nb",c\n',
            ["t.csv:3:4: error[ragged]: the row has 3 cells, the header 2; quote a cell that holds a comma"],
        ),
        (
            "id,name\n1,甲\n2，乙，\n",
            [f"t.csv:3:2: error[full-width]: cells are separated by full-width commas (，); {ASCII_COMMAS}"],
        ),
    ],
)
def test_a_row_that_does_not_fit_is_refused(content: str, messages: list[str], tmp_path: Path) -> None:
    """All such rows are told at once, by the line and character where they go wrong."""
    put(tmp_path, t=content)
    with pytest.raises(TableError) as caught:
        lines(mapping(triples_map(pom(ex("p"), literal("{name}")))), tmp_path)
    assert said(caught.value, tmp_path) == messages


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ('id,name\n1,a\n2,"b\n3,c\n', "t.csv:3"),
        ('id,name\n1,"a"b\n', "t.csv:2"),
        ('id,name\n1,"a\nb"c\n', "t.csv:2"),
        ("id,name\r\n1,a\r\n2,b\n3,c\r\n", "t.csv:3"),
        ("id,name\n1,a\n2,b\r\n3,c\n", "t.csv:3"),
    ],
)
def test_what_is_no_csv_is_refused_where_it_begins(content: str, place: str, tmp_path: Path) -> None:
    """An open quote, text after a quote, line ends of two kinds; the message is one line of ours."""
    put(tmp_path, t=content)
    with pytest.raises(TableError) as caught:
        lines(mapping(triples_map(pom(ex("p"), literal("{name}")))), tmp_path)
    (message,) = said(caught.value, tmp_path)
    assert message.startswith(place + ": ") or message.startswith(place + ":1: ")
    assert "\n" not in message
    assert "; " in message  # what to do


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_any_one_kind_of_line_end_is_read(end: str, last: bool, tmp_path: Path) -> None:
    put(tmp_path, t=end.join(["id,name", "1,a", "2,b"]) + end * last)
    assert sources.table(SOURCE, tmp_path).warnings == ()
    found = lines(mapping(triples_map(pom(ex("p"), literal("{name}")))), tmp_path)
    assert found == ['<t/1> <p> "a"', '<t/2> <p> "b"']


@pytest.mark.parametrize("size", [200_000, 5_000_000])
def test_a_long_cell_is_read(size: int, tmp_path: Path) -> None:
    """And passed over on the way to others."""
    put(tmp_path, t=f"id,name\n1,{'x' * size}\n2,b\n")
    assert len(lines(mapping(triples_map(pom(ex("p"), literal("{name}")))), tmp_path)) == 2
    assert place_of(tmp_path, 2, "name") == Place(tmp_path / "t.csv", 3, 3)


@pytest.mark.parametrize(
    ("content", "warnings"),
    [
        (
            "\ufeffid,name\n1,a\n",
            [
                "t.csv:1:1: warning[byte-order-mark]: the table begins with a byte order mark, which is passed over; "
                "save it as UTF-8 without BOM"
            ],
        ),
        (
            "id,name\n",
            ["t.csv:1:1: warning[empty-table]: the table has a header and no row, so it adds nothing"],
        ),
        (
            "id,name",
            ["t.csv:1:1: warning[empty-table]: the table has a header and no row, so it adds nothing"],
        ),
        ("x\n1\n", []),
        ('"a\nb",c\n1,2\n', []),
    ],
)
def test_a_table_that_is_read_may_warn(content: str, warnings: list[str], tmp_path: Path) -> None:
    put(tmp_path, t=content)
    found = sources.table(SOURCE, tmp_path).warnings
    assert [str(each).replace(f"{tmp_path.as_posix()}/", "") for each in found] == warnings


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    put(tmp_path, t='\ufeff"id",name\n1,a\n')
    assert sources.table(SOURCE, tmp_path).columns == ("id", "name")
    assert lines(mapping(triples_map(pom(ex("p"), literal("{name}")))), tmp_path) == ['<t/1> <p> "a"']


def test_a_missing_table_is_named_with_the_nearest(tmp_path: Path) -> None:
    put(tmp_path, places="id\n", events="id\n")
    (tmp_path / "placse.txt").touch()
    with pytest.raises(MissingTable) as caught:
        sources.table(LogicalSource("placse.csv", place=Place(Path("mapping.yml"), 3, 9)), tmp_path)
    expected = f"there is no table placse.csv in {tmp_path}; did you mean 'places.csv'?"
    assert str(caught.value) == f"mapping.yml:3:9: error[missing-table]: {expected}"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("gone/t.csv", "there is no table gone/t.csv in {}/gone"),
        ("folder", "folder is a folder, not a table"),
        ("folder/", "folder/ is a folder, not a table"),
        ("t\0.csv", "there is no table t\0.csv in {}"),
    ],
)
def test_what_is_no_file_is_a_missing_table(path: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(MissingTable) as caught:
        sources.table(LogicalSource(path, place=Place(Path("m.yml"), 5, 15)), tmp_path)
    assert str(caught.value) == f"m.yml:5:15: error[missing-table]: {message.format(tmp_path)}"


def test_what_is_not_read_in_this_version_is_told(tmp_path: Path) -> None:
    put(tmp_path, t="id\n")
    with pytest.raises(Unsupported, match=r"source 't\.csv' is fixed; this version reads csv, json, "):
        sources.table(LogicalSource("t.csv", "fixed"), tmp_path)


def test_a_source_may_have_another_delimiter(tmp_path: Path) -> None:
    """Places count it as the comma."""
    put(tmp_path, t='id;name\n1;"a;b"\n2;x;y\n')
    source = LogicalSource("t.csv", dialect=Dialect(";"))
    with pytest.raises(TableError) as caught:
        lines(mapping(triples_map(pom(ex("p"), literal("{name}")), source=source)), tmp_path)
    assert caught.value.findings[0].place == Place(tmp_path / "t.csv", 3, 5)
    put(tmp_path, t='id;name\n1;"a;b"\n')
    assert lines(mapping(triples_map(pom(ex("p"), literal("{name}")), source=source)), tmp_path) == [
        '<t/1> <p> "a;b"'
    ]


@pytest.mark.parametrize(
    ("header", "delimiter", "found", "column"),
    [
        ("id,name", ";", "commas", 3),
        ("id\tname", ";", "tabs", 3),
        ('"id"\tname', ",", "tabs", 5),
        ("id；name", ",", None, 0),
        ("id", ",", None, 0),
        ("a;b,c", ",", None, 0),
    ],
)
def test_a_header_with_another_delimiter_is_told(
    header: str, delimiter: str, found: str | None, column: int, tmp_path: Path
) -> None:
    """Where the first one stands; in a header of several columns a name may hold any sign."""
    put(tmp_path, t=f"{header}\n")
    source = LogicalSource("t.csv", dialect=Dialect(delimiter))
    if found is None:
        assert len(sources.table(source, tmp_path).columns) == header.count(delimiter) + 1
        return
    with pytest.raises(Header) as caught:
        sources.table(source, tmp_path)
    message = f"the columns are separated by {found}; separate them by {delimiter!r}"
    (told,) = said(caught.value, tmp_path)
    assert told.startswith(
        f"t.csv:1:{column}: error[header]: {message}, or let the source name its delimiter: "
    )


CELLS = """\
id,name,note
1,甲,"one
two, ""three""
"
2,"四",five

3,5" disk,six
4,"x
y","z"
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("row", "column", "line", "character"),
    [
        (0, "note", 1, 9),
        (1, "id", 2, 1),
        (1, "name", 2, 3),
        (1, "note", 2, 5),
        (2, "name", 5, 3),
        (2, "note", 5, 7),
        (3, "id", 7, 1),
        (3, "note", 7, 11),
        (4, "name", 8, 3),
        (4, "note", 9, 4),
    ],
)
def test_a_cell_has_its_line_and_character(
    row: int, column: str, line: int, character: int, end: str, tmp_path: Path
) -> None:
    """Also after cells of several lines, blank lines and lone quotes; row 0 is the header."""
    put(tmp_path, t=CELLS.replace("\n", end))
    assert place_of(tmp_path, row, column) == Place(tmp_path / "t.csv", line, character)


@pytest.mark.parametrize(
    ("row", "column", "line", "character"), [(1, "b", 3, 4), (2, "id", 4, 1), (2, "b", 4, 5)]
)
def test_a_lone_carriage_return_in_a_cell_ends_a_line(
    row: int, column: str, line: int, character: int, tmp_path: Path
) -> None:
    """As editors show it; what stands before and after it agree."""
    put(tmp_path, t='id,a,b\n1,"x\ry",zz\n2,c,d\n')
    assert place_of(tmp_path, row, column) == Place(tmp_path / "t.csv", line, character)


def test_blank_lines_of_a_table_with_one_column(tmp_path: Path) -> None:
    """The engine and the places count the same records."""
    put(tmp_path, t='id\na\n\n""\nb\n')
    assert lines(mapping(triples_map(pom(ex("p"), literal("{id}")))), tmp_path) == [
        '<t/a> <p> "a"',
        '<t/b> <p> "b"',
    ]
    assert [place_of(tmp_path, row, "id").line for row in range(1, 5)] == [2, 3, 4, 5]


def test_several_cells_are_located_at_once(tmp_path: Path) -> None:
    """In any order; a record that is not there has no place."""
    put(tmp_path, t=CELLS)
    table = sources.table(SOURCE, tmp_path)
    cells = [(4, "note"), (1, "name"), (4, "id"), (1, "name"), (9, "id")]
    assert sources.locate(table, cells) == {
        (1, "name"): Place(tmp_path / "t.csv", 2, 3),
        (4, "id"): Place(tmp_path / "t.csv", 8, 1),
        (4, "note"): Place(tmp_path / "t.csv", 9, 4),
    }
    assert sources.locate(table, []) == {}


def test_faults_end_somewhere(tmp_path: Path) -> None:
    """A table of another shape altogether does not flood the terminal."""
    put(tmp_path, t="id,name\n" + "1\n" * 5000)
    assert len(sources.faults(sources.table(SOURCE, tmp_path))) == sources.MOST_FINDINGS
