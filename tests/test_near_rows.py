"""The rows of a table that have a wanted subject."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path

from models import ex, literal, mapping, pom, put, triples_map

from kg import near_rows, runs, shapes
from kg.row_changes import RowChanges
from kg.rules import rules

MANY = 30_000


def test_rows_are_found_by_their_subject_and_read_as_before(tmp_path: Path) -> None:
    """However cells are written; small tables are read whole."""
    given = mapping(triples_map(pom(ex("p"), literal("{v}")), subject=ex("{id}")))
    (source,) = given.sources
    rows = "".join(f"r{number},value {number}\n" for number in range(MANY))
    put(tmp_path, t=f'id,v\n{rows}"a, b","say ""x"""\nr7,\n,nothing\n')
    tables = runs.look_at(given, tmp_path)
    assert near_rows.is_large(tables[source])
    files = (tmp_path / f"{number}.csv" for number in count())
    wanted = {b"<https://example.org/r7>", b"<https://example.org/a%2C%20b>"}
    found = near_rows.tables({source: {rules(given)[0]: wanted}}, tables, lambda: next(files))
    runs.materialise(given, found, {None: tmp_path / "out.nq"})
    assert (tmp_path / "out.nq").read_text(encoding="utf-8").splitlines() == [
        '<https://example.org/a%2C%20b> <https://example.org/p> "say \\"x\\"" .',
        '<https://example.org/r7> <https://example.org/p> "value 7" .',
    ]
    assert found[source] == replace(tables[source], path=tmp_path / "0.csv")
    assert found[source].path.read_text(encoding="utf-8").count("\n") == 4, "the header, and what makes these"
    put(tmp_path, t="id,v\n1,2\n")
    tables = runs.look_at(given, tmp_path)
    assert near_rows.tables({source: {}}, tables, lambda: tmp_path / "x") == tables
    assert not (tmp_path / "x").exists()


def test_rows_are_found_by_the_text_of_their_key(tmp_path: Path) -> None:
    """However they quote it; not where the text itself may be written in two ways."""
    (rule,) = rules(mapping(triples_map(pom(ex("p"), literal("{v}")), subject=ex("{id}"))))
    put(tmp_path, t='id,v\n1,one\n"2",two\n12,x\n3,z')
    table = shapes.Table(tmp_path / "t.csv", ("id", "v"), rule.source, (), ("string", "string"))
    changes = RowChanges(b"id,v", (b"2,old",), (b'"2",two', b",none"))
    found = near_rows.by_text(rule, table, changes, tmp_path / "out.csv")
    assert found
    assert found.path.read_text(encoding="utf-8") == 'id,v\n"2",two\n12,x\n'
    for line in (b'"a""b",x', b'"a'):
        assert near_rows.by_text(rule, table, RowChanges(b"id,v", (), (line,)), tmp_path / "x") is None
    two = replace(rule, subject=ex("{id}-{v}"))
    assert near_rows.by_text(two, table, changes, tmp_path / "x") is None
