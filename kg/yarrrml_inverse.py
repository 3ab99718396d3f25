"""YARRRML's inverse predicates: triples from an object back to the subject, as triples maps of their own."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass

from yaml.nodes import Node

from kg.errors import Unsupported
from kg.mapping import (
    Join,
    LogicalSource,
    PredicateObjectMap,
    ReferencingObjectMap,
    TermMap,
    TermType,
    TriplesMap,
)
from kg.yarrrml_nodes import YamlFile

Parents = Map[str, tuple[LogicalSource, TermMap]]


@dataclass(frozen=True)
class Inverse:
    """One inverse predicate of one object: where it was written, and in which graphs it is."""

    node: Node
    predicate: TermMap
    object: TermMap | ReferencingObjectMap
    graphs: tuple[TermMap, ...]


def inverted(file: YamlFile, of: TriplesMap, parents: Parents, inverse: Inverse, number: int) -> TriplesMap:
    """The triples map that says what `of` says, with this predicate, the other way round.

    `parents` are the sources and subjects of all triples maps by name. Raises MappingError for an object that
    is a literal, Unsupported where a graph or the predicate varies with the record and the object is joined.
    """
    made, place = inverse.object, file.place(inverse.node)
    if isinstance(made, ReferencingObjectMap):
        (source, subject), joins = parents[made.parent], made.joins
    else:
        source, subject, joins = of.source, made, ()
    if subject.term_type is TermType.LITERAL:
        raise file.wrong(
            inverse.node, "an inverse predicate of a literal", fix="write ~iri, or type: iri, for an IRI"
        )
    if joins and any(each.references for each in (inverse.predicate, *inverse.graphs, *of.graphs)):
        raise Unsupported(
            "an inverse predicate that varies with the record, or its graph, is not run yet for a join",
            place=place,
        )
    swapped = tuple(Join(join.parent, join.child) for join in joins)
    back = ReferencingObjectMap(of.name, swapped, place=place)
    return TriplesMap(
        f"{of.name} (inverse {number})",
        source,
        subject,
        (PredicateObjectMap((inverse.predicate,), (back,), inverse.graphs),),
        of.graphs,
        place=place,
    )
