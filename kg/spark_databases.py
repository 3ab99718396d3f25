"""Databases read by the workers of Spark, through JDBC: each table or query once, into files near the output.

The database writes each value as the text that :mod:`kg.postgresql` gets of it; what :mod:`kg.sql_values`
makes of these texts is said here in Spark's SQL. A table is read in parts of its blocks, all as they were at
one moment. Where there is no driver of JDBC, or the workers could not connect as kg does, or SQL might be
misunderstood on the way, this is left to :mod:`kg.sql_records`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kg import connections, databases, postgresql, spark_session, sql_values
from kg.clusters import uri
from kg.errors import ClusterError, DatabaseError, KgError, Unreachable, UsageError
from kg.grammar import identifier as delimited
from kg.mapping import XSD
from kg.shapes import Table, distinct
from kg.spark_sources import View, exactly, without
from kg.spark_sql import double, few_digits, identifier, literal
from kg.sql_records import ALIAS
from kg.sql_values import Convert

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

DRIVER = "org.postgresql.Driver"
PARTITIONS = "spark.kg.jdbc.partitions"
PART = 1000  # blocks, of mostly 8 kB, that are worth a connection of their own
# JDBC takes ? for a parameter and {d …} for a date, and not everywhere is it clear that they are none.
MISREAD = re.compile("[?{]")
# What a connection may be made with so that one of JDBC is the same; keys and services are files here.
SAME = {
    *("host", "hostaddr", "port", "dbname", "user", "passfile", "connect_timeout", "client_encoding"),
    *("sslmode", "sslcertmode", "application_name"),
}
MODES = ("disable", "allow", "prefer", "require")
NAME = re.compile(r'(?:[^\W\d][\w$]*|"[^"\\\']+")(?:\.(?:[^\W\d][\w$]*|"[^"\\\']+"))?')
AT = "kg_at"
BLOCKS = """
    SELECT pg_catalog.pg_export_snapshot(),
        pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::bigint
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_am a ON a.oid = c.relam
    WHERE c.oid = pg_catalog.to_regclass('{name}') AND c.relkind IN ('r', 'm') AND a.amname = 'heap'
"""
KEPT = "SET LOCAL idle_in_transaction_session_timeout = 0"  # until all workers have joined the transaction
ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
CONNECTING = re.compile(r"ConnectionFactory|\.connect\(|UnknownHostException|SSLException")
SAID = re.compile(r"PSQLException: (.+)")
REFUSED = re.compile(r"^[^\W\d]+: +")  # ERROR, in the language of the server


@dataclass(frozen=True)
class Reading:
    """A query of texts, how its transactions begin, and the conditions of its parts if it has several."""

    query: str
    transaction: tuple[str, ...] = (ONE_MOMENT,)
    parts: tuple[str, ...] = ()


def view(
    session: SparkSession, index: int, table: Table, stage: Callable[[], str], step: Callable[[str], None]
) -> View | None:
    """A table of a database, read by the workers into a folder under `stage`; None where only the driver can.

    Raises Unreachable where the workers do not get a connection, DatabaseError for what the database refuses.
    """
    from pyspark.sql.functions import expr

    is_served = table.source.formulation == "sql" and databases.of(table.source).url.startswith("postgresql:")
    if not is_served or MISREAD.search(table.asked) or not _has_driver(session):
        return None
    with connections.opened(table.source, table.path) as connection:
        if not isinstance(connection, postgresql.PostgreSQL):
            return None
        described = connection.described(table.asked) if table.columns else ()
        known = [CONVERTED.get(each.convert) for each in described]
        address = _address(connection.connection.info)
        if not address or not all(known):
            return None
        step(f"reading {table.source.path or 'a query'} on the workers")
        reading = _reading(table, connection, *_most(session))
        into = f"{stage()}/database_{index}"
        try:
            with spark_session.refusing():
                _read(session, reading, *address, into, _values(table, [each for each in known if each]))
        except ClusterError as error:
            raise _told(table, error) from None
    rows = session.read.parquet(exactly(into)).withColumn("block", expr("SHIFTRIGHT(n, 33)"))
    columns = (f"c{number} AS {identifier(name)}, " for number, name in enumerate(distinct(table.columns)))
    return View(rows, "".join(columns))


def _values(table: Table, conversions: list[Converted]) -> list[str]:
    """SQL of the values of a table's columns: made once, for they are asked for often."""
    values = (
        without(value(conversion, f"c{number}", stored=table.source.stored), table)
        for number, conversion in enumerate(conversions)
    )
    return [f"IF(c{number} IS NULL, NULL, {made}) AS c{number}" for number, made in enumerate(values)]


def _has_driver(session: Any) -> bool:
    """Whether Java finds the driver of JDBC."""
    from py4j.protocol import Py4JJavaError

    loader = session._jvm.java.lang.Thread.currentThread().getContextClassLoader()
    try:
        loader.loadClass(DRIVER)
    except Py4JJavaError:
        return False
    return True


def _most(session: Any) -> tuple[int, int]:
    """How many parts a table may have, and of how many blocks at least: as --conf says, else one a core."""
    said = session.conf.get(PARTITIONS, "")
    if said and not (said.isdecimal() and int(said)):
        raise UsageError(f"{PARTITIONS} is {said!r}", fix="give it a whole number from 1")
    return (int(said), 1) if said else (session.sparkContext.defaultParallelism, PART)


def _address(info: Any) -> tuple[str, dict[str, str]] | None:
    """URL and properties of a connection that workers make as this one was made; None if they cannot."""
    given = info.get_parameters()
    mode = given.get("sslmode", "prefer")
    if given.keys() - SAME or mode not in MODES or not info.host or info.host.startswith(("/", "@")):
        return None
    host = f"[{info.host}]" if ":" in info.host else info.host
    properties = {
        "user": info.user,
        "password": info.password,
        "sslmode": mode,
        "ApplicationName": given.get("application_name", ""),
        "connectTimeout": str(postgresql.PATIENCE),
    }
    told = {name: value for name, value in properties.items() if value}
    return f"jdbc:postgresql://{host}:{info.port}/{quote(info.dbname, safe='')}", told


def _reading(table: Table, connection: postgresql.PostgreSQL, most: int, size: int) -> Reading:
    """What is asked, and in which parts: at most so many, each of at least `size` blocks."""
    texts = [_text(label, f"c{number}") for number, label in enumerate(table.labels)] or ["1 AS nothing"]
    whole = f"SELECT {', '.join(texts)} FROM ({table.asked}) AS {ALIAS}"
    name = "" if table.source.query else table.rows.removeprefix("SELECT * FROM ")
    _, found, condition = table.asked.partition(f" FROM ({table.rows}) AS {ALIAS}")
    if most == 1 or not found or not NAME.fullmatch(name):
        return Reading(whole)
    snapshot, blocks = _blocks(connection, name)
    parts = min(most, blocks // size)
    if parts < 2:
        return Reading(whole)
    starts = [f"'({blocks * part // parts},0)'::tid" for part in range(1, parts)]
    bounds = zip(["", *starts], [*starts, ""], strict=True)
    return Reading(
        f"SELECT {', '.join(texts)}, {ALIAS}.ctid AS {AT} FROM {name} AS {ALIAS}{condition}",
        (ONE_MOMENT, f"SET TRANSACTION SNAPSHOT '{snapshot}'"),
        tuple(
            " AND ".join([*[f"{AT} >= {least}"] * bool(least), *[f"{AT} < {end}"] * bool(end)])
            for least, end in bounds
        ),
    )


def _text(label: str, name: str) -> str:
    """A column as the text that the database sends of it: a cast would be another one of CHAR and BOOLEAN."""
    column = f"{ALIAS}.{delimited(label)}"
    return f"CASE WHEN {column} IS DISTINCT FROM NULL THEN pg_catalog.concat({column}) END AS {name}"


def _blocks(connection: postgresql.PostgreSQL, name: str) -> tuple[str, int]:
    """What all workers will see, by its name, and how many blocks the table has; none if it is no heap."""
    try:
        connection.connection.execute(KEPT.encode())
        rows = [*connection.rows(BLOCKS.format(name=name))][1:]
    except connection.errors():  # servers that are something else behind the protocol
        connection.connection.rollback()
        return "", 0
    return (str(rows[0][0]), int(rows[0][1])) if rows else ("", 0)


def _read(
    session: Any, reading: Reading, url: str, properties: dict[str, str], into: str, values: list[str]
) -> None:
    """Have the workers write the values to files of Parquet, with a column `n` that grows from row to row."""
    given = {
        **properties,
        "driver": DRIVER,
        "fetchsize": str(postgresql.AT_ONCE),
        "sessionInitStatement": "; ".join((*reading.transaction, *postgresql.SESSION)),
    }
    asked = f"({reading.query}) AS {ALIAS}"
    parts = {"predicates": [*reading.parts]} if reading.parts else {}
    rows = session.read.jdbc(url, asked, properties=given, **parts)
    numbered = rows.selectExpr(*values, "monotonically_increasing_id() AS n")
    numbered.write.mode("overwrite").parquet(uri(into))


def _told(table: Table, error: ClusterError) -> KgError:
    """What the database said, or that there was no way to it; else the error itself."""
    java = getattr(error.__cause__, "_stackTrace", "")  # what PySpark says leaves the causes out
    text = f"{java}\n{error.__cause__}"
    found = SAID.search(text)
    if not found:
        return error
    said = REFUSED.sub("", found[1].strip())
    address = connections.address(databases.of(table.source))
    if CONNECTING.search(text):
        return Unreachable(
            f"the workers have no connection to {address}: {said}",
            place=table.source.place,
            fix="let them reach it, or leave out the jar of its driver: then kg reads it where it is started",
        )
    return DatabaseError(
        f"{address} refuses {databases.shown(table.source)}: {said}", place=table.source.place
    )


def value(conversion: Converted, column: str, *, stored: bool = False) -> str:
    """SQL of a text and its datatype; `stored` numbers of floating point are as the database writes them."""
    return conversion(stored).replace("kg_x", column)


Converted = Callable[[bool], str]
"""SQL of what a conversion makes of a text `kg_x`, for stored numbers as they are or not."""


def _value(text: str, datatype: str) -> str:
    return f"NAMED_STRUCT('v', {text}, 't', {literal(XSD + datatype if datatype else '')})"


def _plain(stored: bool) -> str:
    return _value("kg_x", "")


END = "\\\\z"  # of a text; $ is also before its last line break
WITHOUT_ZEROS = "REGEXP_REPLACE(kg_x, '^(-?)0+(?=[0-9])', '$1')"
WITHOUT_FRACTION = "REGEXP_REPLACE(REGEXP_REPLACE({}, '([.][0-9]*?)0+$', '$1'), '[.]$', '')"


def _integer(stored: bool) -> str:
    number = _value(f"IF({WITHOUT_ZEROS} = '-0', '0', {WITHOUT_ZEROS})", "integer")
    return f"IF(kg_x RLIKE '^-?[0-9]+{END}', {number}, {_plain(stored)})"


def _decimal(stored: bool) -> str:
    short = WITHOUT_FRACTION.format(WITHOUT_ZEROS)
    number = _value(f"IF({short} = '-0', '0', {short})", "decimal")
    return f"IF(kg_x RLIKE '^-?[0-9]+([.][0-9]+)?{END}', {number}, {_real(stored)})"


# The digits of a number as it is written, and the power of ten of the first that counts.
DIGITS = (
    "TRANSFORM(TRANSFORM(ARRAY(REGEXP_EXTRACT(kg_x, '^-?([0-9]+([.][0-9]+)?)', 1)), "
    "kg_m -> NAMED_STRUCT('d', REPLACE(kg_m, '.', ''), 'w', LENGTH(SUBSTRING_INDEX(kg_m, '.', 1)))), "
    "kg_m -> NAMED_STRUCT('d', REGEXP_REPLACE(kg_m.d, '^0+|0+$', ''), "
    "'e', kg_m.w - 1 - LENGTH(REGEXP_EXTRACT(kg_m.d, '^0*', 0)) "
    "+ COALESCE(TRY_CAST(REGEXP_EXTRACT(kg_x, '[eE](.*)$', 1) AS INT), 0)))"
)
SIGN = "IF(STARTSWITH(kg_x, '-'), '-', '')"
AS_WRITTEN = (
    f"CONCAT({SIGN}, SUBSTRING(kg_s.d, 1, 1), '.', "
    "IF(LENGTH(kg_s.d) > 1, SUBSTRING(kg_s.d, 2), '0'), 'E', kg_s.e)"
)
NUMBER = f"kg_x RLIKE '^-?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?{END}'"
PARSED = "TRY_CAST(kg_x AS DOUBLE)"
# Fifteen digits are always those of the number, and seventeen where the database needs as many; of these,
# Java before 19 finds others. What is sixteen for the database may be fifteen in Python.
CANONICAL = (
    f"GET(TRANSFORM({DIGITS}, kg_s -> CASE WHEN kg_s.d = '' THEN CONCAT({SIGN}, '0.0E0') "
    f"WHEN LENGTH(kg_s.d) < 16 AND ABS(kg_s.e) < 300 THEN {AS_WRITTEN} "
    f"WHEN LENGTH(kg_s.d) = 17 AND NOT {few_digits(PARSED)} THEN {AS_WRITTEN} "
    f"ELSE {double(PARSED)} END), 0)"
)
SPECIAL = (("NaN", "NaN"), ("Infinity", "INF"), ("-Infinity", "-INF"))


def _real(stored: bool) -> str:
    special = " ".join(
        f"WHEN kg_x = '{name}' THEN {_value(literal(said), 'double')}" for name, said in SPECIAL
    )
    infinite = f"ABS({PARSED}) = DOUBLE('Infinity')"
    number = f"IF({infinite}, {CANONICAL}, kg_x)" if stored else CANONICAL
    return f"CASE {special} WHEN {NUMBER} THEN {_value(number, 'double')} ELSE {_plain(stored)} END"


def _boolean(stored: bool) -> str:
    texts = ((sql_values.TRUE, "true"), (sql_values.FALSE, "false"))
    known = " ".join(
        f"WHEN kg_x IN ({', '.join(map(literal, each))}) THEN {_value(literal(said), 'boolean')}"
        for each, said in texts
    )
    return f"CASE {known} ELSE {_integer(stored)} END"


def _binary(stored: bool) -> str:
    digits = _value("UPPER(SUBSTRING(kg_x, 3))", "hexBinary")
    return f"IF(STARTSWITH(kg_x, {literal(chr(92) + 'x')}), {digits}, {_plain(stored)})"


YEAR = (
    "IF({era} = '', {year}, IF(CAST({year} AS BIGINT) = 1, '0000', "
    "FORMAT_STRING('-%04d', CAST({year} AS BIGINT) - 1)))"
)
OFFSET = "RPAD(REPLACE(SUBSTRING({zone}, 2), ':', ''), 4, '0')"
ZONE = (
    "IF({zone} IN ('', 'Z'), {zone}, GET(TRANSFORM(ARRAY(" + OFFSET + "), kg_z -> IF(kg_z = '0000', 'Z', "
    "CONCAT(SUBSTRING({zone}, 1, 1), SUBSTRING(kg_z, 1, 2), ':', SUBSTRING(kg_z, 3)))), 0))"
)


def _moment(datatype: str) -> Converted:
    pattern = sql_values.MOMENTS[datatype]
    whole = literal("^(?:" + pattern.pattern.replace("(?P<", "(?<") + r")\z")
    parts = {
        name: f"REGEXP_EXTRACT(kg_x, {whole}, {pattern.groupindex[name]})"
        if name in pattern.groupindex
        else "''"
        for name in ("year", "zone", "era")
    }
    lengths = {name: f"LENGTH({part})" for name, part in parts.items()}
    rest = "LENGTH(kg_x) - {year} - {zone} - {era}".format(**lengths)
    body = f"REPLACE(SUBSTRING(kg_x, {lengths['year']} + 1, {rest}), ' ', 'T')"
    text = f"CONCAT({YEAR.format(**parts)}, {WITHOUT_FRACTION.format(body)}, {ZONE.format(**parts)})"
    return lambda stored: f"IF(kg_x RLIKE {whole}, {_value(text, datatype)}, {_plain(stored)})"


CONVERTED: dict[Convert, Converted] = {
    sql_values.plain: _plain,
    sql_values.integer: _integer,
    sql_values.decimal: _decimal,
    sql_values.real: _real,
    sql_values.boolean: _boolean,
    sql_values.binary: _binary,
    sql_values.date: _moment("date"),
    sql_values.time: _moment("time"),
    sql_values.instant: _moment("dateTime"),
}
"""By what :mod:`kg.sql_values` does with a column."""
