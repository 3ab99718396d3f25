"""Rules compiled to relations: which quads a rule makes, and which record each came from.

A relation has the columns `s`, `p`, `o`, `g` (terms as in N-Quads; `g` NULL in the default graph), `row`
(the ordinal of the record in its source, from 1) and `parent_row` (of the other side of a join, else NULL).
Relations stand on unbound tables: any engine that Ibis has a compiler for can run them; none runs here.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Map
from typing import cast

import ibis
import ibis.expr.types as ir

from kg import terms
from kg.mapping import ROW, LogicalSource, Rule, TermMap, TermType

Tables = Map[LogicalSource, ir.Table]


def unbound(columns: Map[LogicalSource, tuple[str, ...]]) -> dict[LogicalSource, ir.Table]:
    """A table of texts for each source, named source_0, source_1 …, with the record's ordinal in `ROW`."""
    return {
        source: ibis.table({**dict.fromkeys(names, "string"), ROW: "int64"}, name=f"source_{index}")
        for index, (source, names) in enumerate(columns.items())
    }


def relation(rule: Rule, tables: Tables) -> ir.Table:
    """The quads of one rule, each with its record. Records that lack a referenced value make no quad."""
    records, parent = joined(rule, tables)
    own, theirs = cells(records), cells(records, parent)
    made = rule.parent.subject if rule.parent else cast("TermMap", rule.object)
    return records.select(
        s=terms.term(rule.subject, own, base=rule.base),
        p=terms.term(rule.predicate, own, base=rule.base),
        o=terms.term(made, theirs if rule.parent else own, base=rule.base),
        g=terms.term(rule.graph, own, base=rule.base) if rule.graph else ibis.null("string"),
        row=own(ROW),
        parent_row=theirs(ROW) if rule.parent else ibis.null("int64"),
    )


def cells(records: ir.Table, prefix: str = "") -> terms.Cell:
    """Looks up the column of a reference in `records`."""
    return lambda name: records[prefix + name]


def joined(rule: Rule, tables: Tables) -> tuple[ir.Table, str]:
    """The records of the rule's source, with those of the parent where all join conditions hold.

    The names of the parent's columns begin with the text that is returned too; no child's column does.
    """
    joins = rule.parent.joins if rule.parent else ()
    compared = [TermMap(join.child, TermType.LITERAL) for join in joins]
    child = complete(tables[rule.source], rule.subject, rule.predicate, rule.object, rule.graph, *compared)
    prefix = "parent "
    if rule.parent is None:
        return child, prefix
    while any(name.lower().startswith(prefix) for name in child.columns):
        prefix = "parent " + prefix
    compared = [TermMap(join.parent, TermType.LITERAL) for join in joins]
    other = complete(tables[rule.parent.source].view(), rule.parent.subject, *compared)
    parent = other.select(**{prefix + name: other[name] for name in other.columns})
    conditions = [
        terms.text(join.child, cells(child)) == terms.text(join.parent, cells(parent, prefix))
        for join in rule.parent.joins
    ]
    return child.join(parent, conditions), prefix


def complete(records: ir.Table, *term_maps: TermMap | None) -> ir.Table:
    """The records in which every cell that the term maps refer to has a value."""
    needed = dict.fromkeys(reference.name for each in term_maps if each for reference in each.references)
    return records.filter([records[name].notnull() for name in needed]) if needed else records


def lines(rules: Iterable[Rule], tables: Tables) -> list[ir.Table]:
    """The quads of all rules as lines of N-Quads, in relations with a column `line`; some come twice."""
    return [of_group(group, tables) for group in groups(rules)]


def groups(rules: Iterable[Rule]) -> tuple[tuple[Rule, ...], ...]:
    """Rules that share their subject map, and so one scan of its source; a rule with a join is alone."""
    shared: dict[object, list[Rule]] = {}
    for rule in rules:
        key = rule if rule.parent else (rule.source, rule.subject, rule.base)
        shared.setdefault(key, []).append(rule)
    return tuple(map(tuple, shared.values()))


def of_group(group: tuple[Rule, ...], tables: Tables) -> ir.Table:
    """The lines of one group of rules."""
    return _of_join(group[0], tables) if group[0].parent else _of_subject(group, tables)


def _of_join(rule: Rule, tables: Tables) -> ir.Table:
    quads = relation(rule, tables)
    return quads.select(line=_line(quads.s, quads.p, quads.o, quads.g if rule.graph else None))


def _of_subject(rules: tuple[Rule, ...], tables: Tables) -> ir.Table:
    """The lines of rules with one subject map: a row for each that a record has all values for."""
    first = rules[0]
    source = complete(tables[first.source], first.subject)
    name = "subject"
    while name in map(str.lower, source.columns):
        name += "#"
    records = source.mutate(**{name: terms.term(first.subject, cells(source), base=first.base)})
    made = records.select(line=ibis.array([_guarded(rule, records, name) for rule in rules]).unnest())
    return made.filter(made.line.notnull())


def _guarded(rule: Rule, records: ir.Table, subject: str) -> ir.StringValue:
    """The line of one rule, NULL where the record lacks one of its values."""
    own = cells(records)
    of_rule = (rule.predicate, cast("TermMap", rule.object), *([rule.graph] if rule.graph else []))
    spelled = [terms.term(each, own, base=rule.base) for each in of_rule]
    line = _line(records[subject], *spelled, *([] if rule.graph else [None]))
    needed = dict.fromkeys(reference.name for each in of_rule for reference in each.references)
    has_all = [records[name].notnull() for name in needed]
    return ibis.ifelse(ibis.and_(*has_all), line, ibis.null("string")) if has_all else line


def _line(
    s: ir.StringValue, p: ir.StringValue, o: ir.StringValue, g: ir.StringValue | None
) -> ir.StringValue:
    return ibis.literal(" ").join([s, p, o, *([] if g is None else [g]), ibis.literal(".")])
