"""Sources that workers read by themselves hold what kg.records reads, in the same order; others are left to it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from kg import records, sources, spark
from kg.clusters import Cluster
from kg.errors import ClusterError, DataError, TableError
from kg.mapping import Dialect, LogicalSource
from kg.spark_session import PARTS, settled

pytestmark = pytest.mark.usefixtures("spark_session")
CHOSEN = random.Random(3)
CELLS = (
    "",
    "a",
    "毕节",
    '"q"',
    '""',
    '"a ""b"" c"',
    '5" disk',
    " x ",
    '"x,y"',
    "1e5",
    "\u2028",
    "\x0b",
    "'",
    "\\",
    '"\\"',
)
VALUES = (
    "1", "-0", "0", "1.50", "1e5", "1E-7", "-3.25", "123456789012345678901234567890", "true", "false", "null", '"x"',
    '""', '"true"', '"1.5"', '"a}, }b"', '"\\u6bd5 \\n \\""', "0.1", "1e39", '"\\ufdd0"', "100.0", "2.0E+3", "-0.0", "5e-324",
)  # fmt: skip
IN_PARTS = (("spark.sql.files.maxPartitionBytes", "700"), ("spark.sql.files.openCostInBytes", "1"))
JSON = LogicalSource("t", "jsonl")
KEYS = ("a", "$['b c']", "$.A")


def csv(rows: int, end: str = "\n", delimiter: str = ",") -> str:
    lines = [delimiter.join(("id", "x", "y z"))]
    for number in range(rows):
        lines += [""] * (number % 7 == 0)
        cells = (CHOSEN.choice(CELLS) for _ in range(2))
        lines.append(delimiter.join((str(number), *(cell.replace(",", delimiter) for cell in cells))))
    return end.join(lines) + end


def json_lines(rows: int) -> str:
    return "".join(
        f'{{"a": {CHOSEN.choice(VALUES)}, "b c": {CHOSEN.choice(VALUES)}{CHOSEN.choice(["", more])}}}\n'
        for more in (', "z": {"q": [1, 2]}', ', "A": 1', "")
        for _ in range(rows // 3)
    )


def both(folder: Path, source: LogicalSource, references: tuple[str, ...] = ()) -> bool:
    """The workers' records are the reader's, with their numbers; whether the workers could read them."""
    table = sources.table(source, folder, references)
    expected = [(*record, number) for number, record in enumerate(records.records(table), 1)]
    with spark.start([table], Cluster(conf=IN_PARTS)) as running:
        running.do(lambda: running._number(0))
        found = running.do(lambda: running.session.sql("SELECT * FROM source_0").collect())
        by_workers = 0 in running.read
    rows = [tuple(tuple(cell) if isinstance(cell, tuple) else cell for cell in row) for row in found]
    different = [
        pair
        for pair in zip(sorted(rows, key=lambda row: row[-1]), expected, strict=True)
        if pair[0] != pair[1]
    ]
    assert not different[:1], [(a, b) for a, b in zip(*different[0], strict=True) if a != b]
    return by_workers


@pytest.mark.parametrize(("end", "delimiter"), [("\n", ","), ("\r\n", ";"), ("\r", "\t")])
def test_csv_is_read_by_workers_in_parts(end: str, delimiter: str, tmp_path: Path) -> None:
    """Whatever ends its lines and separates its cells; the name of a file is no pattern of others."""
    (tmp_path / "t [1]*.csv").write_bytes(csv(300, end, delimiter).encode())
    assert both(tmp_path, LogicalSource("t [1]*.csv", dialect=Dialect(delimiter)))


@pytest.mark.parametrize(
    "content",
    ['id\n1\n\n2\n""\n', "\ufeffid,x\n1,2\n", "id,x\n1,2", 'id,x\n1,"a ""b"""\n'],
)
def test_csv_at_its_edges(content: str, tmp_path: Path) -> None:
    """One column, in which a blank line is a record; a mark before, no line end behind."""
    (tmp_path / "t.csv").write_text(content, encoding="utf-8", newline="")
    assert both(tmp_path, LogicalSource("t.csv"))


@pytest.mark.parametrize("name", ["_t", ".t", "t._COPYING_", "a:b", "a:b/t"])
@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet"])
def test_files_that_spark_would_pass_over_are_left_to_the_reader(
    name: str, suffix: str, tmp_path: Path
) -> None:
    """Such are hidden to Hadoop, or their names mean something to it."""
    import duckdb

    named = f"{name.removesuffix('._COPYING_')}.{suffix}{'._COPYING_' * name.endswith('._COPYING_')}"
    (tmp_path / named).parent.mkdir(exist_ok=True)
    (tmp_path / "made").write_text({"csv": "id\n1\n", "jsonl": '{"id": 1}\n'}.get(suffix, ""))
    if suffix == "parquet":
        duckdb.execute(f"COPY (SELECT 1 AS id) TO '{tmp_path / 'made'}' (FORMAT parquet)")
    (tmp_path / "made").rename(tmp_path / named)
    assert not both(tmp_path, LogicalSource(named, suffix), ("id",))


def test_record_numbers_are_right_or_there_are_none(tmp_path: Path) -> None:
    """A job that cuts the table into other parts than those that were counted fails."""
    (tmp_path / "t.csv").write_text(csv(300), encoding="utf-8")
    table = sources.table(LogicalSource("t.csv"), tmp_path)
    for size in ("500", "1000"):
        with spark.start([table], Cluster(conf=IN_PARTS)) as running:
            running.do(lambda: running._number(0))
            running.session.conf.set("spark.sql.files.maxPartitionBytes", size)
            with pytest.raises(ClusterError, match="in other parts than when its records were counted"):
                running.do(lambda: running.session.sql("SELECT * FROM source_0").collect())


def test_the_parts_of_tables_do_not_follow_the_executors(spark_session: Any) -> None:
    """How many there are at least is settled when a session starts, unless it was said."""
    apart = spark_session.newSession()
    apart.conf.unset(PARTS)
    assert settled(apart).conf.get(PARTS) == str(spark_session.sparkContext.defaultParallelism)
    apart.conf.set(PARTS, "7")
    assert settled(apart).conf.get(PARTS) == "7"


def test_nulls_are_those_of_the_source(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('id,x\n1,NA\n2,\n3,"NA"\n', encoding="utf-8")
    for nulls in ((), ("NA",), ("", "NA")):
        assert both(tmp_path, LogicalSource("t.csv", nulls=nulls))


@pytest.mark.parametrize("content", ['id,x\n1,"a\nb"\n2,c\n', '"i\nd",x\n1,2\n', 'id,x\n1,"a\rb"\n'])
def test_line_breaks_in_cells_are_left_to_the_reader(content: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(content.encode())
    assert both(tmp_path, LogicalSource("t.csv")) == ("\r" in content)


def test_a_row_that_does_not_fit_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("id,x\n1,2\n3\n4,5,6\n", encoding="utf-8")
    table = sources.table(LogicalSource("t.csv"), tmp_path)
    with pytest.raises(TableError) as caught, spark.start([table], Cluster()) as running:
        running.do(lambda: running.session.sql("SELECT count(*) FROM source_0").collect())
    assert [finding.place.line for finding in caught.value.findings if finding.place] == [3, 4]


@pytest.mark.parametrize("as_written", [True, False])
def test_json_lines_are_read_by_workers_in_parts(as_written: bool, tmp_path: Path) -> None:
    """With all kinds of values, numbers as they are written or in their canonical form."""
    (tmp_path / "t").write_text(json_lines(300), encoding="utf-8")
    source = LogicalSource("t", "jsonl", as_written=as_written, nulls=("", "x") if as_written else ())
    assert both(tmp_path, source, KEYS)


@pytest.mark.parametrize(
    ("line", "references"),
    [
        ('{"a": {"a": 1.5}}\n{"a": 1.5, "o": {"a": 2}}', ("a",)),
        ('{"a": "\\ud83d\\ude00"}', ("a",)),
        ('{"a": 1, "a": 2.5}', ("a",)),
        ('[{"a": 1}]', ("$[0].a",)),
        ('{"a": [1, 2]}', ("$.a[*]",)),
    ],
)
def test_json_that_may_be_misunderstood_is_left_to_the_reader(
    line: str, references: tuple[str, ...], tmp_path: Path
) -> None:
    """Numbers of a key that is twice in a line, escapes of half characters, paths."""
    text = line.replace('{"a": {"a": 1.5}}\n', "")
    (tmp_path / "t").write_text(
        f'{text}\n{{"a": 1}}\n' if references == ("a",) else text + "\n", encoding="utf-8"
    )
    assert not both(tmp_path, JSON, references)


def test_what_is_no_value_is_told(tmp_path: Path) -> None:
    (tmp_path / "t").write_text('{"a": 1}\n{"a": {"b": 1}}\n', encoding="utf-8")
    table = sources.table(JSON, tmp_path, ("a",))
    with (
        pytest.raises(DataError, match="'a' is an object in record 2"),
        spark.start([table], Cluster()) as running,
    ):
        running.do(lambda: running.session.sql("SELECT * FROM source_0").collect())


@pytest.mark.parametrize(
    "content", ['{"a": 1} x\n', '{"a": 1}{"a": 2}\n', "{'a': 1}\n", '{"a": NaN}\n', '{"a": 01}\n']
)
def test_what_is_no_json_is_told(content: str, tmp_path: Path) -> None:
    (tmp_path / "t").write_text('{"a": 1}\n', encoding="utf-8")
    table = sources.table(JSON, tmp_path, ("a",))
    (tmp_path / "t").write_text(f'{{"a": 1}}\n{content}', encoding="utf-8")
    with pytest.raises(TableError, match="no JSON"), spark.start([table], Cluster()) as running:
        running.do(lambda: running.session.sql("SELECT * FROM source_0").collect())


@pytest.mark.parametrize("as_written", [True, False])
def test_parquet_is_read_by_workers_in_parts(as_written: bool, tmp_path: Path) -> None:
    """Whole numbers, truth values, decimals, dates, texts and doubles, each with what is missing."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(
            f"""COPY (SELECT i::INTEGER AS i, i::BIGINT * 1000000007 AS b, i % 3 = 0 AS t, (i / 7 - 3)::DECIMAL(10, 3) AS n,
            CASE WHEN i % 5 > 0 THEN DATE '0990-01-30' + i::INTEGER * 111 END AS d, ['', 'a', '毕' || chr(10), NULL][i % 4 + 1]
            AS "We ird", (((i - 50) * 1.25)::VARCHAR || 'e' || (i % 40 - 20))::DOUBLE AS x FROM range(3000) r(i)) TO '{tmp_path / "t"}' (FORMAT parquet)"""
        )
    source = LogicalSource("t", "parquet", as_written=as_written, nulls=("a",))
    assert both(tmp_path, source)


@pytest.mark.parametrize("number", [2.2333333333333332e18, 0.1 + 0.2])
def test_numbers_of_seventeen_digits_are_the_same(number: float, tmp_path: Path) -> None:
    """Java before 19 does not always find the nearest ones, and then the driver reads the table."""
    import duckdb

    duckdb.execute(f"COPY (SELECT 1 AS id, {number!r}::DOUBLE AS x) TO '{tmp_path / 'p'}' (FORMAT parquet)")
    (tmp_path / "j").write_text(f'{{"a": {number!r}}}\n', encoding="utf-8")
    assert both(tmp_path, LogicalSource("p", "parquet")) == both(
        tmp_path, LogicalSource("j", "jsonl"), ("a",)
    )
    assert both(tmp_path, LogicalSource("j", "jsonl", as_written=True), ("a",))


def test_parquet_with_other_types_is_left_to_the_reader(tmp_path: Path) -> None:
    import duckdb

    for number, what in enumerate(
        (
            *("TIMESTAMP '2020-01-01 10:00:00'", "TIMESTAMP_NS '2020-01-01 10:00:00'", "TIME '10:00:00'"),
            *("'a'::BLOB", "[1, 2]", "18446744073709551615::UBIGINT", "uuid()", "INTERVAL 1 DAY"),
        )
    ):
        duckdb.execute(f"COPY (SELECT 1 AS id, {what} AS x) TO '{tmp_path / str(number)}' (FORMAT parquet)")
        assert not both(tmp_path, LogicalSource(str(number), "parquet"))


@pytest.mark.parametrize("day", ["12000-01-01", "0044-03-15 (BC)", "infinity", "0001-01-01", "9999-12-31"])
def test_days_of_other_years_than_those_of_four_digits_are_left_to_the_reader(
    day: str, tmp_path: Path
) -> None:
    import duckdb

    duckdb.execute(f"COPY (SELECT unnest(['{day}'::DATE, NULL]) AS x) TO '{tmp_path / 'p'}' (FORMAT parquet)")
    assert both(tmp_path, LogicalSource("p", "parquet")) == (day in ("0001-01-01", "9999-12-31"))


@pytest.mark.parametrize(
    ("options", "by_workers"),
    [
        ("COMPRESSION zstd", True),
        ("COMPRESSION lz4_raw", True),
        ("COMPRESSION brotli", False),
        ("PARQUET_VERSION V2", True),
    ],
)
def test_parquet_is_unpacked(options: str, by_workers: bool, tmp_path: Path) -> None:
    import duckdb

    made = "SELECT i, 'a' || (i // 9) AS a, i % 2 = 0 AS b, i / 8 AS d, DATE '2020-01-01' + i::INTEGER AS t FROM range(3000) r(i)"
    duckdb.execute(f"COPY ({made}) TO '{tmp_path / 'p'}' (FORMAT parquet, {options})")
    assert both(tmp_path, LogicalSource("p", "parquet")) == by_workers
