"""The graph of this repository: it conforms to its shapes, and what people are told to see is there."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import rdflib.compare
from pyshacl import validate

from kg.graph import Graph

KG = "https://kg.example/ontology#"
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")


@pytest.fixture(scope="module")
def data(repository: Graph) -> rdflib.Graph:
    """The quads file in rdflib, which keeps literals as they are written."""
    return rdflib.Graph().parse(repository.build.graph, format="nt")


@pytest.mark.slow
def test_the_graph_conforms_to_its_shapes(data: rdflib.Graph, root: Path) -> None:
    """No violation; warnings are facts that the document does not state, and no others."""
    folder = root / "ontology"
    ontology, shapes = rdflib.Graph().parse(folder / "kg.ttl"), rdflib.Graph().parse(folder / "shapes.ttl")
    described = data + rdflib.Graph().parse(folder / "concepts.ttl")
    conforms, report, text = validate(
        described, shacl_graph=shapes, ont_graph=ontology, inference="rdfs", allow_warnings=True
    )
    assert conforms, text
    severities = {*report.objects(predicate=SH.resultSeverity)}
    assert severities == {SH.Warning}


def test_figures(repository: Graph) -> None:
    (row,) = repository.query("SELECT (COUNT(*) AS ?n) WHERE { ?e a kg:Figure }")
    assert row["n"].value == "21"


def test_turtle_is_the_graph(repository: Graph, data: rdflib.Graph, tmp_path: Path) -> None:
    """The export parses in rdflib, is isomorphic to the quads file, and has the same bytes twice."""
    one, two = repository.export(tmp_path / "a.ttl"), repository.export(tmp_path / "b.ttl")
    assert one.read_bytes() == two.read_bytes()
    assert rdflib.compare.isomorphic(rdflib.Graph().parse(one), data)


def test_turtle_declares_the_prefixes_in_use_and_no_others(repository: Graph, tmp_path: Path) -> None:
    text = repository.export(tmp_path / "a.ttl").read_text(encoding="utf-8")
    declared = dict(re.findall(r"^@prefix (\w*): <([^>]*)> \.$", text, re.MULTILINE))
    assert declared == dict(sorted(declared.items()))
    body = re.sub(r'"(?:[^"\\]|\\.)*"', '""', text.split("\n\n", 1)[1])
    assert {name for name in declared if f"{name}:" not in body} == set()
    assert declared["kg"] == KG


def test_every_node_has_one_label_in_each_language(repository: Graph) -> None:
    counted: dict[tuple[str, str], int] = {}
    subjects = set()
    for quad in repository.quads():
        subjects.add(quad.subject.value)
        if quad.predicate.value.endswith("#label"):
            key = (quad.subject.value, quad.object.language)
            counted[key] = counted.get(key, 0) + 1
    assert len(subjects) > 250
    assert counted == {(subject, language): 1 for subject in subjects for language in ("zh", "en")}


def test_literals_are_kept_as_the_tables_have_them(repository: Graph) -> None:
    """The store may rewrite 93.18 or 1.50; the quads file may not."""
    decimals = {
        quad.object.value
        for quad in repository.quads()
        if isinstance(quad.object, ox.Literal) and quad.object.datatype.value.endswith("#decimal")
    }
    table = (repository.project.root / "data" / "figures.csv").read_text(encoding="utf-8")
    assert {line.split(",")[7] for line in table.splitlines()[1:]} <= decimals


def test_rdflib_sees_the_same_graph(repository: Graph) -> None:
    query = f"SELECT (COUNT(*) AS ?n) WHERE {{ ?e a <{KG}Figure> }}"
    (row,) = repository.rdflib.query(query)
    assert int(row[0]) == 21
