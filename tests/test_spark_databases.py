"""Databases that the workers of Spark read: the values of kg.sql_records, in its order; others are left to it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from servers import JDBC, JDBC_PACKAGE, PASSWORD, TestDatabase
from test_spark import SMALL, content, master, run  # noqa: F401  (a fixture)
from test_sql_records import COMMON, OWN, look

import kg
from kg import connections, records, shapes, spark, spark_databases, sql_records, sql_values
from kg.clusters import Cluster
from kg.errors import DatabaseError, Unreachable, UsageError
from kg.postgresql import PostgreSQL
from kg.spark_sql import literal

CHOSEN = random.Random(5)
TEXTS = (
    *("", "abc", " ", "0", "-0", "00042", "-007", "1" * 40, "t", "f", "true", "false", "1", "7", "yes", "x", "kg_x"),
    *("80.250", "100", "100.00", "-0.00", "0.000", "-1.50", "NaN", "Infinity", "-Infinity", "007.50", "0.10"),
    *("80.25", "1e+20", "1e-07", "-1.2345678901234568e-300", "0.30000000000000004", "2.2333333333333332e+18"),
    *("1e400", "-1e400", "1e-400", "5e-324", "2.5e-310", "1.7976931348623157e+308", "-0e0", "1e22", "1e23"),
    *("9007199254740993", "123456789012345680", "0.1", "1E5", "4.35", "1e15", "1e16", "1\n", "1.5\n", "1e5\n"),
    *(r"\xab01", r"\x", "x12", "\\"),
    *("2020-01-31", "12020-01-31", "0044-03-15 BC", "0001-03-15 BC", "12345-03-15 BC", "infinity", "0000-00-00"),
    *("2020-00-31", "2020-01-31 ", "2020-01-31\n"),
    *("08:30:00.120", "08:30:00.000", "08:30:00+00", "08:30:00+05:30", "24:00:00", "-12:00:00", "838:59:59"),
    *("08:30:00-00:00", "08:30:00+0530", "08:30:00Z", "08:30:00+00:19:32", "24:00:01", "10:00:10", "08:30:00.100+08"),
    *("2020-01-31 08:30:00", "2020-01-31T08:30:10", "2020-01-31 08:30:00.500+08", "0044-03-15 12:00:00+00 BC"),
    *("-infinity", "0000-00-00 00:00:00", "2020-01-31 24:00:00+00", "294276-12-31 23:59:59.999999+00", "毕节"),
    *(f"{CHOSEN.uniform(-9, 9) * 10 ** CHOSEN.randint(-305, 305)!r}" for _ in range(300)),
    *(f"{CHOSEN.uniform(-9, 9) * 10 ** CHOSEN.randint(-20, 20):.{CHOSEN.randint(0, 16)}g}" for _ in range(100)),
)  # fmt: skip
# What kg.sql_values takes for numbers too, and PostgreSQL does not write.
NUMBERS: dict[sql_values.Convert, re.Pattern[str]] = {
    sql_values.decimal: re.compile(r"-?[0-9.]+[eE].*|.*\n|[-+]?[a-z]+"),
    sql_values.real: re.compile(r".*\n|[-+]?[a-z]+"),
}
NONE = re.compile("(?!)")


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("convert", spark_databases.CONVERTED, ids=lambda convert: convert.__name__)
def test_a_text_has_the_same_value(convert: sql_values.Convert, stored: bool, spark_session: Any) -> None:
    """In Spark's SQL as in Python, whatever the text."""
    texts = [text for text in TEXTS if not NUMBERS.get(convert, NONE).fullmatch(text)]
    made = spark_databases.value(spark_databases.CONVERTED[convert], "c0", stored=stored)
    rows = spark_session.sql(f"SELECT EXPLODE(ARRAY({', '.join(map(literal, texts))})) AS c0")
    found = [(text, tuple(value)) for text, value in rows.selectExpr("c0", f"{made} AS v").collect()]
    expected = sql_values.stored(convert) if stored else convert
    assert [pair for pair in found if pair[1] != expected(pair[0])] == []
    assert len(found) == len(texts)


# What PostgreSQL has besides, and writes in its own way.
MORE = {
    "BOOLEAN ": "FALSE",
    "REAL ": "0.1",
    "DOUBLE PRECISION": "0.1::float8 + 0.2",
    "DOUBLE PRECISION ": "'-0'",
    "DOUBLE PRECISION  ": "2.2333333333333332e+18",
    "NUMERIC ": "123456789012345678901234567890.00100",
    "TIMETZ ": "'24:00-00:00:01'",
    "TIMESTAMPTZ ": "'0044-03-15 12:00+00 BC'",
    "INTERVAL ": "'-1 mon'",
    "CHAR(3)": "''",
    "XML": "'<a>?</a>'",
    "TEXT ": """'a\\b"\ufdd0 {d}'""",
    "VARCHAR": "''",
    "BYTEA ": "''",
    "TEXT[]": """ARRAY['a', NULL, '']""",
    "pg_class": "NULL",
    "point": "'(1,2)'",
}


@pytest.fixture
def there(spark_session: Any, postgresql: TestDatabase) -> TestDatabase:
    """An empty database, and a session whose workers can read it."""
    if not JDBC.is_file():
        pytest.skip(f"no driver of JDBC: apt-get install {JDBC_PACKAGE}")
    return postgresql


@contextmanager
def started(table: shapes.Table, *conf: tuple[str, str]) -> Iterator[spark.Engine]:
    with spark.start([table], Cluster(conf=conf)) as running:
        yield running


def both(table: shapes.Table, parts: int = 1) -> bool:
    """The workers' records are those of kg.records, with their numbers; whether the workers have read them."""
    expected = [(*record, number) for number, record in enumerate(records.records(table), 1)]
    with started(table, (spark_databases.PARTITIONS, str(parts))) as running:
        running.do(lambda: running._number(0))
        found = running.do(lambda: running.session.sql("SELECT * FROM source_0").collect())
        by_workers = 0 in running.read
    rows = [tuple(tuple(cell) if isinstance(cell, tuple) else cell for cell in row) for row in found]
    assert sorted(rows, key=lambda row: row[-1]) == expected
    return by_workers


def made(database: TestDatabase, types: dict[str, str]) -> list[str]:
    """A table t of these types, with a value of each, and with none; the names of its columns."""
    columns = ", ".join(f"c{number} {kind}" for number, kind in enumerate(types))
    database.run(
        f"CREATE TABLE t ({columns})",
        f"INSERT INTO t VALUES ({', '.join(types.values())})",
        f"INSERT INTO t VALUES ({', '.join(['NULL'] * len(types))})",
    )
    return [f"c{number}" for number in range(len(types))]


@pytest.mark.parametrize("as_written", [True, False])
@pytest.mark.parametrize("query", ["", "SELECT * FROM t -- all of them"])
def test_values_of_all_types(query: str, as_written: bool, there: TestDatabase) -> None:
    own: Any = OWN["postgresql"]
    types = {kind: written for kind, (written, *_) in {**COMMON, **own}.items()}
    names = made(there.run("CREATE TYPE pair AS (a text, b int)"), types | MORE | {"pair": "ROW(NULL, NULL)"})
    assert both(look(there, *names, path="t", query=query, as_written=as_written))


def rows_of(there: TestDatabase, more: str = "") -> None:
    """A table of several blocks, whose rows do not stand in the order of their keys."""
    there.run(
        f"""CREATE TABLE "T b" AS SELECT (n * 37) % 3001 AS id, repeat('毕节', n % 50) AS "x?",
        CASE WHEN n % 3 > 0 THEN n END AS y{more} FROM generate_series(1, 3000) n"""
    )


@pytest.mark.parametrize("parts", [1, 2, 7])
def test_a_table_is_read_in_parts_in_the_order_of_its_rows(parts: int, there: TestDatabase) -> None:
    rows_of(there)
    there.run('DELETE FROM "T b" WHERE id BETWEEN 500 AND 900')
    table = look(there, "id", "y", path='"T b"', identifiers=True)
    assert both(table, parts)
    assert both(sql_records.narrowed(table, [("y",)]), parts)
    assert both(look(there, path="T b"), parts)


@pytest.mark.parametrize(
    ("statement", "several"),
    [
        ("CREATE TABLE v AS SELECT generate_series(1, 3000) AS id", True),
        ("CREATE MATERIALIZED VIEW v AS SELECT generate_series(1, 3000) AS id", True),
        ("CREATE TABLE v AS SELECT 1 AS id", False),
        ("CREATE TABLE v (id INTEGER)", False),
        ("CREATE VIEW v AS SELECT n AS id FROM generate_series(1, 3000) n LIMIT 9", False),
        ("CREATE TABLE v (id INTEGER) PARTITION BY RANGE (id)", False),
    ],
)
def test_what_has_no_blocks_of_its_own_is_read_at_once(
    statement: str, several: bool, there: TestDatabase
) -> None:
    table = look(there.run(statement), "id", path="v")
    with connections.opened(table.source, table.path) as connection:
        assert isinstance(connection, PostgreSQL)
        assert bool(spark_databases._reading(table, connection, 4, 1).parts) == several
        assert not spark_databases._reading(table, connection, 4, spark_databases.PART).parts  # it is small
    assert both(table, 4)


def test_a_part_is_a_range_of_blocks_that_the_server_finds(there: TestDatabase) -> None:
    """It goes through no others; and there are no more parts than blocks."""
    rows_of(there)
    table = sql_records.narrowed(look(there, "id", "y", path='"T b"'), [("y",)])
    with connections.opened(table.source, table.path) as connection:
        assert isinstance(connection, PostgreSQL)
        reading = spark_databases._reading(table, connection, 1000, 1)
        blocks = spark_databases._blocks(connection, '"T b"')[1]
        assert 10 < blocks == len(reading.parts) < 1000
        for part in reading.parts[:3]:
            asked = f"EXPLAIN SELECT c0 FROM ({reading.query}) AS kg WHERE {part}"
            assert "Tid Range Scan" in str([*connection.connection.execute(asked.encode())])


def test_a_table_has_a_part_for_each_core_if_nothing_is_said(spark_session: Any) -> None:
    assert spark_databases._most(spark_session) == (spark_session.sparkContext.defaultParallelism, 1000)


def test_all_parts_are_of_one_moment(there: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that come when the reading has begun are in none of them."""
    rows_of(there)
    read = spark_databases._read

    def later(*given: Any) -> None:
        there.run('INSERT INTO "T b" SELECT 9999 FROM generate_series(1, 3000)')
        read(*given)

    table = look(there, "id", path='"T b"')
    monkeypatch.setattr(spark_databases, "_read", later)
    with started(table, (spark_databases.PARTITIONS, "3")) as running:
        assert running.session.sql("SELECT count(*) FROM source_0").collect()[0][0] == 3000


def test_where_no_moment_can_be_shared_a_table_is_read_at_once(
    there: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows_of(there)
    monkeypatch.setattr(spark_databases, "BLOCKS", "SELECT no_such_function('{name}')")
    assert both(look(there, "id", path='"T b"'), 3)


def test_a_table_is_asked_once_however_often_it_is_used(there: TestDatabase) -> None:
    """What the workers have read is read again from their files."""
    there.run("CREATE SEQUENCE s", "CREATE TABLE t AS SELECT 1 AS id")
    with started(look(there, "id", path="t")) as running:
        there.run("DROP TABLE t")
        assert running.session.sql("SELECT count(*) FROM source_0").collect()[0][0] == 1
        assert 0 in running.read


def test_nulls_are_those_of_the_source(there: TestDatabase) -> None:
    there.run("CREATE TABLE t AS SELECT * FROM (VALUES (1, ''), (2, '-')) v (id, x)")
    for nulls in ((), ("-",), ("", "2")):
        assert both(look(there, "id", "x", path="t", nulls=nulls))


def test_the_workers_write_nothing_into_a_database(there: TestDatabase) -> None:
    there.run("CREATE SEQUENCE s")
    table = look(there, "n", query="SELECT nextval('s') AS n")
    with pytest.raises(DatabaseError, match="read-only"), started(table):
        pass


def test_what_may_be_misread_is_left_to_the_driver(there: TestDatabase) -> None:
    """Names and queries with what JDBC takes for a parameter, connections that it cannot make."""
    rows_of(there)
    assert not both(look(there, "x?", path='"T b"'))
    assert not both(look(there, "n", query="""SELECT '{"a": 1}'::jsonb ? 'a' AS n"""))
    table = look(there.run("CREATE TABLE t AS SELECT 1 AS id"), "id", path="t")
    assert table.source.database
    service = replace(table.source.database, url=f"{there.address}?options=-cgeqo%3Doff")
    assert not both(replace(table, source=replace(table.source, database=service)))
    named = replace(table.source.database, url=f"{there.address}?application_name=me&sslmode=disable")
    assert both(replace(table, source=replace(table.source, database=named)))


def test_without_its_driver_a_database_is_left_to_kg(
    there: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark_databases, "DRIVER", "org.example.NoDriver")
    assert not both(look(there.run("CREATE TABLE t AS SELECT 1 AS id"), "id", path="t"))


@pytest.mark.usefixtures("spark_session")
def test_other_databases_are_left_to_kg(sqlite: TestDatabase, mysql: TestDatabase) -> None:
    for database in (sqlite, mysql):
        assert not both(look(database.run("CREATE TABLE t (id INTEGER)"), "id", path="t"))


def test_a_fault_while_rows_are_read_is_told(there: TestDatabase) -> None:
    table = look(there, "x", query="SELECT 1 / (n - 5) AS x FROM generate_series(1, 10) n")
    with pytest.raises(DatabaseError, match="refuses the query: division by zero") as raised, started(table):
        pass
    assert "m.ttl:3" in str(raised.value)


@pytest.mark.parametrize(
    ("url", "password", "said"),
    [("postgresql://127.0.0.1:9/test", PASSWORD, "refused"), ("", "wrong/secret", "authentication failed")],
)
def test_workers_that_get_no_connection_are_told_and_no_password_is(
    url: str, password: str, said: str, there: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = look(there.run("CREATE TABLE t AS SELECT 1 AS id"), "id", path="t")
    address = spark_databases._address

    def elsewhere(info: Any) -> Any:
        found = address(info)
        assert found
        jdbc = f"jdbc:{url}" if url else found[0]
        return jdbc, {**found[1], "password": password}

    monkeypatch.setattr(spark_databases, "_address", elsewhere)
    with (
        pytest.raises(Unreachable, match=f"the workers have no connection to .*{said}") as raised,
        started(table),
    ):
        pass
    shown = "\n".join(map(str, raised.value.findings))
    assert "leave out the jar" in shown
    assert password not in shown
    assert PASSWORD not in shown


@pytest.mark.parametrize("said", ["0", "many", "-1", "1.5"])
def test_a_number_of_parts_is_a_number(said: str, there: TestDatabase) -> None:
    table = look(there.run("CREATE TABLE t AS SELECT 1 AS id"), "id", path="t")
    with pytest.raises(UsageError, match="from 1"), started(table, (spark_databases.PARTITIONS, said)):
        pass


MAPPING = """\
prefixes: {ex: "https://example.org/"}
sources:
  people: {type: postgresql, table: people}
  cities: {type: postgresql, table: cities}
  old: {type: postgresql, query: "SELECT id, born FROM people WHERE born < DATE '1900-01-01'"}
mappings:
  people:
    sources: [people]
    s: ex:person/$(id)
    po:
      - [ex:name, $(name), zh~lang]
      - [ex:born, $(born)]
      - [ex:size, $(size)]
      - p: ex:city
        o: {mapping: cities, condition: {function: equal, parameters: [[str1, $(city)], [str2, $(id)]]}}
      - p: ex:same
        o: {mapping: nodes, condition: {function: equal, parameters: [[str1, $(name)], [str2, $(name)]]}}
  cities:
    sources: [cities]
    s: ex:city/$(label)
    po: [[ex:label, $(label)]]
  old:
    sources: [old]
    s: ex:person/$(id)
    po: [[a, ex:Old]]
  nodes:
    sources: [people]
    po: [[ex:of, $(name)], [ex:at, $(at)], [ex:photo, $(photo)]]
"""
READER = """\
  reader:
    sources: [{type: postgresql, query: SELECT current_setting('application_name') AS name}]
    s: ex:it
    po: [[ex:readBy, $(name)]]
"""
PEOPLE = (
    """CREATE TABLE people AS SELECT (n * 37) % 3001 AS id, CASE WHEN n % 7 > 0 THEN '毕节' || n % 900 END AS name,
    DATE '1890-01-01' + n * 9 AS born, sqrt(n) AS size, n % 5 AS city, decode(to_hex(n + 4096), 'hex') AS photo,
    CASE n % 2 WHEN 0 THEN timestamptz '2020-01-31 08:30+08' + n * interval '1 s' END AS at
    FROM generate_series(1, 3000) n""",
    "CREATE TABLE cities (id SMALLINT, label CHAR(6))",
    "INSERT INTO cities VALUES (1, 'a b'), (2, '毕节'), (2, NULL), (3, ''), (NULL, 'x')",
)


def mapped_by_duckdb(there: TestDatabase, folder: Path) -> list[bytes]:
    (folder / "m.yml").write_text(MAPPING, encoding="utf-8")
    kg.map(folder / "m.yml", folder / "d.nt", db=there.run(*PEOPLE).url)
    return sorted((folder / "d.nt").read_bytes().splitlines(keepends=True))


@pytest.mark.parametrize("parts", [1, 4])
def test_a_mapping_makes_the_same_lines(
    parts: int, there: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Joins, a query, new blank nodes; nothing is read where kg was started."""
    expected = mapped_by_duckdb(there, tmp_path)
    monkeypatch.setattr(sql_records, "records", None)
    conf = [f"{spark_databases.PARTITIONS}={parts}"]
    kg.map(tmp_path / "m.yml", tmp_path / "s.nt", db=there.url, engine="spark", conf=conf)
    assert content(tmp_path / "s.nt") == expected
    assert {path.name for path in tmp_path.iterdir()} == {"m.yml", "d.nt", "s.nt"}


@pytest.mark.slow
def test_workers_of_a_cluster_get_the_driver_as_a_jar(
    there: TestDatabase, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    expected = mapped_by_duckdb(there, tmp_path)
    (tmp_path / "m.yml").write_text(f"{MAPPING}{READER}", encoding="utf-8")
    (tmp_path / "postgresql.jar").write_bytes(JDBC.read_bytes())
    of_spark = (
        "--engine",
        "spark",
        "--master",
        request.getfixturevalue("master"),
        "--jars",
        "postgresql.jar",
    )
    conf = ("--conf", f"{spark_databases.PARTITIONS}=3")
    made = run(tmp_path, "m.yml", "-o", "s.nt", "--db", there.url, *of_spark, *conf, *SMALL)
    assert made.returncode == 0, made.stderr
    (by,) = {*content(tmp_path / "s.nt")} - {*expected}
    assert by == b'<https://example.org/it> <https://example.org/readBy> "PostgreSQL JDBC Driver" .\n'
    assert len(content(tmp_path / "s.nt")) == len(expected) + 1
