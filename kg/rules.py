"""Mappings flattened into rules of exactly one quad pattern each, which is what :mod:`kg.plan` compiles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import cast

from kg import lookups
from kg.errors import MappingError, Place
from kg.mapping import (
    DEFAULT_GRAPH,
    Fresh,
    Join,
    LogicalSource,
    LogicalTarget,
    Mapping,
    ReferencingObjectMap,
    TermMap,
    TermType,
    TriplesMap,
)

RULES = "rules"
"""Under which name a mapping keeps its rules."""


@dataclass(frozen=True)
class Parent:
    """The other side of a join: the source and subject map of the parent triples map."""

    source: LogicalSource
    subject: TermMap
    joins: tuple[Join, ...]


@dataclass(frozen=True)
class Rule:
    """One quad pattern over one logical source, or over two that are joined.

    `object` is None exactly where `parent` gives the object. `graph` None is the default graph.
    """

    triples_map: str
    source: LogicalSource
    subject: TermMap
    predicate: TermMap
    object: TermMap | None
    graph: TermMap | None
    parent: Parent | None = None
    base: str = ""

    @property
    def place(self) -> Place | None:
        """Where a person wrote the most telling part of it: the object, else the predicate."""
        return (self.object and self.object.place) or self.predicate.place or self.subject.place


def rules(mapping: Mapping) -> tuple[Rule, ...]:
    """Every quad pattern of `mapping`, each once, in the order of the file.

    Raises MappingError for a parent triples map that does not exist, or one that is joined without a
    condition although its logical source is another (RML-Core, "Referencing object maps").
    """
    kept = vars(mapping)  # as functools.cached_property does: equal mappings may differ in their places
    if RULES not in kept:
        named = [_named(triples_map, str(number)) for number, triples_map in enumerate(mapping.triples_maps)]
        by_name = {triples_map.name: triples_map for triples_map in named}
        kept[RULES] = tuple(dict.fromkeys(_flatten(named, by_name, mapping.base)))
    return cast("tuple[Rule, ...]", kept[RULES])


def only(mapping: Mapping, wanted: Iterable[Rule]) -> Mapping:
    """The mapping as if it had no rules but these, whose triples maps it keeps."""
    part = replace(mapping)
    vars(part)[RULES] = tuple(wanted)
    return part


def sources_of(rule: Rule) -> frozenset[LogicalSource]:
    """Every source that a rule reads, tables in which it looks values up too."""
    found = {source for source, _ in term_maps(rule)}
    looked_up = (each.source for _, term_map in term_maps(rule) for each in lookups.inside(term_map.parts))
    return frozenset({*found, *looked_up})


def _named(triples_map: TriplesMap, name: str) -> TriplesMap:
    """The triples map with a name for each term map that makes nodes of no expression."""
    poms = tuple(
        replace(
            pom,
            objects=tuple(
                _fresh(obj, f"{name}p{p}o{o}") if isinstance(obj, TermMap) else obj
                for o, obj in enumerate(pom.objects)
            ),
            graphs=tuple(_fresh(graph, f"{name}p{p}g{g}") for g, graph in enumerate(pom.graphs)),
        )
        for p, pom in enumerate(triples_map.predicate_objects)
    )
    graphs = tuple(_fresh(graph, f"{name}g{g}") for g, graph in enumerate(triples_map.graphs))
    subject = _fresh(triples_map.subject, name)
    return replace(triples_map, subject=subject, predicate_objects=poms, graphs=graphs)


def _fresh(term_map: TermMap, name: str) -> TermMap:
    return replace(term_map, expression=Fresh(name)) if term_map.expression == Fresh() else term_map


def _flatten(maps: Iterable[TriplesMap], by_name: dict[str, TriplesMap], base: str) -> Iterator[Rule]:
    for child in maps:
        for pom in child.predicate_objects:
            graphs = (child.graphs + pom.graphs) or (DEFAULT_GRAPH,)
            for predicate, obj, graph in product(pom.predicates, pom.objects, graphs):
                rule = Rule(
                    triples_map=child.name,
                    source=child.source,
                    subject=child.subject,
                    predicate=replace(predicate, targets=predicate.targets + graph.targets),
                    object=obj if isinstance(obj, TermMap) else None,
                    graph=None if graph.expression == DEFAULT_GRAPH.expression else graph,
                    base=child.base or base,
                )
                yield rule if isinstance(obj, TermMap) else _referencing(rule, child, obj, by_name)


def _referencing(
    rule: Rule, child: TriplesMap, reference: ReferencingObjectMap, by_name: dict[str, TriplesMap]
) -> Rule:
    parent = by_name.get(reference.parent)
    if parent is None:
        raise MappingError(
            f"no triples map {reference.parent!r}",
            place=reference.place,
            value=reference.parent,
            exists=by_name,
        )
    if reference.joins:
        return replace(rule, parent=Parent(parent.source, parent.subject, reference.joins))
    if parent.source != child.source:
        raise MappingError(
            f"{child.name!r} refers to {parent.name!r}, which reads another source, without a join condition",
            place=reference.place,
            fix="add a condition that says which columns must be equal",
        )
    return replace(rule, object=parent.subject)


def references_of(mapping: Mapping) -> dict[LogicalSource, tuple[str, ...]]:
    """What the mapping refers to in each of its sources, each name once, in the order of first use.

    The tables in which it looks values up come after those of its triples maps.
    """
    used: dict[LogicalSource, dict[str, None]] = {source: {} for source in mapping.sources}
    every = [pair for rule in rules(mapping) for pair in term_maps(rule)]
    subjects = [(triples_map.source, triples_map.subject) for triples_map in mapping.triples_maps]
    for source, term_map in (*every, *subjects):
        used[source].update(dict.fromkeys(reference.name for reference in term_map.references))
        for lookup in lookups.inside(term_map.parts):
            used.setdefault(lookup.source, {}).update(dict.fromkeys((lookup.key, lookup.value)))
    return {source: tuple(names) for source, names in used.items()}


def term_maps(rule: Rule) -> Iterator[tuple[LogicalSource, TermMap]]:
    """Every term map that takes part in a rule, the sides of joins too, with the source that it reads."""
    for term_map in (rule.subject, rule.predicate, rule.object, rule.graph):
        if term_map:
            yield rule.source, term_map
    if rule.parent:
        yield rule.parent.source, rule.parent.subject
        for join in rule.parent.joins:
            yield rule.source, TermMap(join.child, TermType.LITERAL)
            yield rule.parent.source, TermMap(join.parent, TermType.LITERAL)


def targets_of(rule: Rule) -> tuple[LogicalTarget, ...]:
    """The targets of a rule, each once: those of its term maps, not those of its join conditions."""
    made = [rule.subject, rule.predicate, rule.object, rule.graph, rule.parent and rule.parent.subject]
    return tuple(dict.fromkeys(target for each in made if each for target in each.targets))


def destinations(given: Iterable[Rule]) -> dict[LogicalTarget | None, tuple[Rule, ...]]:
    """The rules of each target; None is the default output, which is there even if it gets none.

    Raises MappingError for two targets that write one file in different ways.
    """
    found: dict[LogicalTarget | None, list[Rule]] = {None: []}
    for rule in given:
        for target in targets_of(rule) or (None,):
            found.setdefault(target, []).append(rule)
    seen: dict[Path, LogicalTarget] = {}
    for target in filter(None, found):
        other = seen.setdefault(Path(target.path).resolve(), target)
        if other != target:
            raise MappingError(
                f"two targets write {target.path} in different ways",
                place=target.place,
                fix="give each a file of its own",
            )
    return {target: tuple(every) for target, every in found.items()}
