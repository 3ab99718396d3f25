"""What the ontology says of other vocabularies agrees with them, where their files have been fetched.

`python tests/vocabularies.py` fetches them.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
import vocabularies
from ontology_faults import PREFIXES
from ontology_files import SAMPLE, add, clashes, local, read, terms
from pyoxigraph import NamedNode, RdfFormat, Store, parse, serialize
from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef

CLASSES = {OWL.Class, RDFS.Class}
KINDS = {
    OWL.Class: CLASSES,
    OWL.ObjectProperty: {RDF.Property, OWL.ObjectProperty},
    OWL.DatatypeProperty: {RDF.Property, OWL.DatatypeProperty},
    OWL.AnnotationProperty: {RDF.Property, OWL.AnnotationProperty},
}
"""What a term of each kind may be in its own vocabulary."""


@pytest.fixture(scope="module")
def others() -> Store:
    if missing := ", ".join(vocabularies.missing()):
        pytest.skip(f"missing {missing}: run python tests/vocabularies.py")
    result = Store()
    for prefix in vocabularies.NAMESPACES:
        result.bulk_load(path=vocabularies.file(prefix), format=RdfFormat.N_QUADS)
    return result


def misused(graph: Graph, others: Store) -> set[str]:
    """The terms of others that `graph` declares and that are no such thing where they come from."""
    wrong = set()
    for kind, allowed in KINDS.items():
        for term in graph.subjects(RDF.type, kind):
            if term.startswith("https://kg.example/"):
                continue
            quads = others.quads_for_pattern(NamedNode(str(term)), NamedNode(str(RDF.type)), None)
            actual = {URIRef(quad.object.value) for quad in quads}
            properties = {OWL.ObjectProperty, OWL.DatatypeProperty} - allowed
            if not actual & allowed or (kind != OWL.AnnotationProperty and actual & properties):
                wrong.add(f"{term} as {local(kind)}")
    return wrong


def test_terms_of_other_vocabularies_exist_and_are_of_the_right_kind(others: Store) -> None:
    assert misused(terms(), others) == set()


@pytest.mark.parametrize(
    "fault",
    [
        "sem:Happening a owl:Class .",
        "prov:used a owl:Class .",
        "foaf:Agent a owl:ObjectProperty .",
        "prov:used a owl:DatatypeProperty .",
        "<http://www.purl.org/PROV#Entity> a owl:Class .",
    ],
)
def test_a_term_that_does_not_exist_is_found(others: Store, fault: str) -> None:
    graph = Graph().parse(data=PREFIXES + fault, format="turtle")
    assert len(misused(graph, others)) == 1


def test_units_have_the_factors_of_qudt(others: Store) -> None:
    factor = URIRef("http://qudt.org/schema/qudt/conversionMultiplier")
    matches = list(terms().subject_objects(SKOS.exactMatch))
    assert len(matches) == 4
    for unit, match in matches:
        quads = others.quads_for_pattern(NamedNode(str(match)), NamedNode(str(factor)), None)
        assert {Decimal(quad.object.value) for quad in quads} == {Decimal(str(terms().value(unit, factor)))}


def with_axioms_of(prefixes: tuple[str, ...], fault: str = "") -> Graph:
    """Core, alignments and sample with the axioms of other vocabularies and with a fault."""
    graph = add(read("kg", "alignments").parse(SAMPLE), fault)
    for prefix in prefixes:
        quads = parse(path=vocabularies.file(prefix), format=RdfFormat.N_QUADS)
        triples = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES)
        graph.parse(data=triples, format="nt")
    return graph


@pytest.mark.slow
@pytest.mark.usefixtures("others")
def test_ontology_and_sample_are_consistent_with_the_axioms_of_others() -> None:
    assert clashes(with_axioms_of(("dcterms", "foaf", "geo", "org", "prov", "sem"))) == []


@pytest.mark.slow
@pytest.mark.usefixtures("others")
def test_a_source_link_under_prov_contradicts_its_axioms() -> None:
    fault = "kg:statedIn rdfs:subPropertyOf prov:hadPrimarySource ."
    assert clashes(with_axioms_of(("prov",), fault))
