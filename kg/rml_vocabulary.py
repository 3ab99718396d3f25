"""RML's vocabularies and their normalisation: after the passes, one way is left to say each thing.

A pass is a function from a graph to a graph; `PASSES` holds them in their order. Afterwards the graph speaks
the vocabulary of RML-Core (http://w3id.org/rml/) only, and has no shortcut: constants are maps of constants,
the columns of joins are maps of references, classes are predicate object maps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, reduce

from kg.errors import MappingError, UnknownKey, Unsupported, each
from kg.mapping import RDF_TYPE, TermType
from kg.rml_graph import Blank, Graph, Iri, Literal, Node, Triple

RML = "http://w3id.org/rml/"
LEGACY_RML = "http://semweb.mmlab.be/ns/rml#"
R2RML = "http://www.w3.org/ns/r2rml#"
LEGACY_FNML = "http://semweb.mmlab.be/ns/fnml#"
FORMULATIONS = "http://semweb.mmlab.be/ns/ql#"
FORMATS = "http://www.w3.org/ns/formats/"
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
    LEGACY_FNML + "execution": RML + "functionExecution",
    LEGACY_FNML + "value": RML + "inputValue",
    LEGACY_FNML + "valueMap": RML + "inputValueMap",
}
EXECUTES = tuple(f"{scheme}://w3id.org/function/ontology#executes" for scheme in ("http", "https"))
OF_TRIPLES_MAPS = tuple(
    RML + name for name in ("logicalSource", "subjectMap", "subject", "predicateObjectMap")
)
TERM_TYPES = {
    "IRI": TermType.IRI,
    "URI": TermType.URI,
    "UnsafeIRI": TermType.UNSAFE_IRI,
    "UnsafeURI": TermType.UNSAFE_URI,
    "BlankNode": TermType.BLANK_NODE,
    "Literal": TermType.LITERAL,
}
SUBJECT_MAP = RML + "subjectMap"
PLAIN = "urn:kg:plainValues"
"""Our own mark on a triples map: its values have no natural datatype, because it is written in legacy RML."""
WRITTEN_AS = "urn:kg:writtenAs"
"""Our own mark on a logical source: the IRI of the older property that says it."""
PREFIXES = {RML: "rml:", LEGACY_RML: "rml:", R2RML: "rr:", LEGACY_FNML: "fnml:"}
# What only maps have, of terms or of anything else.
OF_MAPS = frozenset(
    RML + name
    for name in (
        *("constant", "reference", "template", "termType", "parentTriplesMap"),
        *("functionExecution", "functionValue"),
    )
)
LEGACY_CSV = [
    (Iri(LEGACY_RML + "referenceFormulation"), Iri(FORMULATIONS + name)) for name in ("CSV", "CSVW")
]
LEGACY_TABLES = (R2RML + "tableName", R2RML + "sqlQuery", LEGACY_RML + "query")
# Properties whose values are names of the vocabulary; elsewhere an IRI is data and stays as it is.
NAMES_AS_VALUES = frozenset(
    (
        RDF_TYPE,
        *(RML + name for name in ("termType", "referenceFormulation", "root", "encoding", "compression")),
    )
)

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
        *("query", "tableName", "sqlVersion", "inverseExpression"),
    )
)
KNOWN_IRIS = frozenset(RML + name for name in KNOWN)
# What a misspelt name may have been meant to be: names that are said otherwise by now too.
WRITTEN = KNOWN | {iri.rpartition("#")[2] for iri in RENAMED} | {"functionValue"}
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


def each_triple_once(graph: Graph) -> Graph:
    """A triple that two vocabularies say, or one twice, is one triple."""
    return graph.once()


def empty_cells_are_null(graph: Graph) -> Graph:
    """Legacy RML has no rml:null: there an empty cell of a CSV file is no value."""
    tables = {s for s, p, _ in graph.triples if p.value in LEGACY_TABLES}
    csv = [
        (s, Iri(RML + "null", p.at), Literal("", at=o.at))
        for s, p, o in graph.triples
        if (p, o) in LEGACY_CSV and s not in tables
    ]
    return graph.with_triples([*graph.triples, *csv])


def legacy_values_are_plain(graph: Graph) -> Graph:
    """Legacy RML knows no natural datatypes; where there is a logical source, its vocabulary decides."""
    old = {s for s, p, _ in graph.triples if p.value != _renamed_name(p.value) in OF_TRIPLES_MAPS}
    new = {s for s, p, _ in graph.triples if p.value == RML + "logicalSource"} if old else set()
    marks = [(s, Iri(PLAIN, s.at), Literal("true", at=s.at)) for s in old - new]
    return graph.with_triples([*graph.triples, *marks])


def logical_sources_say_how_they_are_written(graph: Graph) -> Graph:
    """What is missing in a logical source is told in the words of the vocabulary that it is written in."""
    marks = [
        (o, Iri(WRITTEN_AS, p.at), Literal(p.value, at=p.at))
        for _, p, o in graph.triples
        if p.value != RML + "logicalSource" == _renamed_name(p.value)
    ]
    return graph.with_triples([*graph.triples, *marks])


def shortcuts_have_terms(graph: Graph) -> Graph:
    """The graph itself, when no shortcut has a map for its value: maps have properties of their own."""
    shortcuts = CONSTANT_SHORTCUTS | REFERENCE_SHORTCUTS
    for s, p, o in graph.triples:
        if isinstance(o, Blank) and _renamed_name(p.value) in shortcuts and _is_map(graph, o):
            start, name = re.fullmatch("(.*[/#])(.*)", p.value).groups()  # type: ignore[union-attr]
            written = f"{PREFIXES.get(start, '')}{name}"
            raise MappingError(
                f"{graph.named(s)}: {written} takes a term, found a map",
                place=graph.place_of(p),
                fix=f"a map belongs under {written}Map",
            )
    return graph


def _is_map(graph: Graph, node: Node) -> bool:
    return any(_renamed_name(name) in OF_MAPS for name in graph.said_of(node))


def to_new_vocabulary(graph: Graph) -> Graph:
    """Legacy RML, R2RML and their reference formulations in the words of RML-Core."""
    return graph.with_triples(_renamed(triple) for triple in graph.triples)


def _renamed(triple: Triple) -> Triple:
    s, p, o = triple
    predicate = _renamed_name(p.value)
    if predicate in NAMES_AS_VALUES and isinstance(o, Iri):
        o = Iri(_new_name(o.value), o.at)
    return s, p if predicate == p.value else Iri(predicate, p.at), o


@lru_cache
def _renamed_name(iri: str) -> str:
    return RENAMED.get(iri) or _new_name(iri)


def _new_name(iri: str) -> str:
    return next((RML + iri.removeprefix(old) for old in LEGACY if iri.startswith(old)), iri)


def known_names(graph: Graph) -> Graph:
    """The graph itself, when every property of RML in it is one that exists and is run."""
    unknown = [(s, p) for s, p, _ in graph.triples if p.value.startswith(RML) and p.value not in KNOWN_IRIS]
    each(lambda said: _refuse(graph, *said), sorted(unknown, key=lambda said: said[1].at))
    return graph


def _refuse(graph: Graph, s: Node, p: Iri) -> None:
    name = p.value.removeprefix(RML)
    if name in UNSUPPORTED:
        message = f"{graph.named(s)}: {name!r} is not run yet"
        raise Unsupported(message, place=graph.place_of(p), value=name)
    message = f"{graph.named(s)}: RML has no property {name!r}"
    raise UnknownKey(message, place=graph.place_of(p), value=name, exists=sorted(WRITTEN))


def expand_constants(graph: Graph) -> Graph:
    """`rml:predicate x` and its like become `rml:predicateMap [ rml:constant x ]` (RML-Core, "Shortcuts")."""
    return graph.with_triples(_expanded(graph, CONSTANT_SHORTCUTS, Iri(RML + "constant")))


def expand_references(graph: Graph) -> Graph:
    """`rml:child "x"` and `rml:parent "x"` become maps of references."""
    return graph.with_triples(_expanded(graph, REFERENCE_SHORTCUTS, Iri(RML + "reference")))


def _expanded(graph: Graph, shortcuts: dict[str, str], property_: Iri) -> Iterator[Triple]:
    for number, (s, p, o) in enumerate(graph.triples):
        if p.value in shortcuts:
            made = Blank(f"{property_.value.removeprefix(RML)} {number}", o.at)
            yield s, Iri(shortcuts[p.value], p.at), made
            yield made, Iri(property_.value, o.at), o
        else:
            yield s, p, o


def expand_classes(graph: Graph) -> Graph:
    """`rml:class` of a subject map becomes a predicate object map with rdf:type, before all others."""
    classes: dict[Node, list[Triple]] = {}
    for triple in graph.triples:
        if triple[1].value == RML + "class":
            classes.setdefault(triple[0], []).append(triple)
    return graph.with_triples(_with_class_maps(graph, classes)) if classes else graph


def expand_function_values(graph: Graph) -> Graph:
    """Legacy FNML says a function and its parameters by predicate object maps; they become an execution."""
    values = dict.fromkeys(o for _, p, o in graph.triples if p.value == RML + "functionValue")
    if not values:
        return graph
    kept = (
        (s, Iri(RML + "functionExecution", p.at) if p.value == RML + "functionValue" else p, o)
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
                given = Blank(f"input {at} {number} {which}", pom.at)
                if executes:
                    yield node, Iri(RML + "functionMap", predicate.at), made
                else:
                    yield node, Iri(RML + "input", pom.at), given
                    yield given, Iri(RML + "parameterMap", predicate.at), predicate
                    yield given, Iri(RML + "inputValueMap", made.at), made


def _with_class_maps(graph: Graph, classes: dict[Node, list[Triple]]) -> Iterator[Triple]:
    maps = [(s, o) for s, p, o in graph.triples if p.value == SUBJECT_MAP]
    mapped = {subject_map for _, subject_map in maps}
    made: dict[Node, list[Triple]] = {}
    for at, (s, subject_map) in enumerate(maps):
        for number, (_, said, class_) in enumerate(classes.get(subject_map, ())):
            made.setdefault(s, []).extend(_class_map(graph, s, said, class_, f"class {at} {number}"))
    for triple in graph.triples:
        s, p, _ = triple
        if p.value in OF_TRIPLES_MAPS and s in made:
            yield from made.pop(s)
        if p.value != RML + "class" or s not in mapped:
            yield triple


def _class_map(graph: Graph, s: Node, said: Iri, class_: Node, name: str) -> Iterator[Triple]:
    if not isinstance(class_, Iri):
        message = f"{graph.named(s)}: the class {class_} is no IRI"
        raise MappingError(message, place=graph.place_of(class_), value=class_.value)
    pom, predicate, made = (Blank(f"{name}{kind}", class_.at) for kind in ("", " p", " o"))
    yield s, Iri(RML + "predicateObjectMap", said.at), pom
    yield pom, Iri(RML + "predicateMap", said.at), predicate
    yield predicate, Iri(RML + "constant", said.at), Iri(RDF_TYPE, said.at)
    yield pom, Iri(RML + "objectMap", said.at), made
    yield made, Iri(RML + "constant", said.at), class_


PASSES = (
    empty_cells_are_null,
    legacy_values_are_plain,
    logical_sources_say_how_they_are_written,
    shortcuts_have_terms,
    to_new_vocabulary,
    each_triple_once,
    known_names,
    expand_constants,
    expand_references,
    expand_function_values,
    expand_classes,
)
