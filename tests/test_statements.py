"""kg.statements: the exact triples of a node, where a page would tell them otherwise."""

from __future__ import annotations

import pyoxigraph as ox
import sample
from sample import ID, KG, RDF, RDFS, SKOS, XSD, iri, quad

from kg.network import network
from kg.statements import TRIPLE, Statement, differences, inferred, statement
from kg.vocabulary import INFERRED, Triples


def test_a_statement_tells_terms_of_every_kind_apart() -> None:
    """An IRI from a text that is one, languages with their direction, triples from texts."""
    link = iri("https://a.example/")
    told = {
        "": link,
        XSD + "anyURI": ox.Literal("https://a.example/", datatype=iri(XSD + "anyURI")),
        "ar--rtl": ox.Literal("x", language="ar", direction=ox.BaseDirection.RTL),
        TRIPLE: ox.Triple(link, link, link),
        XSD + "string": ox.Literal("x"),
    }
    assert [statement("urn:p", term).kind for term in told.values()] == list(told)
    assert statement("urn:p", ox.BlankNode("b")) == ("urn:p", "_:b", "")


def test_nodes_that_a_page_tells_exactly_differ_in_nothing() -> None:
    """One here: a passage says that it is spoken by a person, and a page tells that beside the person."""
    graph = network(sample.data(), sample.ontology())
    found = {key: differences(graph, key) for key in graph if any(differences(graph, key))}
    spoken = Statement(f"{KG}spokenBy", f"{ID}passage/p3", "")
    assert found == {f"{ID}person/li": ([], [spoken])}


def test_differences_are_what_a_page_does_not_show_and_what_it_makes_up() -> None:
    """Here a second class, and a label that is another property's."""
    key = f"{ID}a"
    data = [*sample.data(), quad(key, "link", f"{ID}place/zhijin"), quad(key, RDF + "type", "Place")]
    data += [quad(key, RDF + "type", "Figure"), quad(key, SKOS + "prefLabel", ox.Literal("A", language="en"))]
    graph = network(data, sample.ontology())
    other = next(kind for kind in (f"{KG}Place", f"{KG}Figure") if kind != graph.nodes[key]["cls"])
    assert differences(graph, key) == (
        [Statement(RDF + "type", other, ""), Statement(SKOS + "prefLabel", "A", "en")],
        [Statement(RDFS + "label", "A", "en")],
    )


def test_inferred_is_what_no_other_graph_states() -> None:
    follows = [ox.Quad(iri("a"), iri("link"), iri(name), iri(INFERRED)) for name in ("b", "c")]
    said = Triples.of([*follows, quad("a", "link", "b")])
    assert inferred(said, KG + "a") == (Statement(KG + "link", KG + "c", ""),)
    assert said.about[KG + "a"] == {(KG + "link", iri("b")), (KG + "link", iri("c"))}
