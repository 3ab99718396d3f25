"""What Spark means by an expression is what DuckDB means, to the character."""

from __future__ import annotations

import random
import struct

import ibis
import pytest
from sparks import executed

from kg import arguments, natural, spark_sql
from kg.arguments import Kind
from kg.spark_sql import identifier, literal

CHOSEN = random.Random(7)
DOUBLES = (
    0.0, -0.0, 1.5, 80.25, 1e300, 5e-324, 1e-7, 123456789.125, 2e23, 1.1e23, 5.684341886080802e-14, 1e16, 1e15, 9.5e15, -4e3,
    *(struct.unpack("d", CHOSEN.randbytes(8))[0] for _ in range(300)), *(CHOSEN.uniform(-1e6, 1e6) for _ in range(100)),
)  # fmt: skip
FINITE = [each for each in DOUBLES if each == each and abs(each) != float("inf")]  # noqa: PLR0124
LETTERS = [chr(code) for code in (*range(0x20, 0xD800), *range(0xE000, 0x1F000))]


def on_both(
    table: ibis.Table, expression: ibis.Value, columns: dict[str, str], rows: list[tuple[object, ...]]
) -> None:
    """Both engines give the same of every row."""
    asked = table.select("at", made=expression)
    found = {name: sorted(executed(asked, {"t": (columns, rows)}, name)) for name in ("duckdb", "spark")}
    different = [pair for pair in zip(found["duckdb"], found["spark"], strict=True) if pair[0] != pair[1]]
    assert not different


@pytest.mark.usefixtures("spark_session")
@pytest.mark.parametrize("case", ["upper", "lower"])
def test_letter_case_is_that_of_single_characters(case: str) -> None:
    """All letters, those too that are several in the other case, or that Java alone knows."""
    columns = {"at": "int64", "text": "string"}
    table = ibis.table(columns, name="t")
    on_both(table, getattr(table.text, case)(), columns, [*enumerate(LETTERS), (-1, "ΣΑΣ İstanbul straße")])


@pytest.mark.usefixtures("spark_session")
def test_a_double_is_written_with_the_same_digits() -> None:
    columns = {"at": "int64", "number": "float64"}
    table = ibis.table(columns, name="t")
    on_both(table, table.number.cast("string"), columns, [*enumerate(FINITE)])


def test_doubles_have_their_canonical_forms(spark_session: object) -> None:
    """Those of kg.natural."""
    from pyspark.sql import SparkSession

    assert isinstance(spark_session, SparkSession)
    spark_session.createDataFrame([*enumerate(FINITE)], "at BIGINT, d DOUBLE").createOrReplaceTempView(
        "doubles"
    )
    asked = f"SELECT at, {spark_sql.double('d')}, {spark_sql.plain_number('d')} FROM doubles"
    made = sorted(tuple(row) for row in spark_session.sql(asked).collect())
    assert made == [(at, natural.natural(d)[0], natural.written(d)[0]) for at, d in enumerate(FINITE)]


@pytest.mark.parametrize(
    "text", ["'", "\\", "\\'", "\0" + "12", "\n\r\t", "${x}", "%_", "\\u0041", "\ufdd0😀"]
)
def test_any_text_is_a_literal(text: str, spark_session: object) -> None:
    from pyspark.sql import SparkSession

    assert isinstance(spark_session, SparkSession)
    name = "`" + text.replace("\0", "") + '"'
    (row,) = spark_session.sql(f"SELECT {literal(text)} AS {identifier(name)}").collect()
    assert row.asDict() == {name: text}


TIMES = (
    "2020", "2020-01", "10:00", "10:00:00", "T10:00", "20200130", "today", "now", "", " ", "2020-01-30", "2020-1-3",
    "2020/1/30", "2020-01/30", " 2020-01-30", "\t2020-01-30", "2020-01-30T10:00", "2020-01-30 10:00", "2020-01-30 1:2",
    "2020-01-30T10", "2020-01-30T10:00 ", "2020-01-30 10:00:00.5", "2020-01-30T10:00:00.123456789",
    "2020-01-30T10:00:00Z", "2020-01-30 10:00:00 Z", "2020-01-30T25:00:00", "2020-02-30", "2020-02-29", "2019-02-29",
    "2020-13-01", "2020-00-01", "0990-01-30", "2020-01-30x", "x2020-01-30", "2020-01-30T10:00:61", "2020-01-30T10:60",
    "２０２０-01-30", "2020-01-30\x00", "epoch", "infinity", "99-1-1", "12020-01-30", "2020-01-30 ",
    "2020-01-30T24:00:00",
)  # fmt: skip
ZONES = {
    "2020-01-30T10:00:00+08:00": "2020-01-30T02:00:00",
    "2020-01-30 10:00-0530": "2020-01-30T15:30:00",
    "2020-01-30T10:00:00.5Z": "2020-01-30T10:00:00",
    "2020-01-30T23:30-01:00": "2020-01-31T00:30:00",
    **dict.fromkeys(
        ("2020-01-30T10:00:00 UTC", "2020-01-30+08:00", "2020-01-30T10:00:00+8", "2020-01-30T10+08:00")
    ),
}
"""Texts with zones, and what time they are in UTC."""


@pytest.mark.usefixtures("spark_session")
def test_times_are_those_that_duckdb_takes() -> None:
    """Neither a year alone, nor a time of today, nor words."""
    columns = {"at": "int64", "text": "string"}
    table = ibis.table(columns, name="t")
    time = arguments.READERS[Kind.DATETIME](table.text).strftime("%Y-%m-%dT%H:%M:%S")
    texts = (*TIMES, *ZONES)
    on_both(table, time, columns, [*enumerate(texts)])
    found = dict(executed(table.select("text", made=time), {"t": (columns, [*enumerate(texts)])}, "duckdb"))
    assert {text: found[text] for text in ZONES} == ZONES
