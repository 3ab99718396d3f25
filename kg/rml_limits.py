"""What a mapping says and a language of mappings cannot: found before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from kg import lookups
from kg.datatypes import IRI
from kg.errors import Finding, Place, Unsupported
from kg.grammar import absolute
from kg.mapping import (
    NUMBERED,
    Call,
    Constant,
    Expression,
    Fresh,
    Join,
    LogicalSource,
    Mapping,
    Reference,
    ReferencingObjectMap,
    Template,
    TermMap,
    TermType,
    TriplesMap,
)
from kg.rml_words import FORMULATION_NAMES, Language
from kg.shapes import UTF_8

PLAIN = ("csv", "xml", "sparql", "")
"""Formulations whose values have no natural datatypes."""
CSV = ("csv", "parquet", "excel")
NAMES = {"json": "JSON", "jsonl": "JSON", "excel": "Excel", "parquet": "Parquet"}
KINDS = (TermType.IRI, TermType.BLANK_NODE, TermType.LITERAL)
Fault = tuple[str, Place | None]


def check(mapping: Mapping, language: Language) -> None:
    """Raise Unsupported, with everything that `language` has no words for."""
    faults = [(what, place, "give it a value, of a blank node too") for what, place in _of_nodes(mapping)]
    fix = "translate it with --to rml" if language.legacy else ""
    for triples_map in mapping.triples_maps:
        own = chain(
            _of_base(mapping, triples_map), _of_legacy(mapping, triples_map) if language.legacy else ()
        )
        faults += [(f"{triples_map.name}: {what}", place or triples_map.place, fix) for what, place in own]
    if faults:
        rule = Unsupported.rule()
        raise Unsupported.of(
            dict.fromkeys(
                Finding(rule, f"{what}, which {language.name} cannot say", place, fix=fix)
                for what, place, fix in faults
            )
        )


def _of_nodes(mapping: Mapping) -> Iterator[Fault]:
    """Blank nodes without a value that stand in several places: a term map can only make one of its own.

    :func:`kg.rules.rules` names the subjects that have no name by the ordinals of their triples maps.
    """
    found: dict[str, list[tuple[str, TermMap]]] = {}
    for number, triples_map in enumerate(mapping.triples_maps):
        for made in _term_maps(triples_map):
            if isinstance(made, TermMap) and isinstance(made.expression, Fresh):
                name = made.expression.name or (str(number) if made is triples_map.subject else "")
                found.setdefault(name, []).append((triples_map.name, made))
    for name, several in found.items():
        if name and len(several) > 1:
            where, made = next(each for each in several if each[1].expression != Fresh())
            yield f"{where}: a blank node without a value in several places", made.place


def based(mapping: Mapping, triples_map: TriplesMap) -> str:
    """The base IRI that a triples map needs; '' where nothing in it may be relative."""
    made = (each for each in _term_maps(triples_map) if isinstance(each, TermMap))
    needs = any(_is_relative(part) for each in made for part in _iris(each))
    return (triples_map.base or mapping.base) if needs else ""


def _term_maps(made: TriplesMap) -> Iterator[TermMap | ReferencingObjectMap]:
    yield made.subject
    yield from made.graphs
    for pom in made.predicate_objects:
        yield from (*pom.predicates, *pom.objects, *pom.graphs)


def _of_base(mapping: Mapping, triples_map: TriplesMap) -> Iterator[Fault]:
    base = based(mapping, triples_map)
    if base and not IRI.has(base):
        yield f"the base {base!r}, which is no IRI", triples_map.place


def _of_legacy(mapping: Mapping, triples_map: TriplesMap) -> Iterator[Fault]:
    source = triples_map.source
    for what in _of_source(source):
        yield what, source.place
    for made in _term_maps(triples_map):
        if isinstance(made, TermMap):
            for what in _of_term_map(made, source):
                yield what, made.place
        elif not all(map(_of_columns, made.joins)):
            yield "a join by anything but references", made.place
    if based(mapping, triples_map) not in ("", mapping.base):
        yield "a base IRI of one triples map alone", triples_map.place


def _of_columns(join: Join) -> bool:
    return isinstance(join.child, Reference) and isinstance(join.parent, Reference)


def _of_source(source: LogicalSource) -> Iterator[str]:
    if source.formulation == "":
        yield "no logical source"
    elif source.formulation not in ("sql", *FORMULATION_NAMES):
        yield "a SPARQL query over a file"
    if source.formulation in NUMBERED and not source.as_written:
        yield f"numbers of {NAMES[source.formulation]} in one form, however they are written"
    csv = source.formulation in CSV
    if csv and "" not in source.nulls:
        yield "that an empty cell is a value"
    if not csv and source.nulls:
        yield "texts that stand for no value"
    if source.compression:
        yield f"a source compressed as {source.compression}"
    if not csv and source.encoding not in UTF_8:
        yield f"a source in {source.encoding}"
    if source.namespaces:
        yield "namespaces of XPath"


def _of_term_map(term_map: TermMap, source: LogicalSource) -> Iterator[str]:
    if term_map.term_type not in KINDS:
        yield f"the term type {term_map.term_type.value}"
    if term_map.condition is not None:
        yield "a condition"
    if isinstance(term_map.language, Call):
        yield "a language that a function returns"
    if not isinstance(term_map.datatype, Constant | None):
        yield "a datatype that is not the same for all records"
    typed = source.formulation not in ("sql", *PLAIN)
    if term_map.natural and isinstance(term_map.expression, Reference) and typed:
        yield f"the natural datatypes of {source.formulation}"
    for target in term_map.targets:
        if target.encoding not in UTF_8:
            yield f"a target in {target.encoding}"
    for call in _calls(term_map.parts):
        if matters(call):
            yield f"which result of {call.function} is meant"


def _calls(expressions: Iterable[Expression]) -> Iterator[Call]:
    for each in expressions:
        if isinstance(each, Call):
            yield each
            yield from _calls(value for _, value in each.inputs)


def matters(call: Call) -> bool:
    """Whether the call returns something else than it would if it did not say which result is meant."""
    if not call.output:
        return False
    from kg.signatures import FUNCTIONS

    function = FUNCTIONS.get(lookups.now(call.function))
    if function is None:
        return True
    usual, *_ = function.outputs.values()
    return function.outputs.get(lookups.now(call.output)) is not usual


def _iris(term_map: TermMap) -> Iterator[Expression]:
    """The expressions that make IRIs, and so may need a base."""
    if term_map.term_type not in (TermType.LITERAL, TermType.BLANK_NODE):
        yield term_map.expression
    if term_map.datatype is not None:
        yield term_map.datatype


def _is_relative(expression: Expression) -> bool:
    """Whether what it makes may be relative; constants have had their base put before them by the readers."""
    if isinstance(expression, Template):
        start = expression.parts[0]
        return not isinstance(start, str) or not absolute(start)
    return not isinstance(expression, Constant)
