"""Spark for tests: one session of this process, in which tests run plans as they do on DuckDB."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pytest
import servers

from kg import dialects, engine, engines, spark
from kg.clusters import Cluster

SETTINGS = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.default.parallelism": "1",
    "spark.sql.files.minPartitionNum": "1",
    "spark.driver.memory": "1g",
    # Compiling costs more than running what is small; tests/test_spark.py runs what is compiled.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraClassPath": str(servers.JDBC),
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
PACKAGES = ("openjdk-17-jre-headless",)
MOST_VALUES = 2000  # rows that are part of a query, which is no job then; more take long to parse


@cache
def missing() -> str:
    """Why Spark cannot run here; nothing if it can."""
    if not find_spec("pyspark"):
        return "PySpark is not installed"
    java = shutil.which("java")
    if not java:
        return "there is no Java"
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = told.partition('"')[2].partition(".")[0]
    return "" if version.isdigit() and int(version) >= 17 else f"Java is too old: {told.splitlines()[:1]}"


@pytest.fixture(scope="session")
def spark_session() -> Iterator[Any]:
    """A session on this machine, which runs of the engine find; no test ends it."""
    if missing():
        pytest.skip(missing())
    from kg import spark_session

    with spark_session.session(Cluster("local[1]", tuple(SETTINGS.items())), lambda step: None) as session:
        yield session


def collected(self: spark.Engine, lines: Iterable[Any], out: Path | str, *, ordered: bool = True) -> int:
    """What the engine would write, as DuckDB writes it: one file, sorted."""
    given = tuple(lines)
    for part in given:
        self.compiled(part, numbers=spark._numbers(part))
    found = self.do(lambda: self.lines(given).collect()) if given else []
    every = sorted((line for row in found for line in row[0].split("\n")), key=str.encode)
    Path(out).write_bytes("".join(f"{line}\n" for line in every).encode())
    return len(every)


@pytest.fixture(scope="module", params=["duckdb", "spark"])
def on_each_engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """The tests of a module run twice: what runs a mapping in them is DuckDB, and then Spark. Its name."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "spark":
            request.getfixturevalue("spark_session")
            patch.setattr(engines, "start", _start)
            patch.setattr(spark.Engine, "write", collected)
            patch.setattr(RUNNING, "name", "spark")
        yield str(request.param)


def _start(tables: Any, outputs: Any, cluster: Any, **how: Any) -> Any:
    how.pop("memory", "")
    return spark.start(tables, Cluster(), (), **how)


class RUNNING:
    """Which engine runs the relations of a test."""

    name = "duckdb"


def started(tables: Iterable[Any] = ()) -> Any:
    """The engine of the test, over tables."""
    return engines.start(tables, (), None, skip=False, step=lambda step: None)


Rows = dict[str, tuple[dict[str, str], list[tuple[Any, ...]]]]


def executed(relation: ir.Table, tables: Rows, engine_name: str = "") -> list[tuple[Any, ...]]:
    """The rows of a relation over tables, each with its columns, their types as Ibis spells them, and its rows.

    The engine is that of the test, or the one that is named.
    """
    if (engine_name or RUNNING.name) == "spark":
        return _on_spark(relation, tables)
    import duckdb

    with duckdb.connect() as connection:
        for name, (columns, rows) in tables.items():
            kinds = ", ".join(f'"{column}" {engine._kind(kind)}' for column, kind in columns.items())
            connection.execute(f'CREATE TABLE "{name}" ({kinds})')
            if rows:  # by columns: one row after the other takes a minute for all letters
                lists = ", ".join(
                    f"unnest(${number}::{engine._kind(kind)}[])"
                    for number, kind in enumerate(columns.values(), 1)
                )
                connection.execute(
                    f'INSERT INTO "{name}" SELECT {lists}', [*map(list, zip(*rows, strict=True))]
                )
        return connection.execute(dialects.compiled(relation)).fetchall()


def _value(cell: Any) -> str:
    from kg.spark_sql import literal

    if isinstance(cell, dict):
        return f"NAMED_STRUCT({', '.join(f'{literal(key)}, {_value(each)}' for key, each in cell.items())})"
    if isinstance(cell, list):
        return f"ARRAY({', '.join(map(_value, cell))})"
    if isinstance(cell, float):
        return f"DOUBLE({literal(repr(cell))})"
    return "NULL" if cell is None else str(cell) if isinstance(cell, int) else literal(cell)


def _on_spark(relation: ir.Table, tables: Rows) -> list[tuple[Any, ...]]:
    from pyspark.sql import SparkSession

    from kg.spark_sources import spelled
    from kg.spark_sql import identifier

    session = SparkSession.getActiveSession()
    assert session is not None
    for name, (columns, rows) in tables.items():
        if len(rows) > MOST_VALUES:
            given = ", ".join(f"{identifier(column)} {spelled(kind)}" for column, kind in columns.items())
            session.createDataFrame(rows, given).createOrReplaceTempView(name)
            continue
        kinds = ", ".join(
            f"CAST({f'c{number}' if rows else 'NULL'} AS {spelled(kind)}) AS {identifier(column)}"
            for number, (column, kind) in enumerate(columns.items())
        )
        values = ", ".join(f"({', '.join(map(_value, row))})" for row in rows)
        keys = ", ".join(f"c{number}" for number in range(len(columns)))
        these = f"FROM VALUES {values} AS t({keys})" if rows else "WHERE FALSE"
        session.sql(f"SELECT {kinds} {these}").createOrReplaceTempView(name)
    found = session.sql(dialects.compiled(relation, dialect="spark")).collect()
    return [tuple(row) for row in found]
