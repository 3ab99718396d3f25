"""Rules compiled to relations: which quads a rule makes, and which record each came from.

A relation has the columns `s`, `p`, `o`, `g` (terms as in N-Quads; `g` NULL in the default graph), `row`
(the ordinal of the record in its source, from 1) and `parent_row` (of the other side of a join, else NULL).
Relations stand on unbound tables: any engine that Ibis has a compiler for can run them; none runs here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass
from operator import and_
from typing import TYPE_CHECKING, TypeAlias, cast

from kg import demands, tabled, terms
from kg.datatypes import Lexical
from kg.lazily import ibis
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

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kg import functions

TRUE = ("true", "1")

Columns = Map[str, str] | Iterable[str]
Roles = Map[str, TermMap]


class Unbound(Map[LogicalSource, "ir.Table"]):
    """A table for each source, named source_0, source_1 …, with the record's ordinal in `ROW`.

    Names and types are known without Ibis, which makes a table when it is asked for.
    """

    def __init__(self, columns: Map[LogicalSource, Columns]) -> None:
        self._types = {source: _schema(names) for source, names in columns.items()}
        self._names = {source: f"source_{index}" for index, source in enumerate(columns)}
        self._made: dict[LogicalSource, ir.Table] = {}

    def __getitem__(self, source: LogicalSource) -> ir.Table:
        if source not in self._made:
            self._made[source] = ibis.table(self.types(source), name=self.name(source))
        return self._made[source]

    def __iter__(self) -> Iterator[LogicalSource]:
        return iter(self._types)

    def __len__(self) -> int:
        return len(self._types)

    def name(self, source: LogicalSource) -> str:
        """The name of its table."""
        return self._names[source]

    def types(self, source: LogicalSource) -> dict[str, str]:
        """The columns of its table, with the types that they have in Ibis."""
        return {**self._types[source], ROW: "int64"}


def unbound(columns: Map[LogicalSource, Columns]) -> Unbound:
    """A table for each source. The columns of a source are references with the types of what they give.

    Names alone are of texts.
    """
    return Unbound(columns)


def _schema(columns: Columns) -> dict[str, str]:
    types = dict(columns) if isinstance(columns, Map) else dict.fromkeys(columns, TEXT)
    return dict(zip(distinct(types), types.values(), strict=True))


Tables: TypeAlias = Unbound


def relation(rule: Rule, tables: Tables, *, skip: bool = False) -> ir.Table:
    """The quads of one rule, each with its record. Records that lack a referenced value make no quad.

    Where references of a term map give several values, it makes a term of each combination; those of
    different term maps are combined too (RML-Core, "Generation of triples"). With `skip`, values that would
    make an invalid term make none.
    """
    return quads(rule, spelled(rule, skip=skip), tables)


@dataclass(frozen=True)
class Spelled:
    """The terms of a rule as pieces, and what must be true of texts for them to be valid, by their roles."""

    texts: tuple[tuple[str, terms.Pieces], ...]
    demands: tuple[tuple[str, terms.Pieces, Lexical], ...] = ()


def spelled(rule: Rule, *, skip: bool = False) -> Spelled:
    """The terms of a rule; with `skip`, what is demanded of them too."""
    made = roles(rule)
    return Spelled(
        tuple((role, terms.spelled(term_map, rule.base)) for role, term_map in made.items()),
        tuple(
            (role, demand.pieces, demand.lexical)
            for role, term_map in made.items()
            for demand in (demands.of(term_map, rule.base) if skip else ())
        ),
    )


def roles(rule: Rule) -> dict[str, TermMap]:
    """The term maps of a rule by their roles; that of the object may be of the parent."""
    made = rule.parent.subject if rule.parent else cast("TermMap", rule.object)
    of_graph = {"graph": rule.graph} if rule.graph else {}
    return {"subject": rule.subject, "predicate": rule.predicate, "object": made, **of_graph}


def quads(rule: Rule, given: Spelled, tables: Map[LogicalSource, ir.Table]) -> ir.Table:
    """The relation of a rule whose terms are spelled as given."""
    records, parent = joined(rule, tables)

    def text(role: str, pieces: terms.Pieces) -> ir.StringValue:
        return terms.realised(
            pieces, cells(records, parent * (role == "object" and bool(rule.parent)), role=role)
        )

    for role, pieces, lexical in given.demands:
        records = records.filter(~demands.unmet(text(role, pieces), lexical))
    made = {role: text(role, pieces) for role, pieces in given.texts}
    return records.select(
        s=made["subject"],
        p=made["predicate"],
        o=made["object"],
        g=made.get("graph", ibis.null("string")),
        row=records[ROW],
        parent_row=records[parent + ROW] if rule.parent else ibis.null("int64"),
    )


def cells(records: ir.Table, prefix: str = "", *, role: str = "") -> terms.Cell:
    """Looks up the column of a reference in `records`: with a role, one value of those that it spread."""

    def cell(name: str) -> ir.Value:
        spread_name = prefix + _spread(role, name)
        return records[
            spread_name if spread_name in records.columns else column(name, records.columns, prefix)
        ]

    return cell


def column(name: str, columns: Iterable[str], prefix: str = "") -> str:
    """The column of a reference, which may have its capitals marked (:func:`kg.shapes.distinct`)."""
    return prefix + (name if prefix + name in columns else marked(name))


def _spread(role: str, name: str) -> str:
    return f"#{role} {marked(name)}"


def joined(rule: Rule, tables: Map[LogicalSource, ir.Table]) -> tuple[ir.Table, str]:
    """The records of the rule's source, with those of the parent where all join conditions hold.

    Several values are spread for the roles subject, predicate, object and graph. The names of the parent's
    columns begin with the text that is returned too; no child's column does.
    """
    joins = rule.parent.joins if rule.parent else ()
    own = {role: term_map for role, term_map in roles(rule).items() if not (role == "object" and rule.parent)}
    compared = [TermMap(join.child, TermType.LITERAL) for join in joins]
    child = spread(tables[rule.source], {**own, **_numbered(compared)})
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


def spread(records: ir.Table, given: Roles) -> ir.Table:
    """The records in which each term map has its values, those of several values once for each.

    References of one term map give all their combinations; :func:`cells` finds the values by the role. The
    values of a term map whose condition does not hold are left out.
    """
    records = complete(records, *given.values())
    for role, term_map in given.items():
        for _, made, _ in _steps(records, role, term_map):
            records = made
    return records


def asking(table: ir.Table, term_map: TermMap) -> Iterator[tuple[Call, ir.Table, functions.Value]]:
    """Each call of a term map that a table answers, with the records that make it, and its arguments.

    Records that a condition leaves out are not among them.
    """
    for call, records, value in _steps(complete(table, term_map), "asking", term_map):
        if call:
            yield call, records, value


def _steps(
    records: ir.Table, role: str, term_map: TermMap
) -> Iterator[tuple[Call | None, ir.Table, functions.Value]]:
    """The records after each step to the values of a term map, and which call a table answers by it.

    The condition comes first: where it does not hold nothing else is called.
    """
    for name in _shared(term_map):
        cell = cells(records)(name)
        if cell.type().is_array():
            records = records.mutate(**{_spread(role, name): cell.unnest()})
    for part in dict.fromkeys(part for part in (term_map.condition, *term_map.parts) if part is not None):
        if isinstance(part, Call):
            for call in tabled.calls(part):
                if _answer(role, call) not in records.columns:
                    value = _arguments(records, role)
                    records = tabled.answered(records, call, _answer(role, call), value)
                    yield call, records, _arguments(records, role)
            records = _called(records, role, part)
        if part == term_map.condition:
            holds = terms.text(part, cells(records, role=role))
            records = records.filter(holds.isin(TRUE))
    yield None, records, _arguments(records, role)


def _answer(role: str, call: Call) -> str:
    """The column of what a table answers."""
    return "=" + _spread(role, terms.column_of(call))


def _called(records: ir.Table, role: str, call: Call) -> ir.Table:
    """The records in which a call returns something, several times where it returns several."""
    name = _spread(role, terms.column_of(call))
    from kg import functions

    result = functions.typed(call, _arguments(records, role))
    returned = records.mutate(**{name: result.unnest() if result.type().is_array() else result})
    return returned.filter(terms.lexical(returned[name]).notnull())


def _arguments(records: ir.Table, role: str) -> functions.Value:
    """Gives the values of a call's arguments: NULL for none, an array for several."""
    from kg.arguments import balanced

    own = cells(records, role=role)

    def value(expression: Expression) -> ir.Value:
        if isinstance(expression, Call):
            return records[_answer(role, expression)]
        if isinstance(expression, Reference) and own(expression.name).type().is_array():
            return own(expression.name).map(lambda each: each["v"])
        text = terms.text(expression, own)
        needed = [terms.lexical(own(reference.name)).notnull() for reference in references(expression)]
        return ibis.ifelse(balanced(and_, needed), text, ibis.null("string")) if needed else text

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
    from kg.arguments import balanced

    needed = dict.fromkeys(reference.name for each in term_maps if each for reference in _direct(each))
    own = cells(records)
    return (
        records.filter(balanced(and_, (terms.lexical(own(name)).notnull() for name in needed)))
        if needed
        else records
    )
