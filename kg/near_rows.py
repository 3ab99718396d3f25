"""The rows of large tables that have one of few subjects: what else may make a line, or has an id already."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Map
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg import engine, plan, runs, terms
from kg.dialects import compiled, quoted
from kg.grammar import identifier
from kg.lazily import ibis
from kg.mapping import LogicalSource, Template
from kg.plan import Tables
from kg.row_changes import RowChanges, containing
from kg.rules import Rule
from kg.shapes import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

WANTED = "wanted"
FEW_BYTES = 500_000
FEW_TEXTS, FEW_ROWS = 8, 5_000
Subjects = set[bytes]


def tables(
    wanted: Map[LogicalSource, Map[Rule, Subjects]],
    given: runs.Sources,
    new_file: Callable[[], Path],
    *,
    memory: int = 0,
) -> runs.Sources:
    """Tables, written to new files, of those rows of plain ones that make a wanted subject by its rule.

    Small tables are given as they are. It is done in so many bytes of `memory`, if any are given.
    """
    found = {source: given[source] for source in wanted}
    large = {source: table for source, table in found.items() if is_large(table)}
    if not large:
        return found
    unbound = plan.unbound(runs.columns(large))
    with engine.start(large.values(), memory=memory) as running:
        for number, source in enumerate(large):
            by_rule = wanted[source]
            queries: list[ir.Table] = []
            for rule, subjects in _by_subject(by_rule):
                name = f"{WANTED}_{number}_{len(queries)}"
                running.keep(name, (subject.decode() for subject in subjects))
                queries.append(_rows(rule, unbound, name))
            found[source] = replace(given[source], path=new_file())
            _copy(running, queries, found[source])
    return found


def by_text(rule: Rule, table: Table, changes: RowChanges, out: Path) -> Table | None:
    """Where a subject is made of one cell alone, the rows that hold the text of those of the changed rows.

    They are found without reading the table as one; there may be others among them. None where there are too
    many texts, or rows with them, and where a text may be written in several ways.
    """
    (name, *others) = [reference.name for reference in rule.subject.references] or [""]
    parts = rule.subject.expression.parts if isinstance(rule.subject.expression, Template) else ()
    begun = isinstance((*parts, None)[0], str)  # else the base may come before it, or not
    if others or not begun or len([part for part in parts if not isinstance(part, str)]) != 1:
        return None
    at, delimiter = table.columns.index(name), table.source.delimiter
    lines = (line.decode() for line in {*changes.removed, *changes.added})
    try:
        texts = {row[at] for row in csv.reader(lines, delimiter=delimiter, strict=True) if len(row) > at}
    except csv.Error:
        return None
    texts -= {*table.source.nulls}
    if len(texts) > FEW_TEXTS or "" in texts or any('"' in text for text in texts):
        return None
    found = containing(table.path, map(str.encode, texts), most=FEW_ROWS)
    return None if found is None else replace(table, path=changes.write(found, out))


def is_large(table: Table) -> bool:
    """Whether looking for rows is faster than reading all."""
    return table.path.stat().st_size > FEW_BYTES


def subjects(rule: Rule, tables: Tables) -> ir.Table:
    """The subjects of a rule, each once, in a column `term`."""
    records, subject = _with_subjects(rule, tables)
    return records.select(term=subject).distinct()


def _by_subject(by_rule: Map[Rule, Subjects]) -> Iterable[tuple[Rule, Subjects]]:
    """One rule of all that have the same subject map, with all that is wanted of them."""
    found: dict[object, tuple[Rule, Subjects]] = {}
    for rule, wanted in by_rule.items():
        found.setdefault((rule.subject, rule.base), (rule, set()))[1].update(wanted)
    return found.values()


def _rows(rule: Rule, tables: Tables, wanted: str) -> ir.Table:
    records, subject = _with_subjects(rule, tables)
    return records.filter(subject.isin(ibis.table({"term": "string"}, name=wanted).term))


def _with_subjects(rule: Rule, tables: Tables) -> tuple[ir.Table, ir.StringValue]:
    records = plan.complete(tables[rule.source], rule.subject)
    return records, terms.term(rule.subject, plan.cells(records), base=rule.base)


def _copy(running: engine.Engine, queries: Iterable[ir.Table], out: Table) -> None:
    """Write the records of all queries, each once, as a table that is read like the one that they are of."""
    rows = " UNION ".join(map(compiled, queries))
    columns = ", ".join(map(identifier, out.columns))
    null = (out.source.nulls or (engine.NOTHING_IS_NULL,))[0]
    how = f"HEADER, DELIMITER {quoted(out.source.delimiter)}, QUOTE '\"', ESCAPE '\"', FORCE_QUOTE *"
    file = f"{quoted(out.path)} (FORMAT csv, {how}, NULLSTR {quoted(null)})"
    running.do(f"COPY (SELECT {columns} FROM ({rows})) TO {file}")
