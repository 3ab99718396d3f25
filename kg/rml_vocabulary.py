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
from kg.rml_graph import Blank, Graph, Iri, Literal, Node, Triple

RML = "http://w3id.org/rml/"
LEGACY_RML = "http://semweb.mmlab.be/ns/rml#"
R2RML = "http://www.w3.org/ns/r2rml#"
LEGACY_FNML = "http://semweb.mmlab.be/ns/fnml#"
FORMULATIONS = "http://semweb.mmlab.be/ns/ql#"
LEGACY = (
    LEGACY_RML,
    R2RML,
    LEGACY_FNML,
    FORMULATIONS,
    *(f"http://semweb.mmlab.be/ns/rml-{part}#" for part in ("target", "compression", "encoding")),
)
# The properties that changed their name and not only their namespace.
RENAMED = {
    R2RML + "column": RML + "reference",
    R2RML + "logicalTable": RML + "logicalSource",
    R2RML + "sqlQuery": RML + "query",
}
EXECUTES = tuple(f"{scheme}://w3id.org/function/ontology#executes" for scheme in ("http", "https"))
OF_TRIPLES_MAPS = ("logicalSource", "subjectMap", "subject", "predicateObjectMap")
PLAIN = RML + "plainValues"
"""Our own mark on a triples map: its values have no natural datatype, because it is written in legacy RML."""
LEGACY_CSV = (Iri(LEGACY_RML + "referenceFormulation"), Iri(FORMULATIONS + "CSV"))
LEGACY_TABLES = (R2RML + "tableName", R2RML + "sqlQuery", LEGACY_RML + "query")
# Properties whose values are names of the vocabulary; elsewhere an IRI is data and stays as it is.
NAMES_AS_VALUES = frozenset(
    (
        RDF_TYPE,
        *(RML + name for name in ("termType", "referenceFormulation", "root", "encoding", "compression")),
    )
)
DEFAULT_GRAPH_AS_VALUE = frozenset((RML + "graph", RML + "constant"))

CONSTANT_SHORTCUTS = {
    RML + short: RML + short + "Map"
    for short in (
        *("subject", "predicate", "object", "graph", "datatype", "language"),
        *("function", "parameter", "return", "inputValue"),
    )
}
REFERENCE_SHORTCUTS = {RML + short: RML + short + "Map" for short in ("child", "parent")}
# RML-Core, RML-IO and RML-FNML, and what R2RML and legacy RML have besides.
KNOWN = frozenset(
    (
        *(iri.removeprefix(RML) for pair in CONSTANT_SHORTCUTS.items() for iri in pair),
        *(iri.removeprefix(RML) for pair in REFERENCE_SHORTCUTS.items() for iri in pair),
        *("logicalSource", "source", "referenceFormulation", "iterator", "path", "root", "null", "encoding"),
        *("predicateObjectMap", "class", "constant", "reference", "template", "termType", "baseIRI"),
        *("parentTriplesMap", "joinCondition", "functionExecution", "functionValue", "input", "condition"),
        *("logicalTarget", "target", "serialization", "compression"),
        *("namespace", "namespacePrefix", "namespaceURL"),
        *("query", "tableName", "sqlVersion", "inverseExpression", "plainValues"),
    )
)
UNSUPPORTED = frozenset(
    (
        *("mode", "quotedTriplesMap", "strategy", "parentTermMap"),
        *("gather", "gatherAs", "allowEmptyListAndContainer", "viewOn", "field", "fieldName", "leftJoin"),
        *("innerJoin", "parentLogicalView", "structuralAnnotation", "onFields", "targetView", "targetFields"),
    )
)


def normalised(graph: Graph) -> Graph:
    """The graph after all passes. Raises UnknownKey and Unsupported."""
    return reduce(lambda result, one_pass: one_pass(result), PASSES, graph)


def empty_cells_are_null(graph: Graph) -> Graph:
    """Legacy RML has no rml:null: there an empty cell of a CSV file is no value."""
    tables = {s for s, p, _ in graph.triples if p.value in LEGACY_TABLES}
    csv = [
        (s, Iri(RML + "null"), Literal(""))
        for s, p, o in graph.triples
        if (p, o) == LEGACY_CSV and s not in tables
    ]
    return graph.with_triples([*graph.triples, *csv])


def legacy_values_are_plain(graph: Graph) -> Graph:
    """Legacy RML knows no natural datatypes; where there is a logical source, its vocabulary decides."""
    new = {s for s, p, _ in graph.triples if p.value == RML + "logicalSource"}
    old = {
        s
        for s, p, _ in graph.triples
        if p.value != _new_name(p.value) and _renamed_name(p.value).removeprefix(RML) in OF_TRIPLES_MAPS
    }
    marks = [(s, Iri(PLAIN), Literal("true")) for s in graph.subjects() if s in old - new]
    return graph.with_triples([*graph.triples, *marks])


def to_new_vocabulary(graph: Graph) -> Graph:
    """Legacy RML, R2RML and their reference formulations in the words of RML-Core."""
    return graph.with_triples(_renamed(triple) for triple in graph.triples)


def _renamed(triple: Triple) -> Triple:
    s, p, o = triple
    predicate = _renamed_name(p.value)
    if predicate in NAMES_AS_VALUES and isinstance(o, Iri):
        return s, Iri(predicate), Iri(_new_name(o.value))
    if predicate in DEFAULT_GRAPH_AS_VALUE and o == Iri(R2RML + "defaultGraph"):
        return s, Iri(predicate), Iri(RML + "defaultGraph")
    return s, Iri(predicate), o


def _renamed_name(iri: str) -> str:
    return RENAMED.get(iri) or _new_name(iri)


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


def expand_function_values(graph: Graph) -> Graph:
    """Legacy FNML says a function and its parameters by predicate object maps; they become an execution."""
    values = dict.fromkeys(o for _, p, o in graph.triples if p.value == RML + "functionValue")
    if not values:
        return graph
    kept = (
        (s, Iri(RML + "functionExecution") if p.value == RML + "functionValue" else p, o)
        for s, p, o in graph.triples
        if s not in values or p.value == RML + "functionValue"
    )
    made = (triple for at, node in enumerate(values) for triple in _execution(graph, node, at))
    return graph.with_triples([*kept, *made])


def _execution(graph: Graph, node: Node, at: int) -> Iterator[Triple]:
    for number, pom in enumerate(graph.objects(node, RML + "predicateObjectMap")):
        predicates, objects = (graph.objects(pom, RML + name) for name in ("predicateMap", "objectMap"))
        for predicate in predicates:
            names = [o.value for o in graph.objects(predicate, RML + "constant")]
            executes = any(name in EXECUTES for name in names)
            for which, made in enumerate(objects):
                given = Blank(f"input {at} {number} {which}")
                if executes:
                    yield node, Iri(RML + "functionMap"), made
                else:
                    yield node, Iri(RML + "input"), given
                    yield given, Iri(RML + "parameterMap"), predicate
                    yield given, Iri(RML + "inputValueMap"), made


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
    legacy_values_are_plain,
    to_new_vocabulary,
    known_names,
    expand_constants,
    expand_references,
    expand_function_values,
    expand_classes,
)
