"""YARRRML's conditions where one mapping refers to another ("Referring to other mappings"): joins.

A value is of the subject's record or of the object's. `equal` of one and the other is what the model has for
a join; a function of values from one record only is a join too, of what it returns with "true".
"""

from __future__ import annotations

from yaml.nodes import Node

from kg.errors import MappingError, Unsupported
from kg.mapping import GREL, IDLAB, Call, Constant, Expression, Join, references
from kg.yarrrml_functions import arguments, call, parameter_fields, sides
from kg.yarrrml_keys import CONDITION
from kg.yarrrml_terms import Texts

EQUAL = (IDLAB + "equal", "http://example.com/idlab/function/equal")
# Whose record a parameter of `equal` speaks of, where the document does not say so, by both its IRIs.
OF_EQUAL = {GREL + "valueParameter": "s", GREL + "valueParam": "s"} | {
    GREL + "valueParameter2": "o",
    GREL + "valueParam2": "o",
}
NAMES = ("str1", "str2")
OTHER = {"s": "o", "o": "s"}
TRUE = Constant("true")


def join(texts: Texts, node: Node) -> Join:
    """The join that one condition says.

    Raises MappingError for a condition without function or parameters, Unsupported for a function other than
    `equal` of values from both records.
    """
    fields = texts.file.fields(node, CONDITION)
    given = arguments(texts, fields)
    name = texts.file.text_of(fields["function"], "a function") if "function" in fields else ""
    if name == "equal" and not given:
        raise texts.file.missing(node, "parameters", "a condition without parameters")
    if name == "equal":
        _known_names(texts, given)
    made = call(texts, fields, node)
    said = [sides(texts, each) for each in given] if given else [frozenset[str]()] * len(made.inputs)
    if made.function in EQUAL:
        return _equal(texts, node, made, said)
    of = {
        side
        for (_, value), own in zip(made.inputs, said, strict=True)
        if references(value)
        for side in own or "s"
    }
    if len(of) > 1:
        raise Unsupported(
            f"{name!r} of values from the subject's record and from the object's is not run: only equal is",
            place=texts.file.place(fields["function"]),
            value=name,
            exists=("equal",),
        )
    return _of_one_record(made, "".join(of))


def _of_one_record(made: Call, side: str) -> Join:
    return Join(TRUE, made) if side == "o" else Join(made, TRUE)


def _known_names(texts: Texts, given: list[Node]) -> None:
    for each in given:
        node = parameter_fields(texts, each)["parameter"]
        name = texts.file.text_of(node, "the name of a parameter")
        if ":" not in name and name not in NAMES:
            place = texts.file.place(node)
            raise MappingError(f"'equal' has no parameter {name!r}", place=place, value=name, exists=NAMES)


def _equal(texts: Texts, node: Node, made: Call, said: list[frozenset[str]]) -> Join:
    by_name = dict(zip((iri for iri, _ in made.inputs), said, strict=True))
    if len(made.inputs) != 2 or {OF_EQUAL.get(iri) for iri in by_name} != {"s", "o"}:
        raise texts.file.wrong(
            node,
            "a join compares one value of the subject's record with one of the object's",
            fix="write parameters: [[str1, $(column)], [str2, $(other column)]]",
        )
    if any(len(own) > 1 for own in said):
        raise Unsupported(
            "a function of values from both records, compared with another value, is not run",
            place=texts.file.place(node),
        )
    (one, first), (two, second) = ((iri, value) for iri, value in made.inputs)
    of_one, of_two = ("".join(by_name[iri]) for iri in (one, two))
    if of_one and of_one == of_two:
        return _of_one_record(made, of_one)
    side = of_one or OTHER.get(of_two) or OF_EQUAL[one]
    values: dict[str, Expression] = {side: first, OTHER[side]: second}
    return Join(values["s"], values["o"])
