"""RML's term maps: which terms an expression makes, and which may stand where (RML-Core, "Term maps")."""

from __future__ import annotations

from dataclasses import replace

from kg import grammar
from kg.errors import MappingError, Place
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
from kg.rml_expressions import Scope, condition, expression, place_of, plain, said
from kg.rml_graph import Blank, Iri, Literal, Node
from kg.rml_targets import logical_target
from kg.rml_vocabulary import R2RML, RML, TERM_TYPES

UNSAFE = (TermType.UNSAFE_IRI, TermType.UNSAFE_URI)
# RML-Core, "Term types": what may stand where.
ALLOWED = {
    "subject": (*IRIS, TermType.BLANK_NODE),
    "predicate": IRIS,
    "object": tuple(TermType),
    "graph": (*IRIS, TermType.BLANK_NODE),
}
R2RML_DEFAULT_GRAPH = Iri(R2RML + "defaultGraph")
# The kinds of IRI are one kind for a reader of messages.
NAMES = {kind: "IRI" if kind in IRIS else kind.value for kind in TermType}


def term_map(scope: Scope, node: Node, position: str) -> TermMap:
    """The term map of a node that stands as subject, predicate, object or graph.

    Raises MappingError for what cannot stand there or can make no term.
    """
    found = said(scope, node)
    # Most maps have an expression and nothing else: looking for the rest takes its time.
    alone = found is not None and len(scope.graph.said_of(node)) == 1
    declared = None if alone else _term_type(scope, node)
    if position == "graph" and found == R2RML_DEFAULT_GRAPH:
        found = Iri(RML + "defaultGraph")
    if found is None and declared is TermType.BLANK_NODE:
        found = Fresh()
    if found is None:
        raise scope.lacks(node, f"the {position} map is without rml:constant, rml:reference and rml:template")
    for misplaced in () if alone else scope.all(node, "class"):
        raise scope.wrong(misplaced, f"rml:class of the {position} map: only subject maps have it")
    language, datatype = (None if alone else scope.one(node, name) for name in ("languageMap", "datatypeMap"))
    made = TermMap(
        plain(found),
        _kind(found, position, declared, tagged=bool(language or datatype)),
        language=_language(scope, found, language),
        datatype=_datatype(scope, found, datatype),
        targets=() if alone else _targets(scope, (node, language, datatype)),
        condition=None if alone else condition(scope, node),
        place=place_of(scope, node),
    )
    return _checked(scope, node, made, position)


def _checked(scope: Scope, node: Node, made: TermMap, position: str) -> TermMap:
    """The term map, when it may stand where it does (RML-Core, "Term types")."""
    if made.term_type not in ALLOWED[position]:
        allowed = " or ".join(dict.fromkeys(NAMES[kind] for kind in ALLOWED[position]))
        shown = grammar.written(made.expression)
        declared = scope.all(node, "termType") if _term_type(scope, node) is made.term_type else ()
        raise scope.wrong(
            declared[0] if declared else made.place,
            f"the {position} {shown!r} is a {made.term_type.value}, must be {allowed}",
            shown,
            f"write <{shown}> for an IRI" if grammar.absolute(shown) and not made.references else "",
        )
    if made.term_type is TermType.LITERAL:
        return _literal(scope, node, made)
    if made.language is not None or made.datatype is not None:
        at = _said_of(scope, node, "languageMap", "datatypeMap") or made.place
        raise scope.wrong(at, f"a language or datatype for the {position}, which is no literal")
    if made.term_type is TermType.BLANK_NODE:
        return made
    full = grammar.iri(
        made.expression,
        made.place,
        base=scope.base,
        what=f"{scope.what}the {position} ",
        safe=made.term_type not in UNSAFE,
    )
    own = scope.base if scope.rebased and isinstance(full, Reference | Call) else ""
    full = _rebased(scope, full)
    return made if full == made.expression and not own else replace(made, expression=full, base=own)


def _rebased(scope: Scope, full: Expression) -> Expression:
    return grammar.rebased(full, scope.base) if scope.rebased else full


def _said_of(scope: Scope, node: Node, *names: str) -> Place | None:
    """Where the first is said of some maps that a term map may have."""
    found = (value for name in names for value in scope.all(node, name))
    return next((place_of(scope, value) for value in found), None)


def _literal(scope: Scope, node: Node, made: TermMap) -> TermMap:
    """A literal with what its values bring along; what a function returns always has its own datatype."""
    if made.language is not None and made.datatype is not None:
        at = _said_of(scope, node, "datatypeMap", "languageMap")
        raise scope.wrong(at, "a literal has a language or a datatype, not both")
    untyped = made.language is None and made.datatype is None
    brought = isinstance(made.expression, Reference) and scope.natural
    natural = untyped and (brought or isinstance(made.expression, Call))
    return replace(made, natural=True) if natural else made


def _term_type(scope: Scope, node: Node) -> TermType | None:
    found = scope.one(node, "termType")
    if found is None:
        return None
    name = found.value.removeprefix(RML)
    if name not in TERM_TYPES or found != Iri(RML + name):
        place = scope.graph.place_of(found)
        fix = "write it as an IRI, such as rml:Literal" if isinstance(found, Literal) else ""
        exists = () if fix else TERM_TYPES
        raise MappingError(
            f"{scope.what}no term type {found}", place=place, value=name, exists=exists, fix=fix
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
        return grammar.language(expression(scope, node), place_of(scope, node), what=scope.what)
    return Constant(found.language) if isinstance(found, Literal) and found.language else None


def _datatype(scope: Scope, found: Node | Expression, node: Node | None) -> Expression | None:
    if node is not None:
        place, what = place_of(scope, node), scope.what
        if isinstance(said(scope, node), Literal):
            raise scope.wrong(
                place, "a datatype is an IRI, found a text", fix="write it as <…> or with a prefix"
            )
        return _rebased(scope, grammar.datatype(expression(scope, node), place, base=scope.base, what=what))
    own = found.datatype if isinstance(found, Literal) and not found.language else ""
    return Constant(own) if own not in ("", XSD + "string") else None


def _targets(scope: Scope, nodes: tuple[Node | None, ...]) -> tuple[LogicalTarget, ...]:
    """The targets of a term map and of its language and datatype maps, each once (RML-IO, "Targets")."""
    found = [target for node in nodes if node for target in scope.all(node, "logicalTarget")]
    made = (logical_target(scope.graph, target, scope.what) for target in found)
    return tuple(dict.fromkeys(made))
