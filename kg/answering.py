"""Tables of answers filled before a run: by what a lookup's table holds, and by the project's own functions.

A function of the project's own is called in this process, with what the records hold, in batches that never
are all in memory. What it fails with is kept beside the answers, and becomes a check like that of any cell.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kg import plan, tabled, terms
from kg.checks import Check, Column
from kg.dialects import compiled, quoted
from kg.engine import LONGEST_ROW, Engine
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
    for _, statement in _tables(mapping, tables):
        running.do(statement)
    for source, term_map in _calling(mapping):
        for call, records, value in plan.asking(tables[source], term_map):
            if tabled.of(call).own:
                _fill(running, tabled.of(call), tabled.asked(records, call, value))


def definitions(mapping: Mapping, tables: plan.Tables) -> list[str]:
    """SQL that makes the tables; those of the project's own functions are filled in Python."""
    return [
        f"-- filled with what {answers.own.name} ({answers.own.place.file.name}) returns\n{statement}"
        if answers.own
        else statement
        for answers, statement in _tables(mapping, tables)
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
                yield Check(FailedCall, Column(source, names[0]), failed, "{value}", fix)


def _calling(mapping: Mapping) -> dict[tuple[LogicalSource, TermMap], None]:
    """Each term map with a call that a table answers, and the source that it reads."""
    return dict.fromkeys(
        pair
        for rule in rules(mapping)
        for pair in term_maps(rule)
        if any(True for part in pair[1].parts for _ in tabled.calls(part))
    )


def _tables(mapping: Mapping, tables: plan.Tables) -> Iterator[tuple[Answers, str]]:
    every = dict.fromkeys(
        tabled.of(call)
        for _, term_map in _calling(mapping)
        for part in term_map.parts
        for call in tabled.calls(part)
    )
    for answers in every:
        if answers.lookup:
            relation = _of_lookup(answers, tables)
            yield answers, f"CREATE TABLE {identifier(answers.name)} AS {compiled(relation)}"
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
    first = found.filter(found.row == found.row.min().over(group_by=found[key]))
    return first.group_by(key).agg(**{ANSWER: first[ANSWER].min()})


def _fill(running: Engine, answers: Answers, asked: ir.Table) -> None:
    """Call the function with whatever the table does not have yet."""
    own = answers.own
    assert own is not None
    table, names = answers.table, [key.column for key in answers.keys]
    new = asked.anti_join(table, [asked[name].identical_to(table[name]) for name in names])
    kinds = answers.columns.values()
    columns = {f"c{number}": SQL_TYPES[kind] for number, kind in enumerate(kinds)}
    shown = ", ".join(f"{name}: {quoted(kind)}" for name, kind in columns.items())
    parameters = [key.parameter for key in answers.keys if key != NOTHING]
    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        file = Path(folder, "answers.json")
        with file.open("w", encoding="utf-8", newline="\n") as out:
            for row in running.fetched(new.select(*names)):
                answer, fault = own.answer(dict(zip(parameters, row, strict=False)))
                cells = dict(zip(columns, (*row, answer, fault or None), strict=True))
                out.write(json.dumps(cells) + "\n")
        running.do(
            f"INSERT INTO {identifier(answers.name)} SELECT * FROM read_json({quoted(file)}, "
            f"columns = {{{shown}}}, format = 'newline_delimited', maximum_object_size = {LONGEST_ROW})"
        )
