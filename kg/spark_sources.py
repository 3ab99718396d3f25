"""Sources as views of Spark: plain CSV, JSON Lines and Parquet read by the workers, all else by the driver.

A worker may begin to read in the middle of a file, so what stands there must be told from its lines alone. In
CSV it can be where no cell holds a line break, and that is so where each line is by itself a record of
RFC 4180; any other line stops the job, and the table is then read by :mod:`kg.records` like all others.
Record numbers are counted only for what needs them: how many records each part of the file has is asked
first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import files
from kg.clusters import uri
from kg.mapping import ROW, XSD
from kg.shapes import TEXT, UNCOMPRESSED, UTF_8, Table, distinct, is_file
from kg.spark_sql import double, few_digits, identifier, literal, plain_number

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

CHANGED = "a table is in other parts than when its records were counted; was it changed in between?"
NOT_PLAIN = "kg: not one record a line: source_"
GLOB = re.compile(r"[*?\[\]{}\\]")
LINE_ENDS = ("\r\n", "\n", "\r")
TYPES = {"string": "STRING", "array": "ARRAY", "struct": "STRUCT", "int64": "BIGINT", "float64": "DOUBLE"}
LONGEST_HEADER = 1_000_000


@dataclass(frozen=True)
class View:
    """A source that workers read: its records with a column `n`, which grows from record to record."""

    records: DataFrame
    columns: str

    def show(self, name: str, numbers: str = "CAST(NULL AS BIGINT)") -> None:
        """Make the view; its record numbers are an expression of `n` and `block`."""
        self.records.createOrReplaceTempView(f"{name}_lines")
        made = f"SELECT {self.columns}{numbers} AS {identifier(ROW)} FROM {name}_lines"
        self.records.sparkSession.sql(made).createOrReplaceTempView(name)

    def numbered(self) -> str:
        """The record numbers: those before each part of the file, and then in it.

        A part that was not counted ends the job: numbers are right, or there are none.
        """
        counted = self.records.groupBy("block").agg({"n": "min", "*": "count"})
        parts = sorted((row["block"], row["min(n)"], row["count(1)"]) for row in counted.collect())
        before = accumulate((count for _, _, count in parts), initial=0)
        starts = [f"{block}L" for block, _, _ in parts]
        known = [
            f"ARRAY({first}L, {first + count - 1}L, {so_far - first + 1}L)"
            for so_far, (_, first, count) in zip(before, parts, strict=False)
        ]
        if not parts:
            return "n"
        part = f"MAP_FROM_ARRAYS(ARRAY({', '.join(starts)}), ARRAY({', '.join(known)}))[block]"
        return (
            f"GET(TRANSFORM(ARRAY({part}), kg_p -> IF(n BETWEEN kg_p[0] AND kg_p[1], n + kg_p[2], "
            f"RAISE_ERROR({literal(CHANGED)}))), 0)"
        )


def view(session: SparkSession, index: int, table: Table) -> View | None:
    """The source as workers read it; None where only the driver can."""
    find = READ.get(table.source.formulation)
    return find(session, index, table) if find and not _unseen(table) else None


def _unseen(table: Table) -> bool:
    """Whether Spark passes the file over, by its name, or cannot say its path."""
    name = table.path.name
    hidden = name.startswith(("_", ".")) or name.endswith("._COPYING_")
    return table.path.is_file() and (hidden or ":" in str(table.path.resolve()))


def _of_csv(session: SparkSession, index: int, table: Table) -> View | None:
    end = _line_end(table) if table.plain else ""
    if not end:
        return None
    lines = (
        session.read.option("lineSep", end)
        .text(exactly(table.path))
        .selectExpr(
            "value", "_metadata.file_block_start AS block", "monotonically_increasing_id() & 8589934591 AS at"
        )
    )
    width, source = len(table.columns), table.source
    no_header = "NOT (block = 0 AND at = 0)" + (" AND value <> ''" if width > 1 else "")
    records = lines.where(no_header).selectExpr("value", "block", "monotonically_increasing_id() AS n")
    cells = records.selectExpr(f"{_cells(source.delimiter)} AS cells", "block", "n")
    cells = cells.where(_or_stop(f"SIZE(cells) = {width}", index))
    nulls = ", ".join(map(literal, source.nulls))
    columns = "".join(
        f"{_cell(f'cells[{number}]', nulls)} AS {identifier(name)}, "
        for number, name in enumerate(table.columns)
    )
    return View(cells, columns)


def exactly(path: str | Path) -> str:
    """The address of this one file: *, ? and the like would be a pattern of many."""
    return GLOB.sub(lambda found: "\\" + found[0], uri(path))


def _or_stop(condition: str, index: int) -> str:
    """A filter that lets all records through, also where no cell is asked for, or ends the job."""
    return f"IF({condition}, TRUE, RAISE_ERROR({literal(f'{NOT_PLAIN}{index}.')}))"


def _of_json_lines(session: SparkSession, index: int, table: Table) -> View | None:
    """Objects of one line each, of which keys are asked for; numbers keep the digits they are written in.

    A line that any two parsers might understand differently, or that has no value where one is wanted, stops.
    """
    source = table.source
    keys = [_key(name) for name in table.columns]
    whole = source.iterator in (None, "$") and source.encoding.lower() in UTF_8
    if not whole or not is_file(source) or source.compression.lower() not in UNCOMPRESSED or None in keys:
        return None
    names = dict.fromkeys(filter(None, keys))
    if any(key in ("", BROKEN_LINE) for key in names):
        return None
    lines = session.read.text(exactly(table.path)).selectExpr("value", "_metadata.file_block_start AS block")
    lines = lines.where(f"NOT value RLIKE {literal(BLANK)}")
    records = lines.selectExpr("value", "block", "monotonically_increasing_id() AS n")
    texts, kinds = (
        f"FROM_JSON(value, {literal(_schema(names, kind))}, {STRICT})" for kind in ("STRING", "VARIANT")
    )
    parsed = records.selectExpr("value", f"{texts} AS texts", f"{kinds} AS kinds", "block", "n")
    without_texts = f"REGEXP_REPLACE(value, {literal(JSON_TEXT)}, '0')"
    plain = (
        f"value RLIKE {literal(ONE_OBJECT)} AND NOT value RLIKE {literal(HALVES)} AND "
        f"NOT (value RLIKE {literal(FOLLOWED)} AND {without_texts} RLIKE {literal(FOLLOWED)})"
    )
    broken = f"texts.{identifier(BROKEN_LINE)} IS NULL AND kinds.{identifier(BROKEN_LINE)} IS NULL"
    any_digits = source.as_written or _exact_java(session)
    cells = [f"{_cell_of_json(key, any_digits)} AS k{number}" for number, key in enumerate(names)]
    shown = parsed.selectExpr(*cells, f"COALESCE({plain} AND {broken}, FALSE) AS plain", "block", "n")
    values = " AND ".join(["plain", *(f"k{number}.text IS NOT NULL" for number in range(len(names)))])
    number_of = {key: number for number, key in enumerate(names)}
    columns = "".join(
        f"{_value_of_json(f'k{number_of[str(key)]}', table)} AS {identifier(name)}, "
        for name, key in zip(distinct(table.columns), keys, strict=True)
    )
    return View(shown.where(_or_stop(values, index)), columns)


BROKEN_LINE = "\ufdd4"
BLANK = r"^[\t\n\f\r ]*\z"
ONE_OBJECT = r"(?s)^[\t ]*\{.*\}[\t ]*\z"
JSON_TEXT = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
FOLLOWED = r"\}[\t ]*+[^,\]}\t ]"  # an object by something that is not of what it is in
HALVES = r"\\u[dD][89A-Fa-f]"  # of characters beyond the first plane
JSON_NUMBER = r"[\t ]*(-?[0-9][0-9.eE+-]*)"
STRICT = (
    f"MAP('mode', 'PERMISSIVE', 'columnNameOfCorruptRecord', '{BROKEN_LINE}', 'allowSingleQuotes', 'false', "
    "'allowNonNumericNumbers', 'false')"
)


def _key(reference: str) -> str | None:
    """The one key that a reference asks for; None where it asks for anything else."""
    found = KEY.fullmatch(reference)
    return (found["name"] or found["quoted"]) if found else None


KEY = re.compile(r"(?:\$\.)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)|\$\['(?P<quoted>[^'\\\\]+)'\]")


def _schema(names: Iterable[str], kind: str) -> str:
    return ", ".join([*(f"{identifier(name)} {kind}" for name in names), f"{identifier(BROKEN_LINE)} STRING"])


def _exact_java(session: Any) -> bool:
    """Whether Java finds the shortest digits of every double."""
    return int(str(session._jvm.System.getProperty("java.specification.version")).split(".")[0]) >= EXACT_JAVA


EXACT_JAVA = 19


def _cell_of_json(key: str, any_digits: bool) -> str:
    """The text of a value and what kind of value it is; no text where this may be misunderstood.

    A number is as it is written, for which its key must be once in the line, also inside of other objects.
    """
    name = identifier(key)
    named = re.sub(r"([^\w])", r"\\\1", json.dumps(key, ensure_ascii=False), flags=re.ASCII) + r"[\t ]*:"
    number = f"REGEXP_EXTRACT(value, {literal(named + JSON_NUMBER)}, 1)"
    if not any_digits:
        few = few_digits("CAST(written AS DOUBLE)")
        right = f"IF(written RLIKE '^-?[0-9]+$' OR {few}, written, NULL)"
        number = f"GET(TRANSFORM(ARRAY({number}), written -> {right}), 0)"
    once = f"SIZE(REGEXP_EXTRACT_ALL(value, {literal(named)}, 0)) = 1"
    return (
        f"GET(TRANSFORM(ARRAY(COALESCE(SCHEMA_OF_VARIANT(kinds.{name}), 'VOID')), kind -> NAMED_STRUCT("
        "'kind', kind, 'text', CASE "
        f"WHEN kind IN ('STRING', 'BOOLEAN') THEN texts.{name} WHEN kind = 'VOID' THEN '' "
        f"WHEN kind RLIKE '^(OBJECT|ARRAY)' THEN NULL WHEN {once} THEN {number} END)), 0)"
    )


def _value_of_json(cell: str, table: Table) -> str:
    """A value as text and datatype, as :mod:`kg.json_records` has it."""
    text, written = f"{cell}.text", table.source.as_written
    integer, number, boolean = (
        _value(each, "" if written else XSD + datatype)
        for each, datatype in (
            (text if written else f"IF({text} = '-0', '0', {text})", "integer"),
            (text if written else double(f"CAST({text} AS DOUBLE)"), "double"),
            (text, "boolean"),
        )
    )
    value = (
        f"CASE {cell}.kind WHEN 'STRING' THEN {_value(text, '')} WHEN 'BOOLEAN' THEN {boolean} "
        f"WHEN 'VOID' THEN NULL ELSE IF({text} RLIKE '^-?[0-9]+$', {integer}, {number}) END"
    )
    return without(value, table)


def _value(text: str, datatype: str) -> str:
    return f"NAMED_STRUCT('v', {text}, 't', {literal(datatype)})"


def without(value: str, table: Table) -> str:
    """The value, unless it is a null of its source."""
    nulls = ", ".join(map(literal, table.source.nulls))
    known = f"GET(TRANSFORM(ARRAY({value}), it -> IF(it.v IN ({nulls}), NULL, it)), 0)"
    return known if nulls else value


def _of_parquet(session: SparkSession, index: int, table: Table) -> View | None:
    """Columns of types that Spark has as DuckDB has them; files with others go through the driver."""
    from pyspark.errors import AnalysisException

    source = table.source
    if not is_file(source) or source.compression.lower() not in UNCOMPRESSED:
        return None
    try:
        rows = session.read.parquet(exactly(table.path))
    except AnalysisException:  # of a type that Spark has not
        return None
    if _packed(table.path) - PACKED:
        return None
    kinds = {each.name: each.dataType.simpleString() for each in rows.schema.fields}
    found = [_value_of_parquet(name, kinds.get(name, ""), source.as_written) for name in table.columns]
    if not all(found):
        return None
    guards = {"date": DAYS} if _exact_java(session) else {"date": DAYS, "double": few_digits("{0}")}
    plain = " AND ".join(
        f"(c{number} IS NULL OR {guards[kinds[name]].format(f'c{number}')})"
        for number, name in enumerate(table.columns)
        if kinds[name] in guards
    )
    records = rows.selectExpr(
        *(f"{identifier(name)} AS c{number}" for number, name in enumerate(table.columns)),
        "0L AS block",
        "_metadata.row_index AS n",
    )
    columns = "".join(
        f"IF(c{number} IS NULL, NULL, {without(value.format(f'c{number}'), table)}) AS {identifier(name)}, "
        for number, (name, value) in enumerate(zip(table.columns, found, strict=True))
    )
    return View(records.where(_or_stop(plain, index)) if plain else records, columns)


DAYS = "{0} BETWEEN DATE'0001-01-01' AND DATE'9999-12-31'"  # Spark writes others otherwise
PACKED = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4_RAW"}


def _packed(path: Path) -> set[str]:
    """How the columns of a file of Parquet are compressed."""
    import duckdb

    with duckdb.connect() as connection:
        asking = "SELECT DISTINCT compression FROM parquet_metadata($1)"
        return {str(name) for (name,) in connection.execute(asking, [str(path)]).fetchall()}


def _value_of_parquet(name: str, kind: str, written: bool) -> str:
    """A value of a type as text and datatype; nothing for types that are left to the driver."""
    if kind == "double":
        finite = "ISNAN({0}) OR ABS({0}) = DOUBLE('Infinity')"
        as_double = _value(double("{0}"), XSD + "double")
        return (
            f"IF({finite}, {as_double}, {_value(plain_number('{0}'), XSD + 'decimal')})"
            if written
            else as_double
        )
    if kind.startswith("decimal(") and not kind.endswith(",0)"):
        stripped = "REGEXP_REPLACE(REGEXP_REPLACE(CAST({0} AS STRING), '0+$', ''), '[.]$', '')"
        return _value(stripped, XSD + "decimal")
    if kind == "date":
        return _value("CAST({0} AS STRING)", XSD + "date")
    text, datatype = TEXTS.get(kind, ("", ""))
    return _value(text, datatype) if text else ""


TEXTS = {
    "string": ("{0}", ""),
    "boolean": ("CAST({0} AS STRING)", XSD + "boolean"),
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), ("CAST({0} AS STRING)", XSD + "integer")),
}
READ: dict[str, Callable[[SparkSession, int, Table], View | None]] = {
    "csv": _of_csv,
    "jsonl": _of_json_lines,
    "parquet": _of_parquet,
}


def _line_end(table: Table) -> str:
    """How lines end, by the header, where that is one line; else nothing."""
    with files.binary(table.source, table.path) as file:
        head = file.read(LONGEST_HEADER)
    found = re.search(rb"\r\n|\n|\r", head)
    if not found or head[: found.start()].count(b'"') % 2:
        return ""
    return found[0].decode()


def _cells(delimiter: str) -> str:
    """The cells of a line as an array; NULL, which has the size of none, for a line that is no record.

    Groups are possessive: Java tries them one within the other, and long cells would be too deep.
    """
    d = "\\" + delimiter if not delimiter.isalnum() else delimiter
    quoted = '"[^"]*+(?:""[^"]*+)*+"'
    field = f'(?:{quoted}|[^"{d}\\r\\n][^{d}\\r\\n]*+|)'
    whole = literal(f"(?d)^{field}(?:{d}{field})*+\\z")
    each = literal(f"(?d){d}({field})")
    found = f"REGEXP_EXTRACT_ALL(CONCAT({literal(delimiter)}, value), {each}, 1)"
    bare = """c -> IF(STARTSWITH(c, '"'), REPLACE(SUBSTRING(c, 2, LENGTH(c) - 2), '""', '"'), c)"""
    return (
        f"CASE WHEN NOT CONTAINS(value, '\"') AND NOT CONTAINS(value, '\\r') AND NOT CONTAINS(value, '\\n') "
        f"THEN SPLIT(value, {literal(d)}) WHEN value RLIKE {whole} THEN TRANSFORM({found}, {bare}) END"
    )


def _cell(cell: str, nulls: str) -> str:
    return f"IF({cell} IN ({nulls}), NULL, {cell})" if nulls else cell


def types(table: Table) -> list[tuple[str, str]]:
    """The columns of a table and their types in Spark's SQL, which are spelled as Ibis does it."""
    kinds = table.types or (TEXT,) * len(table.columns)
    return [*zip(distinct(table.columns), map(spelled, kinds), strict=True)]


def spelled(kind: str) -> str:
    """A type of Ibis in Spark's SQL.

    >>> spelled("array<struct<v: string, t: string>>")
    'ARRAY<STRUCT<v: STRING, t: STRING>>'
    """
    return re.sub(r"\w+", lambda found: TYPES.get(found[0], found[0]), kind)


def of_rows(session: SparkSession, path: str, columns: list[tuple[str, str]]) -> DataFrame:
    """A file of JSON, one record a line with the keys c0, c1 …, as a table of these columns."""
    schema, names = _keyed(columns)
    rows: Any = session.read.schema(schema).option("mode", "FAILFAST")
    found: DataFrame = rows.json(exactly(path)).selectExpr(*names)
    return found


def of_lines(lines: list[str], columns: list[tuple[str, str]]) -> str:
    """A query of few such records, or none."""
    schema, names = _keyed(columns)
    if not lines:
        nothing = ", ".join(f"CAST(NULL AS {kind}) AS {identifier(name)}" for name, kind in columns)
        return f"SELECT {nothing} WHERE FALSE"
    whole = literal(f"[{', '.join(lines)}]")
    every = f"FROM_JSON({whole}, 'ARRAY<STRUCT<{schema}>>', MAP('mode', 'FAILFAST'))"
    return f"SELECT {', '.join(names)} FROM (SELECT INLINE({every}))"


def _keyed(columns: list[tuple[str, str]]) -> tuple[str, list[str]]:
    """The schema of such records, and the columns of it by their names."""
    keys = ["row" if name == ROW else f"c{number}" for number, (name, _) in enumerate(columns)]
    schema = ", ".join(f"{key} {kind}" for key, (_, kind) in zip(keys, columns, strict=True))
    return schema, [f"{key} AS {identifier(name)}" for key, (name, _) in zip(keys, columns, strict=True)]
