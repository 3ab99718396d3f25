"""YARRRML's functions and conditions ("Functions", "Conditions"), in keys or as `ex:f(ex:p = $(a))`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from yaml.nodes import MappingNode, Node, SequenceNode

from kg import errors, grammar
from kg.errors import MappingError
from kg.mapping import GREL, IDLAB, Call, Constant, Expression
from kg.yarrrml_keys import CONDITION, PARAMETER, SIDE_NAMES
from kg.yarrrml_terms import IRI_SUFFIX, Texts, ends, without

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
# What may hide a comma between parameters: an escape, parentheses, a text in quotation marks.
MARK = re.compile(r'\\.|[(),]|=\s*"[^"]*"', re.DOTALL)
NAMED = re.compile(r"\s*([^\s=]+?)\s*=\s*(.*?)\s*", re.DOTALL)


def call(texts: Texts, fields: dict[str, Node], node: Node, depth: int = 0) -> Call:
    """The call that the keys `function` and `parameters` of a YAML mapping say.

    Raises MappingError for a parameter without name or value, UnknownPrefix for a name that is no IRI.
    """
    _check_depth(texts, node, depth)
    if "function" not in fields:
        raise texts.file.missing(node, "function", "a condition without a function")
    name = texts.file.text_of(fields["function"], "a function")
    given = arguments(texts, fields)
    line = IN_ONE_LINE.fullmatch(name)
    if line is None:
        inputs = tuple(errors.each(lambda item: _parameter(texts, item, depth + 1), given))
        return Call(_iri(texts, fields["function"], name), inputs, place=texts.file.place(node))
    if given:
        raise texts.file.wrong(fields["parameters"], f"the parameters of {name!r} are said twice")
    return _in_one_line(texts, fields["function"], line[1], line[2], depth)


def _check_depth(texts: Texts, node: Node, depth: int) -> None:
    if depth > DEEPEST:
        raise texts.file.wrong(node, "a function inside of itself, or too many inside each other")


def arguments(texts: Texts, fields: dict[str, Node]) -> list[Node]:
    """The parameters of a function that stand in a list."""
    return texts.file.items(fields["parameters"]) if "parameters" in fields else []


def condition(texts: Texts, nodes: Iterable[Node]) -> Expression | None:
    """What several conditions say together: all of them are true.

    Raises MappingError for a parameter of the object's record: there is no other record than one.
    """
    made: Expression | None = None
    for node in nodes:
        fields = texts.file.fields(node, CONDITION)
        for parameter in arguments(texts, fields):
            if "o" in sides(texts, parameter):
                raise texts.file.wrong(
                    parameter,
                    "a value of the object's record",
                    fix="say it where the object's mapping is named",
                )
        made = both(made, call(texts, fields, node))
    return made


def both(first: Expression | None, second: Expression | None) -> Expression | None:
    """The condition that two conditions make; one of them may be missing."""
    if first is None or second is None:
        return second if first is None else first
    function, parameter = ALL
    calls = [
        one
        for each in (first, second)
        for one in (
            each.inputs if isinstance(each, Call) and each.function == function else [(parameter, each)]
        )
    ]
    return Call(function, tuple(calls), place=first.place if isinstance(first, Call) else None)


def sides(texts: Texts, node: Node, depth: int = 0) -> frozenset[str]:
    """Whose records a parameter says it speaks of, those inside of it too: `s`, `o`, both or none.

    Raises MappingError for a word that is no side.
    """
    fields = parameter_fields(texts, node)
    if "from" in fields:
        said = texts.file.text_of(fields["from"], "the side of a join")
        if said not in SIDE_NAMES:
            place = texts.file.place(fields["from"])
            raise MappingError(f"no side {said!r} of a join", place=place, value=said, exists=SIDE_NAMES)
        return frozenset((SIDE_NAMES[said],))
    if not isinstance(fields["value"], MappingNode) or depth > DEEPEST:
        return frozenset()
    inner = arguments(texts, texts.file.fields(fields["value"], CONDITION))
    return frozenset[str]().union(*(sides(texts, each, depth + 1) for each in inner))


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
            raise file.missing(node, needed, f"a parameter without {needed!r}")
    return fields


def _value(texts: Texts, node: Node, text: str, is_iri: bool = False) -> Expression:
    if ends(text, IRI_SUFFIX) or is_iri:
        full = texts.expanded(node, without(text, IRI_SUFFIX))
        return grammar.iri(full, texts.file.place(node), base=texts.base)
    return texts.literal(node, text)


def _in_one_line(texts: Texts, node: Node, name: str, parameters: str, depth: int) -> Call:
    _check_depth(texts, node, depth)
    inputs = tuple(_arguments(texts, node, name, parameters, depth + 1))
    return Call(_iri(texts, node, name), inputs, place=texts.file.place(node))


def _arguments(
    texts: Texts, node: Node, function: str, text: str, depth: int
) -> Iterator[tuple[str, Expression]]:
    """`p = $(a), q = x`; a parameter without a prefix has that of the function."""
    for part in _split(text) if text.strip() else ():
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
        if len(value) > 1 and value[0] == value[-1] == '"':
            value = value[1:-1]
        yield (
            _iri(texts, node, prefix + name),
            _in_one_line(texts, node, inner[1], inner[2], depth)
            if inner and called
            else _value(texts, node, value),
        )


def _split(text: str) -> Iterator[str]:
    """The text between the commas that separate parameters."""
    depth, start = 0, 0
    for mark in MARK.finditer(text):
        depth += {"(": 1, ")": -1}.get(mark.group(), 0)
        if mark.group() == "," and depth == 0:
            yield text[start : mark.start()]
            start = mark.end()
    yield text[start:]
