"""RML read into the mapping model: RML-Core with the files of RML-IO, and legacy RML with R2RML's words.

The Turtle is parsed (:mod:`kg.rml_graph`), normalised (:mod:`kg.rml_vocabulary`) and built into the model
here. Turtle keeps no lines, so the place of a finding is the file and its message names the triples map.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kg import grammar
from kg.errors import MappingError, Unsupported, each
from kg.mapping import (
    XSD,
    Constant,
    Expression,
    Join,
    LogicalSource,
    Mapping,
    PredicateObjectMap,
    Reference,
    ReferencingObjectMap,
    Template,
    TermMap,
    TermType,
    TriplesMap,
)
from kg.rml_graph import RELATIVE, Blank, Graph, Iri, Literal, Node, parse
from kg.rml_sources import logical_source
from kg.rml_vocabulary import RML, normalised

TRIPLES_MAP_PROPERTIES = tuple(RML + name for name in ("logicalSource", "subjectMap", "predicateObjectMap"))
EXPRESSIONS = ("constant", "reference", "template")
TERM_TYPES = {"IRI": TermType.IRI, "BlankNode": TermType.BLANK_NODE, "Literal": TermType.LITERAL}
UNSUPPORTED_TERM_TYPES = ("URI", "UnsafeIRI", "UnsafeURI")
# RML-Core, "Term types": what may stand where.
ALLOWED = {
    "subject": (TermType.IRI, TermType.BLANK_NODE),
    "predicate": (TermType.IRI,),
    "object": tuple(TermType),
    "graph": (TermType.IRI, TermType.BLANK_NODE),
}


@dataclass(frozen=True)
class _Scope:
    """One triples map while it is read: its node, its name, its base IRI, and the graph it stands in."""

    graph: Graph
    node: Node
    name: str
    base: str

    @property
    def what(self) -> str:
        return f"{self.name}: "

    def wrong(self, message: str, value: str = "", fix: str = "") -> MappingError:
        return MappingError(self.what + message, place=self.graph.place, value=value, fix=fix)

    def one(self, node: Node, name: str) -> Node | None:
        return self.graph.one(node, RML + name, self.what)

    def all(self, node: Node, name: str) -> list[Node]:
        return self.graph.objects(node, RML + name)


def read(path: Path, *, base: str = "") -> Mapping:
    """The mapping that a Turtle document says, in RML's new vocabulary, in legacy RML, or in both.

    The base IRI is rml:baseIRI, else `base`, else the document's `@base`. In legacy RML an empty cell of a
    CSV file is no value; in the new vocabulary the texts of rml:null are none.

    Raises MappingError (or UnknownKey, Unsupported, which are its kinds) with every finding of the document
    that does not follow from another, at line and column where the Turtle itself is broken; MissingFile.
    """
    graph = normalised(parse(path, base=base))
    scopes = _scopes(graph)
    if not scopes:
        raise MappingError("no triples map in the mapping", place=graph.place)
    names = {scope.node: scope.name for scope in scopes}
    bases = tuple(dict.fromkeys(scope.base for scope in scopes))
    if len(bases) > 1:
        raise Unsupported(
            "triples maps with different base IRIs are not run yet", place=graph.place, value=bases[1]
        )
    return Mapping(
        tuple(each(lambda scope: _triples_map(scope, names), scopes)),
        graph.prefixes,
        bases[0],
        place=graph.place,
    )


def _scopes(graph: Graph) -> list[_Scope]:
    nodes = [
        node
        for node in graph.subjects()
        if any(graph.objects(node, predicate) for predicate in TRIPLES_MAP_PROPERTIES)
    ]
    return [
        _Scope(graph, node, name, _base(graph, node, name))
        for number, node in enumerate(nodes, start=1)
        for name in [node.value.removeprefix(RELATIVE) if isinstance(node, Iri) else f"triples map {number}"]
    ]


def _base(graph: Graph, node: Node, name: str) -> str:
    own = graph.one(node, RML + "baseIRI", f"{name}: ")
    return own.value if own else graph.base


def _triples_map(scope: _Scope, names: dict[Node, str]) -> TriplesMap:
    source = _source(scope)
    subject_maps = scope.all(scope.node, "subjectMap")
    if len(subject_maps) != 1:
        found = len(subject_maps) or "none"
        raise scope.wrong(f"a triples map has exactly one subject map, found {found}")
    return TriplesMap(
        scope.name,
        source,
        _term_map(scope, subject_maps[0], "subject"),
        tuple(
            each(
                lambda node: _predicate_object(scope, node, names),
                scope.all(scope.node, "predicateObjectMap"),
            )
        ),
        _graphs(scope, subject_maps[0]),
        place=scope.graph.place,
    )


def _source(scope: _Scope) -> LogicalSource:
    node = scope.one(scope.node, "logicalSource")
    if node is None:
        raise Unsupported(
            f"{scope.what}a triples map without a logical source is not run yet",
            place=scope.graph.place,
            fix="add rml:logicalSource",
        )
    return logical_source(scope.graph, node, scope.what)


def _predicate_object(scope: _Scope, node: Node, names: dict[Node, str]) -> PredicateObjectMap:
    for name in ("predicate", "object"):
        if not scope.all(node, name + "Map"):
            raise scope.wrong(f"a predicate object map without {name}", fix=f"add rml:{name}")
    return PredicateObjectMap(
        tuple(_term_map(scope, item, "predicate") for item in scope.all(node, "predicateMap")),
        tuple(_object(scope, item, names) for item in scope.all(node, "objectMap")),
        _graphs(scope, node),
    )


def _graphs(scope: _Scope, node: Node) -> tuple[TermMap, ...]:
    return tuple(_term_map(scope, item, "graph") for item in scope.all(node, "graphMap"))


def _object(scope: _Scope, node: Node, names: dict[Node, str]) -> TermMap | ReferencingObjectMap:
    parent = scope.one(node, "parentTriplesMap")
    if parent is None:
        return _term_map(scope, node, "object")
    if parent not in names:
        raise MappingError(
            f"{scope.what}the parent {parent} is no triples map",
            place=scope.graph.place,
            value=parent.value.removeprefix(RELATIVE),
            exists=names.values(),
        )
    joins = tuple(_join(scope, item) for item in scope.all(node, "joinCondition"))
    return ReferencingObjectMap(names[parent], joins, place=scope.graph.place)


def _join(scope: _Scope, node: Node) -> Join:
    sides = [scope.one(node, name) for name in ("childMap", "parentMap")]
    child, parent = (_expression(scope, side) if side else None for side in sides)
    if child is None or parent is None:
        raise scope.wrong("a join condition has exactly one child and one parent")
    return Join(child, parent)


def _term_map(scope: _Scope, node: Node, position: str) -> TermMap:
    declared = _term_type(scope, node)
    said = _said(scope, node)
    if said is None and declared is TermType.BLANK_NODE:
        raise Unsupported(
            f"{scope.what}a {position} map of blank nodes without an expression is not run yet",
            place=scope.graph.place,
            fix="add a template or a reference: equal values make the same node",
        )
    if said is None:
        raise scope.wrong(f"a {position} map without rml:constant, rml:reference and rml:template")
    language, datatype = scope.one(node, "languageMap"), scope.one(node, "datatypeMap")
    made = TermMap(
        _plain(said),
        _kind(said, position, declared, tagged=bool(language or datatype)),
        language=_language(scope, said, language),
        datatype=_datatype(scope, said, datatype),
        place=scope.graph.place,
    )
    return _checked(scope, made, position)


def _checked(scope: _Scope, made: TermMap, position: str) -> TermMap:
    """The term map, when it may stand where it does (RML-Core, "Term types")."""
    if made.term_type not in ALLOWED[position]:
        allowed = " or ".join(term_type.value for term_type in ALLOWED[position])
        shown = grammar.written(made.expression)
        raise scope.wrong(
            f"the {position} {shown!r} is a {made.term_type.value}, must be {allowed}",
            shown,
            f"write <{shown}> for an IRI" if grammar.absolute(shown) and not made.references else "",
        )
    if made.term_type is TermType.LITERAL:
        if made.language is not None and made.datatype is not None:
            raise scope.wrong("a literal has a language or a datatype, not both")
        return made
    if made.language is not None or made.datatype is not None:
        raise scope.wrong(f"a language or datatype for the {position}, which is no literal")
    if made.term_type is TermType.BLANK_NODE:
        return made
    expression = grammar.iri(
        made.expression, scope.graph.place, base=scope.base, what=f"{scope.what}the {position} "
    )
    return TermMap(expression, place=made.place)


def _term_type(scope: _Scope, node: Node) -> TermType | None:
    found = scope.one(node, "termType")
    if found is None:
        return None
    name = found.value.removeprefix(RML)
    if name in UNSUPPORTED_TERM_TYPES:
        raise Unsupported(f"{scope.what}the term type rml:{name} is not run yet", place=scope.graph.place)
    if name not in TERM_TYPES:
        raise MappingError(
            f"{scope.what}no term type {found}", place=scope.graph.place, value=name, exists=TERM_TYPES
        )
    return TERM_TYPES[name]


def _kind(said: Node | Expression, position: str, declared: TermType | None, *, tagged: bool) -> TermType:
    """The type of the terms: a constant has its own, else the declared one, else the default of RML-Core."""
    match said:
        case Iri():
            return TermType.IRI
        case Blank():
            return TermType.BLANK_NODE
        case Literal():
            # yarrrml-parser writes the IRIs of objects as constant literals of the term type IRI.
            as_iri = declared is TermType.IRI and position == "object"
            return TermType.IRI if as_iri else TermType.LITERAL
    text = position == "object" and (isinstance(said, Reference) or tagged)
    return declared or (TermType.LITERAL if text else TermType.IRI)


def _said(scope: _Scope, node: Node) -> Node | Expression | None:
    """The constant term, the reference or the template of an expression map; None where it has none."""
    found = [(name, value) for name in EXPRESSIONS for value in scope.all(node, name)]
    if len(found) > 1:
        names = " and ".join(f"rml:{name} {value}" for name, value in found)
        raise scope.wrong(f"{names} in one map: exactly one is allowed")
    match found:
        case [("constant", value)]:
            return value
        case [("reference", value)]:
            return Reference(value.value)
        case [("template", value)]:
            return grammar.template(value.value, scope.graph.place, what=scope.what)
    return None


def _plain(said: Node | Expression) -> Expression:
    match said:
        case Reference() | Template() | Constant():
            return said
        case Iri(value):
            return Constant(value.removeprefix(RELATIVE))
        case _:
            return Constant(said.value)


def _expression(scope: _Scope, node: Node) -> Expression:
    said = _said(scope, node)
    if said is None:
        raise scope.wrong("a map without rml:constant, rml:reference and rml:template")
    return _plain(said)


def _language(scope: _Scope, said: Node | Expression, node: Node | None) -> Expression | None:
    if node is not None:
        return grammar.language(_expression(scope, node), scope.graph.place, what=scope.what)
    return Constant(said.language) if isinstance(said, Literal) and said.language else None


def _datatype(scope: _Scope, said: Node | Expression, node: Node | None) -> Expression | None:
    if node is not None:
        return grammar.datatype(_expression(scope, node), scope.graph.place, base=scope.base, what=scope.what)
    own = said.datatype if isinstance(said, Literal) and not said.language else ""
    return Constant(own) if own not in ("", XSD + "string") else None
