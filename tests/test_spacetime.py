"""kg.spacetime: when and where, for any ontology."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
import pytest
from sample import DCTERMS, ID, KG, RDF, RDFS, SCHEMA, XSD, iri, quad

from kg.network import network

A, B, C, D = (f"https://a.example/{name}" for name in "abcd")
TYPE, LABEL = RDF + "type", RDFS + "label"
UNDER = RDFS + "subPropertyOf"
WGS = "http://www.w3.org/2003/01/geo/wgs84_pos#"
WITHIN = "http://www.opengis.net/ont/geosparql#sfWithin"


def value(subject: str, predicate: str, text: str, kind: str = "dateTime") -> ox.Quad:
    return quad(subject, predicate, ox.Literal(text, datatype=iri(XSD + kind)))


def times(*data: ox.Quad, ontology: tuple[ox.Quad, ...] = ()) -> list[tuple[Any, ...]]:
    """The ends, precision and words of A, as texts."""
    found = network(data, ontology).nodes[A]["times"]
    return [
        (*(end.text if end else "" for end in (time.start, time.end, time.precision)), *(f.text for f in time.stated))
        for time in found
    ]  # fmt: skip


def at(key: str, latitude: str, longitude: str, space: str = SCHEMA) -> list[ox.Quad]:
    names = ("lat", "long") if space == WGS else ("latitude", "longitude")
    ends = zip(names, (latitude, longitude), strict=True)
    return [value(key, space + name, text, "decimal") for name, text in ends]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (SCHEMA + "startDate", "https://schema.org/endDate"),
        ("http://www.w3.org/ns/prov#startedAtTime", "http://www.w3.org/ns/prov#endedAtTime"),
        (
            "http://semanticweb.cs.vu.nl/2009/11/sem/hasBeginTimeStamp",
            "http://semanticweb.cs.vu.nl/2009/11/sem/hasEndTimeStamp",
        ),
        ("startsOn", "endsOn"),
        ("begin", "end_date"),
    ],
)
def test_beginning_and_end_make_an_interval(start: str, end: str) -> None:
    """By standard properties and, without any, by the ends of their IRIs."""
    first, last = value(A, start, "2020-01-24", "date"), value(A, end, "2020-01-26", "date")
    assert times(first, last) == [("2020-01-24", "2020-01-26", "")]
    assert times(first) == [("2020-01-24", "", "")]
    assert times(last) == [("", "2020-01-26", "")]


def test_an_alignment_outweighs_a_name() -> None:
    ontology = (quad("startsAt", UNDER, "mid"), quad("mid", UNDER, SCHEMA + "endDate"))
    assert times(value(A, "startsAt", "2020"), ontology=ontology) == [("", "2020", "")]


@pytest.mark.parametrize("kind", ["dateTime", "dateTimeStamp", "date", "gYearMonth", "gYear"])
def test_what_neither_begins_nor_ends_is_an_instant(kind: str) -> None:
    assert times(value(A, DCTERMS + "issued", "2020", kind)) == [("2020", "2020", "")]


def test_other_datatypes_are_no_times() -> None:
    assert times(value(A, "startsAt", "2020", "integer"), quad(A, "endsAt", ox.Literal("2020"))) == []


def test_several_intervals_are_paired_in_order() -> None:
    ends = [("startsAt", "2022"), ("startsAt", "2020"), ("endsAt", "2023"), ("endsAt", "2021")]
    assert times(*(value(A, name, text, "gYear") for name, text in ends)) == [
        ("2020", "2021", ""),
        ("2022", "2023", ""),
    ]


def test_precision_and_words_go_with_the_time() -> None:
    told = [quad(A, "timePrecision", B), quad(A, "timeText", ox.Literal("25日", language="zh"))]
    concept = quad(B, TYPE, "http://www.w3.org/2004/02/skos/core#Concept")
    ontology = (concept,)
    assert times(value(A, "startsAt", "2020"), *told, ontology=ontology) == [("2020", "", B, "25日")]
    assert times(*told, ontology=ontology) == [("", "", B, "25日")]
    assert times(quad(A, "note", ox.Literal("25日"))) == []


@pytest.mark.parametrize("space", [SCHEMA, "https://schema.org/", WGS])
def test_coordinates_by_standard_property(space: str) -> None:
    node = network(at(A, "26.5", "-106.7", space), []).nodes[A]
    assert node["place"]
    assert (node["point"].latitude.text, node["point"].longitude.text) == ("26.5", "-106.7")
    assert node["point"].origin == A


@pytest.mark.parametrize(("latitude", "longitude"), [("91", "0"), ("x", "1"), ("nan", "1"), ("1", "181")])
def test_coordinates_that_are_nowhere_on_earth_are_none(latitude: str, longitude: str) -> None:
    assert network(at(A, latitude, longitude), []).nodes[A]["point"] is None


@pytest.mark.parametrize("property_", [WITHIN, SCHEMA + "containedInPlace", DCTERMS + "isPartOf", "in"])
def test_a_place_without_coordinates_takes_those_of_what_it_lies_in(property_: str) -> None:
    ontology = [quad("in", UNDER, "lies"), quad("lies", UNDER, WITHIN)]
    chain = [quad(A, property_, B), quad(B, property_, C), quad(C, property_, D)]
    graph = network([*chain, *at(C, "1", "2"), *at(D, "3", "4")], ontology)
    assert graph.nodes[A]["within"] == (B, C, D)
    assert graph.nodes[A]["point"].origin == C
    assert graph.nodes[A]["place"]
    assert graph.nodes[D]["within"] == ()


def test_circles_of_places_end() -> None:
    graph = network([quad(A, WITHIN, B), quad(B, WITHIN, A), *at(A, "1", "2")], [])
    assert graph.nodes[A]["within"] == (B,)
    assert graph.nodes[B]["point"].origin == A


def test_parts_of_what_is_no_place_are_no_places() -> None:
    graph = network([quad(A, DCTERMS + "isPartOf", B), quad(B, LABEL, ox.Literal("b")), *at(C, "1", "2")], [])
    assert [key for key in graph if graph.nodes[key]["place"]] == [C]


def test_events_have_places_by_declared_range_by_standard_and_by_use() -> None:
    """A range counts if all that are of it are places; a property without one if all its objects are."""
    data = [
        quad(A, "tookPlaceIn", C),
        quad(A, "about", D),
        quad(A, "mentions", C),
        quad(A, "mentions", B),
        quad(A, SCHEMA + "location", D),
        *(quad(key, TYPE, "Place") for key in (C, D)),
        *(quad(key, LABEL, ox.Literal("x")) for key in (B, C, D)),
        *at(C, "1", "2"),
        *at(D, "3", "4"),
    ]
    ranges = [quad("tookPlaceIn", RDFS + "range", "Place"), quad("about", RDFS + "range", "Thing")]
    upper = [quad("Place", RDFS + "subClassOf", "Thing"), quad(B, TYPE, "Thing")]
    assert network(data, ranges).nodes[A]["places"] == (C, D)
    without = [each for each in data if each.predicate.value != SCHEMA + "location"]
    assert network([*without, upper[1]], [*ranges, upper[0]]).nodes[A]["places"] == (C,)


def test_the_sample_has_places_at_every_county(sample_graph: Any) -> None:
    repair = sample_graph.nodes[f"{ID}repair/zhijin"]
    assert repair["places"] == (f"{ID}place/zhijin",)
    assert not repair["place"]
    assert sample_graph.nodes[f"{ID}place/zhijin"]["within"] == (f"{ID}place/guizhou",)
    assert sample_graph.nodes[f"{ID}place/weining"]["point"].origin == f"{ID}place/guizhou"
    assert sample_graph.nodes[f"{ID}figure/f00"]["places"] == ()
    assert {sample_graph.nodes[key]["place"] for key in sample_graph if key.startswith(f"{ID}place/")} == {
        True
    }
    assert f"{KG}Place" == sample_graph.nodes[f"{ID}place/zhijin"]["cls"]
