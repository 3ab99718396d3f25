"""RML's expression maps: constants, references, templates and the functions of RML-FNML."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kg import grammar
from kg.errors import MappingError
from kg.mapping import Call, Constant, Expression, Fresh, Reference, Template
from kg.rml_graph import RELATIVE, Graph, Iri, Literal, Node
from kg.rml_vocabulary import RML

EXPRESSIONS = ("constant", "reference", "template", "functionExecution")
# What rml:condition is a shortcut for, where no term map is that could have the condition.
CONDITIONAL = "https://w3id.org/imec/idlab/function#"
DEEPEST = 50


@dataclass(frozen=True)
class Scope:
    """One triples map while it is read: its node, name and base IRI, and the graph it stands in.

    Its values have `natural` datatypes; its columns are those of `sql`; `rebased` where its base IRI is not
    that of the mapping; `inside` are the function executions around what is being read.
    """

    graph: Graph
    node: Node
    name: str
    base: str
    natural: bool = True
    sql: bool = False
    rebased: bool = False
    inside: tuple[Node, ...] = ()

    @property
    def what(self) -> str:
        """How messages begin."""
        return f"{self.name}: "

    def wrong(self, message: str, value: str = "", fix: str = "") -> MappingError:
        """The error that says what is wrong with this triples map."""
        return MappingError(self.what + message, place=self.graph.place, value=value, fix=fix)

    def one(self, node: Node, name: str) -> Node | None:
        """The only value of a property of RML, or None. Raises MappingError for several."""
        return self.graph.one(node, RML + name, self.what)

    def all(self, node: Node, name: str) -> list[Node]:
        """The values of a property of RML."""
        return self.graph.objects(node, RML + name)

    def reference(self, name: str) -> Reference:
        """A reference; in SQL without the quotes of a delimited identifier."""
        return Reference(grammar.undelimited(name) if self.sql else name)


def said(scope: Scope, node: Node) -> Node | Expression | None:
    """The constant term, or the expression, of an expression map; None where it has none."""
    found = [(name, value) for name in EXPRESSIONS for value in scope.all(node, name)]
    if len(found) > 1:
        names = " and ".join(f"rml:{name} {value}" for name, value in found)
        raise scope.wrong(f"{names} in one map: exactly one is allowed")
    if scope.all(node, "returnMap") and [name for name, _ in found] != ["functionExecution"]:
        raise scope.wrong("rml:return without rml:functionExecution")
    match found:
        case [("constant", value)]:
            return value
        case [("reference", value)]:
            return scope.reference(value.value)
        case [("template", value)]:
            return _template(scope, value.value)
        case [("functionExecution", value)]:
            return _call(scope, value, _name(scope, node, "returnMap"))
    return None


def _template(scope: Scope, text: str) -> Expression:
    made = grammar.template(text, scope.graph.place, what=scope.what)
    if not isinstance(made, Template):
        return made
    return Template(
        tuple(part if isinstance(part, str) else scope.reference(part.name) for part in made.parts)
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
        raise scope.wrong("a map without rml:constant, rml:reference, rml:template and rml:functionExecution")
    checked = condition(scope, node)
    if checked is None:
        return plain(found)
    inputs = ((CONDITIONAL + "strBoolean", checked), (CONDITIONAL + "str", plain(found)))
    return Call(CONDITIONAL + "trueCondition", inputs, place=scope.graph.place)


def condition(scope: Scope, node: Node) -> Expression | None:
    """What must be true for an expression map to give a value, if anything must."""
    found = scope.one(node, "condition")
    return expression(scope, found) if found is not None else None


def _call(scope: Scope, node: Node, output: str) -> Call:
    if node in scope.inside or len(scope.inside) > DEEPEST:
        raise scope.wrong("a function execution inside of itself, or too many inside each other")
    within = replace(scope, inside=(*scope.inside, node))
    function = _name(within, node, "functionMap")
    if not function:
        raise scope.wrong("a function execution without rml:function", fix="name the function by its IRI")
    inputs = tuple(_input(within, item) for item in scope.all(node, "input"))
    return Call(function, inputs, output, place=scope.graph.place)


def _input(scope: Scope, node: Node) -> tuple[str, Expression]:
    name, value = _name(scope, node, "parameterMap"), scope.one(node, "inputValueMap")
    if not name or value is None:
        raise scope.wrong("an input of a function has exactly one rml:parameter and one rml:inputValue")
    return name, expression(scope, value)


def _name(scope: Scope, node: Node, name: str) -> str:
    """The IRI that a map of a function, parameter or return gives, which is the same for all records."""
    found = scope.one(node, name)
    if found is None:
        return ""
    value = said(scope, found)
    # yarrrml-parser writes these IRIs as constant literals.
    if not isinstance(value, Iri) and not (isinstance(value, Literal) and grammar.absolute(value.value)):
        raise scope.wrong(f"the rml:{name} of a function is no constant IRI")
    return value.value.removeprefix(RELATIVE)
