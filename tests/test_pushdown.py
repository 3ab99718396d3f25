"""What is left to databases: the same quads as without, from joint queries that compare as texts are compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from models import EX, blank, ex, iri, joined, literal, mapping, pom, triples_map
from servers import TestDatabase

from kg import connections, databases, pushdown
from kg.mapping import (
    DEFAULT_GRAPH,
    Call,
    Fresh,
    LogicalSource,
    LogicalTarget,
    Mapping,
    Reference,
    TermMap,
    TermType,
    TriplesMap,
)
from kg.runs import look_at, materialise
from kg.shapes import Table

TABLES = (
    "CREATE TABLE child (id INTEGER, fk INTEGER, word VARCHAR(9), price DECIMAL(9,2), weight FLOAT, day DATE)",
    "INSERT INTO child VALUES (1, 10, 'a', 1.50, 0.5, '2020-01-31'), (2, 20, 'A', 2, 2, NULL), (3, NULL, NULL, NULL, NULL, NULL)",
    "INSERT INTO child VALUES (4, 10, 'b', 3, 3, '2020-02-01'), (NULL, 10, 'a', 1.5, 0.5, '2020-01-31')",
    "CREATE TABLE parent (id INTEGER, code INTEGER, word VARCHAR(20), price DECIMAL(9,3), weight FLOAT, day DATE)",
    "INSERT INTO parent VALUES (7, 10, 'a', 1.5, 0.5, '2020-01-31'), (8, 10, 'A', 2, 2, '2020-02-01'), (NULL, 20, 'b ', 3, 3, NULL)",
)


def of(database: TestDatabase, path: str, query: str = "", nulls: tuple[str, ...] = ()) -> LogicalSource:
    return LogicalSource(path, "sql", nulls=nulls, database=databases.database(database.url), query=query)


def maps(
    database: TestDatabase, *conditions: tuple[str, str], subject: TermMap | None = None, **parent: object
) -> tuple[TriplesMap, TriplesMap]:
    """A child and its parent, joined by columns."""
    child = triples_map(
        pom(ex("p"), literal("{word}"), joined("parent", *conditions), graphs=[ex("g/{fk}"), DEFAULT_GRAPH]),
        pom(ex("q"), joined("parent", *conditions)),
        source=of(database, "child"),
        subject=subject or ex("c/{id}"),
        name="child",
    )
    given: dict[str, object] = {"subject": ex("p/{id}"), "source": of(database, "parent"), **parent}
    return child, triples_map(pom(ex("r"), literal("{word}")), name="parent", **given)  # type: ignore[arg-type]


def left(given: Mapping, folder: Path) -> tuple[Mapping, dict[LogicalSource, Table]]:
    """What is left to do after the pass."""
    return pushdown.pushed(given, look_at(given, folder))


def queries(tables: Iterable[LogicalSource]) -> list[str]:
    """The joint queries."""
    return [source.query for source in tables if " AS parent WHERE " in source.query]


def made(given: Mapping, folder: Path, *, push: bool, monkeypatch: pytest.MonkeyPatch) -> bytes:
    with monkeypatch.context() as patched:
        if not push:
            patched.setattr(pushdown, "pushed", lambda one, tables: (one, tables))
        materialise(given, look_at(given, folder), {None: folder / "out.nq"})
    return (folder / "out.nq").read_bytes()


JOINS = {
    "numbers": [("{fk}", "{code}")],
    "texts": [("{word}", "{word}")],
    "decimals": [("{price}", "{price}")],
    "dates": [("{day}", "{day}")],
    "several": [("{fk}", "{code}"), ("{word}", "{word}")],
}


@pytest.mark.parametrize("case", JOINS)
def test_a_join_inside_a_database_is_left_to_it(
    case: str, database: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By one query for all objects of the condition, and with the same quads."""
    given = mapping(*maps(database.run(*TABLES), *JOINS[case]))
    joints = queries(left(given, tmp_path)[1])
    typed = database.system == "sqlite" and case in (
        "decimals",
        "dates",
    )  # which SQLite compares as it stores
    assert len(joints) == (0 if typed else 1)
    whole = made(given, tmp_path, push=False, monkeypatch=monkeypatch)
    assert whole.count(b"/p/7> .") > 0
    assert made(given, tmp_path, push=True, monkeypatch=monkeypatch) == whole


def test_all_joins_of_a_database_are_made_over_one_connection(
    database: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Columns are described where the tables are looked at, and not once more for each join."""
    child, parent = maps(database.run(*TABLES), *JOINS["several"])
    again = pom(ex("s"), joined("parent", ("{fk}", "{code}")))
    given = mapping(replace(child, predicate_objects=(*child.predicate_objects, again)), parent)
    opened: list[object] = []
    connected = connections._connected
    monkeypatch.setattr(connections, "_connected", lambda *args: (opened.append(args), connected(*args))[1])
    tables = look_at(given, tmp_path)
    assert len(opened) == 1
    assert len(queries(pushdown.pushed(given, tables)[1])) == 2
    assert len(opened) == 2


def test_texts_are_compared_to_the_letter(
    database: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the collation: a is not A, and a space at the end counts."""
    given = mapping(*maps(database.run(*TABLES), ("{word}", "{word}")))
    lines = made(given, tmp_path, push=True, monkeypatch=monkeypatch).decode().splitlines()
    words = [line.replace(EX, "").split() for line in lines if "/q>" in line]
    pairs = {(child, parent) for child, _, parent, *_ in words}
    assert pairs == {("<c/1>", "<p/7>"), ("<c/2>", "<p/8>")}


def test_a_join_with_itself_is_left_to_the_database(
    database: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = triples_map(
        pom(ex("like"), joined("child", ("{fk}", "{fk}"))),
        source=of(database.run(*TABLES), "", "SELECT * FROM child -- all"),
        name="child",
    )
    assert queries(left(mapping(own), tmp_path)[1])
    lines = made(mapping(own), tmp_path, push=True, monkeypatch=monkeypatch)
    assert lines == made(mapping(own), tmp_path, push=False, monkeypatch=monkeypatch)
    assert lines.count(b"\n") == 5


def test_tables_that_nothing_else_reads_are_not_read(sqlite: TestDatabase, tmp_path: Path) -> None:
    """A triples map of joins alone, and a parent that says nothing itself."""
    child, parent = maps(sqlite.run(*TABLES), ("{fk}", "{code}"))
    given = mapping(
        replace(child, predicate_objects=child.predicate_objects[1:]), replace(parent, predicate_objects=())
    )
    after, tables = left(given, tmp_path)
    assert [each.name for each in after.triples_maps] == ["child with parent"]
    assert [*tables] == [after.triples_maps[0].source]


def test_targets_languages_and_functions_come_along(
    sqlite: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child, parent = maps(sqlite.run(*TABLES), ("{fk}", "{code}"))
    upper = Call(
        "http://users.ugent.be/~bjdmeest/function/grel.ttl#toUpperCase",
        (("http://users.ugent.be/~bjdmeest/function/grel.ttl#valueParameter", Reference("word")),),
    )
    dump = LogicalTarget("dump.nq")
    given = mapping(
        replace(child, subject=TermMap(upper, TermType.BLANK_NODE, targets=(dump,))),
        replace(parent, subject=replace(parent.subject, condition=Reference("id"))),
    )
    after, tables = left(given, tmp_path)
    assert queries(tables)
    assert after.triples_maps[0].subject.targets == (dump,)
    (pushed,) = [each for each in after.triples_maps[0].predicate_objects if len(each.graphs) == 2]
    (made_of,) = pushed.objects
    assert isinstance(made_of, TermMap)
    assert made_of.condition == Reference("c2")
    whole = made(given, tmp_path, push=False, monkeypatch=monkeypatch)
    assert made(given, tmp_path, push=True, monkeypatch=monkeypatch) == whole


@pytest.mark.parametrize(
    ("conditions", "changed"),
    [
        ([("{fk}", "{word}")], {}),  # of different types
        ([("{weight}", "{weight}")], {}),  # zero and minus zero are equal
        ([("{fk}", "{code}0")], {}),  # a template
        ([("{fk}", "{code}")], {"subject": TermMap(Fresh(), TermType.BLANK_NODE)}),  # a node for each record
    ],
)
def test_other_joins_stay(
    conditions: list[tuple[str, str]],
    changed: dict[str, TermMap],
    database: TestDatabase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = mapping(*maps(database.run(*TABLES), *conditions, **changed))  # type: ignore[arg-type]
    assert not queries(left(given, tmp_path)[1])
    made(given, tmp_path, push=True, monkeypatch=monkeypatch)


def test_joins_across_databases_or_with_texts_of_null_stay(sqlite: TestDatabase, tmp_path: Path) -> None:
    sqlite.run(*TABLES)
    nulls = of(sqlite, "parent", nulls=("7",))
    (tmp_path / "parent.csv").write_text("id,code,word\n7,10,a\n")
    other = replace(of(sqlite, "parent"), database=databases.database(f"sqlite:///{tmp_path}/./people.db"))
    for source in (nulls, other, LogicalSource("parent.csv")):
        given = mapping(*maps(sqlite, ("{fk}", "{code}"), source=source))
        assert not queries(left(given, tmp_path)[1])


def test_only_rows_that_can_make_a_quad_are_asked(sqlite: TestDatabase, tmp_path: Path) -> None:
    """All columns of one of the rules must have a value."""

    def asked(*given: TriplesMap) -> list[str]:
        _, tables = left(mapping(*given), tmp_path)
        return [table.asked.partition("\nWHERE ")[2] for table in tables.values()]

    source = of(sqlite.run(*TABLES), "child")
    word, price = (pom(ex("p"), literal(f"{{{name}}}")) for name in ("word", "price"))
    constant = pom(ex("p"), literal("a"))
    assert asked(triples_map(word, source=source)) == ['"id" IS NOT NULL AND "word" IS NOT NULL']
    either = ['("id" IS NOT NULL AND "price" IS NOT NULL) OR ("id" IS NOT NULL AND "word" IS NOT NULL)']
    assert asked(triples_map(word, price, source=source)) == either
    assert asked(triples_map(word, constant, source=source)) == ['"id" IS NOT NULL']
    assert asked(triples_map(constant, source=source, subject=iri("urn:a"))) == [""]
    assert asked(
        triples_map(word, source=source, subject=blank("{id}")),
        triples_map(constant, source=source, subject=iri("urn:a")),
    ) == [""]


def test_a_mapping_without_databases_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id\n1\n")
    given = mapping(triples_map(pom(ex("p"), literal("a"))))
    tables = look_at(given, tmp_path)
    assert pushdown.pushed(given, tables) == (given, tables)
