"""Tables and queries of databases, the same on each: columns, values, what is asked, what is refused."""

from __future__ import annotations

import sqlite3
import ssl
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from servers import PASSWORD, TestDatabase

from kg import connections, databases, mysql, postgresql, sources, sql_records, sqlite
from kg.errors import (
    DatabaseError,
    Header,
    KgError,
    MappingError,
    MissingTable,
    NoDatabase,
    Place,
    Unreachable,
    Unsupported,
)
from kg.mapping import XSD, Database, LogicalSource
from kg.mysql import MySQL
from kg.postgresql import PostgreSQL
from kg.shapes import VALUE, Record, Table

PEOPLE = (
    'CREATE TABLE people (id INTEGER PRIMARY KEY, "Full Name" VARCHAR(20), nick CHAR(6))',
    "INSERT INTO people VALUES (1, '毕节', 'bj'), (2, NULL, NULL)",
)


def source(database: TestDatabase, path: str = "people", query: str = "", **given: Any) -> LogicalSource:
    return LogicalSource(
        path,
        "sql",
        database=databases.database(database.url),
        query=query,
        **{"nulls": (), "place": Place(Path("m.ttl"), 3), **given},
    )


def look(database: TestDatabase, *references: str, **given: Any) -> Table:
    return sources.table(source(database, **given), Path("elsewhere"), references)


def rows(table: Table) -> list[Record]:
    return [*sql_records.records(table)]


def said(error: KgError) -> str:
    return "\n".join(map(str, error.findings))


def value(text: str, datatype: str = "") -> tuple[str, str]:
    return text, XSD + datatype if datatype else ""


def test_only_the_columns_in_use_are_asked(database: TestDatabase) -> None:
    table = look(database.run(*PEOPLE), "Full Name", "id")
    assert (table.columns, table.types) == (("id", "Full Name"), (VALUE, VALUE))
    assert table.asked == 'SELECT "id", "Full Name" FROM (SELECT * FROM people) AS kg'
    assert rows(table) == [(value("1", "integer"), value("毕节")), (value("2", "integer"), None)]


def test_a_table_of_which_nothing_is_asked_has_its_rows(database: TestDatabase) -> None:
    """Each of them may make what is constant."""
    table = look(database.run(*PEOPLE))
    assert (table.columns, rows(table)) == ((), [(), ()])


def test_the_query_is_meant_where_a_table_is_named_too(database: TestDatabase) -> None:
    query = 'SELECT COUNT(*) AS "how many" FROM people -- all of them'
    table = look(database.run(*PEOPLE), "how many", path="nothing", query=query)
    assert rows(table) == [(value("2", "integer"),)]


def test_names_with_quotes_are_asked_as_they_are(database: TestDatabase) -> None:
    made = 'CREATE TABLE "Odd ""Table""" ("a ""b"" %s" INTEGER)'
    database.run(made, 'INSERT INTO "Odd ""Table""" VALUES (1)')
    table = look(database, 'a "b" %s', path='"Odd ""Table"""')
    assert rows(table) == [(value("1", "integer"),)]


def test_texts_of_null_are_no_values(database: TestDatabase) -> None:
    table = look(database.run(*PEOPLE), "id", "Full Name", nulls=("2", "-"))
    assert rows(table) == [(value("1", "integer"), value("毕节")), (None, None)]


def test_rows_that_make_nothing_are_not_asked(database: TestDatabase) -> None:
    table = sql_records.narrowed(look(database.run(*PEOPLE), "id", "Full Name"), [("Full Name",)])
    assert len(rows(table)) == 1
    either = sql_records.narrowed(look(database, "id", "Full Name", "nick"), [("Full Name", "nick"), ("id",)])
    assert 'WHERE ("Full Name" IS NOT NULL AND "nick" IS NOT NULL) OR ("id" IS NOT NULL)' in either.asked
    assert len(rows(either)) == 2
    assert sql_records.narrowed(table, []) == table


# The types of SQL, with a value of each and what it becomes (R2RML, section 10.2).
COMMON = {
    "SMALLINT": ("-5", "-5", "integer"),
    "INTEGER": ("100", "100", "integer"),
    "BIGINT": ("9007199254740993", "9007199254740993", "integer"),
    "NUMERIC(10,3)": ("80.25", "80.25", "decimal"),
    "DECIMAL(10,2)": ("30", "30", "decimal"),
    "REAL": ("30", "3.0E1", "double"),
    "FLOAT": ("80.25", "8.025E1", "double"),
    "DOUBLE PRECISION": ("1e300", "1.0E300", "double"),
    "BOOLEAN": ("TRUE", "true", "boolean"),
    "DATE": ("'2020-01-31'", "2020-01-31", "date"),
    "TIME": ("'08:30:00'", "08:30:00", "time"),
    "TIMESTAMP": ("'2020-01-31 08:30:00'", "2020-01-31T08:30:00", "dateTime"),
    "VARCHAR(50)": ("'30.0E0'", "30.0E0", ""),
    "TEXT": ("'😀'", "😀", ""),
}
OWN = {
    "sqlite": {
        "BLOB": ("X'ab01'", "AB01", "hexBinary"),
        "BOOL": ("0", "false", "boolean"),
        "BOOLEAN ": ("7", "7", "integer"),
        "INT": ("'abc'", "abc", ""),
        "INTEGER NOT NULL": ("1.5", "1.5E0", "double"),
        "DATE ": ("'2020-02'", "2020-02", ""),
        "DATETIME": ("1580459400", "1580459400", "integer"),
        "NUMERIC": ("'abc'", "abc", ""),
        "": ("2.5", "2.5E0", "double"),
        "REAL ": ("9e999", "INF", "double"),
        "CHAR(6)": ("'ab'", "ab", ""),
    },
    "postgresql": {
        "BYTEA": (r"'\xab01'", "AB01", "hexBinary"),
        "CHAR(6)": ("'ab'", "ab    ", ""),
        "TIMESTAMPTZ": ("'2020-01-31 08:30:00.5+08'", "2020-01-31T00:30:00.5Z", "dateTime"),
        "TIMETZ": ("'08:30+05:30'", "08:30:00+05:30", "time"),
        "NUMERIC": ("'NaN'", "NaN", "double"),
        "DOUBLE PRECISION ": ("'-Infinity'", "-INF", "double"),
        "DATE ": ("'infinity'", "infinity", ""),
        "DATE  ": ("'0044-03-15 BC'", "-0043-03-15", "date"),
        "TIMESTAMP ": ("'-infinity'", "-infinity", ""),
        "TIMESTAMP  ": ("'12020-01-31 08:30'", "12020-01-31T08:30:00", "dateTime"),
        "TIME ": ("'24:00'", "24:00:00", "time"),
        "UUID": ("'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", ""),
        "JSON": ("""'{"a":1}'""", '{"a":1}', ""),
        "INTERVAL": ("'1 day 2 hours'", "P1DT2H", ""),
        "INTEGER[]": ("'{1,2}'", "{1,2}", ""),
        "MONEY": ("NULL", None, ""),
    },
    "mysql": {
        "TINYINT(1)": ("0", "false", "boolean"),
        "TINYINT(1) ": ("7", "7", "integer"),
        "TINYINT": ("1", "1", "integer"),
        "INTEGER(5) ZEROFILL": ("42", "42", "integer"),
        "BIT(1)": ("b'1'", "true", "boolean"),
        "BIT(10)": ("b'1000000001'", "513", "integer"),
        "YEAR": ("2020", "2020", "integer"),
        "BLOB": ("x'ab01'", "AB01", "hexBinary"),
        "VARBINARY(9)": ("x'ab01'", "AB01", "hexBinary"),
        "BINARY(3)": ("x'ab01'", "AB0100", "hexBinary"),
        "CHAR(6)": ("'ab'", "ab    ", ""),
        "DATETIME(3)": ("'2020-01-31 08:30:00.5'", "2020-01-31T08:30:00.5", "dateTime"),
        "TIME(3)": ("'08:30:00.12'", "08:30:00.12", "time"),
        "TIME ": ("'-100:00:00'", "-100:00:00", ""),
        "DATE ": ("'0000-00-00'", "0000-00-00", ""),
        "DATETIME": ("'0000-00-00 00:00:00'", "0000-00-00 00:00:00", ""),
        "ENUM('x', 'y')": ("'y'", "y", ""),
        "JSON": ("""'{"a":1}'""", '{"a":1}', ""),
    },
}


@pytest.mark.parametrize("asked", ["table", "query"])
def test_values_have_the_datatypes_of_their_columns(database: TestDatabase, asked: str) -> None:
    """In a table and in a query over it."""
    types = {**COMMON, **OWN[database.system]}
    columns = ", ".join(f"c{number} {kind}" for number, kind in enumerate(types))
    values = ", ".join(written for written, *_ in types.values())
    database.run(f"CREATE TABLE t ({columns})", f"INSERT INTO t VALUES ({values})")
    query = "SELECT * FROM t WHERE 1 = 1 ORDER BY 1" if asked == "query" else ""
    names = [f"c{number}" for number in range(len(types))]
    (row,) = rows(look(database, *names, path="t", query=query))
    expected = {kind: None if text is None else value(text, name) for kind, (_, text, name) in types.items()}
    assert dict(zip(types, row, strict=True)) == expected


MANY = {
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s LIMIT 10000000000) SELECT n FROM s",
    "postgresql": "SELECT n FROM generate_series(1, 3000000) AS n",
    "mysql": "SELECT seq AS n FROM seq_1_to_1000000000",
}


def test_rows_are_streamed(database: TestDatabase) -> None:
    """Of more rows than memory or patience could hold some come at once, and the rest is never asked for."""
    records = sql_records.records(look(database, "n", query=MANY[database.system]))
    assert list(islice(records, 3)) == [(value(str(n), "integer"),) for n in (1, 2, 3)]
    records.close()  # type: ignore[attr-defined]


def test_postgresql_is_asked_by_a_cursor_of_its_own(postgresql: TestDatabase) -> None:
    """The server keeps the rows until some more are fetched."""
    given = source(postgresql, query="SELECT name, statement FROM pg_cursors")
    (cursor,) = rows(sources.table(given, Path(), ("name", "statement")))
    assert cursor[0] == value("kg")


def test_nothing_can_be_written(served: TestDatabase) -> None:
    """Not even by a function or by a query that says so."""
    served.run(*PEOPLE)
    with pytest.raises(DatabaseError), connections.opened(source(served), Path()) as connection:
        list(connection.rows("DELETE FROM people"))
    assert len(rows(look(served, "id"))) == 2


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is connected to and what is closed from now on."""
    done: list[str] = []
    connected = connections._connected

    def connect(*given: Any) -> connections.Connection:
        connection = connected(*given)
        done.append("open")
        close = connection.close
        monkeypatch.setattr(connection, "close", lambda: (close(), done.append("close")))
        return connection

    monkeypatch.setattr(connections, "_connected", connect)
    return done


def test_one_connection_looks_at_all_tables_of_a_database(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.run(*PEOPLE)
    done = counted(monkeypatch)
    used = {source(database): ("id",), source(database, query="SELECT id FROM people"): ("id",)}
    found = sources.tables(used, Path("elsewhere"))
    assert [table.columns for table in found.values()] == [("id",), ("id",)]
    assert done == ["open", "close"]


def test_what_one_table_lacks_takes_no_other_with_it(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL refuses whatever is asked after a fault, so that another connection is made."""
    database.run(*PEOPLE)
    done = counted(monkeypatch)
    used = {source(database, name): ("id",) for name in ("peeple", "people", "poeple")}
    with pytest.raises(KgError) as raised:
        sources.tables(used, Path("elsewhere"))
    assert said(raised.value).count("did you mean 'people'") == 2
    assert done == ["open", "close"] * 2


def test_comparisons_are_those_of_the_columns_in_use(database: TestDatabase) -> None:
    assert look(database.run(*PEOPLE), "Full Name", "id").comparisons == ("number", "text")


@pytest.mark.parametrize("system", ["postgresql", "mysql"])
def test_a_connection_that_cannot_be_set_up_is_closed(
    system: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: TestDatabase = request.getfixturevalue(system)
    module, kind = {"postgresql": (postgresql, PostgreSQL), "mysql": (mysql, MySQL)}[system]
    closed: list[Any] = []
    close = kind.close
    monkeypatch.setattr(kind, "close", lambda self: (closed.append(self.connection), close(self)))
    monkeypatch.setattr(module, "SESSION", ("SELEC 1",))
    with pytest.raises(Unreachable, match="SELEC"):
        look(served, "id")
    (connection,) = closed
    assert connection.closed if system == "postgresql" else not connection.open


def test_what_is_no_error_of_a_driver_stays_as_it_is(
    sqlite: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is any other driver loaded to find out."""
    for driver in ("psycopg", "pymysql"):
        monkeypatch.setitem(sys.modules, driver, None)
    given, path = source(sqlite.run(*PEOPLE)), tmp_path / "people.db"
    error = KgError("something else")
    with pytest.raises(KgError) as raised, connections.opened(given, path):
        raise error
    assert raised.value is error
    with pytest.raises(DatabaseError), connections.opened(given, path) as connection:
        list(connection.rows("SELEC 1"))
    assert [kind.__module__ for kind in connection.errors()] == ["sqlite3", "sqlite3", "builtins"]


def test_pymysql_has_the_names_of_its_own_that_are_used(mysql: TestDatabase) -> None:
    """It has no others for this: to wait for rows longer than for an answer, to leave without reading the
    rest of the rows, to tell bytes from text, and to encrypt where the server can without reading all
    authorities of the machine. Without `ssl` and `ctx` nothing would be encrypted, and nobody told."""
    given = MySQL(databases.database(mysql.url))
    try:
        own: Any = given.connection
        assert (own._read_timeout, own.ssl) == (None, True)
        assert callable(own._force_close)
        assert own.ctx.verify_mode == ssl.CERT_NONE
        found = given.rows("SELECT 1 UNION SELECT 2")
        next(found)
        assert own._result.unbuffered_active is True
        assert {"name", "type_code", "length", "charsetnr"} <= vars(own._result.fields[0]).keys()
        found.close()
        assert own._result.unbuffered_active is False
    finally:
        given.close()


def test_a_table_that_is_not_there_is_told_with_those_that_are(database: TestDatabase) -> None:
    database.run(*PEOPLE, 'CREATE TABLE "Other" (id INTEGER)')
    with pytest.raises(MissingTable) as raised:
        look(database, "id", path="peeple")
    assert said(raised.value).startswith(f"m.ttl:3: error[missing-table]: {database.address}: ")
    assert said(raised.value).endswith("did you mean 'people'?")
    with pytest.raises(MissingTable, match=r"there are: .*people"):
        look(database, "id", query="SELECT * FROM zzz")


def test_a_name_that_needs_quotes_is_shown_with_them(postgresql: TestDatabase) -> None:
    with pytest.raises(MissingTable, match="""did you mean '"Student"'"""):
        look(postgresql.run('CREATE TABLE "Student" (id INTEGER)'), "id", path="Student")


def test_what_the_database_refuses_is_told_in_its_words(database: TestDatabase) -> None:
    with pytest.raises(DatabaseError, match=r"refuses the query: .*syntax") as raised:
        look(database, "id", query="SELEC 1")
    assert len(said(raised.value).splitlines()) == 1
    with pytest.raises(DatabaseError, match=r"refuses the table 'people; SELECT 1'"):
        look(database.run(*PEOPLE), "id", path="people; SELECT 1")


def test_a_fault_while_rows_are_read_is_told(postgresql: TestDatabase) -> None:
    query = "SELECT 1 / (3 - n) AS x FROM generate_series(1, 5) AS n"
    with pytest.raises(DatabaseError, match="division by zero"):
        rows(look(postgresql, "x", query=query))


def test_two_columns_of_one_name_are_refused(database: TestDatabase) -> None:
    """R2RML, section 5.2; MySQL says so itself."""
    with pytest.raises(
        (Header, DatabaseError), match=r"(?i)two columns are called 'a'|duplicate column name 'a'"
    ):
        look(database, "a", query="SELECT 1 AS a, 2 AS a")
    if database.system != "mysql":
        assert rows(look(database, "b", query="SELECT 1 AS a, 2 AS a, 3 AS b")) == [(value("3", "integer"),)]


def test_the_name_of_the_row_is_taken(sqlite: TestDatabase) -> None:
    with pytest.raises(Header, match="a column is called '#row'"):
        look(sqlite, "#row", query='SELECT 1 AS "#row"')


def test_a_column_that_is_not_there_leaves_all_that_are(database: TestDatabase) -> None:
    """So that what refers to it can be told with them. Names are those of the result, exactly."""
    assert look(database.run(*PEOPLE), "id", "NICK").columns == ("id", "Full Name", "nick")


@pytest.mark.parametrize("text", ["a\0b", "a\ud800"])
def test_characters_that_no_query_has_are_refused(database: TestDatabase, text: str) -> None:
    with pytest.raises(MappingError, match="a character that SQL has not"):
        look(database, "id", path=text)
    with pytest.raises(MappingError, match="a character that SQL has not"):
        look(database, "id", query=f"SELECT '{text}' AS id")


def test_records_are_placed_in_their_table(served: TestDatabase, sqlite: TestDatabase) -> None:
    host = served.address.partition("://")[2]
    table = look(served.run(*PEOPLE), "id")
    assert sources.locate(table, [(1, "id")]) == {(1, "id"): Place(Path(host, "people"))}
    query = look(served, "id", query="SELECT 1 AS id")
    assert sources.locate(query, [(1, "id")]) == {(1, "id"): Place(Path(host, "query"))}
    table = look(sqlite.run(*PEOPLE), "id")
    assert sources.locate(table, [(1, "id")]) == {(1, "id"): Place(table.path)}


def test_a_source_without_a_database_says_how_to_name_one() -> None:
    with pytest.raises(
        NoDatabase, match="in which database the table 'people' is; name it with --db"
    ) as raised:
        sources.table(LogicalSource("people", "sql"), Path())
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://127.0.0.1:1/test",
        "mysql://127.0.0.1:1/test",
        "postgresql://no.such.host.invalid/test",
        "mysql://no.such.host.invalid/test",
    ],
)
def test_a_server_that_does_not_answer_is_unreachable(url: str) -> None:
    pytest.importorskip("psycopg")
    pytest.importorskip("pymysql")
    given = LogicalSource("t", "sql", database=Database(url, "me", "hidden"))
    with pytest.raises(Unreachable, match=f"^error.unreachable.: no connection to {url}: ") as raised:
        sources.table(given, Path())
    assert "hidden" not in said(raised.value)


def test_a_wrong_password_is_told_and_never_shown(served: TestDatabase) -> None:
    database = Database(served.address, "kg", "wr0ng word")
    with pytest.raises(Unreachable, match=r"(?i)denied|authentication failed") as raised:
        sources.table(LogicalSource("t", "sql", database=database), Path())
    assert "wr0ng" not in said(raised.value)
    assert PASSWORD not in repr(databases.database(served.url))


def test_a_database_that_is_not_there_is_unreachable(served: TestDatabase) -> None:
    url = served.url.replace("/test", "/nowhere")
    with pytest.raises(Unreachable, match="nowhere"):
        sources.table(LogicalSource("t", "sql", database=databases.database(url)), Path())


@pytest.mark.parametrize(("variable", "system"), [("PGPASSWORD", "postgresql"), ("MYSQL_PWD", "mysql")])
def test_passwords_may_come_from_the_environment(
    variable: str, system: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = request.getfixturevalue(system).run(*PEOPLE)
    monkeypatch.setenv(variable, PASSWORD)
    given = LogicalSource("people", "sql", database=Database(database.address, "kg"))
    assert len(rows(sources.table(given, Path(), ("id",)))) == 2


@pytest.mark.parametrize(("url", "driver"), [("postgresql://h/a", "psycopg"), ("mysql://h/a", "PyMySQL")])
def test_a_driver_that_is_not_there_is_told_with_how_to_get_it(
    url: str, driver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, driver.lower(), None)
    with pytest.raises(Unreachable, match=rf"{driver}, which is not there; .*kgwright\[databases\]"):
        sources.table(LogicalSource("t", "sql", database=Database(url)), Path())


@pytest.mark.parametrize("option", ["useSSL=true", "sslMode=REQUIRED", "requireSSL=1"])
def test_security_that_is_asked_for_is_not_passed_over(option: str) -> None:
    given = LogicalSource("t", "sql", database=Database(f"mysql://h/a?{option}"))
    with pytest.raises(Unsupported, match=option.partition("=")[0]):
        sources.table(given, Path())


def test_other_options_are_passed_over_or_on(served: TestDatabase) -> None:
    served.run(*PEOPLE)
    url = f"{served.url}?useSSL=false&serverTimezone=UTC&application_name=tests"
    given = LogicalSource("people", "sql", database=databases.database(url))
    assert sources.table(given, Path(), ("id",)).columns == ("id",)


def test_a_file_that_is_not_there_is_told_with_those_beside_it(tmp_path: Path) -> None:
    (tmp_path / "people.db").touch()
    given = LogicalSource("t", "sql", database=Database("sqlite:///peopel.db"))
    with pytest.raises(MissingTable, match=r"no database peopel\.db; did you mean 'people\.db'"):
        sources.table(given, tmp_path)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("id,name\n" * 100)
    with pytest.raises(DatabaseError, match="file is not a database"):
        sources.table(LogicalSource("t", "sql", database=Database("sqlite:///a.db")), tmp_path)


def test_a_file_whose_name_has_signs_of_urls_is_read_and_not_written(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "a #%41.db")
    connection.execute("CREATE TABLE t AS SELECT 1 AS id")
    connection.commit()
    connection.close()
    given = LogicalSource("t", "sql", nulls=(), database=Database("sqlite:///a #%41.db"))
    assert rows(sources.table(given, tmp_path, ("id",))) == [(value("1", "integer"),)]
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        _written(tmp_path / "a #%41.db")


def _written(path: Path) -> Iterator[object]:
    connection = sqlite.SQLite(path)
    try:
        return [*connection.rows("SELECT 1"), *connection.connection.execute("DELETE FROM t")]  # type: ignore[return-value]
    finally:
        connection.close()
