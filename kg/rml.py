"""RML read into the mapping model: RML-Core, RML-IO and RML-FNML, legacy RML and R2RML.

The Turtle is parsed (:mod:`kg.rml_graph`), normalised (:mod:`kg.rml_vocabulary`) and built into the model
here. Each part of the model keeps the place of what says it in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

from kg import grammar
from kg.errors import MappingError, each
from kg.mapping import (
    NUMBERED,
    RDF_TYPE,
    Join,
    LogicalSource,
    Mapping,
    PredicateObjectMap,
    Reference,
    ReferencingObjectMap,
    TermMap,
    TriplesMap,
    references,
)
from kg.rml_expressions import EXPRESSIONS, Scope, expression
from kg.rml_graph import RELATIVE, Graph, Iri, Literal, Node, parse
from kg.rml_sources import RECORDLESS, has_identifiers, is_sql, logical_source
from kg.rml_terms import term_map
from kg.rml_vocabulary import PLAIN, RML, normalised

TRIPLES_MAP_PROPERTIES = tuple(RML + name for name in ("logicalSource", "subjectMap", "predicateObjectMap"))
TRIPLES_MAP = Iri(RML + "TriplesMap")
OF_TERM_MAPS = (*EXPRESSIONS, "languageMap", "datatypeMap", "condition", "logicalTarget")
Scopes = dict[Node, Scope]


def read(path: Path, *, base: str = "") -> Mapping:
    """The mapping that a Turtle document says, in RML's new vocabulary, in legacy RML, in R2RML, or mixed.

    The base IRI is rml:baseIRI, else `base`, else the document's `@base`. In legacy RML an empty cell of a
    CSV file is no value, values have no natural datatypes, and numbers of JSON, Excel and Parquet are texts
    as people write them; in the new vocabulary the texts of rml:null are none, and numbers are numbers.
    Databases have natural datatypes in both.

    Raises MappingError (or UnknownKey, Unsupported, which are its kinds) with every finding of the document
    that does not follow from another, each at its line and column; Encoding; MissingFile.
    """
    graph = normalised(parse(path, base=base))
    scopes = _scopes(graph)
    if not scopes:
        raise MappingError("no triples map in the mapping", place=graph.place)
    bases = {scope.base for scope in scopes.values()}
    common = bases.pop() if len(bases) == 1 else graph.base
    scopes = {node: replace(scope, rebased=scope.base != common) for node, scope in scopes.items()}
    return Mapping(
        tuple(each(lambda scope: _triples_map(scope, scopes), scopes.values())),
        graph.prefixes,
        common,
        place=graph.place,
    )


def _scopes(graph: Graph) -> Scopes:
    nodes = (node for node in graph.subjects() if _is_triples_map(graph, node))
    return {node: _scope(graph, node, number) for number, node in enumerate(nodes, start=1)}


def _is_triples_map(graph: Graph, node: Node) -> bool:
    said = graph.said_of(node)
    return TRIPLES_MAP in said.get(RDF_TYPE, ()) or any(name in said for name in TRIPLES_MAP_PROPERTIES)


def _scope(graph: Graph, node: Node, number: int) -> Scope:
    name = node.value.removeprefix(RELATIVE) if isinstance(node, Iri) else f"triples map {number}"
    own = graph.one(node, RML + "baseIRI", f"{name}: ")
    if own and (own.value.startswith(RELATIVE) or not grammar.absolute(own.value)):
        place, value = graph.place_of(own), own.value.removeprefix(RELATIVE)
        raise MappingError(f"{name}: the base IRI {value!r} is not absolute", place=place, value=value)
    sql = any(is_sql(graph, source) for source in graph.objects(node, RML + "logicalSource"))
    natural = sql or not graph.objects(node, PLAIN)
    identifiers = any(has_identifiers(graph, source) for source in graph.objects(node, RML + "logicalSource"))
    return Scope(graph, node, name, own.value if own else graph.base, natural, sql, identifiers)


def _triples_map(scope: Scope, scopes: Scopes) -> TriplesMap:
    source = _source(scope)
    subject_maps = scope.all(scope.node, "subjectMap")
    if len(subject_maps) != 1:
        found = len(subject_maps) or "none"
        message = f"a triples map has exactly one subject map, found {found}"
        raise scope.wrong(subject_maps[1], message) if subject_maps else scope.lacks(scope.node, message)
    made = TriplesMap(
        scope.name,
        source,
        term_map(scope, subject_maps[0], "subject"),
        tuple(
            each(
                lambda node: _predicate_object(scope, node, scopes),
                scope.all(scope.node, "predicateObjectMap"),
            )
        ),
        _graphs(scope, subject_maps[0]),
        base=scope.base if scope.rebased else "",
        place=scope.graph.home_of(scope.node),
    )
    unheld = next(_references(made), None) if source == RECORDLESS else None
    if unheld is not None:
        raise scope.wrong(
            unheld.place,
            f"the reference {unheld.name!r} without a logical source",
            unheld.name,
            "add rml:logicalSource",
        )
    return made


def _source(scope: Scope) -> LogicalSource:
    """The logical source. RML-Core: without it there is one record, in which nothing can be referred to."""
    node = scope.one(scope.node, "logicalSource")
    legacy = bool(scope.graph.objects(scope.node, PLAIN))
    if node is not None:
        made = logical_source(scope.graph, node, scope.what)
        written = legacy and made.formulation in NUMBERED
        return replace(made, complete=legacy, as_written=written, stored=not legacy)
    if legacy:
        raise scope.lacks(
            scope.node, "a triples map without a logical source", "add rr:logicalTable or rml:logicalSource"
        )
    return replace(RECORDLESS, place=scope.graph.home_of(scope.node))


def _references(made: TriplesMap) -> Iterator[Reference]:
    for pom in made.predicate_objects:
        for part in chain(pom.predicates, pom.graphs, pom.objects):
            if isinstance(part, TermMap):
                yield from part.references
            else:
                yield from chain.from_iterable(references(join.child) for join in part.joins)
    for part in (made.subject, *made.graphs):
        yield from part.references


def _predicate_object(scope: Scope, node: Node, scopes: Scopes) -> PredicateObjectMap:
    for name in ("predicate", "object"):
        if not scope.all(node, name + "Map"):
            raise scope.lacks(node, f"a predicate object map without {name}", f"add rml:{name}")
    return PredicateObjectMap(
        tuple(each(lambda item: term_map(scope, item, "predicate"), scope.all(node, "predicateMap"))),
        tuple(each(lambda item: _object(scope, item, scopes), scope.all(node, "objectMap"))),
        _graphs(scope, node),
    )


def _graphs(scope: Scope, node: Node) -> tuple[TermMap, ...]:
    return tuple(each(lambda item: term_map(scope, item, "graph"), scope.all(node, "graphMap")))


def _object(scope: Scope, node: Node, scopes: Scopes) -> TermMap | ReferencingObjectMap:
    parent = scope.one(node, "parentTriplesMap")
    if parent is None:
        for found in scope.all(node, "joinCondition"):
            raise scope.wrong(found, "rml:joinCondition without rml:parentTriplesMap")
        return term_map(scope, node, "object")
    if parent not in scopes:
        raise MappingError(
            f"{scope.what}the parent {parent} is no triples map",
            place=scope.graph.place_of(parent),
            value=parent.value.removeprefix(RELATIVE),
            exists=[each.name for each in scopes.values()] if not isinstance(parent, Literal) else (),
            fix="write it as an IRI" if isinstance(parent, Literal) else "",
        )
    for name in OF_TERM_MAPS:
        for found in scope.all(node, name):
            message = f"rml:{name} of an object that another triples map gives: only term maps have it"
            raise scope.wrong(found, message)
    joins = tuple(_join(scope, scopes[parent], item) for item in scope.all(node, "joinCondition"))
    return ReferencingObjectMap(scopes[parent].name, joins, place=scope.graph.place_of(parent))


def _join(scope: Scope, parent: Scope, node: Node) -> Join:
    sides = scope.one(node, "childMap"), scope.one(node, "parentMap")
    if sides[0] is None or sides[1] is None:
        raise scope.lacks(node, "a join condition has exactly one child and one parent")
    return Join(expression(scope, sides[0]), expression(replace(parent, name=scope.name), sides[1]))
