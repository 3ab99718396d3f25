"""What a mapping must agree with: the columns of its tables, the terms and prefixes of the ontology, itself.

Nothing is read here; each function raises one error with every fault of its kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map

from kg import lookups
from kg.datatypes import LEXICAL
from kg.errors import Finding, MappingError, UnknownColumn, UnknownTerm
from kg.mapping import IRIS, XSD, Constant, LogicalSource, Mapping, TermMap, namespace
from kg.rules import rules, term_maps


def columns(mapping: Mapping, there: Map[LogicalSource, tuple[str, ...]]) -> None:
    """Raise UnknownColumn, with every reference of the mapping to a column that its source does not have."""
    found = [
        finding
        for rule in rules(mapping)
        for source, term_map in term_maps(rule)
        for finding in (
            *_unknown(rule.triples_map, term_map, source, there[source]),
            *_unknown_in_lookups(rule.triples_map, term_map, there),
        )
    ]
    if found:
        raise UnknownColumn.of(dict.fromkeys(found))


def prefixes(mapping: Mapping, ontology: Iterable[tuple[str, str]]) -> None:
    """Raise MappingError, with every prefix that means another IRI in the mapping than in the ontology."""
    theirs = dict(ontology)
    found = [
        finding
        for prefix, iri in mapping.prefixes
        if theirs.get(prefix, iri) != iri
        for finding in MappingError(
            f"the prefix {prefix!r} is {iri} in the mapping and {theirs[prefix]} in the ontology",
            place=mapping.place,
            fix="let it mean the same in both",
        ).findings
    ]
    if found:
        raise MappingError.of(found)


def vocabulary(mapping: Mapping, terms: Iterable[str], namespaces: Iterable[str]) -> None:
    """Raise UnknownTerm, with every IRI that the mapping writes in `namespaces` and is none of `terms`."""
    known, owned = frozenset(terms), frozenset(namespaces)
    every = dict.fromkeys(term_map for rule in rules(mapping) for _, term_map in term_maps(rule))
    found = [finding for term_map in every for finding in _unknown_term(term_map, known, owned)]
    if found:
        raise UnknownTerm.of(found)


def _unknown_term(term_map: TermMap, known: frozenset[str], owned: frozenset[str]) -> tuple[Finding, ...]:
    if term_map.term_type not in IRIS or not isinstance(term_map.expression, Constant):
        return ()
    iri = term_map.expression.value
    within = namespace(iri)
    if within not in owned or iri in known:
        return ()
    return UnknownTerm(
        f"the ontology has no {iri}",
        place=term_map.place,
        value=iri.removeprefix(within),
        exists=sorted(each.removeprefix(within) for each in known if each.startswith(within)),
    ).findings


def constants(mapping: Mapping) -> None:
    """Raise MappingError, with every literal of the mapping's own whose text is no value of its datatype."""
    every = (term_map for rule in rules(mapping) for _, term_map in term_maps(rule))
    found = [finding for term_map in dict.fromkeys(every) for finding in _ill_typed(term_map)]
    if found:
        raise MappingError.of(found)


def _ill_typed(term_map: TermMap) -> tuple[Finding, ...]:
    match term_map:
        case TermMap(expression=Constant(text), datatype=Constant(datatype)) if datatype in LEXICAL:
            if not LEXICAL[datatype].has(text):
                message = f"{text!r} is no xsd:{datatype.removeprefix(XSD)}"
                fix = f"expected {LEXICAL[datatype].expected}"
                return MappingError(message, place=term_map.place, fix=fix).findings
    return ()


def _unknown(
    name: str, term_map: TermMap, source: LogicalSource, there: tuple[str, ...]
) -> Iterator[Finding]:
    for reference in term_map.references:
        if reference.name not in there:
            yield from UnknownColumn(
                f"{name}: {source.path or 'the query'} has no column {reference.name!r}",
                place=reference.place or term_map.place,
                value=reference.name,
                exists=there,
            ).findings


def _unknown_in_lookups(
    name: str, term_map: TermMap, there: Map[LogicalSource, tuple[str, ...]]
) -> Iterator[Finding]:
    for lookup in lookups.inside(term_map.parts):
        for column in dict.fromkeys((lookup.key, lookup.value)):
            if column not in there[lookup.source]:
                yield from UnknownColumn(
                    f"{name}: {lookup.source.path} has no column {lookup.said(column)!r}",
                    place=lookup.place or term_map.place,
                    value=lookup.said(column),
                    exists=map(lookup.said, there[lookup.source]),
                ).findings
