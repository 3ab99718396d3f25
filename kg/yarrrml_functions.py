"""YARRRML's functions and conditions ("Functions", "Conditions"), in keys or as `ex:f(ex:p = $(a))`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from yaml.nodes import MappingNode, Node, SequenceNode

from kg import grammar
from kg.errors import MappingError
from kg.mapping import Call, Constant, Expression
from kg.yarrrml_keys import CONDITION, PARAMETER
from kg.yarrrml_terms import IRI_SUFFIX, Texts

GREL = "http://users.ugent.be/~bjdmeest/function/grel.ttl#"
IDLAB = "https://w3id.org/imec/idlab/function#"
DEEPEST = 50
ALL = (GREL + "boolean_and", GREL + "param_rep_b")
# Names that need no prefix, because YARRRML itself speaks of them.
SHORT = {
    "equal": IDLAB + "equal",
    "notEqual": IDLAB + "notEqual",
    "idlab-fn:equal": IDLAB + "equal",
    "idlab-fn:notEqual": IDLAB + "notEqual",
    "str1": GREL + "valueParameter",
    "str2": GREL + "valueParameter2",
    "grel:valueParameter": GREL + "valueParameter",
    "grel:valueParameter2": GREL + "valueParameter2",
}
IN_ONE_LINE = re.compile(r"([^\s()$]+)\((.*)\)", re.DOTALL)
# A comma between parameters: none that is escaped or inside of parentheses.
ARGUMENT = re.compile(r"(?:\\.|\((?:\\.|[^()\\]|\([^()]*\))*\)|[^\\,(])+", re.DOTALL)
NAMED = re.compile(r"\s*([^\s=]+?)\s*=\s*(.*?)\s*", re.DOTALL)


def call(texts: Texts, fields: dict[str, Node], node: Node, depth: int = 0) -> Call:
    """The call that the keys `function` and `parameters` of a YAML mapping say.

    Raises MappingError for a parameter without name or value, UnknownPrefix for a name that is no IRI.
    """
    if depth > DEEPEST:
        raise texts.file.wrong(node, "a function inside of itself, or too many inside each other")
    if "function" not in fields:
        raise texts.file.wrong(node, "a condition without a function")
    name = texts.file.text_of(fields["function"], "a function")
    given = texts.file.items(fields["parameters"]) if "parameters" in fields else []
    line = IN_ONE_LINE.fullmatch(name)
    if line is None:
        inputs = tuple(_parameter(texts, item, depth + 1) for item in given)
        return Call(_iri(texts, fields["function"], name), inputs, place=texts.file.place(node))
    if given:
        raise texts.file.wrong(fields["parameters"], f"the parameters of {name!r} are said twice")
    return _in_one_line(texts, fields["function"], line[1], line[2])


def condition(texts: Texts, nodes: Iterable[Node]) -> Expression | None:
    """What several conditions say together: all of them are true."""
    calls = [call(texts, texts.file.fields(node, CONDITION), node) for node in nodes]
    if len(calls) < 2:
        return calls[0] if calls else None
    function, parameter = ALL
    return Call(function, tuple((parameter, one) for one in calls), place=calls[0].place)


def _iri(texts: Texts, node: Node, name: str) -> str:
    if name in SHORT and name.partition(":")[0] not in texts.prefixes:
        return SHORT[name]
    made = grammar.iri(texts.expanded(node, name), texts.file.place(node), base=texts.base)
    if not isinstance(made, Constant):
        raise texts.file.wrong(node, f"{name!r} must be the same for all records", name)
    return made.value


def _parameter(texts: Texts, node: Node, depth: int) -> tuple[str, Expression]:
    fields = parameter_fields(texts, node)
    name = texts.file.text_of(fields["parameter"], "the name of a parameter")
    value = fields["value"]
    if isinstance(value, MappingNode):
        inner: Expression = call(texts, texts.file.fields(value, CONDITION), value, depth)
    else:
        is_iri = "type" in fields and texts.file.text_of(fields["type"], "a type") == "iri"
        inner = _value(texts, value, texts.file.text_of(value, "the value of a parameter"), is_iri)
    return _iri(texts, fields["parameter"], name), inner


def parameter_fields(texts: Texts, node: Node) -> dict[str, Node]:
    """The fields of a parameter: keys, `[name, value]` or `[name, value, side of a join]`."""
    file = texts.file
    if isinstance(node, SequenceNode):
        if not 2 <= len(node.value) <= 3:
            raise file.wrong(node, "a parameter is [name, value] or [name, value, s or o]")
        fields: dict[str, Node] = dict(zip(("parameter", "value", "from"), node.value, strict=False))
    else:
        fields = file.fields(node, PARAMETER)
    for needed in ("parameter", "value"):
        if needed not in fields:
            raise file.wrong(node, f"a parameter without {needed!r}")
    return fields


def _value(texts: Texts, node: Node, text: str, is_iri: bool = False) -> Expression:
    if text.endswith(IRI_SUFFIX) or is_iri:
        full = texts.expanded(node, text.removesuffix(IRI_SUFFIX))
        return grammar.iri(full, texts.file.place(node), base=texts.base)
    return texts.literal(node, text)


def _in_one_line(texts: Texts, node: Node, name: str, parameters: str) -> Call:
    inputs = tuple(_arguments(texts, node, name, parameters))
    return Call(_iri(texts, node, name), inputs, place=texts.file.place(node))


def _arguments(texts: Texts, node: Node, function: str, text: str) -> Iterator[tuple[str, Expression]]:
    """`p = $(a), q = x`; a parameter without a prefix has that of the function."""
    for part in ARGUMENT.findall(text) if text.strip() else ():
        found = NAMED.fullmatch(part)
        if found is None:
            raise MappingError(
                f"the parameter {part.strip()!r} has no name",
                place=texts.file.place(node),
                value=part.strip(),
                fix="write name = value",
            )
        name, value = found[1], found[2]
        prefix = function.partition(":")[0] + ":" if ":" in function and ":" not in name else ""
        inner = IN_ONE_LINE.fullmatch(value)
        called = inner is not None and inner[1].partition(":")[0] in texts.prefixes
        yield (
            _iri(texts, node, prefix + name),
            _in_one_line(texts, node, inner[1], inner[2]) if inner and called else _value(texts, node, value),
        )
