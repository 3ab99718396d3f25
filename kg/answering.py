"""Tables of answers filled before a run: by what a lookup's table holds, and by the project's own functions.

A function of the project's own is called in this process, with what the records hold, in batches that never
are all in memory. What it fails with is kept beside the answers, and becomes a check like that of any cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from kg import plan, tabled, terms
from kg.checks import Check, Column
from kg.dialects import compiled
from kg.engines import Engine
from kg.errors import FailedCall
from kg.grammar import identifier
from kg.mapping import ROW, LogicalSource, Mapping, TermMap, references
from kg.rules import rules, term_maps
from kg.tabled import ANSWER, LOOKED_FOR, NOTHING, Answers

if TYPE_CHECKING:
    import ibis.expr.types as ir

SQL_TYPES = {"string": "VARCHAR", tabled.TEXTS: "VARCHAR[]"}


def fill(running: Engine, mapping: Mapping, tables: plan.Tables) -> None:
    """Make and fill the tables that answer calls of `mapping`."""
    for answers in _answers(mapping):
        if answers.lookup:
            running.define_as(answers.name, _of_lookup(answers, tables))
        else:
            running.define(answers.name, answers.columns)
    for source, term_map in _calling(mapping):
        for call, records, value in plan.asking(tables[source], term_map):
            if tabled.of(call).own:
                _fill(running, tabled.of(call), tabled.asked(records, call, value))


def definitions(mapping: Mapping, tables: plan.Tables, dialect: str = "duckdb") -> list[str]:
    """SQL that makes the tables; those of the project's own functions are filled in Python."""
    return [
        f"-- filled with what {answers.own.name} ({answers.own.place.file.name}) returns\n{statement}"
        if answers.own
        else statement
        for answers, statement in _tables(mapping, tables, dialect)
    ]


def checks(mapping: Mapping, tables: plan.Tables) -> Iterator[Check]:
    """Records with which a function of the project's own failed. :func:`fill` must have been."""
    for source, term_map in _calling(mapping):
        for call, records, value in plan.asking(tables[source], term_map):
            own = tabled.of(call).own
            if own:
                names = [each.name for each in references(call)] or tables[source].columns
                failed = tabled.failed(records, call, value)
                fix = f"mend the cell, or the function ({own.place.file.name}:{own.place.line})"
                yield Check(FailedCall, Column(source, names[0]), partial(_made, failed), "{value}", fix)


def _made(failed: ir.Table) -> ir.Table:
    return failed


def _calling(mapping: Mapping) -> dict[tuple[LogicalSource, TermMap], None]:
    """Each term map with a call that a table answers, and the source that it reads."""
    return dict.fromkeys(
        pair
        for rule in rules(mapping)
        for pair in term_maps(rule)
        if any(True for part in pair[1].parts for _ in tabled.calls(part))
    )


def _answers(mapping: Mapping) -> dict[Answers, None]:
    return dict.fromkeys(
        tabled.of(call)
        for _, term_map in _calling(mapping)
        for part in term_map.parts
        for call in tabled.calls(part)
    )


def _tables(mapping: Mapping, tables: plan.Tables, dialect: str) -> Iterator[tuple[Answers, str]]:
    for answers in _answers(mapping):
        if answers.lookup:
            relation = _of_lookup(answers, tables)
            yield answers, f"CREATE TABLE {identifier(answers.name)} AS {compiled(relation, dialect=dialect)}"
        else:
            columns = ", ".join(
                f"{identifier(name)} {SQL_TYPES[kind]}" for name, kind in answers.columns.items()
            )
            yield answers, f"CREATE TABLE {identifier(answers.name)} ({columns})"


def _of_lookup(answers: Answers, tables: plan.Tables) -> ir.Table:
    """Each text of the one column with the value that the first row with it has in the other."""
    lookup = answers.lookup
    assert lookup is not None
    records, key = tables[lookup.source], LOOKED_FOR.column
    cell = plan.cells(records)
    for number, name in enumerate((lookup.key, lookup.value)):
        column = cell(name)
        records = records.mutate(**{f"#{number}": column.unnest() if column.type().is_array() else column})
    found = records.select(
        **{key: terms.lexical(records["#0"]), ANSWER: terms.lexical(records["#1"])}, row=records[ROW]
    )
    found = found.filter(found[key].notnull())
    found = found.mutate(first=found.row.min().over(group_by=found[key]))
    first = found.filter(found.row == found["first"])
    return first.group_by(key).agg(**{ANSWER: first[ANSWER].min()})


def _fill(running: Engine, answers: Answers, asked: ir.Table) -> None:
    """Call the function with whatever the table does not have yet."""
    own = answers.own
    assert own is not None
    table, names = answers.table, [key.column for key in answers.keys]
    new = asked.anti_join(table, [asked[name].identical_to(table[name]) for name in names])
    parameters = [key.parameter for key in answers.keys if key != NOTHING]

    def called() -> Iterator[tuple[Any, ...]]:
        for row in running.fetched(new.select(*names)):
            answer, fault = own.answer(dict(zip(parameters, row, strict=False)))
            yield (*row, answer, fault or None)

    running.insert(answers.name, answers.columns, called())
