"""Faults to seed: for each check of ontology/checks the statements that must make it report something.

A value is Turtle that is added to the ontology, under the prefixes of `PREFIXES`.
"""

from __future__ import annotations

PREFIXES = """
@prefix kg: <https://kg.example/ontology#> .
@prefix c: <https://kg.example/concept/> .
@prefix scheme: <https://kg.example/scheme/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix qudt: <http://qudt.org/schema/qudt/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sem: <http://semanticweb.cs.vu.nl/2009/11/sem/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix unit: <http://qudt.org/vocab/unit/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

FAULTS: dict[str, tuple[str, ...]] = {
    "alignments": (
        "kg:Agent owl:equivalentClass foaf:Agent .",
        "foaf:Agent rdfs:subClassOf kg:Agent .",
    ),
    "circular-definitions": (
        'kg:Vessel rdfs:label "vessel"@en ; skos:definition "Any vessel that floats."@en .',
        'kg:Vessel rdfs:label "船"@zh ; skos:definition "能浮的船。"@zh .',
    ),
    "concept-definitions": ("c:odd a skos:Concept .", 'c:hour skos:definition "A second one."@en .'),
    "concept-labels": ("c:odd a skos:Concept .", 'scheme:unit skos:prefLabel "又一个"@zh .'),
    "cycles": (
        "kg:Agent rdfs:subClassOf kg:Team .",
        "kg:performedBy rdfs:subPropertyOf kg:requestedBy .",
        "c:openEnd skos:broader c:sinceNamedPeriod .",
    ),
    "datatypes": ("kg:onDay a owl:DatatypeProperty ; rdfs:range xsd:date .",),
    "declared": (
        "kg:Boat rdfs:subClassOf kg:Vessel . kg:Boat a owl:Class .",
        "kg:holds rdfs:range kg:Vessel .",
        "c:hour kg:lasts c:day .",
        "c:odd skos:inScheme scheme:odd . c:odd a skos:Concept .",
    ),
    "declared-once": ("dcterms:type a owl:AnnotationProperty .", "kg:Post a owl:ObjectProperty ."),
    "defined-by": ("kg:Vessel a owl:Class .",),
    "definition-form": (
        'c:odd skos:definition "lower case."@en .',
        'c:odd skos:definition "No stop"@en .',
        'c:odd skos:definition "没有句号"@zh .',
    ),
    "definitions": ("kg:Vessel a owl:Class .", 'kg:Post skos:definition "A second one."@en .'),
    "domain-and-range": (
        "kg:sails a owl:ObjectProperty ; rdfs:domain kg:Agent .",
        "kg:sails a owl:ObjectProperty ; rdfs:range kg:Agent .",
        "kg:holds rdfs:domain kg:Team .",
        "kg:statedIn rdfs:domain kg:Event .",
    ),
    "duplicate-definitions": ('c:odd skos:definition "A length of time of sixty minutes."@en .',),
    "duplicate-labels": (
        'kg:Vessel rdfs:label "agent"@en .',
        'c:odd skos:inScheme scheme:unit ; skos:prefLabel "hour"@en .',
    ),
    "header": ('<https://other.example/ontology> a owl:Ontology ; dcterms:title "Other"@en .',),
    "inverses": (
        "kg:sails owl:inverseOf kg:sails .",
        "kg:sails owl:inverseOf kg:meets . kg:meets a owl:SymmetricProperty .",
        "kg:sails owl:propertyChainAxiom ( kg:holds ) .",
    ),
    "isolated": ("kg:Vessel a owl:Class .",),
    "label-form": (
        'kg:Vessel rdfs:label "Vessel"@en .',
        'kg:Vessel rdfs:label "vessel."@en .',
        'c:odd skos:prefLabel "船。"@zh .',
    ),
    "labels": ("kg:Vessel a owl:Class .", 'kg:Post rdfs:label "岗位"@zh .'),
    "languages": ('kg:Post rdfs:label "岗位"@zh-Hans .', 'c:hour skos:definition "No language." .'),
    "names": (
        "kg:vessel a owl:Class .",
        "kg:Sails a owl:ObjectProperty .",
        "kg:sailing_time a owl:DatatypeProperty .",
        "kg:Organization a owl:Class .",
        "c:Odd a skos:Concept .",
    ),
    "narrower-domain-and-range": ("kg:sails rdfs:subPropertyOf kg:holds ; rdfs:domain kg:Team .",),
    "provenance": (
        "kg:statedIn rdfs:subPropertyOf prov:hadPrimarySource .",
        "kg:System rdfs:subClassOf sem:Object .",
        "kg:performedBy rdfs:subPropertyOf sem:hasActor .",
    ),
    "schemes": (
        "c:odd a skos:Concept .",
        "c:hour skos:inScheme scheme:measure .",
        "c:odd a skos:Concept ; skos:inScheme scheme:unit .",
        "scheme:odd a skos:ConceptScheme .",
    ),
    "simple-properties": (
        "kg:subOrganisationOf a owl:TransitiveProperty .",
        "kg:sails a owl:TransitiveProperty ; rdfs:subPropertyOf kg:triggeredBy .",
    ),
    "time-conventions": ("c:odd skos:inScheme scheme:timePrecision .",),
    "units": (
        "c:odd skos:inScheme scheme:unit ; skos:exactMatch unit:MIN .",
        "c:odd skos:inScheme scheme:unit ; qudt:conversionMultiplier 60.0 .",
        "c:hour qudt:conversionMultiplier 60.0 .",
    ),
    "versions": (
        "<https://other.example/ontology> a owl:Ontology .",
        '<https://other.example/o> a owl:Ontology ; owl:versionInfo "2.0.0" ; '
        "owl:versionIRI <https://other.example/o/1.0.0> ; dcterms:license <https://other.example/licence> .",
        '<https://other.example/o.ttl> a owl:Ontology ; owl:versionInfo "1.0.0" ; '
        "owl:versionIRI <https://other.example/o.ttl/1.0.0> ; dcterms:license <https://other.example/l> .",
    ),
    "whitespace": (
        'kg:Post skos:note " blank"@en .',
        'kg:Post skos:note "two  blanks"@en .',
        'kg:Post skos:note "two\\nlines"@en .',
    ),
}
