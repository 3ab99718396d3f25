"""What is wrong with the data, as relations: cells that a rule cannot use, each with its record.

A :class:`Check` says which error it looks for and over which relation, which has the columns `row` (the
ordinal of the record) and `value` (what the cell holds). Nothing runs here: :mod:`kg.diagnosis` does.

Two things are the project's own convention. A triples map that gives its subjects a class describes one node
for each record, so other rules may refer only to the subjects of such maps, or to terms of the ontology: that
is what makes a reference dangle. And where the subject of such a map is built from the first column of the
table alone, this column is the table's key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir

from kg import plan, terms
from kg.datatypes import IRI, LANGUAGE, LEXICAL, RELATIVE_IRI, Lexical
from kg.errors import (
    DanglingReference,
    DuplicateId,
    Finding,
    IllTyped,
    InvalidTerm,
    KgError,
    MappingError,
    MissingId,
    UnknownColumn,
)
from kg.mapping import (
    RDF_TYPE,
    ROW,
    XSD,
    Constant,
    Expression,
    LogicalSource,
    Mapping,
    Reference,
    Rule,
    Template,
    TermMap,
    TermType,
    references,
    rules,
)

KNOWN = "known"
DAY = "^-?([0-9]+-[0-9]{2}-[0-9]{2})"


@dataclass(frozen=True)
class Cell:
    """One column of one source."""

    source: LogicalSource
    column: str


@dataclass(frozen=True)
class Targets:
    """What an IRI from a template may refer to: nodes that these rules make, or terms of the ontology."""

    makers: tuple[Rule, ...] = ()
    terms: tuple[str, ...] = ()

    def meant_by(self, iri: str) -> Targets:
        """Those that begin as `iri` does, as far as they are fixed; all of them where none does."""
        makers = tuple(rule for rule in self.makers if iri.startswith(_prefix(rule.subject) or iri))
        return Targets(makers, self.terms) if makers else self

    def __str__(self) -> str:
        files = dict.fromkeys(f"in no row of {rule.source.path}" for rule in self.makers)
        return " and ".join([*files, *["not in the ontology"] * bool(self.terms)])


@dataclass(frozen=True)
class Check:
    """One thing that must not be, and the relation of the records in which it is.

    What exists instead is known by `candidates`, a relation of values, or by `targets`; the relation of a
    check with targets has the column `term` too.
    """

    error: type[KgError]
    cell: Cell
    relation: ir.Table
    message: str
    fix: str = ""
    candidates: ir.Table | None = field(default=None, compare=False)
    targets: Targets | None = None


def columns(mapping: Mapping, columns: Map[LogicalSource, tuple[str, ...]]) -> None:
    """Raise UnknownColumn, with every reference of the mapping to a column that its source does not have."""
    found = [
        finding
        for rule in rules(mapping)
        for source, term_map in _term_maps(rule)
        for finding in _unknown(term_map, source, columns[source])
    ]
    if found:
        raise UnknownColumn.of(dict.fromkeys(found))


def constants(mapping: Mapping) -> None:
    """Raise MappingError, with every literal of the mapping's own whose text is no value of its datatype."""
    every = (term_map for rule in rules(mapping) for _, term_map in _term_maps(rule))
    found = [finding for term_map in dict.fromkeys(every) for finding in _ill_typed(term_map)]
    if found:
        raise MappingError.of(found)


def _ill_typed(term_map: TermMap) -> tuple[Finding, ...]:
    match term_map:
        case TermMap(expression=Constant(text), datatype=Constant(datatype)) if datatype in LEXICAL:
            if not re.fullmatch(LEXICAL[datatype].pattern, text):
                message = f"{text!r} is no xsd:{datatype.removeprefix(XSD)}"
                fix = f"expected {LEXICAL[datatype].expected}"
                return MappingError(message, place=term_map.place, fix=fix).findings
    return ()


def of_terms(mapping: Mapping, tables: plan.Tables) -> Iterator[Check]:
    """Cells that make no valid term: ill-typed literals, invalid IRIs, language tags that are none."""
    seen = dict.fromkeys(
        (source, *demand)
        for rule in rules(mapping)
        for source, term_map in _term_maps(rule)
        for demand in _demands(term_map, rule.base)
    )
    for source, expression, lexical, error, name in seen:
        needed = TermMap(expression)
        records = plan.complete(tables[source], needed)
        made = terms.text(expression, plan.cells(records))
        wrong = records.filter(_is_no(made, lexical)).select(row=records[ROW], value=made)
        cell = Cell(source, needed.references[-1].name)
        yield Check(
            error, cell, wrong, f"{{column}} {{value!r}} is no {name}", f"expected {lexical.expected}"
        )


def _is_no(text: ir.StringValue, lexical: Lexical) -> ir.BooleanValue:
    wrong = ~text.re_search(lexical.pattern)
    if lexical.cast == "date":  # 30 February looks like a date
        day = text.re_extract(DAY, 1)
        return wrong | (text.re_search(DAY) & day.try_cast("date").isnull())
    return wrong | text.try_cast(lexical.cast).isnull() if lexical.cast else wrong


def nodes(mapping: Mapping, tables: plan.Tables) -> Iterator[ir.Table]:
    """Relations of the subjects that get a class, in a column `term`: what references may lead to."""
    made = dict.fromkeys((rule.source, rule.subject, rule.base) for rule in _node_rules(mapping))
    for source, subject, base in made:
        records = plan.complete(tables[source], subject)
        yield records.select(term=terms.term(subject, plan.cells(records), base=base))


def of_references(mapping: Mapping, tables: plan.Tables, ontology: Iterable[str]) -> Iterator[Check]:
    """References to nodes that no record makes. `ontology` are the IRIs that the ontology describes.

    The checks look into a table `KNOWN` with a column `term`, which must hold :func:`nodes` and `ontology`.
    """
    every = rules(mapping)
    makers = {(rule.source, rule.subject): rule for rule in _node_rules(mapping)}
    known = tuple(sorted(ontology))
    for rule in every:
        yield from _of_joins(rule, tables)
    made = dict.fromkeys(
        (rule.source, term_map, rule.base)
        for rule in every
        for term_map in (rule.subject, rule.predicate, rule.object)
        if term_map and (rule.source, term_map) not in makers
    )
    for source, term_map, base in made:
        yield from _of_template(source, term_map, base, _targets(term_map, makers.values(), known), tables)


def of_keys(mapping: Mapping, tables: plan.Tables) -> Iterator[Check]:
    """Records without an id, and those with one that an earlier record of the same table has."""
    for rule in _node_rules(mapping):
        table = tables[rule.source]
        if [reference.name for reference in rule.subject.references] == [table.columns[0]]:
            key = table[table.columns[0]]
            nameless = table.filter(key.isnull()).select(row=table[ROW], value=ibis.literal(""))
            yield Check(
                MissingId,
                Cell(rule.source, table.columns[0]),
                nameless,
                "the row has no {column}, so nothing can be said of it",
                "give it an id, or remove it",
            )
            first = table[ROW].min().over(group_by=key)
            rows = table.select(row=table[ROW], value=key, first=first)
            again = rows.filter(rows.row != rows.first, rows.value.notnull()).select("row", "value")
            cell = Cell(rule.source, table.columns[0])
            yield Check(DuplicateId, cell, again, "the id {value!r} is used before", "give each row its own")


def _term_maps(rule: Rule) -> Iterator[tuple[LogicalSource, TermMap]]:
    for term_map in (rule.subject, rule.predicate, rule.object, rule.graph):
        if term_map:
            yield rule.source, term_map
    if rule.parent:
        yield rule.parent.source, rule.parent.subject
        for join in rule.parent.joins:
            yield rule.source, TermMap(join.child, TermType.LITERAL)
            yield rule.parent.source, TermMap(join.parent, TermType.LITERAL)


def _unknown(term_map: TermMap, source: LogicalSource, columns: tuple[str, ...]) -> Iterator[Finding]:
    for reference in term_map.references:
        if reference.name not in columns:
            yield from UnknownColumn(
                f"{source.path} has no column {reference.name!r}",
                place=term_map.place,
                value=reference.name,
                exists=columns,
            ).findings


def _demands(term_map: TermMap, base: str) -> Iterator[tuple[Expression, Lexical, type[KgError], str]]:
    """What the values of a term map must look like: of which expression, the form, the error, its name."""
    if isinstance(term_map.expression, Reference) and term_map.term_type is TermType.IRI:
        yield term_map.expression, RELATIVE_IRI if base else IRI, InvalidTerm, "IRI"
    if term_map.language and references(term_map.language):
        yield term_map.language, LANGUAGE, InvalidTerm, "language tag"
    if isinstance(term_map.datatype, Reference):
        yield term_map.datatype, RELATIVE_IRI if base else IRI, InvalidTerm, "IRI of a datatype"
    if isinstance(term_map.datatype, Constant) and references(term_map.expression):
        datatype = term_map.datatype.value
        if datatype in LEXICAL:
            yield term_map.expression, LEXICAL[datatype], IllTyped, f"xsd:{datatype.removeprefix(XSD)}"


def _node_rules(mapping: Mapping) -> tuple[Rule, ...]:
    """The rules that give their subject a class."""
    return tuple(rule for rule in rules(mapping) if rule.predicate.expression == Constant(RDF_TYPE))


def _of_joins(rule: Rule, tables: plan.Tables) -> Iterator[Check]:
    """Records of the child that have no parent."""
    for join in rule.parent.joins if rule.parent else ():
        if rule.parent and isinstance(join.child, Reference) and isinstance(join.parent, Reference):
            child, parents = tables[rule.source], tables[rule.parent.source].view()
            own, theirs = child[join.child.name], parents[join.parent.name]
            alone = child.filter(own.notnull()).anti_join(parents, own == theirs)
            yield Check(
                DanglingReference,
                Cell(rule.source, join.child.name),
                alone.select(row=alone[ROW], value=alone[join.child.name]),
                f"{{column}} {{value!r}} is in no row of {rule.parent.source.path}",
                candidates=parents.filter(theirs.notnull()).select(value=theirs).distinct(),
            )


def _targets(term_map: TermMap, makers: Iterable[Rule], known: tuple[str, ...]) -> Targets:
    prefix = _prefix(term_map)
    if prefix is None:
        return Targets()
    meeting = (rule for rule in makers if _may_meet(prefix, _prefix(rule.subject)))
    return Targets(tuple(meeting), tuple(iri for iri in known if iri.startswith(prefix)))


def _of_template(
    source: LogicalSource, term_map: TermMap, base: str, targets: Targets, tables: plan.Tables
) -> Iterator[Check]:
    """Records whose IRI is neither a node of a table nor a term of the ontology."""
    if not targets.makers and not targets.terms:
        return
    records = plan.complete(tables[source], term_map)
    column = term_map.references[-1].name
    made = records.select(
        term=terms.term(term_map, plan.cells(records), base=base),
        row=records[ROW],
        value=records[column],
    )
    known = ibis.table({"term": "string"}, name=KNOWN)
    yield Check(
        DanglingReference,
        Cell(source, column),
        made.anti_join(known, "term").select("row", "value", "term"),
        "{column} {value!r} is {targets}",
        targets=targets,
    )


def _prefix(term_map: TermMap) -> str | None:
    """The fixed text that an IRI from a template begins with."""
    if term_map.term_type is TermType.IRI and isinstance(term_map.expression, Template):
        first = term_map.expression.parts[0]
        return first if isinstance(first, str) and term_map.references else None
    return None


def _may_meet(prefix: str, other: str | None) -> bool:
    return other is not None and (prefix.startswith(other) or other.startswith(prefix))


def ids(makers: tuple[Rule, ...], tables: plan.Tables) -> ir.Table | None:
    """The values of the columns that the makers' subjects are built from."""
    ids = []
    for maker in makers:
        records = plan.complete(tables[maker.source], maker.subject)
        ids += [records.select(value=records[reference.name]) for reference in maker.subject.references[-1:]]
    return ibis.union(*ids, distinct=True) if len(ids) > 1 else next((each.distinct() for each in ids), None)
