"""The triples of a node as the graph has them, beside what a page shows of it in its own way.

A page has one class for a node, one label for each language, and tells no IRI from a text that is one.
What it would therefore put together wrongly is told to it apart, so that it can give the exact triples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from kg.vocabulary import ANY_URI, RDFS, RESOURCE, TYPE, XSD, Labels, Triples, local_name, node_key

if TYPE_CHECKING:
    import networkx as nx

TRIPLE = "<<>>"  # the kind of an object that is a triple itself (RDF 1.2), whose text is N-Triples


class Statement(NamedTuple):
    """A predicate and its object; the kind is "" for an IRI or blank node, else a datatype or a language."""

    predicate: str
    text: str
    kind: str


def statement(predicate: str, term: Any) -> Statement:
    """What a triple says of its subject.

    >>> statement("urn:p", ox.Literal("x", language="en"))
    Statement(predicate='urn:p', text='x', kind='en')
    """
    if key := node_key(term):
        return Statement(predicate, key, "")
    if not isinstance(term, ox.Literal):
        return Statement(predicate, str(term), TRIPLE)
    language = term.language and term.language + (f"--{term.direction}" if term.direction else "")
    return Statement(predicate, term.value, language or term.datatype.value)


def inferred(said: Triples, key: str) -> tuple[Statement, ...]:
    """What is not stated of a node but follows."""
    return tuple(sorted(statement(*pair) for pair in said.inferred.get(key, ())))


def differences(network: nx.MultiDiGraph[str], key: str) -> tuple[list[Statement], list[Statement]]:
    """The statements that a page would leave out, and those that it would make although they are none."""
    said: Triples = network.graph["said"]
    there = {statement(*pair) for pair in said.about.get(key, ())}
    shown = _shown(network, key)
    return sorted(there - shown), sorted(shown - there)


def _shown(network: nx.MultiDiGraph[str], key: str) -> set[Statement]:
    """What ``turtle.js`` puts together: class, labels, facts, links and sources."""
    node = network.nodes[key]
    found = {Statement(TYPE, node["cls"], "")} if node["cls"] != RESOURCE else set()
    found |= _labels(key, node["labels"])
    found |= {Statement(p, text, "" if kind == ANY_URI else kind) for p, text, kind in node["facts"]}
    found |= {Statement(p, other, "") for _, other, p in network.out_edges(key, keys=True)}
    found |= {Statement(p, source, "") for p, source in node["sources"]}
    return found


def _labels(key: str, labels: Labels) -> set[Statement]:
    """One for each language; the end of the IRI stands where there is none."""
    texts = {lang: text for lang, text in labels.items() if lang or text != local_name(key)}
    return {Statement(RDFS + "label", text, lang or XSD + "string") for lang, text in texts.items()}
