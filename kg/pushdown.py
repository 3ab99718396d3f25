"""What is left to databases: joins inside one of them, and rows of which nothing can be made.

A pass from a mapping, whose tables have been looked at, to one that makes the same quads. A join becomes a
triples map over one query (R2RML, section 8, "joint SQL query"), where the database compares the columns as
their texts are compared; all other joins stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace

from kg import connections, lookups, sql_records
from kg.errors import DatabaseError, MissingTable
from kg.grammar import identifier
from kg.mapping import (
    Call,
    Expression,
    Fresh,
    LogicalSource,
    Mapping,
    PredicateObjectMap,
    Reference,
    ReferencingObjectMap,
    Template,
    TermMap,
    TriplesMap,
    references,
)
from kg.rules import Rule, references_of, rules, term_maps
from kg.shapes import Table

CHILD, PARENT = "child", "parent"
MOST_SETS = 20  # of columns, one of which a row must have whole
Tables = Map[LogicalSource, Table]


def pushed(mapping: Mapping, tables: Tables) -> tuple[Mapping, dict[LogicalSource, Table]]:
    """The mapping and its tables, with what databases can do left to them."""
    if not any(source.formulation == "sql" for source in tables):
        return mapping, dict(tables)
    with connections.Pool() as pool:
        joined, made = _joined(mapping, tables, pool)
    every = {**tables, **made}
    used = references_of(joined)
    needed = _needed(joined)
    return joined, {
        source: sql_records.narrowed(every[source], needed[source]) if source in needed else every[source]
        for source in used
    }


@dataclass(frozen=True)
class Joint:
    """A join that a database does: the triples map of the child, its objects, the parent."""

    child: TriplesMap
    object: ReferencingObjectMap
    parent: TriplesMap

    @property
    def term_maps(self) -> tuple[TermMap, ...]:
        """The term maps of the child that take part."""
        poms = _with_object(self.child, self.object)
        several = (part for pom in poms for part in (*pom.predicates, *pom.graphs))
        return (self.child.subject, *self.child.graphs, *several)

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """The sides and names of the columns that the query has."""
        child = (reference.name for each in self.term_maps for reference in each.references)
        parent = (reference.name for reference in self.parent.subject.references)
        return tuple(
            dict.fromkeys([*((CHILD, name) for name in child), *((PARENT, name) for name in parent)])
        )

    def triples_map(self, source: LogicalSource) -> TriplesMap:
        """The triples map over the joint query."""
        names = {column: f"c{number}" for number, column in enumerate(self.columns)}

        def of(side: str, term_map: TermMap) -> TermMap:
            return _renamed(term_map, {name: new for (each, name), new in names.items() if each == side})

        poms = (
            PredicateObjectMap(
                tuple(of(CHILD, each) for each in pom.predicates),
                (of(PARENT, self.parent.subject),),
                tuple(of(CHILD, each) for each in pom.graphs),
            )
            for pom in _with_object(self.child, self.object)
        )
        return replace(
            self.child,
            name=f"{self.child.name} with {self.parent.name}",
            source=source,
            subject=of(CHILD, self.child.subject),
            predicate_objects=tuple(poms),
            graphs=tuple(of(CHILD, each) for each in self.child.graphs),
        )


def _joined(
    mapping: Mapping, tables: Tables, pool: connections.Pool
) -> tuple[Mapping, dict[LogicalSource, Table]]:
    """The mapping with joins as triples maps of their own, and the tables of these."""
    by_name = {each.name: each for each in mapping.triples_maps}
    kept: list[TriplesMap] = []
    added: list[TriplesMap] = []
    made: dict[LogicalSource, Table] = {}
    for child in mapping.triples_maps:
        left = child
        for joint in _joints(child, by_name):
            table = _table(joint, tables, pool)
            if table:
                made[table.source] = table
                added.append(joint.triples_map(table.source))
                left = _without(left, joint.object)
        kept.append(left)
    parents = {each.parent for one in kept for pom in one.predicate_objects for each in _joins(pom)}
    silent = {one.name for one in kept if not one.predicate_objects} - parents
    whole = (one for one in kept if one.name not in silent)
    # The added ones first: should a name be given twice, the mapping's own is meant.
    return replace(mapping, triples_maps=(*added, *whole)), made


def _joins(pom: PredicateObjectMap) -> Iterator[ReferencingObjectMap]:
    return (each for each in pom.objects if isinstance(each, ReferencingObjectMap))


def _joints(child: TriplesMap, by_name: Map[str, TriplesMap]) -> Iterator[Joint]:
    """The joins of a triples map that are inside one database and compare columns."""
    every = dict.fromkeys(each for pom in child.predicate_objects for each in _joins(pom) if each.joins)
    for one in every:
        joint = Joint(child, one, by_name[one.parent])
        sources = (child.source, joint.parent.source)
        in_one = all(each.formulation == "sql" and not each.nulls for each in sources)
        plain = all(isinstance(side, Reference) for each in one.joins for side in (each.child, each.parent))
        made = (*joint.term_maps, joint.parent.subject)
        of_rows = any(isinstance(part, Fresh) for each in made for part in each.parts)
        if in_one and sources[0].database == sources[1].database and plain and not of_rows:
            yield joint


def _table(joint: Joint, tables: Tables, pool: connections.Pool) -> Table | None:
    """The table of a joint query; None where the database compares the columns in another way."""
    child, parent = joint.child.source, joint.parent.source
    path = tables[child].path
    sides = {CHILD: tables[child], PARENT: tables[parent]}
    kinds = {side: dict(zip(each.columns, each.comparisons, strict=True)) for side, each in sides.items()}
    labels = {side: dict(zip(each.columns, each.labels, strict=True)) for side, each in sides.items()}
    compared: list[tuple[str, list[str]]] = []
    for join in joint.object.joins:
        names = [side.name for side in (join.child, join.parent) if isinstance(side, Reference)]
        comparison, other = (kinds[side][name] for side, name in zip(sides, names, strict=True))
        if not comparison or comparison != other:
            return None
        columns = [_column(side, labels[side][name]) for side, name in zip(sides, names, strict=True)]
        compared.append((comparison, columns))
    with pool.opened(child, path) as connection:
        conditions = [connection.equal(comparison).format(*columns) for comparison, columns in compared]
    columns = [
        f"{_column(side, labels[side][name])} AS c{number}"
        for number, (side, name) in enumerate(joint.columns)
    ]
    query = (
        f"SELECT {', '.join(columns) or '1 AS c'} FROM ({tables[child].rows}) AS {CHILD}, "
        f"({tables[parent].rows}) AS {PARENT} WHERE {' AND '.join(conditions)}"
    )
    source = replace(child, path="", query=query, identifiers=False)
    try:
        return sql_records.table(
            source, path, tuple(f"c{number}" for number in range(len(columns))), pool.opened
        )
    except (DatabaseError, MissingTable):
        return None  # such as collations that MySQL cannot compare


def _column(side: str, name: str) -> str:
    return f"{side}.{identifier(name)}"


def _with_object(child: TriplesMap, given: ReferencingObjectMap) -> tuple[PredicateObjectMap, ...]:
    return tuple(pom for pom in child.predicate_objects if given in pom.objects)


def _without(child: TriplesMap, given: ReferencingObjectMap) -> TriplesMap:
    poms = (
        replace(pom, objects=tuple(each for each in pom.objects if each != given))
        for pom in child.predicate_objects
    )
    return replace(child, predicate_objects=tuple(pom for pom in poms if pom.objects))


def _renamed(term_map: TermMap, names: Map[str, str]) -> TermMap:
    """The term map with other names of columns."""

    def of(expression: Expression) -> Expression:
        match expression:
            case Reference(name):
                return Reference(names[name])
            case Template(parts):
                return Template(
                    tuple(part if isinstance(part, str) else Reference(names[part.name]) for part in parts)
                )
            case Call(_, inputs):
                return replace(expression, inputs=tuple((name, of(value)) for name, value in inputs))
            case _:
                return expression

    given = {
        "language": term_map.language,
        "datatype": term_map.datatype,
        "condition": term_map.condition,
    }
    changed = {name: of(value) for name, value in given.items() if value is not None}
    return replace(term_map, expression=of(term_map.expression), **changed)  # type: ignore[arg-type]


def _needed(mapping: Mapping) -> dict[LogicalSource, tuple[tuple[str, ...], ...]]:
    """For tables of databases: the sets of columns of which a row must have one whole to make a quad.

    Tables of which any row may make one are left out.
    """
    found: dict[LogicalSource, set[frozenset[str]]] = {}
    open_to_all: set[LogicalSource] = set()
    for rule in rules(mapping):
        for source, names in _sides(rule):
            found.setdefault(source, set()).add(names)
        for _, term_map in term_maps(rule):
            open_to_all.update(lookup.source for lookup in lookups.inside(term_map.parts))
    least = {
        source: sorted(tuple(sorted(each)) for each in sets if not any(other < each for other in sets))
        for source, sets in found.items()
    }
    return {
        source: tuple(sets)
        for source, sets in least.items()
        if source.formulation == "sql" and source not in open_to_all and all(sets) and len(sets) <= MOST_SETS
    }


def _sides(rule: Rule) -> Iterator[tuple[LogicalSource, frozenset[str]]]:
    """The sources of a rule, each with the columns that its records must have a value in."""
    own = [each for each in (rule.subject, rule.predicate, rule.object, rule.graph) if each]
    joins = rule.parent.joins if rule.parent else ()
    compared = (each.name for join in joins for each in _outside(join.child))
    yield rule.source, frozenset((*_direct(own), *compared))
    if rule.parent:
        compared = (each.name for join in joins for each in _outside(join.parent))
        yield rule.parent.source, frozenset((*_direct((rule.parent.subject,)), *compared))


def _direct(given: Iterable[TermMap]) -> tuple[str, ...]:
    """The columns without whose values there is no term: those that are no arguments of functions."""
    parts = (part for term_map in given for part in term_map.parts)
    return tuple(dict.fromkeys(each.name for part in parts for each in _outside(part)))


def _outside(expression: Expression) -> tuple[Reference, ...]:
    return () if isinstance(expression, Call) else references(expression)
