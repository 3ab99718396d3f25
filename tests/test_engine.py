"""DuckDB writes the lines: sorted, each once, as they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from models import EX, SOURCE, ex, lines, literal, mapping, pom, put, table_text, triples_map

from kg import engine, parts, plan, sources
from kg.errors import Ragged, TableError, Unwritable
from kg.mapping import LogicalSource, Mapping, Reference, TermMap, TermType
from kg.rules import rules

COPY = mapping(triples_map(pom(ex("p"), literal("{text}")), subject=ex("s")))


def write(given: Mapping, folder: Path, out: Path) -> int:
    tables = {source: sources.table(source, folder) for source in given.sources}
    unbound = plan.unbound({source: table.columns for source, table in tables.items()})
    with engine.start(tables.values()) as running:
        return running.write(parts.lines(rules(given), unbound), out)


def test_lines_are_sorted_by_code_point_and_stand_once(tmp_path: Path) -> None:
    """Characters beyond the basic plane come after the others, unlike in UTF-16; the count is of lines."""
    texts = ["b", "a", "B", "毕", "\uffee", "😀", "a", "", "ab", "é", "z"]
    put(tmp_path, t=table_text([("id", "text"), *(("1", text) for text in texts)]))
    assert write(COPY, tmp_path, tmp_path / "out.nq") == 9
    found = (tmp_path / "out.nq").read_bytes()
    assert found.endswith(b" .\n")
    written = found.decode().splitlines()
    assert written == sorted(set(written))
    assert [line.split('"')[1] for line in written] == ["B", "a", "ab", "b", "z", "é", "毕", "\uffee", "😀"]


def test_nothing_to_write_is_an_empty_file(tmp_path: Path) -> None:
    """No record, or a mapping without any rule."""
    put(tmp_path, t="id,text\n")
    for given in (COPY, mapping(triples_map()), mapping()):
        assert write(given, tmp_path, tmp_path / "out.nq") == 0
        assert (tmp_path / "out.nq").read_bytes() == b""


@pytest.mark.parametrize("text", ["\x01", "a\x01b\x01", '"\x01,\x01"', "'\x01", "\x00\x01\x02", "\t\x0b\x1f"])
def test_text_is_written_as_it_is(text: str, tmp_path: Path) -> None:
    """Also where it holds what separates columns of the file that the engine thinks it writes."""
    put(tmp_path, t=table_text([("id", "text"), ("1", text)]))
    escaped = text.replace('"', '\\"')
    assert lines(COPY, tmp_path) == [f'<s> <p> "{escaped}"']


def test_a_table_that_is_refused_is_told_by_line(tmp_path: Path) -> None:
    """Of every table that has a fault."""
    put(tmp_path, t="id,text\n1,a\n2\n", u="id,text\n1,a,b\n")
    other = triples_map(pom(ex("p"), literal("{text}")), source=LogicalSource("u.csv"), name="u")
    with pytest.raises(TableError) as caught:
        write(mapping(*COPY.triples_maps, other), tmp_path, tmp_path / "out.nq")
    places = [str(finding.place) for finding in caught.value.findings]
    assert places == [f"{tmp_path}/t.csv:3:1", f"{tmp_path}/u.csv:2:5"]
    assert {finding.rule for finding in caught.value.findings} == {Ragged.rule()}


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    put(tmp_path, t="id,text\n1,a\n")
    with pytest.raises(Unwritable, match=r"cannot write .*/t\.csv/out\.nq"):
        write(COPY, tmp_path, tmp_path / "t.csv" / "out.nq")


@pytest.mark.parametrize(
    "name", ["it's", 'say "x"', "a b", "名称", "select", "id;", "row", "{x}", "$1", "%s", "\\"]
)
def test_columns_may_have_any_name(name: str, tmp_path: Path) -> None:
    """No name is taken for SQL, nor for a column of ours."""
    put(tmp_path, t=table_text([("key", name), ("1", "x")]))
    text = TermMap(Reference(name), TermType.LITERAL)
    assert lines(mapping(triples_map(pom(ex("p"), text), subject=ex("{key}"))), tmp_path) == ['<1> <p> "x"']


@pytest.mark.parametrize(
    "name", ["it's.csv", "a[1].csv", "a*.csv", "a?.csv", "{a,b}.csv", "名称 1.csv", "*", "x.tsv"]
)
def test_tables_may_have_any_name(name: str, tmp_path: Path) -> None:
    """No name is taken for a pattern that other files match."""
    for other in ("a1.csv", "a.csv", "b.csv", "ab.csv"):
        (tmp_path / other).write_text("id,text\n1,wrong\n", encoding="utf-8")
    (tmp_path / name).write_text("id,text\n1,x\n", encoding="utf-8")
    given = triples_map(pom(ex("p"), literal("{text}")), source=LogicalSource(name))
    assert lines(mapping(given), tmp_path) == ['<t/1> <p> "x"']


def test_records_that_python_reads_become_a_table(tmp_path: Path) -> None:
    """Of the types that the source says; the plan shows what is filled."""
    text = '[{"a": "\\u0000\\u2028\\n", "n": [1, "x"]}, {"n": null}]'
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    table = sources.table(LogicalSource("a.json", "json", "$[*]"), tmp_path, ("$.a", "$.n[*]"))
    with engine.start([table]) as running:
        found = running.do("FROM source_0")
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    assert found == [
        ({"v": "\0\u2028\n", "t": ""}, [{"v": "1", "t": integer}, {"v": "x", "t": ""}], 1),
        (None, [], 2),
    ]
    assert engine.definition(0, table).startswith(
        "-- filled with the records of a.json (json), read beforehand\n"
    )


def test_rows_are_looked_at_up_to_a_limit(tmp_path: Path) -> None:
    put(tmp_path, t="id,text\n" + "".join(f"{n},x\n" for n in range(10)))
    table = sources.table(SOURCE, tmp_path)
    with engine.start([table]) as running:
        records = plan.unbound({SOURCE: table.columns})[SOURCE]
        assert running.rows(records.select("id"), 3) == [{"id": "0"}, {"id": "1"}, {"id": "2"}]
        running.keep("kept", [EX], [records.select(term=records["text"])])
        assert running.connection.execute("SELECT DISTINCT term FROM kept ORDER BY 1").fetchall() == [
            (EX,),
            ("x",),
        ]
