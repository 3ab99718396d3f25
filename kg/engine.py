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
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Map
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from json.encoder import encode_basestring
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import amounts, documents, records, sources
from kg.dialects import asked, compiled, quoted
from kg.errors import DataError, Finding, KgError, TableError, Unwritable
from kg.grammar import identifier
from kg.mapping import ROW
from kg.shapes import ALL_FINDINGS, MOST_FINDINGS, TEXT, VALUE, VALUES, Cell, distinct

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir

    from kg import parts
    from kg.questions import Question

INTERRUPTED = "interrupted"
NOTHING_IS_NULL = "\ufdd0"  # a noncharacter, which no text may hold
LONGEST_ROW = 32_000_000  # bytes
AT_ONCE = 10_000  # rows
KINDS = {TEXT: "VARCHAR", VALUE: "STRUCT(v VARCHAR, t VARCHAR)", VALUES: "STRUCT(v VARCHAR, t VARCHAR)[]"}
"""What is usual, without Ibis."""
HUGE = 16_000_000_000  # bytes
CHUNK = 1 << 20


@dataclass(frozen=True)
class Engine:
    """A running DuckDB with a view for each table."""

    connection: duckdb.DuckDBPyConnection
    tables: tuple[sources.Table, ...]
    faults: list[Finding] = field(default_factory=list)
    """What is wrong with single cells, where these are skipped."""
    sizes: dict[int, int] = field(default_factory=dict)
    """Of tables that were read beforehand, the bytes of their records."""
    lines: set[int] = field(default_factory=set)
    """The tables whose records are lines without quotes and marks to escape, none of them long."""
    memory: int = 0
    """How many bytes all of it may take; 0 for most of what there is."""
    step: Callable[[str], None] = lambda step: None
    """Is told what is being done."""

    def write(self, lines: Iterable[parts.Part], out: Path | str, *, ordered: bool = True) -> int:
        """Write the lines of all parts to `out`, each once; their number. If `ordered`, by code point.

        Raises Unwritable, or TableError with every place where a table cannot be read; part of `out` may
        then be there.
        """
        from kg import outputs

        named = {f"source_{index}": table for index, table in enumerate(self.tables)}
        sizes = {
            name: self.sizes.get(index, size(table)) for index, (name, table) in enumerate(named.items())
        }
        large = sum(sizes.values()) > outputs.FEW
        writer = outputs.Writer(
            lambda statement: self.do(statement, out),
            {name: sizes[name] for name, table in named.items() if table.plain},
            [name for index, name in enumerate(named) if index in self.lines],
            large=large,
            limit=(self.memory or HUGE) // 8,
            apart=bool(self.memory),
            step=self.step,
        )
        return writer.write(tuple(lines), Path(out), ordered=ordered)

    def rows(self, relation: ir.Table, limit: int) -> list[dict[str, Any]]:
        """The first `limit` rows of a relation, in the order of its columns."""
        rows = self.do(f"SELECT * FROM ({compiled(relation)}) ORDER BY ALL LIMIT {limit}")
        return [dict(zip(relation.columns, row, strict=True)) for row in rows]

    def doubts(self, questions: tuple[Question, ...]) -> set[Question]:
        """The questions to which the answer is yes."""
        by_table: dict[str, list[Question]] = {}
        for question in questions:
            by_table.setdefault(question.over.name, []).append(question)
        found: set[Question] = set()
        for table, every in by_table.items():
            (answers,) = self.do(f"SELECT {', '.join(map(asked, every))} FROM {table}")
            found.update(question for question, yes in zip(every, answers, strict=True) if yes)
        return found

    def valueless(self, index: int) -> tuple[str, ...]:
        """The columns of a table that have a value in no record; none of a table without records."""
        table = self.tables[index]
        columns = [identifier(name) for name in distinct(table.columns)]
        several = [kind == VALUES for kind in table.types]
        has = [
            f"len({name}) > 0" if lists else f"{name} IS NOT NULL"
            for name, lists in zip(columns, several, strict=True)
        ]
        (found,) = self.do(f"SELECT {', '.join(f'bool_or({each})' for each in has)} FROM source_{index}")
        return tuple(name for name, any_value in zip(table.columns, found, strict=True) if any_value is False)

    def keep(self, name: str, values: Iterable[str], relations: Iterable[parts.Part | ir.Table] = ()) -> None:
        """Make a table `name` with one column `term`, that holds `values` and the rows of `relations`."""
        self.do(f"CREATE TABLE {identifier(name)} (term VARCHAR)")
        self.connection.execute(f"INSERT INTO {identifier(name)} SELECT unnest($1)", [list(values)])
        for relation in relations:
            self.do(f"INSERT INTO {identifier(name)} {compiled(relation)}")

    def define(self, name: str, columns: Map[str, str]) -> None:
        """Make a table without rows."""
        spelled = (f"{identifier(column)} {_kind(kind)}" for column, kind in columns.items())
        self.do(f"CREATE TABLE {identifier(name)} ({', '.join(spelled)})")

    def define_as(self, name: str, relation: ir.Table) -> None:
        """Make a table of the rows of a relation."""
        self.do(f"CREATE TABLE {identifier(name)} AS {compiled(relation)}")

    def insert(self, name: str, columns: Map[str, str], rows: Iterable[Iterable[Any]]) -> None:
        """Put rows into a table that was made; they need not fit into memory."""
        kinds = {f"c{number}": _kind(kind) for number, kind in enumerate(columns.values())}
        with tempfile.TemporaryDirectory(prefix="kg-") as folder:
            file = Path(folder, "rows.json")
            with file.open("w", encoding="utf-8", newline="\n") as out:
                for row in rows:
                    out.write(json.dumps(dict(zip(kinds, row, strict=True))) + "\n")
            self.do(f"INSERT INTO {identifier(name)} {_of_json(file, kinds)}")

    def fetched(self, relation: ir.Table) -> Iterator[tuple[Any, ...]]:
        """The rows of a relation, of which few are in memory; nothing else may run before the last."""
        with self._refusing():
            self.connection.execute(compiled(relation))
            while rows := self.connection.fetchmany(AT_ONCE):
                yield from rows

    def do(self, statement: str, out: Path | str | None = None) -> list[tuple[Any, ...]]:
        """Run a statement; the rows that it gives. `out` is the file that it writes."""
        with self._refusing(out):
            return self.connection.execute(statement).fetchall()

    @contextmanager
    def _refusing(self, out: Path | str | None = None) -> Iterator[None]:
        """What DuckDB refuses, as errors that say where."""
        import duckdb

        try:
            yield
        except duckdb.InvalidInputException as error:
            raise self._refused(error) from error
        except RuntimeError as error:  # what DuckDB makes of Ctrl-C
            if INTERRUPTED not in str(error):
                raise
            raise KeyboardInterrupt from None
        except duckdb.OutOfMemoryException as error:
            raise TableError(
                f"the tables cannot be mapped in the memory there is: {first_line(error)}",
                fix="allow more of it with --memory, and see that the disk has room",
            ) from error
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
def start(
    tables: Iterable[sources.Table],
    *,
    skip: bool = False,
    memory: int = 0,
    step: Callable[[str], None] = lambda step: None,
) -> Iterator[Engine]:
    """An engine over `tables`, named in their order as :func:`kg.plan.unbound` names them.

    It keeps to so many bytes of `memory`, if any are given; what does not fit is on the disk meanwhile.
    Cells that hold no value but a structure or an error raise DataError, or with `skip` are no value.
    """
    import duckdb

    given = tuple(tables)
    with (
        tempfile.TemporaryDirectory(prefix="kg-") as spill,
        duckdb.connect(config={"temp_directory": spill, **amounts.of_duckdb(memory)}) as connection,
    ):
        running = Engine(connection, given, memory=memory, step=step)
        faults: dict[int, tuple[Finding, ...]] = {}
        for index, table in enumerate(given):
            if table.plain and size(table) > CHUNK and are_lines(table.path):
                running.lines.add(index)
            running.do(definition(index, table, of_lines=index in running.lines))
        read = ((index, table) for index, table in enumerate(given) if not table.plain)
        for group in documents.by_file(read, lambda one: one[1].path):
            for index, table in group:
                step(f"reading {table.source.path or 'a query'}")
                rows = Path(spill) / f"source_{index}.json"
                faults[index] = written(table, rows, skip)
                running.sizes[index] = rows.stat().st_size
                if (index, table) == group[-1]:
                    documents.forget()  # as DuckDB needs the room
                running.do(f"INSERT INTO source_{index} {_rows(table, rows)}")
                rows.unlink()
        running.faults.extend(fault for index in sorted(faults) for fault in faults[index])
        yield running


def definition(index: int, table: sources.Table, *, of_lines: bool = False) -> str:
    """SQL that names a table source_0, source_1 …: a view of CSV, or a table that is filled before a run."""
    if table.plain:
        return f"CREATE VIEW source_{index} AS {scan(table, of_lines=of_lines)}"
    columns = [
        f"{identifier(name)} {kind}"
        for name, kind in zip(distinct(table.columns), _kinds(table), strict=True)
    ]
    source = table.source
    what = (
        f"the records of {source.path or 'a query'} ({source.formulation})"
        if source.formulation
        else "one record"
    )
    return (
        f"-- filled with {what}, read beforehand\n{_asked(table)}"
        f"CREATE TABLE source_{index} ({', '.join([*columns, f'{identifier(ROW)} BIGINT'])})"
    )


def _asked(table: sources.Table) -> str:
    """What a database is asked, as a comment."""
    return "".join(f"--   {line}\n" for line in table.asked.splitlines() if line.strip())


def _kinds(table: sources.Table) -> list[str]:
    """The types of the columns in SQL."""
    return [*map(_kind, table.types or ("string",) * len(table.columns))]


def _kind(kind: str) -> str:
    if kind in KINDS:
        return KINDS[kind]
    import ibis
    from ibis.backends.sql.datatypes import DuckDBType

    return str(DuckDBType.to_string(ibis.dtype(kind)))


def written(table: sources.Table, out: Path, skip: bool) -> tuple[Finding, ...]:
    """Write the records as lines of JSON, each with its number; what is wrong with cells, to `skip` it."""
    most = ALL_FINDINGS if skip else MOST_FINDINGS
    with out.open("w", encoding="utf-8", newline="\n") as file:
        try:
            for number, cells in enumerate(records.records(table, most), start=1):
                row = "".join([f'"c{index}":{_spelled(cell)},' for index, cell in enumerate(cells)])
                file.write(f'{{{row}"row":{number}}}\n')
        except DataError as error:
            if not skip:
                raise
            return error.findings
    return ()


def _spelled(cell: Cell) -> str:
    """A cell as JSON: a value is an object of its text and its datatype."""
    if cell is None:
        return "null"
    if isinstance(cell, tuple):
        return f'{{"v":{encode_basestring(cell[0])},"t":{encode_basestring(cell[1])}}}'
    return f"[{','.join(map(_spelled, cell))}]" if isinstance(cell, list) else encode_basestring(cell)


def _rows(table: sources.Table, rows: Path) -> str:
    names = [f"c{index}" for index in range(len(table.columns))]
    return _of_json(rows, {**dict(zip(names, _kinds(table), strict=True)), "row": "BIGINT"})


def _of_json(rows: Path, kinds: Map[str, str]) -> str:
    columns = ", ".join(f"{name}: {quoted(kind)}" for name, kind in kinds.items())
    return (
        f"SELECT {', '.join(kinds)} FROM read_json({quoted(rows)}, columns = {{{columns}}}, "
        f"format = 'newline_delimited', maximum_object_size = {LONGEST_ROW})"
    )


def size(table: sources.Table) -> int:
    """The bytes of its file, for what they tell of the work; 0 where there is none."""
    return table.path.stat().st_size if table.path.is_file() else 0


def are_lines(path: Path) -> bool:
    """Whether no cell needs an escape as a literal, as a line break in one would, and no line is long.

    Told byte by byte: where each part of the file has an end of line, no line is longer than two of them.
    """
    with path.open("rb") as file:
        chunks = iter(partial(file.read, CHUNK), b"")
        return all(
            (b"\n" in chunk or len(chunk) < CHUNK) and not any(mark in chunk for mark in (b'"', b"\\", b"\r"))
            for chunk in chunks
        )


def scan(table: sources.Table, *, of_lines: bool = False) -> str:
    """SQL that reads a table as text with its record numbers; the source's nulls are NULL.

    DuckDB takes an empty cell for NULL unless told otherwise, quoted or not.
    """
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in table.columns)
    nulls = ", ".join(map(quoted, table.source.nulls or (NOTHING_IS_NULL,)))
    # Unless told, DuckDB reads sixteen of the longest rows at once; each buffer is read by one thread.
    longest, at_once = (2 * CHUNK, 4 * CHUNK) if of_lines else (LONGEST_ROW, LONGEST_ROW)
    sizes = f"max_line_size = {longest}, buffer_size = {at_once}"
    options = f"columns = {{{columns}}}, nullstr = [{nulls}], {sizes}"
    file = quoted(_no_pattern(table.path))
    return (
        f"SELECT *, row_number() OVER () AS {identifier(ROW)} FROM read_csv({file}, "
        f"auto_detect = false, header = true, delim = {quoted(table.source.delimiter)}, "
        f"quote = '\"', escape = '\"', {options})"
    )


def _no_pattern(path: Path) -> str:
    """The path as DuckDB takes it for this one file: *, ? and [ would be a pattern of many."""
    return re.sub(r"[*?\[]", lambda match: f"[{match[0]}]", str(path))


def first_line(error: Exception) -> str:
    """What an error of DuckDB says, without its advice on options that kg does not have."""
    return str(error).split("\n")[0].split(": {")[0]
