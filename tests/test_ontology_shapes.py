"""The shapes are well formed, speak both languages, pass a sample and report each fault seeded in it.

The faults are those of `ontology_shape_faults`; all are validated in one go.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from ontology_files import DISJOINT, ID, KG, SH, C, S, add, local, read, sample, terms
from ontology_shape_faults import GOOD_TIMES, SHAPE_FAULTS, Fault
from rdflib import OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection


@functools.cache
def shapes_of_shapes() -> Graph:
    import pyshacl

    return Graph().parse(Path(pyshacl.__file__).parent / "assets" / "shacl-shacl.ttl")


def validate(data: Graph, shapes: Graph, **options: Any) -> Graph:
    import pyshacl

    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, **options)
    assert isinstance(report, Graph)
    return report


def test_shapes_conform_to_the_shapes_of_shacl() -> None:
    assert not list(validate(read("shapes"), shapes_of_shapes()).subjects(RDF.type, SH.ValidationResult))


def test_a_malformed_shape_is_reported() -> None:
    shapes = read("shapes")
    shapes.add((S.Figure, SH.minCount, Literal("one")))
    assert list(validate(shapes, shapes_of_shapes()).subjects(RDF.type, SH.ValidationResult))


def reporting_shapes(shapes: Graph) -> set[Any]:
    """The shapes and constraints whose findings people read: not those nested in sh:or and sh:xone."""
    named = set(shapes.subjects(RDF.type, SH.NodeShape))
    parts = {
        part for shape in named for link in (SH.property, SH.sparql) for part in shapes.objects(shape, link)
    }
    logical = {
        shape for shape in named if (shape, SH["or"], None) in shapes or (shape, SH.xone, None) in shapes
    }
    return parts | logical


def test_every_shape_speaks_chinese_and_english() -> None:
    shapes = read("shapes")
    assert reporting_shapes(shapes)
    for shape in reporting_shapes(shapes):
        languages = sorted(message.language for message in shapes.objects(shape, SH.message))
        assert languages == ["en", "zh"], list(shapes.predicate_objects(shape))


def test_shapes_hold_every_disjointness_of_the_core() -> None:
    shapes = read("shapes")
    groups = []
    for shape in shapes.subjects(RDF.type, SH.NodeShape):
        for members in shapes.objects(shape, SH.xone):
            classes = [shapes.value(member, SH["class"]) for member in Collection(shapes, members)]
            if all(classes):
                assert set(classes) == set(shapes.objects(shape, SH.targetClass))
                groups.append(set(map(local, classes)))
    assert sorted(map(sorted, groups)) == sorted(map(sorted, DISJOINT))


@pytest.mark.parametrize(("shape", "scheme"), [("Bounds", "comparator"), ("TimeBounds", "timePrecision")])
def test_the_rule_covers_every_concept_of_its_scheme(shape: str, scheme: str) -> None:
    in_scheme = set(terms().subjects(SKOS.inScheme, URIRef(f"https://kg.example/scheme/{scheme}")))
    assert in_scheme
    assert {term for term in read("shapes").cbd(S[shape]).objects() if str(term).startswith(C)} == in_scheme


def test_every_concept_that_a_shape_names_is_declared() -> None:
    namespaces = (str(C), "https://kg.example/scheme/")
    iris = {term for term in read("shapes").objects() if isinstance(term, URIRef)}
    named = {term for term in iris if str(term).startswith(namespaces)}
    assert named
    assert {term for term in named if (term, RDF.type, None) not in terms()} == set()


# ---- seeded data -----------------------------------------------------------------------------------------


def seed(graph: Graph, number: int, node: str, lost: tuple[str, ...], gained: str) -> URIRef:
    """Copy `node` within `graph` under a new IRI, without properties `lost`, with statements `gained`."""
    original = URIRef(urljoin(ID, node))
    copy = URIRef(f"{original}-copy-{number}")
    dropped = {graph.namespace_manager.expand_curie(name) for name in lost}
    assert all((original, name, None) in graph for name in dropped), f"{node} has no {lost}"
    for predicate, value in list(graph.predicate_objects(original)):
        if predicate not in dropped:
            graph.add((copy, predicate, value))
    if gained:
        add(graph, f"<{copy}> {gained} .")
    return copy


def path_name(shapes: Graph, shape: Any) -> str:
    """The name of the property on the path of a shape, after ^ where it is walked backwards."""
    path = shapes.value(shape, SH.path)
    inverse = shapes.value(path, SH.inversePath)
    return f"^{local(inverse)}" if inverse else local(path)


def findings(report: Graph, shapes: Graph) -> dict[Any, set[str]]:
    """What a report says of each focus node, as names of shapes and paths."""
    found: dict[Any, set[str]] = {}
    for result in report.subjects(RDF.type, SH.ValidationResult):
        source, focus = report.value(result, SH.sourceShape), report.value(result, SH.focusNode)
        if isinstance(source, BNode):
            name = f"{local(shapes.value(None, SH.property, source))} {path_name(shapes, source)}"
        else:
            name = local(source)
        found.setdefault(focus, set()).add(name)
    return found


@functools.cache
def seeded() -> tuple[dict[Fault, URIRef], dict[str, URIRef], dict[Any, set[str]]]:
    """The copies with a fault, the copies with a good time, and what the shapes say of all of them."""
    graph, shapes = sample(), read("shapes")
    faulty = {fault: seed(graph, n, *fault[:3]) for n, fault in enumerate(SHAPE_FAULTS)}
    lost = ("kg:timePrecision", "kg:startsAt", "kg:endsAt")
    timed = {
        time: seed(graph, n, "event/snow", lost, time) for n, time in enumerate(GOOD_TIMES, len(SHAPE_FAULTS))
    }
    add(graph, "<event/repair> kg:performedBy <organisation/nobody> .")
    report = validate(graph, shapes, ont_graph=read("kg"), inference="rdfs")
    return faulty, timed, findings(report, shapes)


def test_the_sample_keeps_every_shape() -> None:
    report = validate(sample(), read("shapes"), ont_graph=read("kg"), inference="rdfs")
    assert findings(report, read("shapes")) == {}


def test_the_sample_has_every_class() -> None:
    graph = sample() + read("kg")
    own = {term for term in graph.subjects(RDF.type, OWL.Class) if term.startswith(KG)}
    seen = {
        above
        for kind in graph.objects(None, RDF.type)
        for above in graph.transitive_objects(kind, RDFS.subClassOf)
    }
    assert own - seen == set()


@pytest.mark.parametrize("fault", SHAPE_FAULTS, ids=lambda fault: fault[-1].replace(" ", "-"))
def test_shape_reports_a_seeded_fault(fault: Fault) -> None:
    faulty, _, found = seeded()
    assert fault[-1] in found.get(faulty[fault], set())


@pytest.mark.parametrize("time", GOOD_TIMES)
def test_each_time_precision_has_times_that_keep_its_convention(time: str) -> None:
    _, timed, found = seeded()
    assert timed[time] not in found


def test_a_link_to_nothing_is_reported() -> None:
    assert "Labelled label" in seeded()[2][URIRef(f"{ID}organisation/nobody")]


def test_every_shape_has_a_seeded_fault() -> None:
    shapes, names = read("shapes"), set()
    for shape in reporting_shapes(shapes):
        owner = shapes.value(None, SH.property, shape)
        if owner is None:
            names.add(local(shapes.value(None, SH.sparql, shape) or shape))
        elif not local(owner).startswith("In") or local(owner) in {"Inferred", "Incident"}:
            names.add(f"{local(owner)} {path_name(shapes, shape)}")
    assert names - {fault[-1] for fault in SHAPE_FAULTS} == set()
