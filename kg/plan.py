"""Rules compiled to relations: which quads a rule makes, and which record each came from.

A relation has the columns `s`, `p`, `o`, `g` (terms as in N-Quads; `g` NULL in the default graph), `row`
(the ordinal of the record in its source, from 1) and `parent_row` (of the other side of a join, else NULL).
Relations stand on unbound tables: any engine that Ibis has a compiler for can run them; none runs here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map
from typing import cast

import ibis
import ibis.expr.types as ir

from kg import functions, terms
from kg.mapping import (
    ROW,
    Call,
    Expression,
    LogicalSource,
    Reference,
    Template,
    TermMap,
    TermType,
    references,
)
from kg.rules import Rule
from kg.shapes import TEXT, distinct, marked

TRUE = ("true", "1")

Tables = Map[LogicalSource, ir.Table]
Columns = Map[str, str] | Iterable[str]
Roles = Map[str, TermMap | None]


def unbound(columns: Map[LogicalSource, Columns]) -> dict[LogicalSource, ir.Table]:
    """A table for each source, named source_0, source_1 …, with the record's ordinal in `ROW`.

    The columns of a source are references with the types of what they give; names alone are of texts.
    """
    return {
        source: ibis.table({**_schema(names), ROW: "int64"}, name=f"source_{index}")
        for index, (source, names) in enumerate(columns.items())
    }


def _schema(columns: Columns) -> dict[str, str]:
    types = dict(columns) if isinstance(columns, Map) else dict.fromkeys(columns, TEXT)
    return dict(zip(distinct(types), types.values(), strict=True))


def relation(rule: Rule, tables: Tables) -> ir.Table:
    """The quads of one rule, each with its record. Records that lack a referenced value make no quad.

    Where references of a term map give several values, it makes a term of each combination; those of
    different term maps are combined too (RML-Core, "Generation of triples").
    """
    records, parent = joined(rule, tables)
    made = rule.parent.subject if rule.parent else cast("TermMap", rule.object)
    of_object = cells(records, parent if rule.parent else "", role="object")
    return records.select(
        s=terms.term(rule.subject, cells(records, role="subject"), base=rule.base),
        p=terms.term(rule.predicate, cells(records, role="predicate"), base=rule.base),
        o=terms.term(made, of_object, base=rule.base),
        g=(
            terms.term(rule.graph, cells(records, role="graph"), base=rule.base)
            if rule.graph
            else ibis.null("string")
        ),
        row=records[ROW],
        parent_row=records[parent + ROW] if rule.parent else ibis.null("int64"),
    )


def cells(records: ir.Table, prefix: str = "", *, role: str = "") -> terms.Cell:
    """Looks up the column of a reference in `records`: with a role, one value of those that it spread."""

    def cell(name: str) -> ir.Value:
        names = (_spread(role, name), name, marked(name))
        return records[next(prefix + each for each in names if prefix + each in records.columns)]

    return cell


def _spread(role: str, name: str) -> str:
    return f"#{role} {marked(name)}"


def joined(rule: Rule, tables: Tables) -> tuple[ir.Table, str]:
    """The records of the rule's source, with those of the parent where all join conditions hold.

    Several values are spread for the roles subject, predicate, object and graph. The names of the parent's
    columns begin with the text that is returned too; no child's column does.
    """
    joins = rule.parent.joins if rule.parent else ()
    roles = {"subject": rule.subject, "predicate": rule.predicate, "object": rule.object, "graph": rule.graph}
    compared = [TermMap(join.child, TermType.LITERAL) for join in joins]
    child = spread(tables[rule.source], {**roles, **_numbered(compared)})
    prefix = "parent "
    if rule.parent is None:
        return child, prefix
    while any(name.lower().startswith(prefix) for name in child.columns):
        prefix = "parent " + prefix
    compared = [TermMap(join.parent, TermType.LITERAL) for join in joins]
    parents = tables[rule.parent.source].view()
    other = spread(parents, {"object": rule.parent.subject, **_numbered(compared)})
    parent = other.select(**{prefix + name: other[name] for name in other.columns})
    conditions = [
        terms.text(join.child, cells(child, role=role))
        == terms.text(join.parent, cells(parent, prefix, role=role))
        for role, join in zip(_numbered(compared), rule.parent.joins, strict=True)
    ]
    return child.join(parent, conditions), prefix


def _numbered(compared: Iterable[TermMap]) -> dict[str, TermMap]:
    return {f"join {number}": term_map for number, term_map in enumerate(compared)}


def spread(records: ir.Table, roles: Roles) -> ir.Table:
    """The records in which each term map has its values, those of several values once for each.

    References of one term map give all their combinations; :func:`cells` finds the values by the role. The
    values of a term map whose condition does not hold are left out.
    """
    given = {role: term_map for role, term_map in roles.items() if term_map}
    records = complete(records, *given.values())
    for role, term_map in given.items():
        for name in _shared(term_map):
            column = cells(records)(name)
            if column.type().is_array():
                records = records.mutate(**{_spread(role, name): column.unnest()})
        for call in dict.fromkeys(part for part in term_map.parts if isinstance(part, Call)):
            records = _called(records, role, call)
        if term_map.condition is not None:
            holds = terms.text(term_map.condition, cells(records, role=role))
            records = records.filter(holds.isin(TRUE))
    return records


def _called(records: ir.Table, role: str, call: Call) -> ir.Table:
    """The records in which a call returns something, several times where it returns several."""
    name = _spread(role, terms.column_of(call))
    result = functions.typed(call, _arguments(records, role))
    returned = records.mutate(**{name: result.unnest() if result.type().is_array() else result})
    return returned.filter(terms.lexical(returned[name]).notnull())


def _arguments(records: ir.Table, role: str) -> functions.Value:
    """Gives the values of a call's arguments: NULL for none, an array for several."""
    own = cells(records, role=role)

    def value(expression: Expression) -> ir.Value:
        if isinstance(expression, Reference) and own(expression.name).type().is_array():
            return own(expression.name).map(lambda each: each["v"])
        text = terms.text(expression, own)
        needed = [terms.lexical(own(reference.name)).notnull() for reference in references(expression)]
        return ibis.ifelse(ibis.and_(*needed), text, ibis.null("string")) if needed else text

    return value


def _shared(term_map: TermMap) -> tuple[str, ...]:
    """The references of which a term map takes one value at a time.

    A reference that is only an argument of one call is left to the function, which may be one of lists.
    """
    names = [reference.name for reference in _direct(term_map)]
    in_calls = [
        reference.name for call in term_map.parts if isinstance(call, Call) for reference in references(call)
    ]
    in_templates = {reference.name for call in term_map.parts for reference in _in_templates(call)}
    again = [name for name in in_calls if in_calls.count(name) > 1 or name in in_templates]
    return tuple(dict.fromkeys([*names, *again]))


def _in_templates(expression: Expression) -> Iterator[Reference]:
    """The references in the templates that are arguments of a call."""
    for _, argument in expression.inputs if isinstance(expression, Call) else ():
        yield from argument.references if isinstance(argument, Template) else _in_templates(argument)


def _direct(term_map: TermMap) -> tuple[Reference, ...]:
    """The references outside of calls: without their values there is no term."""
    parts = (part for part in term_map.parts if not isinstance(part, Call))
    return tuple(reference for part in parts for reference in references(part))


def complete(records: ir.Table, *term_maps: TermMap | None) -> ir.Table:
    """The records in which every cell that the term maps refer to has a value."""
    needed = dict.fromkeys(reference.name for each in term_maps if each for reference in _direct(each))
    own = cells(records)
    return records.filter([terms.lexical(own(name)).notnull() for name in needed]) if needed else records


def lines(rules: Iterable[Rule], tables: Tables) -> list[ir.Table]:
    """The quads of all rules as lines of N-Quads, in relations with a column `line`; some come twice."""
    return [of_group(group, tables) for group in groups(rules, tables)]


def groups(rules: Iterable[Rule], tables: Tables) -> tuple[tuple[Rule, ...], ...]:
    """Rules that share their subject map, and so one scan of its source.

    A rule with a join, with a condition or a call, or with several values in a cell is alone.
    """
    shared: dict[object, list[Rule]] = {}
    for rule in rules:
        key = (rule.source, rule.subject, rule.base) if _is_plain(rule, tables[rule.source]) else rule
        shared.setdefault(key, []).append(rule)
    return tuple(map(tuple, shared.values()))


def _is_plain(rule: Rule, records: ir.Table) -> bool:
    term_maps = [each for each in (rule.subject, rule.predicate, rule.object, rule.graph) if each]
    columns = [cells(records)(reference.name) for each in term_maps for reference in each.references]
    several = any(column.type().is_array() for column in columns)
    called = any(isinstance(part, Call) for each in term_maps for part in each.parts)
    conditional = called or any(each.condition is not None for each in term_maps)
    return rule.parent is None and not several and not conditional


def of_group(group: tuple[Rule, ...], tables: Tables) -> ir.Table:
    """The lines of one group of rules."""
    plain = _is_plain(group[0], tables[group[0].source])
    return _of_subject(group, tables) if plain else _of_rule(group[0], tables)


def _of_rule(rule: Rule, tables: Tables) -> ir.Table:
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
    has_all = [terms.lexical(own(name)).notnull() for name in needed]
    return ibis.ifelse(ibis.and_(*has_all), line, ibis.null("string")) if has_all else line


def _line(
    s: ir.StringValue, p: ir.StringValue, o: ir.StringValue, g: ir.StringValue | None
) -> ir.StringValue:
    return ibis.literal(" ").join([s, p, o, *([] if g is None else [g]), ibis.literal(".")])
