"""RML's term maps: which terms an expression makes, and which may stand where (RML-Core, "Term maps")."""

from __future__ import annotations

from dataclasses import replace

from kg import grammar
from kg.errors import MappingError
from kg.mapping import (
    IRIS,
    XSD,
    Call,
    Constant,
    Expression,
    Fresh,
    LogicalTarget,
    Reference,
    TermMap,
    TermType,
)
from kg.rml_expressions import Scope, condition, expression, plain, said
from kg.rml_graph import Blank, Iri, Literal, Node
from kg.rml_targets import logical_target
from kg.rml_vocabulary import RML

TERM_TYPES = {
    "IRI": TermType.IRI,
    "URI": TermType.URI,
    "UnsafeIRI": TermType.UNSAFE_IRI,
    "UnsafeURI": TermType.UNSAFE_URI,
    "BlankNode": TermType.BLANK_NODE,
    "Literal": TermType.LITERAL,
}
UNSAFE = (TermType.UNSAFE_IRI, TermType.UNSAFE_URI)
# RML-Core, "Term types": what may stand where.
ALLOWED = {
    "subject": (*IRIS, TermType.BLANK_NODE),
    "predicate": IRIS,
    "object": tuple(TermType),
    "graph": (*IRIS, TermType.BLANK_NODE),
}
# The kinds of IRI are one kind for a reader of messages.
NAMES = {kind: "IRI" if kind in IRIS else kind.value for kind in TermType}


def term_map(scope: Scope, node: Node, position: str) -> TermMap:
    """The term map of a node that stands as subject, predicate, object or graph.

    Raises MappingError for what cannot stand there or can make no term.
    """
    declared = _term_type(scope, node)
    found = said(scope, node)
    if found is None and declared is TermType.BLANK_NODE:
        found = Fresh()
    if found is None:
        raise scope.wrong(f"a {position} map without rml:constant, rml:reference and rml:template")
    language, datatype = scope.one(node, "languageMap"), scope.one(node, "datatypeMap")
    made = TermMap(
        plain(found),
        _kind(found, position, declared, tagged=bool(language or datatype)),
        language=_language(scope, found, language),
        datatype=_datatype(scope, found, datatype),
        targets=_targets(scope, (node, language, datatype)),
        condition=condition(scope, node),
        place=scope.graph.place,
    )
    return _checked(scope, made, position)


def _checked(scope: Scope, made: TermMap, position: str) -> TermMap:
    """The term map, when it may stand where it does (RML-Core, "Term types")."""
    if made.term_type not in ALLOWED[position]:
        allowed = " or ".join(dict.fromkeys(NAMES[kind] for kind in ALLOWED[position]))
        shown = grammar.written(made.expression)
        raise scope.wrong(
            f"the {position} {shown!r} is a {made.term_type.value}, must be {allowed}",
            shown,
            f"write <{shown}> for an IRI" if grammar.absolute(shown) and not made.references else "",
        )
    if made.term_type is TermType.LITERAL:
        return _literal(scope, made)
    if made.language is not None or made.datatype is not None:
        raise scope.wrong(f"a language or datatype for the {position}, which is no literal")
    if made.term_type is TermType.BLANK_NODE:
        return made
    full = grammar.iri(
        made.expression,
        scope.graph.place,
        base=scope.base,
        what=f"{scope.what}the {position} ",
        safe=made.term_type not in UNSAFE,
    )
    return replace(made, expression=_rebased(scope, full))


def _rebased(scope: Scope, full: Expression) -> Expression:
    return grammar.rebased(full, scope.base) if scope.rebased else full


def _literal(scope: Scope, made: TermMap) -> TermMap:
    """A literal with what its values bring along; what a function returns always has its own datatype."""
    if made.language is not None and made.datatype is not None:
        raise scope.wrong("a literal has a language or a datatype, not both")
    untyped = made.language is None and made.datatype is None
    brought = isinstance(made.expression, Reference) and scope.natural
    return replace(made, natural=untyped and (brought or isinstance(made.expression, Call)))


def _term_type(scope: Scope, node: Node) -> TermType | None:
    found = scope.one(node, "termType")
    if found is None:
        return None
    name = found.value.removeprefix(RML)
    if name not in TERM_TYPES:
        raise MappingError(
            f"{scope.what}no term type {found}", place=scope.graph.place, value=name, exists=TERM_TYPES
        )
    return TERM_TYPES[name]


def _kind(found: Node | Expression, position: str, declared: TermType | None, *, tagged: bool) -> TermType:
    """The type of the terms: a constant has its own, else the declared one, else the default of RML-Core."""
    match found:
        case Iri():
            return TermType.IRI
        case Blank():
            return TermType.BLANK_NODE
        case Literal():
            # yarrrml-parser writes the IRIs of objects as constant literals of the term type IRI.
            return declared if declared in IRIS and position == "object" else TermType.LITERAL
    text = position == "object" and (isinstance(found, Reference | Call) or tagged)
    return declared or (TermType.LITERAL if text else TermType.IRI)


def _language(scope: Scope, found: Node | Expression, node: Node | None) -> Expression | None:
    if node is not None:
        return grammar.language(expression(scope, node), scope.graph.place, what=scope.what)
    return Constant(found.language) if isinstance(found, Literal) and found.language else None


def _datatype(scope: Scope, found: Node | Expression, node: Node | None) -> Expression | None:
    if node is not None:
        place, what = scope.graph.place, scope.what
        return _rebased(scope, grammar.datatype(expression(scope, node), place, base=scope.base, what=what))
    own = found.datatype if isinstance(found, Literal) and not found.language else ""
    return Constant(own) if own not in ("", XSD + "string") else None


def _targets(scope: Scope, nodes: tuple[Node | None, ...]) -> tuple[LogicalTarget, ...]:
    """The targets of a term map and of its language and datatype maps, each once (RML-IO, "Targets")."""
    found = [target for node in nodes if node for target in scope.all(node, "logicalTarget")]
    made = (logical_target(scope.graph, target, scope.what) for target in found)
    return tuple(dict.fromkeys(made))
