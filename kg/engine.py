"""DuckDB runs relations: into one file of quads, or as rows to look at.

The relations stand on tables named source_0, source_1 …; :func:`start` makes these: views of files of CSV,
and tables of the records that :mod:`kg.records` reads from everything else, through a file, so that no source
has to fit into memory. Record numbers are the order of the file. A file of CSV that DuckDB refuses is looked
through by :mod:`kg.sources`, which names the line.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import records, sources
from kg.errors import KgError, TableError, Unwritable
from kg.mapping import ROW
from kg.shapes import Cell, distinct

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir

# One column without quotes: the lines as they are. The delimiter is never written.
AS_IT_IS = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01'"
NOTHING_IS_NULL = "\ufdd0"  # a noncharacter, which no text may hold
LONGEST_ROW = 32_000_000  # bytes


@dataclass(frozen=True)
class Engine:
    """A running DuckDB with a view for each table."""

    connection: duckdb.DuckDBPyConnection
    tables: tuple[sources.Table, ...]

    def write(self, lines: Sequence[ir.Table], out: Path) -> int:
        """Write the lines of all relations to `out`, sorted by code point, each once; their number.

        Raises Unwritable, or TableError with every place where a table cannot be read; part of `out` may
        then be there.
        """
        if not lines:
            out.write_bytes(b"")
            return 0
        union = "\nUNION ALL\n".join(f"SELECT line FROM ({compiled(relation)})" for relation in lines)
        query = f"SELECT DISTINCT line FROM ({union}) ORDER BY line"
        (count,) = self.do(f"COPY ({query}) TO {quoted(out)} ({AS_IT_IS})", out)[0]
        return int(count)

    def rows(self, relation: ir.Table, limit: int) -> list[dict[str, Any]]:
        """The first `limit` rows of a relation, in the order of its columns."""
        rows = self.do(f"SELECT * FROM ({compiled(relation)}) ORDER BY ALL LIMIT {limit}")
        return [dict(zip(relation.columns, row, strict=True)) for row in rows]

    def keep(self, name: str, values: Iterable[str], relations: Iterable[ir.Table] = ()) -> None:
        """Make a table `name` with one column `term`, that holds `values` and the rows of `relations`."""
        self.do(f"CREATE TABLE {identifier(name)} (term VARCHAR)")
        self.connection.execute(f"INSERT INTO {identifier(name)} SELECT unnest($1)", [list(values)])
        for relation in relations:
            self.do(f"INSERT INTO {identifier(name)} {compiled(relation)}")

    def do(self, statement: str, out: Path | None = None) -> list[tuple[Any, ...]]:
        """Run a statement; the rows that it gives. `out` is the file that it writes."""
        import duckdb

        try:
            return self.connection.execute(statement).fetchall()
        except duckdb.InvalidInputException as error:
            raise self._refused(error) from error
        except duckdb.Error as error:
            if out and isinstance(error, duckdb.IOException):
                raise Unwritable(f"cannot write {out}: {first_line(error)}") from error
            raise TableError(f"the tables cannot be mapped: {first_line(error)}") from error

    def _refused(self, error: Exception) -> KgError:
        findings = [finding for table in self.tables for finding in sources.faults(table)]
        return (
            TableError.of(findings)
            if findings
            else TableError(f"a table cannot be read: {first_line(error)}")
        )


@contextmanager
def start(tables: Iterable[sources.Table]) -> Iterator[Engine]:
    """An engine over `tables`, named in their order as :func:`kg.plan.unbound` names them."""
    import duckdb

    given = tuple(tables)
    with (
        tempfile.TemporaryDirectory(prefix="kg-") as spill,
        duckdb.connect(config={"temp_directory": spill}) as connection,
    ):
        running = Engine(connection, given)
        for index, table in enumerate(given):
            running.do(definition(index, table))
            if not table.plain:
                rows = Path(spill) / f"source_{index}.json"
                _write(table, rows)
                running.do(f"INSERT INTO source_{index} {_rows(table, rows)}")
                rows.unlink()
        yield running


def definition(index: int, table: sources.Table) -> str:
    """SQL that names a table source_0, source_1 …: a view of CSV, or a table that is filled before a run."""
    if table.plain:
        return f"CREATE VIEW source_{index} AS {scan(table)}"
    columns = [
        f"{identifier(name)} {kind}"
        for name, kind in zip(distinct(table.columns), _kinds(table), strict=True)
    ]
    source = table.source
    what = f"the records of {source.path} ({source.formulation})" if source.formulation else "one record"
    return (
        f"-- filled with {what}, read beforehand\n"
        f"CREATE TABLE source_{index} ({', '.join([*columns, f'{identifier(ROW)} BIGINT'])})"
    )


def _kinds(table: sources.Table) -> list[str]:
    """The types of the columns in SQL."""
    import ibis
    from ibis.backends.sql.datatypes import DuckDBType

    types = table.types or ("string",) * len(table.columns)
    return [DuckDBType.to_string(ibis.dtype(kind)) for kind in types]


def _write(table: sources.Table, out: Path) -> None:
    """Write the records as lines of JSON, each with its number."""
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for number, cells in enumerate(records.records(table), start=1):
            row = {f"c{index}": _spelled(cell) for index, cell in enumerate(cells)}
            file.write(json.dumps({**row, "row": number}, ensure_ascii=False) + "\n")


def _spelled(cell: Cell) -> object:
    """A cell as JSON: a value is an object of its text and its datatype."""
    if isinstance(cell, list):
        return [{"v": text, "t": datatype} for text, datatype in cell]
    return {"v": cell[0], "t": cell[1]} if isinstance(cell, tuple) else cell


def _rows(table: sources.Table, rows: Path) -> str:
    names = [f"c{index}" for index in range(len(table.columns))]
    kinds = [*zip(names, _kinds(table), strict=True), ("row", "BIGINT")]
    columns = ", ".join(f"{name}: {quoted(kind)}" for name, kind in kinds)
    return (
        f"SELECT {', '.join([*names, 'row'])} FROM read_json({quoted(rows)}, columns = {{{columns}}}, "
        f"format = 'newline_delimited', maximum_object_size = {LONGEST_ROW})"
    )


def scan(table: sources.Table) -> str:
    """SQL that reads a table as text with its record numbers; the source's nulls are NULL.

    DuckDB takes an empty cell for NULL unless told otherwise, quoted or not.
    """
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in table.columns)
    nulls = ", ".join(map(quoted, table.source.nulls or (NOTHING_IS_NULL,)))
    options = f"columns = {{{columns}}}, nullstr = [{nulls}], max_line_size = {LONGEST_ROW}"
    file = quoted(_no_pattern(table.path))
    return (
        f"SELECT *, row_number() OVER () AS {identifier(ROW)} FROM read_csv({file}, "
        f"auto_detect = false, header = true, delim = {quoted(table.source.delimiter)}, "
        f"quote = '\"', escape = '\"', {options})"
    )


def _no_pattern(path: Path) -> str:
    """The path as DuckDB takes it for this one file: *, ? and [ would be a pattern of many."""
    return re.sub(r"[*?\[]", lambda match: f"[{match[0]}]", str(path))


def compiled(relation: ir.Table, *, pretty: bool = False) -> str:
    """The relation in DuckDB's SQL: what a plan shows is what runs; `pretty` breaks it into lines."""
    import ibis

    return str(ibis.to_sql(relation, dialect="duckdb", pretty=pretty))


def first_line(error: Exception) -> str:
    """What an error of DuckDB says, without its advice on options that kg does not have."""
    return str(error).split("\n")[0].split(": {")[0]


def quoted(value: object) -> str:
    """A text literal of SQL.

    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + str(value).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A quoted name of SQL.

    >>> print(identifier('a "b"'))
    "a \"\"b\"\""
    """
    return '"' + name.replace('"', '""') + '"'
