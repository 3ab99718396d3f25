"""RML's vocabularies and their normalisation: after the passes, one way is left to say each thing.

A pass is a function from a graph to a graph; `PASSES` holds them in their order. Afterwards the graph speaks
the vocabulary of RML-Core (http://w3id.org/rml/) only, and has no shortcut: constants are maps of constants,
the columns of joins are maps of references, classes are predicate object maps.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from kg.errors import MappingError, UnknownKey, Unsupported
from kg.mapping import RDF_TYPE
from kg.rml_graph import Blank, Graph, Iri, Literal, Triple

RML = "http://w3id.org/rml/"
LEGACY_RML = "http://semweb.mmlab.be/ns/rml#"
R2RML = "http://www.w3.org/ns/r2rml#"
LEGACY_FNML = "http://semweb.mmlab.be/ns/fnml#"
FORMULATIONS = "http://semweb.mmlab.be/ns/ql#"
LEGACY = (LEGACY_RML, R2RML, LEGACY_FNML, FORMULATIONS)
# The one property that changed its name and not only its namespace.
RENAMED = {R2RML + "column": RML + "reference"}
LEGACY_CSV = (Iri(LEGACY_RML + "referenceFormulation"), Iri(FORMULATIONS + "CSV"))
# Properties whose values are names of the vocabulary; elsewhere an IRI is data and stays as it is.
NAMES_AS_VALUES = frozenset(
    (RDF_TYPE, *(RML + name for name in ("termType", "referenceFormulation", "root", "encoding")))
)
DEFAULT_GRAPH_AS_VALUE = frozenset((RML + "graph", RML + "constant"))

CONSTANT_SHORTCUTS = {
    RML + short: RML + short + "Map"
    for short in ("subject", "predicate", "object", "graph", "datatype", "language")
}
REFERENCE_SHORTCUTS = {RML + short: RML + short + "Map" for short in ("child", "parent")}
# RML-Core and RML-IO, as far as they are run.
KNOWN = frozenset(
    (
        *(iri.removeprefix(RML) for pair in CONSTANT_SHORTCUTS.items() for iri in pair),
        *(iri.removeprefix(RML) for pair in REFERENCE_SHORTCUTS.items() for iri in pair),
        *("logicalSource", "source", "referenceFormulation", "iterator", "path", "root", "null", "encoding"),
        *("predicateObjectMap", "class", "constant", "reference", "template", "termType", "baseIRI"),
        *("parentTriplesMap", "joinCondition"),
    )
)
UNSUPPORTED = frozenset(
    (
        *("compression", "logicalTarget", "target", "serialization", "mode"),
        *("namespace", "namespacePrefix", "namespaceURL", "query", "quotedTriplesMap"),
        *("functionExecution", "functionMap", "function", "functionValue", "input", "parameter"),
        *("parameterMap", "inputValue", "inputValueMap", "return", "returnMap", "condition", "strategy"),
        *("gather", "gatherAs", "allowEmptyListAndContainer", "viewOn", "field", "fieldName", "leftJoin"),
        *("innerJoin", "parentLogicalView", "structuralAnnotation", "onFields", "targetView", "targetFields"),
        *("logicalTable", "tableName", "sqlQuery", "sqlVersion", "inverseExpression", "parentTermMap"),
    )
)


def normalised(graph: Graph) -> Graph:
    """The graph after all passes. Raises UnknownKey and Unsupported."""
    return reduce(lambda result, one_pass: one_pass(result), PASSES, graph)


def empty_cells_are_null(graph: Graph) -> Graph:
    """Legacy RML has no rml:null: there an empty cell of a CSV file is no value."""
    csv = [(s, Iri(RML + "null"), Literal("")) for s, p, o in graph.triples if (p, o) == LEGACY_CSV]
    return graph.with_triples([*graph.triples, *csv])


def to_new_vocabulary(graph: Graph) -> Graph:
    """Legacy RML, R2RML and their reference formulations in the words of RML-Core."""
    return graph.with_triples(_renamed(triple) for triple in graph.triples)


def _renamed(triple: Triple) -> Triple:
    s, p, o = triple
    predicate = RENAMED.get(p.value) or _new_name(p.value)
    if predicate in NAMES_AS_VALUES and isinstance(o, Iri):
        return s, Iri(predicate), Iri(_new_name(o.value))
    if predicate in DEFAULT_GRAPH_AS_VALUE and o == Iri(R2RML + "defaultGraph"):
        return s, Iri(predicate), Iri(RML + "defaultGraph")
    return s, Iri(predicate), o


def _new_name(iri: str) -> str:
    return next((RML + iri.removeprefix(old) for old in LEGACY if iri.startswith(old)), iri)


def known_names(graph: Graph) -> Graph:
    """The graph itself, when every property of RML in it is one that exists and is run."""
    for s, p, _ in graph.triples:
        name = p.value.removeprefix(RML)
        if name == p.value or name in KNOWN:
            continue
        if name in UNSUPPORTED:
            message = f"{graph.named(s)}: {name!r} is not run yet"
            raise Unsupported(message, place=graph.place, value=name)
        message = f"{graph.named(s)}: RML has no property {name!r}"
        raise UnknownKey(message, place=graph.place, value=name, exists=sorted(KNOWN))
    return graph


def expand_constants(graph: Graph) -> Graph:
    """`rml:predicate x` and its like become `rml:predicateMap [ rml:constant x ]` (RML-Core, "Shortcuts")."""
    return graph.with_triples(_expanded(graph, CONSTANT_SHORTCUTS, Iri(RML + "constant")))


def expand_references(graph: Graph) -> Graph:
    """`rml:child "x"` and `rml:parent "x"` become maps of references."""
    return graph.with_triples(_expanded(graph, REFERENCE_SHORTCUTS, Iri(RML + "reference")))


def _expanded(graph: Graph, shortcuts: dict[str, str], property_: Iri) -> Iterator[Triple]:
    for number, (s, p, o) in enumerate(graph.triples):
        if p.value in shortcuts:
            made = Blank(f"{property_.value.removeprefix(RML)} {number}")
            yield s, Iri(shortcuts[p.value]), made
            yield made, property_, o
        else:
            yield s, p, o


def expand_classes(graph: Graph) -> Graph:
    """`rml:class` of a subject map becomes a predicate object map with rdf:type, before all others."""
    return graph.with_triples([*_class_maps(graph), *_without_classes(graph)])


def _class_maps(graph: Graph) -> Iterator[Triple]:
    for at, s in enumerate(graph.subjects()):
        for subject_map in graph.objects(s, RML + "subjectMap"):
            for number, o in enumerate(graph.objects(subject_map, RML + "class")):
                pom, predicate, made = (Blank(f"class {at} {number}{kind}") for kind in ("", " p", " o"))
                yield s, Iri(RML + "predicateObjectMap"), pom
                yield pom, Iri(RML + "predicateMap"), predicate
                yield predicate, Iri(RML + "constant"), Iri(RDF_TYPE)
                yield pom, Iri(RML + "objectMap"), made
                yield made, Iri(RML + "constant"), _class(graph, s, o)


def _class(graph: Graph, s: object, o: object) -> Iri:
    if not isinstance(o, Iri):
        raise MappingError(f"{s}: the class {o} is no IRI", place=graph.place, value=str(o))
    return o


def _without_classes(graph: Graph) -> Iterator[Triple]:
    return (triple for triple in graph.triples if triple[1].value != RML + "class")


PASSES = (
    empty_cells_are_null,
    to_new_vocabulary,
    known_names,
    expand_constants,
    expand_references,
    expand_classes,
)
