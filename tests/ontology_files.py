"""The files of the ontology as graphs, and the namespaces that its tests speak of."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

from ontology_faults import PREFIXES
from rdflib import Graph, Namespace

ROOT = Path(__file__).parents[1]
ONTOLOGY = ROOT / "ontology"
SAMPLE = Path(__file__).with_name("ontology_sample.ttl")

KG = Namespace("https://kg.example/ontology#")
C = Namespace("https://kg.example/concept/")
S = Namespace("https://kg.example/shapes#")
SH = Namespace("http://www.w3.org/ns/shacl#")
ID = "https://kg.example/id/"

DISJOINT = (
    {"Agent", "Post", "Place", "System", "Service", "Event", "Figure", "Document", "Passage"},
    {"Organisation", "Person", "Group"},
    {"AdministrativeDivision", "DevelopmentZone", "Site"},
    {"Incident", "Activity"},
    {"ServiceChannel", "ServiceOffering"},
)
"""The classes that exclude each other, in the ontology and in the shapes."""


def read(*names: str) -> Graph:
    """The named files of the ontology as one new graph."""
    graph = Graph()
    for name in names:
        graph.parse(ONTOLOGY / f"{name}.ttl")
    return graph


@functools.cache
def terms() -> Graph:
    """Core, concepts and alignments; shared, so not to be changed."""
    return read("kg", "concepts", "alignments")


def sample() -> Graph:
    """The sample with the concepts, as one new graph that knows the prefixes of the faults."""
    return read("concepts").parse(SAMPLE).parse(data=PREFIXES, format="turtle")


def add(graph: Graph, turtle: str) -> Graph:
    """Add statements whose relative IRIs are instances."""
    return graph.parse(data=f"@base <{ID}> .\n{PREFIXES}{turtle}", format="turtle")


def local(term: Any) -> str:
    """The last part of an IRI."""
    return re.split(r"[#/]", str(term))[-1]


def clashes(graph: Graph) -> list[str]:
    """The contradictions that the OWL 2 RL rules find in `graph`, which is extended in place."""
    import owlrl
    from owlrl.Namespaces import ERRNS

    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return [str(message) for message in graph.objects(None, ERRNS.error)]
