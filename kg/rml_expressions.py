"""RML's expression maps: constants, references, templates and the functions of RML-FNML."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kg import grammar
from kg.errors import MappingError, Place
from kg.mapping import IDLAB, Call, Constant, Expression, Fresh, Reference, Template
from kg.rml_graph import RELATIVE, Blank, Graph, Iri, Literal, Node
from kg.rml_vocabulary import RML

EXPRESSIONS = {name: RML + name for name in ("constant", "reference", "template", "functionExecution")}
# What rml:condition is a shortcut for, where no term map is that could have the condition.
CONDITIONAL = IDLAB + "trueCondition"
DEEPEST = 50


@dataclass(frozen=True)
class Scope:
    """One triples map while it is read: its node, name and base IRI, and the graph it stands in.

    Its values have `natural` datatypes; its columns are those of `sql`; `rebased` where its base IRI is not
    that of the mapping; `inside` are the function executions and conditions around what is being read.
    """

    graph: Graph
    node: Node
    name: str
    base: str
    natural: bool = True
    sql: bool = False
    identifiers: bool = False
    rebased: bool = False
    inside: tuple[Node, ...] = ()

    def within(self, node: Node, what: str) -> Scope:
        """The scope of what is inside a node. Raises MappingError for one that is inside of itself."""
        if node in self.inside or len(self.inside) > DEEPEST:
            raise self.wrong(node, f"{what} inside of itself, or too many inside each other")
        return replace(self, inside=(*self.inside, node))

    @property
    def what(self) -> str:
        """How messages begin."""
        return f"{self.name}: "

    def wrong(self, at: Node | Place | None, message: str, value: str = "", fix: str = "") -> MappingError:
        """The error that says what is wrong with this triples map, at a place or where a node stands."""
        place = at if at is None or isinstance(at, Place) else self.graph.place_of(at)
        return MappingError(self.what + message, place=place, value=value, fix=fix)

    def lacks(self, node: Node, message: str, fix: str = "") -> MappingError:
        """The error for something that is not said of a node, where the node is described."""
        return self.wrong(self.graph.home_of(node), message, fix=fix)

    def one(self, node: Node, name: str) -> Node | None:
        """The only value of a property of RML, or None. Raises MappingError for several."""
        return self.graph.one(node, RML + name, self.what)

    def all(self, node: Node, name: str) -> list[Node]:
        """The values of a property of RML."""
        return self.graph.objects(node, RML + name)

    def reference(self, name: str, place: Place) -> Reference:
        """A reference; in SQL without the quotes of a delimited identifier, unless R2RML means them."""
        return Reference(grammar.undelimited(name) if self.sql and not self.identifiers else name, place)


def said(scope: Scope, node: Node) -> Node | Expression | None:
    """The constant term, or the expression, of an expression map; None where it has none."""
    found = _said(scope, node)
    if len(found) > 1:
        names = " and ".join(f"rml:{name} {value}" for name, value in found)
        last = max((value for _, value in found), key=lambda value: value.at)
        raise scope.wrong(last, f"{names} in one map: exactly one is allowed")
    returned = scope.all(node, "returnMap")
    if returned and [name for name, _ in found] != ["functionExecution"]:
        raise scope.wrong(returned[0], "rml:return without rml:functionExecution")
    match found:
        case [("reference" | "template" as name, Iri() | Blank() as value)]:
            raise scope.wrong(value, f"rml:{name} is a text, found {value}", fix="write it in quotes")
        case [("constant", value)]:
            return value
        case [("reference", value)]:
            return scope.reference(value.value, scope.graph.place_of(value))
        case [("template", value)]:
            return _template(scope, value)
        case [("functionExecution", value)]:
            return _call(scope, value, _name(scope, node, "returnMap"))
    return None


def _template(scope: Scope, node: Node) -> Expression:
    place = scope.graph.place_of(node)
    made = grammar.template(node.value, place, what=scope.what)
    if not isinstance(made, Template):
        return made
    return Template(
        tuple(part if isinstance(part, str) else scope.reference(part.name, place) for part in made.parts)
    )


def plain(found: Node | Expression) -> Expression:
    """What :func:`said` has found as an expression: of a constant term its text."""
    match found:
        case Reference() | Template() | Constant() | Fresh() | Call():
            return found
        case Iri(value):
            return Constant(value.removeprefix(RELATIVE))
        case _:
            return Constant(found.value)


def expression(scope: Scope, node: Node) -> Expression:
    """The expression of a map that makes no term itself: of a language, a parameter or a side of a join.

    A condition of such a map becomes a function (RML-FNML, "Conditions": a shortcut for IF).
    """
    found = said(scope, node)
    if found is None:
        message = "a map without rml:constant, rml:reference, rml:template and rml:functionExecution"
        raise scope.lacks(node, message)
    checked = condition(scope, node)
    if checked is None:
        return plain(found)
    inputs = ((IDLAB + "strBoolean", checked), (IDLAB + "str", plain(found)))
    return Call(CONDITIONAL, inputs, place=scope.graph.place_of(node))


def condition(scope: Scope, node: Node) -> Expression | None:
    """What must be true for an expression map to give a value, if anything must."""
    found = scope.one(node, "condition")
    return expression(scope.within(found, "a condition"), found) if found is not None else None


def _call(scope: Scope, node: Node, output: str) -> Call:
    within = scope.within(node, "a function execution")
    function = _name(within, node, "functionMap")
    if not function:
        raise scope.lacks(node, "a function execution without rml:function", "name the function by its IRI")
    inputs = tuple(_input(within, item) for item in scope.all(node, "input"))
    return Call(function, inputs, output, place=_place(within, node, "functionMap"))


def _input(scope: Scope, node: Node) -> tuple[str, Expression]:
    name, value = _name(scope, node, "parameterMap"), scope.one(node, "inputValueMap")
    if not name or value is None:
        raise scope.lacks(node, "an input of a function has exactly one rml:parameter and one rml:inputValue")
    return name, expression(scope, value)


def _name(scope: Scope, node: Node, name: str) -> str:
    """The IRI that a map of a function, parameter or return gives, which is the same for all records."""
    found = scope.one(node, name)
    if found is None:
        return ""
    value = said(scope, found)
    # yarrrml-parser writes these IRIs as constant literals.
    if not isinstance(value, Iri) and not (isinstance(value, Literal) and grammar.absolute(value.value)):
        raise scope.wrong(_place(scope, node, name), f"the rml:{name} of a function is no constant IRI")
    return value.value.removeprefix(RELATIVE)


def _place(scope: Scope, node: Node, name: str) -> Place:
    """Where the value stands of the map that a property of a node names; where the node does, without one."""
    for found in scope.all(node, name):
        return place_of(scope, found)
    return scope.graph.home_of(node)


def place_of(scope: Scope, node: Node) -> Place:
    """Where an expression map says its expression; where it is described, if it says none."""
    found = _said(scope, node)
    return scope.graph.place_of(found[0][1]) if found else scope.graph.home_of(node)


def _said(scope: Scope, node: Node) -> list[tuple[str, Node]]:
    there = scope.graph.said_of(node)
    return [(name, value) for name, iri in EXPRESSIONS.items() if iri in there for value in there[iri]]
