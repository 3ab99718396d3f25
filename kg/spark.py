"""Spark runs relations as DuckDB does (:mod:`kg.engine`): into folders of lines, or as rows to look at.

The lines of all parts are one job, in which each stays once; the folder is written beside, and gets its name
when all went well. Tables are views named source_0, source_1 … (:mod:`kg.spark_sources`). No Python runs on
the workers.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Map
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial, reduce
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kg import clusters, documents, duplicates, engine, sources, spark_databases, spark_session, spark_sources
from kg.clusters import Cluster, Folder, Storage, folder
from kg.dialects import asked, compiled, expression, there
from kg.errors import ClusterError, Finding, TableError
from kg.mapping import ROW
from kg.shapes import TEXT, VALUES, distinct
from kg.spark_sql import identifier, literal

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from pyspark.sql import DataFrame, SparkSession

    from kg import parts
    from kg.questions import Question

Made = TypeVar("Made")
SOURCE = re.compile(r"\bsource_([0-9]+)\b")
BROKEN = re.compile(f"{re.escape(spark_sources.NOT_PLAIN)}([0-9]+)\\.")
LARGE = 20_000_000  # bytes of tables of which keys are worth a job
FEW = 200_000  # characters of rows that are part of a query
TOGETHER = 200  # parts of one query: Spark takes long to plan more


@dataclass
class Engine:
    """A running session of Spark with a view for each table."""

    session: SparkSession
    tables: tuple[sources.Table, ...]
    storage: Storage
    stage: Callable[[], str]
    step: Callable[[str], None]
    skip: bool = False
    faults: list[Finding] = field(default_factory=list)
    """What is wrong with single cells, where these are skipped."""
    read: dict[int, spark_sources.View] = field(default_factory=dict)
    """The tables that the workers read."""
    unnumbered: set[int] = field(default_factory=set)
    """Those of them whose records have no numbers yet."""
    defined: dict[str, ir.Table] = field(default_factory=dict)
    filled: dict[str, list[Callable[[], DataFrame]]] = field(default_factory=dict)
    """What is in the tables that were made, as it is found when one is shown."""
    made: list[tuple[str, Folder]] = field(default_factory=list)

    def write(self, lines: Iterable[parts.Part], out: str | Path, *, ordered: bool = True) -> int:
        """Write the lines of all parts to files in a folder, each once, in no order; their number."""
        into, given = folder(str(out)), tuple(lines)
        for part in given:
            self.compiled(part, numbers=_numbers(part))
        unfinished = f"{self.stage()}/{len(self.made)}"
        number = self.do(partial(self._written, given, into, unfinished)) if given else 0
        if not given:
            self.storage.make(unfinished)
        files = [name for name in self.storage.names(unfinished) if name.startswith("part-")]
        for index, name in enumerate(files):
            self.storage.rename(f"{unfinished}/{name}", f"{unfinished}/part-{index:05}{into.files}")
        self.storage.tidy(unfinished)
        self.made.append((unfinished, into))
        return number

    def _written(self, given: tuple[parts.Part, ...], into: Folder, unfinished: str) -> int:
        """Write the lines as one job; their number."""
        from pyspark.sql import Observation
        from pyspark.sql.functions import coalesce, lit
        from pyspark.sql.functions import sum as total

        counted = Observation("written")
        every = self.lines(given).observe(counted, coalesce(total("lines"), lit(0)).alias("lines"))
        write = every.select("line").write.mode("overwrite")
        (write.option("compression", into.compression) if into.compression else write).text(unfinished)
        return int(counted.get["lines"])

    def lines(self, given: tuple[parts.Part, ...]) -> DataFrame:
        """Each line once, in a column `line`, or several in a text with their number, `lines`.

        Of large tables it is asked first which subjects are keys: what cannot come twice is not compared.
        """
        settled: tuple[parts.Part | duplicates.Once, ...] = (duplicates.Once(given),)
        if sum(map(engine.size, self.tables)) > LARGE:
            self.step("looking for keys")
            settled = duplicates.settled(given, self._keys(given).__getitem__)
        repeated = [part for each in settled if isinstance(each, duplicates.Once) for part in each.parts]
        single = [of_records(part) for part in settled if not isinstance(part, duplicates.Once)]
        made = self._together([compiled(part, dialect="spark") for part in repeated])
        found = [made.distinct().selectExpr("line", "1L AS lines")] if made else []
        others = self._together(single)
        return reduce(lambda left, right: left.unionAll(right), [*found, *([others] if others else [])])

    def _keys(self, given: tuple[parts.Part, ...]) -> dict[duplicates.Node, bool]:
        """Which nodes no two records make."""
        by_table: dict[str, list[duplicates.Node]] = {}
        for node in dict.fromkeys(duplicates.nodes(given)):
            by_table.setdefault(node.table, []).append(node)
        found: dict[duplicates.Node, bool] = {}
        for table, nodes in by_table.items():
            made = [expression(node.line, dict(node.types), "spark") for node in nodes]
            asking = ", ".join(f"count({each}) = count(DISTINCT {each})" for each in made)
            (answers,) = self._collected(f"SELECT {asking} FROM {table}")
            found.update(zip(nodes, answers, strict=True))
        return found

    def _together(self, statements: list[str]) -> DataFrame | None:
        several = [
            self.session.sql("\nUNION ALL\n".join(f"({each})" for each in statements[at : at + TOGETHER]))
            for at in range(0, len(statements), TOGETHER)
        ]
        return reduce(lambda left, right: left.unionAll(right), several) if several else None

    def rows(self, relation: ir.Table, limit: int) -> list[dict[str, Any]]:
        """The first `limit` rows of a relation, in the order of its columns."""
        sql = self.compiled(relation)
        if ROW in sql and not self.do(lambda: self.session.sql(sql).take(1)):
            return []  # as is usual: records need no numbers
        sql = self.compiled(relation, numbers=True)
        by = ", ".join(f"{identifier(name)} ASC NULLS LAST" for name in relation.columns)
        ordered = f"SELECT * FROM ({sql}) ORDER BY {by} LIMIT {min(limit, 2**31 - 1)}"
        return [row.asDict() for row in self.do(lambda: self.session.sql(ordered).collect())]

    def doubts(self, questions: tuple[Question, ...]) -> set[Question]:
        """The questions to which the answer is yes, or may be: those about values in one job."""
        from kg.questions import Unmet

        by_table: dict[str, list[Question]] = {}
        for question in questions:
            if isinstance(question, Unmet):
                by_table.setdefault(question.over.name, []).append(question)
        found: set[Question] = {question for question in questions if not isinstance(question, Unmet)}
        asking = [
            f"SELECT {literal(table)} AS t, ARRAY({', '.join(asked(each, 'spark') for each in every)}) AS a "
            f"FROM {table}"
            for table, every in by_table.items()
        ]
        if asking:
            self.step(f"checking {sum(map(len, by_table.values()))} kinds of values")
        for table, answers in self.do(lambda: rows.collect() if (rows := self._together(asking)) else []):
            found.update(question for question, yes in zip(by_table[table], answers, strict=True) if yes)
        return found

    def _collected(self, statement: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.session.sql(statement).collect()]

    def valueless(self, index: int) -> tuple[str, ...]:
        """The columns of a table that have a value in no record; none of a table without records."""
        table = self.tables[index]
        columns = [identifier(name) for name in distinct(table.columns)]
        several = [kind == VALUES for kind in table.types]
        has = [
            f"bool_or({f'SIZE({name}) > 0' if lists else f'{name} IS NOT NULL'})"
            for name, lists in zip(columns, several, strict=True)
        ]
        (found,) = self.do(lambda: self.session.sql(f"SELECT {', '.join(has)} FROM source_{index}").collect())
        return tuple(name for name, any_value in zip(table.columns, found, strict=True) if any_value is False)

    def keep(self, name: str, values: Iterable[str], relations: Iterable[parts.Part | ir.Table] = ()) -> None:
        """Make a table `name` with one column `term`, that holds `values` and the rows of `relations`."""
        self.define(name, {"term": "string"})
        self.insert(name, {"term": "string"}, ([value] for value in values))
        self.filled[name] += [partial(self._of, self.compiled(relation)) for relation in relations]
        self._show(name)

    def define(self, name: str, columns: Map[str, str]) -> None:
        """Make a table without rows."""
        self.filled[name] = [partial(self._of, spark_sources.of_lines([], _spelled(columns)))]
        self._show(name)

    def define_as(self, name: str, relation: ir.Table) -> None:
        """Make a table of the rows of a relation."""
        self.defined[name] = relation
        self._of(self.compiled(relation, numbers=True)).createOrReplaceTempView(name)

    def insert(self, name: str, columns: Map[str, str], rows: Iterable[Iterable[Any]]) -> None:
        """Put rows into a table that was made; they need not fit into memory."""
        kinds = _spelled(columns)
        lines = (json.dumps({f"c{number}": each for number, each in enumerate(row)}) for row in rows)
        few = _until(lines, FEW)
        more = next(lines, None)
        if more is None:
            self.filled[name].append(partial(self._of, spark_sources.of_lines(few, kinds)))
        else:
            with tempfile.TemporaryDirectory(prefix="kg-") as there:
                file = Path(there, "rows.json")
                with file.open("w", encoding="utf-8", newline="\n") as out:
                    out.writelines(f"{line}\n" for line in chain(few, [more], lines))
                staged = self._staged(file, name)
            self.filled[name].append(partial(spark_sources.of_rows, self.session, staged, kinds))
        self._show(name)

    def _of(self, statement: str) -> DataFrame:
        return self.session.sql(statement)

    def _show(self, name: str) -> None:
        found = (each() for each in self.filled[name])
        reduce(lambda left, right: left.unionAll(right), found).createOrReplaceTempView(name)

    def fetched(self, relation: ir.Table) -> Iterator[tuple[Any, ...]]:
        """The rows of a relation, of which few are in memory: they are made before the first is given."""
        rows = self.do(partial(self._stored, self.compiled(relation)))
        try:
            with spark_session.refusing():
                for row in rows.toLocalIterator():
                    yield tuple(row)
        finally:
            rows.unpersist()

    def _stored(self, statement: str) -> DataFrame:
        from pyspark import StorageLevel

        rows = self._of(statement).persist(StorageLevel.DISK_ONLY)
        rows.count()
        return rows

    def compiled(self, part: parts.Part, *, numbers: bool = False) -> str:
        """The part in Spark's SQL; with `numbers`, the records of the tables in it are numbered."""
        sql = compiled(part, dialect="spark")
        for index in {int(found[1]) for found in SOURCE.finditer(sql)} if numbers else ():
            self.do(partial(self._number, index))
        return sql

    def _number(self, index: int) -> None:
        """Number the records of a table, unless they are."""
        if index in self.unnumbered:
            view = self.read[index]
            view.show(f"source_{index}", view.numbered())
            self.unnumbered.discard(index)

    def do(self, job: Callable[[], Made]) -> Made:
        """What a job gives; once more where a table turns out to be one that only the driver can read."""
        while True:
            try:
                with spark_session.refusing("the tables cannot be mapped"):
                    return job()
            except ClusterError as error:
                broken = BROKEN.search(str(error.__cause__))
                if not broken:
                    raise
                index = int(broken[1])
                if self.read.pop(index, None) is None:
                    raise
                self.unnumbered.discard(index)
                found = sources.faults(self.tables[index])
                if found:
                    raise TableError.of(found) from error
                self.through_driver([(index, self.tables[index])])
                for name in self.filled:  # which may stand on it
                    self._show(name)
                for name, relation in self.defined.items():
                    self.define_as(name, relation)

    def through_driver(self, given: Iterable[tuple[int, sources.Table]]) -> None:
        """Read tables here, and hand their records to Spark as files of JSON."""
        faults: dict[int, tuple[Finding, ...]] = {}
        for group in documents.by_file(given, lambda one: one[1].path):
            for index, table in group:
                self.step(f"reading {table.source.path or 'a query'}")
                with tempfile.TemporaryDirectory(prefix="kg-") as there:
                    rows = Path(there, "rows.json")
                    faults[index] = engine.written(table, rows, self.skip)
                    staged = self._staged(rows, f"source_{index}")
                columns = [*spark_sources.types(table), (ROW, "BIGINT")]
                found = spark_sources.of_rows(self.session, staged, columns)
                found.createOrReplaceTempView(f"source_{index}")
            documents.forget()
        self.faults.extend(fault for index in sorted(faults) for fault in faults[index])

    def _staged(self, file: Path, name: str) -> str:
        """A copy of a file where the workers see it."""
        where = f"{self.stage()}/{name}"
        self.storage.make(where)
        path = f"{where}/{len(self.storage.names(where))}.json"
        with spark_session.refusing():
            self.storage.bring(file, path)
        return path


def of_records(part: parts.Part) -> str:
    """A query of the lines of a part; where one scan makes several, those of a record are one text."""
    from kg.parts import Lines

    if not isinstance(part, Lines):
        return f"SELECT line, 1L AS lines FROM ({compiled(part, dialect='spark')})"
    types = {**dict(part.types), part.name: TEXT}
    made = [expression(line, types, "spark") for line in part.lines]
    conditions = [
        f"({text}) IS NOT NULL"
        if line.demands
        else " AND ".join(there(line.needed, types, "spark")) or "TRUE"
        for line, text in zip(part.lines, made, strict=True)
    ]
    name = identifier(part.name)
    records = f"(SELECT *, {expression(part.subject, types, 'spark')} AS {name} FROM {part.table})"
    return (
        f"SELECT line, lines FROM (SELECT CONCAT_WS('\\n', {', '.join(made)}) AS line, "
        f"{' + '.join(f'IF({each}, 1L, 0L)' for each in conditions)} AS lines "
        f"FROM {records} WHERE {name} IS NOT NULL) WHERE lines > 0"
    )


def _until(lines: Iterator[str], most: int) -> list[str]:
    """The first lines, up to as many characters and the rest of a line."""
    found = []
    for line in lines:
        found.append(line)
        most -= len(line)
        if most < 0:
            break
    return found


def _spelled(columns: Map[str, str]) -> list[tuple[str, str]]:
    return [(column, spark_sources.spelled(kind)) for column, kind in columns.items()]


def _numbers(part: parts.Part) -> bool:
    """Whether a part needs the numbers of its records, as a new blank node for each does."""
    from kg.parts import Lines, Pairs

    if isinstance(part, Lines | Pairs):  # these name a column only if they use it
        return ROW in compiled(part, dialect="spark")
    return ROW in repr(part.terms)


@contextmanager
def start(
    tables: Iterable[sources.Table],
    cluster: Cluster,
    outputs: Iterable[str] = (),
    *,
    skip: bool = False,
    step: Callable[[str], None] = lambda step: None,
) -> Iterator[Engine]:
    """An engine over `tables`, as :func:`kg.engine.start` starts one; what it writes is there at the end.

    `outputs` are the folders that it will write; what is handed to the workers goes beside the first.
    """
    into = [folder(out) for out in outputs]
    with ExitStack() as ending:
        session = ending.enter_context(spark_session.session(cluster, step))
        storage = Storage(session)
        ending.enter_context(spark_session.refusing())
        for each in into:
            clusters.check(storage, each)
        opened: list[str] = []

        def stage() -> str:
            if not opened:
                near = (
                    clusters.beside(into[0].path)
                    if into
                    else ending.enter_context(tempfile.TemporaryDirectory(prefix="kg-"))
                )
                opened.append(staging.enter_context(spark_session.staging(storage, near)))
            return opened[0]

        with ExitStack() as staging:
            running = Engine(session, tuple(tables), storage, stage, step, skip)
            by_driver = []
            for index, table in enumerate(running.tables):
                view = spark_sources.view(session, index, table) or spark_databases.view(
                    session, index, table, stage, step
                )
                if view:
                    view.show(f"source_{index}")
                    running.read[index] = view
                    running.unnumbered.add(index)
                else:
                    by_driver.append((index, table))
            running.through_driver(by_driver)
            yield running
            clusters.publish(storage, running.made)
