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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from kg import demands, parts, plan, questions, terms
from kg.errors import (
    DanglingReference,
    DuplicateId,
    Finding,
    KgError,
    MissingId,
    Place,
)
from kg.lazily import ibis
from kg.mapping import (
    RDF_TYPE,
    ROW,
    Constant,
    Join,
    LogicalSource,
    Mapping,
    Reference,
    Template,
    TermMap,
    TermType,
)
from kg.questions import Question
from kg.rules import Rule, rules

if TYPE_CHECKING:
    import ibis.expr.types as ir

KNOWN = "known"
MADE = "made"
WITHOUT_HEADER = ("json", "jsonl", "xml")
FEW = 3
HOST = re.compile("[^:]*://[^/]*/")


@dataclass(frozen=True)
class Column:
    """One column of one source."""

    source: LogicalSource
    name: str


@dataclass(frozen=True)
class Targets:
    """What an IRI from a template may refer to: nodes that these rules make, or terms of the ontology."""

    makers: tuple[Rule, ...] = ()
    terms: tuple[str, ...] = ()

    def meant_by(self, iri: str) -> Targets:
        """Those that begin as `iri` does, as far as they are fixed; all of them where none does."""
        makers = tuple(rule for rule in self.makers if iri.startswith(_prefix(rule.subject) or iri))
        return Targets(makers, self.terms) if makers else self

    def kinds(self, prefix: str) -> tuple[str, ...]:
        """What may follow `prefix` in the IRIs of the makers, up to the next slash."""
        found = ((_prefix(rule.subject) or "").removeprefix(prefix).split("/")[0] for rule in self.makers)
        return tuple(dict.fromkeys(filter(None, found)))

    def __str__(self) -> str:
        files = list(dict.fromkeys(rule.source.path for rule in self.makers))
        told = (
            [f"in no row of {' or '.join(files)}"]
            if 0 < len(files) <= FEW
            else [f"in none of {len(files)} tables"]
        )
        return " and ".join([*told * bool(files), *["not in the ontology"] * bool(self.terms)])


@dataclass(frozen=True)
class Check:
    """One thing that must not be, and the relation of the records in which it is.

    What exists instead is `known` by a relation of values, or by `targets`; the relation of a
    check with targets has the column `term` too. Where a first column, `kind`, says of which kind the node is
    that a second one names, the relation has it as `kind`, and `prefix` is what IRIs begin with before it.
    The `origin` is where the mapping asks for what is not so. Where there is a `question`, the answer no
    tells that the check finds nothing.
    """

    error: type[KgError]
    column: Column
    made: Callable[[], ir.Table] = field(compare=False)
    message: str
    fix: str = ""
    known: Callable[[], ir.Table] | None = field(default=None, compare=False)
    question: Question | None = None
    targets: Targets | None = None
    path: str = ""
    kind: Column | None = None
    prefix: str = ""
    exists: tuple[str, ...] = ()
    origin: Place | None = field(default=None, compare=False)

    @property
    def relation(self) -> ir.Table:
        """The records in which it is."""
        return self.made()


def of_terms(mapping: Mapping, tables: plan.Tables) -> Iterator[Check]:
    """Cells that make no valid term: ill-typed literals, invalid IRIs, language tags that are none.

    Only records of which the term map would make a term, and the subject map a subject, are looked at.
    """
    seen: dict[tuple[LogicalSource, TermMap | None, TermMap, demands.Demand], Place | None] = {}
    for rule in rules(mapping):
        for source, subject, term_map in _made(rule):
            for demand in demands.of(term_map, rule.base):
                seen.setdefault((source, subject, term_map, demand), term_map.place)
    for (source, subject, term_map, demand), place in seen.items():
        wrong = partial(_unmet, tables, source, subject, term_map, demand)
        every = [each for each in (subject, term_map) if each]
        question = questions.unmet(source, every, demand.pieces, demand.lexical, tables)
        last = [reference.name for reference in demand.made.references][-1:]
        column = Column(source, *(last or [*tables.types(source)][:1]))
        message, fix = f"{{column}} {{value!r}} is no {demand.name}", f"expected {demand.lexical.expected}"
        yield Check(demand.error, column, wrong, message, fix, question=question, origin=place)


def _unmet(
    tables: plan.Tables,
    source: LogicalSource,
    subject: TermMap | None,
    made: TermMap,
    demand: demands.Demand,
) -> ir.Table:
    records = plan.spread(tables[source], {**({"subject": subject} if subject else {}), MADE: made})
    own = plan.cells(records, role=MADE)
    value = terms.text(demand.made.expression, own)
    unmet = demands.unmet(terms.realised(demand.pieces, own), demand.lexical)
    return records.filter(unmet).select(row=records[ROW], value=value)


def _made(rule: Rule) -> Iterator[tuple[LogicalSource, TermMap | None, TermMap]]:
    """The term maps of a rule, each with its source, and the subject map without which it is nothing."""
    yield rule.source, None, rule.subject
    if rule.parent:
        yield rule.parent.source, None, rule.parent.subject
    for term_map in (rule.predicate, rule.object, rule.graph):
        if term_map:
            yield rule.source, rule.subject, term_map


def nodes(mapping: Mapping, tables: plan.Tables) -> Iterator[parts.Part | ir.Table]:
    """The subjects that get a class, one in a row: what references may lead to."""
    made = dict.fromkeys((rule.source, rule.subject, rule.object, rule.base) for rule in _node_rules(mapping))
    for source, subject, given, base in made:
        types = tables.types(source)
        if parts.are_plain([subject, *([given] if given else [])], types):
            yield parts.single(source, tables, parts.lined((subject,), types, base=base), given)
            continue
        given_too = {"object": given} if given else {}
        records = plan.spread(tables[source], {MADE: subject, **given_too})
        yield records.select(term=terms.term(subject, plan.cells(records, role=MADE), base=base))


def undescribed(mapping: Mapping, ontology: Iterable[str]) -> tuple[Finding, ...]:
    """Warnings about templates whose IRIs nothing describes, although their host is that of the nodes."""
    makers, known = _node_rules(mapping), tuple(ontology)
    hosts = tuple(filter(None, {_host(_prefix(rule.subject)) for rule in makers}))
    objects = (term_map for rule in rules(mapping) for term_map in (rule.predicate, rule.object) if term_map)
    lost = [
        term_map
        for term_map in dict.fromkeys(objects)
        if (_prefix(term_map) or "").startswith(hosts) and hosts
        if _targets(term_map, makers, known) == Targets()
    ]
    return tuple(
        Finding(
            "undescribed",
            f"no table and no ontology describes {_prefix(term_map)}…",
            term_map.place,
            fix="is a file of the ontology missing, or a prefix misspelt?",
            severity="warning",
        )
        for term_map in lost
    )


def _host(prefix: str | None) -> str:
    found = HOST.match(prefix or "")
    return found[0] if found else ""


def of_references(
    mapping: Mapping, tables: plan.Tables, ontology: Iterable[str], of: Iterable[Rule] | None = None
) -> Iterator[Check]:
    """References to nodes that no record makes. `ontology` are the IRIs that the ontology describes.

    With `of`, only those that these rules make are looked at.

    The checks look into a table `KNOWN` with a column `term`, which must hold :func:`nodes` and `ontology`.
    """
    every = rules(mapping) if of is None else tuple(of)
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
    for source, subject in dict.fromkeys((rule.source, rule.subject) for rule in _node_rules(mapping)):
        first = next(iter(tables.types(source)))
        is_key = [reference.name for reference in subject.references] == [first]
        if is_key and source.formulation not in WITHOUT_HEADER:
            yield from _of_key(Column(source, first), tables)


def _of_key(column: Column, tables: plan.Tables) -> Iterator[Check]:
    question = questions.no_key(column.source, column.name, tables)
    nameless, again = (partial(made, tables, column) for made in (_nameless, _again))
    message = "the row has no {column}, so nothing can be said of it"
    yield Check(MissingId, column, nameless, message, "give it an id, or remove it", question=question)
    message = "the id {value!r} is that of {first} too"
    yield Check(DuplicateId, column, again, message, "give each row its own", question=question)


def _nameless(tables: plan.Tables, column: Column) -> ir.Table:
    table = tables[column.source]
    key = terms.lexical(table[column.name])
    return table.filter(key.isnull()).select(row=table[ROW], value=ibis.literal(""))


def _again(tables: plan.Tables, column: Column) -> ir.Table:
    table = tables[column.source]
    key = terms.lexical(table[column.name])
    first = table[ROW].min().over(group_by=key)
    rows = table.select(row=table[ROW], value=key, first=first)
    return rows.filter(rows.row != rows.first, rows.value.notnull()).select("row", "value", "first")


def _node_rules(mapping: Mapping) -> tuple[Rule, ...]:
    """The rules that give their subject a class."""
    return tuple(rule for rule in rules(mapping) if rule.predicate.expression == Constant(RDF_TYPE))


def _of_joins(rule: Rule, tables: plan.Tables) -> Iterator[Check]:
    """Records of the child that have no parent."""
    for join in rule.parent.joins if rule.parent else ():
        if rule.parent and isinstance(join.child, Reference) and isinstance(join.parent, Reference):
            child, parent = TermMap(join.child, TermType.LITERAL), TermMap(join.parent, TermType.LITERAL)
            parents = partial(_distinct, tables, rule.parent.source, join.parent)
            yield Check(
                DanglingReference,
                Column(rule.source, join.child.name),
                partial(_orphans, tables, rule, join),
                "{column} {value!r} is in no row of {path}",
                path=rule.parent.source.path,
                known=parents,
                question=questions.orphan(rule.source, child, rule.parent.source, parent, tables),
            )


def _orphans(tables: plan.Tables, rule: Rule, join: Join) -> ir.Table:
    assert rule.parent
    assert isinstance(join.child, Reference)
    assert isinstance(join.parent, Reference)
    parents = _values(tables[rule.parent.source].view(), join.parent)
    return _values(tables[rule.source], join.child).anti_join(parents, "value")


def _distinct(tables: plan.Tables, source: LogicalSource, reference: Reference) -> ir.Table:
    return _values(tables[source], reference).select("value").distinct()


def _values(table: ir.Table, reference: Reference, used_by: TermMap | None = None) -> ir.Table:
    """All values of a reference, each with its record, of the records that its term map makes a term of."""
    records = plan.spread(table, {MADE: used_by or TermMap(reference)})
    return records.select(row=records[ROW], value=terms.text(reference, plan.cells(records, role=MADE)))


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
    column = term_map.references[-1].name
    yield Check(
        DanglingReference,
        Column(source, column),
        partial(_dangling, tables, source, term_map, base),
        "{column} {value!r} is {targets}",
        question=questions.unknown(source, term_map, base, KNOWN, tables),
        targets=targets,
        kind=Column(source, term_map.references[0].name) if len(term_map.references) > 1 else None,
        prefix=_prefix(term_map) or "",
    )


def _dangling(tables: plan.Tables, source: LogicalSource, term_map: TermMap, base: str) -> ir.Table:
    records = plan.spread(tables[source], {MADE: term_map})
    own = plan.cells(records, role=MADE)
    made = records.select(
        term=terms.term(term_map, own, base=base),
        row=records[ROW],
        value=terms.lexical(own(term_map.references[-1].name)),
        kind=terms.lexical(own(term_map.references[0].name)),
    )
    known = ibis.table({"term": "string"}, name=KNOWN)
    return made.anti_join(known, "term").select("row", "value", "term", "kind")


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
        for reference in maker.subject.references[-1:]:
            ids.append(_values(tables[maker.source], reference, maker.subject).select("value"))
    return ibis.union(*ids, distinct=True) if len(ids) > 1 else next((each.distinct() for each in ids), None)
